"""Writes payments in bulk: messages that reach a collector straight, without buyers' wallets behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from krypton.sandbox.accounts import Message, read_message, write_address
from krypton.sandbox.boc import one_from_boc
from krypton.sandbox.cells import Builder

if TYPE_CHECKING:
    from krypton.sandbox.cells import Cell

PAYMENTS_A_BLOCK: Final = 100
FORWARD_FEE: Final = 400_000
"""Nano that a buyer's wallet would have paid for forwarding, about."""


def payment(source: bytes, target: bytes, *, value: int, body: bytes, lt: int, now: int) -> Message:
    """Write the internal message that a buyer's wallet would send: `body` a BoC, `value` in nano."""
    return read_message(_cell(source, target, value=value, body=one_from_boc(body), lt=lt, now=now))


def _cell(source: bytes, target: bytes, *, value: int, body: Cell, lt: int, now: int) -> Cell:
    builder = write_address(Builder().uint(0b0110, 4), source)
    builder = write_address(builder, target).coins(value).uint(0, 1).coins(0).coins(FORWARD_FEE)
    return builder.uint(lt, 64).uint(now, 32).uint(0, 1).uint(1, 1).ref(body).end()
