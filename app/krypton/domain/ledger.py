"""The collector's history as entries, and the fold that turns them into figures; pure values."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from krypton.domain.address import Address
from krypton.domain.chain import Stamp
from krypton.domain.collector import Stats
from krypton.domain.money import Nano


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The contract paying the owner: what left to him (nano) and whether he forced it."""

    to: Address
    amount: Nano
    shares: Nano
    forced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """An accepted payment, in nano: `total` arrived, `forwarded` went on, `fee` stayed.

    `comment` is a stranger's text (bounded, plain) or None.
    """

    buyer: Address
    total: Nano
    forwarded: Nano
    fee: Nano
    supplier: Address
    query_id: int
    by_comment: bool
    comment: str | None = None


class OwnerAction(Enum):
    """What the owner changed."""

    FORCE_WITHDRAW = "force_withdraw"
    SET_MIN_WITHDRAWAL = "set_min_withdrawal"
    SET_FEE = "set_fee"
    SET_SUPPLIER = "set_supplier"
    SET_MODE = "set_mode"
    SET_SPLIT = "set_split"
    PROPOSE_OWNER = "propose_owner"
    CLAIM_OWNER = "claim_owner"
    REFUND_BUYER = "refund_buyer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """An owner's operation that the contract carried out; `value` is its number where it has one."""

    action: OwnerAction
    value: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A message that changed nothing: thrown out or sent back. `returned` in nano."""

    exit_code: int
    returned: Nano


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardBounced:
    """A forward came back: `credited` nano are refundable to a buyer now."""

    credited: Nano


@dataclass(frozen=True, slots=True, kw_only=True)
class Funded:
    """Coins that came in by themselves and were kept, in nano.

    `refundable` says whose they are: what came back from the supplier is a buyer's, and `amount` is then
    what the contract credited of it, after the handling; of a top-up it is all that came.
    """

    amount: Nano
    refundable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A transaction that this version can't name; counted, never guessed."""


Event: TypeAlias = Payment | Owned | Refused | ForwardBounced | Funded | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One transaction of the collector, decoded.

    `message_hash` is the inbound message's cell hash (what an owner's operation is matched by),
    `value` what it brought, `network_fees` what the chain took and `sent` what left in messages, all in
    nano. `withdrawal` is set when the contract paid the owner in this very transaction.
    """

    stamp: Stamp
    previous_lt: int
    previous_hash: bytes
    message_hash: bytes | None
    sender: Address | None
    value: Nano
    network_fees: Nano
    event: Event
    withdrawal: Withdrawal | None = None
    sent: Nano = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the history adds up to, in nano: comparable to the contract's own Stats."""

    fee_balance: Nano = 0
    total_collected: Nano = 0
    total_forwarded: Nano = 0
    total_withdrawn: Nano = 0
    network_fees: Nano = 0
    payments: int = 0
    withdrawals: int = 0
    last_withdrawal_time: int = 0


def apply(figures: Figures, entry: Entry, /) -> Figures:
    """Return the figures after one more entry; entries come in order of logical time."""
    after = replace(figures, network_fees=figures.network_fees + entry.network_fees)
    if isinstance(entry.event, Payment):
        after = replace(
            after,
            fee_balance=after.fee_balance + entry.event.fee,
            total_collected=after.total_collected + entry.event.fee,
            total_forwarded=after.total_forwarded + entry.event.forwarded,
            payments=after.payments + 1,
        )
    if entry.withdrawal is not None:
        after = replace(
            after,
            fee_balance=0,
            total_withdrawn=after.total_withdrawn + entry.withdrawal.amount + entry.withdrawal.shares,
            withdrawals=after.withdrawals + 1,
            last_withdrawal_time=entry.stamp.time,
        )
    return after


def fold(entries: Iterable[Entry], /, figures: Figures | None = None) -> Figures:
    """Return the figures after `entries`, oldest first, beginning with `figures` or nothing."""
    result = figures or Figures()
    for entry in entries:
        result = apply(result, entry)
    return result


_NOTHING = Stats(fee_balance=0, total_collected=0, refundable=0, last_withdrawal_time=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The account as its history says it stands: its balance (nano) and what its contract must count."""

    balance: Nano = 0
    stats: Stats = _NOTHING


def post(books: Books, entry: Entry, /) -> Books:
    """Return the books after one more entry; from the first transaction on, they are the contract's state.

    Only `balance` of them depends on what the chain took, and only `refundable` on the network's prices.
    """
    stats = books.stats
    match entry.event:
        case Payment(fee=fee):
            stats = replace(
                stats, fee_balance=stats.fee_balance + fee, total_collected=stats.total_collected + fee
            )
        case ForwardBounced(credited=credit) | Funded(amount=credit, refundable=True):
            stats = replace(stats, refundable=stats.refundable + credit)
        case Owned(action=OwnerAction.REFUND_BUYER, value=int(paid)):
            stats = replace(stats, refundable=stats.refundable - paid)
        case _:
            pass
    if entry.withdrawal is not None:
        stats = replace(stats, fee_balance=0, last_withdrawal_time=entry.stamp.time)
    return Books(balance=books.balance + entry.value - entry.network_fees - entry.sent, stats=stats)
