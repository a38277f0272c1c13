"""Reading and replacing one small file so that a crash leaves the old one or the new one, never a mix."""

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from krypton.domain.errors import DiskFull, StorageDenied

# No room, over quota, over the process's or the file system's size limit: to the owner all are a full disk.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_PRIVATE = 0o600


def read(path: Path, /, *, limit: int) -> bytes | None:
    """Return the file's first `limit` + 1 bytes at most, None where there is none. Raises StorageDenied."""
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageDenied(path=str(path)) from error


def replace(path: Path, data: bytes, /, *, folders_sync: bool = os.name == "posix") -> None:
    """Write beside, flush to the disk, rename over, flush the folder; readable to the user only.

    Raises DiskFull or StorageDenied, and then the old file is as it was.
    """
    beside = path.with_name(path.name + ".new")
    with _translated(path):
        try:
            _write(beside, data)
            beside.replace(path)
        except BaseException:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise
        if folders_sync:
            _flush(os.open(path.parent, os.O_RDONLY))


def remove(path: Path, /) -> None:
    """Delete the file; none is no error. Raises StorageDenied."""
    with _translated(path):
        path.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        fault = DiskFull(path=str(path)) if error.errno in _FULL else StorageDenied(path=str(path))
        raise fault from error
