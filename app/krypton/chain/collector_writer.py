"""Writes the fields of the collector's cells, refusing what doesn't fit; knows no layout."""

from __future__ import annotations

from typing import Self

from krypton.chain.cells import Cell
from krypton.domain.address import Address
from krypton.domain.errors import OutOfBounds
from krypton.domain.money import MAX_AMOUNT, Nano


class Writer:
    """Collects bits and references of one cell. A value that doesn't fit its field raises OutOfBounds."""

    __slots__ = ("_bits", "_refs", "_size")

    def __init__(self) -> None:
        self._bits = 0
        self._size = 0
        self._refs: list[Cell] = []

    def uint(self, value: int, size: int, /) -> Self:
        """Append an unsigned integer of `size` bits."""
        if not 0 <= value < 1 << size:
            raise OutOfBounds(name="field", value=value, low=0, high=(1 << size) - 1)
        self._bits = self._bits << size | value
        self._size += size
        return self

    def flag(self, *, value: bool) -> Self:
        """Append one bit."""
        return self.uint(int(value), 1)

    def coins(self, value: Nano, /) -> Self:
        """Append an amount in nano (VarUInteger 16)."""
        if not 0 <= value <= MAX_AMOUNT:
            raise OutOfBounds(name="amount", value=value, low=0, high=MAX_AMOUNT)
        length = (value.bit_length() + 7) // 8
        return self.uint(length, 4).uint(value, 8 * length)

    def address(self, value: Address | None, /) -> Self:
        """Append addr_std$10 without anycast, or addr_none$00."""
        if value is None:
            return self.uint(0, 2)
        return (
            self.uint(0b100, 3).uint(value.workchain % 256, 8).uint(int.from_bytes(value.account, "big"), 256)
        )

    def ref(self, cell: Cell, /) -> Self:
        """Append a reference."""
        self._refs.append(cell)
        return self

    def maybe(self, cell: Cell | None, /) -> Self:
        """Append a `Maybe ^Cell`."""
        return self.uint(0, 1) if cell is None else self.uint(1, 1).ref(cell)

    def rest(self, cell: Cell, /) -> Self:
        """Append all of another cell."""
        self._refs.extend(cell.refs)
        return self.uint(cell.bits, cell.size)

    def cell(self) -> Cell:
        """Return the finished cell."""
        return Cell(self._bits, self._size, tuple(self._refs))
