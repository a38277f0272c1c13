"""Knows Merkle proofs and updates over cells; knows nothing of what cells mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krypton.sandbox.cells import MAX_DEPTH, MERKLE_PROOF, MERKLE_UPDATE, PRUNED, Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def merkle_proof(root: Cell, keep: Iterable[Cell]) -> Cell:
    """Make a Merkle proof of `root` that shows `keep` (and the way there must be in it), pruning the rest."""
    shown = {cell.hash for cell in keep}
    body = _prune(root, shown)
    bits = (MERKLE_PROOF << 256 | int.from_bytes(root.hash, "big")) << 16 | root.depth
    return Cell(bits, 280, (body,), special=MERKLE_PROOF)


def _prune(cell: Cell, shown: set[bytes]) -> Cell:
    if cell.special == PRUNED:
        return cell
    if cell.hash not in shown:
        return cell.pruned()
    if cell.special or not cell.refs:
        return cell
    return Cell(cell.bits, cell.size, tuple(_prune(ref, shown) for ref in cell.refs))


def merkle_update(old: Cell, new: Cell) -> Cell:
    """Make a Merkle update that names both states and shows neither."""
    bits = MERKLE_UPDATE << 256 | int.from_bytes(old.hash, "big")
    bits = (bits << 256 | int.from_bytes(new.hash, "big")) << 32 | old.depth << 16 | new.depth
    return Cell(bits, 552, (old.pruned(), new.pruned()), special=MERKLE_UPDATE)


def tree(root: Cell, depth: int = MAX_DEPTH) -> Sequence[Cell]:
    """Give a cell and everything below it, to `depth` references, each once."""
    found: dict[bytes, Cell] = {}
    layer: list[Cell] = [root]
    for _ in range(depth + 1):
        following: list[Cell] = []
        for cell in layer:
            if cell.top not in found:
                found[cell.top] = cell
                following.extend(cell.refs)
        layer = following
    return list(found.values())
