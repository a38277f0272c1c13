"""Which language is spoken, and the catalogue behind it; knows no sentence itself."""

import gettext

from krypton import paths

LANGUAGES = ("en", "ru")
"""English is the source; Russian has a catalogue in resources/i18n."""

_DOMAIN = "krypton"


class _Voice:
    """The language spoken in this process: one person looks at one program."""

    def __init__(self) -> None:
        self.name = "en"
        self.catalogue = gettext.NullTranslations()


_voice = _Voice()


def speak(name: str, /) -> None:
    """Speak this language from now on; English when it is unknown or its catalogue is missing."""
    _voice.name = name if name in LANGUAGES else "en"
    folder = paths.resources() / "i18n"
    _voice.catalogue = gettext.translation(_DOMAIN, folder, languages=[_voice.name], fallback=True)


def language() -> str:
    """Return the language that is spoken: "en" or "ru"."""
    return _voice.name


def text(sentence: str, /, **values: object) -> str:
    """Return `sentence` in the language spoken, its `{names}` filled in.

    Values are put in as they are and never read as a pattern, so a stranger's braces do nothing.
    """
    return _voice.catalogue.gettext(sentence).format(**values)


def count(one: str, many: str, number: int, /, **values: object) -> str:
    """Return the right plural of a sentence; `{n}` is the number."""
    return _voice.catalogue.ngettext(one, many, number).format(n=number, **values)
