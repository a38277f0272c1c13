"""A real Secret Service of a test's own: a private bus and gnome-keyring-daemon, never the user's keyring."""

import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
_PASSWORD = "test-password\n"
_PATIENCE = 20.0


@contextmanager
def bus() -> Generator[Mapping[str, str]]:
    """Run a session bus with nothing on it; yields the environment that leads there."""
    folder = Path(tempfile.mkdtemp(prefix="krypton-bus-"))
    for name in ("home", "run"):
        (folder / name).mkdir(mode=0o700)
    (folder / "bus.conf").write_text(_BUS.format(folder=folder), encoding="ascii")
    with subprocess.Popen(
        ["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as daemon:
        try:
            assert daemon.stdout is not None
            assert select.select([daemon.stdout], [], [], _PATIENCE)[0], "dbus-daemon says nothing"
            yield {
                "DBUS_SESSION_BUS_ADDRESS": daemon.stdout.readline().strip(),
                "HOME": f"{folder}/home",
                "XDG_RUNTIME_DIR": f"{folder}/run",
                "XDG_DATA_HOME": f"{folder}/home/share",
                "XDG_CONFIG_HOME": f"{folder}/home/config",
            }
        finally:
            daemon.terminate()
            daemon.wait()
            shutil.rmtree(folder)


@contextmanager
def keyring(environment: Mapping[str, str], *, unlocked: bool) -> Generator[None]:
    """Run gnome-keyring on that bus. Locked, it asks a prompter that isn't there, and so says no at once."""
    with subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--components=secrets", *(["--unlock"] if unlocked else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
        text=True,
    ) as daemon:
        try:
            assert daemon.stdin is not None
            if unlocked:
                daemon.stdin.write(_PASSWORD)
            daemon.stdin.close()
            _await(environment)
            yield
        finally:
            daemon.terminate()
            daemon.wait()


def _await(environment: Mapping[str, str]) -> None:
    ask = [
        "dbus-send",
        "--session",
        "--print-reply",
        "--dest=org.freedesktop.DBus",
        "/",
        "org.freedesktop.DBus.NameHasOwner",
        "string:org.freedesktop.secrets",
    ]
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        answer = subprocess.run(
            ask, env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
        if "boolean true" in answer.stdout:
            return
        time.sleep(0.02)
    raise AssertionError("gnome-keyring-daemon does not come up")
