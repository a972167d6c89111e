"""Ranges as Excel hands them over, and answers as cells can hold them.

A range arrives as a value, a row, a column or a rectangle; a cell as a date, a number, text, a
truth value, an error or nothing, depending on the route. One bad cell spoils one answer: its
message stands there instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import XlmatrixError
from xlmatrix.rules.frame import Floats
from xlmatrix.tables import kinds
from xlmatrix.worktime.serials import EPOCH, EPOCH_S, FIRST_SERIAL, PAST_SERIAL

Grid: TypeAlias = list[list[Any]]

NO_DATE: Final = "not a date and time"
TOO_OLD: Final = "before 1900-03-01, where Excel's dates are off by one"
TOO_LATE: Final = "after the year 2199, where the calendars of a workbook have no room"
NO_ZONE: Final = "a time with a zone, and no workbook was read that has one"
NOT_KNOWN: Final = "not in the matrix"
#: The rows of a sheet.
_SHEET_ROWS: Final = 1_048_576
#: What stands where a range ends before another one.
_MISSING: Final = "#N/A"
#: What Pyodide makes of an empty cell in a range, and pandas of what is missing.
_NOTHING: Final = frozenset({"JsNull", "NAType", "NaTType"})
_ERROR_NUMBERS: Final = {
    -2146826281: "#DIV/0!",
    -2146826246: "#N/A",
    -2146826259: "#NAME?",
    -2146826288: "#NULL!",
    -2146826252: "#NUM!",
    -2146826265: "#REF!",
    -2146826273: "#VALUE!",
}
_LAST_ERROR: Final = max(_ERROR_NUMBERS)
#: Every error that a cell of Excel can show.
ERRORS: Final = frozenset(
    {*_ERROR_NUMBERS.values(), "#SPILL!", "#CALC!", "#BUSY!", "#GETTING_DATA", "#BLOCKED!"}
    | {"#CONNECT!", "#UNKNOWN!", "#FIELD!", "#EXTERNAL!", "#PYTHON!"}
)


@dataclass(frozen=True, slots=True)
class GivenCells:
    """The cells of a range, row by row, and its shape."""

    cells: list[Any]
    height: int
    width: int

    @classmethod
    def of(cls, given: Any) -> GivenCells:
        """A range argument; None, "" and an omitted argument are one empty cell.

        Arrays, Series and DataFrames count as ranges, a Series as a column.
        """
        given = _listed(given)
        if not isinstance(given, list | tuple):
            given = [[given]]
        rows = [_row(row) for row in given] or [[None]]
        return cls([_plain(cell) for row in rows for cell in row], len(rows), len(rows[0]))

    @property
    def whole(self) -> bool:
        """Whether this is a whole column of a sheet, of which most has never been used."""
        return self.height >= _SHEET_ROWS

    def used(self) -> int:
        """How many rows there are down to the last one that holds something."""
        last = len(self.cells) - 1
        while last >= 0 and is_blank(self.cells[last]):
            last -= 1
        return last // self.width + 1

    def resized(self, height: int, width: int) -> list[Any]:
        """The cells of a range of this size, as Excel repeats one row or one column.

        What lies beyond both is an error, as it is there.
        """
        if (self.height, self.width) == (height, width):
            return self.cells
        if (self.height, self.width) == (1, 1):
            return self.cells * (height * width)
        rows = [self.cells[at * self.width : (at + 1) * self.width] for at in range(self.height)]
        wide = [
            row * width if self.width == 1 else row[:width] + [_MISSING] * (width - self.width)
            for row in rows[:height]
        ]
        tall = wide * height if self.height == 1 else wide
        beyond = [[_MISSING] * width for _ in range(height - len(tall))]
        return [cell for row in (*tall, *beyond) for cell in row]


def _listed(given: Any) -> Any:
    """What stands for a range in Python, as lists; what is missing there is an empty cell."""
    if hasattr(given, "to_numpy"):
        # A Series or DataFrame, or a thing that behaves like one.
        given = given.to_numpy(dtype=object)
    if not isinstance(given, np.ndarray):
        return given
    if given.dtype.kind == "M":
        given = given.astype("datetime64[us]")
    if given.dtype.kind not in "fO":
        return given.tolist()
    cells = [None if isinstance(c, float) and c != c else c for c in given.ravel().tolist()]  # noqa: PLR0124
    width = given.shape[1] if given.ndim > 1 else 1
    return (
        [cells[at : at + width] for at in range(0, len(cells), width)] if given.ndim else cells[0]
    )


def _row(row: Any) -> list[Any]:
    row = _listed(row)
    return list(row) if isinstance(row, list | tuple) else [row]


def _plain(cell: Any) -> Any:
    """A cell as Office.js sends it, with errors and formats around it, or as Python has it."""
    kind = type(cell)
    if kind is float or kind is str or cell is None:
        return cell
    if kind is dict:
        return cell.get("basicValue")
    if isinstance(cell, np.datetime64):
        return cell.astype("datetime64[us]").item()
    if isinstance(cell, np.generic):
        return cell.item()
    return None if kind.__name__ in _NOTHING else cell


def is_blank(cell: Any) -> bool:
    """Whether a cell is empty; Excel hands empty cells over as 0 where a number is wanted."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def spread(**ranges: Any) -> tuple[dict[str, list[Any]], int, int]:
    """Ranges in one shape, as Excel spreads them: one cell, row or column is repeated.

    Where a range is shorter than another one stands an error. Whole columns are taken down to the
    last row that any of them uses.
    """
    given = {name: GivenCells.of(cells) for name, cells in ranges.items()}
    whole = [cells for cells in given.values() if cells.whole]
    height = max((cells.height for cells in given.values() if not cells.whole), default=1)
    if whole:
        height = max(height, *(cells.used() for cells in whole))
        given = {
            name: GivenCells(cells.cells[: height * cells.width], height, cells.width)
            if cells.whole
            else cells
            for name, cells in given.items()
        }
    width = max(cells.width for cells in given.values())
    return {name: cells.resized(height, width) for name, cells in given.items()}, height, width


