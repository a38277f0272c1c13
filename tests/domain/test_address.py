"""Addresses: both written forms, nothing repaired, nothing guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krypton.domain.address import Address, parse_address, parse_written
from krypton.domain.errors import AddressFault, BadAddress

ELECTOR = "Ef8zMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM0vF"
ADDRESSES = st.builds(Address, st.integers(-128, 127), st.binary(min_size=32, max_size=32))


@given(ADDRESSES, st.booleans(), st.booleans())
def test_both_forms_read_back(address: Address, bounceable: bool, testnet: bool) -> None:
    written = parse_written(address.friendly(bounceable=bounceable, testnet=testnet))
    assert (written.address, written.bounceable, written.testnet) == (address, bounceable, testnet)
    assert parse_written(address.raw).address == address
    assert str(address) == address.raw


def test_reads_a_well_known_address() -> None:
    assert parse_written(ELECTOR).address == Address(-1, b"\x33" * 32)
    assert parse_written(ELECTOR.replace("_", "/").replace("-", "+")).bounceable


@given(st.integers(0, 47), st.sampled_from("ABCabc019"))
def test_one_wrong_letter_is_seen(place: int, letter: str) -> None:
    broken = ELECTOR[:place] + letter + ELECTOR[place + 1 :]
    if broken != ELECTOR:
        with pytest.raises(BadAddress):
            parse_written(broken)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0:ab",
        "0:" + "g" * 64,
        "999:" + "0" * 64,
        "9999:" + "0" * 64,
        "-:" + "0" * 64,
        "\u0660:" + "0" * 64,
        ELECTOR[:-1],
        ELECTOR + "=",
        ELECTOR[:-1] + "!",
        ELECTOR[:20] + "-/" + ELECTOR[22:],
        "AAAA" * 12,
    ],
)
def test_refuses_what_is_not_an_address(text: str) -> None:
    with pytest.raises(BadAddress):
        parse_written(text)


def test_money_goes_to_the_basechain_only() -> None:
    with pytest.raises(BadAddress) as caught:
        parse_address(ELECTOR)
    assert caught.value.fault is AddressFault.MASTERCHAIN


def test_a_form_for_test_networks_is_refused_on_mainnet() -> None:
    address = Address(0, bytes(32))
    text = address.friendly(bounceable=True, testnet=True)
    assert parse_address(text) == parse_address(text, mainnet=False) == address
    with pytest.raises(BadAddress) as caught:
        parse_address(text, mainnet=True)
    assert caught.value.fault is AddressFault.OTHER_NETWORK


def test_an_account_has_32_bytes() -> None:
    with pytest.raises(BadAddress):
        Address(0, b"short")
    with pytest.raises(BadAddress):
        Address(128, bytes(32))
