"""The shop at a glance: fees against the threshold, when the next withdrawal comes, what was paid last."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import Enum

from krypton import wording
from krypton.domain.chain import Seen
from krypton.domain.collector import BY_HAND_ONLY, CollectorState
from krypton.domain.money import Nano
from krypton.domain.ports import BalancePoint, PaymentRow, WithdrawalRow
from krypton.presenters.chart import ChartView, chart
from krypton.presenters.figures import Money, Place, money, places_for, wallet_place
from krypton.presenters.tone import Tone
from krypton.services.forecast import forecast

PERMILLE = 1000
ROWS = 8
"""Payments and withdrawals that the page lists."""
MINUTE, HOUR, DAY = 60, 3_600, 86_400
FAR = 400 * DAY


class Phase(Enum):
    """What the page has to show."""

    LOADING = "loading"
    FAILED = "failed"
    EMPTY = "empty"
    BUSY = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    """A payment as a row."""

    when: str
    buyer: Place
    total: Money
    forwarded: Money
    fee: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalLine:
    """A withdrawal as a row; `kind` says who started it."""

    when: str
    amount: Money
    kind: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyersView:
    """Simulated buyers of the sandbox; `rates` are payments a minute that can be chosen."""

    rate: int
    rates: tuple[int, ...] = (0, 30, 120, 600)

    def caption(self, rate: int) -> str:
        """Return what choosing a rate says."""
        return wording.text("Off") if rate == 0 else wording.text("{rate} a minute", rate=rate)


def buyers_at(rate: int, /) -> BuyersView:
    """Return the choice of rates with this one chosen; one that is none of ours is offered, too."""
    offered = BuyersView(rate=rate).rates
    return BuyersView(rate=rate, rates=tuple(sorted({*offered, rate})))


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewView:
    """All that the page shows."""

    phase: Phase = Phase.LOADING
    failure: wording.Sentence | None = None
    balance: Money | None = None
    threshold: Money | None = None
    threshold_note: str = ""
    permille: int = 0
    forecast: str = ""
    withdrawable: Money | None = None
    collected: Money | None = None
    last_withdrawal: str = ""
    paused: str = ""
    chart: ChartView = field(default_factory=ChartView)
    payments: tuple[PaymentLine, ...] = ()
    withdrawals: tuple[WithdrawalLine, ...] = ()
    pay_to: Place | None = None
    buyers: BuyersView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What the page is computed from: the contract as proven, and the stored history."""

    seen: Seen[CollectorState]
    payments: Sequence[PaymentRow] = ()
    withdrawals: Sequence[WithdrawalRow] = ()
    points: Sequence[BalancePoint] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stays the same from one snapshot to the next."""

    testnet: bool
    zone: tzinfo | None
    buyers: BuyersView | None = None


def overview(snapshot: Snapshot, *, pay_to: Place, frame: Frame, now: int) -> OverviewView:
    """Compute the page."""
    state, standing = snapshot.seen.value, snapshot.seen.standing
    chain_now = standing.time + max(0, now - standing.received)
    stats, terms = state.stats, state.terms
    by_hand = terms.min_withdrawal == BY_HAND_ONLY
    return OverviewView(
        phase=Phase.BUSY if snapshot.payments or stats.total_collected else Phase.EMPTY,
        balance=money(stats.fee_balance),
        threshold=None if by_hand else money(terms.min_withdrawal),
        threshold_note=threshold_note(stats.fee_balance, threshold=terms.min_withdrawal),
        permille=filled(stats.fee_balance, threshold=terms.min_withdrawal),
        forecast=forecast_words(snapshot.payments, state=state, now=chain_now),
        withdrawable=money(state.withdrawable),
        collected=money(stats.total_collected),
        last_withdrawal=_last_withdrawal(stats.last_withdrawal_time, now=chain_now),
        paused=wording.text("Payments are paused: buyers are refused.") if terms.paused else "",
        chart=chart(snapshot.points, threshold=terms.min_withdrawal, zone=frame.zone),
        payments=_payment_lines(snapshot.payments[:ROWS], frame=frame, now=chain_now),
        withdrawals=_withdrawal_lines(snapshot.withdrawals[:ROWS], now=chain_now),
        pay_to=pay_to,
        buyers=frame.buyers,
    )


def filled(balance: Nano, *, threshold: Nano) -> int:
    """Return how far the fees got towards the threshold, in thousandths; 0 where there is none."""
    return 0 if threshold == BY_HAND_ONLY else min(PERMILLE, balance * PERMILLE // threshold)


def threshold_note(balance: Nano, *, threshold: Nano) -> str:
    """Return how far the fees got, in words."""
    if threshold == BY_HAND_ONLY:
        return wording.text("You withdraw by hand.")
    share = wording.percent(filled(balance, threshold=threshold) * 10)
    return wording.text("{share} of {threshold}", share=share, threshold=wording.amount(threshold))


def forecast_words(payments: Sequence[PaymentRow], *, state: CollectorState, now: int) -> str:
    """Say when the next withdrawal comes at the pace of the last payments; `now` is chain time."""
    if state.terms.min_withdrawal == BY_HAND_ONLY:
        return wording.text("Nothing leaves the contract until you withdraw.")
    if state.terms.paused:
        return wording.text("No withdrawal comes while payments are paused.")
    due = forecast(state, payments=payments, now=now)
    if due is None:
        return wording.text("A forecast comes with the first payments.")
    if due.missing == 0:
        return wording.text("The next payment withdraws.")
    if due.at - now >= FAR:
        return wording.text("At this pace the next withdrawal is more than a year away.")
    return wording.text("Next withdrawal in about {span} at this pace.", span=duration(due.at - now))


def duration(seconds: int) -> str:
    """Return a span of time in its largest fitting unit."""
    if seconds < MINUTE:
        return wording.count("{n} second", "{n} seconds", max(1, seconds))
    if seconds < HOUR:
        return wording.count("{n} minute", "{n} minutes", seconds // MINUTE)
    if seconds < 2 * DAY:
        return wording.count("{n} hour", "{n} hours", seconds // HOUR)
    return wording.count("{n} day", "{n} days", seconds // DAY)


def _last_withdrawal(time: int, *, now: int) -> str:
    return wording.ago(max(0, now - time)) if time else wording.text("Never yet")


def _payment_lines(rows: Sequence[PaymentRow], *, frame: Frame, now: int) -> tuple[PaymentLine, ...]:
    totals = places_for(row.payment.total for row in rows)
    forwards = places_for(row.payment.forwarded for row in rows)
    fees = places_for(row.payment.fee for row in rows)
    return tuple(
        PaymentLine(
            when=wording.ago(max(0, now - row.stamp.time)),
            buyer=wallet_place(row.payment.buyer, testnet=frame.testnet),
            total=money(row.payment.total, places=max(2, totals)),
            forwarded=money(row.payment.forwarded, places=max(2, forwards)),
            fee=money(row.payment.fee, places=max(2, fees)),
        )
        for row in rows
    )


def _withdrawal_lines(rows: Sequence[WithdrawalRow], *, now: int) -> tuple[WithdrawalLine, ...]:
    places = max(2, places_for(row.withdrawal.amount for row in rows))
    return tuple(
        WithdrawalLine(
            when=wording.ago(max(0, now - row.stamp.time)),
            amount=money(row.withdrawal.amount, places=places),
            kind=wording.text("By hand") if row.withdrawal.forced else wording.text("Automatic"),
            tone=Tone.ACCENT if row.withdrawal.forced else Tone.GOOD,
        )
        for row in rows
    )
