"""Every error has a sentence in both languages, and no stranger's words pass as ours."""

import dataclasses
import types
import typing
from collections.abc import Iterator
from enum import Enum

import pytest

from krypton import wording
from krypton.domain import errors
from krypton.domain.address import Address
from krypton.domain.chain import Proof, Standing
from krypton.domain.errors import KryptonError
from krypton.domain.operation import Change, Field, Warn


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    wording.speak("en")


def kinds(root: type[KryptonError] = KryptonError) -> list[type[KryptonError]]:
    found = [root]
    for child in root.__subclasses__():
        found += kinds(child)
    return found


def samples(hint: object) -> list[object]:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return list(hint)
    if isinstance(hint, types.UnionType):
        return [None, *samples(typing.get_args(hint)[0])]
    if typing.get_origin(hint) is tuple:
        return [(), (samples(typing.get_args(hint)[0])[0],)]
    return [{str: "min_withdrawal", int: 7}[typing.cast("type", hint)]]


def examples(kind: type[KryptonError]) -> Iterator[KryptonError]:
    hints = typing.get_type_hints(kind)
    held = [field.name for field in dataclasses.fields(kind)]
    choices = [samples(hints[name]) for name in held]
    for number in range(max((len(choice) for choice in choices), default=1)):
        yield kind(**{name: c[number % len(c)] for name, c in zip(held, choices, strict=True)})
    for name in ("wallet", "collector", "preview", "fee_bps", "amount", "other"):
        field = {"OutOfBounds": "name", "NothingChosen": "what"}.get(kind.__name__)
        if field:
            rest = {held_name: c[-1] for held_name, c in zip(held, choices, strict=True)}
            yield kind(**{**rest, field: name})


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_sentence_in_both_languages(kind: type[KryptonError]) -> None:
    for error in examples(kind):
        wording.speak("en")
        english = wording.failure(error)
        wording.speak("ru")
        russian = wording.failure(error)
        assert english.title
        assert english.title != russian.title
        assert "{" not in english.line + russian.line
        assert error.exit_code in errors.ExitCode
        assert type(error).__name__ in str(error)


def test_a_bug_is_named_by_its_type_and_tells_nothing_else() -> None:
    assert "secret" not in wording.failure(ValueError("secret")).line
    assert "ValueError" in wording.failure(ValueError("secret")).title


def test_amounts_in_both_languages() -> None:
    assert wording.amount(1_234_567_890_000_000) == "1,234,567.89\u00a0GRAM"
    assert wording.amount(5) == "0.000000005\u00a0GRAM"
    assert wording.figure(-(10**9), decimals=0) == "\u22121"
    assert wording.percent(125) == "1.25\u00a0%"
    wording.speak("ru")
    assert wording.amount(1_234_567_890_000_000) == "1\u202f234\u202f567,89\u00a0GRAM"
    assert wording.percent(50) == "0,5\u00a0%"
    assert wording.moment(0) == "01.01.1970 00:00:00"
    assert wording.date(0) == "01.01.1970"


def test_russian_plurals() -> None:
    wording.speak("ru")
    forms = {wording.ago(n * 60).split("\u00a0")[-1].split(" ")[1] for n in (1, 2, 5, 21)}
    assert len(forms) == 3


@pytest.mark.parametrize("seconds", [0, 5, 300, 7_200, 200_000])
def test_ages(seconds: int) -> None:
    assert wording.ago(seconds)


def test_a_strangers_words_cannot_hide_or_turn_text() -> None:
    assert wording.stranger("a\u202eb\x00\nc\u00a0") == "a[U+202E]b[U+0000] c[U+00A0]"
    assert len(wording.stranger("x" * 10_000)) == 201
    assert wording.text("{name} is already there.", name="{other}") == "{other} is already there."


def test_changes_read_as_what_they_are() -> None:
    there = Address(0, bytes(32))
    supplier = Change(field=Field.SUPPLIER, old=None, new=there)
    assert wording.change_value(supplier, there, testnet=True).startswith("kQ")
    owner = Change(field=Field.OWNER, old=None, new=there)
    assert wording.change_value(owner, there, testnet=False).startswith("UQ")
    threshold = Change(field=Field.MIN_WITHDRAWAL, old=0, new=10**10)
    assert wording.change_value(threshold, 0, testnet=False) == "by hand only"
    assert wording.change_value(threshold, 10**10, testnet=False) == "10.00\u00a0GRAM"
    assert wording.change_value(threshold, None, testnet=False) == "none"
    fee = Change(field=Field.FEE_BPS, old=None, new=100)
    assert wording.change_value(fee, 100, testnet=False) == "1\u00a0%"


def test_only_signatures_are_called_proof() -> None:
    said = {
        proof: wording.standing(Standing(seqno=1, time=1, proof=proof, agreeing=2, asked=3, received=1))
        for proof in Proof
    }
    assert said == {
        Proof.SIGNED: "Proven",
        Proof.AGREED: "2 of 3 servers agree",
        Proof.SINGLE: "3 servers",
    }


def test_every_warning_and_field_has_words() -> None:
    assert all(wording.warning(warn) for warn in Warn)
    assert all(wording.change_field(field) for field in Field)
