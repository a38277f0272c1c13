"""The unlock dialog: says that the keyring is locked and offers to try again; asks for no password."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from krypton import wording
from krypton.presenters.tone import Tone
from krypton.ui.dialogs.sheet import Sheet
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Role, Space
from krypton.ui.widgets.button import Button, Meaning
from krypton.ui.widgets.icon import Icon
from krypton.ui.widgets.label import Label
from krypton.ui.widgets.layout import column, row
from krypton.ui.widgets.scrim import Scrim
from krypton.wording import Sentence


class UnlockDialog(Sheet):
    """The keyring's own window takes the password; Krypton never sees it."""

    def __init__(self, look: Look, *, failure: Sentence, over: QWidget, scrim: Scrim) -> None:
        """Show what is locked."""
        title = wording.text("Unlock your keys")
        super().__init__(look, name="unlock", title=title, over=over, scrim=scrim)
        said = " ".join(part for part in (failure.title, failure.meaning, failure.remedy) if part)
        never = wording.text("Your system's keyring asks for the password itself. Krypton never sees it.")
        words = column(
            Label(look, text=title, role=Role.TITLE),
            Label(look, text=said, wraps=True),
            Label(look, text=never, tone=Tone.MUTED, wraps=True),
        )
        mark = Icon(look, name="lock", tone=Tone.ACCENT, size=22, washed=True)
        head = row(mark, words, gap=Space.L)
        head.setStretch(1, 1)
        head.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        again = Button(look, name="unlock-again", text=wording.text("Try again"), meaning=Meaning.PRIMARY)
        cancel = Button(look, name="unlock-cancel", text=wording.text("Cancel"))
        again.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self.body.addLayout(head)
        self.body.addLayout(row(None, cancel, again))
