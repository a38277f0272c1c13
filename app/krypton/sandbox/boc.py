"""Knows how bags of cells are read and written; knows nothing of what cells mean.

Layout: TL-B `boc.tlb` (`serialized_boc#b5ee9c72`). Reading is for strangers' bytes: bounded and strict.
"""

from __future__ import annotations

from typing import Final

from krypton.sandbox.cells import (
    LIBRARY,
    MAX_REFS,
    MERKLE_PROOF,
    MERKLE_UPDATE,
    PRUNED,
    Cell,
    CellError,
    Stub,
)

_BOC_MAGIC: Final = 0xB5EE9C72
_SHORTEST: Final = 10
_WIDTHS: Final = range(1, 5)
_OFFSETS: Final = range(1, 9)
_EXOTIC: Final = (PRUNED, LIBRARY, MERKLE_PROOF, MERKLE_UPDATE)


def to_boc(*roots: Cell) -> bytes:
    """Write a bag of cells, each distinct cell once, roots in the given order."""
    order: list[Cell] = []
    seen: dict[bytes, int] = {}
    stack: list[tuple[Cell, bool]] = [(root, False) for root in roots]
    while stack:
        cell, done = stack.pop()
        if done:
            order.append(cell)
        elif cell.top not in seen:
            seen[cell.top] = -1
            stack.append((cell, True))
            stack.extend((ref, False) for ref in cell.refs if ref.top not in seen)
    count = len(order)
    for place, cell in enumerate(reversed(order)):
        seen[cell.top] = place
    width = (count.bit_length() + 7) // 8
    body = bytearray()
    for cell in reversed(order):
        if isinstance(cell, Stub):
            raise CellError(cell.hash)
        body += cell.head(cell.mask) + cell.data()
        for ref in cell.refs:
            body += seen[ref.top].to_bytes(width, "big")
    offset = (len(body).bit_length() + 7) // 8
    head = _BOC_MAGIC.to_bytes(4, "big") + bytes((width, offset))
    head += count.to_bytes(width, "big") + len(roots).to_bytes(width, "big") + bytes(width)
    head += len(body).to_bytes(offset, "big")
    return bytes(head + b"".join(seen[root.top].to_bytes(width, "big") for root in roots) + body)


def one_from_boc(data: bytes, *, max_cells: int = 1 << 16, exotic: int = 0) -> Cell:
    """Read a bag of cells with one root; raises CellError."""
    roots = from_boc(data, max_cells=max_cells, exotic=exotic)
    if len(roots) != 1:
        raise CellError(len(roots))
    return roots[0]


def from_boc(data: bytes, *, max_cells: int = 1 << 16, exotic: int = 0) -> list[Cell]:
    """Read a bag of ordinary and library cells, with `exotic` of any; raises CellError for anything else."""
    try:
        return _read_boc(data, max_cells, exotic)
    except (IndexError, OverflowError) as error:
        raise CellError(len(data)) from error


def _read_boc(data: bytes, max_cells: int, exotic: int) -> list[Cell]:
    if len(data) < _SHORTEST:
        raise CellError(len(data))
    flags, offset = data[4], data[5]
    width = flags & 7
    if int.from_bytes(data[:4], "big") != _BOC_MAGIC or width not in _WIDTHS or offset not in _OFFSETS:
        raise CellError(flags)
    at = 6
    count, roots, absent = (
        int.from_bytes(data[at + i * width : at + (i + 1) * width], "big") for i in range(3)
    )
    at += 3 * width + offset
    if absent or not 0 < count <= max_cells or not 0 < roots <= max_cells:
        raise CellError(count)
    starts = [int.from_bytes(data[at + i * width : at + (i + 1) * width], "big") for i in range(roots)]
    at += roots * width
    if flags & 0x80:
        at += count * offset
    raw: list[tuple[int, int, int, list[int]]] = []
    for own in range(count):
        entry, at = _read_cell(data, at, width, own, exotic=exotic)
        raw.append(entry)
    if at + (4 if flags & 0x40 else 0) != len(data):
        raise CellError(at)
    cells: list[Cell] = []
    for bits, size, special, refs in reversed(raw):
        if any(ref >= count for ref in refs):
            raise CellError(count)
        cells.append(Cell(bits, size, tuple(cells[count - 1 - ref] for ref in refs), special=special))
    return [cells[count - 1 - start] for start in starts]


def _read_cell(
    data: bytes, at: int, width: int, own: int, *, exotic: int
) -> tuple[tuple[int, int, int, list[int]], int]:
    first, second = data[at], data[at + 1]
    refs = first & 7
    if refs > MAX_REFS or first & (0x10 if exotic else 0xF0):
        raise CellError(first)
    length = (second + 1) >> 1
    raw = data[at + 2 : at + 2 + length]
    if len(raw) != length:
        raise CellError(length)
    bits, size = int.from_bytes(raw, "big"), length * 8
    if second & 1:
        if not raw[-1]:
            raise CellError(second)
        spare = (raw[-1] & -raw[-1]).bit_length()
        bits, size = bits >> spare, size - spare
    special = raw[0] if first & 8 and raw else 0
    if first & 8 and (special not in _EXOTIC if exotic else special != LIBRARY):
        raise CellError(special)
    at += 2 + length
    links = [int.from_bytes(data[at + i * width : at + (i + 1) * width], "big") for i in range(refs)]
    if any(link <= own for link in links):
        raise CellError(own)
    return (bits, size, special, links), at + refs * width
