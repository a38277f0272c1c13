"""The newest verified key block in a file of the profile: the chain reads and judges it, not we."""

import contextlib
import os
from pathlib import Path

NAME = "trust.json"
_MOST = 4_000


class TrustFile:
    """Keeps the chain's note. Losing it costs time, not safety: what goes wrong with the file is let go."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def load(self) -> bytes:
        """Return the note, nothing where there is none that can be read."""
        try:
            with self._path.open("rb") as file:
                return file.read(_MOST)
        except OSError:
            return b""

    def save(self, note: bytes, /) -> None:
        """Replace the note, whole or not at all."""
        fresh = self._path.with_suffix(".new")
        with contextlib.suppress(OSError):
            with fresh.open("wb") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
