"""Looking a key up in a dictionary of cells; knows nothing of what is kept there.

Layout: TL-B Hashmap, HashmapE and HashmapAug (TVM whitepaper 3.3, `block.tlb`).
"""

from krypton.chain.cells import Cell, Refuted, Slice
from krypton.domain.errors import Lie


def look_up(root: Cell, key: int, size: int, /) -> Slice | None:
    """Return the leaf of `key` in a Hashmap or HashmapAug (extra first), or None where it provably isn't.

    Raises Refuted when the way there is pruned.
    """
    cell = root
    while True:
        read = cell.parse()
        length, label = _label(read, size)
        size -= length
        if key >> size != label:
            return None
        key &= (1 << size) - 1
        if not size:
            return read
        size -= 1
        left, right = read.ref(), read.ref()
        cell = right if key >> size else left
        key &= (1 << size) - 1


def _label(read: Slice, most: int) -> tuple[int, int]:
    width = most.bit_length()
    if not read.flag():  # hml_short
        length = 0
        while read.flag():
            length += 1
        same = None
    elif not read.flag():  # hml_long
        length, same = read.uint(width), None
    else:  # hml_same
        same = read.flag()
        length = read.uint(width)
    if length > most:
        raise Refuted(Lie.SHAPE)
    if same is None:
        return length, read.uint(length)
    return length, (1 << length) - 1 if same else 0
