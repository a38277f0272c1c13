"""One cell: its bits, references, levels and hashes; knows nothing of what it means or how it travels.

Layout: TVM whitepaper 3.1 (cells, levels, exotic cells). Made from strangers' bytes, so that whatever is
wrong with a cell is one exception.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from krypton.domain.errors import Lie

MAX_DEPTH = 1024
MAX_BITS = 1023
MAX_REFS = 4

ORDINARY: Final = -1
PRUNED: Final = 1
LIBRARY: Final = 2
MERKLE_PROOF: Final = 3
MERKLE_UPDATE: Final = 4
_SHAPES = {LIBRARY: (0, 264), MERKLE_PROOF: (1, 280), MERKLE_UPDATE: (2, 552)}
"""How many references and bits an exotic cell has; a pruned branch's depend on its mask."""
_MAX_MASK = 7


@dataclass(eq=False)
class Refuted(Exception):
    """Bytes that don't prove, or aren't, what they should be."""

    lie: Lie


class Cell:
    """An immutable cell. `hashes` and `depths` go by level, as far as `mask` makes them differ."""

    __slots__ = ("bits", "depths", "hashes", "kind", "mask", "refs", "size")

    def __init__(self, bits: int, size: int, refs: tuple["Cell", ...] = (), *, kind: int = ORDINARY) -> None:
        """Hash a cell of `size` bits, held as one integer. Raises Refuted(SHAPE)."""
        if size > MAX_BITS or len(refs) > MAX_REFS:
            raise Refuted(Lie.SHAPE)
        self.bits, self.size, self.refs, self.kind = bits, size, refs, kind
        self.mask = self._mask()
        self.hashes: tuple[bytes, ...]
        self.depths: tuple[int, ...]
        if kind == PRUNED:
            self._take_hashes()
        else:
            self._make_hashes()
            self._check_merkle()

    def _mask(self) -> int:
        found = 0
        for ref in self.refs:
            found |= ref.mask
        if self.kind == ORDINARY:
            return found
        if self.kind == PRUNED:
            return self._pruned_mask()
        if _SHAPES.get(self.kind) != (len(self.refs), self.size):
            raise Refuted(Lie.SHAPE)
        return found >> 1

    def _pruned_mask(self) -> int:
        mask = self.bits >> max(0, self.size - 16) & 0xFF
        if self.refs or not 1 <= mask <= _MAX_MASK or self.size != 16 + 272 * mask.bit_count():
            raise Refuted(Lie.SHAPE)
        return mask

    def _take_hashes(self) -> None:
        data, count = self.data(), self.mask.bit_count()
        stored = [data[2 + 32 * i : 34 + 32 * i] for i in range(count)]
        depths = [data[2 + 32 * count + 2 * i : 4 + 32 * count + 2 * i] for i in range(count)]
        self.hashes = (*stored, sha256(self._head(self.mask) + data).digest())
        self.depths = (*(int.from_bytes(depth, "big") for depth in depths), 0)

    def _make_hashes(self) -> None:
        shift = 1 if self.kind in {MERKLE_PROOF, MERKLE_UPDATE} else 0
        hashes: list[bytes] = []
        depths: list[int] = []
        for level in range(self.mask.bit_length() + 1):
            if level and not self.mask >> (level - 1) & 1:
                continue
            below = [(ref.depth_at(level + shift), ref.hash_at(level + shift)) for ref in self.refs]
            depth = 1 + max((deep for deep, _ in below), default=-1)
            if depth > MAX_DEPTH:
                raise Refuted(Lie.SHAPE)
            body = self._head(self.mask & ((1 << level) - 1)) + (hashes[-1] if hashes else self.data())
            body += b"".join(deep.to_bytes(2, "big") for deep, _ in below)
            hashes.append(sha256(body + b"".join(hash_ for _, hash_ in below)).digest())
            depths.append(depth)
        self.hashes, self.depths = tuple(hashes), tuple(depths)

    def _check_merkle(self) -> None:
        if self.kind not in {MERKLE_PROOF, MERKLE_UPDATE}:
            return
        said = b"".join(ref.hash_at(0) for ref in self.refs)
        said += b"".join(ref.depth_at(0).to_bytes(2, "big") for ref in self.refs)
        if self.data()[1:] != said:
            raise Refuted(Lie.HASH)

    def _head(self, mask: int) -> bytes:
        exotic = 0 if self.kind == ORDINARY else 8
        return bytes((len(self.refs) + exotic + 32 * mask, (self.size >> 3) + ((self.size + 7) >> 3)))

    def data(self) -> bytes:
        """Return the bits as bytes, completed as a serialised cell has them."""
        odd = self.size & 7
        bits = (self.bits << 1 | 1) << (7 - odd) if odd else self.bits
        return bits.to_bytes((self.size + 7) >> 3, "big")

    def hash_at(self, level: int, /) -> bytes:
        """Return the hash as seen from `level`: at 0 a pruned branch has the hash of what it hides."""
        return self.hashes[(self.mask & ((1 << level) - 1)).bit_count()]

    def depth_at(self, level: int, /) -> int:
        """Return the depth as seen from `level`."""
        return self.depths[(self.mask & ((1 << level) - 1)).bit_count()]

    @property
    def hash(self) -> bytes:
        """The representation hash: of the cell as it stands, pruned branches included."""
        return self.hashes[-1]

    def parse(self) -> "Slice":
        """Begin reading. Raises Refuted: PRUNED for a pruned branch, SHAPE for another exotic cell."""
        if self.kind != ORDINARY:
            raise Refuted(Lie.PRUNED if self.kind == PRUNED else Lie.SHAPE)
        return Slice(self.bits, self.size, self.refs)

    def serialized(self) -> bytes:
        """Return the cell as the bag holds it, but for the references."""
        return self._head(self.mask) + self.data()


