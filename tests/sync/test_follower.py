"""Collectors are followed into the ledger, whole, through failures, moves and cancellation."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krypton.domain.chain import Stamp
from krypton.domain.errors import HistoryMissing, NoServers, Unproven
from krypton.domain.ledger import Entry, Withdrawal, fold
from krypton.domain.ports import Backfill
from tests.store.histories import COLLECTOR, OTHER, OWNER, follow, payment
from tests.sync.fakes import failing
from tests.sync.stage import NOW, Stage, staged

PAID = Withdrawal(to=OWNER, amount=90_000_000, shares=0, forced=False)


async def test_a_new_block_is_in_the_ledger_before_it_is_told(stage: Stage) -> None:
    told: list[tuple[Entry, ...]] = []
    async with stage.following() as follower:
        follower.changes.watch(
            lambda changes: told.append(stage.stored(COLLECTOR)) if COLLECTOR in changes.collectors else None
        )
        await stage.until(lambda: follower.changes.now.standing is not None)
        stage.chain.happen(COLLECTOR, payment())
        stage.chain.block()
        await stage.until_stored(COLLECTOR)
        await stage.until(lambda: bool(told))
        stage.chain.happen(COLLECTOR, payment(), withdrawal=PAID)
        stage.chain.block()
        await stage.until(lambda: len(told) == 2 and _seqno(stage) == stage.chain.seqno)
    assert told == [stage.truth(COLLECTOR)[:1], stage.truth(COLLECTOR)]
    assert follower.changes.now.problem is None


@pytest.mark.parametrize("count", [1, 3, 4, 9, 10, 40, 41])
async def test_a_long_history_is_stored_whole_in_bounded_steps(stage: Stage, count: int) -> None:
    for _ in range(count):
        stage.chain.happen(COLLECTOR, payment())
    seen: list[Backfill] = []
    stage.follower.backfills.watch(seen.extend)
    async with stage.following():
        await stage.until_stored(COLLECTOR)
        await stage.until(lambda: stage.follower.backfills.now == ())
    assert stage.ledger.collectors()[0].figures == fold(stage.truth(COLLECTOR))
    assert all(0 <= one.percent <= 100 and one.stored <= one.gathered <= count for one in seen)
    assert [one.stored for one in seen] == sorted(one.stored for one in seen)
    if count > 9:
        assert len(seen) > 4
        assert (seen[-1].percent, seen[-1].stored) == (100, count)
        assert stage.reader.calls.count("entries") <= 2 * -(-count // 3)  # nothing is fetched a third time


async def test_a_head_that_moves_meanwhile_is_gathered_too(tmp_path: Path) -> None:
    moves = 4

    def disturb(call: str) -> None:
        nonlocal moves
        if call == "entries" and moves:
            moves -= 1
            stage.chain.happen(COLLECTOR, payment())

    async with staged(tmp_path / "ledger.db", disturb=disturb) as stage:
        stage.ledger.add_collector(COLLECTOR, label="", at=1)
        stage.chain.happen(COLLECTOR, payment())
        told: list[int] = []
        stage.follower.changes.watch(
            lambda changes: told.append(len(stage.stored(COLLECTOR))) if changes.collectors else None
        )
        async with stage.following():
            await stage.until(lambda: bool(told))
    assert told == [5]  # in one step, without another block


async def test_a_collector_added_later_is_followed_when_woken(stage: Stage) -> None:
    stage.chain.happen(OTHER, payment())
    async with stage.following() as follower:
        await stage.until(lambda: follower.changes.now.standing is not None)
        stage.ledger.add_collector(OTHER, label="", at=2)
        follower.wake()
        await stage.until_stored(OTHER)


async def test_failures_are_told_with_their_beginning_and_outlived(tmp_path: Path) -> None:
    disturb = failing({"next_block": 3, "account": 2, "entries": 2})
    async with staged(tmp_path / "ledger.db", disturb=disturb) as stage:
        stage.ledger.add_collector(COLLECTOR, label="", at=1)
        stage.chain.happen(COLLECTOR, payment())
        problems: list[tuple[type[Exception] | None, int | None]] = []
        stage.follower.changes.watch(
            lambda changes: problems.append(
                (None if changes.problem is None else type(changes.problem), changes.problem_since)
            )
        )
        async with stage.following() as follower:
            await stage.until_stored(COLLECTOR)
            await stage.until(lambda: follower.changes.now.problem is None)
    assert problems[0] == (NoServers, NOW)
    assert problems[-1] == (None, None)


async def test_one_collectors_trouble_does_not_hold_up_another(stage: Stage) -> None:
    stage.ledger.add_collector(OTHER, label="", at=2)
    for _ in range(8):
        stage.chain.happen(COLLECTOR, payment())
    stage.reader.forgets_before = stage.chain.lt - 3  # COLLECTOR's beginning is on no server
    stage.chain.happen(OTHER, payment())
    async with stage.following() as follower:
        await stage.until_stored(OTHER)
        await stage.until(lambda: isinstance(follower.changes.now.problem, HistoryMissing))
        stage.chain.happen(OTHER, payment())
        stage.chain.block()
        await stage.until_stored(OTHER)
        assert stage.stored(COLLECTOR) == ()  # nothing rather than a part without its beginning
        stage.reader.forgets_before = 0
        await stage.until_stored(COLLECTOR)
        await stage.until(lambda: follower.changes.now.problem is None)


async def test_a_chain_without_our_cursor_is_never_stored(stage: Stage) -> None:
    stage.chain.happen(COLLECTOR, payment())
    strange = follow(Stamp(lt=0, hash=bytes(32), time=0), event=payment(), step=1)
    stage.ledger.record(COLLECTOR, (strange,), before=Stamp(lt=0, hash=bytes(32), time=0))
    async with stage.following() as follower:
        await stage.until(lambda: isinstance(follower.changes.now.problem, Unproven))
    assert stage.stored(COLLECTOR) == (strange,)


async def test_another_transaction_at_the_cursors_time_is_a_lie(stage: Stage) -> None:
    real = stage.chain.happen(COLLECTOR, payment())
    stage.ledger.record(
        COLLECTOR,
        (follow(Stamp(lt=0, hash=bytes(32), time=0), event=payment(), step=real.stamp.lt),),
        before=Stamp(lt=0, hash=bytes(32), time=0),
    )
    async with stage.following() as follower:
        await stage.until(lambda: isinstance(follower.changes.now.problem, Unproven))


async def test_a_server_that_lags_behind_the_cursor_changes_nothing(stage: Stage) -> None:
    for _ in range(3):
        stage.chain.happen(COLLECTOR, payment())
    async with stage.following() as follower:
        await stage.until_stored(COLLECTOR)
        whole = stage.stored(COLLECTOR)
        stage.chain.entries[COLLECTOR] = list(whole[:2])
        stage.chain.block()
        await stage.until(lambda: _seqno(stage) == stage.chain.seqno)
        assert follower.changes.now.problem is None
        stage.chain.entries[COLLECTOR] = list(whole)
        stage.chain.happen(COLLECTOR, payment())
        stage.chain.block()
        await stage.until_stored(COLLECTOR)


def _seqno(stage: Stage) -> int:
    standing = stage.follower.changes.now.standing
    return 0 if standing is None else standing.seqno


async def test_a_mistake_of_ours_is_not_outlived_in_silence(stage: Stage) -> None:
    def broken() -> tuple[()]:
        raise ZeroDivisionError

    stage.ledger.collectors = broken
    with pytest.raises(ExceptionGroup) as caught:
        await stage.follower.run()
    assert caught.group_contains(ZeroDivisionError)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.sampled_from([COLLECTOR, OTHER])),
        st.tuples(st.just("withdraw"), st.sampled_from([COLLECTOR, OTHER])),
        st.tuples(st.just("block"), st.none()),
        st.tuples(st.just("fail"), st.none()),
        st.tuples(st.just("cancel"), st.none()),
        st.tuples(st.just("quiet"), st.none()),
    ),
    max_size=30,
)


@given(before=st.integers(0, 12), steps=STEPS)
def test_whatever_happens_in_between_the_ledger_is_the_fold_of_the_chain(
    before: int, steps: list[tuple[str, object]]
) -> None:
    """Each call to the chain meets the next step: a payment, a block, a failure, or being cancelled."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_live(Path(folder) / "ledger.db", before=before, steps=steps))


