"""A sandbox in a process of its own, the command line in processes of its own, and the window in this one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from krypton import bootstrap
from krypton.cli import arguments
from krypton.domain.address import Address, parse_address
from krypton.sandbox.control import Control
from krypton.ui.widgets.visitor import Visitor
from krypton.ui.window import Window

PATIENCE: Final = 60.0
Walk = Callable[[Visitor], Coroutine[object, object, None]]


class Shop:
    """One profile on one sandbox."""

    def __init__(self, folder: Path) -> None:
        self.profile = folder / "profile"
        self.config = folder / "network.json"
        self.folder = folder

    @property
    def typed(self) -> list[str]:
        return ["--profile", str(self.profile), "--network", str(self.config)]

    @property
    def control(self) -> Control:
        return Control(json.loads(self.config.read_text())["krypton_sandbox"])

    @property
    def supplier(self) -> Address:
        return parse_address(json.loads(self.config.read_text())["krypton_sandbox"]["supplier"])

    def run(self, *typed: str, descriptor: int | None = None) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "krypton", *self.typed, *typed],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
            pass_fds=() if descriptor is None else (descriptor,),
        )

    def ask(self, *typed: str) -> dict[str, Any]:
        done = self.run(*typed, "--json")
        assert done.returncode == 0, done.stderr
        return cast("dict[str, Any]", json.loads(done.stdout))

    def new_wallet(self, name: str = "owner") -> tuple[str, ...]:
        """Make a wallet on the command line; return the words that came out of the descriptor."""
        reading, writing = os.pipe()
        try:
            done = self.run("wallet", "new", "--name", name, "--words-fd", str(writing), descriptor=writing)
            assert done.returncode == 0, done.stderr
            os.close(writing)
            with os.fdopen(reading, closefd=False) as source:
                return tuple(source.read().split())
        finally:
            os.close(reading)

    def window(self, walk: Walk) -> None:
        """Open the window in this process and use it as a person would."""

        async def companion(window: Window) -> None:
            await walk(Visitor(window, patience=PATIENCE))

        assert bootstrap.window(arguments.parse(self.typed), companion=companion) == 0


@contextmanager
def open_shop(folder: Path, *options: str) -> Generator[Shop]:
    """Run `krypton sandbox` until the block ends."""
    shop = Shop(folder)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "krypton", "sandbox", "--attached"),
            *("--dir", str(folder / "chain"), "--config-out", str(shop.config), *options),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline().strip() == "ready"
        yield shop
    finally:
        process.stdin.close()
        assert process.wait(PATIENCE) == 0
        process.stdout.close()
