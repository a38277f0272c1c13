"""Killed at any moment, and synced again, a database equals one that was never killed."""

import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from krypton.domain.ledger import Entry
from krypton.store.engine import open_database
from krypton.store.ledger import StoredLedger
from tests.store.histories import COLLECTOR, cursor, paying

COUNT = 1_500
BATCH = 20
KILLS = 6
SYNC = """
import sys
from pathlib import Path
from tests.store.test_kill import sync
print("begun", flush=True)
sync(Path(sys.argv[1]))
print("done", flush=True)
"""


def sync(path: Path) -> None:
    """Record what is missing, in small batches."""
    history = paying(COUNT, every=37)
    with closing(open_database(path)) as database:
        ledger = StoredLedger(database)
        ledger.add_collector(COLLECTOR, label="", at=1)
        rest = missing(ledger, history)
        while rest:
            ledger.record(COLLECTOR, rest[:BATCH], before=cursor(history[: len(history) - len(rest)]))
            rest = rest[BATCH:]


def missing(ledger: StoredLedger, history: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """What comes after the stored cursor."""
    (known,) = ledger.collectors()
    return tuple(entry for entry in history if entry.stamp.lt > known.cursor.lt)


def content(path: Path) -> list[str]:
    """The whole database as text."""
    with closing(open_database(path)) as database:
        database.check()
    with closing(sqlite3.connect(path)) as connection:
        return sorted(connection.iterdump())


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_killed_anywhere_and_synced_it_equals_one_never_killed(tmp_path: Path) -> None:
    seed = random.Random(20_261_123)
    killed, whole = tmp_path / "killed.db", tmp_path / "whole.db"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path])}
    unfinished = 0
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", SYNC, str(killed)], stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            try:
                process.wait(timeout=seed.uniform(0.0, 0.25))
            except subprocess.TimeoutExpired:
                unfinished += 1
                process.kill()
    assert unfinished
    sync(killed)
    sync(whole)
    assert content(killed) == content(whole)
