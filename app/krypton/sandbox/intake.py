"""Knows which external messages a lite server takes, and its words for the others; runs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from krypton.sandbox.accounts import Message, read_message
from krypton.sandbox.boc import one_from_boc
from krypton.sandbox.cells import CellError

if TYPE_CHECKING:
    from krypton.sandbox.tvm import Refused

MESSAGE_BYTES: Final = 65_535
MESSAGE_CELLS: Final = 8_192


class MessageRejected(Exception):
    """An external message that a server would not take: the code and words of a real one."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def read_external(boc: bytes) -> Message:
    """Read a stranger's external message; raises MessageRejected."""
    if len(boc) > MESSAGE_BYTES:
        raise MessageRejected(
            0, "cannot apply external message to current state : external message too large"
        )
    try:
        message = read_message(one_from_boc(boc, max_cells=MESSAGE_CELLS))
    except CellError as error:
        words = f"cannot deserialize bag-of-cells: {len(boc)} bytes"
        raise MessageRejected(0, f"cannot apply external message to current state : {words}") from error
    if not message.external:
        words = "external message must begin with ext_in_msg_info$10"
        raise MessageRejected(0, f"cannot apply external message to current state : {words}")
    return message


def refusal(account: bytes, refused: Refused) -> str:
    """Say what a real server says when a contract does not accept an external message."""
    where = f"inbound external message rejected by account {account.hex().upper()}"
    words = "cannot apply external message to current state : External message was not accepted\n"
    if refused.exit_code is None:
        return f"{words}Cannot run message on account: {where} before smart-contract execution"
    return (
        f"{words}Cannot run message on account: {where}:\nexitcode={refused.exit_code}, steps=0, gas_used=0"
    )
