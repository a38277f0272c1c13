"""A real database in a folder of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from krypton.store.engine import Database, open_database
from krypton.store.ledger import StoredLedger
from tests.store.histories import COLLECTOR


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "ledger.db")
    yield opened
    opened.close()


@pytest.fixture
def ledger(database: Database) -> StoredLedger:
    made = StoredLedger(database)
    made.add_collector(COLLECTOR, label="shop", at=100)
    return made
