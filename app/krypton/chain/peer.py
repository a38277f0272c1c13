"""One lite server over time: connects when asked, reconnects, keeps a record; knows no second server."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from krypton.chain.link import Answer, Link, Query, RefusalError, SilentError
from krypton.chain.network import Server

PATIENCE: Final = 4.0
"""Seconds that a server has to answer, beside what it was told to wait."""
CONNECT_PATIENCE: Final = 3.0
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 3.0
_LONGEST_AFTER_GOOD = 0.4
"""The same for a server that did answer once: most likely it restarts, and every caller waits for it."""


@dataclass(slots=True)
class Record:
    """What is known of a server."""

    head: int = 0
    latency: float = 0.05
    faults: int = 0
    last_fault: str = ""
    lies: int = 0
    silences: int = 0
    """How often in a row it didn't answer."""


class Peer:
    """A lite server: connects when first asked, and again after a drop, without its caller noticing."""

    def __init__(self, server: Server) -> None:
        self.name = server.name
        self.record = Record()
        self._server = server
        self._link: Link | None = None
        self._opening = asyncio.Lock()
        self._pause = 0.0
        self._not_before = 0.0
        self._closed = False
        self._was_good = False

    @property
    def connected(self) -> bool:
        """Whether there is a connection now."""
        return self._link is not None and self._link.alive

    @property
    def resting(self) -> bool:
        """Whether it failed to connect so lately that it isn't tried again yet."""
        return not self.connected and time.monotonic() < self._not_before

    @property
    def backlog(self) -> int:
        """How many queries it hasn't answered."""
        return 0 if self._link is None else self._link.backlog

    async def ask(self, query: Query) -> Answer:
        """Return its answer. Raises SilentError, RefusalError, Refuted.

        A connection that turns out to be broken is opened anew once, without its caller noticing.
        """
        began = time.monotonic()
        if self.resting:
            raise SilentError  # no new fault: it wasn't even tried
        try:
            answer = await self._ask(query)
        except SilentError:
            self.record.silences += 1
            self.blame("silent")
            raise
        except RefusalError as refusal:
            if not refusal.only_waited:
                self.note(f"refused {refusal.code}")
            raise
        self.record.silences = 0
        if query.wait_for is None:
            self.record.latency += (time.monotonic() - began - self.record.latency) / 4
        return answer

    async def _ask(self, query: Query) -> Answer:
        if self.connected:
            link = await self._open()
            try:
                return await link.ask(query, patience=PATIENCE)
            except SilentError:
                if link.alive:
                    raise
        return await (await self._open()).ask(query, patience=PATIENCE)

    def blame(self, fault: str, /, *, lie: bool = False) -> None:
        """Count a fault against it."""
        self.record.faults += 1
        self.record.lies += lie
        self.note(fault)

    def note(self, fault: str, /) -> None:
        """Remember what went wrong last; a short code, never the server's words."""
        self.record.last_fault = fault

    async def close(self) -> None:
        """Leave no task and no socket behind, and open none any more."""
        self._closed = True
        await self._drop()

    async def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            await link.close()

    async def _open(self) -> Link:
        async with self._opening:
            if self._link is not None and self._link.alive:
                return self._link
            if self.resting or self._closed:
                raise SilentError
            await self._drop()
            try:
                link = Link(self._server)
                await link.open(patience=CONNECT_PATIENCE)
            except SilentError:
                longest = _LONGEST_AFTER_GOOD if self._was_good else _LONGEST_PAUSE
                self._pause = min(longest, max(_FIRST_PAUSE, self._pause * 2))
                self._not_before = time.monotonic() + self._pause
                raise
            self._pause = 0.0
            self._was_good = True
            self._link = link
            if self._closed:
                await self._drop()
                raise SilentError
            return link
