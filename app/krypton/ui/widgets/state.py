"""What stands where figures will be: an icon, a heading and what to do; loading, empty and failed alike."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from krypton.presenters.tone import Tone
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Role, Space
from krypton.ui.widgets.icon import Icon
from krypton.ui.widgets.label import Label

WIDEST = 420


class StatePanel(QWidget):
    """A quiet panel in the middle of its place."""

    def __init__(self, look: Look, *, name: str) -> None:
        """Make an empty panel."""
        super().__init__()
        self.setObjectName(name)
        self._icon = Icon(look, name="clock", tone=Tone.MUTED, size=22, washed=True)
        self._title = Label(look, role=Role.HEADING)
        self._detail = Label(look, role=Role.BODY, tone=Tone.MUTED, wraps=True)
        self._detail.setFixedWidth(WIDEST)
        middle = Qt.AlignmentFlag.AlignHCenter
        self._detail.setAlignment(middle)
        layout = QVBoxLayout(self)
        layout.setSpacing(int(Space.S))
        layout.addStretch(1)
        layout.addWidget(self._icon, 0, middle)
        layout.addSpacing(Space.XS)
        layout.addWidget(self._title, 0, middle)
        layout.addWidget(self._detail, 0, middle)
        layout.addStretch(1)

    @property
    def text(self) -> str:
        """What the panel says."""
        return f"{self._title.text()} {self._detail.text()}".strip()

    def say(self, title: str, *, detail: str = "", icon: str = "clock", tone: Tone = Tone.MUTED) -> None:
        """Say something else."""
        self._icon.say(icon, tone=tone)
        self._title.setText(title)
        self._detail.show_text(detail)
        self.setAccessibleName(self.text)
