"""Writes the sandbox's global config, the standard JSON that any lite client reads; knows no chain."""

from __future__ import annotations

import base64
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from krypton.domain.errors import StorageDenied

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from krypton.sandbox.tl import BlockId

LOOPBACK: Final = 0x7F000001


def config(
    zero: BlockId, *, servers: Sequence[tuple[int, bytes]], own: Mapping[str, object]
) -> dict[str, object]:
    """Give the config of a chain from `zero` on, `servers` being ports and public keys.

    `own` is what our own tools need beside it.
    """
    block = {
        "workchain": zero.workchain,
        "shard": zero.shard,
        "seqno": zero.seqno,
        "root_hash": base64.b64encode(zero.root_hash).decode(),
        "file_hash": base64.b64encode(zero.file_hash).decode(),
    }
    listed: list[dict[str, object]] = [
        {"ip": LOOPBACK, "port": port, "id": {"@type": "pub.ed25519", "key": base64.b64encode(key).decode()}}
        for port, key in servers
    ]
    return {
        "@type": "config.global",
        "dht": {
            "@type": "dht.config.global",
            "k": 3,
            "a": 3,
            "static_nodes": {"@type": "dht.nodes", "nodes": list[object]()},
        },
        "liteservers": listed,
        "validator": {
            "@type": "validator.config.global",
            "zero_state": block,
            "init_block": block,
            "hardforks": list[object](),
        },
        "krypton_sandbox": dict(own),
    }


def write(path: Path, value: Mapping[str, object]) -> None:
    """Write a config for its owner's eyes (mode 0600), all at once. Raises StorageDenied."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(value, file, indent=1)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise StorageDenied(path=str(path)) from error
