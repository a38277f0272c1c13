"""Knows how augmented dictionaries (TL-B `HashmapAug`) are written and kept; knows nothing of what they hold.

Trees are immutable: a change makes a new root that shares everything it did not touch, so that the states
of the last blocks cost little to keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from krypton.sandbox.cells import Builder, Cell, CellError, Slice, Stub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

E = TypeVar("E")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout(Generic[E]):
    """How a dictionary's extra is written, joined, and what the empty one's is."""

    key_bits: int
    empty: E
    write: Callable[[Builder, E], Builder]
    join: Callable[[E, E], E]


@dataclass(frozen=True, slots=True)
class Edge(Generic[E]):
    """A labelled edge and what it leads to: two edges, or a value; or nothing where the rest was let go."""

    label: int
    length: int
    extra: E
    cell: Cell
    left: Edge[E] | None = None
    right: Edge[E] | None = None
    value: Cell | None = None


def label_into(builder: Builder, label: int, length: int, most: int) -> Builder:
    """Write an edge's label (TL-B `HmLabel ~n m`) the way the network's own code chooses its form."""
    width = most.bit_length()
    same = label in (0, (1 << length) - 1)
    if same and length > 1 and width < 2 * length - 1:
        return builder.uint(0b110 | label & 1, 3).uint(length, width)
    if width < length:
        return builder.uint(0b10, 2).uint(length, width).uint(label, length)
    return builder.uint(0, 1).uint((1 << length) - 1 << 1, length + 1).uint(label, length)


def leaf(layout: Layout[E], label: int, most: int, value: Cell, extra: E) -> Edge[E]:
    """Make the edge of one value whose remaining key is `label` of `most` bits."""
    builder = layout.write(label_into(Builder(), label, most, most), extra).cell(value)
    return Edge(label, most, extra, builder.end(), value=value)


def fork(layout: Layout[E], label: int, length: int, most: int, *, left: Edge[E], right: Edge[E]) -> Edge[E]:
    """Make the edge of a fork under a label of `length` bits with `most` bits of key to go."""
    extra = layout.join(left.extra, right.extra)
    builder = label_into(Builder(), label, length, most).ref(left.cell).ref(right.cell)
    return Edge(label, length, extra, layout.write(builder, extra).end(), left, right)


def relabel(layout: Layout[E], edge: Edge[E], label: int, length: int, most: int) -> Edge[E]:
    """Make the same edge under another label."""
    if edge.value is not None:
        return leaf(layout, label, most, edge.value, edge.extra)
    if edge.left is None or edge.right is None:
        raise LookupError(label)
    return fork(layout, label, length, most, left=edge.left, right=edge.right)


def put(layout: Layout[E], edge: Edge[E] | None, key: int, most: int, *, value: Cell, extra: E) -> Edge[E]:
    """Put a value under a key of `most` bits."""
    if edge is None:
        return leaf(layout, key, most, value, extra)
    rest = most - edge.length
    differing = (key >> rest ^ edge.label).bit_length()
    if differing:
        shared = edge.length - differing
        below = most - shared - 1
        own = leaf(layout, key & (1 << below) - 1, below, value, extra)
        short = differing - 1
        other = relabel(layout, edge, edge.label & (1 << short) - 1, short, below)
        left, right = (other, own) if key >> below & 1 else (own, other)
        return fork(layout, edge.label >> differing, shared, most, left=left, right=right)
    if rest == 0:
        return leaf(layout, edge.label, most, value, extra)
    if edge.left is None or edge.right is None:
        raise LookupError(key)
    left, right = edge.left, edge.right
    below = key & (1 << rest - 1) - 1
    if key >> rest - 1 & 1:
        right = put(layout, right, below, rest - 1, value=value, extra=extra)
    else:
        left = put(layout, left, below, rest - 1, value=value, extra=extra)
    return fork(layout, edge.label, edge.length, most, left=left, right=right)


def drop(layout: Layout[E], edge: Edge[E] | None, key: int, most: int) -> Edge[E] | None:
    """Take a key out, where it is there."""
    if edge is None:
        return None
    rest = most - edge.length
    if key >> rest != edge.label:
        return edge
    if edge.left is None or edge.right is None:
        return None
    side = key >> rest - 1 & 1
    goes, stays = (edge.right, edge.left) if side else (edge.left, edge.right)
    kept = drop(layout, goes, key & (1 << rest - 1) - 1, rest - 1)
    if kept is None:
        label = (edge.label << 1 | 1 - side) << stays.length | stays.label
        return relabel(layout, stays, label, edge.length + 1 + stays.length, most)
    left, right = (stays, kept) if side else (kept, stays)
    return fork(layout, edge.label, edge.length, most, left=left, right=right)


def path(edge: Edge[E] | None, key: int, most: int) -> tuple[list[Cell], Cell | None]:
    """Give the cells on the way to a key, and its value (None: the last of the cells shows its absence)."""
    cells: list[Cell] = []
    while edge is not None:
        cells.append(edge.cell)
        rest = most - edge.length
        if key >> rest != edge.label:
            return cells, None
        if edge.value is not None:
            return cells, edge.value
        edge = edge.right if key >> rest - 1 & 1 else edge.left
        most = rest - 1
        key &= (1 << most) - 1
    return cells, None


def root(layout: Layout[E], edge: Edge[E] | None) -> Builder:
    """Write the dictionary itself (TL-B `HashmapAugE`) into a new builder."""
    if edge is None:
        return layout.write(Builder().uint(0, 1), layout.empty)
    return layout.write(Builder().uint(1, 1).ref(edge.cell), edge.extra)


def forget(edge: Edge[E]) -> Edge[E]:
    """Keep an edge's hash and extra, and let go of everything below it."""
    return Edge(edge.label, edge.length, edge.extra, Stub(edge.cell.hash, edge.cell.depth))


