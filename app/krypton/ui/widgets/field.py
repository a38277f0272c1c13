"""A labelled line of input with its unit and its complaint; knows no parsing."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from krypton.presenters.tone import Tone
from krypton.ui.theme.fonts import font
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Corner, Height, Role, Space
from krypton.ui.widgets.label import Label

LONGEST = 256
LONGEST_TEXT = 4096


def paint_field(widget: QWidget, *, look: Look, focused: bool, wrong: bool) -> None:
    """Paint the rounded ground of an input, with a ring for focus or a complaint."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    theme = look.theme
    edge = theme.bad if wrong else theme.accent if focused else theme.line
    painter.setPen(QPen(QColor(edge), 2 if focused or wrong else 1))
    painter.setBrush(QColor(theme.field))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1), Corner.CONTROL, Corner.CONTROL)
    painter.end()


class LineEdit(QLineEdit):
    """A line that paints its own ground and the unit at its end."""

    def __init__(self, look: Look, *, unit: str = "", mono: bool = False) -> None:
        """Make an empty line."""
        super().__init__()
        self._look = look
        self._unit = unit
        self.wrong = False
        self.setFrame(False)
        self.setMaxLength(LONGEST)
        self.setFixedHeight(Height.CONTROL + 4)
        self.setFont(font(Role.MONO if mono else Role.BODY))
        tail = self.fontMetrics().horizontalAdvance(unit) + Space.M if unit else 0
        self.setTextMargins(Space.M, 0, Space.M + tail, 0)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        self.setPalette(palette)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, then the text, then the unit."""
        paint_field(self, look=self._look, focused=self.hasFocus(), wrong=self.wrong)
        super().paintEvent(event)
        if not self._unit:
            return
        painter = QPainter(self)
        painter.setPen(self._look.ink(Tone.MUTED))
        painter.setFont(self.font())
        where = QRectF(self.rect()).adjusted(0, 0, -Space.M - 2, 0)
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._unit)
        painter.end()


class Field(QWidget):
    """A caption, a line and, under it, a hint or a complaint."""

    def __init__(
        self,
        look: Look,
        *,
        name: str,
        caption: str,
        unit: str = "",
        hint: str = "",
        mono: bool = False,
    ) -> None:
        """Make an empty field whose line has the object name `name`."""
        super().__init__()
        self._hint = hint
        self.line = LineEdit(look, unit=unit, mono=mono)
        self.line.setObjectName(name)
        self.line.setAccessibleName(caption)
        self._caption = Label(look, text=caption, role=Role.CAPTION, tone=Tone.MUTED)
        self._caption.setBuddy(self.line)
        self._note = Label(look, role=Role.CAPTION, tone=Tone.MUTED, wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(int(Space.XS) + 2)
        for widget in (self._caption, self.line, self._note):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.complain("")

    @property
    def typed(self) -> str:
        """What stands in the line now."""
        return self.line.text()

    def set_caption(self, caption: str) -> None:
        """Replace the caption."""
        self._caption.setText(caption)
        self.line.setAccessibleName(caption)

    def complain(self, complaint: str) -> None:
        """Show what is wrong with the value, or the hint where nothing is."""
        self.line.wrong = bool(complaint)
        self._note.set_tone(Tone.BAD if complaint else Tone.MUTED)
        self._note.show_text(complaint or self._hint)
        self.line.setAccessibleDescription(complaint or self._hint)
        self.line.update()

    def set_hint(self, hint: str) -> None:
        """Replace the hint."""
        self._hint = hint
        if not self.line.wrong:
            self.complain("")


class TextBox(QPlainTextEdit):
    """A few lines of input, such as 24 words; Tab leaves it."""

    def __init__(self, look: Look, *, name: str, spoken: str) -> None:
        """Make an empty box."""
        super().__init__()
        self._look = look
        self.wrong = False
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(font(Role.MONO))
        self.setTabChangesFocus(True)
        self.setFixedHeight(132)
        self.document().setDocumentMargin(Space.M)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        self.setPalette(palette)
        self.viewport().setAutoFillBackground(False)
        self.textChanged.connect(self._bound)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, then the text."""
        paint_field(self.viewport(), look=self._look, focused=self.hasFocus(), wrong=self.wrong)
        super().paintEvent(event)

    def _bound(self) -> None:
        text = self.toPlainText()
        if len(text) > LONGEST_TEXT:
            self.setPlainText(text[:LONGEST_TEXT])
