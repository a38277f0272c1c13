"""The reference of `startup`: an empty PySide6 window with an empty pyqtgraph plot, gone once painted."""

import sys

import pyqtgraph
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QMainWindow


class _FirstPaint(QObject):
    """Ends the program once the watched widget was painted."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            QTimer.singleShot(0, QApplication.quit)
        return super().eventFilter(watched, event)


def main() -> int:
    """Show the window; return when it was painted."""
    application = QApplication(sys.argv)
    window, plot = QMainWindow(), pyqtgraph.PlotWidget(background=QColor("black"))
    first_paint = _FirstPaint(window)
    plot.viewport().installEventFilter(first_paint)
    window.resize(1200, 800)
    window.setCentralWidget(plot)
    window.show()
    return application.exec()


if __name__ == "__main__":
    raise SystemExit(main())
