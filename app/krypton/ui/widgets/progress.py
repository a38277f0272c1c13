"""How full something is, as a bar; the words beside it carry the figure."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from krypton.ui.theme.look import Look

THICKNESS = 8
FULL = 1000


class ProgressBar(QWidget):
    """A bar in thousandths."""

    def __init__(self, look: Look) -> None:
        """Make an empty bar."""
        super().__init__()
        self._look = look
        self.permille = 0
        self.setFixedHeight(THICKNESS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fill(self, permille: int, *, spoken: str) -> None:
        """Fill the bar to `permille` thousandths; `spoken` says the same in words."""
        self.permille = max(0, min(FULL, permille))
        self.setAccessibleName(spoken)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the groove and what is full of it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        theme = self._look.theme
        groove = QRectF(self.rect())
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(groove, THICKNESS / 2, THICKNESS / 2)
        if self.permille > 0:
            full = QRectF(groove)
            full.setWidth(max(float(THICKNESS), groove.width() * self.permille / FULL))
            paint = QLinearGradient(full.topLeft(), full.topRight())
            paint.setColorAt(0.0, QColor(theme.accent_fill))
            paint.setColorAt(1.0, QColor(theme.accent))
            painter.setBrush(paint)
            painter.drawRoundedRect(full, THICKNESS / 2, THICKNESS / 2)
        painter.end()