def forget_left(edge: Edge[E], layout: Layout[E], most: int) -> Edge[E]:
    """Let go of everything that later, greater keys can't touch."""
    if edge.left is None or edge.right is None:
        return edge
    right = forget_left(edge.right, layout, most - edge.length - 1)
    return fork(layout, edge.label, edge.length, most, left=forget(edge.left), right=right)


def read_label(inside: Slice, most: int) -> tuple[int, int]:
    """Read an edge's label and its length; raises CellError."""
    width = most.bit_length()
    if inside.uint(1) == 0:
        length = 0
        while inside.uint(1):
            length += 1
    elif inside.uint(1) == 0:
        length = inside.uint(width)
    else:
        bit = inside.uint(1)
        length = inside.uint(width)
        return (1 << length) - 1 if bit else 0, length
    if length > most:
        raise CellError(length)
    return inside.uint(length), length


def entries(root_edge: Cell, most: int, key: int = 0) -> Iterator[tuple[int, Slice]]:
    """Give a plain dictionary's keys with what follows their labels, in order; raises CellError."""
    inside = root_edge.parse()
    label, length = read_label(inside, most)
    key = key << length | label
    left = most - length
    if left == 0:
        yield key, inside
        return
    for side in (0, 1):
        yield from entries(inside.ref(), left - 1, key << 1 | side)


def find(root_edge: Cell, key: int, most: int) -> tuple[list[Cell], Slice | None]:
    """Walk a dictionary's cells (augmented or not) to a key: the cells passed, and what follows the label."""
    cells: list[Cell] = []
    cell = root_edge
    while True:
        cells.append(cell)
        inside = cell.parse()
        label, length = read_label(inside, most)
        rest = most - length
        if key >> rest != label:
            return cells, None
        if rest == 0:
            return cells, inside
        most = rest - 1
        cell = cell.refs[key >> most & 1]
        key &= (1 << most) - 1
