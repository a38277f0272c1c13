"""`krypton tour` walks the whole first run by itself on a sandbox of its own: a picture a step."""

import subprocess
import sys
from pathlib import Path

STEPS = [
    "01-welcome",
    "02-words",
    "03-check",
    "04-unfunded",
    "05-deploy",
    "06-deploy-confirm",
    "07-deployed",
    "08-payments",
    "09-automatic-withdrawals",
    "10-contract",
    "11-threshold-confirm",
    "12-threshold-changed",
    "13-withdraw-confirm",
    "14-withdrawn",
    "15-overview",
]


def test_the_tour_in_russian(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "krypton", "--lang", "ru", "tour", "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    pictures = sorted(tmp_path.iterdir())
    assert [picture.stem for picture in pictures] == STEPS
    assert done.stdout.split() == [str(picture) for picture in pictures]
    assert len({picture.read_bytes() for picture in pictures}) == len(STEPS)
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)
