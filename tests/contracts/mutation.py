"""Mutation testing: `python -m tests.contracts.mutation` makes every small mistake, names what none sees.

A mutant is killed when a test that drives the contract fails on it. Tests that compare the build, its gas
or its constants with what is written down are not asked: they would kill all and say nothing of behaviour.
Nor are random lives: what only they would find deserves a test of its own.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from krypton import paths
from tests.contracts.mutation_compiler import SOURCES, read_sources
from tests.contracts.mutation_operators import Mutant, mutants

README = SOURCES / "README.md"
CONTROL = -1
KILLERS = (
    "test_entrances.py",
    "test_entrances_errors.py",
    "test_entrances_actions.py",
    "test_entrances_bounds.py",
    "test_payments.py",
    "test_owner.py",
    "test_returns.py",
    "test_corners.py",
    "test_withdrawals.py",
    "test_traps.py",
    "test_rounding.py::test_the_contract_agrees_in_both_ways_of_paying",
)
SLOW = "test_traps.py::test_three_hundred_payments_never_run_into_gross_fees"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of a mutant: killed (by which test), survived, same code, stillborn."""

    mutant: Mutant | None
    end: str
    by: str
    seconds: float


def campaign(numbers: Iterable[int], *, sources: Path = SOURCES, workers: int = 2) -> list[Verdict]:
    """Hunt the mutants with these numbers (CONTROL is the contract itself, and must survive)."""
    all_mutants: list[Mutant] = mutants(read_sources(sources))
    left = list(numbers)
    lines: dict[int, Verdict] = {}
    while todo := [number for number in left if number not in lines]:
        with tempfile.TemporaryDirectory() as folder:
            shares = [share for at in range(workers) if (share := todo[at::workers])]
            running = [_start(Path(folder), share, sources=sources, at=at) for at, share in enumerate(shares)]
            for process, verdicts in running:
                output, _ = process.communicate()
                if not verdicts.exists():
                    raise RuntimeError(output)
                for line in verdicts.read_text().splitlines():
                    said = json.loads(line)
                    number = int(said.pop("number"))
                    mutant: Mutant | None = None if number == CONTROL else all_mutants[number]
                    lines[number] = Verdict(mutant=mutant, **said)
    return [lines[number] for number in left]


def _start(folder: Path, numbers: list[int], *, sources: Path, at: int) -> tuple[subprocess.Popen[str], Path]:
    task, verdicts = folder / f"task-{at}.json", folder / f"verdicts-{at}.jsonl"
    task.write_text(json.dumps({"sources": str(sources), "numbers": numbers}))
    options = ["-q", "--tb=no", "-p", "no:cacheprovider", "-p", "tests.contracts.mutation_worker"]
    told = [f"--mutants={task}", f"--verdicts={verdicts}"]
    tests = [f"--deselect=tests/contracts/{SLOW}", *(f"tests/contracts/{name}" for name in KILLERS)]
    command = [sys.executable, "-m", "pytest", *options, *told, *tests]
    process = subprocess.Popen(
        command, cwd=paths.repository(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return process, verdicts


def explained() -> set[str]:
    """Names of the survivors that contracts/README.md explains: its list items of this form."""
    section = README.read_text().partition("## Mutation testing")[2].partition("\n## ")[0]
    return {line[2:] for line in section.splitlines() if line.startswith("- `")}


def counted(verdicts: list[Verdict]) -> Counter[str]:
    return Counter(verdict.end for verdict in verdicts)


def rate(verdicts: list[Verdict]) -> float:
    """Part of the mutants killed, of those that compile to other code."""
    ends = counted(verdicts)
    return ends["killed"] / (ends["killed"] + ends["survived"])


def slice_of(count: int, *, seed: int) -> list[int]:
    """Give some numbers, the same for a seed as long as the contract is the same."""
    return sorted(random.Random(seed).sample(range(len(mutants(read_sources()))), count))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, default=SOURCES)
    parser.add_argument("--count", type=int, help="only so many, chosen by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="only mutants whose name has this in it")
    parser.add_argument("--all", action="store_true", help="print every verdict, not only survivors")
    asked = parser.parse_args()
    everything = mutants(read_sources(asked.sources))
    numbers = [number for number, mutant in enumerate(everything) if asked.only in mutant.name]
    random.Random(asked.seed).shuffle(numbers)
    numbers = numbers[: asked.count]
    verdicts = campaign([CONTROL, *numbers], sources=asked.sources, workers=asked.workers)
    if verdicts[0].end != "survived":
        sys.stdout.write(f"the contract itself fails {verdicts[0].by}\n")
        return 1
    known = explained()
    for verdict in verdicts[1:]:
        assert verdict.mutant is not None
        if asked.all or verdict.end == "survived":
            note = "" if verdict.end != "survived" else "explained" if verdict.mutant.name in known else "NEW"
            sys.stdout.write(f"{verdict.end} {note or verdict.by} {verdict.seconds} {verdict.mutant.name}\n")
    sys.stdout.write(f"{dict(counted(verdicts[1:]))}, {rate(verdicts[1:]):.1%} killed\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
