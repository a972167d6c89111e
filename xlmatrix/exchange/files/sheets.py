"""Excel workbooks of tickets: the sheet whose header is of tickets, as its cells stand.

Formulas count by the value that was stored with them; nothing is computed, and nothing is run.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
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
    calamine = _calamine(name)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(package.raw))
    except (calamine.CalamineError, ValueError, OSError) as fault:
        raise XlmatrixError(
            f"the workbook cannot be read ({str(fault)[:200]})",
            where=name,
            mend="Save it anew in Excel as .xlsx, or as CSV",
        ) from None
    if set(book.sheet_names) >= _OURS:
        raise XlmatrixError(
            "this is a workbook of xlmatrix, not an export",
            where=name,
            mend="xlmatrix merge brings two workbooks together; xlmatrix update takes an export",
        )
    found = [
        one
        for sheet in book.sheet_names[:_MOST_SHEETS]
        if (one := _sheet(book, sheet, name, fits)) is not None
    ]
    if not found:
        raise XlmatrixError(
            "no sheet of the workbook has a header",
            where=name,
            mend="Give the sheet of the tickets",
        )
    best = max(score for score, _ in found)
    return [table for score, table in found if score == best][:1] if best else [found[0][1]]


def _calamine(name: str) -> Any:
    """The reader of workbooks, which is not there everywhere that Python runs in Excel."""
    try:
        import python_calamine
    except ImportError:
        raise XlmatrixError(
            "workbooks cannot be opened here", where=name, mend="Save the sheet as CSV"
        ) from None
    return python_calamine


def _sheet(
    book: Any, sheet: str, name: str, fits: Callable[[Sequence[str]], int]
) -> tuple[int, Tabled] | None:
    try:
        found = book.get_sheet_by_name(sheet)
        if found.total_height * found.total_width > _MOST_CELLS:
            raise XlmatrixError(
                f"the sheet has {found.total_height:,} rows of {found.total_width:,} cells",
                where=f"{name}!{sheet}",
                mend="Delete the rows and columns below and beside the tickets, or save it as CSV",
            )
        rows = found.to_python(skip_empty_area=False)
    except (_calamine(name).CalamineError, ValueError, OSError):
        return None
    tops = rows[:HEADER_WITHIN]
    headers = [[_text(cell) for cell in row] for row in tops]
    if not any(any(one) for one in headers):
        return None
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

    table = Tabled(f"{name}!{sheet}", read, tuple(header), flat=True, first_line=header_row + 1)
    return score, table


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
