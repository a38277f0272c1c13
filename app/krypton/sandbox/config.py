"""The network config that the sandbox executes under: it knows fee parameters, and nothing of accounts."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol, cast

from pytoniq_core import Cell, HashMap, Slice, begin_cell

if TYPE_CHECKING:
    from krypton.sandbox.tvm import Tvm


class _Dictionary(Protocol):
    """What is used of pytoniq-core's HashMap, which has no types: values are cells, written in place."""

    def set_int_key(self, int_key: int, value: Cell, /) -> object: ...

    def serialize(self) -> Cell: ...


class _Dictionaries(Protocol):
    def __call__(self, key_size: int, /) -> _Dictionary: ...

    def parse(self, dict_cell: Slice, key_length: int, /) -> dict[int, Slice] | None: ...


_HASHMAPS = cast("_Dictionaries", HashMap)
_STORAGE = 18
_GAS = 21
_FORWARD = 25
_KEY_BITS = 32

# Mainnet block 84773657 (August 2026): (since, nano a bit, a cell, the same in the masterchain), held for
# 2**16 s. Fees were cut six-fold on 2026-04-29; the masterchain's prices were not.
_STORAGE_PRICES = ((0, 1, 500, 1_000, 500_000), (1_777_500_000, 0, 135, 1_000, 500_000))


class Fees(Enum):
    """Which prices: of today, or those before 2026-04-29 (what ``@ton/sandbox`` comes with)."""

    TODAY = auto()
    BEFORE = auto()


def network_config(tvm: Tvm, *, fees: Fees = Fees.TODAY) -> Cell:
    """Build the config dictionary (``Hashmap 32 ^Cell``): ``@ton/sandbox``'s own under the fees asked for."""
    default = Cell.one_from_boc(tvm.default_config())
    match fees:
        case Fees.BEFORE:
            return default
        case Fees.TODAY:
            return _with_params(default, {_STORAGE: _storage(), _GAS: _gas(), _FORWARD: _forward()})


def config_params(config: Cell) -> dict[int, Cell]:
    """Take the parameters out of a config dictionary, by number (negative ones included)."""
    parsed = _HASHMAPS.parse(config.begin_parse(), _KEY_BITS) or {}
    return {key - (key >> 31 << 32): value.load_ref() for key, value in parsed.items()}


def _with_params(config: Cell, changed: dict[int, Cell]) -> Cell:
    params = config_params(config) | changed
    return _dictionary(
        {number % 2**32: begin_cell().store_ref(value).end_cell() for number, value in params.items()}
    )


def _storage() -> Cell:
    """TL-B ``Hashmap 32 StoragePrices``, the value starting with #cc."""
    prices: dict[int, Cell] = {}
    for since, bit, cell, mc_bit, mc_cell in _STORAGE_PRICES:
        value = begin_cell().store_uint(0xCC, 8).store_uint(since, 32)
        for price in (bit, cell, mc_bit, mc_cell):
            value.store_uint(price, 64)
        prices[since] = value.end_cell()
    return _dictionary(prices)


def _dictionary(values: dict[int, Cell]) -> Cell:
    dictionary = _HASHMAPS(_KEY_BITS)
    for key, value in values.items():
        dictionary.set_int_key(key, value)
    return dictionary.serialize()


def _gas() -> Cell:
    """TL-B ``gas_flat_pfx#d1 ... gas_prices_ext#de``: 6667 up to 100 gas, 4369067 / 2**16 above."""
    gas = begin_cell().store_uint(0xD1, 8).store_uint(100, 64).store_uint(6_667, 64).store_uint(0xDE, 8)
    for value in (4_369_067, 1_000_000, 1_000_000, 10_000, 10_000_000, 100_000_000, 1_000_000_000):
        gas.store_uint(value, 64)
    return gas.end_cell()


def _forward() -> Cell:
    """TL-B ``msg_forward_prices#ea``: lump, bit and cell price (2**-16 nano), and who gets what of it."""
    prices = begin_cell().store_uint(0xEA, 8)
    for value in (66_667, 4_369_067, 436_906_667):
        prices.store_uint(value, 64)
    return prices.store_uint(98_304, 32).store_uint(21_845, 16).store_uint(21_845, 16).end_cell()
