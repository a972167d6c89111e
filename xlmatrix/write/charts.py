"""Charts with titles, explicit colours and axes that every reader shows."""

from __future__ import annotations

from typing import Any, Final

from openpyxl.chart import BarChart, LineChart, PieChart
from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumRef, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.series import Series as ChartSeries
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlmatrix.formula import Expr, to_excel
from xlmatrix.formula.expr import Cell, ColumnCells, Range
from xlmatrix.package.plain import clean
from xlmatrix.sheets.plan import BookPlan, Chart, Series, SheetPlan
from xlmatrix.style import palette

_COLOURS: Final = (
    palette.brand,
    palette.link,
    palette.severity_fill[1],
    palette.met_ink,
    palette.paused_ink,
    palette.muted,
    palette.severity_fill[0],
)
KINDS: Final = frozenset({"bar", "column", "line", "pie"})
_LINE_WIDTH_EMU: Final = 28_575


def add_charts(sheet: Worksheet, plan: SheetPlan, book: BookPlan) -> None:
    """Place the charts of a sheet; their alt texts are written with the package."""
    tables = {table.name: (owner, table) for owner in book.sheets for table in owner.tables}
    for wish in plan.charts:
        chart = _empty(wish)
        for number, series in enumerate(wish.series):
            chart.append(_series(wish, series, number, plan, tables))
        sheet.add_chart(chart, wish.anchor)


def _empty(wish: Chart) -> Any:
    chart: Any
    if wish.kind == "pie":
        chart = PieChart()
        chart.dataLabels = DataLabelList(showPercent=True, showVal=False, showCatName=False)
        chart.dataLabels.showSerName = chart.dataLabels.showLegendKey = False
        # Every slice is dark enough for white letters.
        chart.dataLabels.txPr = RichText(p=[Paragraph(pPr=_letters(900, "FFFFFF", bold=True))])
        chart.dataLabels.txPr.p[0].endParaRPr = CharacterProperties()
    elif wish.kind == "line":
        chart = LineChart()
    else:
        chart = BarChart()
        chart.type = "bar" if wish.kind == "bar" else "col"
        chart.gapWidth = 60
    chart.title = clean(wish.title)
    _style_title(chart.title, 1200, palette.brand)
    # Readers take rounded corners and deleted axes for granted when the file is silent.
    chart.roundedCorners = False
    chart.width, chart.height = wish.width_cm, wish.height_cm
    if wish.kind != "pie":
        _axes(chart, wish)
    if len(wish.series) == 1 and wish.kind != "pie":
        chart.legend = None
    else:
        chart.legend.position = "b"
        chart.legend.overlay = False
    return chart


def _axes(chart: Any, wish: Chart) -> None:
    for axis, title in ((chart.x_axis, wish.x_title), (chart.y_axis, wish.y_title)):
        axis.delete = False
        if title:
            axis.title = clean(title)
            _style_title(axis.title, 900, palette.muted)
    chart.y_axis.majorGridlines.spPr = GraphicalProperties()
    chart.y_axis.majorGridlines.spPr.ln = _line(palette.line, 9_525)
    chart.x_axis.number_format = chart.y_axis.number_format = "General"
    chart.x_axis.numFmt.sourceLinked = chart.y_axis.numFmt.sourceLinked = True
    if wish.kind == "bar":
        # The first category on top, as it stands in its table.
        chart.x_axis.scaling.orientation = "maxMin"
        # That would take the value axis to the top with it.
        chart.y_axis.crosses = "max"


def _series(
    wish: Chart, series: Series, number: int, plan: SheetPlan, tables: dict[str, Any]
) -> Any:
    values = reference(series.values, plan, tables)
    made: Any = ChartSeries(
        idx=number, order=number, val=NumDataSource(numRef=NumRef(f=values)),
        tx=SeriesLabel(v=clean(series.title)),
    )  # fmt: skip
    if series.categories is not None:
        made.cat = AxDataSource(strRef=StrRef(f=reference(series.categories, plan, tables)))
    colour = series.colour or _COLOURS[number % len(_COLOURS)]
    made.spPr = GraphicalProperties()
    if wish.kind == "line":
        made.spPr.ln = _line(colour, _LINE_WIDTH_EMU)
        made.smooth = False
        made.marker.symbol = "circle"
        made.marker.size = 6
        made.marker.spPr = GraphicalProperties(solidFill=colour)
        made.marker.spPr.ln = _line(colour, 9_525)
    elif wish.kind == "pie":
        made.dPt = _slices(series, tables)
    else:
        made.spPr.solidFill = colour
        made.invertIfNegative = False
    return made


def _style_title(title: Any, size: int, colour: str) -> None:
    title.overlay = False
    for paragraph in title.tx.rich.p:
        paragraph.pPr = _letters(size, colour, bold=size > 1000)


def _letters(size: int, colour: str, *, bold: bool) -> ParagraphProperties:
    """How a text of a chart looks; ``size`` in hundredths of a point."""
    return ParagraphProperties(defRPr=CharacterProperties(sz=size, b=bold, solidFill=colour))


def _line(colour: str, width: int) -> LineProperties:
    return LineProperties(solidFill=colour, w=width)


def _slices(series: Series, tables: dict[str, Any]) -> list[DataPoint]:
    match series.values:
        case Range(first, last):
            count = max(last.row - first.row, last.column - first.column) + 1
        case ColumnCells(name, _):
            count = tables[name][1].height
        case _:
            count = 1
    points = []
    for number in range(min(count, 24)):
        point = DataPoint(idx=number)
        point.spPr = GraphicalProperties(solidFill=_COLOURS[number % len(_COLOURS)])
        point.spPr.ln = _line("FFFFFF", 9_525)
        points.append(point)
    return points


def reference(expr: Expr, plan: SheetPlan, tables: dict[str, Any]) -> str:
    """A range with its sheet, which is all that a chart understands.

    Raises
    ------
    ValueError
        For anything but a range of cells or a table column.
    """
    match expr:
        case Range(first, last):
            return to_excel(Range(Cell(first.row, first.column, first.sheet or plan.name), last))
        case Cell(row, column, sheet):
            return to_excel(Cell(row, column, sheet or plan.name))
        case ColumnCells(name, header):
            owner, table = tables[name]
            at = table.column_of(header)
            first = Cell(table.row + 1, at, owner.name)
            return to_excel(Range(first, Cell(table.last_row, at)))
    raise ValueError(f"a chart on {plan.name} needs a range or a table column, not {expr!r}")
