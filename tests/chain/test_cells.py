"""Bags of cells: what an independent library writes is read alike, and nothing malformed gets in."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytoniq_core import Cell as CoreCell

from krypton.chain.builder import Builder
from krypton.chain.cells import (
    LIBRARY,
    MERKLE_PROOF,
    MERKLE_UPDATE,
    PRUNED,
    Cell,
    Refuted,
    from_boc,
    one_from_boc,
    to_boc,
)
from krypton.domain.address import Address
from krypton.domain.errors import Lie
from krypton.domain.money import MAX_AMOUNT
from tests.chain import recorded
from tests.chain.tampering import proof_of, pruned, two


def branch(bits: int, refs: list[Cell]) -> Cell:
    return Cell(bits, 13, tuple(refs))


cells = st.recursive(
    st.builds(Cell, st.integers(0, 2**40 - 1), st.just(40)),
    lambda below: st.builds(branch, st.integers(0, 2**13 - 1), st.lists(below, max_size=4)),
    max_leaves=12,
)


def bags() -> Iterator[str]:
    for path in sorted(recorded.DATA.glob("*.json")):
        yield from re.findall(r'"(te6cc[^"]+)"', path.read_text())


def test_every_recorded_bag_hashes_as_an_independent_library_says() -> None:
    seen = 0
    for text in bags():
        data = base64.b64decode(text)
        ours = from_boc(data)
        theirs: list[Any] = [*CoreCell.from_boc(data)]
        assert [cell.hash for cell in ours] == [cell.hash for cell in theirs]
        assert [cell.hash_at(0) for cell in ours] == [cell.get_hash(0) for cell in theirs]
        seen += 1
    assert seen > 50


@given(cells)
def test_what_is_written_is_read_back_and_by_others(cell: Cell) -> None:
    data = to_boc(cell)
    assert one_from_boc(data).hash == cell.hash
    assert to_boc(one_from_boc(data)) == data
    assert CoreCell.one_from_boc(data).hash == cell.hash
    for how in ({}, {"has_idx": True}, {"hash_crc32": True}, {"has_idx": True, "has_cache_bits": False}):
        assert one_from_boc(CoreCell.one_from_boc(data).to_boc(**how)).hash == cell.hash


@given(cells, st.integers(0, 10**6), st.integers(0, 7))
def test_a_changed_bit_changes_the_hash_or_is_refused(cell: Cell, at: int, bit: int) -> None:
    data = bytearray(to_boc(cell))
    data[at % len(data)] ^= 1 << bit
    try:
        found = one_from_boc(bytes(data))
    except Refuted:
        return
    assert found.hash != cell.hash or to_boc(found) == to_boc(cell)


def refused(data: bytes) -> Lie:
    with pytest.raises(Refuted) as caught:
        from_boc(data)
    return caught.value.lie


SMALL = to_boc(Builder().uint(5, 8).ref(Builder().uint(1, 3).end()).end())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xb5\xee\x9c\x72",
        SMALL[:-1],
        SMALL + b"\x00",
        b"\x68\xff\x65\xf3" + SMALL[4:],
        SMALL[:4] + b"\x00" + SMALL[5:],
        SMALL[:4] + b"\x05" + SMALL[5:],
        SMALL[:4] + b"\x09" + SMALL[5:],
        SMALL[:5] + b"\x00" + SMALL[6:],
        SMALL[:6] + b"\xff" + SMALL[7:],
        SMALL[:7] + b"\x00" + SMALL[8:],
        SMALL[:8] + b"\x01" + SMALL[9:],
        bytes(3 * 1024 * 1024),
    ],
    ids=range(13),
)
def test_a_bag_that_is_none_is_refused(data: bytes) -> None:
    assert refused(data) is Lie.SHAPE


def with_cells(*serialized: bytes, root: int = 0) -> bytes:
    body = b"".join(serialized)
    head = bytes((len(serialized), 1, 0)) + len(body).to_bytes(2, "big") + bytes((root,))
    return b"\xb5\xee\x9c\x72\x01\x02" + head + body


def test_references_go_down_and_exist() -> None:
    leaf = bytes((0, 2, 7))
    assert from_boc(with_cells(bytes((1, 2, 7, 1)), leaf))
    for wrong in (
        with_cells(bytes((1, 2, 7, 0)), leaf),
        with_cells(bytes((1, 2, 7, 2)), leaf),
        with_cells(bytes((5, 2, 7, 1, 1, 1, 1, 1)), leaf),
        with_cells(leaf, root=1),
        with_cells(bytes((0, 1, 0))),
        with_cells(bytes((32, 2, 7))),
        with_cells(bytes((8, 0))),
        with_cells(bytes((8, 2, 9))),
    ):
        assert refused(wrong) is Lie.SHAPE


def test_stored_hashes_are_skipped_not_believed() -> None:
    found = one_from_boc(with_cells(bytes((16, 2)) + bytes(34) + b"\x07"))
    assert found.hash == Cell(7, 8).hash


def test_a_cell_has_its_limits() -> None:
    leaf = Cell(0, 0)
    for make in (
        lambda: Cell(0, 1024),
        lambda: Cell(0, 0, (leaf,) * 5),
        lambda: Cell(0, 280, kind=MERKLE_PROOF),
        lambda: Cell(0, 8, kind=77),
        lambda: Cell(0x0100 << 272, 288, kind=PRUNED),
        lambda: Cell(0x0103 << 272, 288, kind=PRUNED),
        lambda: Cell(0, 8, kind=PRUNED),
        lambda: Cell(0, 263, kind=LIBRARY),
        lambda: Cell(0, 552, (leaf,), kind=MERKLE_UPDATE),
    ):
        with pytest.raises(Refuted):
            make()
    deep = leaf
    for _ in range(1024):
        deep = Cell(0, 0, (deep,))
    with pytest.raises(Refuted):
        Cell(0, 0, (deep,))


def test_a_merkle_proof_says_what_it_holds() -> None:
    held = Builder().uint(7, 8).ref(pruned(Cell(5, 8))).end()
    proof = proof_of(held)
    assert (proof.mask, held.mask) == (0, 1)
    assert from_boc(two(proof, proof_of(Cell(1, 1))))[0].hash == proof.hash
    with pytest.raises(Refuted) as caught:
        Cell(proof.bits ^ 1 << 20, 280, proof.refs, kind=MERKLE_PROOF)
    assert caught.value.lie is Lie.HASH
    with pytest.raises(Refuted) as caught:
        one_from_boc(to_boc(held))
    assert caught.value.lie is Lie.PRUNED


def test_a_library_is_no_data() -> None:
    library = Cell(2 << 256 | 99, 264, kind=LIBRARY)
    assert one_from_boc(to_boc(library)).hash == CoreCell.one_from_boc(to_boc(library)).hash
    with pytest.raises(Refuted):
        library.parse()
    with pytest.raises(Refuted) as caught:
        pruned(library).parse()
    assert caught.value.lie is Lie.PRUNED


def test_a_slice_ends_where_it_ends() -> None:
    read = Builder().uint(5, 3).coins(1_000).ref(Cell(0, 0)).end().parse()
    assert (read.uint(3), read.coins(), read.empty) == (5, 1_000, False)
    assert read.ref().hash == Cell(0, 0).hash
    assert read.empty
    for take in (lambda: read.uint(1), read.ref, lambda: read.expect(1, 1)):
        with pytest.raises(Refuted):
            take()


@given(st.integers(-(2**15), 2**15 - 1), st.integers(0, MAX_AMOUNT), st.binary(min_size=32, max_size=32))
def test_fields_are_written_as_they_are_read(number: int, nano: int, account: bytes) -> None:
    written = Builder().uint(number & 0xFFFF, 16).coins(nano).address(Address(-1, account)).maybe(None).end()
    read = written.parse()
    assert (read.int_(16), read.coins()) == (number, nano)
    read.expect(0b100, 3)
    assert (read.int_(8), read.raw(32), read.maybe(), read.empty) == (-1, account, None, True)


@pytest.mark.parametrize("value", [-1, MAX_AMOUNT + 1])
def test_a_builder_refuses_what_does_not_fit(value: int) -> None:
    with pytest.raises(ValueError, match=str(value)):
        Builder().coins(value)
    with pytest.raises(ValueError, match=str(value)):
        Builder().uint(value, 8)
