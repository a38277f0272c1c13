"""The walls between the packages stand, and each was broken once on purpose to see its contract fail.

Every case below copies the sources, adds the smallest trespass against one contract, and wants import-linter
to name that very contract. A contract without a case fails the test, too.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_LINT = str(Path(sys.executable).with_name("lint-imports"))
CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
]

# contract -> trespasses, each a set of files added to app/krypton
TRESPASSES: dict[str, list[dict[str, str]]] = {
    "Dependencies point inward": [
        {"domain/trespass.py": "from krypton import presenters"},
        {"services/trespass.py": "from krypton import store"},
        {"stranger/__init__.py": ""},  # a package that no layer names
    ],
    "Inside ui, too": [
        {"ui/widgets/trespass.py": "from krypton.ui import pages"},
        {"ui/stranger.py": ""},
    ],
    "Only bootstrap may reach the keys, the database, the sync loop and the sandbox": [
        {"tour/trespass.py": "from krypton import vault"},
        {"cli/trespass.py": "from krypton import store"},
        {"presenters/trespass.py": "from krypton import sync"},
        {"ui/trespass.py": "from krypton import sandbox"},
    ],
    "Only bootstrap and the sandbox may reach the chain": [
        {"sync/trespass.py": "from krypton import chain"},
        {"vault/trespass.py": "from krypton import chain"},
    ],
    "Only presenters and the command line call use cases": [
        {"ui/pages/trespass.py": "from krypton import services"},
    ],
    "Pages do not know each other": [
        {"ui/pages/trespass.py": "", "ui/pages/trespasser.py": "from krypton.ui.pages import trespass"},
    ],
    "Qt stays in ui": [
        {"presenters/trespass.py": "from PySide6 import QtCore"},
        {"cli/trespass.py": "import qasync"},
    ],
    "The domain knows only the standard library": [
        {"domain/trespass.py": "import asyncio"},
    ],
    "The vault can neither talk nor log": [
        {"vault/trespass.py": "import logging"},
        {"vault/trespass.py": "import urllib.request"},
    ],
    "Use cases and presenters open no sockets": [
        {"services/trespass.py": "import socket"},
    ],
    "pytoniq stays in chain": [
        {"sandbox/trespass.py": "import pytoniq"},
    ],
    "Cells stay in chain, vault and sandbox": [
        {"services/trespass.py": "from pytoniq_core import Cell"},
    ],
    "SQL stays in store": [
        {"sync/trespass.py": "import sqlite3"},
        {"sandbox/trespass.py": "import sqlalchemy"},
    ],
    "Keys stay in vault": [
        {"services/trespass.py": "import keyring"},
        {"sandbox/trespass.py": "import nacl"},
    ],
    "pyqtgraph stays in one file": [
        {"ui/widgets/trespass.py": "import pyqtgraph"},
    ],
    "No cycles anywhere": [
        {
            "domain/trespass.py": "from krypton.domain import trespasser",
            "domain/trespasser.py": "from krypton.domain import trespass",
        },
    ],
}


def _lint(app: Path) -> str:
    done = subprocess.run(
        [_LINT, "--no-logo", "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        env={**os.environ, "PYTHONPATH": str(app), "COLUMNS": "200"},
        cwd=app,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def _outcome(report: str, contract: str) -> str | None:
    found = re.search(rf"^{re.escape(contract)} (KEPT|BROKEN)", report, re.MULTILINE)
    return found[1] if found else None


def test_every_contract_is_kept() -> None:
    report = _lint(ROOT / "app")
    assert {contract: _outcome(report, contract) for contract in CONTRACTS} == dict.fromkeys(
        CONTRACTS, "KEPT"
    ), report


def test_every_contract_has_a_trespass() -> None:
    assert sorted(TRESPASSES) == sorted(CONTRACTS)


@pytest.mark.parametrize(
    ("contract", "trespass"),
    [
        pytest.param(contract, trespass, id=f"{contract}: {' and '.join(trespass)}")
        for contract, every in TRESPASSES.items()
        for trespass in every
    ],
)
def test_a_trespass_breaks_its_contract(contract: str, trespass: dict[str, str], tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "app" / "krypton", tmp_path / "krypton", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name, source in trespass.items():
        file = tmp_path / "krypton" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(source + "\n")
    report = _lint(tmp_path)
    assert _outcome(report, contract) == "BROKEN", report
