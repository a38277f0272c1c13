"""What a sandbox finds or makes before it runs: its folder, its server's key, its chain and chain's time."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from krypton.domain.errors import StorageDenied
from krypton.sandbox import genesis
from krypton.sandbox.clock import ChainClock
from krypton.sandbox.config import network_config

if TYPE_CHECKING:
    from pathlib import Path

    from krypton.sandbox.archive import Archive
    from krypton.sandbox.chain import Chain
    from krypton.sandbox.tvm import Tvm
    from krypton.sandbox.validators import Validators


def folder_of(folder: Path) -> Path:
    """Make a folder for its owner alone. Raises StorageDenied."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageDenied(path=str(folder)) from error
    return folder


def key_of(archive: Archive) -> bytes:
    """Give the lite server's own key: the one of last time, or a new one."""
    known = archive.meta("key")
    if known is None:
        known = secrets.token_bytes(32)
        archive.remember("key", known)
    return known


def chain_of(
    archive: Archive, tvm: Tvm, *, seed: bytes, speed: float, begin: int | None, validators: Validators
) -> tuple[Chain, ChainClock]:
    """Begin a chain, or go on with the archive's; its time is the wall's unless it is ahead of that."""
    start = int(time.time()) if begin is None else begin
    if archive.meta("head") is None:
        config = network_config(tvm).to_boc()
        chain = genesis.begin(archive, tvm, config=config, seed=seed, now=start, validators=validators)
    else:
        chain = genesis.resume(archive, tvm)
    return chain, ChainClock(max(start, chain.head.master.utime), speed=speed)
