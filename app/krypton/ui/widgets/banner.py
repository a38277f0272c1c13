"""A strip that says what is wrong, what it means and what to do; words from `wording` alone."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from krypton.presenters.tone import Tone
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Corner, Role, Space
from krypton.ui.widgets.icon import Icon
from krypton.ui.widgets.label import Label
from krypton.ui.widgets.layout import column
from krypton.wording import Sentence

ICONS = {Tone.BAD: "alert", Tone.WARN: "alert", Tone.GOOD: "check"}


class Banner(QWidget):
    """A banner; hidden while there is nothing to say."""

    def __init__(self, look: Look, *, name: str) -> None:
        """Make a hidden banner."""
        super().__init__()
        self._look = look
        self._tone = Tone.WARN
        self.setObjectName(name)
        self._icon = Icon(look, name="alert", tone=Tone.WARN)
        self._title = Label(look, role=Role.STRONG, wraps=True)
        self._detail = Label(look, role=Role.BODY, wraps=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(int(Space.M))
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(column(self._title, self._detail, gap=Space.XS), 1)
        self.hide()

    @property
    def text(self) -> str:
        """What is said, title and detail."""
        return f"{self._title.text()} {self._detail.text()}".strip() if not self.isHidden() else ""

    def say(self, title: str, *, detail: str = "", tone: Tone = Tone.WARN) -> None:
        """Say something, or hide where there is nothing to say."""
        self._tone = tone
        self._title.setText(title)
        self._title.set_tone(tone)
        self._detail.show_text(detail)
        self._icon.say(ICONS.get(tone, "info"), tone=tone)
        self.setAccessibleName(f"{title} {detail}".strip())
        self.setVisible(bool(title))
        self.update()

    def say_failure(self, failure: Sentence | None) -> None:
        """Say what went wrong, or hide where nothing did."""
        if failure is None:
            self.say("")
            return
        detail = " ".join(part for part in (failure.meaning, failure.remedy) if part)
        self.say(failure.title, detail=detail, tone=Tone.BAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the wash."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.wash(self._tone))
        painter.drawRoundedRect(QRectF(self.rect()), Corner.CONTROL, Corner.CONTROL)
        painter.end()
