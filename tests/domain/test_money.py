"""Amounts: what is read is exact, and what is printed reads back."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krypton.domain.errors import AmountFault, BadAmount
from krypton.domain.money import NANO, SUPPLY_CEILING, Parts, cut, parse_gram, plain_gram


@given(st.integers(0, SUPPLY_CEILING))
def test_a_printed_amount_reads_back(amount: int) -> None:
    assert parse_gram(plain_gram(amount)) == amount


@pytest.mark.parametrize(
    ("text", "nano"),
    [("5.05", 5_050_000_000), ("0.000000001", 1), (" 10 ", 10 * NANO), ("007", 7 * NANO), ("0", 0)],
)
def test_reads(text: str, nano: int) -> None:
    assert parse_gram(text) == nano


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", AmountFault.EMPTY),
        ("  ", AmountFault.EMPTY),
        ("5,05", AmountFault.NOT_A_NUMBER),
        ("-1", AmountFault.NOT_A_NUMBER),
        ("1e9", AmountFault.NOT_A_NUMBER),
        (".5", AmountFault.NOT_A_NUMBER),
        ("5.", AmountFault.NOT_A_NUMBER),
        ("1.2.3", AmountFault.NOT_A_NUMBER),
        ("\u0665", AmountFault.NOT_A_NUMBER),
        ("\u00b2", AmountFault.NOT_A_NUMBER),
        ("1 000", AmountFault.NOT_A_NUMBER),
        ("0.0000000001", AmountFault.TOO_PRECISE),
        ("10000000000.000000001", AmountFault.TOO_LARGE),
        ("1" + "0" * 30, AmountFault.TOO_LARGE),
        ("9" * 100_000, AmountFault.TOO_LARGE),
    ],
)
def test_refuses_what_is_not_an_amount(text: str, fault: AmountFault) -> None:
    with pytest.raises(BadAmount) as caught:
        parse_gram(text)
    assert caught.value.fault is fault


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_one_clear_error(text: str) -> None:
    with suppress(BadAmount):
        assert 0 <= parse_gram(text) <= SUPPLY_CEILING


def test_cuts_for_display() -> None:
    assert cut(-1_500_000_000) == Parts(negative=True, whole="1", decimals="500000000")
    assert plain_gram(-1_500_000_000) == "-1.5"
