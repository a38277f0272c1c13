"""Our own SVG icons, recoloured when drawn; knows no theme by name."""

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer


@cache
def _source(path: Path) -> str:
    return path.read_text(encoding="ascii")


class Icons:
    """Draws `resources/icons/NAME.svg`; a file says `currentColor` where the colour goes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def paint(self, painter: QPainter, *, name: str, colour: str, where: QRectF) -> None:
        """Draw an icon into a rectangle (logical pixels)."""
        svg = _source(self._folder / f"{name}.svg").replace("currentColor", colour)
        QSvgRenderer(QByteArray(svg.encode("ascii"))).render(painter, where)

    def icon(self, name: str, *, colour: str, size: int) -> QIcon:
        """Return an icon with a picture for 1x and one for 2x."""
        result = QIcon()
        for ratio in (1, 2):
            image = QImage(QSize(size, size) * ratio, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            self.paint(painter, name=name, colour=colour, where=QRectF(0, 0, size * ratio, size * ratio))
            painter.end()
            image.setDevicePixelRatio(ratio)
            result.addPixmap(QPixmap.fromImage(image))
        return result
