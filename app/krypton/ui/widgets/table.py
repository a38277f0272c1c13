"""A read-only table of text, amounts and statuses without grid or chrome; knows no query."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from krypton.presenters.figures import Money
from krypton.presenters.tone import Tone
from krypton.ui.theme.fonts import font
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Height, Role, Space
from krypton.ui.widgets.amount import paint_money

HEADER_HEIGHT: Final = 32
Index: TypeAlias = QModelIndex | QPersistentModelIndex


class Kind(Enum):
    """How a column's cells are painted."""

    TEXT = "text"
    QUIET = "quiet"
    MONO = "mono"
    MONEY = "money"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its caption, its kind and its width (0 takes what is left)."""

    caption: str
    kind: Kind = Kind.TEXT
    width: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A word with a tone."""

    text: str
    tone: Tone


Cell: TypeAlias = str | Money | Status


def cell_text(cell: Cell) -> str:
    """Return a cell as text: for copying, for screen readers and for tests."""
    return cell if isinstance(cell, str) else cell.text


class _Rows(QAbstractTableModel):
    """Holds the rows as they are shown."""

    def __init__(self, columns: Sequence[Column]) -> None:
        """Begin without rows."""
        super().__init__()
        self.columns = tuple(columns)
        self.rows: tuple[tuple[Cell, ...], ...] = ()

    def replace(self, rows: tuple[tuple[Cell, ...], ...]) -> None:
        """Show other rows, unless they are the same."""
        if rows != self.rows:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return how many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Return a cell's text; amounts never travel as numbers through Qt."""
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return cell_text(self.rows[index.row()][index.column()])
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> str | None:
        """Return a column's caption."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].caption
        return None


class _Painter(QStyledItemDelegate):
    """Paints cells."""

    def __init__(self, look: Look, *, rows: _Rows, parent: QObject) -> None:
        """Paint the cells of `rows`."""
        super().__init__(parent)
        self._look = look
        self._rows = rows

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        where = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.row() > 0:
            painter.fillRect(
                QRectF(where.left(), where.top(), where.width(), 1), QColor(self._look.theme.line)
            )
        kind = self._rows.columns[index.column()].kind
        cell = self._rows.rows[index.row()][index.column()]
        inner = where.adjusted(0, 0, -Space.L, 0)
        match cell:
            case Money():
                paint_money(painter, look=self._look, money=cell, where=inner)
            case Status():
                self._paint_status(painter, cell=cell, where=inner)
            case str():
                self._paint_text(painter, text=cell, kind=kind, where=inner)
        painter.restore()

    def _paint_text(self, painter: QPainter, *, text: str, kind: Kind, where: QRectF) -> None:
        kept = font(Role.MONO if kind is Kind.MONO else Role.BODY)
        painter.setFont(kept)
        painter.setPen(self._look.ink(Tone.MUTED if kind is Kind.QUIET else Tone.PLAIN))
        words = QFontMetricsF(kept).elidedText(text, Qt.TextElideMode.ElideRight, where.width())
        side = Qt.AlignmentFlag.AlignRight if kind is Kind.MONEY else Qt.AlignmentFlag.AlignLeft
        painter.drawText(where, side | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_status(self, painter: QPainter, *, cell: Status, where: QRectF) -> None:
        kept = font(Role.CAPTION)
        width = QFontMetricsF(kept).horizontalAdvance(cell.text) + 2 * Space.M - 2
        top = where.center().y() - Height.PILL / 2
        wash = QRectF(where.left(), top, min(width, where.width()), Height.PILL)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.wash(cell.tone))
        painter.drawRoundedRect(wash, Height.PILL / 2, Height.PILL / 2)
        painter.setFont(kept)
        painter.setPen(self._look.ink(cell.tone))
        painter.drawText(wash, Qt.AlignmentFlag.AlignCenter, cell.text)


class _Header(QHeaderView):
    """Captions without bevels."""

    def __init__(self, look: Look, *, columns: tuple[Column, ...]) -> None:
        """Caption `columns`."""
        super().__init__(Qt.Orientation.Horizontal)
        self._look = look
        self._columns = columns
        self.setFixedHeight(HEADER_HEIGHT)
        self.setSectionsClickable(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every caption."""
        del event
        painter = QPainter(self.viewport())
        painter.setFont(font(Role.CAPTION))
        painter.setPen(self._look.ink(Tone.MUTED))
        for index, column in enumerate(self._columns):
            left, width = self.sectionViewportPosition(index), self.sectionSize(index)
            where = QRectF(left, 0, width - Space.L, HEADER_HEIGHT)
            side = Qt.AlignmentFlag.AlignRight if column.kind is Kind.MONEY else Qt.AlignmentFlag.AlignLeft
            painter.drawText(where, side | Qt.AlignmentFlag.AlignVCenter, column.caption)
        painter.end()


class Table(QTableView):
    """A table as tall as its rows: the page scrolls, not the table."""

    def __init__(self, look: Look, *, name: str, spoken: str, columns: Sequence[Column]) -> None:
        """Make a table without rows."""
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self._rows = _Rows(columns)
        self.setModel(self._rows)
        self.setItemDelegate(_Painter(look, rows=self._rows, parent=self))
        header = _Header(look, columns=self._rows.columns)
        self.setHorizontalHeader(header)
        header.setStretchLastSection(False)
        for index, column in enumerate(columns):
            mode = QHeaderView.ResizeMode.Fixed if column.width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(index, mode)
            if column.width:
                header.resizeSection(index, column.width)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(Height.ROW)
        self.verticalHeader().setMinimumSectionSize(Height.ROW)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        palette = self.palette()
        for role in (palette.ColorRole.Base, palette.ColorRole.Button, palette.ColorRole.Window):
            palette.setColor(role, QColor(look.theme.raised))
        self.setPalette(palette)
        self.fill(())

    def fill(self, rows: tuple[tuple[Cell, ...], ...]) -> None:
        """Show rows."""
        self._rows.replace(rows)
        self.setFixedHeight(HEADER_HEIGHT + len(rows) * Height.ROW)

    def texts(self) -> tuple[tuple[str, ...], ...]:
        """Return what is shown, as text."""
        return tuple(tuple(cell_text(cell) for cell in line) for line in self._rows.rows)
