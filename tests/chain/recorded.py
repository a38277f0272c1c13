"""Answers of a real node, read from tests/chain/data."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from krypton.chain.proofs import AccountAnswer, BlockId
from krypton.domain.address import Address

DATA = Path(__file__).parent / "data"
UNSIGNED = (1 << 64) - 1


def load(name: str) -> Mapping[str, Any]:
    return json.loads((DATA / f"{name}.json").read_text())


def entries(name: str, query: str) -> list[Mapping[str, Any]]:
    return [entry for entry in load(name)["entries"] if entry["query"] == f"liteServer.{query}"]


def boc(held: Mapping[str, str]) -> bytes:
    return base64.b64decode(held["b64"])


def block(held: Mapping[str, Any]) -> BlockId:
    return BlockId(
        workchain=held["workchain"],
        shard=held["shard"] & UNSIGNED,
        seqno=held["seqno"],
        root_hash=bytes.fromhex(held["root_hash"]),
        file_hash=bytes.fromhex(held["file_hash"]),
    )


def account_answer(entry: Mapping[str, Any]) -> tuple[AccountAnswer, BlockId, Address]:
    answer, args = entry["answer"], entry["args"]
    return (
        AccountAnswer(
            shard_proof=boc(answer["shard_proof"]), proof=boc(answer["proof"]), state=boc(answer["state"])
        ),
        block(args["id"]),
        Address(args["account"]["workchain"], bytes.fromhex(args["account"]["id"])),
    )
