"""At a real terminal: what is asked, what may be typed, and Ctrl-C at the prompt."""

import asyncio
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import pytest

from krypton.domain.address import Address
from krypton.domain.money import NANO
from tests.e2e.shop import PATIENCE, Shop, open_shop


class Terminal:
    """A program whose three streams are a pseudo-terminal, as a person has it."""

    def __init__(self, command: list[str]) -> None:
        self._own, theirs = pty.openpty()
        # The terminal has to be the program's own for Ctrl-C typed there to reach it.
        leader = ["setsid", "--ctty", "--wait", *command]
        self._process = subprocess.Popen(leader, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self.said = ""

    def until(self, words: str) -> None:
        """Read until the program has said this."""
        end = time.monotonic() + PATIENCE
        while words not in self.said:
            ready, _, _ = select.select([self._own], [], [], max(0.0, end - time.monotonic()))
            assert ready, self.said
            self._read()

    def type(self, keys: str) -> None:
        os.write(self._own, keys.encode())

    def ends(self) -> int:
        """Read to the end; return the exit code."""
        with suppress(OSError):  # a terminal whose program left reads as an error
            while self._read():
                pass
        os.close(self._own)
        return self._process.wait(PATIENCE)

    def _read(self) -> bool:
        found = os.read(self._own, 4_096).decode(errors="replace")
        self.said += found.replace("\r", "")
        return bool(found)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Generator[Shop]:
    with open_shop(tmp_path_factory.mktemp("terminal")) as opened:
        opened.new_wallet()
        [wallet] = opened.ask("wallet", "list")["wallets"]
        owner = Address(0, bytes.fromhex(wallet["address"].removeprefix("0:")))
        asyncio.run(opened.control.faucet(owner, 10 * NANO))
        yield opened


def krypton(shop: Shop, *typed: str) -> Terminal:
    return Terminal([sys.executable, "-m", "krypton", *shop.typed, *typed])


def deploying(shop: Shop, *, threshold: str) -> tuple[str, ...]:
    return ("deploy", "--threshold", threshold, "--supplier", shop.supplier.raw, "--fee-bps", "100")


def test_ctrl_c_at_the_prompt_signs_nothing_and_says_so(shop: Shop) -> None:
    at = krypton(shop, *deploying(shop, threshold="10"))
    at.until("Type the threshold to confirm: 10")
    at.type("\x03")
    assert at.ends() == 130
    assert at.said.endswith("Interrupted.\n")
    assert shop.ask("collector", "list") == {"collectors": []}


def test_something_else_typed_back_signs_nothing(shop: Shop) -> None:
    at = krypton(shop, *deploying(shop, threshold="10"))
    at.until("confirm: 10")
    at.type("1\n")
    assert at.ends() == 3
    assert "What was typed is not 10." in at.said
    assert shop.ask("collector", "list") == {"collectors": []}


def test_russian_amounts_are_typed_as_they_are_shown(shop: Shop) -> None:
    at = krypton(shop, "--lang=ru", *deploying(shop, threshold="2,5"))
    at.until(": 2,5")
    at.type("2,5\n")
    assert at.ends() == 0, at.said
    [known] = shop.ask("collector", "list")["collectors"]
    status = shop.ask("status")
    assert status["collector"] == known["collector"]
    assert status["min_withdrawal"] == str(5 * NANO // 2)


def test_new_words_are_shown_once_and_kept_after_enter(shop: Shop) -> None:
    at = krypton(shop, "wallet", "new", "--name", "second")
    at.until("Press Enter")
    assert "24 " in at.said
    at.type("\n")
    assert at.ends() == 0
    assert [wallet["name"] for wallet in shop.ask("wallet", "list")["wallets"]] == ["owner", "second"]


def test_words_typed_in_are_not_shown(shop: Shop) -> None:
    at = krypton(shop, "wallet", "import", "--name", "third")
    at.until("not shown while you type")
    at.type("abandon " * 24 + "\n")
    assert at.ends() == 3
    assert "abandon" not in at.said


def test_ctrl_c_while_words_are_typed(shop: Shop) -> None:
    at = krypton(shop, "wallet", "import", "--name", "third")
    at.until("not shown while you type")
    at.type("abandon \x03")
    assert at.ends() == 130
    assert "Traceback" not in at.said


def test_a_reader_who_leaves_is_no_error(shop: Shop) -> None:
    command = [sys.executable, "-m", "krypton", *shop.typed, "collector", "list"]
    script = '"$@" | true; exit ${PIPESTATUS[0]}'
    done = subprocess.run(
        ["bash", "-c", script, "_", *command], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_standard_output_is_said(shop: Shop) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "krypton", *shop.typed, "collector", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode == 8
    assert "disk is full: standard output" in done.stderr
