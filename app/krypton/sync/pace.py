"""How often and how long: pauses after failures, resends, and the beat of new blocks; knows no chain."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")


class InThread(Protocol):
    """Runs blocking work elsewhere, one at a time, in the order in which it was handed in."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]:
        """Return what `work` returns."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds, except where an entry count says otherwise.

    A pause doubles from `first_pause` to `longest_pause`. A pending message is sent again every
    `resend`. Histories are read `page` entries at a time; at most `hold` wait in memory, and `chunk` go
    into one database transaction of a long look back.
    """

    first_pause: float = 0.5
    longest_pause: float = 4.0
    resend: float = 4.0
    page: int = 256
    hold: int = 120_000
    chunk: int = 512


class Pauses:
    """The pauses of one task: longer with each failure in a row."""

    def __init__(self, pace: Pace, /) -> None:
        self._pace = pace
        self._next = pace.first_pause

    def failed(self) -> float:
        """Return how long to pause now, in seconds."""
        pause = self._next
        self._next = min(2 * pause, self._pace.longest_pause)
        return pause

    def worked(self) -> None:
        """Begin anew."""
        self._next = self._pace.first_pause


class Beat:
    """Counts looks at the chain and lets any number of tasks wait for the next one."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = asyncio.Event()

    def tell(self) -> None:
        """Wake whoever waits."""
        self.count += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def after(self, count: int, /) -> int:
        """Return the present count once it is past `count`: several missed beats are one."""
        while self.count <= count:
            await self._changed.wait()
        return self.count
