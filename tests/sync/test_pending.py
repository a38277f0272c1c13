"""A pending operation: sent again, expired, or settled exactly once whatever fails in between."""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krypton.domain.chain import Proof
from krypton.domain.errors import HistoryMissing, MessageRefused, NoAgreement, NoServers
from krypton.domain.ledger import Refused
from krypton.domain.operation import Bounced, Expired, Lost, Outcome, Sent, Settled
from krypton.sync.pace import Pace
from krypton.sync.settlement import GRACE, PATIENCE
from tests.store.histories import COLLECTOR, OTHER, OWNER, payment
from tests.store.samples import MADE_AT, VALID_UNTIL, preview, signed
from tests.sync.fakes import failing
from tests.sync.operations import CHANGED, progress, send, seqno, settled
from tests.sync.stage import PACE, Stage, staged


async def test_until_it_ran_the_same_bytes_are_sent_again(stage: Stage) -> None:
    sent = send(stage)
    async with stage.following():
        await stage.look(3)
        assert len(stage.chain.received) >= 3
        assert set(stage.chain.received) == {sent.signed.message}
        out = stage.chain.run(sent)
        stage.chain.block()
        await stage.look(3)
        count = len(stage.chain.received)
        await stage.look(3)
        assert len(stage.chain.received) == count  # it ran: nothing to send
        stage.chain.happen(COLLECTOR, CHANGED, message_hash=out)
        stage.chain.block()
        await stage.until(lambda: sent.id in stage.told)


async def test_resending_is_paced(stage: Stage) -> None:
    send(stage)
    stage.new_follower(pace=replace(PACE, resend=3_600))
    async with stage.following():
        await stage.look(5)
    assert len(stage.chain.received) == 1
    assert Pace().resend >= 1


async def test_a_servers_refusal_is_an_opinion(tmp_path: Path) -> None:
    def disturb(call: str) -> None:
        if call == "broadcast":
            raise MessageRefused(code=133)

    async with staged(tmp_path / "ledger.db", disturb=disturb) as stage:
        sent = send(stage)
        async with stage.following() as follower:
            await stage.look(3)
            assert follower.changes.now.problem is None
            assert stage.ledger.open_operations() == (sent,)
            out = stage.chain.run(sent)
            stage.chain.happen(COLLECTOR, CHANGED, message_hash=out)
            stage.chain.block()
            await stage.until(lambda: sent.id in stage.told)
    assert isinstance(progress(stage), Settled)


async def test_it_expires_when_the_chains_time_passed_and_the_seqno_did_not(stage: Stage) -> None:
    sent = send(stage)
    stage.chain.time = VALID_UNTIL
    async with stage.following():
        await stage.look(3)
        stage.chain.time = VALID_UNTIL + GRACE
        await stage.look(3)
        assert stage.ledger.open_operations() == (sent,)  # a late block could still hold it
        sends = len(stage.chain.received)
        stage.chain.block(seconds=1)
        await stage.until(lambda: sent.id in stage.told)
        assert len(stage.chain.received) == sends
    assert progress(stage) == Expired(sent=sent, chain_time=VALID_UNTIL + GRACE + 1)


async def test_a_seqno_used_by_another_message_expires_it_but_not_before_its_time(stage: Stage) -> None:
    sent = send(stage)
    stage.chain.run_another(OWNER, seqno=5)
    async with stage.following():
        await stage.look(3)
        assert stage.ledger.open_operations() == (sent,)
        assert stage.chain.received == []
        stage.chain.block(seconds=VALID_UNTIL + GRACE + 1 - stage.chain.time)
        await stage.until(lambda: sent.id in stage.told)
    assert isinstance(progress(stage), Expired)


async def test_an_outcome_waits_until_servers_agree_on_it(stage: Stage) -> None:
    sent = send(stage)
    stage.reader.proof, stage.reader.asked = Proof.SINGLE, 4
    async with stage.following() as follower:
        await stage.look(2)
        assert set(stage.chain.received) == {sent.signed.message}  # but it goes on being sent
        stage.chain.block(seconds=VALID_UNTIL + GRACE + 1 - stage.chain.time)
        await stage.until(lambda: isinstance(follower.changes.now.problem, NoAgreement))
        assert stage.ledger.open_operations() == (sent,)
        stage.reader.proof = Proof.AGREED
        await stage.until(lambda: sent.id in stage.told)
    assert isinstance(progress(stage), Expired)


async def test_a_message_that_ran_settles_however_late_we_look(stage: Stage) -> None:
    sent = send(stage)
    stage.chain.time = VALID_UNTIL - 1
    out = stage.chain.run(sent)
    entry = stage.chain.happen(COLLECTOR, CHANGED, message_hash=out)
    stage.chain.time = VALID_UNTIL + 30 * 86_400
    for taken in range(6, 20):
        stage.chain.run_another(OWNER, seqno=taken)
    for _ in range(20):
        stage.chain.happen(COLLECTOR, payment())
    assert await settled(stage, sent) == Settled(sent=sent, stamp=entry.stamp)


