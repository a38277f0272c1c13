"""A QR code: dark on light in every theme, because scanners expect it; knows no link formats."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from qrcode.main import QRCode

from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Corner, Space
from krypton.ui.theme.tokens import LIGHT

SIDE = 176


class QrCode(QWidget):
    """Paints the modules of a code on a white tile."""

    def __init__(self, look: Look, *, name: str) -> None:
        """Make an empty tile."""
        super().__init__()
        self._look = look
        self._modules: list[list[bool]] = []
        self.text = ""
        self.setObjectName(name)
        self.setFixedSize(SIDE, SIDE)

    def encode(self, text: str, *, spoken: str) -> None:
        """Show `text` as a code; `spoken` says what it is."""
        self.setAccessibleName(spoken)
        if text == self.text:
            return
        self.text = text
        code = QRCode(border=0)
        code.add_data(text)
        code.make(fit=True)
        self._modules = code.get_matrix()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tile and the modules."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(LIGHT.raised))
        painter.drawRoundedRect(QRectF(self.rect()), Corner.CONTROL, Corner.CONTROL)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setBrush(QColor(LIGHT.text))
        if self._modules:
            side = (SIDE - 2 * Space.M) / len(self._modules)
            for y, line in enumerate(self._modules):
                for x, dark in enumerate(line):
                    if dark:
                        painter.drawRect(QRectF(Space.M + x * side, Space.M + y * side, side, side))
        painter.end()
