"""Questions at a terminal, and secrets by standard input or a descriptor; keeps nothing."""

import getpass
import os
import sys

from krypton import wording
from krypton.domain.errors import BadWords, NoTerminal, WordsFault

_LONGEST = 4_096


def interactive() -> bool:
    """Return whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str, /) -> str:
    """Ask on standard error and return the line typed; an empty one at the end of input."""
    print(question, end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline(_LONGEST).strip()


def read_words() -> tuple[str, ...]:
    """Return the words typed unseen at a terminal, or given on standard input. Raises BadWords."""
    if interactive():
        line = getpass.getpass(wording.text("The 24 words (not shown while you type):") + " ")
    else:
        line = sys.stdin.read(_LONGEST)
    return split_words(line)


def read_words_from(descriptor: int, /) -> tuple[str, ...]:
    """Return the words that can be read from an open file descriptor. Raises BadWords."""
    try:
        with os.fdopen(descriptor, "r", encoding="utf-8", closefd=False) as source:
            return split_words(source.read(_LONGEST))
    except (OSError, UnicodeError) as error:
        raise NoTerminal from error


def write_words_to(descriptor: int, words: tuple[str, ...], /) -> None:
    """Write new words, once, to an open file descriptor: the one way without a terminal."""
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", closefd=False) as target:
            target.write(" ".join(words) + "\n")
    except OSError as error:
        raise NoTerminal from error


def split_words(line: str, /) -> tuple[str, ...]:
    """Return the words of a typed line. Raises BadWords where there are absurdly many."""
    words = tuple(line.lower().split())
    if len(line) >= _LONGEST or not words:
        raise BadWords(fault=WordsFault.COUNT)
    return words