class Slice:
    """Reads a cell from its start. Whatever finds too little left raises Refuted(SHAPE)."""

    __slots__ = ("_at", "_bits", "left", "refs")

    def __init__(self, bits: int, size: int, refs: tuple[Cell, ...]) -> None:
        self._bits, self.left, self.refs, self._at = bits, size, refs, 0

    def uint(self, size: int, /) -> int:
        """Take an unsigned integer of `size` bits."""
        if size > self.left:
            raise Refuted(Lie.SHAPE)
        self.left -= size
        return self._bits >> self.left & ((1 << size) - 1)

    def int_(self, size: int, /) -> int:
        """Take a signed integer of `size` bits."""
        value = self.uint(size)
        return value - (1 << size) if value >> (size - 1) else value

    def flag(self) -> bool:
        """Take one bit."""
        return self.uint(1) == 1

    def raw(self, length: int, /) -> bytes:
        """Take whole bytes."""
        return self.uint(length * 8).to_bytes(length, "big")

    def coins(self) -> int:
        """Take an amount in nano (VarUInteger 16)."""
        return self.uint(8 * self.uint(4))

    def expect(self, value: int, size: int, /) -> None:
        """Take a tag that must be `value`."""
        if self.uint(size) != value:
            raise Refuted(Lie.SHAPE)

    def ref(self) -> Cell:
        """Take a reference."""
        if self._at >= len(self.refs):
            raise Refuted(Lie.SHAPE)
        self._at += 1
        return self.refs[self._at - 1]

    def maybe(self) -> Cell | None:
        """Take a `Maybe ^Cell`, which is also how a dictionary stands."""
        return self.ref() if self.flag() else None

    def rest(self) -> Cell:
        """Return what is left as a cell."""
        return Cell(self._bits & ((1 << self.left) - 1), self.left, self.refs[self._at :])

    @property
    def empty(self) -> bool:
        """Whether neither bits nor references are left."""
        return self.left == 0 and self._at == len(self.refs)
