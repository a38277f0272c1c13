"""`recovery`: ten dead servers and a good one that restarts: how soon an answer comes, how many calls fail.

Each client asks for the newest block, again and again. The good server goes away for a moment; the time is
counted from when it listens again. The references run under the same fault in the same run.
"""

import asyncio
import base64
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from pytoniq import LiteBalancer as PytoniqBalancer
from pytoniq import LiteClient as PytoniqClient
from ton_core import NetworkGlobalID
from tonutils.clients import LiteBalancer as OtherBalancer
from tonutils.clients import LiteClient as OtherClient

from krypton.chain.network import Server
from krypton.sandbox.world import Sandbox
from tests.benchmarks.measure import Row
from tests.chain.servers import Town, dead_server

DEAD: Final = 10
AWAY: Final = 0.5
"""Seconds that the good server is gone."""
PAUSE: Final = 0.05
LIMIT: Final = 40.0
"""Seconds after which a client counts as lost."""

Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds until the first answer after the restart, and the calls that failed since it went away."""

    seconds: float
    failed: int


async def _recovered(town: Town, good: Server, call: Call) -> Recovery:
    await call()
    key = town.key_of(good)
    await town.stop(good)
    back = asyncio.create_task(_restart(town, good, key))
    failed, begun = 0, time.monotonic()
    while True:
        asked = asyncio.ensure_future(call())
        await asyncio.wait({asked}, timeout=LIMIT)
        if not asked.done() or asked.exception():  # whatever a client raises is a failed call
            asked.cancel()
            failed += 1
        elif back.done():
            return Recovery(time.monotonic() - back.result(), failed)
        if time.monotonic() - begun > LIMIT:
            return Recovery(LIMIT, failed)
        await asyncio.sleep(PAUSE)


async def _restart(town: Town, good: Server, key: bytes) -> float:
    await asyncio.sleep(AWAY)
    await town.serve(key=key, port=good.port)
    return time.monotonic()


async def _ours(town: Town) -> Recovery:
    good = await town.serve()
    reader = town.reader(*(dead_server() for _ in range(DEAD)), good)
    return await _recovered(town, good, reader.head)


async def _pytoniq(town: Town) -> Recovery:
    good = await town.serve()
    servers = [*(dead_server() for _ in range(DEAD)), good]
    clients = [PytoniqClient(each.host, each.port, _key(each), timeout=10, trust_level=2) for each in servers]
    balancer: Any = PytoniqBalancer(clients)
    await balancer.start_up()
    try:
        return await _recovered(town, good, balancer.get_masterchain_info)
    finally:
        await asyncio.wait_for(balancer.close_all(), LIMIT)


async def _tonutils(town: Town) -> Recovery:
    good = await town.serve()
    servers = [*(dead_server() for _ in range(DEAD)), good]
    clients = [
        OtherClient(NetworkGlobalID.TESTNET, ip=each.host, port=each.port, public_key=_key(each))
        for each in servers
    ]
    balancer = OtherBalancer(NetworkGlobalID.TESTNET, clients=clients)
    await balancer.connect()
    try:
        return await _recovered(town, good, balancer.get_masterchain_info)
    finally:
        await balancer.close()


def _key(server: Server) -> str:
    return base64.b64encode(server.key).decode()


async def _measure() -> tuple[Recovery, Recovery, Recovery]:
    async with await Sandbox.start(block_ms=400) as sandbox:
        making = asyncio.create_task(sandbox.run())
        town = Town(sandbox)
        try:
            return await _ours(town), await _pytoniq(town), await _tonutils(town)
        finally:
            making.cancel()
            await asyncio.wait({making})
            await town.aclose()


def measure() -> Row:
    """Run all three; the quicker of the two others is the reference, and both are named."""
    logging.disable(logging.CRITICAL)
    ours, pytoniq, tonutils = asyncio.run(_measure())
    logging.disable(logging.NOTSET)
    return Row(
        name="recovery",
        ours=ours.seconds,
        reference=min(pytoniq.seconds, tonutils.seconds),
        unit="s",
        against=f"the quicker of pytoniq's balancer ({pytoniq.seconds:.1f} s, {pytoniq.failed} calls failed)"
        f" and tonutils' ({tonutils.seconds:.1f} s, {tonutils.failed} failed); of ours {ours.failed} failed",
    )
