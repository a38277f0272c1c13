"""Amounts and addresses as they stand on screen: nothing is rounded, nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from krypton import wording
from krypton.domain.money import MAX_AMOUNT, parse_gram
from krypton.presenters.figures import contract_place, money, places_for, wallet_place
from tests.ui import frozen

amounts = st.integers(min_value=0, max_value=MAX_AMOUNT)


@given(amounts, st.integers(min_value=2, max_value=9))
def test_an_english_amount_reads_back_as_itself(nano: int, places: int) -> None:
    wording.speak("en")
    shown = money(nano, places=places)
    typed = shown.number.replace(",", "")
    if nano <= 10**18:
        assert parse_gram(typed) == nano
    assert shown.nano == nano
    assert len(typed.partition(".")[2]) >= places
    assert shown.text == wording.amount(nano, decimals=places)


@given(amounts)
def test_a_russian_amount_has_the_same_digits(nano: int) -> None:
    try:
        wording.speak("ru")
        russian = money(nano).number
        wording.speak("en")
        english = money(nano).number
    finally:
        wording.speak("en")
    assert [sign for sign in russian if sign.isdigit()] == [sign for sign in english if sign.isdigit()]


def test_two_decimals_stay_bright_and_the_rest_is_dimmed() -> None:
    shown = money(7_349_177_913)
    assert (shown.bright, shown.dim, shown.unit) == ("7.34", "9177913", "GRAM")
    assert money(5_050_000_000, places=4).dim == "00"


def test_a_column_has_as_many_decimals_as_its_finest_amount() -> None:
    assert places_for([5_000_000_000, 5_050_000_000, 12_625_000_000]) == 3
    assert places_for([]) == 2


def test_contracts_are_bounceable_and_wallets_are_not() -> None:
    assert contract_place(frozen.COLLECTOR, testnet=False).full.startswith("EQ")
    assert contract_place(frozen.COLLECTOR, testnet=True).full.startswith("kQ")
    assert wallet_place(frozen.OWNER, testnet=False).full.startswith("UQ")
    assert wallet_place(frozen.OWNER, testnet=True).full.startswith("0Q")
