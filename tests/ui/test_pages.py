"""What pages say, as text; that everything has a name and is reached by the keyboard; that nothing is cut."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from krypton import wording
from krypton.domain.errors import NoServers
from krypton.domain.operation import ForceWithdraw
from krypton.presenters.onboarding import Step
from krypton.ui.dialogs.confirm import ConfirmDialog
from krypton.ui.widgets.address import AddressLabel
from krypton.ui.widgets.amount import AmountLabel
from krypton.ui.widgets.banner import Banner
from krypton.ui.widgets.button import Button, Meaning
from krypton.ui.widgets.chart import BalanceChart
from krypton.ui.widgets.facts import FactList
from krypton.ui.widgets.label import Label
from krypton.ui.widgets.pill import Pill
from krypton.ui.widgets.progress import ProgressBar
from krypton.ui.widgets.qr import QrCode
from krypton.ui.widgets.table import Table
from krypton.ui.widgets.visitor import open_dialogs, shown_text
from krypton.ui.window import Window
from tests.ui import frozen, staging
from tests.ui.staging import Variant
from tests.ui.test_pictures import STATES

HARD = "\u00a0"
PLAIN = Variant()


def said(window: QWidget, name: str) -> str:
    widget = window.findChild(QWidget, name)
    assert widget is not None, name
    return shown_text(widget)


def test_the_overview_says_every_amount_in_full() -> None:
    window = staging.overview_window(frozen.busy_overview(), style=staging.look(PLAIN))
    assert said(window, "fee-balance") == f"7.35{HARD}GRAM"
    assert said(window, "withdrawable") == f"7.349177913{HARD}GRAM"
    assert said(window, "total-collected") == f"37.35{HARD}GRAM"
    assert said(window, "threshold-note") == f"73.5{HARD}% of 10.00{HARD}GRAM"
    assert said(window, "forecast") == "Next withdrawal in about 56 seconds at this pace."
    assert said(window, "last-withdrawal") == "29 minutes ago"
    first = said(window, "payments").splitlines()[2].split("\t")
    assert first[0] == "25 seconds ago"
    assert first[2:] == [f"12.625{HARD}GRAM", f"12.50{HARD}GRAM", f"0.125{HARD}GRAM"]
    assert said(window, "withdrawals").splitlines()[1].split("\t")[1:] == [
        f"4.149388000{HARD}GRAM",
        "By hand",
    ]


def test_russian_amounts_have_russian_separators() -> None:
    window = staging.overview_window(frozen.busy_overview(), style=staging.look(Variant(language="ru")))
    wording.speak("ru")
    window = staging.overview_window(frozen.busy_overview(), style=staging.look(Variant(language="ru")))
    assert said(window, "fee-balance") == f"7,35{HARD}GRAM"
    assert said(window, "withdrawable") == f"7,349177913{HARD}GRAM"


def test_the_contract_says_its_terms_and_operations() -> None:
    window = staging.contract_window(frozen.contract_view(), style=staging.look(PLAIN))
    assert said(window, "threshold") == f"10.00{HARD}GRAM"
    assert said(window, "withdrawable") == f"7.349177913{HARD}GRAM"
    rows = [line.split("\t") for line in said(window, "operations").splitlines()]
    assert [row[3] for row in rows] == [
        "Sent, waiting for the network",
        "Done",
        f"Refused by the contract: {wording.bounce_reason(401)}",
        "Expired, nothing happened",
    ]
    assert rows[1][2] == f"4.149388{HARD}GRAM"
    places = window.findChild(FactList, "places")
    assert places is not None
    assert dict(places.texts())["Contract"] == frozen.COLLECTOR.friendly(bounceable=True, testnet=True)


def test_a_confirmation_says_all_that_is_signed() -> None:
    preview = frozen.preview(ForceWithdraw(collector=frozen.COLLECTOR))
    window = staging.confirm_window(preview, style=staging.look(PLAIN))
    (dialog,) = open_dialogs(window)
    assert said(dialog, "confirm-new") == f"7.349177913{HARD}GRAM"
    facts = dialog.findChild(FactList, "confirm-facts")
    message = dialog.findChild(FactList, "confirm-message")
    assert facts is not None
    assert message is not None
    said_facts = dict(facts.texts())
    assert said_facts["Contract"] == frozen.COLLECTOR.friendly(bounceable=True, testnet=True)
    assert said_facts["Sent along"] == f"0.05{HARD}GRAM"
    assert said_facts["Network fees at most"] == f"0.00431{HARD}GRAM"
    assert dict(message.texts())["Body hash"].replace(" ", "") == bytes(range(100, 132)).hex()


def test_nothing_is_confirmed_by_haste() -> None:
    window = staging.confirm_window(frozen.preview(), style=staging.look(PLAIN))
    (dialog,) = open_dialogs(window)
    assert isinstance(dialog, ConfirmDialog)
    sign = dialog.findChild(QPushButton, "confirm-sign")
    line = dialog.findChild(QLineEdit, "confirm-typed")
    assert sign is not None
    assert line is not None
    assert not sign.isDefault()
    QTest.keyClicks(line, "25")
    assert not sign.isEnabled()  # the first second
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.result() == 0


def test_what_is_wrong_is_said_above_the_page_with_its_age() -> None:
    shell = frozen.shell(age=95, problem=NoServers(tried=3))
    window = staging.overview_window(frozen.busy_overview(), shell=shell, style=staging.look(PLAIN))
    notice = window.findChild(Banner, "notice")
    assert notice is not None
    assert notice.text.startswith("No server of the network answers.")
    assert "Figures are from 1 minute ago." in notice.text


def test_secret_words_leave_the_widgets_with_their_step() -> None:
    style = staging.look(PLAIN)
    window = staging.onboarding_window(frozen.onboarding(Step.WORDS), style=style)
    assert said(window, "words").split() == list(frozen.WORDS)
    window = staging.onboarding_window(frozen.onboarding(Step.CHECK), style=style)
    assert said(window, "words") == ""


def test_copying_an_address_copies_all_of_it() -> None:
    window = staging.contract_window(frozen.contract_view(), style=staging.look(PLAIN))
    whole = frozen.COLLECTOR.friendly(bounceable=True, testnet=True)
    label = next(each for each in window.findChildren(AddressLabel) if each.address == whole)
    button = label.findChild(QAbstractButton)
    assert button is not None
    button.click()
    assert QApplication.clipboard().text() == whole


NAMED = (
    QAbstractButton,
    QLineEdit,
    QPlainTextEdit,
    Table,
    AmountLabel,
    Pill,
    BalanceChart,
    QrCode,
    ProgressBar,
)


def nameless(window: Window) -> Iterator[str]:
    for root in (window, *open_dialogs(window)):
        for widget in root.findChildren(QWidget):
            own = isinstance(widget, NAMED) and widget.isVisible()
            spoken = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            if own and not spoken:
                yield f"{type(widget).__name__} {widget.objectName()!r}"


@pytest.mark.parametrize("name", STATES)
def test_everything_that_is_shown_has_a_name_for_screen_readers(name: str) -> None:
    assert list(nameless(STATES[name](staging.look(PLAIN)))) == []


@pytest.mark.parametrize("name", STATES)
def test_everything_that_can_be_pressed_is_reached_by_the_keyboard(name: str) -> None:
    window = STATES[name](staging.look(PLAIN))
    for root in open_dialogs(window) or (window,):
        wanted = {
            widget
            for widget in root.findChildren(QWidget)
            if isinstance(widget, QAbstractButton | QLineEdit | QPlainTextEdit)
            and widget.isVisible()
            and widget.isEnabled()
        }
        reached: set[QWidget] = set()
        at: QWidget | None = root
        for _ in range(500):
            at = at.nextInFocusChain() if at is not None else None
            if at is not None and at.focusPolicy() & Qt.FocusPolicy.TabFocus:
                reached.add(at)
        assert {each.objectName() for each in wanted - reached} == set()


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("name", ["overview-busy", "contract-busy", "first-run-deploy", "overview-stale"])
def test_no_line_of_text_is_cut_in_the_smallest_window(name: str, language: str) -> None:
    window = STATES[name](staging.look(Variant(language=language)))
    window.resize(1280, 720)
    QApplication.processEvents()
    cut = [
        label.text()
        for label in window.findChildren(Label)
        if label.isVisible() and not label.wordWrap() and label.sizeHint().width() > label.width() + 1
    ]
    assert cut == []


def test_every_widget_that_acts_has_a_stable_name() -> None:
    names: set[str] = set()
    for state in STATES.values():
        window = state(staging.look(PLAIN))
        for root in (window, *open_dialogs(window)):
            for button in root.findChildren(QPushButton):
                assert re.fullmatch(r"[a-z0-9-]+", button.objectName()), button.text()
                names.add(button.objectName())
    assert {
        "create-wallet",
        "faucet",
        "deploy-review",
        "confirm-sign",
        "change-threshold",
        "withdraw",
    } <= names


def test_a_focused_button_is_pressed_by_enter_as_by_the_space_bar() -> None:
    pressed: list[str] = []
    button = Button(staging.look(PLAIN), name="any", text="Any", meaning=Meaning.PRIMARY)
    button.clicked.connect(lambda: pressed.append("yes"))
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        QTest.keyClick(button, key)
    button.setEnabled(False)
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == ["yes"] * 3
    button.deleteLater()
