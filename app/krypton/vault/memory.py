"""Overwriting secrets in memory, as far as Python lets us; knows nothing of what they mean."""

import ctypes
from collections.abc import Generator
from contextlib import contextmanager

_SHORTEST = 16
# Where the characters of a bytes object begin in CPython: its basic size counts one of them.
_OFFSET = bytes.__basicsize__ - 1


def wipe(secret: bytes, /) -> None:
    """Overwrite a bytes object in place: the garbage collector frees memory but doesn't clear it.

    Only for an object that nobody else may still read; short ones are left alone, because CPython
    shares them. Copies that a library made on its way are beyond reach.
    """
    if len(secret) >= _SHORTEST:
        ctypes.memset(id(secret) + _OFFSET, 0, len(secret))


@contextmanager
def short_lived(secret: bytes, /) -> Generator[bytes]:
    """Lend a secret that this process made itself, and wipe it however the block ends."""
    try:
        yield secret
    finally:
        wipe(secret)
