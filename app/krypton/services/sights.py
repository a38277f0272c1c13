"""What an operation is judged by, and the judgement: pure rules over one look at the chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from krypton.domain.address import BASECHAIN, Address
from krypton.domain.chain import Proof, Standing, WalletState
from krypton.domain.collector import (
    MIN_RESERVE,
    CollectorState,
    Prices,
    check_fee_bps,
    check_threshold,
    share_amounts,
    withdrawal_price,
)
from krypton.domain.errors import (
    AddressFault,
    BadAddress,
    NameTaken,
    NotEnough,
    NothingChanges,
    NothingToWithdraw,
    NotOwner,
    OutOfBounds,
    PreviewMoved,
)
from krypton.domain.money import NANO, Nano
from krypton.domain.operation import (
    Change,
    Deploy,
    Field,
    ForceWithdraw,
    Intent,
    Preview,
    Sending,
    SetMinWithdrawal,
    Warn,
)

VALID_SECONDS = 300
"""How long, in chain time, an operation may be confirmed and carried out."""
MARGIN_SECONDS = 60
"""How much of that must be left when it is signed, so that it still arrives in time."""
DEPLOY_FUNDING: Nano = 2 * MIN_RESERVE
"""What a deploy sends along: the reserve, and as much again for its own fees and the first rent."""
MIN_FUNDING: Nano = MIN_RESERVE + 10_000_000
MAX_FUNDING: Nano = 10 * NANO
"""More than this in a new contract is a slip of the finger."""
NETWORK_FEE_CEILING: Nano = NANO
"""No honest operation costs a whole coin in network fees; a bound above that is a bug with a name."""
NEAR_EMPTY: Nano = 50_000_000
LARGE_THRESHOLD: Nano = 1_000 * NANO


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The owner's wallet and the collector, seen at the same moment of the chain.

    `collector` is None where there is none yet; `taken` says that something else is at its address.
    `prices` are the chain's at that time.
    """

    wallet: WalletState
    collector: CollectorState | None
    taken: bool
    standing: Standing
    prices: Prices


def judge(intent: Intent, /, *, owner: Address, sending: Sending, sight: Sight) -> None:
    """Raise what speaks against doing this at all: an InputError or OperationError kind."""
    match intent:
        case Deploy(terms=terms, funding=funding):
            if terms.owner != owner:
                raise NotOwner(wallet=owner.raw, owner=terms.owner.raw)
            check_threshold(terms.min_withdrawal, has_split=bool(terms.split))
            check_fee_bps(terms.fee_bps)
            judge_supplier(terms.supplier, collector=sending.destination)
            if not MIN_FUNDING <= funding <= MAX_FUNDING:
                raise OutOfBounds(name="funding", value=funding, low=MIN_FUNDING, high=MAX_FUNDING)
            if sight.taken:
                raise NameTaken(name=sending.destination.raw)
        case SetMinWithdrawal(value=value):
            state = _owned(sight, owner=owner)
            check_threshold(value, has_split=bool(state.terms.split))
            if value == state.terms.min_withdrawal:
                raise NothingChanges
        case ForceWithdraw():
            state = _owned(sight, owner=owner)
            price = withdrawal_price(sight.prices, shares=len(state.terms.split))
            worth = state.withdrawable + sending.value >= 2 * price  # else the contract refuses
            if state.withdrawable == 0 or not worth or amount(intent, sending=sending, sight=sight) <= 0:
                raise NothingToWithdraw
        case _ as never:
            assert_never(never)


def judge_supplier(supplier: Address, /, *, collector: Address) -> None:
    """Raise BadAddress for an address that no collector may pay."""
    if supplier.workchain != BASECHAIN:
        raise BadAddress(text=supplier.raw, fault=AddressFault.MASTERCHAIN)
    if supplier == collector:
        raise BadAddress(text=supplier.raw, fault=AddressFault.ITSELF)


def judge_money(sending: Sending, /, *, network_fee: Nano, wallet: WalletState) -> None:
    """Raise NotEnough, or OutOfBounds for a network fee (nano) that can't be right."""
    if not 0 <= network_fee <= NETWORK_FEE_CEILING:
        raise OutOfBounds(name="network_fee", value=network_fee, low=0, high=NETWORK_FEE_CEILING)
    need = sending.value + network_fee
    if wallet.balance < need:
        raise NotEnough(have=wallet.balance, need=need)


def amount(intent: Intent, /, *, sending: Sending, sight: Sight) -> Nano:
    """Return, in nano, what a withdrawal should bring the owner, or else what leaves the wallet."""
    if not isinstance(intent, ForceWithdraw):
        return sending.value
    state = _state(sight)
    return state.withdrawable - sum(share_amounts(state, arriving=sending.value, prices=sight.prices))


