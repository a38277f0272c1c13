"""The collector's history as entries, and the fold that turns them into figures; pure values."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from krypton.domain.address import Address
from krypton.domain.chain import Stamp
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
    """A top-up or returned excess: kept (nano); `refundable` says whose it is."""

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
    `value` what it brought and `network_fees` what the chain took, both in nano. `withdrawal` is set
    when the contract paid the owner in this very transaction.
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
