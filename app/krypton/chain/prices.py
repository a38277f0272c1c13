"""Basechain prices from config parameters; knows nothing of proofs."""

from krypton.chain.cells import Cell, Refuted
from krypton.domain.collector import Prices
from krypton.domain.errors import Lie

GAS_PARAM = 21
FORWARD_PARAM = 25
_FLAT_GAS = 0xD1
_GAS_PRICES = frozenset({0xDD, 0xDE})
"""gas_flat_pfx, and gas_prices with gas_prices_ext."""


def read_prices(*, gas: Cell, forward: Cell) -> Prices:
    """Return prices from config parameters 21 (GasLimitsPrices) and 25 (MsgForwardPrices). Raises Refuted."""
    read = gas.parse()
    flat_gas = flat = 0
    tag = read.uint(8)
    if tag == _FLAT_GAS:
        flat_gas, flat, tag = read.uint(64), read.uint(64), read.uint(8)
    if tag not in _GAS_PRICES:
        raise Refuted(Lie.SHAPE)
    gas_price = read.uint(64)
    read = forward.parse()
    read.expect(0xEA, 8)
    return Prices(
        gas=gas_price, flat_gas=flat_gas, flat=flat, lump=read.uint(64), bit=read.uint(64), cell=read.uint(64)
    )
