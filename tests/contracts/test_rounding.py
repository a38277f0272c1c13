"""An invoice's total and the amount recovered from it agree to the nano; quotes are payments that pass."""

import random
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from pytoniq_core import Cell

from krypton.chain.collector import shipped_code
from krypton.chain.collector_bodies import text_cell
from krypton.domain.collector import (
    BPS,
    MAX_FEE_BPS,
    MAX_OVERPAY,
    MIN_AMOUNT,
    Prices,
    Terms,
    fee_floor,
    implied_amount,
    required_fee,
)
from krypton.sandbox.tvm import Tvm
from tests.contracts.stage import BEFORE, BUYER, GRAM, MILLI, OWNER, SUPPLIER, TODAY, Stage, pay

Amounts: TypeAlias = npt.NDArray[np.int64]
EVERY_FEE = range(MAX_FEE_BPS + 1)
LARGEST = 800_000 * GRAM


def agree(amount: int, *, bps: int, prices: Prices) -> None:
    invoice = amount + required_fee(amount, fee_bps=bps, prices=prices)
    assert implied_amount(invoice, fee_bps=bps, prices=prices) == amount


def sweep(amounts: Amounts, *, prices: Prices, fees: range) -> None:
    """The same for whole arrays: `agree` says that these two lines are the domain's formulas."""
    floor = fee_floor(prices)
    for bps in fees:
        invoice = amounts + np.maximum(amounts * bps // BPS, floor)
        back = np.minimum(invoice - floor, (invoice * BPS + BPS - 1) // (BPS + bps))
        assert np.array_equal(back, amounts), (bps, amounts[back != amounts])
        for one in amounts[:: max(1, len(amounts) // 3)]:
            agree(int(one), bps=bps, prices=prices)
            assert int(one) + required_fee(int(one), fee_bps=bps, prices=prices) == int(one) + max(
                int(one) * bps // BPS, floor
            )


def dense_and_random(count: int) -> Amounts:
    """Half of them one after the other, half from all over: as large as 64 bits calculate with."""
    dice = np.random.default_rng(1)
    dense = np.arange(MIN_AMOUNT, MIN_AMOUNT + count // 2, dtype=np.int64)
    spread = (10 ** dice.uniform(8, np.log10(LARGEST), count // 2)).astype(np.int64)
    return np.concatenate((dense, spread))


@pytest.mark.parametrize("prices", [TODAY, BEFORE])
def test_dense_and_random_amounts_at_every_fee(prices: Prices) -> None:
    sweep(dense_and_random(4_000), prices=prices, fees=EVERY_FEE)


@pytest.mark.soak
def test_a_million_amounts_at_every_fee() -> None:
    sweep(dense_and_random(1_000_000), prices=TODAY, fees=EVERY_FEE)


def test_every_amount_around_where_the_floor_ends_at_every_fee() -> None:
    for bps in EVERY_FEE[1:]:
        edge = max(MIN_AMOUNT, fee_floor(TODAY) * BPS // bps)
        near = np.arange(max(MIN_AMOUNT, edge - 1_000), edge + 1_000, dtype=np.int64)
        sweep(near, prices=TODAY, fees=range(bps, bps + 1))


def test_amounts_larger_than_any_supply() -> None:
    dice = random.Random(1)
    for bps in EVERY_FEE:
        for _ in range(10):
            agree(int(10 ** dice.uniform(14, 20)), bps=bps, prices=TODAY)


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


def quoted(stage: Stage, amount: int) -> int:
    """Ask the real getter."""
    held = stage.held
    result = stage.tvm.run_get_method(
        code=Cell.one_from_boc(shipped_code().boc),
        data=Cell.one_from_boc(held.data),
        method="get_required_fee",
        address=stage.address.raw,
        stack=(amount,),
        balance=held.balance,
        now=stage.now,
    )
    (fee,) = result.stack
    assert isinstance(fee, int)
    return fee


@pytest.mark.parametrize("bps", [0, 1, 99, 333, 1_000])
def test_what_the_getter_quotes_is_paid_and_a_nano_less_or_too_much_is_not(
    tvm_today: Tvm, tvm_before: Tvm, bps: int
) -> None:
    dice = random.Random(bps)
    for tvm, prices in ((tvm_today, TODAY), (tvm_before, BEFORE)):
        terms = Terms(owner=OWNER, supplier=SUPPLIER, min_withdrawal=GRAM, fee_bps=bps)
        stage = Stage.deployed(tvm, prices=prices, terms=terms)
        for _ in range(6):
            amount = dice.choice((MIN_AMOUNT, 500 * MILLI, int(10 ** dice.uniform(8, 15))))
            fee = quoted(stage, amount)
            assert fee == required_fee(amount, fee_bps=bps, prices=prices)
            for more, taken in ((0, True), (MAX_OVERPAY, True), (-1, False), (MAX_OVERPAY + 1, False)):
                receipt = stage.copy().send(BUYER, amount + fee + more, pay(amount=amount))
                assert receipt.accepted == taken, (amount, bps, more)


@pytest.mark.parametrize(("prices", "flat"), [(TODAY, 6_667), (BEFORE, 40_000)])
def test_a_little_gas_has_a_flat_price(prices: Prices, flat: int) -> None:
    assert prices.gas_fee(100) == prices.gas_fee(1) == flat
    assert prices.gas_fee(101) > flat
