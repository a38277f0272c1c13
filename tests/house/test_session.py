"""The private session that tests and the tour run in: own keyring, own home, nothing left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SESSION = Path(__file__).resolve().parents[2] / "build" / "with-session.sh"
# Stores a secret, reads it back, and prints who keeps it, its process and the home folder.
_USE_KEYRING = """
import os, subprocess, keyring
keyring.set_password("krypton-house", "session", "kept")
assert keyring.get_password("krypton-house", "session") == "kept"
ask = ["dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/",
       "org.freedesktop.DBus.GetConnectionUnixProcessID", "string:org.freedesktop.secrets"]
pid = subprocess.run(ask, check=True, capture_output=True, text=True).stdout.split()[-1]
print(type(keyring.get_keyring()).__module__, pid, os.environ["HOME"])
"""


def _session(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(SESSION), *command], capture_output=True, text=True, timeout=60, check=False)


def _runs(pid: int) -> bool:
    try:
        return Path("/proc", str(pid), "stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_it_has_a_real_keyring_and_leaves_nothing_behind() -> None:
    done = _session(sys.executable, "-c", _USE_KEYRING)
    assert done.returncode == 0, done.stderr
    backend, pid, home = done.stdout.split()
    assert backend == "keyring.backends.SecretService"
    assert home != os.environ.get("HOME")
    assert not Path(home).exists()
    assert not _runs(int(pid))


@pytest.mark.parametrize("code", [0, 1, 7, 130])
def test_it_exits_as_the_command_did(code: int) -> None:
    assert _session("bash", "-c", f"exit {code}").returncode == code


def test_the_command_keeps_its_input_and_both_outputs() -> None:
    done = subprocess.run(
        [str(SESSION), "bash", "-c", "cat; echo said >&2"],
        input="typed",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("typed", "said\n")


def test_without_a_command_it_says_how_it_is_used() -> None:
    done = _session()
    assert done.returncode == 2
    assert "usage" in done.stderr
