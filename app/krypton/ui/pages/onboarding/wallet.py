"""The first stage: create a wallet, check its backup, or import words; words leave with the step."""

from krypton import wording
from krypton.presenters.onboarding import ASKED_WORDS, CandidateLine, OnboardingView, Step
from krypton.presenters.tone import Tone
from krypton.ui.pages.onboarding.intents import Intents
from krypton.ui.pages.onboarding.parts import StepPanel, go_back, go_on
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Space
from krypton.ui.widgets.banner import Banner
from krypton.ui.widgets.card import Card
from krypton.ui.widgets.choice import Choice
from krypton.ui.widgets.field import Field, TextBox
from krypton.ui.widgets.label import Label
from krypton.ui.widgets.layout import column, row
from krypton.ui.widgets.words import WordGrid


class WelcomeStep(StepPanel):
    """Three ways to begin."""

    def __init__(self, look: Look, *, intents: Intents) -> None:
        """Make the step."""
        super().__init__(
            look,
            title=wording.text("Set up your shop"),
            detail=wording.text("The keys stay on this computer, in your system's keyring."),
        )
        create = Choice(
            look,
            name="create-wallet",
            icon="plus",
            title=wording.text("Create a wallet"),
            detail=wording.text("New keys, and 24 words to write down."),
        )
        bring = Choice(
            look,
            name="import-wallet",
            icon="import",
            title=wording.text("Import a wallet"),
            detail=wording.text("You have 24 words from before."),
        )
        watch = Choice(
            look,
            name="watch-only",
            icon="eye",
            title=wording.text("Only watch"),
            detail=wording.text("Follow a collector by its address, with no key on this computer."),
        )
        self._choices = (create, bring, watch)
        self._keyring = Label(look, tone=Tone.MUTED)
        create.clicked.connect(lambda: intents.create())
        bring.clicked.connect(lambda: intents.import_words())
        watch.clicked.connect(lambda: intents.watch_only())
        self.body.addLayout(column(*self._choices, gap=Space.M))
        self.body.addWidget(self._keyring)

    def render_view(self, view: OnboardingView) -> None:
        """Show whether there is a keyring."""
        super().render_view(view)
        for choice in self._choices:
            choice.setEnabled(not view.busy)
        words = wording.text("Keyring: {name}", name=view.backend) if view.backend else ""
        self._keyring.show_text(words)


class WordsStep(StepPanel):
    """Twenty-four words, once."""

    def __init__(self, look: Look, *, intents: Intents) -> None:
        """Make the step."""
        super().__init__(
            look,
            title=wording.text("Write down these 24 words"),
            detail=wording.text("On paper, in this order. They are shown once."),
        )
        self._grid = WordGrid(look, name="words")
        self._warning = Banner(look, name="words-warning")
        self._warning.say(
            wording.text("Whoever has these words has the money."),
            detail=wording.text("Krypton will never ask for them except to import a wallet."),
        )
        card = Card(look)
        card.body.addWidget(self._grid)
        back = go_back(look, name="words-back")
        on = go_on(look, name="words-written", text=wording.text("I wrote them down"))
        back.clicked.connect(lambda: intents.back())
        on.clicked.connect(lambda: intents.written_down())
        self.body.addWidget(card)
        self.body.addWidget(self._warning)
        self.body.addLayout(row(back, None, on))

    @property
    def words(self) -> tuple[str, ...]:
        """The words on screen; empty in every other step."""
        return self._grid.words

    def render_view(self, view: OnboardingView) -> None:
        """Show the words while this is their step, and forget them after it."""
        super().render_view(view)
        shown = view.words if view.step is Step.WORDS else ()
        self._grid.show_words(
            shown, spoken=wording.text("24 secret words; a screen reader would say them aloud")
        )


