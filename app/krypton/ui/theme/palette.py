"""The full Qt palette of a theme; knows no widget."""

from PySide6.QtGui import QColor, QPalette

from krypton.ui.theme.tokens import Theme


def palette(theme: Theme) -> QPalette:
    """Return a palette in which no role is left to the platform: no white island in a dark window."""
    roles = QPalette.ColorRole
    colours = {
        roles.Window: theme.canvas,
        roles.WindowText: theme.text,
        roles.Base: theme.field,
        roles.AlternateBase: theme.raised,
        roles.Text: theme.text,
        roles.PlaceholderText: theme.muted,
        roles.Button: theme.lifted,
        roles.ButtonText: theme.text,
        roles.BrightText: theme.bad,
        roles.ToolTipBase: theme.lifted,
        roles.ToolTipText: theme.text,
        roles.Highlight: theme.accent_fill,
        roles.HighlightedText: theme.on_accent,
        roles.Accent: theme.accent_fill,
        roles.Link: theme.accent,
        roles.LinkVisited: theme.accent,
        roles.Light: theme.line,
        roles.Midlight: theme.line,
        roles.Mid: theme.line,
        roles.Dark: theme.rail,
        roles.Shadow: theme.rail,
    }
    result = QPalette()
    for role, colour in colours.items():
        result.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText, roles.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.faint))
    result.setColor(QPalette.ColorGroup.Disabled, roles.Highlight, QColor(theme.line))
    return result
