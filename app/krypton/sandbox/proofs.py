"""Makes the proofs that a lite server gives with its answers; knows blocks and states, no protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krypton.sandbox import hashmap
from krypton.sandbox.blocks import ACCOUNT_BLOCK, Made
from krypton.sandbox.boc import to_boc
from krypton.sandbox.cells import Cell, CellError
from krypton.sandbox.merkle import merkle_proof, tree
from krypton.sandbox.validators import CATCHAIN_PARAM, VALIDATORS_PARAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from krypton.sandbox.head import Head


def _header(block: Cell) -> list[Cell]:
    """What shows a block's info and which state it leads to."""
    info, update = block.refs[0], block.refs[2]
    return [block, info, *info.refs, update]


def header(block: Made) -> bytes:
    """Prove a block's header."""
    return to_boc(merkle_proof(block.cell, _header(block.cell)))


def _custom(block: Cell) -> list[Cell]:
    """What shows a masterchain block's shards: block, extra, McBlockExtra, and all of ShardHashes."""
    extra = block.refs[3]
    custom = extra.refs[3]
    return [block, extra, custom, *tree(custom.refs[0])]


def shards_in_block(master: Made) -> Cell:
    """Prove which shard blocks a masterchain block names, from the block itself."""
    return merkle_proof(master.cell, _custom(master.cell))


def shards_in_state(head: Head) -> bytes:
    """Prove the same from the state: two roots, the block's header and the state's part."""
    state = head.master.state
    inner, custom = state.refs[2], state.refs[3]
    keep = [state, inner, custom, *tree(custom.refs[0]), custom.refs[2]]
    return to_boc(merkle_proof(head.master.cell, _header(head.master.cell)), merkle_proof(state, keep))


def account(head: Head, account_id: bytes) -> bytes:
    """Prove a basechain account, or its absence: two roots, the block's header and the state's part."""
    state = head.shard.state
    way, _ = hashmap.path(head.accounts, int.from_bytes(account_id, "big"), 256)
    return _in_state(head.shard, state, way)


def account_pruned(head: Head, _account_id: bytes) -> bytes:
    """Prove nothing: the same roots with all accounts pruned."""
    return _in_state(head.shard, head.shard.state, ())


def master_account(head: Head) -> bytes:
    """Prove that the masterchain has no accounts."""
    return _in_state(head.master, head.master.state, ())


def _in_state(block: Made, state: Cell, way: Sequence[Cell]) -> bytes:
    keep = [state, state.refs[1], state.refs[2], *way]
    return to_boc(merkle_proof(block.cell, _header(block.cell)), merkle_proof(state, keep))


def config(head: Head, params: Sequence[int] | None) -> tuple[bytes, bytes]:
    """Prove config parameters (None: all of them): the block's header, and the state's part."""
    state = head.master.state
    custom = state.refs[3]
    keep = [state, custom, custom.refs[2]]
    if params is None:
        keep.extend(tree(head.content.config))
    else:
        keep.append(head.content.config)
        for number in params:
            way, value = hashmap.find(head.content.config, number % 2**32, 32)
            keep.extend(way)
            if value is not None:
                keep.extend(tree(value.ref()))
    header_proof = to_boc(merkle_proof(head.master.cell, _header(head.master.cell)))
    return header_proof, to_boc(merkle_proof(state, keep))


def transaction(block: Made, account_id: bytes, lt: int) -> tuple[bytes, Cell | None]:
    """Prove a transaction of a basechain block (or that it has none there), and give its cell."""
    extra = block.cell.refs[3]
    wrapped = extra.refs[2]
    keep = [*_header(block.cell), extra, wrapped]
    found: Cell | None = None
    if wrapped.refs:
        way, inside = hashmap.find(wrapped.refs[0], int.from_bytes(account_id, "big"), 256)
        keep.extend(way)
        if inside is not None:
            inside.coins()
            inside.maybe()
            if inside.uint(4) != ACCOUNT_BLOCK:
                raise CellError(ACCOUNT_BLOCK)
            inside.raw(32)
            way, value = hashmap.find(inside.rest(), lt, 64)
            keep.extend(way)
            if value is not None:
                value.coins()
                value.maybe()
                found = value.ref()
    return to_boc(merkle_proof(block.cell, keep)), found


def validators(block: Made) -> bytes:
    """Prove from a key block, or from the zero state, which validators follow it (parameters 28 and 34)."""
    if block.id.seqno:
        custom = block.cell.refs[3].refs[3]
        keep = [block.cell, block.cell.refs[0], *block.cell.refs[0].refs, block.cell.refs[3], custom]
        params = custom.refs[-1]
    else:
        custom = block.cell.refs[3]
        keep = [block.cell, custom, custom.refs[2]]
        params = custom.refs[1]
    for number in (CATCHAIN_PARAM, VALIDATORS_PARAM):
        way, value = hashmap.find(params, number, 32)
        keep.extend(way)
        if value is not None:
            keep.extend(tree(value.ref()))
    return to_boc(merkle_proof(block.cell, keep))


def named(block: Made) -> bytes:
    """Prove a block's info alone, as links do for the block that they lead to."""
    info = block.cell.refs[0]
    return to_boc(merkle_proof(block.cell, [block.cell, info, *info.refs]))


def whole(cell: Cell) -> bytes:
    """Prove a cell with everything below it."""
    return to_boc(merkle_proof(cell, tree(cell)))


def root_only(cell: Cell) -> Cell:
    """Show a cell itself and prune everything below it (without the proof's own root)."""
    return merkle_proof(cell, (cell,)).refs[0]
