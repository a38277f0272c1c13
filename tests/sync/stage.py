"""A follower over a scripted chain and a real database, and ways to wait for what it does."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

from krypton.domain.address import Address
from krypton.domain.ledger import Entry
from krypton.store.engine import Database, open_database
from krypton.store.ledger import StoredLedger
from krypton.sync.follower import Follower
from krypton.sync.pace import Pace
from tests.sync.fakes import ScriptedChain, ScriptedReader

T = TypeVar("T")
PACE = Pace(first_pause=0, longest_pause=0, resend=0, page=3, hold=9, chunk=4)
TOO_LONG = 60
NOW = 1_790_000_000


class Stage:
    """One profile's worth: chain, reader, ledger, follower; the follower may be started again."""

    def __init__(self, path: Path, *, disturb: Callable[[str], None] | None = None) -> None:
        self.chain = ScriptedChain()
        self.reader = ScriptedReader(self.chain, disturb=disturb)
        self.database: Database = open_database(path)
        self.ledger = StoredLedger(self.database)
        self.told: list[int] = []
        self._looks = 0
        self._looked = asyncio.Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        self.follower = self.new_follower()

    def new_follower(self, *, pace: Pace = PACE) -> Follower:
        self.follower = Follower(
            reader=self.reader, ledger=self.ledger, in_thread=self.in_thread, clock=lambda: NOW, pace=pace
        )
        self.follower.changes.watch(lambda changes: self.told.extend(changes.operations))
        return self.follower

    def in_thread(self, work: Callable[[], T], /) -> Awaitable[T]:
        if work == self.ledger.open_operations:
            self._looks += 1
            self._looked.set()
        return asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        self._thread.shutdown()
        self.database.close()

    @asynccontextmanager
    async def following(self) -> AsyncGenerator[Follower, None]:
        """Follow inside; cancelled cleanly on leaving, whatever it was doing."""
        task = asyncio.create_task(self.follower.run())
        try:
            yield self.follower
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait until something is so; looked at with each change that the follower tells."""
        changed = asyncio.Event()
        unwatch = self.follower.changes.watch(lambda _changes: changed.set())
        try:
            async with asyncio.timeout(TOO_LONG):
                while not reached():
                    changed.clear()
                    await changed.wait()
        finally:
            unwatch()

    async def look(self, times: int = 1) -> None:
        """Have the follower look at its operations so many times more, each to its end."""
        async with asyncio.timeout(TOO_LONG):
            for _ in range(times + 1):  # the last one only shows that the one before is over
                before = self._looks
                self.chain.block(seconds=0)
                while self._looks == before:
                    self._looked.clear()
                    await self._looked.wait()

    async def until_stored(self, *collectors: Address) -> None:
        """Wait until these collectors' cursors are the chain's heads."""
        await self.until(lambda: all(self.stored(one) == self.truth(one) for one in collectors))

    def truth(self, collector: Address) -> tuple[Entry, ...]:
        return tuple(self.chain.entries.get(collector, ()))

    def stored(self, collector: Address) -> tuple[Entry, ...]:
        known = {one.address for one in self.ledger.collectors()}
        return self.ledger.entries(collector, after_lt=0, limit=10_000) if collector in known else ()


@asynccontextmanager
async def staged(path: Path, *, disturb: Callable[[str], None] | None = None) -> AsyncGenerator[Stage, None]:
    """A stage, struck afterwards."""
    stage = Stage(path, disturb=disturb)
    try:
        yield stage
    finally:
        stage.close()
