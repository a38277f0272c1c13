"""Amounts of the chain's coin as integers of nano; knows no float and no locale."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from krypton.domain.errors import AmountFault, BadAmount

Nano: TypeAlias = int
"""An amount in nano: 10**-9 of a coin (GRAM, called TON before June 2026)."""

NANO_DIGITS = 9
NANO: Nano = 10**NANO_DIGITS
MAX_AMOUNT: Nano = 2**120 - 1
"""The largest `coins` value (TL-B VarUInteger 16: at most 15 bytes)."""
SUPPLY_CEILING: Nano = 10_000_000_000 * NANO
"""No honest amount that a person types exceeds ten thousand million coins (twice the supply)."""


class Unit(Enum):
    """What an amount is counted in; the ticker as of June 2026."""

    GRAM = "GRAM"


@dataclass(frozen=True, slots=True)
class Parts:
    """An amount cut for display: the sign, whole coins and the nine decimals, no separators."""

    negative: bool
    whole: str
    decimals: str


def parse_gram(text: str, /) -> Nano:
    """Return the nano in a decimal amount of coins such as ``5.05``.

    Only ASCII digits and one dot: no sign, exponent, separator or unit, so that no locale can turn
    5,05 into 505. Raises BadAmount.
    """
    stripped = text.strip()
    if not stripped:
        raise BadAmount(text=text, fault=AmountFault.EMPTY)
    whole, dot, decimals = stripped.partition(".")
    digits = whole + decimals
    if not digits.isascii() or not digits.isdigit() or not whole or (dot and not decimals):
        raise BadAmount(text=text, fault=AmountFault.NOT_A_NUMBER)
    if len(decimals) > NANO_DIGITS:
        raise BadAmount(text=text, fault=AmountFault.TOO_PRECISE)
    if len(whole.lstrip("0")) > len(str(SUPPLY_CEILING // NANO)):
        raise BadAmount(text=text, fault=AmountFault.TOO_LARGE)
    amount = int(whole) * NANO + int(decimals.ljust(NANO_DIGITS, "0"))
    if amount > SUPPLY_CEILING:
        raise BadAmount(text=text, fault=AmountFault.TOO_LARGE)
    return amount


def cut(amount: Nano, /) -> Parts:
    """Return the display parts of `amount`; the decimals always have nine digits."""
    whole, decimals = divmod(abs(amount), NANO)
    return Parts(amount < 0, str(whole), f"{decimals:0{NANO_DIGITS}d}")


def plain_gram(amount: Nano, /) -> str:
    """Return `amount` as the shortest exact decimal with a dot: what `parse_gram` reads back."""
    parts = cut(amount)
    decimals = parts.decimals.rstrip("0")
    return ("-" if parts.negative else "") + parts.whole + ("." + decimals if decimals else "")
