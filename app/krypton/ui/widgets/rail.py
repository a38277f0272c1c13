"""The stages of a sequence with the present one marked; knows no step by name."""

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from krypton.presenters.tone import Tone
from krypton.ui.theme.fonts import font
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Role, Space

DISC = 24
BRIDGE = 56


class StageRail(QWidget):
    """Numbered discs with captions, joined by lines; done ones carry a check."""

    def __init__(self, look: Look, *, captions: tuple[str, ...]) -> None:
        """Make a rail at its first stage."""
        super().__init__()
        self._look = look
        self._captions = captions
        self._stage = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.reach(0)

    def reach(self, stage: int) -> None:
        """Mark a stage (from 0) as the present one."""
        self._stage = stage
        number = min(stage + 1, len(self._captions))
        self.setAccessibleName(f"{number}/{len(self._captions)} {self._captions[number - 1]}")
        self.update()

    def _width(self, index: int) -> float:
        return DISC + Space.S + QFontMetricsF(font(Role.STRONG)).horizontalAdvance(self._captions[index])

    def sizeHint(self) -> QSize:
        """Return the size of all the stages."""
        count = len(self._captions)
        width = sum(self._width(index) for index in range(count)) + (count - 1) * (BRIDGE + 2 * Space.M)
        return QSize(int(width + 2), DISC + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint discs, captions and bridges."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        at = 1.0
        for index, caption in enumerate(self._captions):
            if index > 0:
                painter.setPen(QPen(QColor(theme.line), 2))
                middle = self.height() / 2
                painter.drawLine(QLineF(at + Space.M, middle, at + Space.M + BRIDGE, middle))
                at += BRIDGE + 2 * Space.M
            self._paint_disc(painter, index=index, where=QRectF(at, 1, DISC, DISC))
            painter.setFont(font(Role.STRONG))
            painter.setPen(self._look.ink(Tone.PLAIN if index <= self._stage else Tone.MUTED))
            words = QRectF(at + DISC + Space.S, 0, self._width(index), self.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, caption)
            at += self._width(index)
        painter.end()

    def _paint_disc(self, painter: QPainter, *, index: int, where: QRectF) -> None:
        theme = self._look.theme
        done, present = index < self._stage, index == self._stage
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.good_wash if done else theme.accent_fill if present else theme.lifted))
        painter.drawEllipse(where)
        if done:
            inner = where.adjusted(5, 5, -5, -5)
            self._look.icons.paint(painter, name="check", colour=theme.good, where=inner)
            return
        painter.setFont(font(Role.CAPTION))
        painter.setPen(QColor(theme.on_accent if present else theme.muted))
        painter.drawText(where, Qt.AlignmentFlag.AlignCenter, str(index + 1))
