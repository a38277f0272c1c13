"""Rows and columns with the spacing scale; knows sizes only."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from krypton.ui.theme.metrics import Space


def column(
    *items: QWidget | QLayout | None,
    gap: Space = Space.S,
    margin: Space = Space.NONE,
) -> QVBoxLayout:
    """Stack items from the top; `None` is a spring."""
    layout = QVBoxLayout()
    _fill(layout, items, gap=gap, margin=margin)
    return layout


def row(
    *items: QWidget | QLayout | None,
    gap: Space = Space.S,
    margin: Space = Space.NONE,
) -> QHBoxLayout:
    """Line items up from the left, centred vertically; `None` is a spring."""
    layout = QHBoxLayout()
    _fill(layout, items, gap=gap, margin=margin)
    return layout


RING = 2
"""The place that a button keeps for its focus ring; taken back where it stands under text."""


def left(item: QWidget) -> QHBoxLayout:
    """Keep an item at its own width at the left of a column."""
    result = row(item, None)
    result.setContentsMargins(-RING, 0, 0, 0)
    return result


def centred(item: QWidget) -> QHBoxLayout:
    """Keep an item at its own width in the middle of a column."""
    return row(None, item, None)


def _fill(
    layout: QBoxLayout,
    items: tuple[QWidget | QLayout | None, ...],
    *,
    gap: Space,
    margin: Space,
) -> None:
    layout.setSpacing(int(gap))
    layout.setContentsMargins(margin, margin, margin, margin)
    for item in items:
        match item:
            case None:
                layout.addStretch(1)
            case QLayout():
                layout.addLayout(item)
            case QWidget():
                layout.addWidget(item)
    if isinstance(layout, QHBoxLayout):
        for index in range(layout.count()):
            item = layout.itemAt(index)
            widget = item.widget() if item is not None else None
            if widget is not None and widget.sizePolicy().verticalPolicy().value == 0:
                layout.setAlignment(widget, Qt.AlignmentFlag.AlignVCenter)
