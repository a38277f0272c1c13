"""Long histories: straight payments that the TVM runs, in memory that doesn't grow."""

import resource

import pytest

from krypton.domain.errors import NotDeployed
from krypton.sandbox.archive import KeptTransaction
from krypton.sandbox.world import Sandbox
from tests.sandbox.conftest import BEGIN
from tests.sandbox.test_proofs import NOBODY
from tests.sandbox.town import GRAM, deployed, stats

DAY = 86_400
MANY = 100_000


def history(sandbox: Sandbox, account: bytes, count: int) -> list[KeptTransaction]:
    last = sandbox.chain.head.account(account).last_lt
    return sandbox.context.archive.transactions(account, last, count)


async def test_a_bulk_history_is_run_by_the_contract(sandbox: Sandbox) -> None:
    collector = await deployed(sandbox, threshold=10**6 * GRAM)
    before = stats(sandbox, collector).total_collected
    await sandbox.bulk(collector, amount=GRAM, count=250, seconds=DAY)
    assert sandbox.now == pytest.approx(BEGIN + DAY, abs=2)
    assert sandbox.chain.imbalance == 0
    # 250 payments, and what came before them: the deployment
    assert len(history(sandbox, collector.account, 1_000)) == 251
    once = (stats(sandbox, collector).total_collected - before) // 250
    assert once > 0
    # what wallets pay counts the same
    await sandbox.pay(collector, amount=GRAM)
    sandbox.step()
    assert stats(sandbox, collector).total_collected == before + 251 * once
    assert sandbox.chain.imbalance == 0


async def test_a_bulk_history_needs_a_collector(sandbox: Sandbox) -> None:
    with pytest.raises(NotDeployed):
        await sandbox.bulk(NOBODY, amount=GRAM, count=1)


async def test_one_account_takes_many_messages_in_turn(sandbox: Sandbox) -> None:
    collector = await deployed(sandbox)
    await sandbox.pay(collector, amount=GRAM, count=60)
    for _ in range(3):
        sandbox.step()
    kept = history(sandbox, collector.account, 1_000)
    times = [one.lt for one in kept]
    assert times == sorted(set(times), reverse=True)
    assert len(kept) >= 61
    assert sandbox.chain.imbalance == 0


@pytest.mark.soak
async def test_memory_stays_flat_over_many_transactions(sandbox: Sandbox) -> None:
    collector = await deployed(sandbox, threshold=10**9 * GRAM)
    await sandbox.bulk(collector, amount=GRAM, count=MANY // 4, seconds=DAY)
    early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await sandbox.bulk(collector, amount=GRAM, count=MANY - MANY // 4, seconds=3 * DAY)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - early
    assert sandbox.context.archive.count_transactions() > MANY
    # KiB on Linux: less than a kilobyte for each of the three quarters would already be 75 MB
    assert grown < 25_000