class CheckStep(StepPanel):
    """Three of the words back."""

    def __init__(self, look: Look, *, intents: Intents) -> None:
        """Make the step."""
        super().__init__(
            look,
            title=wording.text("Check your copy"),
            detail=wording.text("Type these three words from your paper."),
        )
        self._fields = tuple(
            Field(look, name=f"check-{index}", caption=" ", mono=True) for index in range(ASKED_WORDS)
        )
        self._asked: tuple[int, ...] = ()
        self._complaint = Label(look, tone=Tone.BAD, wraps=True)
        self._complaint.setObjectName("check-complaint")
        card = Card(look)
        card.body.addLayout(row(*self._fields, gap=Space.M))
        card.body.addWidget(self._complaint)
        back = go_back(look, name="check-back")
        self._on = go_on(look, name="check-done", text=wording.text("Continue"))
        back.clicked.connect(lambda: intents.back())
        self._on.clicked.connect(lambda: intents.answer(self._answers()))
        self._fields[-1].line.returnPressed.connect(lambda: intents.answer(self._answers()))
        self.body.addWidget(card)
        self.body.addLayout(row(back, None, self._on))

    def _answers(self) -> tuple[str, ...]:
        return tuple(field.typed for field in self._fields)

    def render_view(self, view: OnboardingView) -> None:
        """Ask for the places of the view; new places, or another step, empty the fields."""
        super().render_view(view)
        here = view.step is Step.CHECK
        if not here or view.asked != self._asked:
            self._asked = view.asked
            for field in self._fields:
                field.line.clear()
        for field, place in zip(self._fields, view.asked, strict=False):
            field.set_caption(wording.text("Word {number}", number=place))
        self._complaint.show_text(view.complaint if here else "")
        self._on.setEnabled(not view.busy)


class ImportStep(StepPanel):
    """A box for 24 words."""

    def __init__(self, look: Look, *, intents: Intents) -> None:
        """Make the step."""
        super().__init__(
            look,
            title=wording.text("Import a wallet"),
            detail=wording.text("Type or paste its 24 words, in order, with spaces between them."),
        )
        self._box = TextBox(look, name="import-words", spoken=wording.text("24 words"))
        card = Card(look)
        card.body.addWidget(self._box)
        back = go_back(look, name="import-back")
        self._on = go_on(look, name="import-done", text=wording.text("Continue"))
        back.clicked.connect(lambda: intents.back())
        self._on.clicked.connect(lambda: intents.give_words(self._box.toPlainText()))
        self.body.addWidget(card)
        self.body.addLayout(row(back, None, self._on))

    def render_view(self, view: OnboardingView) -> None:
        """Forget what was typed as soon as another step is shown."""
        super().render_view(view)
        if view.step is not Step.IMPORT:
            self._box.clear()
        self._on.setEnabled(not view.busy)


class ChooseStep(StepPanel):
    """The wallets that the words stand for, the richest first."""

    def __init__(self, look: Look, *, intents: Intents) -> None:
        """Make the step."""
        super().__init__(
            look,
            title=wording.text("Choose your wallet"),
            detail=wording.text(
                "The same words open a different wallet in each version. Take the one you used."
            ),
        )
        self._intents = intents
        self._shown: tuple[CandidateLine, ...] = ()
        self._list = column(gap=Space.M)
        back = go_back(look, name="choose-back")
        back.clicked.connect(lambda: intents.back())
        self.body.addLayout(self._list)
        self.body.addLayout(row(back, None))

    def render_view(self, view: OnboardingView) -> None:
        """List the wallets anew when they changed."""
        super().render_view(view)
        if view.candidates != self._shown:
            self._shown = view.candidates
            while (item := self._list.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
            for line in view.candidates:
                self._list.addWidget(self._choice(line))

    def _choice(self, line: CandidateLine) -> Choice:
        choice = Choice(
            self.look,
            name=f"choose-{line.version.value}",
            icon="wallet",
            title=f"{line.version.value} \u00b7 {line.balance.text}",
            detail=line.address.full,
        )
        choice.clicked.connect(lambda: self._intents.choose(line.version))
        return choice
