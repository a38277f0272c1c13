"""Chain time: the wall's, or running ahead of it, or moved by hand; knows no chain."""

from __future__ import annotations

import time


class ChainClock:
    """Gives unix time in whole seconds; never runs backwards."""

    def __init__(self, begin: float, *, speed: float) -> None:
        """Begin at a unix time; a real second is `speed` seconds of the chain (0: it moves by hand alone)."""
        self._begin = begin
        self._speed = speed
        self._started = time.monotonic()

    def now(self) -> int:
        """Give the chain's unix time."""
        return int(self.exact())

    def exact(self) -> float:
        """Give the same with its fraction."""
        return self._begin + (time.monotonic() - self._started) * self._speed

    def advance(self, seconds: float) -> None:
        """Move time forward."""
        self._begin += max(seconds, 0.0)
