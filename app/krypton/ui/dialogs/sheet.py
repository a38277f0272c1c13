"""The ground of every dialog: a veil over the window, a painted sheet, an awaited answer."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Space
from krypton.ui.widgets.scrim import Scrim

WIDTH = 720


class Sheet(QDialog):
    """A dialog over the window; `answer` opens it and waits without stopping the loop."""

    def __init__(self, look: Look, *, name: str, title: str, over: QWidget, scrim: Scrim) -> None:
        """Make a closed dialog over `over`."""
        super().__init__(over)
        self._look = look
        self._scrim = scrim
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setFixedWidth(WIDTH)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        self.body.setSpacing(int(Space.L))

    async def answer(self) -> bool:
        """Open the dialog and return whether it was accepted; closing it is a no."""
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def settle(result: int) -> None:
            if not done.done():
                done.set_result(result)

        self.finished.connect(settle)
        self.open()
        try:
            return await done == int(QDialog.DialogCode.Accepted)
        finally:
            self.hide()
            self.deleteLater()

    def showEvent(self, event: QShowEvent) -> None:
        """Veil the window."""
        self._scrim.cover()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Lift the veil."""
        self._scrim.hide()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sheet."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._look.theme.raised))
        painter.end()
