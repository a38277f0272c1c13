"""When the next withdrawal is due, from what came in lately; pure integers, no promise."""

from collections.abc import Sequence
from dataclasses import dataclass

from krypton.domain.collector import BY_HAND_ONLY, CollectorState
from krypton.domain.money import Nano
from krypton.domain.ports import PaymentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """`missing` nano of fees are left to gather; at the recent pace that is `payments` more, until `at`.

    `at` is chain time (Unix).
    """

    missing: Nano
    payments: int
    at: int


def forecast(state: CollectorState, /, *, payments: Sequence[PaymentRow], now: int) -> Forecast | None:
    """Return when the threshold is reached at the pace of `payments` (newest first) up to chain time `now`.

    None where nothing is due: withdrawals by hand only, paused, or too few payments for a pace. The
    pace falls while nobody pays, since `now` moves on.
    """
    threshold = state.terms.min_withdrawal
    if threshold == BY_HAND_ONLY or state.terms.paused:
        return None
    missing = max(0, threshold - state.stats.fee_balance)
    if missing == 0:
        return Forecast(missing=0, payments=0, at=now)
    # The oldest payment only starts the clock: what it brought came in before the time that is measured.
    recent = payments[:-1]
    earned = sum(row.payment.fee for row in recent)
    if earned == 0:
        return None
    seconds = max(1, now - payments[-1].stamp.time)
    return Forecast(
        missing=missing,
        payments=-(-missing * len(recent) // earned),
        at=now + -(-missing * seconds // earned),
    )
