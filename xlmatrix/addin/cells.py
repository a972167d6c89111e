"""Ranges as Excel hands them over, and answers as cells can hold them.

A range arrives as a value, a row, a column or a rectangle; a cell as a date, a number, text, a
truth value, an error or nothing, depending on the route. One bad cell spoils one answer: its
message stands there instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
NOT_KNOWN: Final = "not in the matrix"
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
        """A range argument; None, "" and an omitted argument are one empty cell."""
        if isinstance(given, np.ndarray):
            given = given.tolist()
        if not isinstance(given, list | tuple):
            given = [[given]]
        rows = [list(row) if isinstance(row, list | tuple) else [row] for row in given] or [[None]]
        return cls([_plain(cell) for row in rows for cell in row], len(rows), len(rows[0]))


def _plain(cell: Any) -> Any:
    """A cell as Office.js sends it, which wraps errors and formatted numbers."""
    kind = type(cell)
    if kind is float or kind is str or cell is None:
        return cell
    if kind is dict:
        return cell.get("basicValue")
    # What Pyodide makes of an empty cell in a range.
    return None if kind.__name__ == "JsNull" else cell


def is_blank(cell: Any) -> bool:
    """Whether a cell is empty; Excel hands empty cells over as 0 where a number is wanted."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def spread(**ranges: Any) -> tuple[dict[str, list[Any]], int, int]:
    """Ranges of one shape, single cells repeated.

    Raises
    ------
    XlmatrixError
        For ranges of different heights or widths.
    """
    columns = {name: GivenCells.of(given) for name, given in ranges.items()}
    big = {name: c for name, c in columns.items() if (c.height, c.width) != (1, 1)}
    shapes = {(c.height, c.width) for c in big.values()}
    if len(shapes) > 1:
        sizes = ", ".join(f"{name} {c.height} by {c.width}" for name, c in big.items())
        raise XlmatrixError(
            f"the ranges differ in size: {sizes}",
            where="function",
            mend="Give ranges with as many rows as each other, or one cell",
        )
    height, width = next(iter(shapes), (1, 1))
    count = height * width
    spreads = {name: c.cells if name in big else c.cells * count for name, c in columns.items()}
    return spreads, height, width


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
    walls = kinds.stamps_of(cells)
    known = ~np.isnat(walls)
    seconds[known] = walls[known].astype(np.int64) + EPOCH_S
    for row in np.flatnonzero(~known).tolist():
        said = _wrong(cells[row])
        if said:
            wrong[row] = said
    return Stamps(seconds, wrong)


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


def whole_seconds(seconds: NDArray[np.float64]) -> list[float]:
    """Instants in Excel seconds as serial numbers."""
    serials: list[float] = (seconds / 86400).tolist()
    return serials
