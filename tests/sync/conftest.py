"""A stage with one known collector."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.store.histories import COLLECTOR
from tests.sync.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "ledger.db") as made:
        made.ledger.add_collector(COLLECTOR, label="shop", at=1)
        yield made
