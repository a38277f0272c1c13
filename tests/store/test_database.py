"""Opening, migrating and failing: full, damaged, busy, denied, newer."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateIndex, CreateTable

from krypton.domain.errors import DatabaseDamaged, DatabaseNewer, DiskFull, ProfileBusy, StorageDenied
from krypton.domain.ledger import fold
from krypton.store.engine import Database, open_database
from krypton.store.ledger import StoredLedger
from krypton.store.schema import METADATA
from tests.store.histories import COLLECTOR, START, cursor, paying
from tests.store.samples import preview, signed


def test_money_is_written_through_to_the_disk(database: Database) -> None:
    def asked(name: str) -> object:
        with database.reading() as connection:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

    assert asked("journal_mode") == "wal"
    assert asked("synchronous") == 2  # FULL
    assert asked("foreign_keys") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps access lists, not modes")
def test_only_the_owner_may_read_it(database: Database, ledger: StoredLedger) -> None:
    ledger.record(COLLECTOR, paying(2), before=START)
    for path in database.path.parent.glob("ledger.db*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_reopened_it_is_as_it_was_left(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with closing(open_database(path)) as database:
        ledger = StoredLedger(database)
        ledger.add_collector(COLLECTOR, label="", at=1)
        ledger.record(COLLECTOR, paying(3), before=START)
        sent = ledger.store_sent(signed(), at=1)
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.db"]  # the log was folded in
    with closing(open_database(path)) as database:
        database.check()
        ledger = StoredLedger(database)
        assert ledger.collectors()[0].figures == fold(paying(3))
        assert ledger.open_operations() == (sent,)


def test_a_unit_of_work_that_fails_leaves_no_trace(database: Database, ledger: StoredLedger) -> None:
    def half(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE collectors SET label = 'half'")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), database.writing() as connection:
        half(connection)
    assert ledger.collectors()[0].label == "shop"


def test_a_full_disk_loses_nothing(database: Database, ledger: StoredLedger) -> None:
    history = paying(3_000)
    done = history[:10]
    ledger.record(COLLECTOR, done, before=START)
    with database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(DiskFull) as caught:
        ledger.record(COLLECTOR, history[10:], before=cursor(done))
    assert caught.value.path == str(database.path)
    assert ledger.entries(COLLECTOR, after_lt=0, limit=5_000) == done
    assert ledger.collectors()[0].figures == fold(done)
    database.check()
    with database.writing() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert ledger.record(COLLECTOR, history[10:], before=cursor(done)) == fold(history)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 640 KB."""
    mount = shutil.which("mount")
    place = tmp_path / "small"
    place.mkdir()
    if mount is None or os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=640k", "tmpfs", place], check=False).returncode:
        pytest.skip("this machine doesn't let even root mount")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_disk_that_is_really_full_loses_nothing(small_disk: Path) -> None:
    history = paying(5_000)
    with closing(open_database(small_disk / "ledger.db")) as database:
        ledger = StoredLedger(database)
        ledger.add_collector(COLLECTOR, label="", at=1)
        done = history[:10]
        ledger.record(COLLECTOR, done, before=START)
        with pytest.raises(DiskFull):
            ledger.record(COLLECTOR, history[10:], before=cursor(done))
        assert ledger.entries(COLLECTOR, after_lt=0, limit=5_000) == done
        database.check()


@pytest.mark.parametrize("damage", ["not a database at all, but long enough to be one\n" * 100, "short"])
def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "ledger.db"
    path.write_text(damage)
    with pytest.raises(DatabaseDamaged):
        open_database(path)
    assert path.read_text() == damage


def test_a_damaged_page_is_named_when_read(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with closing(open_database(path)) as database:
        ledger = StoredLedger(database)
        ledger.add_collector(COLLECTOR, label="", at=1)
        ledger.record(COLLECTOR, paying(2_000), before=START)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096 * 4)
    with closing(open_database(path)) as database:
        with pytest.raises(DatabaseDamaged):
            database.check()
        with pytest.raises(DatabaseDamaged):
            StoredLedger(database).entries(COLLECTOR, after_lt=0, limit=5_000)


