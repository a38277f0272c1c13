"""The sandbox as a child process: starts it, waits until it answers, ends it; knows nothing inside it."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from krypton.domain.errors import KryptonError, SandboxFault, SandboxUnavailable

READY = "ready"
"""The first line that a sandbox prints once its config is written and its server listens."""

_START_SECONDS = 30
_STOP_SECONDS = 10


@contextlib.asynccontextmanager
async def sandbox(folder: Path, /, *, buyers: int) -> AsyncGenerator[Path]:
    """Run a sandbox kept in `folder`; yield its network config. Raises SandboxUnavailable.

    The child ends when its standard input closes, so it can't outlive us even when we are killed.
    """
    config = folder / "network.json"
    command = [sys.executable, "-m", "krypton", "sandbox", "--attached", "--dir", str(folder)]
    command += ["--config-out", str(config), "--buyers", str(buyers)]
    process = _start(command)
    try:
        await _ready(process)
        yield config
    finally:
        await asyncio.shield(asyncio.to_thread(_end, process))


def _start(command: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us: the sandbox ends when we let go of it
    )


async def _ready(process: "subprocess.Popen[bytes]") -> None:
    if process.stdout is None:
        raise SandboxUnavailable(fault=SandboxFault.DIED)
    line = asyncio.to_thread(process.stdout.readline, 1_000)
    try:
        said = await asyncio.wait_for(line, _START_SECONDS)
    except TimeoutError as error:
        raise SandboxUnavailable(fault=SandboxFault.DIED) from error
    if said.strip() != READY.encode():
        raise SandboxUnavailable(fault=_fault(said))


def reason(error: KryptonError, /) -> str:
    """Return the line by which a sandbox that can't start tells its parent why."""
    return error.fault.name if isinstance(error, SandboxUnavailable) else SandboxFault.DIED.name


def _fault(said: bytes) -> SandboxFault:
    name = said.decode("ascii", "replace").strip()
    return SandboxFault[name] if name in SandboxFault.__members__ else SandboxFault.DIED


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
