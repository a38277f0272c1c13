"""TON's 24 words: making them, judging them, and the key they stand for; stores nothing."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from nacl.bindings import crypto_sign_seed_keypair
from pytoniq_core.crypto.keys import words as _words

from krypton.domain.errors import BadWords, WordsFault
from krypton.vault.memory import short_lived, wipe

# TON's own scheme (ton-blockchain/ton, tonlib/keys/Mnemonic.cpp): only the dictionary is BIP-39's.
COUNT = 24
DICTIONARY: tuple[str, ...] = tuple(_words)
_KNOWN = {word: word for word in DICTIONARY}
_ROUNDS = 100_000
_VERSION_ROUNDS = _ROUNDS // 256
_SEED_BYTES = 32


def generate() -> tuple[str, ...]:
    """Return 24 fresh words with the operating system's entropy (264 bits, about 256 after the check)."""
    while True:
        words = tuple(secrets.choice(DICTIONARY) for _ in range(COUNT))
        if _is_basic(words):
            return words


def check(words: Sequence[str], /) -> tuple[str, ...]:
    """Return the phrase as the dictionary spells it. Raises BadWords, which never holds a word.

    A phrase that needs a password is refused as a bad checksum: it isn't one of these on its own.
    """
    if len(words) != COUNT:
        raise BadWords(fault=WordsFault.COUNT)
    found = [_KNOWN.get(word.strip().lower()) for word in words]
    unknown = tuple(position for position, word in enumerate(found, start=1) if word is None)
    if unknown:
        raise BadWords(fault=WordsFault.UNKNOWN_WORD, positions=unknown)
    phrase = tuple(word for word in found if word is not None)
    if not _is_basic(phrase):
        raise BadWords(fault=WordsFault.CHECKSUM)
    return phrase


def key_pair(words: Sequence[str], /) -> tuple[bytes, bytes]:
    """Return (public key, libsodium's 64-byte secret key) of checked words; the caller wipes the latter."""
    entropy = _entropy(words)
    stretched = hashlib.pbkdf2_hmac("sha512", entropy, b"TON default seed", _ROUNDS)
    wipe(entropy)
    with short_lived(stretched[:_SEED_BYTES]) as seed:
        wipe(stretched)
        return crypto_sign_seed_keypair(seed)


def _entropy(words: Sequence[str]) -> bytes:
    with short_lived(b" ".join(word.encode() for word in words)) as phrase:
        return hmac.digest(phrase, b"", "sha512")


def _is_basic(words: Sequence[str]) -> bool:
    """One phrase in 256 is a valid one without a password; that is the scheme's checksum."""
    with short_lived(_entropy(words)) as entropy:
        return hashlib.pbkdf2_hmac("sha512", entropy, b"TON seed version", _VERSION_ROUNDS)[0] == 0
