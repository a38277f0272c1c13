"""Which language is spoken, and the catalogue behind it; knows no sentence itself."""

import gettext

from krypton import paths

LANGUAGES = ("en", "ru")
"""English is the source; Russian has a catalogue in resources/i18n."""

_DOMAIN = "krypton"
_spoken: tuple[str, gettext.NullTranslations] = ("en", gettext.NullTranslations())


def speak(name: str, /) -> None:
    """Speak this language from now on; English when it is unknown or its catalogue is missing."""
    global _spoken
    wanted = name if name in LANGUAGES else "en"
    found = gettext.translation(_DOMAIN, paths.resources() / "i18n", languages=[wanted], fallback=True)
    _spoken = (wanted, found)


def language() -> str:
    """Return the language that is spoken: "en" or "ru"."""
    return _spoken[0]


def text(sentence: str, /, **values: object) -> str:
    """Return `sentence` in the language spoken, its `{names}` filled in.

    Values are put in as they are and never read as a pattern, so a stranger's braces do nothing.
    """
    return _spoken[1].gettext(sentence).format(**values)


def count(one: str, many: str, number: int, /, **values: object) -> str:
    """Return the right plural of a sentence; `{n}` is the number."""
    return _spoken[1].ngettext(one, many, number).format(n=number, **values)
