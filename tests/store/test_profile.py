"""A profile's folder, lock and settings, against the real operating system."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from krypton.domain.errors import (
    DatabaseDamaged,
    DatabaseNewer,
    ProfileBusy,
    StorageDenied,
    StorageError,
    WrongNetwork,
)
from krypton.store import settings as settings_file
from krypton.store.lock import Lock
from krypton.store.profile import Profile

CHAIN = "ab" * 32
HOLDER = """
import sys
from pathlib import Path
from krypton.store.profile import Profile
profile = Profile(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "shop"


@pytest.fixture
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the profile open."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_new_profile_is_its_owners_alone(folder: Path) -> None:
    with Profile(folder) as profile:
        assert {path.name for path in folder.iterdir()} == {"lock", "logs", "settings.json"}
        assert (profile.ledger.parent, profile.vault.parent, profile.logs.parent) == (folder,) * 3
        if sys.platform != "win32":
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
            assert modes == {"shop": 0o700, "logs": 0o700, "lock": 0o600, "settings.json": 0o600}


def test_it_remembers(folder: Path) -> None:
    with Profile(folder) as profile:
        made = profile.settings
        assert len(bytes.fromhex(made.profile_id)) == 16
        profile.bind(network="sandbox", zero_state=CHAIN)
        profile.choose(language="ru")
        profile.choose(theme="dark")
        left = profile.settings
    assert (left.profile_id, left.network, left.zero_state) == (made.profile_id, "sandbox", CHAIN)
    assert (left.language, left.theme) == ("ru", "dark")
    with Profile(folder) as profile:
        assert profile.settings == left


def test_two_profiles_have_two_ids(tmp_path: Path) -> None:
    with Profile(tmp_path / "a") as first, Profile(tmp_path / "b") as second:
        assert first.settings.profile_id != second.settings.profile_id


def test_another_chain_is_refused_and_nothing_changes(folder: Path) -> None:
    with Profile(folder) as profile:
        profile.bind(network="sandbox", zero_state=CHAIN)
        before = profile.settings
        with pytest.raises(WrongNetwork) as caught:
            profile.bind(network="mainnet", zero_state="cd" * 32)
        assert (caught.value.expected, caught.value.found) == (CHAIN, "cd" * 32)
        assert profile.settings == before
        profile.bind(network="elsewhere.json", zero_state=CHAIN)  # another way to the same chain
        assert profile.settings.network == "elsewhere.json"


def test_a_second_instance_is_told_who_holds_it(folder: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(ProfileBusy) as caught:
        Profile(folder)
    assert (caught.value.path, caught.value.pid) == (str(folder), holder.pid)


def test_a_killed_holder_leaves_no_lock(folder: Path, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    holder.wait()
    with Profile(folder) as profile:
        assert profile.settings.profile_id
        assert (folder / "lock").read_text() == str(os.getpid())


def test_closed_it_can_be_opened_again_at_once(folder: Path) -> None:
    profile = Profile(folder)
    with pytest.raises(ProfileBusy) as caught:
        Profile(folder)
    assert caught.value.pid == os.getpid()
    profile.close()
    profile.close()
    Profile(folder).close()


def test_a_lock_file_with_anything_in_it_is_only_a_file(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text("not a process id" * 100)
    held = Lock(path)
    path.write_text("whoever wrote this")
    with pytest.raises(ProfileBusy) as caught:
        Lock(path)
    assert caught.value.pid is None
    held.close()


GOOD: dict[str, object] = {
    "version": 1,
    "profile_id": "0" * 32,
    "zero_state": CHAIN,
    "network": "sandbox",
    "language": "en",
    "theme": "dark",
}


def changed(**changes: object) -> str:
    return json.dumps({**GOOD, **changes})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        json.dumps({key: value for key, value in GOOD.items() if key != "theme"}),
        json.dumps({key: value for key, value in GOOD.items() if key != "version"}),
        changed(colour="red"),
        changed(language=None),
        changed(version=0),
        changed(version=True),
        changed(version="1"),
        changed(profile_id="0" * 31),
        changed(profile_id="../../../etc/passwd"),
        changed(zero_state="AB" * 32),
        changed(network="x" * 70_000),
        "\udcff",
    ],
)
def test_settings_that_are_not_ours_are_refused_and_kept(folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    path = folder / "settings.json"
    data = text.encode(errors="surrogateescape")
    path.write_bytes(data)
    for _ in range(2):  # and the lock is free again after the first refusal
        with pytest.raises(DatabaseDamaged) as caught:
            Profile(folder)
        assert caught.value.path == str(path)
    assert path.read_bytes() == data


def test_newer_settings_are_refused(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text(changed(version=2, more="than we know"))
    with pytest.raises(DatabaseNewer) as caught:
        Profile(folder)
    assert (caught.value.found, caught.value.known) == (2, 1)


@pytest.mark.parametrize("left", ["ledger.db", "vault.bin"])
def test_lost_settings_are_damage_when_there_was_a_profile(folder: Path, left: str) -> None:
    folder.mkdir(parents=True)
    (folder / left).touch()
    with pytest.raises(DatabaseDamaged):
        Profile(folder)


def test_a_half_written_file_of_a_crash_is_in_nobodys_way(folder: Path) -> None:
    with Profile(folder) as profile:
        before = profile.settings
        (folder / "settings.json.new").write_text('{"version"')
    with Profile(folder) as profile:
        assert profile.settings == before
        profile.choose(theme="light")
    assert not (folder / "settings.json.new").exists()


def test_a_place_that_is_no_folder_is_denied(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageDenied):
        Profile(tmp_path / "file")
    with pytest.raises(StorageDenied):
        Profile(tmp_path / "file" / "below")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_keeps_the_old_settings(folder: Path) -> None:
    with Profile(folder) as profile:
        before = profile.settings
        (folder / "settings.json.new").symlink_to("/dev/full")
        with pytest.raises(StorageError):
            profile.choose(theme="light")
        assert profile.settings == before
        assert settings_file.read(folder / "settings.json") == before