async def test_without_the_wallets_history_nothing_is_called_expired(stage: Stage) -> None:
    sent = send(stage)
    stage.chain.run_another(OWNER, seqno=5)
    stage.chain.run_another(OWNER, seqno=6)
    stage.chain.time = VALID_UNTIL + 1_000
    stage.reader.forgets_before = stage.chain.lt + 1
    async with stage.following() as follower:
        await stage.until(lambda: isinstance(follower.changes.now.problem, HistoryMissing))
        assert stage.ledger.open_operations() == (sent,)
        stage.reader.forgets_before = 0
        await stage.until(lambda: sent.id in stage.told)
    assert isinstance(progress(stage), Expired)


@pytest.mark.parametrize("ours", [True, False])
async def test_what_no_server_remembers_is_lost_once_it_can_not_run_any_more(
    stage: Stage, *, ours: bool
) -> None:
    sent = send(stage)
    if ours:
        stage.chain.run(sent)  # but what became of it at the collector is gone, too
    else:
        stage.chain.run_another(OWNER, seqno=5)
    stage.chain.happen(COLLECTOR, payment())
    stage.reader.forgets_before = stage.chain.lt + 1
    stage.chain.time = VALID_UNTIL + GRACE
    async with stage.following() as follower:
        await stage.look(2 * PATIENCE)
        assert isinstance(follower.changes.now.problem, HistoryMissing)
        assert stage.ledger.open_operations() == (sent,)
        stage.chain.block(seconds=1)
        await stage.until(lambda: sent.id in stage.told)
    assert progress(stage) == Lost(sent=sent, chain_time=VALID_UNTIL + GRACE + 1)
    assert stage.ledger.open_operations() == ()
    send(stage, mark=2)  # the wallet is free again


async def test_one_operations_trouble_does_not_hold_up_another(stage: Stage) -> None:
    stuck = send(stage)
    stage.chain.run_another(OWNER, seqno=5)
    stage.reader.forgets_before = stage.chain.lt + 1
    other = stage.ledger.store_sent(signed(preview(wallet=OTHER), mark=2), at=MADE_AT)
    out = stage.chain.run(other)
    stage.chain.happen(COLLECTOR, CHANGED, message_hash=out)
    async with stage.following():
        await stage.until(lambda: other.id in stage.told)
    assert stage.ledger.open_operations() == (stuck,)


FATES = ["settles", "bounces", "expires"]
CALLS = ["next_block", "head", "account", "entries", "wallet", "transactions", "broadcast"]


@given(
    fate=st.sampled_from(FATES),
    faults=st.dictionaries(st.sampled_from(CALLS), st.integers(0, 4)),
    restarts=st.integers(0, 3),
)
def test_an_operation_settles_exactly_once_whatever_fails_in_between(
    fate: str, faults: dict[str, int], restarts: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        asyncio.run(_operate(path, fate=fate, disturb=failing(faults), restarts=restarts))


async def _operate(path: Path, *, fate: str, disturb: Callable[[str], None], restarts: int) -> None:
    async with staged(path, disturb=disturb) as stage:
        stage.ledger.add_collector(COLLECTOR, label="", at=1)
        sent = send(stage)
        for _ in range(restarts):  # cancelled a turn or so after it began, with the message still pending
            stage.new_follower()
            async with stage.following():
                stage.chain.block(seconds=0)
                await asyncio.sleep(0)
        assert stage.told == []
        _meet(stage, sent, fate=fate)
        stage.new_follower()
        async with stage.following():
            await stage.until(lambda: stage.ledger.open_operations() == () and bool(stage.told))
            stage.chain.block()
            await stage.until(lambda: seqno(stage) == stage.chain.seqno)
        assert stage.told == [sent.id]
        kinds: dict[str, type[Outcome]] = {"settles": Settled, "bounces": Bounced, "expires": Expired}
        assert isinstance(progress(stage), kinds[fate])


def _meet(stage: Stage, sent: Sent, *, fate: str) -> None:
    if fate == "expires":
        stage.chain.block(seconds=VALID_UNTIL + GRACE + 1 - stage.chain.time)
        return
    out = stage.chain.run(sent)
    event = CHANGED if fate == "settles" else Refused(exit_code=103, returned=1)
    stage.chain.happen(COLLECTOR, event, message_hash=out)
    stage.chain.block()


async def test_a_failing_server_only_delays_the_outcome(tmp_path: Path) -> None:
    async with staged(tmp_path / "ledger.db", disturb=failing({"wallet": 2, "transactions": 1})) as stage:
        sent = send(stage)
        out = stage.chain.run(sent)
        stage.chain.happen(COLLECTOR, CHANGED, message_hash=out)
        seen: list[type[Exception]] = []
        stage.follower.changes.watch(
            lambda changes: seen.append(type(changes.problem)) if changes.problem is not None else None
        )
        assert isinstance(await settled(stage, sent), Settled)
        assert set(seen) == {NoServers}
