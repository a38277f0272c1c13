"""Amounts, shares of a hundred and moments as a person of either language writes them."""

import unicodedata
from datetime import UTC, datetime, tzinfo

from krypton.domain.money import NANO_DIGITS, Nano, Unit, cut
from krypton.wording.catalogue import count, language, text

_MINUS = "\N{MINUS SIGN}"
_THIN = "\N{NARROW NO-BREAK SPACE}"
_HARD = "\N{NO-BREAK SPACE}"
_MOMENT, _MINUTE, _HOUR, _DAY = 2, 60, 3_600, 86_400
_LONGEST = 200


def figure(nano: Nano, /, *, decimals: int = 2) -> str:
    """Return the number alone: at least `decimals` decimals, all nine where they say something.

    English: 1,234.50; Russian: a narrow space and a comma.
    """
    parts = cut(nano)
    thousands, point = (",", ".") if language() == "en" else (_THIN, ",")
    whole = f"{int(parts.whole):,}".replace(",", thousands)
    tail = parts.decimals.rstrip("0").ljust(min(decimals, NANO_DIGITS), "0")
    return (_MINUS if parts.negative else "") + whole + (point + tail if tail else "")


def amount(nano: Nano, /, *, decimals: int = 2) -> str:
    """Return the number with its unit: 5.05 GRAM."""
    return figure(nano, decimals=decimals) + _HARD + Unit.GRAM.value


def percent(bps: int, /) -> str:
    """Return basis points as a share of a hundred: 100 -> 1 %."""
    whole, rest = divmod(bps, 100)
    point = "." if language() == "en" else ","
    tail = f"{rest:02d}".rstrip("0")
    return f"{whole}{point + tail if tail else ''}{_HARD}%"


def moment(time: int, /, *, zone: tzinfo | None = UTC) -> str:
    """Return a Unix time as date and time of day; `zone` None is the computer's own."""
    shape = "%Y-%m-%d %H:%M:%S" if language() == "en" else "%d.%m.%Y %H:%M:%S"
    return datetime.fromtimestamp(time, UTC).astimezone(zone).strftime(shape)


def date(time: int, /, *, zone: tzinfo | None = UTC) -> str:
    """Return a Unix time as a date."""
    shape = "%Y-%m-%d" if language() == "en" else "%d.%m.%Y"
    return datetime.fromtimestamp(time, UTC).astimezone(zone).strftime(shape)


def ago(seconds: int, /) -> str:
    """Return an age in its largest unit: 5 minutes ago."""
    if seconds < _MOMENT:
        return text("just now")
    if seconds < _MINUTE:
        return count("{n} second ago", "{n} seconds ago", seconds)
    if seconds < _HOUR:
        return count("{n} minute ago", "{n} minutes ago", seconds // _MINUTE)
    if seconds < _DAY:
        return count("{n} hour ago", "{n} hours ago", seconds // _HOUR)
    return count("{n} day ago", "{n} days ago", seconds // _DAY)


def stranger(words: str, /) -> str:
    """Return a stranger's words as one safe line: what can't be seen or turns text is made visible."""
    line = "".join(_visible(letter) for letter in words[: _LONGEST + 1])
    return line if len(words) <= _LONGEST else line[:_LONGEST] + "\N{HORIZONTAL ELLIPSIS}"


def _visible(letter: str) -> str:
    if letter in {" ", "\n", "\t"}:
        return " "
    if unicodedata.category(letter)[0] in {"C", "Z"}:
        return f"[U+{ord(letter):04X}]"
    return letter
