"""The rail at the left: the mark, the pages, and whose shop this is; knows no page's content."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from krypton import wording
from krypton.presenters.shell import PageName, ShellView
from krypton.presenters.tone import Tone
from krypton.ui.theme.fonts import font
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Corner, Height, Role, Space
from krypton.ui.widgets.address import AddressLabel
from krypton.ui.widgets.icon import Icon
from krypton.ui.widgets.label import Label
from krypton.ui.widgets.layout import column, row
from krypton.ui.widgets.painted import PaintedButton

WIDTH = 224
ICON = 20
ICONS = {PageName.OVERVIEW: "overview", PageName.CONTRACT: "contract"}


class _Item(PaintedButton):
    """One page in the rail."""

    def __init__(self, look: Look, *, page: PageName) -> None:
        """Make the item of a page."""
        super().__init__(look, name=f"go-{page.value}", text=page.title)
        self._icon = ICONS[page]
        self.setCheckable(True)
        self.setFont(font(Role.STRONG))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def nextCheckState(self) -> None:
        """Leave the mark to the view: a press only asks for the page."""

    def sizeHint(self) -> QSize:
        """Return the size of an item."""
        return QSize(WIDTH - 2 * Space.M, Height.CONTROL + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the item; the chosen one has a ground and an accent mark."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self.look.theme
        where = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        chosen = self.isChecked()
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QColor(theme.chosen if chosen else theme.raised if self.underMouse() else theme.rail)
        painter.setBrush(ground)
        painter.drawRoundedRect(where, Corner.CONTROL, Corner.CONTROL)
        icon = QRectF(Space.M, (self.height() - ICON) / 2, ICON, ICON)
        colour = theme.accent if chosen else theme.muted
        self.look.icons.paint(painter, name=self._icon, colour=colour, where=icon)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.text if chosen else theme.muted))
        words = QRectF(self.rect()).adjusted(Space.M + ICON + Space.M, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        self.paint_ring(painter, corner=Corner.CONTROL)
        painter.end()


class Sidebar(QWidget):
    """The rail."""

    def __init__(self, look: Look, *, turn_to: Callable[[PageName], None]) -> None:
        """Make a rail without pages."""
        super().__init__()
        self._look = look
        self.setFixedWidth(WIDTH)
        self._items = {page: _Item(look, page=page) for page in PageName}
        for page, item in self._items.items():
            item.clicked.connect(lambda _=False, page=page: turn_to(page))
        mark = Icon(look, name="krypton", tone=Tone.ACCENT, size=26)
        head = row(mark, Label(look, text="Krypton", role=Role.TITLE), None, gap=Space.M, margin=Space.S)
        self._shop = Label(look, text=wording.text("Your collector"), role=Role.CAPTION, tone=Tone.MUTED)
        self._address = AddressLabel(look, name="copy-collector")
        self._keys = Label(look, role=Role.CAPTION, tone=Tone.MUTED, wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.L, Space.M, Space.L)
        layout.setSpacing(int(Space.XS))
        layout.addLayout(head)
        layout.addSpacing(Space.L)
        for item in self._items.values():
            layout.addWidget(item)
        layout.addStretch(1)
        foot = column(self._shop, self._address, self._keys, gap=Space.XS, margin=Space.S)
        layout.addLayout(foot)

    def render_view(self, view: ShellView) -> None:
        """Show the pages and the shop."""
        for page, item in self._items.items():
            item.setVisible(page in view.pages)
            item.setChecked(page is view.page)
        shown = view.collector is not None
        self._shop.setVisible(shown)
        self._address.setVisible(shown)
        self._address.show_address(view.collector.full if view.collector else "")
        self._keys.show_text(view.keys)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._look.theme.rail))
        painter.end()
