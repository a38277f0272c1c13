"""What holds for every file of the repository: length, letters, opening sentence, and what it never names."""

import ast
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WANTED_LINES = 300
HARD_LINES = 400

LONG: dict[str, str] = {
    "app/krypton/sandbox/world.py": "the one object that tests and programs start, use and end a sandbox by",
    "tests/sync/fakes.py": "one scripted chain behind the whole Reader port",
    "app/krypton/domain/ports.py": "one page that says all that the inside asks of the outside",
}
"""Files over 300 lines: path -> why it reads better in one piece. Over 400 no reason helps."""

_SKIPPED = {".git", ".venv", ".uv", ".node", "node_modules", "__pycache__", "out"}
_SOURCES = {
    ".py",
    ".pyi",
    ".tolk",
    ".mjs",
    ".js",
    ".sh",
    ".toml",
    ".md",
    ".in",
    ".json",
    ".qss",
    ".yml",
    ".cfg",
}
_CODE = {".py", ".tolk", ".mjs", ".sh"}
# Written in two halves so that this file passes its own test.
_SILENCERS = re.compile(
    "|".join([r"#\s*no" + "qa", r"type:\s*ig" + "nore", r"pyright:\s*[ib]", r"pragma:\s*no" + " c"])
)
_REGISTRIES = re.compile(
    "|".join(["py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(?:org|com)", "yarn" + "pkg"])
)
_MACHINE = re.compile(r"/(?:work|farm|root)/[a-z.]|/home/[a-z]+/|/Users/[a-z]+/|/tmp/(?:brief|scratch)")
_LOCKS = re.compile('"resol' + 'ved"|--(?:extra-)?' + "index-url|--find-" + "links")


def _walk() -> Iterator[Path]:
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _SKIPPED and not name.endswith(("_cache", ".egg-info", ".hypothesis"))
        )
        yield from (Path(folder, name) for name in sorted(files))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _is_source(path: Path) -> bool:
    return path.suffix in _SOURCES or path.name in {"Makefile", "LICENSE", ".gitignore", "run"}


FILES = list(_walk())
SOURCES = [path for path in FILES if _is_source(path)]
MODULES = [path for path in SOURCES if path.suffix == ".py"]


def _lines_matching(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{_name(path)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_there_is_something_to_look_at() -> None:
    names = {_name(path) for path in SOURCES}
    assert {"Makefile", "pyproject.toml", ".ci/run", "app/krypton/__init__.py", "build/install.sh"} <= names


def test_files_are_short() -> None:
    lengths = {_name(path): len(path.read_bytes().splitlines()) for path in SOURCES if path.suffix in _CODE}
    assert [f"{name}: {count}" for name, count in lengths.items() if count > HARD_LINES] == []
    assert [
        f"{name}: {count}" for name, count in lengths.items() if count > WANTED_LINES and name not in LONG
    ] == []
    assert [name for name in LONG if lengths.get(name, 0) <= WANTED_LINES] == []


def test_sources_are_ascii() -> None:
    found = [
        f"{_name(path)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_bytes().splitlines(), 1)
        if not line.isascii() or b"\x1b" in line or b"\x00" in line
    ]
    assert found == []


def test_file_names_are_ascii() -> None:
    assert [name for name in map(_name, FILES) if not name.isascii()] == []


def test_every_module_opens_with_a_sentence() -> None:
    unsaid = [
        _name(path)
        for path in MODULES
        if not (ast.get_docstring(ast.parse(path.read_bytes())) or "").split("\n\n")[0].rstrip().endswith(".")
    ]
    assert unsaid == []


def test_no_check_is_silenced_in_a_line() -> None:
    assert _lines_matching(_SILENCERS, [path for path in SOURCES if path.suffix in {".py", ".pyi"}]) == []


def test_no_file_names_a_registry_or_a_machine() -> None:
    assert _lines_matching(_REGISTRIES, [*SOURCES, *ROOT.glob("**/requirements*.txt")]) == []
    assert _lines_matching(_MACHINE, SOURCES) == []


def test_lock_files_hold_no_address() -> None:
    locks = [
        path for path in FILES if path.name.startswith("requirements") or path.name == "package-lock.json"
    ]
    assert len(locks) >= 5
    assert _lines_matching(_LOCKS, locks) == []


def test_every_locked_package_has_a_hash() -> None:
    for path in FILES:
        if path.name.startswith("requirements") and path.suffix == ".txt":
            pins = re.split(r"\n(?=[a-z0-9])", path.read_text())
            assert [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin] == [], _name(path)
    packages = json.loads((ROOT / "build" / "node" / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_build_holds_recipes_and_no_package() -> None:
    assert not (ROOT / "build" / "__init__.py").exists()


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix == ".sh" or _name(path) == ".ci/run"], ids=_name
)
def test_scripts_can_be_run_and_stop_at_a_failure(path: Path) -> None:
    assert os.access(path, os.X_OK)
    head = path.read_text().splitlines()
    assert head[0] == "#!/usr/bin/env bash"
    assert any(line.startswith("set -") and "uo pipefail" in line for line in head)
