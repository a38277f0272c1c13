"""An invoice's total and the amount recovered from it agree to the nano; quotes are payments that pass."""

import random

import pytest

from krypton.chain.collector_bodies import text_cell
from krypton.domain.collector import (
    MAX_FEE_BPS,
    MIN_AMOUNT,
    Prices,
    Terms,
    fee_floor,
    implied_amount,
    required_fee,
)
from krypton.sandbox.tvm import Tvm
from tests.contracts.stage import BEFORE, BUYER, GRAM, MILLI, OWNER, SUPPLIER, TODAY, Stage, pay


def agree(amount: int, *, bps: int, prices: Prices) -> None:
    invoice = amount + required_fee(amount, fee_bps=bps, prices=prices)
    assert implied_amount(invoice, fee_bps=bps, prices=prices) == amount


@pytest.mark.parametrize("prices", [TODAY, BEFORE])
def test_random_amounts_at_every_fee(prices: Prices) -> None:
    dice = random.Random(1)
    for bps in range(MAX_FEE_BPS + 1):
        for _ in range(40):
            agree(int(10 ** dice.uniform(8, 18)), bps=bps, prices=prices)


@pytest.mark.parametrize("bps", [0, 1, 3, 99, 100, 101, 333, 999, 1_000])
def test_dense_amounts_around_where_the_floor_ends(bps: int) -> None:
    edge = max(MIN_AMOUNT, fee_floor(TODAY) * 10_000 // max(bps, 1))
    for amount in range(max(MIN_AMOUNT, edge - 1_500), edge + 1_500):
        agree(amount, bps=bps, prices=TODAY)


@pytest.mark.soak
def test_a_million_amounts() -> None:
    dice = random.Random(2)
    for _ in range(1_000_000):
        agree(int(10 ** dice.uniform(8, 20)), bps=dice.randrange(MAX_FEE_BPS + 1), prices=TODAY)


def test_the_implied_amount_is_the_largest_that_the_total_pays_for() -> None:
    dice = random.Random(3)
    for _ in range(20_000):
        value, bps = int(10 ** dice.uniform(8.1, 14)), dice.randrange(MAX_FEE_BPS + 1)
        amount = implied_amount(value, fee_bps=bps, prices=TODAY)
        if amount >= MIN_AMOUNT:
            assert amount + required_fee(amount, fee_bps=bps, prices=TODAY) <= value
            assert amount + 1 + required_fee(amount + 1, fee_bps=bps, prices=TODAY) > value


def test_the_contract_agrees_in_both_ways_of_paying(tvm_today: Tvm) -> None:
    dice = random.Random(4)
    for bps in (0, 1, 100, 777, 1_000):
        terms = Terms(owner=OWNER, supplier=SUPPLIER, min_withdrawal=0, fee_bps=bps, comments=True)
        stage = Stage.deployed(tvm_today, prices=TODAY, terms=terms)
        for _ in range(12):
            amount = dice.choice((MIN_AMOUNT, 5 * GRAM, 500 * MILLI - 1, int(10 ** dice.uniform(8, 15))))
            invoice = amount + required_fee(amount, fee_bps=bps, prices=TODAY)
            for body in (pay(amount=amount), text_cell("1")):
                assert stage.send(BUYER, invoice, body).outs[0].value == amount


@pytest.mark.parametrize(("prices", "flat"), [(TODAY, 6_667), (BEFORE, 40_000)])
def test_a_little_gas_has_a_flat_price(prices: Prices, flat: int) -> None:
    assert prices.gas_fee(100) == prices.gas_fee(1) == flat
    assert prices.gas_fee(101) > flat
