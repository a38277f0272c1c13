"""Turns the database's and the file system's errors into ours, once; knows their codes, not their words."""

import shutil
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import exc

from krypton.domain.errors import DatabaseDamaged, DiskFull, ProfileBusy, StorageDenied, StorageError
from krypton.store.file_faults import files_translated

_ROOM = 256 * 1024  # less than SQLite takes for one growth of its files
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DENIED = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_IOERR,
    }
)
_OUR_MISTAKES = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_RANGE})
_PRIMARY = 0xFF  # an extended result code carries its primary one in the low byte (sqlite.org/rescode.html)


@contextmanager
def translated(path: Path, /) -> Generator[None, None, None]:
    """Raise StorageError kinds, naming `path`, for whatever goes wrong below while inside."""
    try:
        with files_translated(path):
            yield
    except exc.TimeoutError as error:
        raise ProfileBusy(path=str(path), pid=None) from error
    except (exc.DBAPIError, sqlite3.Error) as error:
        fault = _fault(error.orig if isinstance(error, exc.DBAPIError) else error, path=path)
        if fault is None:
            raise
        raise fault from error


def _fault(error: BaseException | None, *, path: Path) -> StorageError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int) or code in _OUR_MISTAKES:
        return None  # about how it was called: a bug, not a condition
    if code == sqlite3.SQLITE_IOERR_SHORT_READ:
        return DatabaseDamaged(path=str(path))
    primary = code & _PRIMARY
    if primary == sqlite3.SQLITE_FULL or (primary == sqlite3.SQLITE_IOERR and _has_no_room(path)):
        return DiskFull(path=str(path))
    if primary in _BUSY:
        return ProfileBusy(path=str(path), pid=None)
    if primary in _DENIED:
        return StorageDenied(path=str(path))
    return DatabaseDamaged(path=str(path))


def _has_no_room(path: Path) -> bool:
    """Say whether the disk is full: SQLite calls it an I/O error where its shared memory file can't grow."""
    try:
        return shutil.disk_usage(path.parent).free < _ROOM
    except OSError:
        return False
