"""A few choices beside each other, one of them chosen; arrow keys move between them."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from krypton.ui.theme.fonts import font
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Corner, Role, Space
from krypton.ui.widgets.painted import PaintedButton

HEIGHT = 36


class _Segment(PaintedButton):
    """One choice."""

    def __init__(self, look: Look, *, name: str, text: str) -> None:
        """Make a choice that is not chosen."""
        super().__init__(look, name=name, text=text)
        self.setCheckable(True)
        self.setFont(font(Role.CAPTION))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size that the words need."""
        words = QFontMetricsF(self.font()).horizontalAdvance(self.text())
        return QSize(int(words + 0.999) + 2 * Space.M, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the choice."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self.look.theme
        chosen = self.isChecked()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line if chosen or self.underMouse() else theme.field))
        corner = Corner.CONTROL - 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), corner, corner)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.text if chosen else theme.muted))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
        self.paint_ring(painter, corner=Corner.CONTROL)
        painter.end()


class Segments(QWidget):
    """A row of choices."""

    def __init__(self, look: Look, *, name: str, spoken: str, choose: Callable[[int], None]) -> None:
        """Make a row without choices; `choose` is called with the value a person picks."""
        super().__init__()
        self._look = look
        self._name = name
        self._choose = choose
        self._group = QButtonGroup(self)
        self._values: tuple[int, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.setObjectName(name)
        self.setAccessibleName(spoken)

    def offer(self, choices: tuple[tuple[int, str], ...], *, chosen: int) -> None:
        """Offer choices (value and words); telling of a choice is left to the person."""
        if self._values != tuple(value for value, _ in choices):
            self._clear()
            self._values = tuple(value for value, _ in choices)
            for value, words in choices:
                segment = _Segment(self._look, name=f"{self._name}-{value}", text=words)
                segment.clicked.connect(lambda _=False, value=value: self._choose(value))
                self._group.addButton(segment, value)
                self._row.addWidget(segment)
        if chosen in self._values:
            self._group.button(chosen).setChecked(True)

    def _clear(self) -> None:
        for segment in self._group.buttons():
            self._group.removeButton(segment)
            self._row.removeWidget(segment)
            segment.hide()
            segment.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the groove."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._look.theme.field))
        painter.drawRoundedRect(QRectF(self.rect()), Corner.CONTROL, Corner.CONTROL)
        painter.end()
