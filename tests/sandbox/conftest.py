"""A sandbox whose time and blocks move by hand, and one that runs by itself; both on one Node process."""

from collections.abc import AsyncIterator, Iterator

import pytest

from krypton.sandbox.tvm import Tvm
from krypton.sandbox.world import Sandbox

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
async def running(engine: Tvm) -> AsyncIterator[Sandbox]:
    async with await Sandbox.start(block_ms=50, tvm=engine) as started:
        yield started
