"""What a profile remembers of itself, as one strictly read file; knows JSON and no meaning of a choice."""

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, cast

from krypton.domain.errors import DatabaseDamaged, DatabaseNewer
from krypton.store.file_faults import files_translated

VERSION = 1
_LIMIT = 64 * 1024
_PRIVATE = 0o600
_PROFILE_ID = re.compile(r"[0-9a-f]{32}")
_ZERO_STATE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`profile_id` (16 bytes, hex) keeps keyring names apart; `zero_state` is the chain's hash (hex).

    `network` is a network's name or a config's path; both are empty until the first connection.
    `language` and `theme` are empty until chosen.
    """

    profile_id: str
    zero_state: str = ""
    network: str = ""
    language: str = ""
    theme: str = ""


def fresh() -> Settings:
    """Return the settings of a profile that never was."""
    return Settings(profile_id=secrets.token_hex(16))


def read(path: Path, /) -> Settings | None:
    """Return what the file says, or None without one. Raises StorageError kinds."""
    with files_translated(path):
        try:
            with path.open("rb") as file:
                data = file.read(_LIMIT + 1)
        except FileNotFoundError:
            return None
    try:
        return _parse(data)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DatabaseDamaged(path=str(path)) from error


def write(path: Path, settings: Settings, /) -> None:
    """Replace the file in one step: whoever reads finds the old one or the new one, whole.

    Raises DiskFull, StorageDenied.
    """
    text = json.dumps({"version": VERSION, **asdict(settings)}, indent=2, sort_keys=True) + "\n"
    fresh_file = path.with_name(path.name + ".new")
    with files_translated(path):
        handle = os.open(fresh_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        fresh_file.replace(path)
        _flush_folder(path.parent)


def _parse(data: bytes) -> Settings:
    if len(data) > _LIMIT:
        raise ValueError(len(data))
    found: object = json.loads(data.decode())
    if not isinstance(found, dict):
        raise TypeError(type(found).__name__)
    held = cast("dict[str, Any]", found)
    version = held.pop("version")
    if type(version) is not int or version < 1:
        raise ValueError(version)
    if version > VERSION:
        raise DatabaseNewer(found=version, known=VERSION)
    if set(held) != {field.name for field in fields(Settings)}:
        raise KeyError(*held)
    if not all(isinstance(value, str) for value in held.values()):
        raise TypeError(*held)
    settings = Settings(**held)
    if not _PROFILE_ID.fullmatch(settings.profile_id):
        raise ValueError(settings.profile_id)
    if settings.zero_state and not _ZERO_STATE.fullmatch(settings.zero_state):
        raise ValueError(settings.zero_state)
    return settings


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows can't open a folder; its file systems journal the rename themselves
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
