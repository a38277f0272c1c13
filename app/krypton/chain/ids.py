"""Block ids as lite servers' answers and queries hold them; knows nothing of what a block holds."""

from collections.abc import Mapping
from typing import Final

from krypton.chain.cells import Refuted
from krypton.chain.proofs import WHOLE_SHARD, BlockId
from krypton.domain.errors import Lie

_HASH: Final = 32
_SIGN: Final = 1 << 64


def block_id(held: object, /) -> BlockId:
    """Read a tonNode.blockIdExt. Raises Refuted."""
    match held:
        case {
            "workchain": int(workchain),
            "shard": int(shard),
            "seqno": int(seqno),
            "root_hash": str(root_hash),
            "file_hash": str(file_hash),
        }:
            root, file = hash_of(root_hash), hash_of(file_hash)
            return BlockId(
                workchain=workchain, shard=shard % _SIGN, seqno=seqno, root_hash=root, file_hash=file
            )
        case _:
            raise Refuted(Lie.SHAPE)


def block_args(block: BlockId, /) -> Mapping[str, object]:
    """Write a tonNode.blockIdExt."""
    shard = block.shard - _SIGN if block.shard >= WHOLE_SHARD else block.shard
    return {
        "workchain": block.workchain,
        "shard": shard,
        "seqno": block.seqno,
        "root_hash": block.root_hash.hex(),
        "file_hash": block.file_hash.hex(),
    }


def hash_of(text: str, /) -> bytes:
    """Read a hash written in hex. Raises Refuted, ValueError."""
    data = bytes.fromhex(text)
    if len(data) != _HASH:
        raise Refuted(Lie.SHAPE)
    return data
