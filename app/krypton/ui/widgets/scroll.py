"""A page that scrolls up and down when the window is small; never sideways."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QStyle, QStyleOptionSlider, QWidget

from krypton.ui.theme.look import Look

BAR = 10
INSET = 3


class ThinBar(QScrollBar):
    """A scroll bar that is a handle and nothing else."""

    def __init__(self, look: Look, *, ground: str) -> None:
        """Make a vertical bar on a ground of this colour."""
        super().__init__(Qt.Orientation.Vertical)
        self._look = look
        self._ground = ground

    def sizeHint(self) -> QSize:
        """Return the size of a thin bar."""
        return QSize(BAR, BAR)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the handle on the canvas."""
        painter = QPainter(self)
        theme = self._look.theme
        painter.fillRect(event.rect(), QColor(self._ground))
        if self.maximum() <= self.minimum():
            painter.end()
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ScrollBarSlider
        handle = self.style().subControlRect(QStyle.ComplexControl.CC_ScrollBar, option, part, self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.faint if self.isSliderDown() else theme.line))
        where = QRectF(handle).adjusted(INSET, INSET, -INSET, -INSET)
        painter.drawRoundedRect(where, where.width() / 2, where.width() / 2)
        painter.end()


class ScrollPage(QScrollArea):
    """Holds one widget as wide as the window allows."""

    def __init__(self, look: Look, *, content: QWidget, over_card: bool = False) -> None:
        """Hold `content`; `over_card` where the ground is a card's and not the canvas."""
        super().__init__()
        ground = look.theme.raised if over_card else look.theme.canvas
        self.setVerticalScrollBar(ThinBar(look, ground=ground))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(ground))
        self.setPalette(palette)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
