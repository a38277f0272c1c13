"""What the command line prints: one JSON object, or lines for a person; failures on standard error."""

import errno
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from krypton import wording
from krypton.domain.errors import DiskFull, ExitCode, KryptonError, StorageDenied

Plain: TypeAlias = "str | bool | int | Mapping[str, Plain] | Sequence[Plain] | None"
"""What JSON holds here. Amounts are strings of nano: JSON's numbers are floats to most readers."""


class Output:
    """Prints answers in the shape that was asked for."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def answer(self, plain: Plain, lines: Sequence[str], /) -> None:
        """Print the answer: `plain` as one JSON text, or `lines`."""
        say(json.dumps(plain, indent=2) if self.as_json else "\n".join(lines))

    def tell(self, line: str, /) -> None:
        """Tell a person what goes on, on standard error, so that standard output stays an answer."""
        tell(line)


def say(line: str, /) -> None:
    """Print on standard output at once. Raises DiskFull, StorageDenied; a reader who left is no error."""
    try:
        print(line, flush=True)
    except OSError as error:
        # What is left in the buffer must not be tried once more at the interpreter's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return  # whoever read has seen enough
        where = wording.text("standard output")
        raise DiskFull(path=where) if error.errno == errno.ENOSPC else StorageDenied(path=where) from error


def tell(line: str, /) -> None:
    """Print one line on standard error at once."""
    print(line, file=sys.stderr, flush=True)


def fail(error: BaseException, /) -> ExitCode:
    """Print one line on standard error and return the documented exit code."""
    tell(f"krypton: {wording.failure(error).line}")
    return error.exit_code if isinstance(error, KryptonError) else ExitCode.BUG
