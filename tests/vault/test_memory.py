"""Secrets are overwritten where they stand."""

import secrets

import pytest

from krypton.vault.memory import short_lived, wipe


def test_a_wiped_secret_is_zeros_in_place() -> None:
    secret = secrets.token_bytes(32)
    same = secret
    wipe(secret)
    assert same == bytes(32)


def test_short_objects_are_left_alone_because_python_shares_them() -> None:
    letter = b"a"
    wipe(letter)
    assert letter == bytes([97])


def test_a_short_lived_secret_is_wiped_when_the_block_fails_too() -> None:
    lent = secrets.token_bytes(32)
    with pytest.raises(ZeroDivisionError), short_lived(lent) as secret:
        _fail_with(secret)
    assert lent == bytes(32)


def _fail_with(secret: bytes) -> None:
    assert secret != bytes(32)
    raise ZeroDivisionError
