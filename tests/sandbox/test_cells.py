"""Cells, bags of cells, dictionaries and Merkle proofs: what we write, another library reads the same."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytoniq_core import Cell as LibraryCell
from pytoniq_core import Slice
from pytoniq_core.tlb.block import CurrencyCollection

from krypton.sandbox import hashmap
from krypton.sandbox.blocks import ACCOUNT_BLOCKS
from krypton.sandbox.boc import from_boc, one_from_boc, to_boc
from krypton.sandbox.cells import Builder, Cell, CellError, Stub
from krypton.sandbox.hashmap import Edge
from krypton.sandbox.merkle import merkle_proof, merkle_update, tree

KEYS = st.lists(st.integers(0, 2**256 - 1), min_size=1, max_size=24, unique=True)


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    made: list[Cell] = []
    for _ in range(draw(st.integers(1, 12))):
        size = draw(st.integers(0, 1023))
        builder = Builder().uint(draw(st.integers(0, 2**size - 1)), size)
        for ref in draw(st.lists(st.sampled_from(made), max_size=4)) if made else []:
            builder.ref(ref)
        made.append(builder.end())
    return made[-1]


def dictionary(keys: Sequence[int]) -> Edge[int] | None:
    edge: Edge[int] | None = None
    for key in keys:
        value = Builder().uint(key % 2**64, 64).end()
        edge = hashmap.put(ACCOUNT_BLOCKS, edge, key, 256, value=value, extra=key % 1000)
    return edge


@given(cells(), cells())
def test_a_bag_is_read_back_by_us_and_by_others(first: Cell, second: Cell) -> None:
    bag = to_boc(first, second)
    assert [cell.hash for cell in from_boc(bag)] == [first.hash, second.hash]
    assert [cell.hash for cell in LibraryCell.from_boc(bag)] == [first.hash, second.hash]


@given(cells(), st.data())
def test_a_bag_that_was_cut_or_changed_is_refused_or_still_cells(cell: Cell, data: st.DataObject) -> None:
    bag = bytearray(to_boc(cell))
    at = data.draw(st.integers(0, len(bag) - 1))
    bag[at] ^= data.draw(st.integers(1, 255))
    for strange in (bytes(bag), bytes(bag[:at])):
        with suppress(CellError):
            assert from_boc(strange)


@given(cells(), st.data())
def test_a_proof_shows_what_was_asked_and_keeps_the_hash(cell: Cell, data: st.DataObject) -> None:
    everything = tree(cell)
    keep = data.draw(st.lists(st.sampled_from(everything)))
    read: Any = LibraryCell.one_from_boc(to_boc(merkle_proof(cell, [cell, *keep])))
    assert read.data[1:33] == cell.hash == read.refs[0].get_hash(0)
    assert read.hash == merkle_proof(cell, [cell, *keep]).hash


@given(cells(), cells())
def test_an_update_names_both_states(old: Cell, new: Cell) -> None:
    read: Any = LibraryCell.one_from_boc(to_boc(merkle_update(old, new)))
    assert [ref.get_hash(0) for ref in read.refs] == [old.hash, new.hash]
    assert read.hash == merkle_update(old, new).hash


def _sixty_four(part: Slice) -> int:
    return part.load_uint(64)


@given(KEYS)
def test_others_read_our_dictionaries(keys: list[int]) -> None:
    edge = dictionary(keys)
    wrapped = hashmap.root(ACCOUNT_BLOCKS, edge).end()
    read: Any = LibraryCell.one_from_boc(to_boc(wrapped)).begin_parse()
    parsed = read.load_hashmap_aug_e(256, _sixty_four, CurrencyCollection.deserialize)
    assert parsed[0] == {key: key % 2**64 for key in keys}
    assert edge is not None
    assert edge.extra == sum(key % 1000 for key in keys)


@given(KEYS)
def test_a_dictionary_is_its_content_whatever_the_way_to_it(keys: list[int]) -> None:
    kept, gone = keys[: len(keys) // 2 + 1], keys[len(keys) // 2 + 1 :]
    edge = dictionary([*gone, *kept])
    for key in gone:
        edge = hashmap.drop(ACCOUNT_BLOCKS, edge, key, 256)
    other = dictionary(sorted(kept))
    assert edge is not None
    assert other is not None
    assert edge.cell.hash == other.cell.hash
    assert hashmap.drop(ACCOUNT_BLOCKS, edge, 2**256 - 1 - kept[0], 256) is not None


@given(KEYS)
def test_what_was_forgotten_on_the_left_does_not_change_the_hash(keys: list[int]) -> None:
    whole: Edge[int] | None = None
    slim: Edge[int] | None = None
    for key in sorted(keys):
        value = Builder().uint(1, 1).end()
        whole = hashmap.put(ACCOUNT_BLOCKS, whole, key, 256, value=value, extra=1)
        slim = hashmap.put(ACCOUNT_BLOCKS, slim, key, 256, value=value, extra=1)
        slim = hashmap.forget_left(slim, ACCOUNT_BLOCKS, 256)
        assert slim.cell.hash == whole.cell.hash


@given(KEYS, st.integers(0, 2**256 - 1))
def test_walking_cells_and_walking_the_tree_agree(keys: list[int], other: int) -> None:
    edge = dictionary(keys)
    assert edge is not None
    for key in (*keys, other):
        way, value = hashmap.path(edge, key, 256)
        walked, inside = hashmap.find(edge.cell, key, 256)
        assert [cell.hash for cell in way] == [cell.hash for cell in walked]
        assert (value is None) == (inside is None) == (key not in keys)


def test_a_cell_known_by_hash_alone_is_never_written() -> None:
    with pytest.raises(CellError):
        to_boc(Builder().ref(Stub(bytes(32), 0)).end())


def test_too_much_in_a_cell_is_refused() -> None:
    with pytest.raises(CellError):
        Builder().uint(0, 1024).end()
    with pytest.raises(CellError):
        Builder().uint(2, 1)
    with pytest.raises(CellError):
        one_from_boc(to_boc(Builder().end(), Builder().uint(1, 1).end()))
