"""A theme with its icons, handed to every widget that paints; knows no page."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from PySide6.QtGui import QColor

from krypton.presenters.tone import Tone
from krypton.ui.theme.icons import Icons
from krypton.ui.theme.tokens import THEMES, Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a painted widget needs to draw itself."""

    theme: Theme
    icons: Icons

    @classmethod
    def of(cls, name: str, *, resources: Path) -> Self:
        """Return the look of a theme (`dark` or `light`)."""
        return cls(theme=THEMES[name], icons=Icons(resources / "icons"))

    def ink(self, tone: Tone) -> QColor:
        """Return the colour of text in a tone."""
        theme = self.theme
        return QColor(
            {
                Tone.PLAIN: theme.text,
                Tone.MUTED: theme.muted,
                Tone.ACCENT: theme.accent,
                Tone.GOOD: theme.good,
                Tone.WARN: theme.warn,
                Tone.BAD: theme.bad,
                Tone.PLAY: theme.play,
            }[tone],
        )

    def wash(self, tone: Tone) -> QColor:
        """Return the quiet background that belongs to a tone."""
        theme = self.theme
        return QColor(
            {
                Tone.PLAIN: theme.lifted,
                Tone.MUTED: theme.lifted,
                Tone.ACCENT: theme.accent_wash,
                Tone.GOOD: theme.good_wash,
                Tone.WARN: theme.warn_wash,
                Tone.BAD: theme.bad_wash,
                Tone.PLAY: theme.play_wash,
            }[tone],
        )
