"""Buttons by meaning: primary, secondary, danger and quiet; painted, so that themes need no style sheet."""

from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from krypton.ui.theme.fonts import font
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Corner, Height, Role, Space
from krypton.ui.widgets.painted import RING, PaintedButton

ICON = 18


class Meaning(Enum):
    """What pressing does to the owner's day."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    DANGER = "danger"
    QUIET = "quiet"


class Button(PaintedButton):
    """A button with words, an icon, or both; one with an icon alone must be given a name."""

    def __init__(
        self,
        look: Look,
        *,
        name: str,
        text: str = "",
        icon: str = "",
        meaning: Meaning = Meaning.SECONDARY,
        spoken: str = "",
    ) -> None:
        """Make a button; `name` is its stable object name, `spoken` what a screen reader says."""
        super().__init__(look, name=name, text=text)
        self._icon = icon
        self._meaning = meaning
        self.setFont(font(Role.STRONG))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if spoken:
            self.setAccessibleName(spoken)
            self.setToolTip(spoken)

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size that icon and words need."""
        words = QFontMetricsF(self.font()).horizontalAdvance(self.text())
        if not self.text():
            return QSize(Height.CONTROL - 4, Height.CONTROL - 4)
        icon = ICON + Space.S if self._icon else 0
        return QSize(int(words + 0.999) + icon + 2 * Space.L, Height.CONTROL)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the face, the icon and words, and the focus ring."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face, ink = self._colours()
        where = QRectF(self.rect()).adjusted(RING, RING, -RING, -RING)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(face)
        painter.drawRoundedRect(where, Corner.CONTROL, Corner.CONTROL)
        self._paint_words(painter, ink=ink)
        self.paint_ring(painter, corner=Corner.CONTROL)
        painter.end()

    def _colours(self) -> tuple[QColor, QColor]:
        theme = self.look.theme
        down, over = self.isDown(), self.underMouse()
        match self._meaning:
            case Meaning.PRIMARY:
                face, ink = theme.accent_pressed if down or over else theme.accent_fill, theme.on_accent
            case Meaning.SECONDARY:
                face, ink = theme.line if down or over else theme.lifted, theme.text
            case Meaning.DANGER:
                face, ink = theme.line if down or over else theme.bad_wash, theme.bad
            case Meaning.QUIET:
                return QColor(theme.lifted) if down or over else QColor(0, 0, 0, 0), QColor(
                    theme.muted if self.isEnabled() else theme.faint,
                )
        if not self.isEnabled():
            face, ink = theme.lifted, theme.faint
        return QColor(face), QColor(ink)

    def _paint_words(self, painter: QPainter, *, ink: QColor) -> None:
        words = QFontMetricsF(self.font()).horizontalAdvance(self.text())
        gap = Space.S if self._icon and self.text() else 0
        width = words + (ICON if self._icon else 0) + gap
        at = (self.width() - width) / 2
        if self._icon:
            box = QRectF(at, (self.height() - ICON) / 2, ICON, ICON)
            self.look.icons.paint(painter, name=self._icon, colour=ink.name(), where=box)
            at += ICON + gap
        painter.setPen(ink)
        painter.setFont(self.font())
        where = QRectF(at, 0, words + 1, self.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
