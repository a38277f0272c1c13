"""The process dies at any step of keeping or removing a wallet: what was there before still works."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from krypton import paths
from tests.fakes import values
from tests.fakes.values import GLOBAL_ID, VERSION
from tests.fakes.words import OTHER_WORDS, WORDS
from tests.vault import crash
from tests.vault.conftest import Open

pytestmark = pytest.mark.usefixtures("keyring_here")

_STEPS = 30


def run(path: Path, profile_id: str, what: str, step: int) -> int:
    root = paths.repository()
    return subprocess.run(
        [sys.executable, "-m", "tests.vault.crash", str(path), profile_id, what, str(step)],
        env={**os.environ, "PYTHONPATH": f"{root / 'app'}{os.pathsep}{root}"},
        cwd=root,
        check=False,
    ).returncode


@pytest.fixture
def stride(request: pytest.FixtureRequest) -> int:
    """Die at every step in the whole proof, at every third otherwise."""
    return 1 if request.config.getoption("--soak") else 3


def test_keeping(open_vault: Open, path: Path, profile_id: str, stride: int) -> None:
    open_vault().keep(WORDS, name="till", version=VERSION, global_id=GLOBAL_ID)
    codes: list[int] = []
    while 0 not in codes:
        assert len(codes) < _STEPS
        codes.append(run(path, profile_id, "keep", len(codes) * stride))
        vault = open_vault()
        assert vault.words("till") == WORDS
        vault.sign(values.confirmed())
        if "other" in [wallet.name for wallet in vault.wallets()]:
            assert vault.words("other") == OTHER_WORDS
            vault.remove("other")
    assert set(codes[:-1]) == {crash.DIED}
    assert list(path.parent.iterdir()) == [path]


def test_removing(open_vault: Open, path: Path, profile_id: str, stride: int) -> None:
    codes: list[int] = []
    while 0 not in codes:
        assert len(codes) < _STEPS
        open_vault().keep(WORDS, name="till", version=VERSION, global_id=GLOBAL_ID)
        open_vault().keep(OTHER_WORDS, name="other", version=VERSION, global_id=GLOBAL_ID)
        codes.append(run(path, profile_id, "remove", len(codes) * stride))
        vault = open_vault()
        assert vault.words("other") == OTHER_WORDS
        for wallet in vault.wallets():
            assert vault.words(wallet.name) == (WORDS if wallet.name == "till" else OTHER_WORDS)
            vault.remove(wallet.name)
    assert set(codes[:-1]) == {crash.DIED}
