"""The root of every expected error, and what the shell is told; no sentences."""

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the command line answers to the shell; documented in the README."""

    OK = 0
    BUG = 1
    USAGE = 2
    BAD_INPUT = 3
    CHAIN = 4
    UNPROVEN = 5
    VAULT = 6
    REFUSED = 7
    STORAGE = 8
    NOT_SETTLED = 9
    INTERRUPTED = 130


@dataclass(kw_only=True, eq=False)
class KryptonError(Exception):
    """The root: everything below is expected, has a sentence for people and an exit code."""

    exit_code: ClassVar[ExitCode] = ExitCode.BUG

    def __str__(self) -> str:
        """Name the kind and its data, for logs and tests; never shown to a person."""
        data = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self))
        return f"{type(self).__name__}({data})"
