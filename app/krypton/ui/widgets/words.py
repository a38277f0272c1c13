"""Twenty-four secret words in a numbered grid, shown once, never copied, and not kept for longer."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from krypton.presenters.tone import Tone
from krypton.ui.theme.fonts import font
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Corner, Role, Space

COLUMNS = 4
CELL_HEIGHT = 40


class WordGrid(QWidget):
    """Paints the words; there is nothing here to select, so nothing reaches the clipboard."""

    def __init__(self, look: Look, *, name: str) -> None:
        """Make an empty grid."""
        super().__init__()
        self._look = look
        self._words: tuple[str, ...] = ()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are shown."""
        return self._words

    def show_words(self, words: tuple[str, ...], *, spoken: str) -> None:
        """Show words, or forget them where there are none."""
        self._words = words
        self.setAccessibleName(spoken)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the rows that the words need."""
        rows = -(-len(self._words) // COLUMNS)
        return QSize(560, max(1, rows) * (CELL_HEIGHT + Space.S) - Space.S)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells, column by column as a person reads a list."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = (self.width() - (COLUMNS - 1) * Space.S) / COLUMNS
        rows = -(-len(self._words) // COLUMNS)
        middle = Qt.AlignmentFlag.AlignVCenter
        for index, word in enumerate(self._words):
            cell = QRectF(
                (index // rows) * (width + Space.S),
                (index % rows) * (CELL_HEIGHT + Space.S),
                width,
                CELL_HEIGHT,
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._look.theme.field))
            painter.drawRoundedRect(cell, Corner.CONTROL, Corner.CONTROL)
            painter.setFont(font(Role.CAPTION))
            painter.setPen(self._look.ink(Tone.MUTED))
            painter.drawText(cell.adjusted(Space.M, 0, 0, 0), middle, str(index + 1))
            painter.setFont(font(Role.STRONG))
            painter.setPen(self._look.ink(Tone.PLAIN))
            painter.drawText(cell.adjusted(Space.M + Space.XL + Space.XS, 0, 0, 0), middle, word)
        painter.end()
