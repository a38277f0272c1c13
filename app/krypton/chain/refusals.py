"""What a lite server's refusal of a message says: codes read out of its text, which is never shown."""

import re

from krypton.chain.link import RefusalError

_ALREADY = "duplicate message"
_EXIT_CODE = re.compile(r"exit ?code[=: ]{1,2}(-?\d{1,10})\b", re.ASCII)


def is_duplicate(refusal: RefusalError, /) -> bool:
    """Whether the network has the message already."""
    return refusal.code == 0 and _ALREADY in refusal.text


def exit_code(text: str, /) -> int | None:
    """Return the code that the wallet refused it with, where one is told."""
    found = _EXIT_CODE.search(text)
    return None if found is None else int(found.group(1))
