"""Checks that every sentence of the sources is in every catalogue, whole and harmless; `update` adds others.

A sentence is the literal first argument of krypton.wording's `text` or the first two of its `count`.
"""

import ast
import re
import string
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parents[1]
PLURALS: Final = {
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
    "n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
}
"""The plural rule each catalogue must state, as gettext's manual gives it."""

_LITERALS: Final = {"text": 1, "count": 2}
# A translation must not bring in a place to go or to pay to: users lost money to that.
_ADDRESS: Final = re.compile(
    r"""
    \w+://\S+ | \bwww\.\S+ | \b[\w-]+\.(?:com|org|net|io|ru|me|app|dev|info|xyz|ton)\b
    | \S+@\S+\.\S+ | (?<!\w)@\w{4,} | [-_A-Za-z0-9+/]{40,} | -?\d+:[0-9a-fA-F]{16,}
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What turns a plain label into rich text, or hides or reorders what is written.
_MARKUP: Final = re.compile("[<>\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of the sources, and its plural when it has one."""

    one: str
    many: str | None
    place: str

    @property
    def key(self) -> str | tuple[str, str]:
        """Return what the catalogue files it under."""
        return self.one if self.many is None else (self.one, self.many)


class NotLiteral(Exception):
    """A sentence that no catalogue can know, because it is put together at run time."""


def sentences(app: Path) -> Iterator[Sentence]:
    """Yield every sentence of the sources under `app`; raise NotLiteral for one that is not spelled out."""
    for path in sorted(app.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        names = _speakers(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (speaker := _speaker(node.func, names)):
                place = f"{path.relative_to(app.parent)}:{node.lineno}"
                yield _sentence(node, count=_LITERALS[speaker], place=place)


def _speakers(tree: ast.AST) -> dict[str, str]:
    """Return the names under which this module knows `text` and `count`, and the wording package itself."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("krypton"):
            for name in node.names:
                of_wording = (node.module or "").startswith("krypton.wording") and name.name in _LITERALS
                if of_wording or name.name == "wording":
                    found[name.asname or name.name] = name.name
    return found


def _speaker(function: ast.expr, names: dict[str, str]) -> str | None:
    match function:
        case ast.Name(id=name) if names.get(name) in _LITERALS:
            return names[name]
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if names.get(name) == "wording":
            return attribute if attribute in _LITERALS else None
        case _:
            return None


def _sentence(call: ast.Call, *, count: int, place: str) -> Sentence:
    literals = [each.value for each in call.args[:count] if isinstance(each, ast.Constant)]
    spelled = [each for each in literals if isinstance(each, str) and each]
    if len(spelled) != count:
        raise NotLiteral(place)
    return Sentence(one=spelled[0], many=spelled[1] if count > 1 else None, place=place)


def fields(sentence: str) -> set[str]:
    """Return the {names} that a sentence wants filled in; raise ValueError for a broken pattern."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def complaints(catalogue: Catalog, wanted: Iterable[Sentence]) -> Iterator[str]:
    """Yield everything wrong with a catalogue: missing, empty, fuzzy, superfluous, harmful."""
    language = str(catalogue.locale)
    known = {sentence.key: sentence for sentence in wanted}
    if catalogue.plural_forms != PLURALS[language]:
        yield f"{language}: the header must say Plural-Forms: {PLURALS[language]}"
    present = {_key(message): message for message in catalogue if message.id}
    for key in present.keys() - known.keys():
        yield f"{language}: no source says {key!r} any more"
    for key, sentence in known.items():
        if key not in present:
            yield f"{language}: {sentence.place}: not translated: {sentence.one!r}"
        else:
            for complaint in _about(present[key], sentence, plurals=catalogue.num_plurals):
                yield f"{language}: {sentence.place}: {complaint}: {sentence.one!r}"


def _key(message: Message) -> str | tuple[str, str]:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def _about(message: Message, sentence: Sentence, *, plurals: int) -> Iterator[str]:
    forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
    if message.fuzzy:
        yield "marked fuzzy"
    if len(forms) != (1 if sentence.many is None else plurals):
        yield "the wrong number of plural forms"
    sources = [sentence.one] if sentence.many is None else [sentence.one, sentence.many]
    for form in forms:
        if not form or not form.strip():
            yield "empty"
            continue
        try:
            if fields(form) != fields(sources[-1]) and fields(form) != fields(sources[0]):
                yield f"other placeholders in {form!r}"
        except ValueError:
            yield f"a broken pattern in {form!r}"
        said = " ".join(sources)
        if any(found not in said for found in _ADDRESS.findall(form)):
            yield f"an address or link that the source has not, in {form!r}"
        if any(found not in said for found in _MARKUP.findall(form)):
            yield f"markup or hidden characters in {form!r}"
        if form != form.strip() and sources[0] == sources[0].strip():
            yield f"space at an end of {form!r}"


def read(path: Path) -> Catalog:
    """Return the catalogue in a .po file; its folder names the language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name, abort_invalid=True)


def update(path: Path, wanted: Iterable[Sentence]) -> None:
    """Add what is new to a .po file, empty, and take out what no source says any more."""
    template, catalogue = Catalog(), read(path)
    for sentence in wanted:
        template.add(sentence.key)
    catalogue.update(template, no_fuzzy_matching=True, keep_user_comments=True)
    catalogue.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalogue, no_location=True, width=110)


def main(action: str) -> int:
    """Check or update every catalogue; return the exit code."""
    try:
        wanted = list(sentences(ROOT / "app" / "krypton"))
    except NotLiteral as error:
        print(f"{error}: a sentence must be spelled out where it is said")
        return 1
    paths = [ROOT / "resources" / "i18n" / language / "LC_MESSAGES" / "krypton.po" for language in PLURALS]
    if action == "update":
        for path in paths:
            update(path, wanted)
        return 0
    found = [f"{path.relative_to(ROOT)} is missing" for path in paths if not path.exists()]
    found += [each for path in paths if path.exists() for each in complaints(read(path), wanted)]
    print("\n".join(found) if found else f"{len({each.key for each in wanted})} sentences, all translated")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
