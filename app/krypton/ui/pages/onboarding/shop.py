"""The later stages: first coins for the wallet, then a collector to deploy or to watch."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from krypton import wording
from krypton.presenters.onboarding import DeployForm, OnboardingView
from krypton.presenters.tone import Tone
from krypton.ui.pages.onboarding.intents import Intents
from krypton.ui.pages.onboarding.parts import StepPanel, go_back, go_on
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Role, Space
from krypton.ui.widgets.address import AddressLabel
from krypton.ui.widgets.amount import AmountLabel
from krypton.ui.widgets.button import Button, Meaning
from krypton.ui.widgets.card import Card
from krypton.ui.widgets.field import Field
from krypton.ui.widgets.label import Label
from krypton.ui.widgets.layout import column, left, row
from krypton.ui.widgets.qr import QrCode
from krypton.ui.widgets.state import StatePanel


class FundStep(StepPanel):
    """An address, a code, and what is missing; goes on by itself when the coins arrive."""

    def __init__(self, look: Look, *, intents: Intents) -> None:
        """Make the step."""
        super().__init__(
            look,
            title=wording.text("Give the wallet its first coins"),
            detail=wording.text("They pay for putting the collector on chain. This goes on by itself."),
        )
        self._code = QrCode(look, name="fund-code")
        self._missing = AmountLabel(look, name="missing", role=Role.FIGURE)
        self._have = AmountLabel(look, name="have")
        self._need = AmountLabel(look, name="need")
        self._address = AddressLabel(look, name="copy-wallet")
        self._faucet = Button(
            look,
            name="faucet",
            text=wording.text("Get test coins"),
            icon="drop",
            meaning=Meaning.PRIMARY,
        )
        watch = Button(
            look,
            name="watch-instead",
            text=wording.text("Watch an existing collector instead"),
            meaning=Meaning.QUIET,
        )
        self._faucet.clicked.connect(lambda: intents.get_coins())
        watch.clicked.connect(lambda: intents.watch_only())
        card = Card(look)
        beside = row(self._code, self._figures(), gap=Space.XL)
        beside.setAlignment(self._code, Qt.AlignmentFlag.AlignTop)
        beside.setStretch(1, 1)
        card.body.addLayout(beside)
        card.body.addWidget(Label(look, text=wording.text("Your wallet"), role=Role.CAPTION, tone=Tone.MUTED))
        card.body.addWidget(self._address)
        self.body.addWidget(card)
        self.body.addLayout(row(watch, None))

    def _figures(self) -> QVBoxLayout:
        look = self.look
        figures = QVBoxLayout()
        figures.setSpacing(int(Space.M))
        for caption, amount in (
            (wording.text("Still missing"), self._missing),
            (wording.text("In the wallet"), self._have),
            (wording.text("Needed"), self._need),
        ):
            label = Label(look, text=caption, role=Role.CAPTION, tone=Tone.MUTED)
            figures.addLayout(column(label, amount, gap=Space.XS))
        figures.addStretch(1)
        figures.addLayout(left(self._faucet))
        return figures

    def render_view(self, view: OnboardingView) -> None:
        """Show the wallet and what it lacks."""
        super().render_view(view)
        funding = view.funding
        if funding is None:
            return
        self._code.encode(funding.link, spoken=wording.text("Payment code for your wallet's address"))
        self._missing.show_money(funding.missing)
        self._have.show_money(funding.have)
        self._need.show_money(funding.need)
        self._address.show_address(funding.address.full)
        self._faucet.setVisible(funding.faucet)
        self._faucet.setEnabled(not view.busy)


class DeployStep(StepPanel):
    """Threshold, supplier and fee."""

    def __init__(self, look: Look, *, intents: Intents) -> None:
        """Make the step."""
        super().__init__(
            look,
            title=wording.text("Deploy your collector"),
            detail=wording.text("Buyers pay to it. It forwards the price at once and keeps your fee."),
        )
        self._form: DeployForm | None = None
        self._supplier = Field(
            look,
            name="deploy-supplier",
            caption=wording.text("Supplier's address"),
            hint=wording.text("Who gets the price of every payment."),
            mono=True,
        )
        self._threshold = Field(
            look,
            name="deploy-threshold",
            caption=wording.text("Withdrawal threshold"),
            unit="GRAM",
            hint=wording.text("Fees are paid to you whenever they reach it."),
        )
        self._fee = Field(
            look,
            name="deploy-fee",
            caption=wording.text("Your fee"),
            unit="%",
            hint=wording.text("On top of the price, up to 10 %."),
        )
        card = Card(look)
        card.body.addWidget(self._supplier)
        card.body.addLayout(row(self._threshold, self._fee, gap=Space.L))
        watch = Button(
            look,
            name="deploy-watch",
            text=wording.text("Watch an existing collector instead"),
            meaning=Meaning.QUIET,
        )
        self._on = go_on(look, name="deploy-review", text=wording.text("Review the deploy"), icon="contract")
        watch.clicked.connect(lambda: intents.watch_only())
        self._on.clicked.connect(lambda: self._send(intents))
        self._fee.line.returnPressed.connect(lambda: self._send(intents))
        self.body.addWidget(card)
        self.body.addLayout(row(watch, None, self._on))

    def _send(self, intents: Intents) -> None:
        intents.deploy(threshold=self._threshold.typed, supplier=self._supplier.typed, fee=self._fee.typed)

    def render_view(self, view: OnboardingView) -> None:
        """Prefill a new form; complain beside the field that is wrong."""
        super().render_view(view)
        form = view.form
        if self._form is None or (form.supplier, form.threshold, form.fee) != (
            self._form.supplier,
            self._form.threshold,
            self._form.fee,
        ):
            self._supplier.line.setText(form.supplier)
            self._threshold.line.setText(form.threshold)
            self._fee.line.setText(form.fee)
        self._form = form
        self._supplier.complain(form.supplier_complaint)
        self._threshold.complain(form.threshold_complaint)
        self._fee.complain(form.fee_complaint)
        self._on.setEnabled(not view.busy)


class WatchStep(StepPanel):
    """A collector's address."""

    def __init__(self, look: Look, *, intents: Intents) -> None:
        """Make the step."""
        super().__init__(
            look,
            title=wording.text("Watch a collector"),
            detail=wording.text("Its code must be one that Krypton ships, or its figures are not shown."),
        )
        self._address = Field(
            look,
            name="watch-address",
            caption=wording.text("The collector's address"),
            mono=True,
        )
        card = Card(look)
        card.body.addWidget(self._address)
        back = go_back(look, name="watch-back")
        self._on = go_on(look, name="watch-done", text=wording.text("Watch"), icon="eye")
        back.clicked.connect(lambda: intents.back())
        self._on.clicked.connect(lambda: intents.watch(self._address.typed))
        self._address.line.returnPressed.connect(lambda: intents.watch(self._address.typed))
        self.body.addWidget(card)
        self.body.addLayout(row(back, None, self._on))

    def render_view(self, view: OnboardingView) -> None:
        """Complain beside the field."""
        super().render_view(view)
        self._address.complain(view.complaint)
        self._on.setEnabled(not view.busy)


class WaitingStep(StatePanel):
    """Nothing to do but wait; says for what."""

    def __init__(self, look: Look) -> None:
        """Make the step."""
        super().__init__(look, name="waiting")

    def render_view(self, view: OnboardingView) -> None:
        """Say what is waited for, or what went wrong."""
        failure = view.failure
        if failure is not None:
            detail = " ".join(part for part in (failure.meaning, failure.remedy) if part)
            self.say(failure.title, detail=detail, icon="alert", tone=Tone.BAD)
        else:
            self.say(view.waiting or wording.text("One moment"))
