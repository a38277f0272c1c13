"""An address in the mono family, shortened in the middle when it must be, with a copy button."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from krypton import wording
from krypton.presenters.tone import Tone
from krypton.ui.theme.fonts import font
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Height, Role, Space
from krypton.ui.widgets.button import Button, Meaning

TOLD_FOR_MS = 1600


class _Line(QWidget):
    """The painted line: the whole address where it fits, both ends of it where it does not."""

    def __init__(self, look: Look) -> None:
        """Make an empty line."""
        super().__init__()
        self._look = look
        self.address = ""
        self.setFont(font(Role.MONO))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of the whole address."""
        width = QFontMetricsF(self.font()).horizontalAdvance(self.address)
        return QSize(int(width + 1.999), Height.PILL)

    def minimumSizeHint(self) -> QSize:
        """Return the size of the shortened address."""
        width = QFontMetricsF(self.font()).horizontalAdvance("0" * 13)
        return QSize(int(width + 1.999), Height.PILL)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the address."""
        del event
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self._look.ink(Tone.PLAIN))
        text = self.address
        letters = int(self.width() / QFontMetricsF(self.font()).horizontalAdvance("0"))
        if letters < len(text):
            ends = max(4, (letters - 1) // 2)
            text = f"{text[:ends]}\u2026{text[-ends:]}"
        painter.drawText(
            QRectF(self.rect()), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text
        )
        painter.end()


class AddressLabel(QWidget):
    """An address and a button that copies the whole of it and says so."""

    def __init__(self, look: Look, *, name: str) -> None:
        """Make a label without an address; `name` is the copy button's object name."""
        super().__init__()
        self._line = _Line(look)
        self._copy = Button(
            look,
            name=name,
            icon="copy",
            meaning=Meaning.QUIET,
            spoken=wording.text("Copy the address"),
        )
        self._copy.clicked.connect(self._put_on_clipboard)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(TOLD_FOR_MS)
        self._calm.timeout.connect(lambda: self._copy.set_icon("copy"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(int(Space.XS))
        layout.addWidget(self._line)
        layout.addWidget(self._copy)
        layout.addStretch(1)

    @property
    def address(self) -> str:
        """The whole address."""
        return self._line.address

    def show_address(self, address: str) -> None:
        """Show an address, whole or shortened as there is room; the copy is always whole."""
        self._line.address = address
        self._line.setAccessibleName(address)
        self._copy.setVisible(bool(address))
        self._line.updateGeometry()
        self._line.update()

    def _put_on_clipboard(self) -> None:
        QGuiApplication.clipboard().setText(self._line.address)
        self._copy.set_icon("check")
        self._calm.start()
