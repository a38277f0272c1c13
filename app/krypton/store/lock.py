"""One Krypton a profile: an exclusive lock that the operating system drops with its holder."""

import os
import sys
from pathlib import Path

from krypton.domain.errors import ProfileBusy
from krypton.store.file_faults import files_translated

_PRIVATE = 0o600
_PID_DIGITS = 20

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # a locked byte can't be read on Windows: lock one past the process id

    def _try_lock(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Lock:
    """Held from creation until `close`, or until the process is gone, however it went.

    The file stays behind on purpose: removing it would let two holders lock two files of one name.
    """

    def __init__(self, path: Path, /) -> None:
        """Take the lock at once. Raises ProfileBusy (with the holder's process id), StorageDenied."""
        with files_translated(path):
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE)
        try:
            self._take(path)
        except BaseException:
            self.close()
            raise

    def _take(self, path: Path) -> None:
        try:
            _try_lock(self._handle)
        except OSError as error:
            raise ProfileBusy(path=str(path.parent), pid=self._holder()) from error
        with files_translated(path):
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, str(os.getpid()).encode())

    def _holder(self) -> int | None:
        os.lseek(self._handle, 0, os.SEEK_SET)
        text = os.read(self._handle, _PID_DIGITS)
        return int(text) if text.isdigit() else None

    def close(self) -> None:
        """Let go; twice is once."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
