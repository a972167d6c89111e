"""Excel workbooks of tickets: the sheet whose header is of tickets, as its cells stand.

Formulas count by the value that was stored with them; nothing is computed, and nothing is run.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.files.tabled import ROWS_AT_ONCE, Counted, Rows, Tabled, normal
from xlmatrix.package import Package

#: A header may stand so far down, below a title and the filters of a report.
HEADER_WITHIN: Final = 20
#: Sheets that are looked at.
_MOST_SHEETS: Final = 50
_MOST_CELLS: Final = 20_000_000
#: A sheet is held whole: one with so many places has a cell in one of fifty at least, or it takes
#: the memory for a few cells that lie far apart.
_MOST_SPARSE: Final = 2_500_000
_PLACES_A_CELL: Final = 50
#: The address of a cell in the text of a sheet.
_ADDRESS: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)([0-9]+)["']""")
_LONGEST_ADDRESS: Final = 64
_WORKBOOK: Final = "xl/workbook.xml"
_1904: Final = re.compile(rb"""\sdate1904\s*=\s*["'](?:1|true|on)["']""")
_DAYS_TO_1904: Final = 1462
#: A sheet that only workbooks of ours have.
_OURS: Final = frozenset({"Matrix", "Incidents", "Policy"})


def tabled(package: Package, name: str, fits: Callable[[Sequence[str]], int]) -> list[Tabled]:
    """The sheets of a workbook whose header ``fits``, a count of the columns that are known.

    Where none does, the sheet with the widest text row among its first rows is given, so that the
    error can show its headers.

    Raises
    ------
    XlmatrixError
        A workbook of ours, one that cannot be read, or one without cells.
    """
    _refuse_wide(package, name)
    with _planned(name):
        book = _calamine(name).CalamineWorkbook.from_filelike(io.BytesIO(package.raw))
    if set(book.sheet_names) >= _OURS:
        raise XlmatrixError(
            "this is a workbook of xlmatrix, not an export",
            where=name,
            mend="xlmatrix merge brings two workbooks together; xlmatrix update takes an export",
        )
    # Dates of old Macs; calamine knows of them where a cell is formatted as a date.
    old_mac = _1904.search(package.read(_WORKBOOK)) if _WORKBOOK in package else None
    later_days = _DAYS_TO_1904 if old_mac else 0
    found: list[tuple[int, Tabled]] = []
    fault: XlmatrixError | None = None
    for sheet in book.sheet_names[:_MOST_SHEETS]:
        try:
            found += _sheet(book, sheet, name, fits, later_days)
        except XlmatrixError as error:
            # A sheet of a chart alone has no cells; it does not matter beside one that has.
            fault = fault or error
    if not found and fault is not None:
        raise fault
    if not found:
        raise XlmatrixError(
            "no sheet of the workbook has a header",
            where=name,
            mend="Give the sheet of the tickets",
        )
    best = max(score for score, _ in found)
    return [table for score, table in found if score == best][:1] if best else [found[0][1]]


def _sheet(
    book: Any,
    sheet: str,
    name: str,
    fits: Callable[[Sequence[str]], int],
    later_days: int,
) -> list[tuple[int, Tabled]]:
    with _planned(f"{name}!{sheet}"):
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    tops = rows[:HEADER_WITHIN]
    headers = [[_text(cell) for cell in row] for row in tops]
    if not any(any(one) for one in headers):
        return []
    scores = [(fits(one), sum(map(bool, one)), -place) for place, one in enumerate(headers)]
    score, _, place = max(scores)
    header_row = -place
    header = headers[header_row]
    while header and not header[-1]:
        header.pop()
    width = len(header)
    # Columns before the header's first word, of an index or a margin, have no name and stay.
    body = [row[:width] for row in rows[header_row + 1 :]]
    first = header_row + 2

    def read(counted: Counted) -> Iterator[Rows]:
        lines: list[int] = []
        kept: list[list[Any]] = []
        for line, row in enumerate(body, start=first):
            counted.rows += 1
            if all(_text(cell) == "" for cell in row):
                counted.blank += 1
                continue
            lines.append(line)
            kept.append([_cell(cell) for cell in row])
            if len(lines) >= ROWS_AT_ONCE:
                yield Rows(lines, list(map(list, zip(*kept, strict=True))))
                lines, kept = [], []
        columns = list(map(list, zip(*kept, strict=True))) if kept else [[] for _ in header]
        yield Rows(lines, columns)

    table = Tabled(
        f"{name}!{sheet}",
        read,
        tuple(header),
        flat=True,
        later_days=later_days,
        first_line=header_row + 1,
    )
    return [(score, table)]


def _calamine(name: str) -> Any:
    """The reader of workbooks, which is not there everywhere that Python runs in Excel."""
    try:
        import python_calamine
    except ImportError:
        raise XlmatrixError(
            "workbooks cannot be opened here", where=name, mend="Save the sheet as CSV"
        ) from None
    return python_calamine


#: What reading a workbook raises that is none, or a broken one.
_FORESEEN: Final = ("CalamineError", "PanicException", "ValueError", "OSError")


@contextmanager
def _planned(where: str) -> Iterator[None]:
    """Turn what calamine says of a workbook into a planned error."""
    try:
        yield
    except BaseException as fault:
        # What calamine did not foresee comes as a panic, which is no Exception to Python.
        names = {kind.__name__ for kind in type(fault).__mro__}
        if names.isdisjoint(_FORESEEN):
            raise
        raise XlmatrixError(
            f"the workbook cannot be read ({str(fault)[:200]})",
            where=where,
            mend="Save it anew in Excel as .xlsx, or as CSV",
        ) from None


def _refuse_wide(package: Package, name: str) -> None:
    """Refuse sheets whose cells lie so far apart that no memory holds what is between them."""
    for part in package.listed:
        cells, rows, columns = 0, 1, b""
        rest = b""
        for block in package.blocks(part):
            for letters, digits in _ADDRESS.findall(rest + block):
                cells += 1
                rows = max(rows, int(digits[-12:]))
                columns = max(columns, letters.upper().rjust(8))
            rest = block[-_LONGEST_ADDRESS:]
        places = rows * _number_of(columns)
        if places > _MOST_CELLS or places > max(_MOST_SPARSE, _PLACES_A_CELL * cells):
            raise XlmatrixError(
                f"the cells of a sheet lie in {rows:,} rows and {_number_of(columns):,} columns",
                where=f"{name}/{part[:80]}",
                mend="Delete the rows and columns below and beside the tickets, or save it as CSV",
            )


def _number_of(letters: bytes) -> int:
    """The number of a column; 1 of none."""
    number = 0
    for letter in letters.strip():
        number = number * 26 + letter - 64
    return max(number, 1)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _cell(cell: Any) -> Any:
    """A cell as the readers of columns take it: a text, a number or a wall-clock time."""
    match cell:
        case None:
            return ""
        case datetime():
            # A day is a fraction of binary digits: half a second is more than it can be off.
            return (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
        case date():
            return datetime(cell.year, cell.month, cell.day)
        case timedelta():
            return cell.total_seconds()
        case time():
            return cell.isoformat()
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return int(cell)
        case _:
            return cell


def known_headers(names: frozenset[str]) -> Callable[[Sequence[str]], int]:
    """A measure of a row: how many of its cells are headers of tickets."""
    return lambda row: sum(normal(cell) in names for cell in row if cell)