class _Script:
    """Meets each call to the chain with the next step."""

    def __init__(self, steps: list[tuple[str, object]], /) -> None:
        self._left = list(reversed(steps))
        self.cancelled = False
        self.stage: Stage | None = None

    @property
    def going_on(self) -> bool:
        return bool(self._left)

    def __call__(self, _call: str) -> None:
        if self.stage is None or not self._left:
            return
        kind, who = self._left.pop()
        collector = OTHER if who == OTHER else COLLECTOR
        match kind:
            case "pay":
                self.stage.chain.happen(collector, payment())
            case "withdraw":
                self.stage.chain.happen(collector, payment(), withdrawal=PAID)
            case "block":
                self.stage.chain.block()
            case "fail":
                raise NoServers(tried=3)
            case _:
                self.cancelled |= kind == "cancel"


async def _live(path: Path, *, before: int, steps: list[tuple[str, object]]) -> None:
    script = _Script(steps)
    async with staged(path, disturb=script) as stage:
        script.stage = stage
        for address in (COLLECTOR, OTHER):
            stage.ledger.add_collector(address, label="", at=1)
        for _ in range(before):
            stage.chain.happen(COLLECTOR, payment())
        while script.going_on:
            script.cancelled = False
            stage.new_follower()
            async with stage.following():
                while script.going_on and not script.cancelled:
                    stage.chain.block()
                    await asyncio.sleep(0)
            _check_whole(stage)
        stage.new_follower()
        async with stage.following() as follower:
            await stage.until_stored(COLLECTOR, OTHER)
            await stage.until(lambda: follower.changes.now.problem is None)
        for known in stage.ledger.collectors():
            assert known.figures == fold(stage.truth(known.address))


def _check_whole(stage: Stage) -> None:
    """At any moment what is stored is the beginning of the truth, figures and all."""
    for known in stage.ledger.collectors():
        stored = stage.stored(known.address)
        assert stored == stage.truth(known.address)[: len(stored)]
        assert known.figures == fold(stored)
