"""A short status in a rounded wash; the words carry the meaning, the tone only repeats it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from krypton.presenters.tone import Tone
from krypton.ui.theme.fonts import font
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Height, Role, Space

ICON = 14


class Pill(QWidget):
    """A pill with an optional icon."""

    def __init__(self, look: Look, *, text: str = "", tone: Tone = Tone.MUTED, icon: str = "") -> None:
        """Show `text`."""
        super().__init__()
        self._look = look
        self._icon = icon
        self._tone = tone
        self.text = ""
        self.setFont(font(Role.CAPTION))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.say(text, tone=tone)

    def say(self, text: str, *, tone: Tone, icon: str | None = None) -> None:
        """Show other words in another tone."""
        self.text = text
        self._tone = tone
        self._icon = self._icon if icon is None else icon
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size that the words need."""
        words = QFontMetricsF(self.font()).horizontalAdvance(self.text)
        icon = ICON + Space.XS + 2 if self._icon else 0
        return QSize(int(words + 0.999) + icon + 2 * Space.M - 2, Height.PILL)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the wash, the icon and the words."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.wash(self._tone))
        where = QRectF(self.rect())
        painter.drawRoundedRect(where, where.height() / 2, where.height() / 2)
        ink = self._look.ink(self._tone)
        at = float(Space.M) - 1
        if self._icon:
            box = QRectF(at - 2, (where.height() - ICON) / 2, ICON, ICON)
            self._look.icons.paint(painter, name=self._icon, colour=ink.name(), where=box)
            at += ICON + Space.XS
        painter.setPen(ink)
        painter.setFont(self.font())
        words = QRectF(at, 0, where.width() - at, where.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text)
        painter.end()
