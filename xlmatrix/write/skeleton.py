"""Everything of a sheet but its rows, built with openpyxl: the parts that need no speed."""

from __future__ import annotations

import re
from typing import Any, Final, cast
from urllib.parse import quote

from openpyxl.comments import Comment
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table as SheetTable
from openpyxl.worksheet.table import TableColumn, TableFormula, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from xlmatrix.formula.render import column_letters, quoted_sheet
from xlmatrix.package.plain import clean
from xlmatrix.sheets.plan import BookPlan, Page, SheetPlan, Table, Visibility
from xlmatrix.style.pages import CENTRED, MARGINS, NUMBERED, PAPER, page_text
from xlmatrix.write.charts import add_charts
from xlmatrix.write.conditions import add_conditions
from xlmatrix.write.formulas import to_excel
from xlmatrix.write.heights import column_widths

EXTERNAL: Final = re.compile(r"^(https?://|mailto:)", re.IGNORECASE)
# Excel stores the room around the text as well as the characters that fit.
_PADDING_CHARS: Final = 0.71
_TABLE_STYLE: Final = "TableStyleLight1"


def start(book: BookPlan) -> tuple[Workbook, list[Worksheet]]:
    """A workbook with its sheets, names and properties, and nothing on the sheets yet."""
    made = Workbook()
    first = made.active
    assert isinstance(first, Worksheet)
    first.title = book.sheets[0].name
    sheets = [first] + [made.create_sheet(plan.name) for plan in book.sheets[1:]]
    for name, expr in book.names.items():
        made.defined_names[name] = DefinedName(name, attr_text=to_excel(expr))
    made.active = book.active
    # Hidden sheets may stand first; the row of tabs begins with one that can be seen.
    seen = [n for n, plan in enumerate(book.sheets) if plan.visibility is Visibility.VISIBLE]
    made.views[0].firstSheet = seen[0]
    for number, sheet in enumerate(sheets):
        sheet.sheet_view.tabSelected = number == book.active
    made.calculation.fullCalcOnLoad = True
    properties = made.properties
    properties.title, properties.subject = clean(book.title), clean(book.subject) or None
    properties.creator = properties.lastModifiedBy = _author(book)
    properties.created = properties.modified = book.created
    return made, sheets


def _author(book: BookPlan) -> str:
    """Whom the file names: never who is logged in."""
    return clean(book.author) or clean(book.organisation) or "xlmatrix"


def furnish(sheet: Worksheet, plan: SheetPlan, book: BookPlan) -> None:
    """Everything around the rows of one sheet."""
    sheet.sheet_state = plan.visibility.value
    if plan.tab_colour:
        sheet.sheet_properties.tabColor = plan.tab_colour
    _columns(sheet, plan)
    for area in plan.merges:
        sheet.merged_cells.add(CellRange(area))
    for table in plan.tables:
        sheet.add_table(_table(table))
    _links(sheet, plan, book)
    for (row, column), note in sorted(plan.comments.items()):
        # These carriers never reach the file either.
        sheet.cell(row, column).comment = Comment(clean(note.text), clean(note.author) or "?")
    add_conditions(sheet, plan, book)
    add_charts(sheet, plan, book)
    if plan.protected:
        _protect(sheet)
    _view(sheet, plan.page)
    if plan.visibility is Visibility.VISIBLE:
        _print(sheet, plan, book)


def _columns(sheet: Worksheet, plan: SheetPlan) -> None:
    hidden = set(plan.hidden_columns)
    for table in plan.tables:
        hidden |= {table.column + i for i, column in enumerate(table.columns) if column.hidden}
    widths = column_widths(plan)
    for column in sorted(hidden | set(widths)):
        dimension = sheet.column_dimensions[column_letters(column)]
        if column in widths:
            dimension.width = round(widths[column] + _PADDING_CHARS, 2)
        dimension.hidden = column in hidden


