"""Prices, bounds and what a withdrawal would move: the contract's own arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krypton.domain.collector import MAX_FEE_BPS, MAX_THRESHOLD, Prices, check_fee_bps, check_threshold
from krypton.domain.errors import OutOfBounds

TODAY = Prices(gas=4_369_067, flat_gas=100, flat=6_667, lump=66_667, bit=4_369_067, cell=436_906_667)


def test_gas_costs_what_the_network_takes() -> None:
    assert TODAY.gas_fee(0) == TODAY.gas_fee(100) == 6_667
    assert TODAY.gas_fee(101) == 6_667 + 67
    assert TODAY.gas_fee(4_864) == 324_268


def test_forwarding_costs_by_cell_and_bit() -> None:
    assert TODAY.forward_fee(cells=0, bits=0) == 66_667
    assert TODAY.forward_fee(cells=1, bits=1) == 66_667 + 6_734


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_gas_never_costs_less(one: int, two: int) -> None:
    assert TODAY.gas_fee(min(one, two)) <= TODAY.gas_fee(max(one, two))


@pytest.mark.parametrize("value", [0, 100_000_000, MAX_THRESHOLD])
def test_thresholds_that_the_contract_takes(value: int) -> None:
    check_threshold(value)


@pytest.mark.parametrize("value", [-1, 1, 99_999_999, MAX_THRESHOLD + 1, 10**39])
def test_thresholds_that_it_refuses(value: int) -> None:
    with pytest.raises(OutOfBounds):
        check_threshold(value)


def test_a_split_needs_a_higher_threshold() -> None:
    check_threshold(500_000_000, has_split=True)
    with pytest.raises(OutOfBounds):
        check_threshold(499_999_999, has_split=True)


def test_fees_have_bounds() -> None:
    check_fee_bps(0)
    check_fee_bps(MAX_FEE_BPS)
    for value in (-1, MAX_FEE_BPS + 1):
        with pytest.raises(OutOfBounds):
            check_fee_bps(value)
