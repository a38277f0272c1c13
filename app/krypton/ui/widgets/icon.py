"""One icon as a widget; decoration only, so it is silent for screen readers."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from krypton.presenters.tone import Tone
from krypton.ui.theme.look import Look

SIZE = 20


class Icon(QWidget):
    """Paints an icon in a tone, optionally on a round wash."""

    def __init__(
        self,
        look: Look,
        *,
        name: str,
        tone: Tone = Tone.MUTED,
        size: int = SIZE,
        washed: bool = False,
    ) -> None:
        """Make an icon of `size` logical pixels; a wash makes it twice that."""
        super().__init__()
        self._look = look
        self._name = name
        self._tone = tone
        self._size = size
        self._washed = washed
        self.setFixedSize(size * 2 if washed else size, size * 2 if washed else size)

    def say(self, name: str, *, tone: Tone) -> None:
        """Show another icon in another tone."""
        self._name = name
        self._tone = tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the wash and the icon."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        where = QRectF(self.rect())
        if self._washed:
            painter.setPen(self._look.wash(self._tone))
            painter.setBrush(self._look.wash(self._tone))
            painter.drawEllipse(where.adjusted(0.5, 0.5, -0.5, -0.5))
            where = where.adjusted(self._size / 2, self._size / 2, -self._size / 2, -self._size / 2)
        ink = self._look.ink(self._tone).name()
        self._look.icons.paint(painter, name=self._name, colour=ink, where=where)
        painter.end()
