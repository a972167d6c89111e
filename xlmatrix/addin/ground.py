"""What stands in an open workbook where an action is to write: nothing, what is ours, or a user's.

Everything here only reads. Whatever may not be written is refused by its address, so that an action
knows before its first write that it can finish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlmatrix.api.recalculating import plain_text
from xlmatrix.errors import XlmatrixError
from xlmatrix.formula.render import column_letters
from xlmatrix.regen import TableData
from xlmatrix.rules.logs.incident_log import ID

_MOST_NAMES: Final = 99


def address(sheet: Any, row: int, column: int) -> str:
    """A cell as people name it."""
    return f"{sheet.name}!{column_letters(column)}{row}"


def sheet_named(book: Any, name: str) -> Any | None:
    """The sheet of a name, in whatever letters; Excel tells no two names apart by them."""
    wanted = name.casefold()
    return next((sheet for sheet in book.sheets if sheet.name.casefold() == wanted), None)


def table_named(book: Any, name: str) -> tuple[Any, Any] | None:
    """A table and its sheet, wherever it stands."""
    for sheet in book.sheets:
        for table in sheet.tables:
            if table.name == name and table.range is not None:
                return sheet, table
    return None


def refuse_protected(sheet: Any) -> None:
    """Say in time that a sheet is protected; only desktop Excel on Windows tells before."""
    if getattr(sheet.api, "ProtectContents", False) is True:
        raise XlmatrixError(
            f"the sheet {sheet.name} is protected",
            where=sheet.name,
            mend="Unprotect it (Review, Unprotect Sheet), then try again",
        )


def refuse_new_sheets(book: Any) -> None:
    """Say in time that no sheet can be added; only desktop Excel on Windows tells before."""
    if getattr(getattr(book, "api", None), "ProtectStructure", False) is True:
        raise XlmatrixError(
            "the structure of the workbook is protected, and a sheet is to be added",
            where=str(book.name),
            mend="Unprotect it (Review, Protect Workbook), then try again",
        )


def refuse_filtered(table: Any) -> None:
    """Refuse a table of which a filter hides rows: what is written to those may go astray."""
    found = getattr(getattr(table, "api", None), "AutoFilter", None)
    if getattr(found, "FilterMode", False) is True:
        raise XlmatrixError(
            f"a filter hides rows of the table {table.name}",
            where=table.name,
            mend="Clear the filter (Data, Clear), then try again",
        )


def watched(book: Any, log: TableData) -> Callable[[], None]:
    """Gives what raises once the log is no more as it was read: a row was deleted, or sorted away.

    Lite and Server see the workbook once, as it was when the button was pressed.
    """
    place = log.headers.index(ID) if ID in log.headers else 0
    before = [plain_text(row[place]) for row in log.rows]

    def check() -> None:
        found = table_named(book, log.name)
        if found is not None:
            area = found[1].range
            column, last = area.column + place, area.row + len(before)
            cells = found[0].range((area.row + 1, column), (last, column))
            now = [plain_text(row[0]) for row in cells.options(ndim=2, err_to_str=True).value]
            if (area.row, area.column) == (log.row, log.column) and now == before:
                return
        raise XlmatrixError(
            "the log was changed while it was read",
            where=log.sheet,
            mend="Try again once nobody else edits it",
        )

    return check


def is_blank(cell: Any) -> bool:
    """Whether nothing stands in a cell."""
    return cell is None or cell == ""


def grid_of(area: Any) -> list[list[Any]]:
    """What stands in a range: formulas where Excel tells them, else their values."""
    try:
        found = area.formula
    except (AttributeError, NotImplementedError):
        # Lite and Server send values alone.
        return [list(row) for row in area.options(ndim=2, err_to_str=True).value]
    if not isinstance(found, tuple | list):
        return [[found]]
    rows = found if found and isinstance(found[0], tuple | list) else [found]
    height, width = area.shape
    if (len(rows), len(rows[0])) != (height, width):
        # One column may come as one row.
        cells = [cell for row in rows for cell in row]
        return [cells[at * width : (at + 1) * width] for at in range(height)]
    return [list(row) for row in rows]


def refuse_filled(sheet: Any, top: int, left: int, bottom: int, right: int, what: str) -> None:
    """Refuse a rectangle in which something stands that is not ours."""
    if bottom < top or right < left:
        return
    for y, row in enumerate(grid_of(sheet.range((top, left), (bottom, right)))):
        for x, cell in enumerate(row):
            if not is_blank(cell):
                place = address(sheet, top + y, left + x)
                raise XlmatrixError(
                    f"in {place} stands something that xlmatrix did not write, and {what} needs "
                    "the cell",
                    where=place,
                    mend="Move it elsewhere, then try again",
                )


@dataclass(frozen=True, slots=True)
class Ground:
    """A table that stands, as it is now: ``rows`` are those below its header, without totals."""

    sheet: Any
    table: Any
    top: int
    left: int
    headers: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    totals: bool

    @property
    def width(self) -> int:
        """How many columns it has."""
        return len(self.headers)

    @property
    def below(self) -> int:
        """The sheet row after its last one; after its totals where it shows them."""
        return self.top + 1 + len(self.rows) + self.totals

    def refuse_totals(self, what: str) -> None:
        """Refuse to make a table longer or wider that shows a row of totals."""
        if self.totals:
            place = address(self.sheet, self.below - 1, self.left)
            raise XlmatrixError(
                f"the table {self.table.name} has a row of totals at {place}, and {what} needs "
                "the row",
                where=place,
                mend="Switch it off (Table Design, Total Row), then try again",
            )


def ground_of(sheet: Any, table: Any) -> Ground:
    """A table that stands, looked at now.

    Raises
    ------
    XlmatrixError
        Its sheet is protected, it is filtered, or its header row is switched off.
    """
    refuse_protected(sheet)
    refuse_filtered(table)
    if table.show_headers is False:
        raise XlmatrixError(
            f"the header row of the table {table.name} is switched off",
            where=sheet.name,
            mend="Switch it on (Table Design, Header Row), then try again",
        )
    area = table.range
    grid = area.options(ndim=2, err_to_str=True).value
    totals = bool(table.show_totals)
    # As read: ten thousand rows need no copy.
    body = grid[1 : len(grid) - totals]
    headers = tuple(str(cell or "") for cell in grid[0])
    return Ground(sheet, table, area.row, area.column, headers, body, totals)


def free_name(book: Any, wanted: str) -> tuple[str, Any | None]:
    """A name for a sheet of ours: its own, else with a number; and the blank sheet that has it."""
    for number in range(1, _MOST_NAMES):
        name = wanted if number == 1 else f"{wanted} {number}"
        sheet = sheet_named(book, name)
        if sheet is None:
            refuse_new_sheets(book)
            return name, None
        blank = all(is_blank(cell) for row in grid_of(sheet.used_range) for cell in row)
        if blank and not list(sheet.tables):
            refuse_protected(sheet)
            return sheet.name, sheet
    raise XlmatrixError(
        f"{_MOST_NAMES} sheets named {wanted} hold something else",
        where=str(book.name),
        mend="Rename or delete one of them, then try again",
    )