def test_someone_elses_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path)) as strange:
        strange.execute("CREATE TABLE addresses (name)")
    with pytest.raises(DatabaseDamaged):
        open_database(path)
    with closing(sqlite3.connect(path)) as strange:
        assert strange.execute("SELECT name FROM sqlite_master").fetchall() == [("addresses",)]


@pytest.mark.parametrize("change", ["DROP TABLE withdrawals", "ALTER TABLE payments DROP COLUMN comment"])
def test_a_database_without_a_part_is_refused(tmp_path: Path, change: str) -> None:
    path = tmp_path / "ledger.db"
    open_database(path).close()
    with closing(sqlite3.connect(path)) as careless:
        careless.execute(change)
    with pytest.raises(DatabaseDamaged):
        open_database(path)


def test_a_broken_reference_is_found(database: Database, ledger: StoredLedger) -> None:
    ledger.record(COLLECTOR, paying(2), before=START)
    database.check()
    with closing(sqlite3.connect(database.path)) as careless:  # foreign keys are off in a plain connection
        careless.execute("DELETE FROM entries")
        careless.commit()
    with pytest.raises(DatabaseDamaged):
        database.check()


@pytest.mark.parametrize(
    "version, kind",
    [("2", DatabaseNewer), ("999", DatabaseNewer), ("0", DatabaseDamaged), ("x", DatabaseDamaged)],
)
def test_a_version_that_is_not_ours_is_refused(tmp_path: Path, version: str, kind: type[Exception]) -> None:
    path = tmp_path / "ledger.db"
    open_database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE meta SET value = ?", (version,))
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(kind) as caught:
        open_database(path)
    if isinstance(caught.value, DatabaseNewer):
        assert (caught.value.found, caught.value.known) == (int(version), 1)
    assert path.read_bytes() == before


def _step(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE collectors ADD COLUMN colour TEXT NOT NULL DEFAULT 'green'")


def _broken_step(connection: Connection) -> None:
    _step(connection)
    raise RuntimeError


def test_a_migration_keeps_what_was_there_and_a_copy_of_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with closing(open_database(path)) as database:
        StoredLedger(database).add_collector(COLLECTOR, label="old", at=1)
    with closing(open_database(path, steps=(_step,))) as database, database.reading() as connection:
        assert connection.exec_driver_sql("SELECT label, colour FROM collectors").all() == [("old", "green")]
    with pytest.raises(DatabaseNewer):
        open_database(path)
    with closing(open_database(tmp_path / "ledger.db.v1.bak")) as copy:
        copy.check()
        assert StoredLedger(copy).collectors()[0].label == "old"


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    open_database(path).close()
    with pytest.raises(RuntimeError):
        open_database(path, steps=(_broken_step,))
    with closing(open_database(path)) as database, database.reading() as connection:
        columns = connection.exec_driver_sql("PRAGMA table_info(collectors)").mappings().all()
    assert "colour" not in {column["name"] for column in columns}


def test_a_database_held_by_another_is_busy(database: Database, ledger: StoredLedger) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ProfileBusy):
            ledger.add_collector(COLLECTOR, label="", at=1)


def test_a_place_that_can_not_be_written_is_denied(tmp_path: Path) -> None:
    with pytest.raises(StorageDenied):
        open_database(tmp_path / "missing" / "ledger.db")
    with pytest.raises(StorageDenied):
        open_database(tmp_path)


def test_a_read_only_database_is_denied(database: Database, ledger: StoredLedger) -> None:
    with database.reading() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(StorageDenied):
        ledger.store_preview(preview())


def test_a_mistake_in_our_own_sql_is_not_dressed_up(database: Database) -> None:
    with pytest.raises(OperationalError), database.reading() as connection:
        connection.exec_driver_sql("SELECT nothing FROM nowhere")


def test_postgresql_could_hold_the_same_tables() -> None:
    dialect = postgresql.dialect()
    made = [str(CreateTable(table).compile(dialect=dialect)) for table in METADATA.sorted_tables]
    made += [
        str(CreateIndex(index).compile(dialect=dialect))
        for table in METADATA.sorted_tables
        for index in sorted(table.indexes, key=lambda index: str(index.name))
    ]
    text = "\n".join(made)
    assert "STRICT" not in text
    assert "total_forwarded BIGINT NOT NULL" in text
    assert "address BYTEA NOT NULL" in text
    assert "WHERE state = 'sent'" in text
