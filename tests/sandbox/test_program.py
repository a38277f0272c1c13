"""The sandbox as a process: it announces itself, ends on signals and with its parent, and can start again."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from krypton import paths
from krypton.domain.address import Address
from krypton.domain.errors import SandboxUnavailable
from krypton.sandbox.control import Control
from tests.sandbox.town import client

PROGRAM = """
import asyncio, sys
from pathlib import Path
from krypton.sandbox.program import run
folder = Path(sys.argv[1])
asyncio.run(run(folder, config_out=folder / "network.json", attached=int(sys.argv[2]),
                ready=lambda _: print("ready", flush=True)))
print("done", flush=True)
"""


async def started(folder: Path, *, attached: int) -> Process:
    folder.mkdir(exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        str(folder),
        str(attached),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
        env={"PYTHONPATH": str(paths.repository() / "app"), "PATH": "/usr/local/bin:/usr/bin:/bin"},
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        assert await process.stdout.readline() == b"ready\n", await process.communicate()
    return process


async def ended(process: Process) -> tuple[bytes, bytes]:
    assert process.stdin is not None
    process.stdin.close()
    async with asyncio.timeout(20):
        return await process.communicate()


async def read(folder: Path) -> int:
    config = json.loads((folder / "network.json").read_text())
    async with client(config, level=2) as lite:
        return int((await lite.get_masterchain_info())["last"]["seqno"])


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_it_ends_cleanly_when_interrupted_and_goes_on_next_time(
    tmp_path: Path, how: signal.Signals
) -> None:
    first = await started(tmp_path / "chain", attached=0)
    seqno = await read(tmp_path / "chain")
    os.killpg(first.pid, how)  # Node gets it as well, as from a terminal
    assert await ended(first) == (b"done\n", b"")
    assert first.returncode == 0
    second = await started(tmp_path / "chain", attached=0)
    assert await read(tmp_path / "chain") > seqno
    second.kill()
    await ended(second)
    third = await started(tmp_path / "chain", attached=1)
    assert await read(tmp_path / "chain") > seqno + 1
    assert await ended(third) == (b"done\n", b"")


async def test_it_says_so_when_node_has_died(tmp_path: Path) -> None:
    process = await started(tmp_path / "chain", attached=0)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    config = json.loads((tmp_path / "chain" / "network.json").read_text())
    with pytest.raises(SandboxUnavailable):
        await Control(config["krypton_sandbox"]).faucet(Address(0, bytes(32)), 1)
    async with asyncio.timeout(20):
        out, err = await process.communicate()
    assert process.returncode == 1
    assert out == b""
    assert b"SandboxUnavailable(fault=<SandboxFault.DIED" in err
