"""A veil over the window while a dialog is open, so that the eye has one place to go."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from krypton.ui.theme.look import Look

OPACITY = 190


class Scrim(QWidget):
    """Covers its parent."""

    def __init__(self, look: Look, *, parent: QWidget) -> None:
        """Make a hidden veil over `parent`."""
        super().__init__(parent)
        self._look = look
        self._over = parent
        parent.installEventFilter(self)
        self.hide()

    def cover(self) -> None:
        """Cover the parent."""
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the veil."""
        painter = QPainter(self)
        veil = QColor(self._look.theme.veil)
        veil.setAlpha(OPACITY)
        painter.fillRect(event.rect(), veil)
        painter.end()
