"""What the command line prints: one JSON object, or lines for a person; failures on standard error."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from krypton import wording
from krypton.domain.errors import ExitCode, KryptonError

Plain: TypeAlias = "str | bool | int | Mapping[str, Plain] | Sequence[Plain] | None"
"""What JSON holds here. Amounts are strings of nano: JSON's numbers are floats to most readers."""


class Output:
    """Prints answers in the shape that was asked for."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def answer(self, plain: Plain, lines: Sequence[str], /) -> None:
        """Print the answer: `plain` as one JSON text, or `lines`."""
        if self.as_json:
            print(json.dumps(plain, indent=2), flush=True)
        else:
            print("\n".join(lines), flush=True)

    def tell(self, line: str, /) -> None:
        """Tell a person what goes on, on standard error, so that standard output stays an answer."""
        print(line, file=sys.stderr, flush=True)


def say(line: str, /) -> None:
    """Print one line on standard output at once."""
    print(line, flush=True)


def fail(error: BaseException, /) -> ExitCode:
    """Print one line on standard error and return the documented exit code."""
    print(f"krypton: {wording.failure(error).line}", file=sys.stderr, flush=True)
    return error.exit_code if isinstance(error, KryptonError) else ExitCode.BUG
