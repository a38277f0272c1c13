"""What may go wrong with the profile's files; typed data, no sentences."""

from dataclasses import dataclass
from typing import ClassVar

from krypton.domain.errors.root import ExitCode, KryptonError


class StorageError(KryptonError):
    """The profile can't be read or written."""

    exit_code: ClassVar[ExitCode] = ExitCode.STORAGE


@dataclass(kw_only=True, eq=False)
class ProfileBusy(StorageError):
    """Another Krypton (process id, where known) has the profile open."""

    path: str
    pid: int | None


@dataclass(kw_only=True, eq=False)
class DiskFull(StorageError):
    """No room left where the profile lives."""

    path: str


@dataclass(kw_only=True, eq=False)
class StorageDenied(StorageError):
    """The operating system refused to read or write there."""

    path: str


@dataclass(kw_only=True, eq=False)
class DatabaseNewer(StorageError):
    """The database was written by a later Krypton (schema versions)."""

    found: int
    known: int


@dataclass(kw_only=True, eq=False)
class DatabaseDamaged(StorageError):
    """The database or a settings file isn't what it should be."""

    path: str