def one_column(of: str, **ranges: Any) -> tuple[dict[str, list[Any]], int]:
    """:func:`spread` for a function that answers a row for each of something: ``of``.

    Raises
    ------
    XlmatrixError
        Where a range has several columns.
    """
    cells, height, width = spread(**ranges)
    if width > 1:
        raise XlmatrixError(
            "the ranges have several columns", where="function", mend=f"Give one column of {of}"
        )
    return cells, height


def shaped(answers: Sequence[Any], height: int, width: int) -> Grid:
    """Answers in the shape of the range they belong to."""
    return [list(answers[row * width : (row + 1) * width]) for row in range(height)]


@dataclass(slots=True)
class Stamps:
    """Stamps as Excel wall-clock seconds (NaN where there is none), and what is wrong by row."""

    seconds: Floats
    wrong: dict[int, str]


def stamps(cells: Sequence[Any]) -> Stamps:
    """Cells as wall-clock stamps, whatever form they come in."""
    seconds = np.full(len(cells), np.nan)
    wrong: dict[int, str] = {}
    aware = zoned(cells)
    walls = kinds.stamps_of(
        [None if row in aware else c for row, c in enumerate(cells)] if aware else cells
    )
    known = ~np.isnat(walls)
    seconds[known] = walls[known].astype(np.int64) + EPOCH_S
    for row in np.flatnonzero(~known).tolist():
        said = NO_ZONE if row in aware else _wrong(cells[row])
        if said:
            wrong[row] = said
    return Stamps(seconds, wrong)


def zoned(cells: Sequence[Any]) -> dict[int, float]:
    """The cells that hold an instant and not a wall-clock time, in UTC Excel seconds by row."""
    return {
        row: cell.timestamp() + EPOCH_S
        for row, cell in enumerate(cells)
        if isinstance(cell, datetime) and cell.tzinfo is not None
    }


def stamp(cell: Any) -> float | str | None:
    """One cell: Excel wall-clock seconds, None for empty, or what is wrong with it."""
    second = kinds.stamp_s(cell)
    return float(second + EPOCH_S) if second is not None else _wrong(cell) or None


def _wrong(cell: Any) -> str:
    """What is wrong with a cell that is no stamp; "" for an empty one."""
    if is_blank(cell):
        return ""
    if isinstance(cell, str):
        return cell if cell.startswith("#") else NO_DATE
    if isinstance(cell, date):
        # 1899-12-30 is how a date-formatted empty cell arrives.
        if (cell.date() if isinstance(cell, datetime) else cell) == EPOCH.date():
            return ""
        return TOO_OLD if cell.year <= 1900 else TOO_LATE
    found = kinds.number_of(cell)
    if found is None:
        return NO_DATE
    if found in _ERROR_NUMBERS:
        return _ERROR_NUMBERS[int(found)]
    if found <= 0:
        return "" if found == 0 else NO_DATE
    if found < FIRST_SERIAL:
        return TOO_OLD
    return TOO_LATE if found < PAST_SERIAL else NO_DATE


def error_in(cell: Any) -> str:
    """The error that a cell shows, such as ``#N/A``; "" for any other cell."""
    kind = type(cell)
    if kind is str:
        return cell if cell.startswith("#") and cell in ERRORS else ""
    if kind in (float, int) and cell <= _LAST_ERROR:
        return _ERROR_NUMBERS.get(int(cell), "") if cell == cell // 1 else ""
    return ""


def number(cell: Any) -> float | None:
    """A cell as a number; None for anything else."""
    found = kinds.number_of(cell)
    return None if found in _ERROR_NUMBERS else found


def text(cell: Any) -> str:
    """A cell as trimmed text; a whole number loses the fraction Excel gives it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


class When(float):
    """A serial number that is a time, which a route can give a format for dates."""

    __slots__ = ()

    def shown(self) -> datetime:
        """The time on the wall clock."""
        return EPOCH + timedelta(seconds=round(self * 86400))


def whole_seconds(seconds: NDArray[np.float64]) -> list[float]:
    """Instants in Excel seconds as serial numbers."""
    return list(map(When, (seconds / 86400).tolist()))
