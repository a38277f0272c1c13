"""The contract's sources as texts, a process that compiles changed ones, puts a build where tests look."""

import base64
import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from krypton import paths
from krypton.chain.collector import Code, shipped_code
from krypton.sandbox.tvm import find_node

ENTRY = "FeeCollector.tolk"
SOURCES = paths.repository() / "contracts"
_PROGRAM = Path(__file__).with_name("mutation_compiler.mjs")


class Stillborn(Exception):
    """The compiler refuses these sources."""


def read_sources(folder: Path = SOURCES) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.glob("*.tolk"))}


@dataclass(frozen=True)
class Compiler:
    """One Node process that compiles whatever it is given, one after the other."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls) -> Self:
        command = [find_node() or "node", str(_PROGRAM), str(paths.node_packages())]
        return cls(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()
        self.process.wait()

    def compile(self, files: dict[str, str]) -> Code:
        """Raises Stillborn."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"entry": ENTRY, "files": files}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise Stillborn(answer["error"])
        boc = base64.b64decode(answer["code"])
        return Code(boc=boc, hash=bytes.fromhex(answer["hash"]), compiler="", source_hash="")


@contextmanager
def instead(code: Code, folder: Path) -> Generator[None]:
    """Let this build be the one that Krypton ships, for as long as it lasts; `folder` holds it meanwhile."""
    build = {"code_boc64": base64.b64encode(code.boc).decode(), "code_hash": code.hash.hex()}
    target = folder / "contracts" / "FeeCollector.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({**build, "compiler": "", "source_hash": ""}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "resources", lambda: folder)
        shipped_code.cache_clear()
        try:
            yield
        finally:
            patch.undo()
            shipped_code.cache_clear()
