"""The themes keep their promises: contrast, and no widget reaches a raw colour."""

import re
from pathlib import Path

import pytest

from krypton.ui.theme.tokens import DARK, LIGHT, Theme, contrast

GROUNDS = ("canvas", "rail", "raised", "chosen", "lifted", "field")


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_is_read_on_every_ground(theme: Theme, ground: str) -> None:
    under = getattr(theme, ground)
    assert contrast(theme.text, against=under) >= 7
    for name in ("muted", "accent", "good", "warn", "bad", "play"):
        assert contrast(getattr(theme, name), against=under) >= 4.5, name


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_text_is_read_on_its_own_wash(theme: Theme) -> None:
    for name in ("accent", "good", "warn", "bad", "play"):
        assert contrast(getattr(theme, name), against=getattr(theme, f"{name}_wash")) >= 4.5, name
    assert contrast(theme.text, against=theme.accent_wash) >= 7
    assert contrast(theme.muted, against=theme.accent_wash) >= 4.5
    assert contrast(theme.on_accent, against=theme.accent_fill) >= 4.5
    assert contrast(theme.on_accent, against=theme.accent_pressed) >= 4.5


def test_contrast_of_black_and_white_is_known() -> None:
    assert contrast("#000000", against="#FFFFFF") == pytest.approx(21)


def test_no_widget_names_a_colour() -> None:
    ui = Path(__file__).parents[2] / "app" / "krypton" / "ui"
    offenders = [
        path.name
        for path in ui.rglob("*.py")
        if path.name != "tokens.py" and re.search(r"#[0-9A-Fa-f]{6}\b|\bRAW\b", path.read_text("ascii"))
    ]
    assert offenders == []
