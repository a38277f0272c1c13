"""Colours in two layers: raw values, and the meaning that widgets use; knows no widget."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Raw:
    """Raw values. Never used by a widget: a widget asks a `Theme` for a meaning."""

    ink_950: str = "#090C12"
    ink_900: str = "#0C1018"
    ink_850: str = "#131926"
    ink_800: str = "#182031"
    ink_750: str = "#1F293D"
    ink_700: str = "#2A364E"
    mist_100: str = "#F1F4FB"
    mist_400: str = "#97A4BF"
    mist_600: str = "#566179"
    paper_0: str = "#FFFFFF"
    paper_50: str = "#F3F5FA"
    paper_100: str = "#E9EDF5"
    paper_200: str = "#D9DFEB"
    paper_300: str = "#C3CBDB"
    ink_text: str = "#10151F"
    violet_300: str = "#A79BFF"
    violet_500: str = "#6C4DF6"
    violet_600: str = "#5B3FE0"
    violet_700: str = "#5238CE"
    violet_900: str = "#241C58"
    violet_100: str = "#E4DEFF"
    green_300: str = "#4ADE9B"
    green_700: str = "#08704A"
    green_900: str = "#10362C"
    green_100: str = "#D5F3E5"
    amber_300: str = "#FFC05C"
    amber_700: str = "#855000"
    amber_900: str = "#3A2C14"
    amber_100: str = "#FCEBCB"
    red_300: str = "#FF8A8F"
    red_700: str = "#B3202C"
    red_900: str = "#44202A"
    red_100: str = "#FCE0E1"
    cyan_300: str = "#5CD6F5"
    cyan_700: str = "#04647F"
    cyan_900: str = "#0F3340"
    cyan_100: str = "#D3F0F8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What a colour is for. A field's comment is the law of its use."""

    name: str
    canvas: str  # behind everything
    rail: str  # the sidebar, a step below the canvas
    raised: str  # a card
    chosen: str  # the open page's place in the sidebar
    veil: str  # over the window while a dialog is open
    lifted: str  # a hovered row or a secondary button, on a card
    field: str  # where a person types
    line: str  # a hairline between rows, or around a field
    text: str
    muted: str  # labels and trailing decimals
    faint: str  # disabled text and chart ticks: never the only carrier of a fact
    accent: str  # the chart line, a link, the focus ring
    accent_fill: str  # the primary action
    accent_pressed: str
    accent_wash: str  # the one soft gradient of a screen, and a selected row
    on_accent: str  # text on accent_fill
    good: str
    good_wash: str
    warn: str
    warn_wash: str
    bad: str
    bad_wash: str
    play: str  # a network whose coins are worth nothing
    play_wash: str


RAW: Final = Raw()

DARK: Final = Theme(
    name="dark",
    canvas=RAW.ink_900,
    rail=RAW.ink_950,
    raised=RAW.ink_850,
    chosen=RAW.ink_750,
    veil=RAW.ink_950,
    lifted=RAW.ink_750,
    field=RAW.ink_800,
    line=RAW.ink_700,
    text=RAW.mist_100,
    muted=RAW.mist_400,
    faint=RAW.mist_600,
    accent=RAW.violet_300,
    accent_fill=RAW.violet_500,
    accent_pressed=RAW.violet_700,
    accent_wash=RAW.violet_900,
    on_accent=RAW.paper_0,
    good=RAW.green_300,
    good_wash=RAW.green_900,
    warn=RAW.amber_300,
    warn_wash=RAW.amber_900,
    bad=RAW.red_300,
    bad_wash=RAW.red_900,
    play=RAW.cyan_300,
    play_wash=RAW.cyan_900,
)

LIGHT: Final = Theme(
    name="light",
    canvas=RAW.paper_50,
    rail=RAW.paper_100,
    raised=RAW.paper_0,
    chosen=RAW.paper_0,
    veil=RAW.mist_600,
    lifted=RAW.paper_100,
    field=RAW.paper_50,
    line=RAW.paper_200,
    text=RAW.ink_text,
    muted=RAW.mist_600,
    faint=RAW.mist_400,
    accent=RAW.violet_600,
    accent_fill=RAW.violet_600,
    accent_pressed=RAW.violet_700,
    accent_wash=RAW.violet_100,
    on_accent=RAW.paper_0,
    good=RAW.green_700,
    good_wash=RAW.green_100,
    warn=RAW.amber_700,
    warn_wash=RAW.amber_100,
    bad=RAW.red_700,
    bad_wash=RAW.red_100,
    play=RAW.cyan_700,
    play_wash=RAW.cyan_100,
)

DARKEST: Final = 0.04045
"""Where the sRGB curve begins, below which it is a line (WCAG 2.2, relative luminance)."""
THEMES: Final = {theme.name: theme for theme in (DARK, LIGHT)}


def contrast(first: str, *, against: str) -> float:
    """Return the WCAG 2.2 contrast ratio (1 to 21) of two `#RRGGBB` colours."""
    brighter, darker = sorted((_luminance(first), _luminance(against)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= DARKEST else ((channel + 0.055) / 1.055) ** 2.4
