"""The overview: renders an `OverviewView` and hands on the one choice that it offers."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from krypton import wording
from krypton.presenters.overview import OverviewView, PaymentLine, Phase, WithdrawalLine
from krypton.presenters.tone import Tone
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Role, Space
from krypton.ui.widgets.address import AddressLabel
from krypton.ui.widgets.amount import AmountLabel
from krypton.ui.widgets.banner import Banner
from krypton.ui.widgets.card import Card
from krypton.ui.widgets.chart import BalanceChart
from krypton.ui.widgets.label import Label
from krypton.ui.widgets.layout import column, row
from krypton.ui.widgets.progress import ProgressBar
from krypton.ui.widgets.scroll import BAR, ScrollPage
from krypton.ui.widgets.segments import Segments
from krypton.ui.widgets.state import StatePanel
from krypton.ui.widgets.table import Cell, Column, Kind, Status, Table


def _caption(look: Look, text: str) -> Label:
    return Label(look, text=text, role=Role.CAPTION, tone=Tone.MUTED)


class _Balance(Card):
    """The fee balance against the threshold."""

    def __init__(self, look: Look) -> None:
        """Make the card."""
        super().__init__(look, glowing=True)
        self.amount = AmountLabel(look, name="fee-balance", role=Role.HERO)
        self._bar = ProgressBar(look)
        self._note = Label(look, role=Role.STRONG)
        self._note.setObjectName("threshold-note")
        self._forecast = Label(look, tone=Tone.MUTED, wraps=True)
        self._forecast.setObjectName("forecast")
        self.body.addWidget(_caption(look, wording.text("Fee balance")))
        self.body.addWidget(self.amount)
        self.body.addStretch(1)
        self.body.addWidget(self._note)
        self.body.addWidget(self._bar)
        self.body.addWidget(self._forecast)

    def render_view(self, view: OverviewView) -> None:
        """Show balance, progress and forecast."""
        self.amount.show_money(view.balance)
        self._note.setText(view.threshold_note)
        self._bar.setVisible(view.threshold is not None)
        self._bar.fill(view.permille, spoken=view.threshold_note)
        self._forecast.show_text(view.forecast)


class _Totals(Card):
    """What could be withdrawn now, what was ever earned, and when the last withdrawal was."""

    def __init__(self, look: Look) -> None:
        """Make the card."""
        super().__init__(look)
        self._withdrawable = AmountLabel(look, name="withdrawable", role=Role.FIGURE)
        self._collected = AmountLabel(look, name="total-collected", role=Role.FIGURE)
        self._last = Label(look, role=Role.STRONG)
        self._last.setObjectName("last-withdrawal")
        parts = (
            (wording.text("Can be withdrawn now"), self._withdrawable),
            (wording.text("Earned so far"), self._collected),
            (wording.text("Last withdrawal"), self._last),
        )
        for index, (caption, value) in enumerate(parts):
            if index > 0:
                self.body.addStretch(1)
            self.body.addLayout(column(_caption(look, caption), value, gap=Space.XS))

    def render_view(self, view: OverviewView) -> None:
        """Show the figures."""
        self._withdrawable.show_money(view.withdrawable)
        self._collected.show_money(view.collected)
        self._last.setText(view.last_withdrawal)


class _ChartCard(Card):
    """The sawtooth."""

    def __init__(self, look: Look, *, choose_rate: Callable[[int], None]) -> None:
        """Make the card."""
        super().__init__(look)
        self._chart = BalanceChart(look, name="balance-chart")
        self._buyers_note = _caption(look, wording.text("Simulated buyers"))
        self._buyers = Segments(
            look,
            name="buyers",
            spoken=wording.text("Simulated buyers"),
            choose=choose_rate,
        )
        title = Label(look, text=wording.text("Fee balance over time"), role=Role.HEADING)
        self.body.addLayout(row(title, None, self._buyers_note, self._buyers, gap=Space.M))
        self._empty = StatePanel(look, name="chart-empty")
        self._empty.setFixedHeight(self._chart.height())
        self.body.addWidget(self._chart, 1)
        self.body.addWidget(self._empty, 1)

    def render_view(self, view: OverviewView) -> None:
        """Show the chart and, on the sandbox, the buyers."""
        drawn = bool(view.chart.line)
        self._chart.setVisible(drawn)
        self._empty.setVisible(not drawn)
        self._empty.say(view.chart.summary, icon="overview")
        self._chart.show_view(view.chart)
        buyers = view.buyers
        self._buyers.setVisible(buyers is not None)
        self._buyers_note.setVisible(buyers is not None)
        if buyers is not None:
            choices = tuple((rate, buyers.caption(rate)) for rate in buyers.rates)
            self._buyers.offer(choices, chosen=buyers.rate)


class _ListCard(Card):
    """A heading over a table, or a sentence while there is nothing to list."""

    def __init__(self, look: Look, *, title: str, table: Table, empty: str) -> None:
        """Make the card."""
        super().__init__(look)
        self.table = table
        self._empty = Label(look, text=empty, tone=Tone.MUTED, wraps=True)
        self.body.addWidget(Label(look, text=title, role=Role.HEADING))
        self.body.addWidget(table)
        self.body.addWidget(self._empty)
        self.body.addStretch(1)

    def fill(self, rows: tuple[tuple[Cell, ...], ...]) -> None:
        """Show rows."""
        self.table.fill(rows)
        self.table.setVisible(bool(rows))
        self._empty.setVisible(not rows)


class _PayTo(Card):
    """Where buyers pay, while nobody has yet."""

    def __init__(self, look: Look) -> None:
        """Make the card."""
        super().__init__(look)
        title = Label(look, text=wording.text("Waiting for the first payment"), role=Role.HEADING)
        words = wording.text("Buyers pay to this address. Payments appear here about a second later.")
        self._address = AddressLabel(look, name="copy-pay-to")
        self.body.addWidget(title)
        self.body.addWidget(Label(look, text=words, tone=Tone.MUTED, wraps=True))
        self.body.addWidget(self._address)

    def render_view(self, view: OverviewView) -> None:
        """Show the address."""
        self.setVisible(view.phase is Phase.EMPTY)
        self._address.show_address(view.pay_to.full if view.pay_to else "")


def _payments_table(look: Look) -> Table:
    return Table(
        look,
        name="payments",
        spoken=wording.text("Last payments"),
        columns=(
            Column(caption=wording.text("When"), kind=Kind.QUIET, width=132),
            Column(caption=wording.text("Buyer"), kind=Kind.MONO),
            Column(caption=wording.text("Paid"), kind=Kind.MONEY, width=108),
            Column(caption=wording.text("To supplier"), kind=Kind.MONEY, width=112),
            Column(caption=wording.text("Fee"), kind=Kind.MONEY, width=90),
        ),
    )


def _withdrawals_table(look: Look) -> Table:
    return Table(
        look,
        name="withdrawals",
        spoken=wording.text("Last withdrawals"),
        columns=(
            Column(caption=wording.text("When"), kind=Kind.QUIET),
            Column(caption=wording.text("Received"), kind=Kind.MONEY, width=112),
            Column(caption=wording.text("Kind"), kind=Kind.STATUS, width=96),
        ),
    )


class OverviewPage(QStackedWidget):
    """The page: figures, or a panel that says why there are none."""

    def __init__(self, look: Look, *, choose_rate: Callable[[int], None]) -> None:
        """Make the page; `choose_rate` takes simulated payments a minute."""
        super().__init__()
        self._state = StatePanel(look, name="overview-state")
        self._paused = Banner(look, name="paused")
        self._balance = _Balance(look)
        self._totals = _Totals(look)
        self._chart = _ChartCard(look, choose_rate=choose_rate)
        self._pay_to = _PayTo(look)
        self._payments = _ListCard(
            look,
            title=wording.text("Last payments"),
            table=_payments_table(look),
            empty=wording.text("None yet."),
        )
        self._withdrawals = _ListCard(
            look,
            title=wording.text("Last withdrawals"),
            table=_withdrawals_table(look),
            empty=wording.text("None yet. The first comes at the threshold, or when you withdraw by hand."),
        )
        self.addWidget(self._state)
        self.addWidget(ScrollPage(look, content=self._figures()))

    def _figures(self) -> QWidget:
        content = QWidget()
        outer = QVBoxLayout(content)
        outer.setContentsMargins(Space.XL, 0, Space.XL - BAR, Space.XL)
        outer.setSpacing(int(Space.L))
        grid = QGridLayout()
        grid.setSpacing(int(Space.L))
        grid.setColumnStretch(0, 60)
        grid.setColumnStretch(1, 40)
        grid.addWidget(self._balance, 0, 0)
        grid.addWidget(self._totals, 0, 1)
        grid.addWidget(self._chart, 1, 0, 1, 2)
        grid.addWidget(self._payments, 2, 0)
        grid.addWidget(self._withdrawals, 2, 1)
        outer.addWidget(self._paused)
        outer.addWidget(self._pay_to)
        outer.addLayout(grid)
        outer.addStretch(1)
        outer.setAlignment(grid, Qt.AlignmentFlag.AlignTop)
        return content

    def render_view(self, view: OverviewView) -> None:
        """Show a view."""
        if view.phase in {Phase.LOADING, Phase.FAILED}:
            self._render_state(view)
            return
        self.setCurrentIndex(1)
        self._paused.say(view.paused)
        self._pay_to.render_view(view)
        self._balance.render_view(view)
        self._totals.render_view(view)
        self._chart.render_view(view)
        self._payments.fill(tuple(_payment_cells(line) for line in view.payments))
        self._withdrawals.fill(tuple(_withdrawal_cells(line) for line in view.withdrawals))

    def _render_state(self, view: OverviewView) -> None:
        self.setCurrentIndex(0)
        failure = view.failure
        if failure is None:
            self._state.say(
                wording.text("Reading the contract"),
                detail=wording.text("The figures appear as soon as the servers agree on a block."),
            )
            return
        detail = " ".join(part for part in (failure.meaning, failure.remedy) if part)
        self._state.say(failure.title, detail=detail, icon="alert", tone=Tone.BAD)


def _payment_cells(line: PaymentLine) -> tuple[Cell, ...]:
    return (line.when, line.buyer.short, line.total, line.forwarded, line.fee)


def _withdrawal_cells(line: WithdrawalLine) -> tuple[Cell, ...]:
    return (line.when, line.amount, Status(text=line.kind, tone=line.tone))
