"""Follows every known collector and every open operation, block by block; knows ports, no SQL, no Qt."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from krypton.domain.address import Address
from krypton.domain.chain import Proof, Standing
from krypton.domain.errors import KryptonError
from krypton.domain.observable import Value
from krypton.domain.operation import Deploy, Outcome, Sent, Settled
from krypton.domain.ports import Backfill, Changes, Clock, Ledger, Reader
from krypton.sync.history import History
from krypton.sync.pace import Beat, InThread, Pace, Pauses
from krypton.sync.settlement import Settlement

Source: TypeAlias = str | Address
"""Who is in trouble: the watch over blocks, the operations, or one collector."""
_BLOCKS: Source = "blocks"
_OPERATIONS: Source = "operations"
_VOUCHED = 6
"""Seconds for which a signed block is shown rather than newer ones whose signatures aren't checked yet."""


@dataclass(frozen=True, slots=True)
class _Trouble:
    error: KryptonError
    since: int


class Follower:
    """Runs until cancelled; everything that it finds is in the ledger before `changes` tells of it.

    One task watches for blocks, one looks after operations and one after each collector, so a long look
    back or a failure in one doesn't hold up the others.
    """

    def __init__(
        self, *, reader: Reader, ledger: Ledger, in_thread: InThread, clock: Clock, pace: Pace | None = None
    ) -> None:
        """Take the ports; `in_thread` runs the ledger's blocking calls one after the other."""
        self.changes: Value[Changes] = Value(Changes())
        self.backfills: Value[tuple[Backfill, ...]] = Value(())
        self._reader = reader
        self._ledger = ledger
        self._in_thread = in_thread
        self._clock = clock
        self._pace = pace or Pace()
        self._settlement = Settlement(reader=reader, pace=self._pace)
        self._troubles: dict[Source, _Trouble] = {}
        self._woken = asyncio.Event()
        self._beat = Beat()

    def wake(self) -> None:
        """Look now: something was just sent, or a collector was just added."""
        self._woken.set()

    async def run(self) -> None:
        """Follow until cancelled. Failures of the chain and the store are told and outlived."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch_operations(), name="sync: operations")
                await self._watch_blocks(group)
        finally:
            self.backfills.put(())

    async def _watch_blocks(self, group: asyncio.TaskGroup) -> None:
        seqno = 0
        followed: set[Address] = set()
        pauses = Pauses(self._pace)
        while True:
            try:
                standing = await self._next(seqno)
                known = await self._in_thread(self._ledger.collectors)
            except KryptonError as error:
                self._tell_trouble(_BLOCKS, error)
                await self._pause(pauses.failed())
                continue
            pauses.worked()
            self._troubles.pop(_BLOCKS, None)
            seqno = standing.seqno
            for collector in known:
                if collector.address not in followed:
                    followed.add(collector.address)
                    group.create_task(
                        self._watch_collector(collector.address), name=f"sync: {collector.address}"
                    )
            self._publish(standing=standing)
            self._beat.tell()

    async def _next(self, seqno: int) -> Standing:
        """Return the next block's standing, or the present one when woken."""
        block = asyncio.ensure_future(self._reader.next_block(seqno))
        woken = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait({block, woken}, return_when=asyncio.FIRST_COMPLETED)
            self._woken.clear()
            if block.done():
                return block.result()
            return await self._reader.head()
        finally:
            block.cancel()
            woken.cancel()
            await asyncio.gather(block, woken, return_exceptions=True)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _watch_collector(self, collector: Address) -> None:
        history = History(
            collector,
            reader=self._reader,
            ledger=self._ledger,
            in_thread=self._in_thread,
            pace=self._pace,
            tell=self._tell_backfill,
        )
        pauses = Pauses(self._pace)
        seen = 0
        while True:
            seen = await self._beat.after(seen)
            while True:
                try:
                    moved = await history.catch_up()
                except KryptonError as error:
                    self._end_backfill(collector)
                    self._tell_trouble(collector, error)
                    await asyncio.sleep(pauses.failed())
                    continue
                break
            pauses.worked()
            self._end_backfill(collector)
            self._end_trouble(collector)
            if moved:
                self._publish(collectors=frozenset({collector}))

    async def _watch_operations(self) -> None:
        pauses = Pauses(self._pace)
        seen = 0
        while True:
            seen = await self._beat.after(seen)
            well = await self._look_after_operations()
            while not well:
                await asyncio.sleep(pauses.failed())
                well = await self._look_after_operations()
            pauses.worked()
            self._end_trouble(_OPERATIONS)

    async def _look_after_operations(self) -> bool:
        """Settle what can be settled; False when something failed."""
        try:
            sents = await self._in_thread(self._ledger.open_operations)
        except KryptonError as error:
            self._tell_trouble(_OPERATIONS, error)
            return False
        self._settlement.forget_all_but(frozenset(sent.id for sent in sents))
        well = True
        for sent in sents:
            try:
                await self._settle(sent)
            except KryptonError as error:
                self._tell_trouble(_OPERATIONS, error)
                well = False
        return well

    async def _settle(self, sent: Sent) -> None:
        outcome = await self._settlement.outcome(sent)
        if outcome is None:
            return
        await self._in_thread(partial(self._close, outcome))
        collector = sent.signed.confirmed.preview.collector
        self._publish(collectors=frozenset({collector}), operations=frozenset({sent.id}))
        self.wake()

    def _close(self, outcome: Outcome) -> None:
        """Store the outcome; runs in the ledger's thread. Doing it twice is doing it once."""
        preview = outcome.sent.signed.confirmed.preview
        if isinstance(outcome, Settled) and isinstance(preview.intent, Deploy):
            self._ledger.add_collector(preview.collector, label="", at=self._clock())
        self._ledger.store_outcome(outcome)

    def _tell_backfill(self, backfill: Backfill) -> None:
        others = (one for one in self.backfills.now if one.collector != backfill.collector)
        self.backfills.put((*others, backfill))

    def _end_backfill(self, collector: Address) -> None:
        self.backfills.put(tuple(one for one in self.backfills.now if one.collector != collector))

    def _tell_trouble(self, source: Source, error: KryptonError) -> None:
        held = self._troubles.get(source)
        since = self._clock() if held is None else held.since
        self._troubles[source] = _Trouble(error, since)
        if held is None or type(held.error) is not type(error):
            self._publish()

    def _end_trouble(self, source: Source) -> None:
        if self._troubles.pop(source, None) is not None:
            self._publish()

    def _publish(
        self,
        *,
        standing: Standing | None = None,
        collectors: frozenset[Address] = frozenset(),
        operations: frozenset[int] = frozenset(),
    ) -> None:
        before = self.changes.now
        trouble = next(iter(self._troubles.values()), None)
        shown = before.standing if standing is None else _shown(standing, before=before.standing)
        self.changes.put(
            Changes(
                step=before.step + 1,
                standing=shown,
                collectors=collectors,
                operations=operations,
                problem=None if trouble is None else trouble.error,
                problem_since=None if trouble is None else trouble.since,
            )
        )


def _shown(standing: Standing, *, before: Standing | None) -> Standing:
    """Return the newer standing, but for a signed one that is seconds old while the newer isn't checked."""
    if standing.proof is Proof.SIGNED or before is None or before.proof is not Proof.SIGNED:
        return standing
    return before if standing.received - before.received <= _VOUCHED else standing
