"""Captions with their values, one under the other; a value is words, an amount or an address."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from krypton.presenters.figures import Money, Place
from krypton.presenters.tone import Tone
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Role, Space
from krypton.ui.widgets.address import AddressLabel
from krypton.ui.widgets.amount import AmountLabel
from krypton.ui.widgets.label import Label

LINE = 36
DENSE_LINE = 24
LONG = 24
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class FactList(QWidget):
    """A list that is built anew only when its captions change."""

    def __init__(self, look: Look, *, name: str, dense: bool = False) -> None:
        """Make an empty list; a dense one is for what is read when in doubt."""
        super().__init__()
        self._look = look
        self._name = name
        self._dense = dense
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(int(Space.XL))
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._shown: tuple[tuple[str, str | Money | Place], ...] = ()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_facts(self, facts: tuple[tuple[str, str | Money | Place], ...]) -> None:
        """Show captions and values."""
        if facts == self._shown:
            return
        self._shown = facts
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for index, (caption, value) in enumerate(facts):
            role = Role.CAPTION if self._dense else Role.BODY
            label = Label(self._look, text=caption, role=role, tone=Tone.MUTED)
            self._grid.addWidget(label, index, 0, Qt.AlignmentFlag.AlignVCenter)
            held = self._value(value, index=index)
            if isinstance(value, Money):
                self._grid.addWidget(held, index, 1, LEFT)
            else:
                self._grid.addWidget(held, index, 1)
            self._grid.setRowMinimumHeight(index, DENSE_LINE if self._dense else LINE)

    def texts(self) -> tuple[tuple[str, str], ...]:
        """Return what is shown, as text."""
        return tuple((caption, _text(value)) for caption, value in self._shown)

    def _value(self, value: str | Money | Place, *, index: int) -> QWidget:
        match value:
            case Money():
                amount = AmountLabel(self._look, name=f"{self._name}-{index}")
                amount.show_money(value)
                return amount
            case Place():
                address = AddressLabel(self._look, name=f"{self._name}-copy-{index}")
                address.show_address(value.full)
                return address
            case str():
                role = Role.CAPTION if self._dense else Role.STRONG
                return Label(self._look, text=value, role=role, wraps=self._dense and len(value) > LONG)


def _text(value: str | Money | Place) -> str:
    match value:
        case Money():
            return value.text
        case Place():
            return value.full
        case str():
            return value
