"""Bags of cells read strictly and written; knows nothing of what a cell means.

Layout: TVM whitepaper 5.3 and TL-B `boc.tlb`. Made for bytes from strangers: linear time and bounded size.
"""

from collections.abc import Sequence

from krypton.chain.cell import (
    LIBRARY,
    MAX_BITS,
    MAX_REFS,
    MERKLE_PROOF,
    MERKLE_UPDATE,
    ORDINARY,
    PRUNED,
    Cell,
    Refuted,
    Slice,
)
from krypton.domain.errors import Lie

__all__ = [
    "LIBRARY",
    "MAX_BITS",
    "MERKLE_PROOF",
    "MERKLE_UPDATE",
    "ORDINARY",
    "PRUNED",
    "Cell",
    "Refuted",
    "Slice",
    "from_boc",
    "one_from_boc",
    "to_boc",
]

MAX_BOC = 2 * 1024 * 1024
"""Bytes of the largest bag of cells that is looked at; an account proof takes some 5 kB."""
MAX_CELLS = 1 << 16
_MAGIC = 0xB5EE9C72
_MAX_WIDTH = 4
_MAX_OFFSET = 8


def one_from_boc(data: bytes, /) -> Cell:
    """Read a bag with one whole root (level 0). Raises Refuted."""
    (root,) = from_boc(data, roots=1)
    if root.mask:
        raise Refuted(Lie.PRUNED)
    return root


def from_boc(data: bytes, /, *, roots: int | None = None) -> list[Cell]:
    """Read a bag of cells, with exactly `roots` roots where given. Raises Refuted."""
    if len(data) > MAX_BOC:
        raise Refuted(Lie.SHAPE)
    try:
        found = _read(data)
    except (IndexError, OverflowError) as error:
        raise Refuted(Lie.SHAPE) from error
    if roots is not None and len(found) != roots:
        raise Refuted(Lie.SHAPE)
    return found


def _read(data: bytes) -> list[Cell]:
    flags, offset = data[4], data[5]
    width = flags & 7
    if int.from_bytes(data[:4], "big") != _MAGIC or not 1 <= width <= _MAX_WIDTH:
        raise Refuted(Lie.SHAPE)
    if not 1 <= offset <= _MAX_OFFSET or flags & 24:
        raise Refuted(Lie.SHAPE)
    count, roots, absent = (_number(data, 6 + i * width, width) for i in range(3))
    at = 6 + 3 * width + offset
    if absent or not 0 < roots <= count <= min(MAX_CELLS, len(data)):
        raise Refuted(Lie.SHAPE)
    starts = [_number(data, at + i * width, width) for i in range(roots)]
    at += roots * width + (count * offset if flags & 0x80 else 0)
    raw: list[tuple[int, int, int, int, list[int]]] = []
    for own in range(count):
        entry, at = _read_cell(data, at, width=width, own=own)
        raw.append(entry)
    if at + (4 if flags & 0x40 else 0) != len(data):  # the checksum adds nothing to the hashes
        raise Refuted(Lie.SHAPE)
    cells: list[Cell] = []
    for bits, size, kind, mask, links in reversed(raw):
        cell = Cell(bits, size, tuple(cells[_below(count, link)] for link in links), kind=kind)
        if cell.mask != mask:
            raise Refuted(Lie.SHAPE)
        cells.append(cell)
    return [cells[_below(count, start)] for start in starts]


def _below(count: int, place: int) -> int:
    if place >= count:
        raise Refuted(Lie.SHAPE)
    return count - 1 - place


def _number(data: bytes, at: int, width: int) -> int:
    part = data[at : at + width]
    if len(part) != width:
        raise Refuted(Lie.SHAPE)
    return int.from_bytes(part, "big")


def _read_cell(
    data: bytes, at: int, *, width: int, own: int
) -> tuple[tuple[int, int, int, int, list[int]], int]:
    first, second = data[at], data[at + 1]
    refs, mask = first & 7, first >> 5
    if refs > MAX_REFS:
        raise Refuted(Lie.SHAPE)
    at += 2 + (34 * (mask.bit_count() + 1) if first & 16 else 0)  # stored hashes: made anew, not believed
    length = (second + 1) >> 1
    bits, size = _number(data, at, length) if length else 0, length * 8
    if second & 1:
        tail = data[at + length - 1]
        if not tail:
            raise Refuted(Lie.SHAPE)
        spare = (tail & -tail).bit_length()
        bits, size = bits >> spare, size - spare
    kind = ORDINARY
    if first & 8:
        kind = data[at] if length else 0
    at += length
    links = [_number(data, at + i * width, width) for i in range(refs)]
    if any(link <= own for link in links):
        raise Refuted(Lie.SHAPE)
    return (bits, size, kind, mask, links), at + refs * width


def to_boc(root: Cell, /) -> bytes:
    """Write a bag of cells with one root, each distinct cell once, parents first."""
    order = _ordered(root)
    place = {cell.hash: index for index, cell in enumerate(order)}
    width = (len(order).bit_length() + 7) // 8
    body = bytearray()
    for cell in order:
        body += cell.serialized()
        for ref in cell.refs:
            body += place[ref.hash].to_bytes(width, "big")
    offset = (len(body).bit_length() + 7) // 8
    head = _MAGIC.to_bytes(4, "big") + bytes((width, offset)) + len(order).to_bytes(width, "big")
    head += (1).to_bytes(width, "big") + bytes(width) + len(body).to_bytes(offset, "big") + bytes(width)
    return head + bytes(body)


def _ordered(root: Cell) -> Sequence[Cell]:
    if not root.refs:
        return (root,)
    finished: list[Cell] = []
    seen: set[bytes] = set()
    stack: list[tuple[Cell, bool]] = [(root, False)]
    while stack:
        cell, done = stack.pop()
        if done:
            finished.append(cell)
        elif cell.hash not in seen:
            seen.add(cell.hash)
            stack.append((cell, True))
            stack.extend((ref, False) for ref in reversed(cell.refs))
    finished.reverse()
    return finished
