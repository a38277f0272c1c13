"""The confirm dialog: shows a preview in full and is the window's only maker of a `Confirmed`."""

from collections.abc import Iterator

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from krypton import wording
from krypton.domain.operation import Confirmed, Preview
from krypton.domain.ports import Clock
from krypton.presenters.confirmation import ChangeLine, ConfirmationView, confirmation, typed_back
from krypton.presenters.shell import Network
from krypton.presenters.tone import Tone
from krypton.ui.dialogs.sheet import WIDTH, Sheet
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Role, Space
from krypton.ui.widgets.banner import Banner
from krypton.ui.widgets.button import Button, Meaning
from krypton.ui.widgets.facts import FactList
from krypton.ui.widgets.field import Field
from krypton.ui.widgets.header import NETWORK_ICONS, NETWORK_TONES, network_words
from krypton.ui.widgets.icon import Icon
from krypton.ui.widgets.label import Label
from krypton.ui.widgets.layout import column, row
from krypton.ui.widgets.panel import Panel
from krypton.ui.widgets.pill import Pill
from krypton.ui.widgets.scrim import Scrim
from krypton.ui.widgets.scroll import BAR, ScrollPage

LEAST = 160
AROUND = 380
"""What the window needs besides the details: title, headline, field and buttons, and some air."""
QUIET_MS = 1000
"""How long nothing can be confirmed after opening: a double click must not sign."""


class ConfirmDialog(Sheet):
    """Confirming is deliberate: the value is typed, after a second, and Enter alone does nothing."""

    def __init__(
        self,
        look: Look,
        *,
        preview: Preview,
        network: Network,
        clock: Clock,
        over: QWidget,
        scrim: Scrim,
    ) -> None:
        """Show `preview`."""
        view = confirmation(preview, network=network)
        super().__init__(look, name="confirm", title=view.title, over=over, scrim=scrim)
        self._preview = preview
        self._over = over
        self._clock = clock
        self._quiet = True
        self._typed = Field(look, name="confirm-typed", caption=view.prompt, unit="GRAM")
        self._sign = Button(look, name="confirm-sign", text=view.action, meaning=Meaning.PRIMARY)
        self._cancel = Button(look, name="confirm-cancel", text=wording.text("Cancel"))
        self._fill(view)
        self._typed.line.textEdited.connect(self._weigh)
        self._sign.clicked.connect(self.accept)
        self._cancel.clicked.connect(self.reject)
        self._sign.setEnabled(False)
        self._wake = QTimer(self)
        self._wake.setSingleShot(True)
        self._wake.setInterval(QUIET_MS)
        self._wake.timeout.connect(self._end_quiet)
        self._wake.start()
        self._typed.line.setFocus()

    async def ask(self) -> Confirmed | None:
        """Open the dialog; return what was confirmed, or None."""
        return Confirmed(preview=self._preview, at=self._clock()) if await self.answer() else None

    def _fill(self, view: ConfirmationView) -> None:
        look = self._look
        network = Pill(
            look,
            text=network_words(view.network),
            tone=NETWORK_TONES[view.network.stake],
            icon=NETWORK_ICONS[view.network.stake],
        )
        self.body.addLayout(row(Label(look, text=view.title, role=Role.TITLE), None, network))
        self.body.addWidget(self._headline(view.headline))
        self.body.addWidget(self._details(view))
        self.body.addWidget(self._typed)
        self.body.addLayout(row(None, self._cancel, self._sign))

    def _details(self, view: ConfirmationView) -> QWidget:
        """Return everything that is signed; it scrolls where the window is too small for it."""
        facts = FactList(self._look, name="confirm-facts")
        facts.show_facts(view.facts)
        decoded = FactList(self._look, name="confirm-message", dense=True)
        decoded.show_facts(view.message)
        content = QWidget()
        layout = column(*self._warnings(view), facts, decoded, None, gap=Space.M)
        content.setLayout(layout)
        width = WIDTH - 2 * Space.XL - BAR
        wanted = layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
        page = ScrollPage(self._look, content=content, over_card=True)
        page.setFixedHeight(min(wanted + Space.M, max(LEAST, self._over.height() - AROUND)))
        return page

    def _warnings(self, view: ConfirmationView) -> Iterator[Banner]:
        for index, words in enumerate(view.warnings):
            banner = Banner(self._look, name=f"confirm-warning-{index}")
            banner.say(words)
            yield banner

    def _headline(self, change: ChangeLine) -> QWidget:
        look = self._look
        panel = Panel(look)
        line = row(gap=Space.M)
        if change.old:
            line.addWidget(Label(look, text=change.old, role=Role.FIGURE, tone=Tone.MUTED))
            line.addWidget(Icon(look, name="arrow", tone=Tone.MUTED))
        new = Label(look, text=change.new, role=Role.FIGURE)
        new.setObjectName("confirm-new")
        line.addWidget(new)
        line.addStretch(1)
        caption = Label(look, text=change.caption, role=Role.CAPTION, tone=Tone.MUTED)
        panel.setLayout(column(caption, line, gap=Space.XS, margin=Space.L))
        return panel

    def _end_quiet(self) -> None:
        self._quiet = False
        self._weigh()

    def _weigh(self) -> None:
        self._sign.setEnabled(not self._quiet and typed_back(self._preview, typed=self._typed.typed))
