"""Questions at a terminal, and secrets by standard input or a descriptor; keeps nothing."""

import asyncio
import getpass
import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress

from krypton import wording
from krypton.domain.errors import BadWords, NoTerminal, WordsFault

_LONGEST = 4_096


def interactive() -> bool:
    """Return whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stderr.isatty()


async def ask(question: str, /) -> str:
    """Ask on standard error and return the line typed; an empty one at the end of input.

    The loop goes on meanwhile, so that Ctrl-C is heard at once and connections stay alive.
    """
    print(question, end=" ", file=sys.stderr, flush=True)
    loop, typed = asyncio.get_running_loop(), asyncio.Event()
    with suppress(NotImplementedError):  # Windows' loop can't watch a terminal: there the read blocks
        loop.add_reader(sys.stdin.fileno(), typed.set)
        try:
            await typed.wait()
        finally:
            loop.remove_reader(sys.stdin.fileno())
    return sys.stdin.readline(_LONGEST).strip()


def read_words() -> tuple[str, ...]:
    """Return the words typed unseen at a terminal, or given on standard input. Raises BadWords."""
    if not sys.stdin.isatty():
        return split_words(sys.stdin.read(_LONGEST))
    with _interruptible():
        line = getpass.getpass(wording.text("The 24 words (not shown while you type):") + " ")
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


@contextmanager
def _interruptible() -> Generator[None]:
    """Let Ctrl-C end a read that blocks: the loop's own handler would only be noticed after it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
