"""Opens the database and hands out units of work; knows SQLite's switches and no table's meaning."""

import os
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event

from krypton.domain.errors import DatabaseDamaged
from krypton.store.faults import translated
from krypton.store.migrations import STEPS, Step, check_shape, found_version, known_version, migrate

_BUSY_MS = 5_000
_WRITES = "krypton_writes"
_PRIVATE = 0o600


class Database:
    """One open database. A unit of work is all or nothing, and there is one at a time."""

    def __init__(self, engine: Engine, /, *, path: Path) -> None:
        self._engine = engine
        self.path = path

    @contextmanager
    def reading(self) -> Generator[Connection, None, None]:
        """Give a connection that sees one moment of the database. Raises StorageError kinds."""
        with translated(self.path), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection, None, None]:
        """Give a connection that commits on leaving, or leaves no trace. Raises StorageError kinds."""
        with translated(self.path), self._engine.connect() as connection:
            marked = connection.execution_options(**{_WRITES: True})
            with marked.begin():
                yield marked

    def check(self) -> None:
        """Read the whole file. Raises DatabaseDamaged when a page, an index or a reference is wrong."""
        with self.reading() as connection:
            said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalars().all()
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if list(said) != ["ok"] or lost is not None:
            raise DatabaseDamaged(path=str(self.path))

    def close(self) -> None:
        """Close the file; SQLite folds the write-ahead log into it."""
        with translated(self.path):
            self._engine.dispose()


def open_database(path: Path, /, *, steps: Sequence[Step] = STEPS) -> Database:
    """Open the SQLite file, created readable to its owner only, and bring it to today's schema.

    Before an old one is changed, a copy stays beside it as NAME.vN.bak. Raises DatabaseNewer,
    DatabaseDamaged, DiskFull, StorageDenied, ProfileBusy.
    """
    with translated(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE))
    database = Database(_engine(path), path=path)
    try:
        with database.reading() as connection:
            found = found_version(connection, path=path)
        if 0 < found < known_version(steps):
            _back_up(path, version=found)
        if found != known_version(steps):
            with database.writing() as connection:
                migrate(connection, path=path, steps=steps)
        with database.reading() as connection:
            check_shape(connection, path=path)
    except BaseException:
        database.close()
        raise
    return database


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        # One connection for the one worker thread that bootstrap gives the ledger; whoever else asks waits.
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _switch)
    event.listen(engine, "begin", _begin)
    return engine


def _switch(connection: sqlite3.Connection, _record: object) -> None:
    # The sqlite3 module opens transactions late and only before some statements; we open them ourselves.
    connection.isolation_level = None
    for switch in (
        f"busy_timeout = {_BUSY_MS}",
        "foreign_keys = ON",
        "journal_mode = WAL",
        "synchronous = FULL",  # a message is sent only after what was stored about it survives a power cut
        "trusted_schema = OFF",
        "cell_size_check = ON",
    ):
        connection.execute(f"PRAGMA {switch}")


def _begin(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    # A transaction that reads first and writes later can find its snapshot outdated: take the lock first.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")


def _back_up(path: Path, *, version: int) -> None:
    copy = path.with_name(f"{path.name}.v{version}.bak")
    with translated(copy):
        os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_TRUNC, _PRIVATE))
        source, target = sqlite3.connect(path), sqlite3.connect(copy)
        try:
            source.backup(target)
        finally:
            source.close()
            target.close()
