"""Knows cells, builders and slices, fast enough to make blocks; knows nothing of what cells mean.

Layouts: TVM whitepaper 3.1 (cells, levels, exotic cells).
Only levels 0 and 1 exist here: a sandbox block holds pruned branches in its state update, a proof holds
pruned branches of ordinary cells, and neither needs more.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final, Self

MAX_BITS: Final = 1023
MAX_REFS: Final = 4
MAX_DEPTH: Final = 512
"""Deepest tree that a message may bring (the node's `max_msg_cells` depth limit)."""

PRUNED: Final = 1
LIBRARY: Final = 2
MERKLE_PROOF: Final = 3
MERKLE_UPDATE: Final = 4


class CellError(ValueError):
    """Bits, references or bytes that can't be a cell or a bag of cells."""


class Cell:
    """An immutable cell: `hash` and `depth` are of level 0, `top` and `top_depth` of its highest level."""

    __slots__ = ("bits", "depth", "hash", "mask", "refs", "size", "special", "top", "top_depth")

    bits: int
    size: int
    refs: tuple[Cell, ...]
    special: int
    mask: int
    hash: bytes
    depth: int
    top: bytes
    top_depth: int

    def __init__(self, bits: int, size: int, refs: tuple[Cell, ...] = (), *, special: int = 0) -> None:
        """Hash a cell of `size` bits held as one integer.

        Raises CellError when it has too many bits or references, or grows too deep.
        """
        if size > MAX_BITS or len(refs) > MAX_REFS:
            raise CellError(size, len(refs))
        self.bits = bits
        self.size = size
        self.refs = refs
        self.special = special
        if special in (PRUNED, MERKLE_PROOF, MERKLE_UPDATE):
            self._hash_exotic()
            return
        mask = 0
        depth = 0
        for ref in refs:
            mask |= ref.mask
            depth = max(depth, ref.depth)
        self.mask = mask
        self.depth = depth + 1 if refs else 0
        if self.depth > MAX_DEPTH * 2:
            raise CellError(self.depth)
        body = self.head(0) + self.data()
        for ref in refs:
            body += ref.depth.to_bytes(2, "big")
        for ref in refs:
            body += ref.hash
        self.hash = self.top = sha256(body).digest()
        self.top_depth = self.depth
        if mask:
            self._hash_upper()

    def _hash_upper(self) -> None:
        self.top_depth = 1 + max(ref.top_depth for ref in self.refs)
        body = self.head(self.mask) + self.hash
        body += b"".join(ref.top_depth.to_bytes(2, "big") for ref in self.refs)
        self.top = sha256(body + b"".join(ref.top for ref in self.refs)).digest()

    def _hash_exotic(self) -> None:
        self.mask = 1 if self.special == PRUNED else 0
        self.top_depth = 1 + max((ref.top_depth for ref in self.refs), default=-1)
        body = self.head(self.mask) + self.data()
        body += b"".join(ref.top_depth.to_bytes(2, "big") for ref in self.refs)
        self.top = sha256(body + b"".join(ref.top for ref in self.refs)).digest()
        if self.special == PRUNED:
            self.hash = (self.bits >> 16 & (1 << 256) - 1).to_bytes(32, "big")
            self.depth = self.bits & 0xFFFF
        else:
            self.hash, self.depth = self.top, self.top_depth

    def head(self, mask: int) -> bytes:
        """Give the two descriptor bytes, for a level mask."""
        return bytes(
            (
                len(self.refs) + (8 if self.special else 0) + 32 * mask,
                (self.size >> 3) + (self.size + 7 >> 3),
            )
        )

    def data(self) -> bytes:
        """Give the bits as bytes, completed as a serialised cell wants it."""
        odd = self.size & 7
        if odd:
            return (((self.bits << 1) | 1) << (7 - odd)).to_bytes((self.size >> 3) + 1, "big")
        return self.bits.to_bytes(self.size >> 3, "big")

    def parse(self) -> Slice:
        """Begin reading."""
        return Slice(self)

    def pruned(self) -> Cell:
        """Give the pruned branch that stands for this cell (level 1)."""
        bits = (0x0101 << 256 | int.from_bytes(self.hash, "big")) << 16 | self.depth
        return Cell(bits, 288, special=PRUNED)


class Stub(Cell):
    """A cell known by hash and depth alone: it can be referred to and pruned, never written out."""

    __slots__ = ()

    def __init__(self, hash_: bytes, depth: int) -> None:
        self.bits = self.size = self.special = self.mask = 0
        self.refs = ()
        self.hash = self.top = hash_
        self.depth = self.top_depth = depth


class Builder:
    """Writes a cell; every method gives the builder back."""

    __slots__ = ("bits", "refs", "size")

    def __init__(self) -> None:
        self.bits = 0
        self.size = 0
        self.refs: list[Cell] = []

    def uint(self, value: int, size: int) -> Self:
        """Add an unsigned integer of `size` bits."""
        if value < 0 or value >> size:
            raise CellError(value, size)
        self.bits = self.bits << size | value
        self.size += size
        return self

    def int_(self, value: int, size: int) -> Self:
        """Add a signed integer of `size` bits."""
        return self.uint(value & (1 << size) - 1, size)

    def raw(self, data: bytes) -> Self:
        """Add whole bytes."""
        return self.uint(int.from_bytes(data, "big"), len(data) * 8)

    def coins(self, nano: int) -> Self:
        """Add an amount in nano (`VarUInteger 16`)."""
        return self.var(nano, 4)

    def var(self, value: int, length_bits: int) -> Self:
        """Add a `VarUInteger` whose length takes `length_bits` bits."""
        length = (value.bit_length() + 7) // 8
        return self.uint(length, length_bits).uint(value, length * 8)

    def ref(self, cell: Cell) -> Self:
        """Add a reference."""
        self.refs.append(cell)
        return self

    def maybe(self, cell: Cell | None) -> Self:
        """Add `Maybe ^Cell`."""
        if cell is None:
            return self.uint(0, 1)
        return self.uint(1, 1).ref(cell)

    def cell(self, cell: Cell) -> Self:
        """Add another cell's bits and references in place."""
        self.refs.extend(cell.refs)
        return self.uint(cell.bits, cell.size)

    def end(self) -> Cell:
        """Make the cell."""
        return Cell(self.bits, self.size, tuple(self.refs))


class Slice:
    """Reads a cell from its start. Every method raises CellError where there is too little left."""

    __slots__ = ("_bits", "_cell", "left", "refs")

    def __init__(self, cell: Cell) -> None:
        self._cell = cell
        self._bits = cell.bits
        self.left = cell.size
        self.refs = list(cell.refs)

    def uint(self, size: int) -> int:
        """Take an unsigned integer of `size` bits."""
        if size > self.left or self._cell.special:
            raise CellError(size, self.left)
        self.left -= size
        return self._bits >> self.left & (1 << size) - 1

    def int_(self, size: int) -> int:
        """Take a signed integer of `size` bits."""
        value = self.uint(size)
        return value - (1 << size) if value >> size - 1 else value

    def raw(self, length: int) -> bytes:
        """Take whole bytes."""
        return self.uint(length * 8).to_bytes(length, "big")

    def coins(self) -> int:
        """Take an amount in nano."""
        return self.var(4)

    def var(self, length_bits: int) -> int:
        """Take a `VarUInteger` whose length takes `length_bits` bits."""
        return self.uint(self.uint(length_bits) * 8)

    def ref(self) -> Cell:
        """Take a reference."""
        if not self.refs:
            raise CellError(0)
        return self.refs.pop(0)

    def maybe(self) -> Cell | None:
        """Take `Maybe ^Cell`."""
        return self.ref() if self.uint(1) else None

    def rest(self) -> Cell:
        """Give what is left as a cell."""
        return Cell(self._bits & (1 << self.left) - 1, self.left, tuple(self.refs))
