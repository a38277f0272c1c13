"""The contract's page: renders a `ContractView`; what the owner wants goes out as two intents."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from krypton import wording
from krypton.presenters.contract import ContractView, OperationLine
from krypton.presenters.figures import Money, Place
from krypton.presenters.tone import Tone
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Role, Space
from krypton.ui.widgets.amount import AmountLabel
from krypton.ui.widgets.banner import Banner
from krypton.ui.widgets.button import Button, Meaning
from krypton.ui.widgets.card import Card
from krypton.ui.widgets.facts import FactList
from krypton.ui.widgets.field import Field
from krypton.ui.widgets.label import Label
from krypton.ui.widgets.layout import left, row
from krypton.ui.widgets.scroll import BAR, ScrollPage
from krypton.ui.widgets.state import StatePanel
from krypton.ui.widgets.table import Cell, Column, Kind, Status, Table


class _Threshold(Card):
    """The threshold now, and a field for another one."""

    def __init__(self, look: Look, *, change: Callable[[str], None]) -> None:
        """Make the card; `change` takes what was typed."""
        super().__init__(look)
        self._now = AmountLabel(look, name="threshold", role=Role.FIGURE)
        self._by_hand = Label(look, role=Role.TITLE)
        self._shown: Money | None = None
        self._field = Field(
            look,
            name="new-threshold",
            caption=wording.text("New threshold"),
            unit="GRAM",
            hint=wording.text("From 0.1 GRAM; 0 means that you withdraw by hand only."),
        )
        self._button = Button(
            look,
            name="change-threshold",
            text=wording.text("Review the change"),
            icon="sliders",
        )
        self._button.clicked.connect(lambda: change(self._field.typed))
        self._field.line.returnPressed.connect(lambda: change(self._field.typed))
        words = wording.text("When fees reach it, everything above the reserve goes to you by itself.")
        self.body.addWidget(Label(look, text=wording.text("Withdrawal threshold"), role=Role.HEADING))
        self.body.addWidget(self._now)
        self.body.addWidget(self._by_hand)
        self.body.addWidget(Label(look, text=words, tone=Tone.MUTED, wraps=True))
        self.body.addWidget(self._field)
        self.body.addLayout(left(self._button))
        self.body.addStretch(1)

    def render_view(self, view: ContractView) -> None:
        """Show the threshold; a new one empties the field, for it has done its work."""
        if view.threshold != self._shown:
            self._shown = view.threshold
            self._field.line.clear()
        self._now.show_money(view.threshold)
        self._now.setVisible(view.threshold is not None)
        self._by_hand.show_text(view.threshold_text)
        self._field.complain(view.complaint)
        allowed = bool(view.owner_here) and not view.busy
        self._field.line.setEnabled(allowed)
        self._button.setEnabled(allowed)


class _Withdraw(Card):
    """What can be withdrawn now."""

    def __init__(self, look: Look, *, withdraw: Callable[[], None]) -> None:
        """Make the card."""
        super().__init__(look)
        self._amount = AmountLabel(look, name="withdrawable", role=Role.FIGURE)
        self._button = Button(
            look,
            name="withdraw",
            text=wording.text("Review the withdrawal"),
            icon="withdraw",
            meaning=Meaning.PRIMARY,
        )
        self._button.clicked.connect(lambda: withdraw())
        self._facts = FactList(look, name="withdrawal-facts")
        words = wording.text("Pays you at once instead of waiting for the threshold.")
        self.body.addWidget(Label(look, text=wording.text("Withdraw now"), role=Role.HEADING))
        self.body.addWidget(self._amount)
        self.body.addWidget(Label(look, text=words, tone=Tone.MUTED, wraps=True))
        self.body.addWidget(self._facts)
        self.body.addStretch(1)
        self.body.addLayout(left(self._button))

    def render_view(self, view: ContractView) -> None:
        """Show the amount."""
        self._amount.show_money(view.withdrawable)
        self._facts.show_facts(tuple((term.caption, term.value) for term in view.withdrawal))
        self._button.setEnabled(view.can_withdraw and not view.busy)


class _Operations(Card):
    """What the owner did, newest first."""

    def __init__(self, look: Look) -> None:
        """Make the card."""
        super().__init__(look)
        self._table = Table(
            look,
            name="operations",
            spoken=wording.text("Your operations"),
            columns=(
                Column(caption=wording.text("When"), kind=Kind.QUIET, width=170),
                Column(caption=wording.text("Operation"), width=240),
                Column(caption=wording.text("Value")),
                Column(caption=wording.text("State"), kind=Kind.STATUS, width=300),
            ),
        )
        self._empty = Label(look, text=wording.text("Nothing was sent from here yet."), tone=Tone.MUTED)
        self.body.addWidget(Label(look, text=wording.text("Your operations"), role=Role.HEADING))
        self.body.addWidget(self._table)
        self.body.addWidget(self._empty)

    def render_view(self, view: ContractView) -> None:
        """Show the rows."""
        self._table.fill(tuple(_cells(line) for line in view.operations))
        self._table.setVisible(bool(view.operations))
        self._empty.setVisible(not view.operations)


class ContractPage(QStackedWidget):
    """The page."""

    def __init__(
        self,
        look: Look,
        *,
        change_threshold: Callable[[str], None],
        withdraw: Callable[[], None],
    ) -> None:
        """Make the page."""
        super().__init__()
        self._state = StatePanel(look, name="contract-state")
        self._note = Banner(look, name="contract-note")
        self._places = FactList(look, name="places")
        self._terms = FactList(look, name="terms")
        self._threshold = _Threshold(look, change=change_threshold)
        self._withdraw = _Withdraw(look, withdraw=withdraw)
        self._operations = _Operations(look)
        self.addWidget(self._state)
        self.addWidget(ScrollPage(look, content=self._content(look)))

    def _content(self, look: Look) -> QWidget:
        terms = Card(look)
        terms.body.addWidget(Label(look, text=wording.text("Terms"), role=Role.HEADING))
        lists = row(self._places, self._terms, gap=Space.XXL)
        for index, (widget, share) in enumerate(((self._places, 58), (self._terms, 42))):
            lists.setStretch(index, share)
            lists.setAlignment(widget, Qt.AlignmentFlag.AlignTop)
        terms.body.addLayout(lists)
        content = QWidget()
        outer = QVBoxLayout(content)
        outer.setContentsMargins(Space.XL, 0, Space.XL - BAR, Space.XL)
        outer.setSpacing(int(Space.L))
        grid = QGridLayout()
        grid.setSpacing(int(Space.L))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._withdraw, 0, 0)
        grid.addWidget(self._threshold, 0, 1)
        grid.addWidget(self._operations, 1, 0, 1, 2)
        grid.addWidget(terms, 2, 0, 1, 2)
        outer.addWidget(self._note)
        outer.addLayout(grid)
        outer.addStretch(1)
        return content

    def render_view(self, view: ContractView) -> None:
        """Show a view."""
        failure = view.failure
        if failure is not None and not view.terms:
            detail = " ".join(part for part in (failure.meaning, failure.remedy) if part)
            self._state.say(failure.title, detail=detail, icon="alert", tone=Tone.BAD)
        elif view.loading:
            self._state.say(wording.text("Reading the contract"))
        self.setCurrentIndex(0 if not view.terms else 1)
        self._render_note(view)
        facts = tuple((term.caption, term.value) for term in view.terms)
        self._places.show_facts(tuple(fact for fact in facts if isinstance(fact[1], Place)))
        self._terms.show_facts(tuple(fact for fact in facts if not isinstance(fact[1], Place)))
        self._threshold.render_view(view)
        self._withdraw.render_view(view)
        self._operations.render_view(view)

    def _render_note(self, view: ContractView) -> None:
        if view.failure is not None:
            self._note.say_failure(view.failure)
        elif view.busy:
            self._note.say(view.busy, tone=Tone.ACCENT)
        elif not view.owner_here:
            title = wording.text("Watching only")
            detail = wording.text(
                "No wallet of this profile owns the contract, so nothing can be changed here."
            )
            self._note.say(title, detail=detail, tone=Tone.MUTED)
        else:
            self._note.say("")


def _cells(line: OperationLine) -> tuple[Cell, ...]:
    return (line.when, line.what, line.value, Status(text=line.state, tone=line.tone))
