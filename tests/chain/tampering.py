"""Makes proofs and breaks bags of cells: what a lying server would send."""

import random
from collections.abc import Iterator

from krypton.chain.builder import Builder
from krypton.chain.cells import MERKLE_PROOF, PRUNED, Cell, from_boc, to_boc


def proof_of(cell: Cell) -> Cell:
    bits = (MERKLE_PROOF << 256 | int.from_bytes(cell.hash_at(0), "big")) << 16 | cell.depth_at(0)
    return Cell(bits, 280, (cell,), kind=MERKLE_PROOF)


def pruned(cell: Cell) -> Cell:
    bits = (0x0101 << 256 | int.from_bytes(cell.hash_at(0), "big")) << 16 | cell.depth_at(0)
    return Cell(bits, 288, kind=PRUNED)


def two(first: Cell, second: Cell) -> bytes:
    """Write a bag of two roots: one root that refers to both, with the root list changed."""
    data = bytearray(to_boc(Builder().ref(first).ref(second).end()))
    assert data[4] == 1  # one byte a reference
    whole = from_boc(bytes(data))[0]
    at = 6 + 3 + data[5]
    root, first_place, second_place = data[at], data[at + 3], data[at + 4]
    assert root == 0
    assert len(whole.refs) == 2
    data[at : at + 1] = bytes((first_place, second_place))
    data[7] = 2
    return bytes(data)


def mutants(data: bytes, chance: random.Random) -> Iterator[bytes]:
    while True:
        held = bytearray(data)
        match chance.randrange(5):
            case 0:
                held[chance.randrange(len(held))] ^= 1 << chance.randrange(8)
            case 1:
                held = held[: chance.randrange(len(held))]
            case 2:
                at = chance.randrange(len(held))
                held[at : at + chance.randrange(1, 40)] = chance.randbytes(chance.randrange(40))
            case 3:
                held = bytearray(hollowed(data, chance))
            case _:
                for _ in range(chance.randrange(1, 6)):
                    held[chance.randrange(len(held))] = chance.randrange(256)
        yield bytes(held)


def hollowed(data: bytes, chance: random.Random) -> bytes:
    """Prune something, leaving every hash as it was: what a server does to hide a thing."""
    roots = from_boc(data)
    root = roots[chance.randrange(len(roots))]
    cells: list[Cell] = []
    layer = [root]
    while layer:
        cells.extend(layer)
        layer = [ref for cell in layer for ref in cell.refs]
    chosen = cells[chance.randrange(len(cells))]

    def rebuilt(cell: Cell) -> Cell:
        if cell is chosen and cell.kind != PRUNED:
            return pruned(cell)
        return Cell(cell.bits, cell.size, tuple(rebuilt(ref) for ref in cell.refs), kind=cell.kind)

    changed = [rebuilt(each) if each is root else each for each in roots]
    return two(changed[0], changed[1]) if len(changed) == 2 else to_boc(changed[0])
