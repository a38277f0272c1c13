"""The bundled type families and the font of each role; knows nothing of the machine's own fonts."""

from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

from krypton.ui.theme.metrics import Role

TEXT_FAMILY: Final = "Inter"
MONO_FAMILY: Final = "JetBrains Mono"
FILES: Final = (
    "Inter-Regular.otf",
    "Inter-Medium.otf",
    "Inter-SemiBold.otf",
    "JetBrainsMono-Regular.ttf",
)


def load(folder: Path) -> None:
    """Register the bundled fonts; raises `FileNotFoundError` where one is missing or broken."""
    for name in FILES:
        if QFontDatabase.addApplicationFont(str(folder / name)) < 0:
            raise FileNotFoundError(folder / name)


def font(role: Role) -> QFont:
    """Return the font of a role: tabular digits, and unhinted so that every machine draws the same."""
    kind = role.value
    result = QFont(MONO_FAMILY if kind.mono else TEXT_FAMILY)
    result.setPixelSize(kind.size)
    result.setWeight(QFont.Weight(int(kind.weight)))
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    result.setStyleStrategy(QFont.StyleStrategy.PreferAntialias | QFont.StyleStrategy.NoSubpixelAntialias)
    if kind.mono:
        result.setFeature(QFont.Tag("calt"), 0)  # an address must not be drawn with ligatures
    else:
        result.setFeature(QFont.Tag("tnum"), 1)
    return result
