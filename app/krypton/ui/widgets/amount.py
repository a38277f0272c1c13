"""An amount of coins: bright figure, dimmed trailing decimals, quiet unit; knows no arithmetic."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from krypton.presenters.figures import Money
from krypton.presenters.tone import Tone
from krypton.ui.theme.fonts import font
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Role, Space

SMALLEST = 8
"""Pixels below which an amount in a table is not made smaller."""


class AmountLabel(QWidget):
    """Paints a `Money`; its accessible name is the same amount as text."""

    def __init__(self, look: Look, *, name: str, role: Role = Role.STRONG, tone: Tone = Tone.PLAIN) -> None:
        """Make a label that shows a dash until it has an amount."""
        super().__init__()
        self._look = look
        self._tone = tone
        self._role = role
        self._money: Money | None = None
        self.setObjectName(name)
        self.setFont(font(role))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """What is painted, as text."""
        return self._money.text if self._money is not None else "\u2014"

    def show_money(self, money: Money | None) -> None:
        """Show an amount, or a dash where there is none."""
        self._money = money
        self.setAccessibleName(self.text)
        self.updateGeometry()
        self.update()

    def _unit_font(self) -> QFont:
        large = self._role in {Role.HERO, Role.FIGURE}
        return font(Role.HEADING if self._role is Role.HERO else Role.BODY if large else self._role)

    def _runs(self) -> tuple[tuple[str, QFont, Tone], ...]:
        if self._money is None:
            return (("\u2014", self.font(), Tone.MUTED),)
        return (
            (self._money.bright, self.font(), self._tone),
            (self._money.dim, self.font(), Tone.MUTED),
            (self._money.unit, self._unit_font(), Tone.MUTED),
        )

    def _gap(self) -> int:
        return Space.S if self._role in {Role.HERO, Role.FIGURE} else Space.XS

    def sizeHint(self) -> QSize:
        """Return the size of the runs beside each other."""
        runs = self._runs()
        width = sum(QFontMetricsF(kind).horizontalAdvance(text) for text, kind, _ in runs)
        return QSize(int(width + 1.999) + self._gap(), int(QFontMetricsF(self.font()).height() + 0.999))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the runs on one baseline."""
        del event
        painter = QPainter(self)
        metrics = QFontMetricsF(self.font())
        at = QPointF(0, (self.height() - metrics.height()) / 2 + metrics.ascent())
        runs = self._runs()
        for index, (text, kind, tone) in enumerate(runs):
            if index == len(runs) - 1 and index > 0:
                at.setX(at.x() + self._gap())
            painter.setFont(kind)
            painter.setPen(self._look.ink(tone))
            painter.drawText(at, text)
            at.setX(at.x() + QFontMetricsF(kind).horizontalAdvance(text))
        painter.end()


def paint_money(painter: QPainter, *, look: Look, money: Money, where: QRectF) -> None:
    """Paint an amount without its unit at the right of a table's cell; never cut, smaller if it must be."""
    kind = font(Role.STRONG)
    needed = QFontMetricsF(kind).horizontalAdvance(money.number)
    if needed > where.width():
        kind.setPixelSize(max(SMALLEST, int(kind.pixelSize() * where.width() / needed)))
    metrics = QFontMetricsF(kind)
    baseline, right = where.center().y() + (metrics.ascent() - metrics.descent()) / 2, where.right()
    painter.setFont(kind)
    at = right - metrics.horizontalAdvance(money.bright) - metrics.horizontalAdvance(money.dim)
    painter.setPen(look.ink(Tone.PLAIN))
    painter.drawText(QPointF(at, baseline), money.bright)
    painter.setPen(look.ink(Tone.MUTED))
    painter.drawText(QPointF(at + metrics.horizontalAdvance(money.bright), baseline), money.dim)
