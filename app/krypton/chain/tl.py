"""Reads TL strictly, in one pass over the bytes; knows the shapes of numbers, bytes and block ids alone.

Used where pytoniq's reader takes too long over a stranger's bytes, or changes them. Whatever is wrong
raises Refuted(SHAPE). Layout: https://core.telegram.org/mtproto/serialize, and lite_api.tl.
"""

from krypton.chain.cell import Refuted
from krypton.chain.proofs import BlockId
from krypton.domain.errors import Lie

_LONG_BYTES = 254
_TRUE = 0x997275B5
_FALSE = 0xBC799737


class Reader:
    """Bytes that are read from their start."""

    def __init__(self, data: bytes, /) -> None:
        self._data = data
        self._at = 0

    def raw(self, length: int, /) -> bytes:
        """Take this many bytes as they are."""
        end = self._at + length
        if end > len(self._data):
            raise Refuted(Lie.SHAPE)
        part, self._at = self._data[self._at : end], end
        return part

    def uint(self) -> int:
        """Take a TL int or #, as an unsigned number."""
        return int.from_bytes(self.raw(4), "little")

    def count(self, *, most: int) -> int:
        """Take how many items a vector has: at most so many."""
        number = self.uint()
        if number > most:
            raise Refuted(Lie.SHAPE)
        return number

    def expect(self, constructor: int, /) -> None:
        """Take a constructor's id, which must be this one."""
        if self.uint() != constructor:
            raise Refuted(Lie.SHAPE)

    def flag(self) -> bool:
        """Take a Bool."""
        number = self.uint()
        if number not in {_TRUE, _FALSE}:
            raise Refuted(Lie.SHAPE)
        return number == _TRUE

    def bytes_(self) -> bytes:
        """Take TL bytes: their length, themselves, zeros up to a multiple of four."""
        length, head = self.raw(1)[0], 1
        if length > _LONG_BYTES:
            raise Refuted(Lie.SHAPE)
        if length == _LONG_BYTES:
            length, head = int.from_bytes(self.raw(3), "little"), 4
            if length < _LONG_BYTES:
                raise Refuted(Lie.SHAPE)
        part = self.raw(length)
        if any(self.raw(-(head + length) % 4)):
            raise Refuted(Lie.SHAPE)
        return part

    def block(self) -> BlockId:
        """Take a bare tonNode.blockIdExt."""
        return BlockId(
            workchain=int.from_bytes(self.raw(4), "little", signed=True),
            shard=int.from_bytes(self.raw(8), "little"),
            seqno=self.uint(),
            root_hash=self.raw(32),
            file_hash=self.raw(32),
        )

    def end(self) -> None:
        """Demand that nothing is left."""
        if self._at != len(self._data):
            raise Refuted(Lie.SHAPE)
