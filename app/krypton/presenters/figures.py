"""Amounts, addresses and ages as they stand on screen; knows no widget and asks nobody."""

from collections.abc import Iterable
from dataclasses import dataclass

from krypton import wording
from krypton.domain.address import Address
from krypton.domain.money import Nano, Unit, cut

BRIGHT_DIGITS = 2
"""Decimals that are always shown and never dimmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount cut for painting: `bright` first, `dim` after it, then the unit.

    `nano` is the exact figure, so that a test can compare it; `bright + dim` says the same.
    """

    nano: Nano
    bright: str
    dim: str
    unit: str = Unit.GRAM.value

    @property
    def text(self) -> str:
        """The whole amount in one string, unit included."""
        return f"{self.bright}{self.dim}\u00a0{self.unit}"

    @property
    def number(self) -> str:
        """The amount without its unit."""
        return self.bright + self.dim


def money(amount: Nano, /, *, places: int = BRIGHT_DIGITS) -> Money:
    """Cut an amount (nano): at least `places` decimals, and never fewer than it takes to be exact."""
    number = wording.figure(amount, decimals=places)
    point = max(number.rfind(mark) for mark in ".,") + 1 + BRIGHT_DIGITS
    return Money(nano=amount, bright=number[:point], dim=number[point:])


def places_for(amounts: Iterable[Nano]) -> int:
    """Return how many decimals a column of amounts needs, so that its points stand in one line."""
    return max((len(cut(amount).decimals.rstrip("0")) for amount in amounts), default=BRIGHT_DIGITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An address as it is shown: whole, and shortened in the middle for tables."""

    full: str
    short: str


def contract_place(address: Address, *, testnet: bool) -> Place:
    """Return a contract's address: bounceable, so that money that can't be delivered comes back."""
    return _place(address.friendly(bounceable=True, testnet=testnet))


def wallet_place(address: Address, *, testnet: bool) -> Place:
    """Return a wallet's address: non-bounceable, so that a first deposit isn't sent back."""
    return _place(address.friendly(bounceable=False, testnet=testnet))


def _place(full: str) -> Place:
    return Place(full=full, short=f"{full[:6]}\u2026{full[-4:]}")
