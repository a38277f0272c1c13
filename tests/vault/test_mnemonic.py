"""The 24 words: judged and turned into keys as pytoniq_core does it, and better checked."""

import hashlib

import pytest
from pytoniq_core.crypto import keys

from krypton.domain.errors import BadWords, WordsFault
from krypton.vault import mnemonic
from tests.fakes.words import PUBLIC_KEY, WORDS


def test_dictionary_is_bip39s_english_one() -> None:
    text = "\n".join(mnemonic.DICTIONARY) + "\n"
    # The sum of bitcoin/bips, bip-0039/english.txt.
    assert hashlib.sha256(text.encode()).hexdigest() == (
        "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
    )


def test_fresh_words_are_valid_to_others_too_and_never_repeat() -> None:
    words = mnemonic.generate()
    assert keys.mnemonic_is_valid(list(words))
    assert mnemonic.check(words) == words
    assert mnemonic.generate() != words


def test_words_of_others_are_valid_here() -> None:
    theirs = keys.mnemonic_new()
    assert mnemonic.check(theirs) == tuple(theirs)


def test_key_is_the_one_that_others_derive() -> None:
    assert mnemonic.key_pair(WORDS) == keys.mnemonic_to_private_key(list(WORDS))
    assert mnemonic.key_pair(WORDS)[0] == PUBLIC_KEY


def test_case_and_spaces_around_words_do_not_matter() -> None:
    assert mnemonic.check([f" {word.upper()}\n" for word in WORDS]) == WORDS


@pytest.mark.parametrize("count", [0, 12, 23, 25])
def test_other_counts_are_refused(count: int) -> None:
    with pytest.raises(BadWords) as caught:
        mnemonic.check((WORDS * 2)[:count])
    assert caught.value.fault is WordsFault.COUNT


def test_unknown_words_are_named_by_position_only() -> None:
    with pytest.raises(BadWords) as caught:
        mnemonic.check([*WORDS[:3], "secretword", *WORDS[4:23], ""])
    assert caught.value.fault is WordsFault.UNKNOWN_WORD
    assert caught.value.positions == (4, 24)
    assert "secretword" not in repr(caught.value)
    assert "secretword" not in str(caught.value)


@pytest.mark.parametrize("position", range(4))
def test_a_word_changed_is_a_bad_checksum(position: int) -> None:
    after = mnemonic.DICTIONARY[(mnemonic.DICTIONARY.index(WORDS[position]) + 1) % 2048]
    with pytest.raises(BadWords) as caught:
        mnemonic.check([*WORDS[:position], after, *WORDS[position + 1 :]])
    assert caught.value.fault is WordsFault.CHECKSUM
    assert caught.value.positions == ()


def test_a_phrase_that_needs_a_password_is_refused() -> None:
    # Valid only with a password: the scheme's "TON fast seed version" holds and "TON seed version" doesn't.
    found = next(
        phrase
        for phrase in (
            tuple(mnemonic.DICTIONARY[(start * 7 + step * 31) % 2048] for step in range(24))
            for start in range(4096)
        )
        if hashlib.pbkdf2_hmac("sha512", keys.mnemonic_to_entropy(list(phrase)), b"TON fast seed version", 1)[
            0
        ]
        == 1
    )
    with pytest.raises(BadWords) as caught:
        mnemonic.check(found)
    assert caught.value.fault is WordsFault.CHECKSUM
