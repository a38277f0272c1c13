"""Writes what is kept of the old masterchain blocks' dictionary as plain values, and reads it back."""

from __future__ import annotations

from typing import TypeAlias

from krypton.sandbox import blocks, hashmap
from krypton.sandbox.blocks import KeyLt
from krypton.sandbox.cells import Cell, Stub
from krypton.sandbox.hashmap import Edge

Spine: TypeAlias = "list[int | str | Spine] | None"


def spine(edge: Edge[KeyLt] | None) -> Spine:
    """Write what is kept of OldMcBlocksInfo: whole edges on the right, hashes on the left."""
    if edge is None:
        return None
    own: list[int | str | Spine] = [edge.label, edge.length, edge.extra.key, edge.extra.lt]
    if edge.value is not None:
        return [*own, "value", hex(edge.value.bits)]
    if edge.left is None or edge.right is None:
        return [*own, "stub", edge.cell.hash.hex(), edge.cell.depth]
    return [*own, "fork", spine(edge.left), spine(edge.right)]


def read_spine(plain: Spine, most: int = 32) -> Edge[KeyLt] | None:
    """Read back what `spine` wrote; raises ValueError and its kinds."""
    match plain:
        case None:
            return None
        case [int(label), int(), int(key), int(lt), "value", str(bits)]:
            value = Cell(int(bits, 16), 609)
            return hashmap.leaf(blocks.OLD_BLOCKS, label, most, value, KeyLt(key, lt))
        case [int(label), int(length), int(key), int(lt), "stub", str(hash_), int(depth)]:
            return Edge(label, length, KeyLt(key, lt), Stub(bytes.fromhex(hash_), depth))
        case [int(label), int(length), int(), int(), "fork", list() | None as left, list() | None as right]:
            below = most - length - 1
            lower, upper = read_spine(left, below), read_spine(right, below)
            if lower is None or upper is None:
                raise ValueError(label)
            return hashmap.fork(blocks.OLD_BLOCKS, label, length, most, left=lower, right=upper)
        case _:
            raise ValueError(type(plain))
