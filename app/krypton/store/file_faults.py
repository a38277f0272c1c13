"""Turns the system's file errors into ours, once; knows nothing of databases, so it is cheap to import."""

import errno
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from krypton.domain.errors import DiskFull, StorageDenied, StorageError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def files_translated(path: Path, /) -> Generator[None]:
    """Raise StorageError kinds, naming `path`, for what the operating system refuses while inside."""
    try:
        yield
    except OSError as error:
        raise file_fault(error, path=path) from error


def file_fault(error: OSError, /, *, path: Path) -> StorageError:
    """Return what an operating system's error means for the profile."""
    if error.errno in _NO_ROOM:
        return DiskFull(path=str(path))
    return StorageDenied(path=str(path))
