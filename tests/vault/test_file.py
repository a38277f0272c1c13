"""A file is replaced whole or not at all."""

import resource
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from krypton.domain.errors import DiskFull, StorageDenied
from krypton.vault import file


@contextmanager
def full_disk(size: int) -> Generator[None]:
    """No file of this process may grow past `size` bytes: the kernel answers as for a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_missing_is_none(path: Path) -> None:
    assert file.read(path, limit=10) is None


def test_replaced_whole_and_private(path: Path) -> None:
    path.with_name("vault.bin.new").write_bytes(b"left by a crash")
    file.replace(path, b"one")
    file.replace(path, b"two")
    assert file.read(path, limit=10) == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_without_folders_that_sync_too(path: Path) -> None:
    file.replace(path, b"one", folders_sync=False)
    assert file.read(path, limit=10) == b"one"


def test_a_read_is_bounded(path: Path) -> None:
    path.write_bytes(b"0123456789")
    assert file.read(path, limit=4) == b"01234"


def test_a_full_disk_leaves_the_old_file_and_nothing_else(path: Path) -> None:
    file.replace(path, b"old")
    with full_disk(64), pytest.raises(DiskFull) as caught:
        file.replace(path, bytes(65))
    assert caught.value.path == str(path)
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_denied(tmp_path: Path) -> None:
    with pytest.raises(StorageDenied):
        file.replace(tmp_path / "none" / "vault.bin", b"one")


def test_a_folder_in_its_place_is_denied(path: Path) -> None:
    path.mkdir()
    for call in (
        lambda: file.read(path, limit=10),
        lambda: file.replace(path, b"1"),
        lambda: file.remove(path),
    ):
        with pytest.raises(StorageDenied):
            call()
    assert list(path.parent.iterdir()) == [path]


def test_removed_twice_is_once(path: Path) -> None:
    file.replace(path, b"one")
    file.remove(path)
    file.remove(path)
    assert not path.exists()
