"""Uses a window as a person would, by its widgets' object names; for the tour and for tests."""

import asyncio
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from krypton.ui.widgets.amount import AmountLabel
from krypton.ui.widgets.pill import Pill
from krypton.ui.widgets.table import Table
from krypton.ui.widgets.words import WordGrid

LOOK_EVERY: Final = 0.03
PATIENCE: Final = 30.0


def picture(window: QWidget, *, ratio: int = 1) -> QImage:
    """Return the window as it is on screen, with the dialog that is open over it."""
    image = _render(window, ratio=ratio)
    painter = QPainter(image)
    for dialog in open_dialogs(window):
        away = window.size() - dialog.size()
        painter.drawImage(QPoint(away.width() // 2, away.height() // 2), _render(dialog, ratio=ratio))
    painter.end()
    return image


def open_dialogs(window: QWidget) -> tuple[QDialog, ...]:
    """Return the dialogs that are open over a window."""
    return tuple(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())


def _render(widget: QWidget, *, ratio: int) -> QImage:
    image = QImage(QSize(widget.size()) * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.black)
    widget.render(image)
    return image


def shown_text(widget: QWidget) -> str:
    """Return what a widget says: the same words that a person reads."""
    match widget:
        case QLineEdit() | QLabel() | QAbstractButton() | AmountLabel() | Pill():
            text = widget.text
            return text if isinstance(text, str) else text()
        case QPlainTextEdit():
            return widget.toPlainText()
        case Table():
            return "\n".join("\t".join(line) for line in widget.texts())
        case WordGrid():
            return " ".join(widget.words)
        case _:
            return widget.accessibleName()


class Visitor:
    """Waits, looks, clicks and types; raises TimeoutError naming what did not appear."""

    def __init__(self, window: QWidget, *, patience: float = PATIENCE) -> None:
        """Use `window`; wait at most `patience` seconds for anything."""
        self._window = window
        self._patience = patience

    def find(self, name: str, /) -> QWidget | None:
        """Return the visible widget of that name, dialogs first."""
        for root in (*open_dialogs(self._window), self._window):
            for widget in root.findChildren(QWidget, name):
                if widget.isVisible():
                    return widget
        return None

    async def appear(self, name: str, /) -> QWidget:
        """Wait until a widget of that name is visible and enabled."""
        async with asyncio.timeout(self._patience):
            try:
                while True:
                    widget = self.find(name)
                    if widget is not None and widget.isEnabled():
                        return widget
                    await asyncio.sleep(LOOK_EVERY)
            except asyncio.CancelledError as cancelled:
                cancelled.add_note(f"waited for the widget {name!r}")
                raise

    async def click(self, name: str, /) -> None:
        """Press a button as soon as it can be pressed."""
        widget = await self.appear(name)
        if not isinstance(widget, QAbstractButton):
            raise TypeError(name)
        widget.click()
        await asyncio.sleep(0)

    async def write(self, name: str, text: str, /) -> None:
        """Replace what stands in a field by what a person types."""
        widget = await self.appear(name)
        match widget:
            case QLineEdit():
                widget.clear()
                widget.insert(text)
                widget.textEdited.emit(text)
            case QPlainTextEdit():
                widget.setPlainText(text)
            case _:
                raise TypeError(name)
        await asyncio.sleep(0)

    async def read(self, name: str, /) -> str:
        """Return what a widget says, as soon as it is there."""
        return shown_text(await self.appear(name))

    async def until(self, name: str, /, *, says: str) -> None:
        """Wait until a widget's words contain `says`."""
        async with asyncio.timeout(self._patience):
            while True:
                widget = self.find(name)
                if widget is not None and says in shown_text(widget):
                    return
                await asyncio.sleep(LOOK_EVERY)

    async def grab(self, path: Path, /, *, ratio: int = 1) -> None:
        """Save a picture of the window and its dialog, after pending paints."""
        await asyncio.sleep(LOOK_EVERY)
        QApplication.sendPostedEvents()
        if not picture(self._window, ratio=ratio).save(str(path)):
            raise OSError(str(path))
