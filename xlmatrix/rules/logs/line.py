"""A hidden sheet of sorted rows: each column a formula of its own row, the row above, and others.

Columns depend on columns to their left and on the row above, so that every engine can compute them
from left to right and from top to bottom; a column that is searched asks no row of its own. Row 2
is a sentinel that stands for "nothing before".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import BLANK, Expr, F, if_, ref, span
from xlmatrix.rules import names
from xlmatrix.rules.frame import Floats, shown_cells

FIRST_ROW: Final = 3
#: Room for row numbers and for the order of time in one key.
ROWS: Final = 10**5
#: The most seconds since the horizon's start that keys tell apart.
SECONDS: Final = 10**9
#: Stands for an end that has not come; later than any stamp, in Excel seconds.
OPEN: Final = 10**12
NONE_ROW: Final = 10**9
#: The column with the place of a row within its incident.
PLACE: Final = "place"
#: Keys of unused rows: above all others, and rising by tens, for programs keep 15 digits.
UNUSED: Final = 9 * 10**15


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """One column: ``expr`` builds the formula of a row, ``values`` holds one value a row.

    Every ``fill`` rows, the formula of the first is filled down.
    """

    header: str
    expr: Callable[..., Expr]
    values: Sequence[Any]
    sentinel: Any = 0
    fill: int = 2**20


@dataclass(slots=True)
class Line:
    """The columns of one hidden sheet, in order."""

    sheet: str
    height: int
    columns: dict[str, FilledColumn] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    def add(
        self,
        header: str,
        expr: Callable[..., Expr],
        values: Any,
        sentinel: Any = 0,
        *,
        fill: int = 2**20,
    ) -> None:
        """Append a column; ``values`` shorter than the line are filled up with empty text."""
        shown = (
            shown_cells(values)
            if isinstance(values, np.ndarray) and values.dtype == float
            else list(values)
        )
        shown += [""] * (self.height - len(shown))
        self.places.setdefault(header, len(self.places) + 1)
        self.columns[header] = FilledColumn(header, expr, shown, sentinel, fill)

    def place(self, header: str) -> int:
        """The number of a column from 1, also of the one that is just being added."""
        return self.places.get(header, len(self.places) + 1)

    def here(self, header: str, row: int) -> Expr:
        """The cell of a column in a row of the sheet."""
        return ref(row, self.places[header], absolute=False)

    def there(self, header: str, row: int) -> Expr:
        """The same cell for formulas of another sheet."""
        return ref(row, self.places[header], self.sheet, absolute=False)

    def above(self, header: str, row: int) -> Expr:
        """The same in the row above, also of the column that is just being added."""
        return ref(row - 1, self.place(header), absolute=False)

    def span(self, header: str) -> Expr:
        """All cells of a column, the sentinel first."""
        at = self.places[header]
        return span(FIRST_ROW - 1, at, FIRST_ROW + self.height - 1, at, self.sheet)

    def cells(self, header: str, first: int, width: int) -> Expr:
        """So many cells of a column from a row on, for formulas of the same sheet."""
        at = self.place(header)
        return span(first, at, min(first + width, FIRST_ROW + self.height) - 1, at)


def place_expr(first_row: int = FIRST_ROW) -> Expr:
    """The place of a row from 1, counted from a row of the sheet; the same text in every row."""
    return F.ROW() - (first_row - 1)


def unused_expr() -> Expr:
    """The key of a row that takes no part."""
    return place_expr() * 10 + UNUSED


def unused_keys(first: int, height: int) -> Floats:
    """The same as numbers, for the rows from ``first`` to ``height``, both from 1."""
    numbers: Floats = np.arange(first, height + 1, dtype=np.float64)
    return numbers * 10 + UNUSED


@dataclass(frozen=True, slots=True)
class Keys:
    """How wide the keys of incident and seconds are; see :func:`~.keys.keys_of`.

    ``low_s`` is the horizon's start in Excel seconds, ``span`` how many seconds since then are told
    apart, ``rows`` how many rows one incident may have.
    """

    low_s: float
    span: int
    rows: int

    def first(self, incident: NDArray[np.int64], seconds: Floats) -> NDArray[np.int64]:
        """The smallest keys that rows of incidents may have at so many seconds."""
        inside = np.clip(seconds, 0, self.span - 1).astype(np.int64)
        return np.asarray((incident * self.span + inside) * self.rows)

    def rising(self, incident: NDArray[np.int64], seconds: Floats, height: int) -> Floats:
        """The twin of :func:`key_expr`, unused rows included."""
        keys = self.first(incident, seconds) + places_within(incident)
        return np.concatenate([keys.astype(np.float64), unused_keys(keys.size + 1, height)])


def places_within(incident: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of each row among those of its incident, from 0; they stand together."""
    return np.arange(incident.size) - np.searchsorted(incident, incident, side="left")


def key_expr(line: Line, row: int, seconds: Expr) -> Expr:
    """A key that rises strictly with incident and seconds.

    The row's place within its incident breaks ties, so the seconds need not do more than not fall.
    """
    inc = line.here("incident", row)
    key = _first_key(inc, F.MAX(seconds, 0)) + line.here(PLACE, row)
    return F.IF(inc.empty(), unused_expr(), key)


def key_before(incident: Expr, seconds: Expr) -> Expr:
    """The greatest key that a row of an incident may have before so many seconds."""
    return _first_key(incident, seconds) - 1


def key_until(incident: Expr, seconds: Expr) -> Expr:
    """The greatest key that a row of an incident may have at so many seconds or before."""
    return _first_key(incident, seconds) + (names.LOG_ROWS - 1)


def since_start(instant: Expr) -> Expr:
    """An instant as the keys count it."""
    return F.MAX(instant - names.HORIZON_START, 0)


def last_key(incident: Expr) -> Expr:
    """The greatest key that a row of an incident may have."""
    return (incident + 1) * names.LOG_SPAN * names.LOG_ROWS - 1


def _first_key(incident: Expr, seconds: Expr) -> Expr:
    inside = F.MIN(seconds, names.LOG_SPAN - 1)
    return (incident * names.LOG_SPAN + inside) * names.LOG_ROWS


def if_used(line: Line, row: int, expr: Expr) -> Expr:
    """Empty text in a row that no incident has."""
    return if_(line.here("incident", row).empty(), BLANK, expr)


def same_incident(line: Line, row: int) -> Expr:
    """Whether the row above is of the same incident."""
    return line.here("incident", row).eq(line.above("incident", row))


def add_places(line: Line, incident: NDArray[np.int64]) -> None:
    """Append the column that breaks ties between keys: the place of a row within its incident."""

    def place(row: int) -> Expr:
        next_one = F.IF(same_incident(line, row), line.above(PLACE, row) + 1, 0)
        return if_used(line, row, next_one)

    line.add(PLACE, place, places_within(incident).astype(np.float64))
