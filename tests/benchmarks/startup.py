"""`startup`: from nothing to Krypton's first painted window, against an empty PySide6 and pyqtgraph window.

Both are whole processes, offscreen, start of Python and clean end included. Krypton's first window is its
frame, saying that it is opening the profile: it paints before it reads the profile and before it loads what
talks to the chain. So this is how soon the program answers, not how soon the figures are there.
"""

import base64
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import Row, interleaved, process_seconds

RUNS: Final = 11
_HERE: Final = Path(__file__).resolve().parent
_NOBODY: Final = {"@type": "pub.ed25519", "key": base64.b64encode(bytes(32)).decode()}
_BLOCK: Final = {"workchain": -1, "shard": -(2**63), "seqno": 0} | dict.fromkeys(
    ("root_hash", "file_hash"), base64.b64encode(bytes(32)).decode()
)


def _network(folder: Path) -> Path:
    """Write a network file whose only server is a closed port on this machine."""
    path = folder / "network.json"
    config: dict[str, object] = {
        "@type": "config.global",
        "liteservers": [{"ip": 2130706433, "port": 1, "id": _NOBODY}],
        "validator": {
            "@type": "validator.config.global",
            "zero_state": _BLOCK,
            "init_block": _BLOCK,
            "hardforks": [],
        },
    }
    path.write_text(json.dumps(config))
    return path


def measure() -> Row:
    """Measure both in turns; return the medians in milliseconds."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    reference = [sys.executable, str(_HERE / "empty_window.py")]
    with tempfile.TemporaryDirectory() as folder:
        network = _network(Path(folder))
        krypton = [
            sys.executable,
            "-m",
            "krypton",
            "--profile",
            str(Path(folder, "profile")),
            "--network",
            str(network),
        ]
        ours, theirs = interleaved(
            lambda: process_seconds([*krypton, "--exit-after-first-paint"], environment),
            lambda: process_seconds(reference, environment),
            runs=RUNS,
        )
    return Row(
        name="startup",
        ours=ours * 1000,
        reference=theirs * 1000,
        unit="ms",
        against="an empty PySide6 + pyqtgraph window",
    )
