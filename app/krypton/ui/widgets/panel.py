"""A quiet inset on a card or sheet; knows nothing of what is on it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Corner


class Panel(QWidget):
    """A rounded ground in the field's tone."""

    def __init__(self, look: Look) -> None:
        """Make an empty panel."""
        super().__init__()
        self._look = look

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._look.theme.field))
        painter.drawRoundedRect(QRectF(self.rect()), Corner.CONTROL, Corner.CONTROL)
        painter.end()
