"""A sent operation settles, bounces or expires by the chain's facts, exactly once."""

from dataclasses import replace

import pytest

from krypton.domain.chain import Transaction
from krypton.domain.ledger import Entry, Funded, Refused, Unknown, Withdrawal
from krypton.domain.operation import Bounced, Outcome, Settled
from krypton.sync.settlement import NO_CONTRACT, NOT_SENT
from tests.store.histories import COLLECTOR, OTHER, OWNER, payment
from tests.store.samples import DEPLOY, WITHDRAW
from tests.sync.operations import CHANGED, FORCED, progress, send, settled
from tests.sync.stage import Stage

PAID = Withdrawal(to=OWNER, amount=9_940_000_000, shares=0, forced=True)


async def test_a_changed_threshold_settles_in_the_collectors_transaction(stage: Stage) -> None:
    sent = send(stage)
    stage.chain.happen(COLLECTOR, payment())
    out = stage.chain.run(sent)
    entry = stage.chain.happen(COLLECTOR, CHANGED, message_hash=out)
    stage.chain.happen(COLLECTOR, payment())
    assert await settled(stage, sent) == Settled(sent=sent, stamp=entry.stamp, received=0)


async def test_a_forced_withdrawal_says_what_reached_the_owner(stage: Stage) -> None:
    sent = send(stage, WITHDRAW)
    stage.chain.happen(COLLECTOR, payment())
    out = stage.chain.run(sent)
    entry = stage.chain.happen(COLLECTOR, FORCED, withdrawal=PAID, message_hash=out)
    assert await settled(stage, sent) == Settled(sent=sent, stamp=entry.stamp, received=PAID.amount)


async def test_a_deployed_collector_is_known_and_followed_from_then_on(stage: Stage) -> None:
    sent = send(stage, DEPLOY, collector=OTHER)
    assert [one.address for one in stage.ledger.collectors()] == [COLLECTOR]
    out = stage.chain.run(sent)
    funded = Funded(amount=60_000_000, refundable=False)
    entry = stage.chain.happen(OTHER, funded, message_hash=out)
    async with stage.following():
        await stage.until(lambda: sent.id in stage.told)
        await stage.until_stored(OTHER)
    assert progress(stage) == Settled(sent=sent, stamp=entry.stamp)


async def test_a_refused_operation_bounces_with_the_contracts_code(stage: Stage) -> None:
    sent = send(stage)
    out = stage.chain.run(sent)
    entry = stage.chain.happen(COLLECTOR, Refused(exit_code=103, returned=49_000_000), message_hash=out)
    assert await settled(stage, sent) == Bounced(sent=sent, stamp=entry.stamp, exit_code=103)


@pytest.mark.parametrize(
    "exit_code, action_code, expected", [(0, 0, NOT_SENT), (0, 40, 40), (9, 0, 9), (1, 37, 37)]
)
async def test_a_wallet_that_sends_nothing_bounces_it_itself(
    stage: Stage, exit_code: int, action_code: int, expected: int
) -> None:
    sent = send(stage)
    stage.chain.run(sent, delivers=False, exit_code=exit_code, action_code=action_code)
    stamp = stage.chain.wallets[OWNER].last
    assert await settled(stage, sent) == Bounced(sent=sent, stamp=stamp, exit_code=expected)


async def test_a_message_that_comes_back_from_nowhere_bounces(stage: Stage) -> None:
    sent = send(stage, WITHDRAW)
    stage.chain.run(sent)
    async with stage.following():
        await stage.look(3)
        assert stage.ledger.open_operations() == (sent,)
        stage.chain.come_back(sent)
        stage.chain.block()
        await stage.until(lambda: sent.id in stage.told)
    stamp = stage.chain.wallets[OWNER].last
    assert progress(stage) == Bounced(sent=sent, stamp=stamp, exit_code=NO_CONTRACT)


async def test_a_deploy_that_did_not_take_bounces_and_leaves_no_lasting_trouble(stage: Stage) -> None:
    sent = send(stage, DEPLOY, collector=OTHER)
    stage.ledger.add_collector(OTHER, label="", at=1)  # known since it was sent
    stage.chain.uninit.add(OTHER)
    strange = stage.chain.happen(OTHER, payment())
    stage.chain.raw[strange.stamp.lt] = _raw(strange, aborted=True, exit_code=None)
    async with stage.following() as follower:
        await stage.look(2)
        out = stage.chain.run(sent)
        entry = stage.chain.happen(OTHER, Unknown(), message_hash=out)
        message = stage.chain.wallets[OWNER].transactions[-1].out[0]
        raw = _raw(entry, aborted=True, exit_code=None)
        stage.chain.raw[entry.stamp.lt] = replace(raw, account=OTHER, message=message)
        stage.chain.block()
        await stage.until(lambda: sent.id in stage.told)
        assert follower.changes.now.problem is None
    assert progress(stage) == Bounced(sent=sent, stamp=entry.stamp, exit_code=NO_CONTRACT)
    assert stage.stored(OTHER) == ()


@pytest.mark.parametrize("aborted, exit_code", [(False, 0), (True, 13), (True, None)])
async def test_a_transaction_that_we_can_not_name_is_judged_by_the_network_itself(
    stage: Stage, *, aborted: bool, exit_code: int | None
) -> None:
    sent = send(stage)
    out = stage.chain.run(sent)
    entry = stage.chain.happen(COLLECTOR, Unknown(), message_hash=out)
    stage.chain.raw[entry.stamp.lt] = _raw(entry, aborted=aborted, exit_code=exit_code)
    expected: Outcome = Settled(sent=sent, stamp=entry.stamp)
    if aborted:
        expected = Bounced(sent=sent, stamp=entry.stamp, exit_code=exit_code or NO_CONTRACT)
    assert await settled(stage, sent) == expected


def _raw(entry: Entry, *, aborted: bool, exit_code: int | None) -> Transaction:
    return Transaction(
        stamp=entry.stamp,
        previous_lt=entry.previous_lt,
        previous_hash=entry.previous_hash,
        account=COLLECTOR,
        message=None,
        out=(),
        network_fees=1,
        exit_code=exit_code,
        action_code=None,
        aborted=aborted,
        destroyed=False,
    )
