"""Spacing, corners and type roles; knows no colour and no widget."""

from dataclasses import dataclass
from enum import Enum, IntEnum


class Space(IntEnum):
    """Distances in logical pixels. Nothing else is used for a margin or a gap."""

    NONE = 0
    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    XXL = 32


class Corner(IntEnum):
    """Corner radii in logical pixels."""

    CONTROL = 10
    CARD = 16


class Height(IntEnum):
    """Heights of things in rows, in logical pixels."""

    ROW = 40
    CONTROL = 40
    PILL = 24
    HEADER = 64


class Weight(IntEnum):
    """Weights of the bundled text family (CSS numbers, which Qt shares)."""

    REGULAR = 400
    MEDIUM = 500
    SEMIBOLD = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """One type role: size in logical pixels, weight, and whether it is the mono family."""

    size: int
    weight: Weight
    mono: bool = False


class Role(Enum):
    """The eight type roles."""

    HERO = Type(size=46, weight=Weight.SEMIBOLD)
    FIGURE = Type(size=24, weight=Weight.SEMIBOLD)
    TITLE = Type(size=20, weight=Weight.SEMIBOLD)
    HEADING = Type(size=15, weight=Weight.SEMIBOLD)
    BODY = Type(size=14, weight=Weight.REGULAR)
    STRONG = Type(size=14, weight=Weight.MEDIUM)
    CAPTION = Type(size=12, weight=Weight.REGULAR)
    MONO = Type(size=13, weight=Weight.REGULAR, mono=True)
