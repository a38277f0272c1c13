"""The coverage check names a gap, a module that nobody imports, and nothing else."""

from pathlib import Path
from typing import Any

from build import check_coverage

REPORT: dict[str, Any] = {
    "files": {
        "whole.py": {"missing_lines": [], "missing_branches": []},
        "gap.py": {"missing_lines": [7], "missing_branches": [[6, 7], [9, -3]]},
    }
}


def test_a_gap_is_named_with_its_lines_and_branches() -> None:
    (gap,) = check_coverage.gaps(REPORT, ["whole.py", "gap.py"])
    assert str(gap) == "gap.py: lines [7], branches [6->7, 9->exit] were never taken"


def test_a_module_that_nobody_imports_is_a_gap() -> None:
    (gap,) = check_coverage.gaps(REPORT, ["whole.py", "forgotten.py"])
    assert str(gap) == "forgotten.py: no test imports it"


def test_the_list_finds_new_modules_by_itself(tmp_path: Path) -> None:
    for name in ("app/krypton/domain/deep/new.py", "app/krypton/vault/keys.py", "app/krypton/ui/page.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text("x = 1\n")
    assert [path.name for path in check_coverage.listed(tmp_path)] == ["new.py", "keys.py"]