def changes(intent: Intent, /, *, sending: Sending, network_fee: Nano, sight: Sight) -> tuple[Change, ...]:
    """Return old -> new, line by line; the wallet's new balance is the least that it may be (nano)."""
    before = sight.wallet.balance
    match intent:
        case Deploy(terms=terms):
            lines = (
                Change(field=Field.OWNER, old=None, new=terms.owner),
                Change(field=Field.SUPPLIER, old=None, new=terms.supplier),
                Change(field=Field.MIN_WITHDRAWAL, old=None, new=terms.min_withdrawal),
                Change(field=Field.FEE_BPS, old=None, new=terms.fee_bps),
            )
            after = before - sending.value - network_fee
        case SetMinWithdrawal(value=value):
            lines = (Change(field=Field.MIN_WITHDRAWAL, old=_state(sight).terms.min_withdrawal, new=value),)
            after = before - network_fee
        case ForceWithdraw():
            state = _state(sight)
            paid = share_amounts(state, arriving=sending.value, prices=sight.prices)
            lines = (
                Change(field=Field.FEE_BALANCE, old=state.stats.fee_balance, new=0),
                *(
                    Change(field=Field.SHARE, old=share.recipient, new=nano)
                    for share, nano in zip(state.terms.split, paid, strict=True)
                ),
            )
            after = before - network_fee + amount(intent, sending=sending, sight=sight)
        case _ as never:
            assert_never(never)
    return (*lines, Change(field=Field.WALLET_BALANCE, old=before, new=after))


def warnings(
    intent: Intent, /, *, sending: Sending, network_fee: Nano, sight: Sight, supplier_deployed: bool
) -> Iterator[Warn]:
    """Yield what the owner should know, though it doesn't speak against doing it."""
    if sight.standing.proof is Proof.SINGLE:
        yield Warn.UNPROVEN
    if not sight.wallet.deployed:
        yield Warn.WALLET_FIRST_USE
    if sight.wallet.balance - sending.value - network_fee < NEAR_EMPTY:
        yield Warn.NEAR_EMPTY
    if isinstance(intent, Deploy):
        if not supplier_deployed:
            yield Warn.SUPPLIER_NOT_DEPLOYED
        if intent.terms.supplier == intent.terms.owner:
            yield Warn.SUPPLIER_IS_OWNER
    if _new_threshold(intent) > LARGE_THRESHOLD:
        yield Warn.LARGE_THRESHOLD


def _new_threshold(intent: Intent) -> Nano:
    match intent:
        case Deploy(terms=terms):
            return terms.min_withdrawal
        case SetMinWithdrawal(value=value):
            return value
        case ForceWithdraw():
            return 0
        case _ as never:
            assert_never(never)


def check_unmoved(preview: Preview, /, *, sight: Sight) -> None:
    """Raise PreviewMoved, or NotEnough, when the chain has moved past what was confirmed.

    A fee balance that grew is no move: a shop goes on selling while its owner reads. One that fell
    below the amount on the preview is: a withdrawal went out in between.
    """
    unsigned = preview.unsigned
    moved = {
        "block": sight.standing.seqno < preview.block_seqno,
        "time": sight.standing.time + MARGIN_SECONDS > unsigned.valid_until,
        "seqno": sight.wallet.seqno != unsigned.seqno or sight.wallet.deployed is preview.first_use,
        "collector": _collector_moved(preview, sight=sight),
    }
    for what, changed in moved.items():
        if changed:
            raise PreviewMoved(what=what)
    match preview.intent:
        case Deploy():
            pass
        case SetMinWithdrawal():
            shown = [line.old for line in preview.changes if line.field is Field.MIN_WITHDRAWAL]
            if shown != [_state(sight).terms.min_withdrawal]:
                raise PreviewMoved(what="min_withdrawal")
        case ForceWithdraw():
            shown = [line.old for line in preview.changes if line.field is Field.SHARE]
            if shown != [share.recipient for share in _state(sight).terms.split]:
                raise PreviewMoved(what="split")
            if amount(preview.intent, sending=unsigned.sending, sight=sight) < preview.amount:
                raise PreviewMoved(what="amount")
        case _ as never:
            assert_never(never)
    judge_money(unsigned.sending, network_fee=preview.network_fee, wallet=sight.wallet)


def _collector_moved(preview: Preview, *, sight: Sight) -> bool:
    if isinstance(preview.intent, Deploy):
        return sight.taken
    return _state(sight).terms.owner != preview.wallet


def _state(sight: Sight) -> CollectorState:
    if sight.collector is None:
        raise PreviewMoved(what="collector")
    return sight.collector


def _owned(sight: Sight, *, owner: Address) -> CollectorState:
    state = _state(sight)
    if state.terms.owner != owner:
        raise NotOwner(wallet=owner.raw, owner=state.terms.owner.raw)
    return state
