"""Writes cells; knows the primitive layouts (integers, coins, addresses) and no message."""

from typing import Self

from krypton.chain.cells import Cell
from krypton.domain.address import Address
from krypton.domain.money import MAX_AMOUNT, Nano


class Builder:
    """Writes one cell from its start; every method gives the builder back.

    A value that doesn't fit raises ValueError: what is written here was checked by its caller.
    """

    __slots__ = ("_bits", "_refs", "_size")

    def __init__(self) -> None:
        self._bits = self._size = 0
        self._refs: list[Cell] = []

    def uint(self, value: int, size: int, /) -> Self:
        """Add an unsigned integer of `size` bits."""
        if value < 0 or value >> size:
            raise ValueError(value, size)
        self._bits = self._bits << size | value
        self._size += size
        return self

    def flag(self, value: object, /) -> Self:
        """Add one bit: whether `value` is true."""
        return self.uint(1 if value else 0, 1)

    def raw(self, data: bytes, /) -> Self:
        """Add whole bytes."""
        return self.uint(int.from_bytes(data, "big"), len(data) * 8)

    def coins(self, nano: Nano, /) -> Self:
        """Add an amount in nano (VarUInteger 16)."""
        if not 0 <= nano <= MAX_AMOUNT:
            raise ValueError(nano)
        length = (nano.bit_length() + 7) // 8
        return self.uint(length, 4).uint(nano, length * 8)

    def address(self, address: Address, /) -> Self:
        """Add a standard address (addr_std, no anycast)."""
        return self.uint(0b100, 3).uint(address.workchain & 0xFF, 8).raw(address.account)

    def ref(self, cell: Cell, /) -> Self:
        """Add a reference."""
        self._refs.append(cell)
        return self

    def maybe(self, cell: Cell | None, /) -> Self:
        """Add a `Maybe ^Cell`."""
        self.flag(cell is not None)
        return self if cell is None else self.ref(cell)

    def cell(self, cell: Cell, /) -> Self:
        """Add another cell's bits and references in place."""
        self._refs.extend(cell.refs)
        return self.uint(cell.bits, cell.size)

    def end(self) -> Cell:
        """Return the cell."""
        return Cell(self._bits, self._size, tuple(self._refs))
