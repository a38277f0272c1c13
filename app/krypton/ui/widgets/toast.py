"""A short message over the window that leaves by itself; never asks and never blocks."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from krypton.presenters.tone import Tone
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Corner, Role, Space
from krypton.ui.widgets.icon import Icon
from krypton.ui.widgets.label import Label

STAYS_MS = 6000
WIDEST = 460


class Toast(QWidget):
    """One toast at the lower right of its parent."""

    def __init__(self, look: Look, *, parent: QWidget) -> None:
        """Make a hidden toast over `parent`."""
        super().__init__(parent)
        self._look = look
        self._tone = Tone.PLAIN
        self.setObjectName("toast")
        self._icon = Icon(look, name="info", tone=Tone.ACCENT)
        self._words = Label(look, role=Role.STRONG, wraps=True)
        self._over = parent
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(int(Space.M))
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._words, 1)
        self._leave = QTimer(self)
        self._leave.setSingleShot(True)
        self._leave.setInterval(STAYS_MS)
        self._leave.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The words that are shown."""
        return self._words.text()

    def say(self, text: str, *, tone: Tone) -> None:
        """Show words for a while; a later toast replaces an earlier one."""
        self._tone = tone
        self._words.setText(text)
        self.setAccessibleName(text)
        self._icon.say(
            {Tone.GOOD: "check", Tone.BAD: "alert", Tone.WARN: "alert"}.get(tone, "info"), tone=tone
        )
        self._place()
        self.show()
        self.raise_()
        self._leave.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner when the window is resized."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface with an edge in the tone."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._look.theme.line), 1))
        painter.setBrush(QColor(self._look.theme.lifted))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), Corner.CONTROL, Corner.CONTROL
        )
        painter.end()

    def _place(self) -> None:
        parent = self._over
        width = min(WIDEST, parent.width() - 2 * Space.XL)
        height = max(self._row.heightForWidth(width), self._row.minimumSize().height())
        self.setGeometry(
            parent.width() - width - Space.XL, parent.height() - height - Space.XL, width, height
        )
