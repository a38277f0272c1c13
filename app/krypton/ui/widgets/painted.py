"""The ground of every button that paints itself: a focus ring for the keyboard, none for the mouse."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QPushButton

from krypton.ui.theme.look import Look

RING = 2
BY_KEYBOARD = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
        Qt.FocusReason.OtherFocusReason,
    },
)


class PaintedButton(QPushButton):
    """A button without the platform's face."""

    def __init__(self, look: Look, *, name: str, text: str) -> None:
        """Make a button with a stable object name."""
        super().__init__(text)
        self.look = look
        self.ringed = False
        self.setObjectName(name)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the ring when the keyboard brought the focus."""
        self.ringed = event.reason() in BY_KEYBOARD
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        self.ringed = False
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on Enter, too: outside dialogs Qt knows the space bar alone."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Repaint for the pointer."""
        super().enterEvent(event)
        self.update()

    def paint_ring(self, painter: QPainter, *, corner: int) -> None:
        """Paint the focus ring along the edge, where there is one."""
        if not self.ringed:
            return
        painter.setPen(QPen(QColor(self.look.theme.accent), RING))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), corner, corner)
