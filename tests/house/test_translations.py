"""The translation check is seen to find each thing that it looks for."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from build import translations

Key = str | tuple[str, str]
Entries = dict[Key, str | tuple[str, ...]]


PAID = translations.Sentence(one="{amount} paid", many=None, place="a.py:1")
HOURS = translations.Sentence(one="{n} hour", many="{n} hours", place="a.py:2")
GOOD: Entries = {
    "{amount} paid": "oplacheno {amount}",
    ("{n} hour", "{n} hours"): ("{n} chas", "{n} chasa", "{n} chasov"),
}


def _complaints(entries: Entries, *, fuzzy: bool = False) -> list[str]:
    catalogue = Catalog(locale="ru")
    for key, value in entries.items():
        catalogue.add(key, value, flags=["fuzzy"] if fuzzy else [])
    return list(translations.complaints(catalogue, [PAID, HOURS]))


def test_a_whole_catalogue_is_accepted() -> None:
    assert _complaints({**GOOD}) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"{amount} paid": ""}, "empty"),
        ({"{amount} paid": "oplacheno"}, "other placeholders"),
        ({"{amount} paid": "oplacheno {amount} {more}"}, "other placeholders"),
        ({"{amount} paid": "oplacheno {amount"}, "broken pattern"),
        ({"{amount} paid": "{amount}: obnovite na https://evil.example"}, "address or link"),
        ({"{amount} paid": "{amount}: napishite @evil_support"}, "address or link"),
        ({"{amount} paid": "{amount} " + "UQ" + "a" * 46}, "address or link"),
        ({"{amount} paid": "<b>{amount}</b>"}, "markup"),
        ({"{amount} paid": "{amount} \u202eoplacheno"}, "markup"),
        ({"{amount} paid": "{amount} "}, "space"),
        ({("{n} hour", "{n} hours"): ("{n} chas", "{n} chasa")}, "wrong number of plural forms"),
        ({("{n} hour", "{n} hours"): ("{n} chas", "", "{n} chasov")}, "empty"),
        ({"Gone": "Net"}, "no source says"),
    ],
)
def test_each_fault_is_found(change: Entries, complaint: str) -> None:
    found = _complaints({**GOOD, **change})
    assert len(found) >= 1
    assert complaint in " ".join(found)


def test_a_fuzzy_entry_is_no_translation() -> None:
    assert "fuzzy" in " ".join(_complaints({**GOOD}, fuzzy=True))


def test_a_missing_sentence_is_found_with_its_place() -> None:
    assert any("a.py:1" in each for each in _complaints({}))


def test_sentences_are_found_under_every_name_and_nothing_else(tmp_path: Path) -> None:
    app = tmp_path / "krypton"
    app.mkdir()
    (app / "page.py").write_text(
        "from krypton import wording\nfrom krypton.wording import count as many, text\n"
        "text('One')\nmany('{n} day', '{n} days', 3)\nwording.text('Two')\nlabel.text('no sentence')\n"
    )
    assert [each.key for each in translations.sentences(app)] == ["One", ("{n} day", "{n} days"), "Two"]


def test_a_sentence_made_at_run_time_is_refused(tmp_path: Path) -> None:
    app = tmp_path / "krypton"
    app.mkdir()
    (app / "page.py").write_text("from krypton.wording import text\ntext('a' + name)\n")
    with pytest.raises(translations.NotLiteral):
        list(translations.sentences(app))


def test_every_sentence_of_krypton_is_translated(capsys: pytest.CaptureFixture[str]) -> None:
    code = translations.main("check")
    assert code == 0, capsys.readouterr().out
