"""A large button that explains itself: an icon, a title and a sentence."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from krypton.ui.theme.fonts import font
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Corner, Role, Space
from krypton.ui.widgets.painted import PaintedButton

ICON = 22
HEIGHT = 88
WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class Choice(PaintedButton):
    """One way to go on."""

    def __init__(self, look: Look, *, name: str, icon: str, title: str, detail: str) -> None:
        """Make a choice."""
        super().__init__(look, name=name, text=title)
        self._icon = icon
        self._detail = detail
        self.setAccessibleName(title)
        self.setAccessibleDescription(detail)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of a choice."""
        return QSize(320, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, the icon on its wash, the title and the sentence."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self.look.theme
        over = self.underMouse() or self.isDown()
        where = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.lifted if over else theme.raised))
        painter.drawRoundedRect(where, Corner.CARD, Corner.CARD)
        wash = QRectF(Space.XL, (self.height() - 2 * ICON) / 2, 2 * ICON, 2 * ICON)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent_wash))
        painter.drawEllipse(wash)
        inner = wash.adjusted(ICON / 2, ICON / 2, -ICON / 2, -ICON / 2)
        self.look.icons.paint(painter, name=self._icon, colour=theme.accent, where=inner)
        left = wash.right() + Space.L
        heading, body = font(Role.HEADING), font(Role.BODY)
        width = self.width() - left - Space.XL
        height = QFontMetricsF(heading).height()
        wrapped = QFontMetricsF(body).boundingRect(QRectF(0, 0, width, 400), int(WRAP.value), self._detail)
        top = (self.height() - height - 2 - wrapped.height()) / 2
        painter.setFont(heading)
        painter.setPen(QColor(theme.text))
        painter.drawText(QRectF(left, top, width, height), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setFont(body)
        painter.setPen(QColor(theme.muted))
        below = QRectF(left, top + height + 2, width, wrapped.height() + 2)
        painter.drawText(below, int(WRAP.value), self._detail)
        self.paint_ring(painter, corner=Corner.CARD)
        painter.end()
