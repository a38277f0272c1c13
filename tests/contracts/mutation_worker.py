"""A pytest plugin that runs the collected tests again for each mutant until one fails; knows no operator."""

import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import cast

import pytest
from _pytest.runner import runtestprotocol

from tests.contracts.mutation_compiler import Compiler, Stillborn, instead, read_sources
from tests.contracts.mutation_operators import mutants

SECONDS = 90.0
"""For one mutant, all tests; whoever needs more hangs, and counts as seen."""
_SLOW = "_leaves_nothing_behind"
"""Looks for leaks after every test, which is most of its time; they are not asked for here."""

_NEAR: dict[str, tuple[str, ...]] = {
    "Pay": ("[Pay-", "[pay", "[too ", "[late", "[payload", "[no own", "[less than"),
    "Comment": ("[Comment-", "[comment"),
    "else": ("[bounce", "[forged", "bounce"),
    "Figures.payOut": ("withdrawal]", "withdrawal, split]", "force"),
    "payShares": ("withdrawal, split]", "force withdraw", "split_gets"),
    "answer": ("[SetMode-", "[refused", "[operation"),
    "takeBackFromSupplier": ("[ReturnExcesses-", "[nothing-", "sends_back"),
    "isSplit": ("split", "share"),
    "isElsewhere": ("elsewhere", "itself"),
    "isThreshold": ("threshold", "may_not"),
    "isSame": ("[ClaimOwner-", "[nothing-"),
    "isBounceable": ("[SetMode-",),
    "address.isBasechain": ("elsewhere", "masterchain"),
    "requiredFee": ("required_fee",),
    "feeFloor": ("required_fee",),
    "payloadCap": ("required_fee",),
    "PAY_GAS": ("required_fee",),
    "PAYLOAD_BITS": ("required_fee",),
    "PAYLOAD_CELLS": ("required_fee",),
    "impliedAmount": ("implies", "formula", "both_ways"),
    "withdrawalPrice": ("waits", "split_gets", "nobody_pays"),
    "WD_GAS": ("waits", "nobody_pays"),
    "SPLIT_GAS": ("waits", "split_gets"),
    "RETURN_GAS": ("bounce-",),
    "afterHandling": ("bounce-", "[nothing-"),
    "MIN_REFUND": ("refund",),
    "MIN_SHARE_BPS": ("may_not", "share"),
    "MAX_SHARES_BPS": ("may_not", "share"),
    "MAX_SHARES": ("shares", "may_not"),
}
"""Words in the names of tests that are near a place, and are asked first; another order is only slower."""


@dataclass
class Killer:
    """A test, how long it takes, and where in the contract it has found mistakes."""

    item: pytest.Item
    kills: Counter[str] = field(default_factory=Counter[str])
    seconds: float = 0.0
    runs: int = 0

    def worth(self, where: str) -> float:
        spent = self.seconds / max(self.runs, 1) + 0.01
        likely = 5 * any(word in self.item.name for word in _NEAR.get(where, (f"[{where}-", where)))
        return (20 * self.kills[where] + likely + self.kills.total() + 0.2) / (self.runs + 1) / spent


class Worker:
    """Gives each mutant it is told one verdict, as a line of JSON."""

    def __init__(self, *, task: Path, verdicts: Path) -> None:
        told = json.loads(task.read_text())
        self.files = read_sources(Path(told["sources"]))
        self.numbers: list[int] = told["numbers"]
        self.verdicts = verdicts
        self.started = 0.0

    def say(self, number: int, *, end: str, by: str = "") -> None:
        line = {"number": number, "end": end, "by": by, "seconds": round(time.monotonic() - self.started, 2)}
        with self.verdicts.open("a") as out:
            out.write(json.dumps(line) + "\n")

    @pytest.hookimpl
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for item in session.items:
            wanted = cast("pytest.Function", item).fixturenames
            wanted[:] = [name for name in wanted if name != _SLOW]
        killers = [Killer(item=item) for item in session.items]
        changed = mutants(self.files)
        with Compiler.start() as compiler, tempfile.TemporaryDirectory() as folder:
            control = compiler.compile(self.files)
            for number in self.numbers:
                self.started = time.monotonic()
                where = "" if number < 0 else changed[number].where.partition(" ")[0]
                try:
                    files = self.files if number < 0 else changed[number].applied(self.files)
                    code = compiler.compile(files)
                except Stillborn as error:
                    self.say(number, end="stillborn", by=str(error))
                    continue
                if number >= 0 and code.hash == control.hash:
                    self.say(number, end="same code")
                    continue
                self.bound(number)
                with instead(code, Path(folder)):
                    by = self.hunt(killers, where=where)
                signal.setitimer(signal.ITIMER_REAL, 0)
                self.say(number, end="killed" if by else "survived", by=by)
        return True

    def hunt(self, killers: list[Killer], *, where: str) -> str:
        """Run tests, the likeliest and fastest first, and name the first that fails."""
        killers.sort(key=lambda killer: killer.worth(where), reverse=True)
        session = cast(
            "pytest.Item", killers[0].item.session
        )  # keeps what a session sets up, and nothing else
        for killer in killers:
            begun = time.monotonic()
            reports = runtestprotocol(killer.item, log=False, nextitem=session)
            killer.seconds += time.monotonic() - begun
            killer.runs += 1
            if any(report.failed for report in reports):
                killer.kills[where] += 1
                return killer.item.name
        return ""

    def bound(self, number: int) -> None:
        def over(_signal: int, _frame: FrameType | None) -> None:
            self.say(number, end="killed", by="time")
            os._exit(3)  # the emulator may be in the middle of an answer: start anew

        signal.signal(signal.SIGALRM, over)
        signal.setitimer(signal.ITIMER_REAL, SECONDS)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutants", type=Path, help="the task: {sources, numbers} as JSON")
    parser.addoption("--verdicts", type=Path, help="where the verdicts go, a line each")


def pytest_configure(config: pytest.Config) -> None:
    sys.setrecursionlimit(5_000)
    told: list[Path] = [Path(str(config.getoption(name))) for name in ("--mutants", "--verdicts")]
    config.pluginmanager.register(Worker(task=told[0], verdicts=told[1]), "mutants")