def _table(table: Table) -> SheetTable:
    last = column_letters(table.column + len(table.columns) - 1)
    area = f"{column_letters(table.column)}{table.row}:{last}{table.last_row}"
    made: Any = SheetTable(displayName=table.name, name=table.name, ref=area)
    made._initialise_columns()
    if not table.filtered:
        made.autoFilter = None
    made.tableColumns = [
        TableColumn(
            id=number,
            name=table.headers[number - 1],
            calculatedColumnFormula=None
            if column.expr is None
            else TableFormula(attr_text=to_excel(column.expr, table.name)),
        )
        for number, column in enumerate(table.columns, start=1)
    ]
    made.tableStyleInfo = TableStyleInfo(
        name=_TABLE_STYLE if table.style is None else table.style or None,
        showFirstColumn=False,
        showLastColumn=False,
        showRowStripes=table.banded,
        showColumnStripes=False,
    )
    return cast(SheetTable, made)


def _links(sheet: Worksheet, plan: SheetPlan, book: BookPlan) -> None:
    for (row, column), cell in sorted(plan.cells.items(), key=lambda item: item[0]):
        if not cell.link:
            continue
        # openpyxl collects links from its cells; these carriers never reach the file.
        carrier = sheet.cell(row, column, "link")
        if EXTERNAL.match(cell.link):
            # Readers refuse a package whose relations hold spaces or quotes.
            target = quote(cell.link, safe="%/:=&?~#+!$,;'@()*[]")
            carrier.hyperlink = Hyperlink(ref=carrier.coordinate, target=target)
        else:
            where = internal_target(cell.link, book)
            carrier.hyperlink = Hyperlink(ref=carrier.coordinate, location=where)


def internal_target(link: str, book: BookPlan) -> str:
    """A place in the workbook as a hyperlink names it, with quotes where the sheet needs them.

    Raises
    ------
    ValueError
        When there is no such sheet, cell or defined name.
    """
    if link in book.names:
        return link
    sheet, mark, place = link.lstrip("#").rpartition("!")
    if sheet.startswith("'") and sheet.endswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    if not mark or sheet not in {plan.name for plan in book.sheets}:
        raise ValueError(f"the link {link!r} leads to no sheet of this workbook")
    for corner in place.split(":"):
        coordinate_to_tuple(corner)
    return f"{quoted_sheet(sheet)}!{place}"


def _protect(sheet: Worksheet) -> None:
    """Guard against slips, not against people: no password, and reading stays comfortable."""
    guard = sheet.protection
    guard.sheet = True
    guard.objects = guard.scenarios = True
    # In the file, False is what the sheet allows.
    guard.formatColumns = guard.formatRows = guard.sort = guard.autoFilter = False


def _view(sheet: Worksheet, page: Page) -> None:
    sheet.sheet_view.showGridLines = page.gridlines
    sheet.sheet_view.zoomScale = sheet.sheet_view.zoomScaleNormal = page.zoom
    if page.freeze:
        sheet.freeze_panes = page.freeze


def _print(sheet: Worksheet, plan: SheetPlan, book: BookPlan) -> None:
    page = plan.page
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    setup = sheet.page_setup
    setup.paperSize = PAPER
    setup.orientation = "landscape" if page.landscape else "portrait"
    setup.fitToWidth, setup.fitToHeight = page.fit_width, page.fit_height
    for edge, inches in MARGINS.items():
        setattr(sheet.page_margins, edge, inches)
    setattr(sheet.print_options, CENTRED, True)
    if page.repeat_rows:
        sheet.print_title_rows = page.repeat_rows
    if page.repeat_columns:
        sheet.print_title_cols = page.repeat_columns
    if page.area:
        sheet.print_area = page.area
    head: Any = sheet.oddHeader
    foot: Any = sheet.oddFooter
    head.left.text = page_text(book.title)
    head.right.text = page_text(plan.name)
    foot.left.text = page_text(book.organisation)
    foot.right.text = NUMBERED
