"""`sandbox_payments` and `sandbox_bulk`: the sandbox's payments against a bare loop over the same TVM.

The reference runs one collector's payments straight on the Executor, one request each: no blocks, no
proofs, no file and no wallets. Ours makes signed blocks of them and keeps them. A payment through wallets
is three transactions (buyer, collector, supplier), one in bulk is the collector's alone.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Final

from krypton.domain.address import Address
from krypton.sandbox.boc import to_boc
from krypton.sandbox.running import LT_APART
from krypton.sandbox.tvm import Executed, Tvm
from krypton.sandbox.world import Sandbox
from tests.benchmarks.measure import Row
from tests.sandbox.town import GRAM, deployed

RUNS: Final = 3
PAYMENTS: Final = 300
BEGIN: Final = 1_790_000_000
AGAINST: Final = "a payment's one transaction on the bare Executor"

Paying = Callable[[Sandbox, Address], Awaitable[None]]


def _bare(sandbox: Sandbox, collector: Address, tvm: Tvm) -> None:
    head = sandbox.chain.head
    account = to_boc(head.account(collector.account).shard)
    now, lt = sandbox.now, head.shard.end_lt + LT_APART
    coming = sandbox.shop.straight(collector.account, amount=GRAM, count=PAYMENTS, now=now)
    for place, (_, message) in enumerate(coming):
        done = tvm.run_transaction(
            shard_account_boc=account, message_boc=to_boc(message.cell), now=now, lt=lt + place * LT_APART
        )
        if not isinstance(done, Executed):
            raise TypeError(done)
        account = done.shard_account


async def _bulk(sandbox: Sandbox, collector: Address) -> None:
    await sandbox.bulk(collector, amount=GRAM, count=PAYMENTS)


async def _wallets(sandbox: Sandbox, collector: Address) -> None:
    paid = 0
    while paid < PAYMENTS:
        await sandbox.pay(collector, amount=GRAM, count=100)
        paid += 100
    sandbox.step()


async def _measure(pay: Paying) -> tuple[float, float]:
    with Tvm.start() as tvm:
        async with await Sandbox.start(speed=0, block_ms=0, begin=BEGIN, tvm=tvm) as sandbox:
            collector = await deployed(sandbox, threshold=10**6 * GRAM)
            await sandbox.pay(collector, amount=GRAM, count=24)
            sandbox.step()
            ours: list[float] = []
            reference: list[float] = []
            for _ in range(RUNS + 1):
                started = time.perf_counter()
                await pay(sandbox, collector)
                between = time.perf_counter()
                _bare(sandbox, collector, tvm)
                ours.append(between - started)
                reference.append(time.perf_counter() - between)
    # the first turn warms up
    return statistics.median(ours[1:]), statistics.median(reference[1:])


def _row(name: str, pay: Paying) -> Row:
    ours, reference = asyncio.run(_measure(pay))
    each = 1000 / PAYMENTS
    return Row(name=name, ours=ours * each, reference=reference * each, unit="ms", against=AGAINST)


def payments() -> Row:
    """Measure payments through wallets; milliseconds a payment, medians."""
    return _row("sandbox_payments", _wallets)


def bulk() -> Row:
    """Measure payments in bulk; milliseconds a payment, medians."""
    return _row("sandbox_bulk", _bulk)
