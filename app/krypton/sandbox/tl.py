"""Knows how TL values are read and written, and a lite server's constructors; knows no sockets, no chain.

Schemas: `lite_api.tl` and `ton_api.tl` of the node; a constructor's number is the CRC-32 of its line.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final, Self

MASTERCHAIN: Final = -1
BASECHAIN: Final = 0
WHOLE_SHARD: Final = -(2**63)
HASH: Final = 32
LONG: Final = 254
"""The length byte that says: the length itself takes three bytes."""


class TlError(ValueError):
    """Bytes that aren't what the schema says."""


def number(schema: str) -> int:
    """Give a constructor's number from its schema line (parentheses and `;` don't count)."""
    return zlib.crc32(schema.replace("(", "").replace(")", "").replace(";", "").encode())


@dataclass(frozen=True, slots=True)
class BlockId:
    """`tonNode.blockIdExt`: which block, and what it must hash to."""

    workchain: int
    seqno: int
    root_hash: bytes
    file_hash: bytes
    shard: int = WHOLE_SHARD


class Writer:
    """Writes TL; every method gives the writer back."""

    __slots__ = ("_out",)

    def __init__(self, constructor: int) -> None:
        self._out = bytearray(constructor.to_bytes(4, "little"))

    def done(self) -> bytes:
        """Give what was written."""
        return bytes(self._out)

    def int_(self, value: int) -> Self:
        """Add an `int` or `#`."""
        self._out += (value & 0xFFFFFFFF).to_bytes(4, "little")
        return self

    def long(self, value: int) -> Self:
        """Add a `long`."""
        self._out += (value & (1 << 64) - 1).to_bytes(8, "little")
        return self

    def hash(self, value: bytes) -> Self:
        """Add an `int256`."""
        if len(value) != HASH:
            raise TlError(len(value))
        self._out += value
        return self

    def data(self, value: bytes) -> Self:
        """Add `bytes` or a `string`."""
        head = bytes((len(value),)) if len(value) < LONG else b"\xfe" + len(value).to_bytes(3, "little")
        self._out += head + value + bytes(-(len(head) + len(value)) % 4)
        return self

    def truth(self, value: int) -> Self:
        """Add a `Bool`."""
        return self.int_(_TRUE if value else _FALSE)

    def block(self, block: BlockId) -> Self:
        """Add a `tonNode.blockIdExt`."""
        self.int_(block.workchain).long(block.shard).int_(block.seqno)
        return self.hash(block.root_hash).hash(block.file_hash)


class Reader:
    """Reads TL; every method raises TlError where the bytes don't fit."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        """Take raw bytes."""
        if count > self.left:
            raise TlError(count)
        self._at += count
        return self._data[self._at - count : self._at]

    def uint(self) -> int:
        """Take a constructor number or `#`."""
        return int.from_bytes(self.take(4), "little")

    def int_(self) -> int:
        """Take an `int`."""
        return int.from_bytes(self.take(4), "little", signed=True)

    def long(self) -> int:
        """Take a `long`."""
        return int.from_bytes(self.take(8), "little", signed=True)

    def hash(self) -> bytes:
        """Take an `int256`."""
        return self.take(32)

    def truth(self) -> int:
        """Take a `Bool`, as 0 or 1."""
        match self.uint():
            case found if found == _TRUE:
                return 1
            case found if found == _FALSE:
                return 0
            case _:
                raise TlError(self._at)

    def data(self) -> bytes:
        """Take `bytes`."""
        length, head = self.take(1)[0], 1
        if length == LONG:
            length, head = int.from_bytes(self.take(3), "little"), 4
        elif length > LONG:
            raise TlError(length)
        value = self.take(length)
        self.take(-(head + length) % 4)
        return value

    def block(self) -> BlockId:
        """Take a `tonNode.blockIdExt`."""
        workchain, shard, seqno = self.int_(), self.long(), self.int_()
        return BlockId(workchain, seqno, self.hash(), self.hash(), shard)


_TRUE: Final = number("boolTrue = Bool")
_FALSE: Final = number("boolFalse = Bool")

QUERY: Final = number("adnl.message.query query_id:int256 query:bytes = adnl.Message")
ANSWER: Final = number("adnl.message.answer query_id:int256 answer:bytes = adnl.Message")
PING: Final = number("tcp.ping random_id:long = tcp.Pong")
PONG: Final = number("tcp.pong random_id:long = tcp.Pong")
LITE_QUERY: Final = number("liteServer.query data:bytes = Object")
ERROR: Final = number("liteServer.error code:int message:string = liteServer.Error")
