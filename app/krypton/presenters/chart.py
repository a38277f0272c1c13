"""The fee balance over time as points, ticks and one sentence; knows no pixel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from krypton import wording
from krypton.domain.money import Nano
from krypton.domain.ports import BalancePoint

GAPS = 5
"""Into how many parts time labels cut the chart."""
DAY = 86_400
SHORT = 600
"""Below so many seconds the time labels need their own seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """A point: Unix time and nano."""

    time: int
    nano: Nano


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A label on an axis; `at` is Unix time or nano."""

    at: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartView:
    """What is drawn: a line, withdrawals marked on it, the threshold, and labels."""

    line: tuple[ChartPoint, ...] = ()
    marks: tuple[ChartPoint, ...] = ()
    threshold: Nano | None = None
    times: tuple[Tick, ...] = ()
    heights: tuple[Tick, ...] = ()
    begin: int = 0
    end: int = 1
    top: Nano = 0
    summary: str = ""


def chart(points: Sequence[BalancePoint], *, threshold: Nano, zone: tzinfo | None = UTC) -> ChartView:
    """Turn stored points (oldest first) into the sawtooth; a threshold of 0 is none."""
    if not points:
        return ChartView(summary=wording.text("No fees yet."))
    line = _sawtooth(points)
    marks = tuple(ChartPoint(time=each.time, nano=each.withdrawn) for each in points if each.withdrawn)
    top = max(threshold, *(point.nano for point in line))
    begin, end = points[0].time, max(points[-1].time, points[0].time + 1)
    return ChartView(
        line=line,
        marks=marks,
        threshold=threshold or None,
        times=_time_ticks(begin, end=end, zone=zone),
        heights=_height_ticks(top, threshold=threshold),
        begin=begin,
        end=end,
        top=top,
        summary=_summary(points, withdrawals=len(marks)),
    )


def _sawtooth(points: Sequence[BalancePoint]) -> tuple[ChartPoint, ...]:
    """Hold each height until the next transaction changes it: fees don't come in between."""
    line: list[ChartPoint] = []
    for point in points:
        if line and (point.withdrawn or line[-1].nano != point.fee_balance):
            line.append(ChartPoint(time=point.time, nano=line[-1].nano))
        if point.withdrawn:
            line.append(ChartPoint(time=point.time, nano=point.withdrawn))
        line.append(ChartPoint(time=point.time, nano=point.fee_balance))
    return tuple(line)


def _time_ticks(begin: int, *, end: int, zone: tzinfo | None) -> tuple[Tick, ...]:
    span = end - begin
    shape = "%H:%M:%S" if span < SHORT else "%H:%M" if span < 2 * DAY else "%d.%m"
    ticks = [begin + span * part // GAPS for part in range(GAPS + 1)][1:-1]
    return tuple(
        Tick(at=at, label=datetime.fromtimestamp(at, UTC).astimezone(zone).strftime(shape)) for at in ticks
    )


def _height_ticks(top: Nano, *, threshold: Nano) -> tuple[Tick, ...]:
    heights = (0, threshold // 2, threshold) if threshold else _round_heights(top)
    return tuple(Tick(at=at, label=wording.figure(at, decimals=0)) for at in heights)


def _round_heights(top: Nano) -> tuple[Nano, ...]:
    """Return up to four heights that a person would choose: steps of 1, 2 or 5 times a power of ten."""
    power = 10 ** max(0, len(str(top)) - 2)
    step = next(step * power for step in (1, 2, 5, 10, 20, 50) if step * power * 3 >= top)
    return tuple(range(0, top + 1, step))


def _summary(points: Sequence[BalancePoint], *, withdrawals: int) -> str:
    return wording.text(
        "Fee balance from {begin} to {end}: now {now}, withdrawals: {withdrawals}.",
        begin=wording.moment(points[0].time),
        end=wording.moment(points[-1].time),
        now=wording.amount(points[-1].fee_balance),
        withdrawals=withdrawals,
    )
