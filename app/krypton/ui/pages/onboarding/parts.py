"""What every step of the first run is made of: a heading, a sentence, a card and its buttons."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from krypton import wording
from krypton.presenters.onboarding import OnboardingView
from krypton.presenters.tone import Tone
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Role, Space
from krypton.ui.widgets.banner import Banner
from krypton.ui.widgets.button import Button, Meaning
from krypton.ui.widgets.label import Label

COLUMN = 640


class StepPanel(QWidget):
    """A step: subclasses fill `body` and override `render_view`."""

    def __init__(self, look: Look, *, title: str, detail: str) -> None:
        """Make a step with its heading."""
        super().__init__()
        self.look = look
        self.setFixedWidth(COLUMN)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(int(Space.L))
        self._banner = Banner(look, name="step-failure")
        head = QVBoxLayout()
        head.setSpacing(int(Space.XS))
        head.addWidget(Label(look, text=title, role=Role.TITLE))
        self.detail = Label(look, text=detail, tone=Tone.MUTED, wraps=True)
        head.addWidget(self.detail)
        self.body.addLayout(head)
        self.body.addWidget(self._banner)

    def render_view(self, view: OnboardingView) -> None:
        """Show what is common to all steps: the failure."""
        self._banner.say_failure(view.failure)


def go_on(look: Look, *, name: str, text: str, icon: str = "") -> Button:
    """Return the one primary button of a step."""
    return Button(look, name=name, text=text, icon=icon, meaning=Meaning.PRIMARY)


def go_back(look: Look, *, name: str) -> Button:
    """Return the button that leads a step back."""
    return Button(look, name=name, text=wording.text("Back"))
