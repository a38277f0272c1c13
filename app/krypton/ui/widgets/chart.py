"""The only file that knows pyqtgraph: the fee balance over time, without chrome; knows no ledger."""

from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from krypton.presenters.chart import ChartView
from krypton.ui.theme.fonts import font
from krypton.ui.theme.look import Look
from krypton.ui.theme.metrics import Role, Space

HEADROOM: Final = 1.18
LINE_WIDTH: Final = 2.0
MARK_SIZE: Final = 9
AXIS_HEIGHT: Final = 24
AXIS_WIDTH: Final = 44
TALL: Final = 196


class BalanceChart(QWidget):
    """A sawtooth: fees gather, a withdrawal empties them; the dashed line is the threshold.

    Heights are floats because they become pixels; no figure is ever read back out of the chart.
    """

    def __init__(self, look: Look, *, name: str) -> None:
        """Make an empty chart."""
        super().__init__()
        self._look = look
        self._view: ChartView | None = None
        self.setObjectName(name)
        self.setFixedHeight(TALL)
        self._plot = self._bare_plot()
        theme = look.theme
        self._line = pg.PlotDataItem()
        # WORKAROUND: options first, data later; plot(..., clipToView=True) raises on this pair of versions.
        self._plot.addItem(self._line)
        self._line.setClipToView(True)
        self._line.setDownsampling(auto=True, method="peak")
        self._line.setPen(QPen(QColor(theme.accent), 0))
        self._threshold = pg.InfiniteLine(angle=0, movable=False)
        self._plot.addItem(self._threshold)
        self._marks = pg.ScatterPlotItem()
        self._plot.addItem(self._marks)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)

    def _bare_plot(self) -> pg.PlotWidget:
        theme = self._look.theme
        pg.setConfigOptions(antialias=True)
        plot = pg.PlotWidget(background=QColor(theme.raised))
        plot.setAntialiasing(True)
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(x=False, y=False)
        plot.hideButtons()
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setStyle(tickLength=0, tickFont=font(Role.CAPTION), tickTextOffset=int(Space.S))
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTextPen(QColor(theme.muted))
        plot.getAxis("bottom").setHeight(AXIS_HEIGHT)
        plot.getAxis("left").setWidth(AXIS_WIDTH)
        plot.getPlotItem().getViewBox().setDefaultPadding(0)
        return plot

    def show_view(self, view: ChartView) -> None:
        """Draw a view, unless it is the one that is drawn."""
        if view == self._view:
            return
        self._view = view
        self.setAccessibleName(view.summary)
        theme = self._look.theme
        top = view.top * HEADROOM or 1.0
        self._plot.setXRange(view.begin, max(view.end, view.begin + 1), padding=0.01)
        self._plot.setYRange(0, top, padding=0)
        self._plot.getAxis("bottom").setTicks([[(tick.at, tick.label) for tick in view.times], []])
        self._plot.getAxis("left").setTicks([[(tick.at, tick.label) for tick in view.heights], []])
        self._line.setPen(_pen(theme.accent, width=LINE_WIDTH))
        self._line.setFillLevel(0)
        self._line.setFillBrush(self._fill(top))
        self._line.setData([point.time for point in view.line], [float(point.nano) for point in view.line])
        self._threshold.setVisible(view.threshold is not None)
        self._threshold.setPen(_pen(theme.muted, width=1.0, style=Qt.PenStyle.DashLine))
        self._threshold.setValue(float(view.threshold or 0))
        self._marks.setData(
            x=[mark.time for mark in view.marks],
            y=[float(mark.nano) for mark in view.marks],
            size=MARK_SIZE,
            pen=_pen(theme.raised, width=2.0),
            brush=QBrush(QColor(theme.good)),
        )

    def _fill(self, top: float) -> QBrush:
        wash = QLinearGradient(0, top, 0, 0)
        strong, clear = QColor(self._look.theme.accent), QColor(self._look.theme.accent)
        strong.setAlpha(90)
        clear.setAlpha(4)
        wash.setColorAt(0.0, strong)
        wash.setColorAt(1.0, clear)
        return QBrush(wash)


def _pen(colour: str, *, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(QColor(colour), width, style)
    pen.setCosmetic(True)
    return pen
