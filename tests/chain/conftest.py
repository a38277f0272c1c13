"""A sandbox chain whose time and blocks move by hand, and servers over it: honest, dead and lying."""

from collections.abc import AsyncIterator, Iterator

import pytest

from krypton.sandbox.tvm import Tvm
from krypton.sandbox.world import Sandbox
from tests.chain.servers import Town

BEGIN = 1_790_000_000


@pytest.fixture(scope="session")
def engine() -> Iterator[Tvm]:
    with Tvm.start() as started:
        yield started


@pytest.fixture
async def sandbox(engine: Tvm) -> AsyncIterator[Sandbox]:
    async with await Sandbox.start(speed=0, block_ms=0, begin=BEGIN, tvm=engine) as started:
        yield started


@pytest.fixture
async def town(sandbox: Sandbox) -> AsyncIterator[Town]:
    town = Town(sandbox)
    yield town
    await town.aclose()
