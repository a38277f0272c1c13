"""The first run as a page: the rail above, the present step below it."""

from typing import assert_never

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from krypton.presenters.onboarding import OnboardingView, Step, stages
from krypton.ui.pages.onboarding.intents import Intents
from krypton.ui.pages.onboarding.parts import StepPanel
from krypton.ui.pages.onboarding.shop import DeployStep, FundStep, WaitingStep, WatchStep
from krypton.ui.pages.onboarding.wallet import CheckStep, ChooseStep, ImportStep, WelcomeStep, WordsStep
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Space
from krypton.ui.widgets.layout import centred
from krypton.ui.widgets.rail import StageRail
from krypton.ui.widgets.scroll import ScrollPage


class OnboardingPage(QStackedWidget):
    """The page: a stack of steps under the rail, or the waiting panel alone."""

    def __init__(self, look: Look, *, intents: Intents) -> None:
        """Make the page."""
        super().__init__()
        self._rail = StageRail(look, captions=stages())
        self._waiting = WaitingStep(look)
        self._welcome = WelcomeStep(look, intents=intents)
        self._words = WordsStep(look, intents=intents)
        self._check = CheckStep(look, intents=intents)
        self._import = ImportStep(look, intents=intents)
        self._choose = ChooseStep(look, intents=intents)
        self._fund = FundStep(look, intents=intents)
        self._deploy = DeployStep(look, intents=intents)
        self._watch = WatchStep(look, intents=intents)
        self._steps: tuple[StepPanel, ...] = (
            self._welcome,
            self._words,
            self._check,
            self._import,
            self._choose,
            self._fund,
            self._deploy,
            self._watch,
        )
        content = QWidget()
        outer = QVBoxLayout(content)
        outer.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        outer.setSpacing(int(Space.XXL))
        middle = Qt.AlignmentFlag.AlignHCenter
        outer.addWidget(self._rail, 0, middle)
        for step in self._steps:
            outer.addLayout(centred(step))
        outer.addStretch(1)
        self._scroll = ScrollPage(look, content=content)
        self.addWidget(self._waiting)
        self.addWidget(self._scroll)

    @property
    def words(self) -> tuple[str, ...]:
        """The secret words on screen; empty in every step but theirs."""
        return self._words.words

    def render_view(self, view: OnboardingView) -> None:
        """Show a view; a step that is left forgets what was typed into it."""
        present = self._panel(view.step)
        for step in self._steps:
            step.setVisible(step is present)
            step.render_view(view)
        self._waiting.render_view(view)
        self._rail.reach(view.step.stage)
        self.setCurrentWidget(self._waiting if present is None else self._scroll)

    def _panel(self, step: Step) -> StepPanel | None:
        match step:
            case Step.LOADING | Step.WAITING | Step.DONE:
                return None
            case Step.WELCOME:
                return self._welcome
            case Step.WORDS:
                return self._words
            case Step.CHECK:
                return self._check
            case Step.IMPORT:
                return self._import
            case Step.CHOOSE:
                return self._choose
            case Step.FUND:
                return self._fund
            case Step.DEPLOY:
                return self._deploy
            case Step.WATCH:
                return self._watch
            case _:
                assert_never(step)
