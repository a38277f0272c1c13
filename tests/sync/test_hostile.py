"""Answers that don't hang together, and a store that fails: nothing wrong is kept, nothing stops for good."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from krypton.domain.address import Address
from krypton.domain.chain import Stamp
from krypton.domain.errors import DiskFull, HistoryMissing, Unproven
from krypton.domain.ledger import Entry, Figures, fold
from krypton.domain.operation import Sent, Settled
from tests.store.histories import COLLECTOR, payment
from tests.sync.fakes import ScriptedChain, ScriptedReader
from tests.sync.operations import CHANGED, progress, send
from tests.sync.stage import Stage, staged

Pages = tuple[Entry, ...]


class LyingReader(ScriptedReader):
    """Twists a collector's entries for as long as `lies` says."""

    def __init__(self, chain: ScriptedChain, *, twist: Callable[[Pages], Pages]) -> None:
        super().__init__(chain)
        self.lies = True
        self._twist = twist

    async def entries(
        self, collector: Address, /, *, lt: int, hash_: bytes, until_lt: int, limit: int
    ) -> tuple[Entry, ...]:
        page = await super().entries(collector, lt=lt, hash_=hash_, until_lt=until_lt, limit=limit)
        return self._twist(page) if self.lies else page


def _nothing(_page: Pages) -> Pages:
    return ()


def _headless(page: Pages) -> Pages:
    return page[1:]


def _upside_down(page: Pages) -> Pages:
    return page[::-1]


def _stuttering(page: Pages) -> Pages:
    return page[:1] * 3


def _forged(page: Pages) -> Pages:
    return tuple(replace(one, stamp=replace(one.stamp, hash=bytes(32))) for one in page)


def _circular(page: Pages) -> Pages:
    return tuple(replace(one, previous_lt=one.stamp.lt) for one in page)


def _other_beginning(page: Pages) -> Pages:
    return tuple(replace(one, previous_lt=0, previous_hash=bytes([1]) * 32) for one in page[:1])


@pytest.mark.parametrize(
    "twist, kind",
    [
        (_nothing, HistoryMissing),
        (_headless, Unproven),
        (_upside_down, Unproven),
        (_stuttering, Unproven),
        (_forged, Unproven),
        (_circular, Unproven),
        (_other_beginning, Unproven),
    ],
)
async def test_a_history_that_does_not_hang_together_is_never_stored(
    stage: Stage, twist: Callable[[Pages], Pages], kind: type[Exception]
) -> None:
    reader = stage.reader = LyingReader(stage.chain, twist=twist)
    for _ in range(5):
        stage.chain.happen(COLLECTOR, payment())
    stage.new_follower()
    async with stage.following() as follower:
        await stage.until(lambda: isinstance(follower.changes.now.problem, kind))
        assert stage.stored(COLLECTOR) == ()
        reader.lies = False
        await stage.until_stored(COLLECTOR)


async def test_a_crowd_that_comes_while_we_look_is_the_next_step(tmp_path: Path) -> None:
    crowd = 40

    def disturb(call: str) -> None:
        nonlocal crowd
        if call == "entries" and crowd:
            for _ in range(crowd):
                stage.chain.happen(COLLECTOR, payment())
            crowd = 0
            stage.chain.block()

    async with staged(tmp_path / "ledger.db", disturb=disturb) as stage:
        stage.ledger.add_collector(COLLECTOR, label="", at=1)
        stage.chain.happen(COLLECTOR, payment())
        async with stage.following():
            await stage.until_stored(COLLECTOR)
        assert stage.ledger.collectors()[0].figures == fold(stage.truth(COLLECTOR))


async def test_a_full_disk_is_told_and_outlived(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    really = stage.ledger.record
    left = 2

    def full(collector: Address, entries: Sequence[Entry], *, before: Stamp) -> Figures:
        nonlocal left
        if left:
            left -= 1
            raise DiskFull(path="ledger.db")
        return really(collector, entries, before=before)

    monkeypatch.setattr(stage.ledger, "record", full)
    stage.chain.happen(COLLECTOR, payment())
    problems: list[Exception | None] = []
    stage.follower.changes.watch(lambda changes: problems.append(changes.problem))
    async with stage.following() as follower:
        await stage.until_stored(COLLECTOR)
        await stage.until(lambda: follower.changes.now.problem is None)
    assert any(isinstance(one, DiskFull) for one in problems)


async def test_operations_that_can_not_be_read_are_told_and_read_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = stage.ledger.open_operations
    left = 2

    def unreadable() -> tuple[Sent, ...]:
        nonlocal left
        if left:
            left -= 1
            raise DiskFull(path="ledger.db")
        return really()

    sent = send(stage)
    stage.chain.happen(COLLECTOR, CHANGED, message_hash=stage.chain.run(sent))
    monkeypatch.setattr(stage.ledger, "open_operations", unreadable)
    async with stage.following():
        await stage.until(lambda: stage.told == [sent.id])
    assert isinstance(progress(stage), Settled)
