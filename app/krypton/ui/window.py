"""The frame: sidebar, header, notice and the page in front; knows no figure and no use case."""

from collections.abc import Callable

from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from krypton import wording
from krypton.presenters.shell import PageName, ShellView
from krypton.presenters.tone import Tone
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Space
from krypton.ui.widgets.banner import Banner
from krypton.ui.widgets.header import Header, NetworkBand, network_words
from krypton.ui.widgets.scrim import Scrim
from krypton.ui.widgets.sidebar import Sidebar
from krypton.ui.widgets.state import StatePanel
from krypton.ui.widgets.toast import Toast

SMALLEST = (1240, 680)
USUAL = (1280, 820)


class Window(QWidget):
    """The one window. Pages are put in later, so that the first paint needs none of them."""

    def __init__(
        self,
        look: Look,
        *,
        view: ShellView,
        turn_to: Callable[[PageName], None],
        closed: Callable[[], None],
        painted: Callable[[], None],
    ) -> None:
        """Make the frame; `painted` is called after the first paint, `closed` when the person closes it."""
        super().__init__()
        self._closed = closed
        self._painted: Callable[[], None] | None = painted
        self.setObjectName("window")
        self.setMinimumSize(*SMALLEST)
        self.resize(*USUAL)
        self._sidebar = Sidebar(look, turn_to=turn_to)
        self._header = Header(look, network=view.network)
        self._notice = Banner(look, name="notice")
        self._pages: dict[PageName | None, QWidget] = {}
        self._stack = QStackedWidget()
        self._opening = StatePanel(look, name="opening")
        self._stack.addWidget(self._opening)
        self._assemble(NetworkBand(look, network=view.network))
        self.scrim = Scrim(look, parent=self)
        self.toast = Toast(look, parent=self)
        self._network = view.network
        self._opening.say(wording.text("Opening the profile"))
        self.render_view(view)

    def _assemble(self, band: NetworkBand) -> None:
        notice = QVBoxLayout()
        notice.setContentsMargins(Space.XL, 0, Space.XL, Space.L)
        notice.addWidget(self._notice)
        self._notice_place = QWidget()
        self._notice_place.setLayout(notice)
        main = QVBoxLayout()
        main.setContentsMargins(0, 0, 0, 0)
        main.setSpacing(0)
        main.addWidget(self._header)
        main.addWidget(self._notice_place)
        main.addWidget(self._stack, 1)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self._sidebar)
        body.addLayout(main, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(band)
        outer.addLayout(body, 1)

    def put_page(self, name: PageName | None, page: QWidget) -> None:
        """Put a page into the window; `None` is the first run."""
        self._pages[name] = page
        self._stack.addWidget(page)

    def render_view(self, view: ShellView) -> None:
        """Show a view."""
        title = wording.text("Krypton: {network}", network=network_words(view.network))
        self.setWindowTitle(title)
        self._sidebar.render_view(view)
        self._sidebar.setVisible(bool(view.pages))
        self._header.render_view(view)
        notice = view.notice
        if notice is None:
            self._notice.say("")
        else:
            self._notice.say(notice.title, detail=notice.detail, tone=notice.tone)
        self._notice_place.setVisible(notice is not None)
        self._stack.setCurrentWidget(self._pages.get(view.page, self._opening))

    def say_opening(self, title: str, *, detail: str, tone: Tone) -> None:
        """Say, in the place of a page, how opening goes or why it failed."""
        icon = "alert" if tone is Tone.BAD else "clock"
        self._opening.say(title, detail=detail, icon=icon, tone=tone)
        if tone is Tone.BAD:
            self._stack.setCurrentWidget(self._opening)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first paint."""
        super().paintEvent(event)
        if self._painted is not None:
            told, self._painted = self._painted, None
            told()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that the window closes; whoever listens ends the program's work first."""
        self._closed()
        super().closeEvent(event)
