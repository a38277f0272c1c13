"""Demands that the tests ran the modules below whole, every line and every branch; knows no averages.

Money, keys and signing are decided in them, so each of their branches has to have been seen. Run after
`coverage combine`; a listed module that no test has imported fails, too.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
PERFECT: Final = (
    "app/krypton/domain/**/*.py",
    "app/krypton/vault/**/*.py",
    "app/krypton/chain/wallets.py",
    "app/krypton/chain/messages.py",
    "app/krypton/services/operations.py",
)
REPORT: Final = ROOT / "build" / "out" / "coverage" / "report.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What was not run in one module; no numbers at all when the module was never imported."""

    module: str
    lines: tuple[int, ...]
    branches: tuple[tuple[int, int], ...]
    imported: bool

    def __str__(self) -> str:
        """Return the gap as one line, as an editor likes it."""
        if not self.imported:
            return f"{self.module}: no test imports it"
        branches = ", ".join(f"{start}->{'exit' if end < 0 else end}" for start, end in self.branches)
        return f"{self.module}: lines {list(self.lines)}, branches [{branches}] were never taken"


def listed(root: Path) -> list[Path]:
    """Return the modules that must be perfect; a pattern that matches nothing yet is no error."""
    found = {path for pattern in PERFECT for path in root.glob(pattern)}
    return sorted(path for path in found if path.stat().st_size)


def gaps(report: dict[str, Any], modules: list[str]) -> Iterator[Gap]:
    """Yield what a coverage report (its JSON form) misses in `modules`."""
    for module in modules:
        measured = report["files"].get(module)
        lines = tuple(measured["missing_lines"]) if measured else ()
        branches = tuple((start, end) for start, end in measured["missing_branches"]) if measured else ()
        if not measured or lines or branches:
            yield Gap(module=module, lines=lines, branches=branches, imported=bool(measured))


def main() -> int:
    """Print every gap; return the exit code."""
    modules = [path.relative_to(ROOT).as_posix() for path in listed(ROOT)]
    command = [sys.executable, "-m", "coverage", "json", "-q", "-o", str(REPORT)]
    subprocess.run(command, check=True, cwd=ROOT)
    found = list(gaps(json.loads(REPORT.read_text()), modules))
    for gap in found:
        print(f"coverage: {gap}")
    print(f"coverage: {len(modules) - len(found)} of {len(modules)} modules of the list are covered whole")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
