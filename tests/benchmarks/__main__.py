"""Runs the benchmarks (all, or those named), prints each as a ratio, and writes results.json and the table.

A benchmark is a function without arguments that measures ours and its reference in the same run.
"""

import json
import os
import platform
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.benchmarks import recovery, sandbox, startup, verify_account, watching
from tests.benchmarks.measure import Row

BENCHMARKS: Final[dict[str, Callable[[], Row]]] = {
    "startup": startup.measure,
    "recovery": recovery.measure,
    "verify_account": verify_account.measure,
    "idle_cpu": watching.idle_cpu,
    "liveness_p95": watching.liveness_p95,
    "sandbox_payments": sandbox.payments,
    "sandbox_bulk": sandbox.bulk,
}

_HERE: Final = Path(__file__).resolve().parent
_RESULTS: Final = _HERE / "results.json"
_README: Final = _HERE / "README.md"
_TABLE: Final = re.compile(r"(?<=<!-- table -->\n).*(?=<!-- end -->)", re.DOTALL)

Result = dict[str, float | str]


def result(row: Row) -> Result:
    """Return what results.json keeps of a row."""
    return {
        "ours": round(row.ours, 3),
        "reference": round(row.reference, 3),
        "ratio": round(row.ratio, 3),
        "unit": row.unit,
        "against": row.against,
    }


def table(results: dict[str, Result]) -> str:
    """Return the results as a table for the README."""
    lines = ["| benchmark | ours | reference | ratio | against |", "|---|---:|---:|---:|---|"]
    for name, each in sorted(results.items()):
        unit = each["unit"]
        figures = " | ".join(f"{each[which]:.1f} {unit}" for which in ("ours", "reference"))
        lines.append(f"| {name} | {figures} | **{each['ratio']:.2f}** | {each['against']} |")
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return "\n".join([*lines, "", f"Last run on {system}, Python {platform.python_version()}.", ""])


def main(names: list[str]) -> int:
    """Run the benchmarks; return the exit code."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(
            f"no such benchmark: {', '.join(unknown)} (there are: {', '.join(BENCHMARKS)})", file=sys.stderr
        )
        return 2
    results: dict[str, Result] = json.loads(_RESULTS.read_text()) if _RESULTS.exists() else {}
    results = {name: each for name, each in results.items() if name in BENCHMARKS}
    for name in names or BENCHMARKS:
        row = BENCHMARKS[name]()
        results[name] = result(row)
        print(
            f"{name}: {row.ratio:.2f} times {row.against} "
            f"({row.ours:.1f} {row.unit} against {row.reference:.1f} {row.unit})",
            flush=True,
        )
    _RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n")
    _README.write_text(_TABLE.sub(lambda _: table(results), _README.read_text()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
