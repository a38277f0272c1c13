"""Runs a sandbox as a program of its own (`krypton sandbox`); prints nothing itself."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from krypton.sandbox.world import BLOCK_MS, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable


GRACE_SECONDS: Final = 0.5


async def run(
    folder: Path | None,
    *,
    port: int = 0,
    config_out: Path | None = None,
    buyers: float = 0.0,
    speed: float = 1.0,
    seed: int = 1,
    block_ms: int = BLOCK_MS,
    mistakes: float = 0.0,
    servers: int = 1,
    attached: int = 0,
    ready: Callable[[Sandbox], None] | None = None,
) -> None:
    """Run until interrupted; with `attached`, also until standard input ends.

    `ready` is called once the config is written and the server listens. Raises SandboxUnavailable,
    StorageDenied, ProfileBusy, DiskFull.
    """
    sandbox = await Sandbox.start(
        folder,
        port=port,
        seed=seed,
        buyers=buyers,
        mistakes=mistakes,
        speed=speed,
        block_ms=block_ms,
        servers=servers,
    )
    stop = asyncio.Event()
    try:
        if config_out is not None:
            sandbox.write_config(config_out)
        _listen(stop, attached=attached)
        if ready is not None:
            ready(sandbox)
        await _until(stop, sandbox)
    finally:
        await sandbox.aclose()


def _listen(stop: asyncio.Event, *, attached: int) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop.set)
    if attached:
        # a thread, since not every platform's loop can watch standard input
        threading.Thread(target=_watch, args=(stop, loop), daemon=True).start()


def _watch(stop: asyncio.Event, loop: asyncio.AbstractEventLoop) -> None:
    """Wait for the end of standard input: whoever started us closed it, or died."""
    with suppress(OSError):
        while os.read(sys.stdin.fileno(), 4_096):
            pass
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(stop.set)


async def _until(stop: asyncio.Event, sandbox: Sandbox) -> None:
    """Wait for either end; raises what stopped the sandbox, unless it was the Ctrl-C that stops us, too."""
    going = asyncio.create_task(sandbox.run())
    asked = asyncio.create_task(stop.wait())
    await asyncio.wait((going, asked), return_when=asyncio.FIRST_COMPLETED)
    if going.done():
        # a terminal's Ctrl-C reaches Node, too, and may reach it first
        await asyncio.wait((asked,), timeout=GRACE_SECONDS)
    failed = going.exception() if going.done() and not stop.is_set() else None
    for task in (going, asked):
        task.cancel()
    await asyncio.wait((going, asked))
    if failed is not None:
        raise failed
