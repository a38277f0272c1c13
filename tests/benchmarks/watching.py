"""`idle_cpu` and `liveness_p95`: what watching one collector costs, and how soon a payment is there.

The sandbox makes a block every 400 ms in a process of its own. Watching is the whole program but its
window: reader, follower and a real ledger in a real profile.
"""

import asyncio
import contextlib
import json
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable
from pathlib import Path
from typing import Any, Final

from pytoniq import LiteClient

from krypton.bootstrap import child, places, stack
from krypton.cli import arguments
from krypton.domain.address import Address
from krypton.domain.ports import Changes
from krypton.sandbox.world import Sandbox
from tests.benchmarks.measure import Row
from tests.sandbox.town import GRAM, deployed

BLOCK: Final = 0.4
"""Seconds from a block to the next."""
IDLE: Final = 20.0
"""Seconds that watching is measured for."""
SETTLE: Final = 3.0
PAYMENTS: Final = 40
LIMIT: Final = 30.0


@contextlib.asynccontextmanager
async def _chain(folder: Path) -> AsyncGenerator[tuple[Path, Address]]:
    """Run a sandbox with a collector in a process of its own; yield its config."""
    async with await Sandbox.start(folder, speed=1, block_ms=0) as begun:
        collector = await deployed(begun, threshold=10**6 * GRAM)
        begun.step()
    async with child.sandbox(folder, buyers=0) as config:
        yield config, collector


@contextlib.asynccontextmanager
async def _watching(config: Path, collector: Address) -> AsyncGenerator[stack.Stack]:
    with tempfile.TemporaryDirectory() as folder:
        wanted = places.wanted(arguments.parse(["--profile", folder, "--network", str(config)]))
        async with stack.open_stack(wanted) as opened:
            await opened.accounts.watch(collector)
            opened.follower.wake()
            await asyncio.sleep(SETTLE)
            yield opened


async def _idle() -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        async with _chain(Path(folder)) as (config, collector):
            async with _watching(config, collector):
                ours = await _percent(asyncio.sleep(IDLE))
            library: Any = LiteClient
            client: LiteClient = library.from_config(json.loads(config.read_text()), trust_level=2)
            await client.connect()
            theirs = await _percent(_polling(client))
            await client.close()
    return ours, theirs


async def _polling(client: LiteClient) -> None:
    for _ in range(round(IDLE / BLOCK)):
        await client.get_masterchain_info()
        await asyncio.sleep(BLOCK)


async def _percent(what: Awaitable[object]) -> float:
    """Return the percent of a core that this process takes meanwhile."""
    wall, used = time.perf_counter(), time.process_time()
    await what
    return 100 * (time.process_time() - used) / (time.perf_counter() - wall)


def idle_cpu() -> Row:
    """Measure both, one after the other on the same chain; percent of a core."""
    ours, theirs = asyncio.run(_idle())
    return Row(
        name="idle_cpu",
        ours=ours,
        reference=theirs,
        unit="%",
        against="a bare pytoniq loop that polls getMasterchainInfo once a block",
    )


async def _lively() -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        async with _chain(Path(folder)) as (config, collector), _watching(config, collector) as opened:
            return [await _seen(opened, collector) for _ in range(PAYMENTS)]


async def _seen(opened: stack.Stack, collector: Address) -> float:
    """Return the seconds from a buyer's sending to the follower's telling."""
    if opened.playground is None:
        raise TypeError
    told = asyncio.Event()

    def moved(changes: Changes) -> None:
        if collector in changes.collectors:
            told.set()

    stop = opened.follower.changes.watch(moved)
    try:
        begun = time.perf_counter()
        await opened.playground.pay(collector, amount=GRAM, count=1)
        await asyncio.wait_for(told.wait(), LIMIT)
        return time.perf_counter() - begun
    finally:
        stop()


def liveness_p95() -> Row:
    """Measure payments one by one; the 95th percentile in milliseconds."""
    seconds = asyncio.run(_lively())
    return Row(
        name="liveness_p95",
        ours=1000 * statistics.quantiles(seconds, n=20)[-1],
        reference=1000 * BLOCK,
        unit="ms",
        against="the time from a block to the next",
    )
