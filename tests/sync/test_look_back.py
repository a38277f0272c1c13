"""What a look back needs before it is written down, and what it keeps when something fails on the way."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from krypton.domain.address import Address
from krypton.domain.chain import Proof, Stamp
from krypton.domain.errors import DiskFull, NoAgreement, NoServers
from krypton.domain.ledger import Entry, Figures, fold
from tests.store.histories import COLLECTOR, payment
from tests.sync.stage import Stage, staged


async def test_what_one_server_of_several_says_is_not_written_down(stage: Stage) -> None:
    stage.chain.happen(COLLECTOR, payment())
    stage.reader.proof, stage.reader.asked = Proof.SINGLE, 4
    async with stage.following() as follower:
        await stage.until(lambda: isinstance(follower.changes.now.problem, NoAgreement))
        assert stage.stored(COLLECTOR) == ()
        stage.reader.proof = Proof.AGREED
        await stage.until_stored(COLLECTOR)
        await stage.until(lambda: follower.changes.now.problem is None)


async def test_the_only_server_that_there_is_is_all_there_is(stage: Stage) -> None:
    stage.chain.happen(COLLECTOR, payment())
    stage.reader.proof = Proof.SINGLE
    async with stage.following():
        await stage.until_stored(COLLECTOR)


@pytest.mark.parametrize("count", [9, 40])
async def test_a_look_back_that_failed_goes_on_where_it_was(tmp_path: Path, count: int) -> None:
    pages = -(-count // 3)
    broken = pages - 1  # nearly through

    def disturb(call: str) -> None:
        nonlocal broken
        if call == "entries":
            broken -= 1
            if broken in {0, -1, -2}:
                raise NoServers(tried=3)

    async with staged(tmp_path / "ledger.db", disturb=disturb) as stage:
        stage.ledger.add_collector(COLLECTOR, label="", at=1)
        for _ in range(count):
            stage.chain.happen(COLLECTOR, payment())
        async with stage.following():
            await stage.until(lambda: stage.follower.changes.now.problem is not None)
            stage.chain.happen(COLLECTOR, payment())
            await stage.until_stored(COLLECTOR)
        again = pages if count > 9 else 0  # more than may wait in memory: the newer pages are read twice
        assert stage.reader.calls.count("entries") <= pages + again + 3 + 1
        assert stage.ledger.collectors()[0].figures == fold(stage.truth(COLLECTOR))


async def test_what_could_not_be_stored_is_not_read_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, left = stage.ledger.record, 3

    def full(collector: Address, entries: Sequence[Entry], *, before: Stamp) -> Figures:
        nonlocal left
        left -= 1
        if left in {0, 1}:
            raise DiskFull(path="ledger.db")
        return really(collector, entries, before=before)

    monkeypatch.setattr(stage.ledger, "record", full)
    for _ in range(9):
        stage.chain.happen(COLLECTOR, payment())
    async with stage.following():
        await stage.until_stored(COLLECTOR)
    assert stage.reader.calls.count("entries") == 3
