"""The contract's terms, what the owner may do to it, and what he did; knows no signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from krypton import wording
from krypton.domain.chain import Seen
from krypton.domain.collector import BY_HAND_ONLY, MIN_RESERVE, CollectorState
from krypton.domain.operation import (
    Bounced,
    Confirmed,
    Deploy,
    Expired,
    ForceWithdraw,
    Intent,
    Lost,
    Progress,
    Sent,
    SetMinWithdrawal,
    Settled,
)
from krypton.domain.ports import KeptWallet, OperationRow
from krypton.presenters.figures import Money, Place, contract_place, money, wallet_place
from krypton.presenters.tone import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One line of the terms: words, an amount or an address."""

    caption: str
    value: str | Money | Place


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationLine:
    """An operation as a row."""

    id: int
    what: str
    value: str
    when: str
    state: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractView:
    """All that the page shows. `owner_here` is empty where no key of this profile owns the contract."""

    loading: bool = True
    failure: wording.Sentence | None = None
    terms: tuple[Term, ...] = ()
    threshold: Money | None = None
    threshold_text: str = ""
    withdrawable: Money | None = None
    withdrawal: tuple[Term, ...] = ()
    can_withdraw: bool = False
    owner_here: str = ""
    busy: str = ""
    complaint: str = ""
    operations: tuple[OperationLine, ...] = ()


def contract(
    seen: Seen[CollectorState],
    *,
    wallets: Sequence[KeptWallet],
    operations: Sequence[OperationRow],
    testnet: bool,
    now: int,
) -> ContractView:
    """Compute the page."""
    state = seen.value
    owner = next((wallet.name for wallet in wallets if wallet.address == state.terms.owner), "")
    by_hand = state.terms.min_withdrawal == BY_HAND_ONLY
    return ContractView(
        loading=False,
        terms=terms(state, testnet=testnet),
        threshold=None if by_hand else money(state.terms.min_withdrawal),
        threshold_text=wording.text("by hand only") if by_hand else "",
        withdrawable=money(state.withdrawable),
        withdrawal=(
            Term(caption=wording.text("Fee balance"), value=money(state.stats.fee_balance)),
            Term(caption=wording.text("Stays in the contract"), value=money(MIN_RESERVE)),
        ),
        can_withdraw=bool(owner) and state.withdrawable > 0,
        owner_here=owner,
        operations=tuple(operation_line(row, now=now) for row in operations),
    )


def terms(state: CollectorState, *, testnet: bool) -> tuple[Term, ...]:
    """Return the terms as lines, in the order in which an owner asks for them."""
    on, off = wording.text("On"), wording.text("Off")
    return (
        Term(caption=wording.text("Contract"), value=contract_place(state.address, testnet=testnet)),
        Term(caption=wording.text("Supplier"), value=wallet_place(state.terms.supplier, testnet=testnet)),
        Term(caption=wording.text("Owner"), value=wallet_place(state.terms.owner, testnet=testnet)),
        Term(caption=wording.text("Fee"), value=wording.percent(state.terms.fee_bps)),
        Term(
            caption=wording.text("Payments"),
            value=wording.text("Paused") if state.terms.paused else wording.text("Accepted"),
        ),
        Term(caption=wording.text("Payment by comment"), value=on if state.terms.comments else off),
        Term(caption=wording.text("Code"), value=_code(state.code_hash)),
    )


def _code(code_hash: bytes) -> str:
    return wording.text("Known build {hash}", hash=code_hash.hex()[:12])


def operation_line(row: OperationRow, *, now: int) -> OperationLine:
    """Return a stored operation as a row."""
    confirmed = _confirmed(row.progress)
    return OperationLine(
        id=row.id,
        what=wording.intent_name(confirmed.preview.intent),
        value=_value(confirmed.preview.intent, progress=row.progress),
        when=wording.ago(max(0, now - confirmed.at)),
        state=wording.progress(row.progress),
        tone=_tone(row.progress),
    )


def _confirmed(progress: Progress) -> Confirmed:
    sent = progress if isinstance(progress, Sent) else progress.sent
    return sent.signed.confirmed


def _value(intent: Intent, *, progress: Progress) -> str:
    match intent:
        case Deploy(terms=deployed):
            return wording.amount(deployed.min_withdrawal)
        case SetMinWithdrawal(value=value):
            return wording.amount(value) if value else wording.text("by hand only")
        case ForceWithdraw():
            return wording.amount(progress.received) if isinstance(progress, Settled) else ""
        case _:
            assert_never(intent)


def _tone(progress: Progress) -> Tone:
    match progress:
        case Sent():
            return Tone.ACCENT
        case Settled():
            return Tone.GOOD
        case Bounced():
            return Tone.BAD
        case Expired() | Lost():
            return Tone.WARN
        case _:
            assert_never(progress)
