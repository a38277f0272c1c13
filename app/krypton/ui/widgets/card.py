"""A surface raised by its tone, with round corners and no border; knows nothing of what is on it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Corner, Space


class Card(QWidget):
    """A card; `body` is the column to fill. A glowing one carries the screen's only gradient."""

    def __init__(self, look: Look, *, glowing: bool = False, margin: Space = Space.XL) -> None:
        """Make an empty card."""
        super().__init__()
        self._look = look
        self._glowing = glowing
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(int(Space.M))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        where = QRectF(self.rect())
        theme = self._look.theme
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(where, Corner.CARD, Corner.CARD)
        if self._glowing:
            glow = QLinearGradient(where.topRight(), where.bottomLeft())
            glow.setColorAt(0.0, QColor(theme.accent_wash))
            glow.setColorAt(0.75, QColor(theme.raised))
            painter.setBrush(glow)
            painter.drawRoundedRect(where, Corner.CARD, Corner.CARD)
        painter.end()
