"""The strip above a page: its title, the network and how good the figures are; knows no page."""

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from krypton.presenters.shell import Network, ShellView, Stake
from krypton.presenters.tone import Tone
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Height, Role, Space
from krypton.ui.widgets.icon import Icon
from krypton.ui.widgets.label import Label
from krypton.ui.widgets.pill import Pill

BAND = 4
HATCH = 14
NETWORK_TONES = {Stake.PLAY: Tone.PLAY, Stake.TEST: Tone.PLAY, Stake.REAL: Tone.ACCENT}
NETWORK_ICONS = {Stake.PLAY: "drop", Stake.TEST: "drop", Stake.REAL: "shield"}


def network_words(network: Network) -> str:
    """Return the network and what its coins are worth."""
    return f"{network.title} \u00b7 {network.note}"


class NetworkBand(QWidget):
    """A band over the whole window: hatched for play money, one solid accent for real money."""

    def __init__(self, look: Look, *, network: Network) -> None:
        """Make the band of a network."""
        super().__init__()
        self._look = look
        self._real = network.stake is Stake.REAL
        self._tone = NETWORK_TONES[network.stake]
        self.setFixedHeight(BAND)
        self.setAccessibleName(network_words(network))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the band."""
        del event
        painter = QPainter(self)
        where = QRectF(self.rect())
        if self._real:
            painter.fillRect(where, QColor(self._look.theme.accent_fill))
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(where, self._look.wash(self._tone))
            painter.setPen(QPen(self._look.ink(self._tone), HATCH / 3))
            for at in range(-HATCH, self.width() + HATCH, HATCH):
                painter.drawLine(QLineF(at, where.height() + 2, at + where.height() + 4, -2))
        painter.end()


class Header(QWidget):
    """Title at the left; network, proof, block and age at the right."""

    def __init__(self, look: Look, *, network: Network) -> None:
        """Make the header of a network."""
        super().__init__()
        self.setFixedHeight(Height.HEADER)
        self._mark = Icon(look, name="krypton", tone=Tone.ACCENT, size=26)
        self.title = Label(look, role=Role.TITLE)
        self._network = Pill(
            look,
            text=network_words(network),
            tone=NETWORK_TONES[network.stake],
            icon=NETWORK_ICONS[network.stake],
        )
        self._network.setObjectName("network")
        self._proof = Pill(look, icon="shield")
        self._proof.setObjectName("proof")
        self._block = Label(look, role=Role.CAPTION, tone=Tone.MUTED)
        self._block.setObjectName("block")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.XL, 0, Space.XL, 0)
        layout.setSpacing(int(Space.M))
        layout.addWidget(self._mark)
        layout.addWidget(self.title)
        layout.addStretch(1)
        layout.addWidget(self._block)
        layout.addWidget(self._proof)
        layout.addWidget(self._network)

    def render_view(self, view: ShellView) -> None:
        """Show the title and the standing."""
        self.title.setText(view.page.title if view.page is not None else "Krypton")
        self._mark.setVisible(view.page is None)
        standing = view.standing
        if standing is None:
            self._proof.say("", tone=Tone.MUTED)
            self._block.show_text("")
        else:
            self._proof.say(standing.proof, tone=standing.tone)
            self._block.show_text(f"{standing.block} \u00b7 {standing.age}")
