"""A hidden sheet of sorted rows: each column a formula of its own row, the row above, and others.

Columns depend on columns to their left and on the row above, so that every engine can compute them
from left to right and from top to bottom. Row 2 is a sentinel that stands for "nothing before".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import BLANK, Expr, F, if_, ref, span
from xlmatrix.rules.frame import Floats, cells

FIRST_ROW: Final = 3
#: Room for row numbers and for the order of time in one key.
ROWS: Final = 10**5
#: Room for seconds since the horizon's start, and for keys that would be equal.
SECONDS: Final = 10**9
TIES: Final = 50
#: Stands for an end that has not come; later than any stamp, in Excel seconds.
OPEN: Final = 10**12
NONE_ROW: Final = 10**9
#: Keys of unused rows: above all others, and rising by tens, for programs keep 15 digits.
UNUSED: Final = 9 * 10**15


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``expr`` builds the formula of a row, ``values`` holds one value a row."""

    header: str
    expr: Callable[..., Expr]
    values: Sequence[Any]
    sentinel: Any = 0


@dataclass(slots=True)
class Line:
    """The columns of one hidden sheet, in order."""

    sheet: str
    height: int
    columns: dict[str, Column] = field(default_factory=dict)

    def add(self, header: str, expr: Callable[..., Expr], values: Any, sentinel: Any = 0) -> None:
        """Append a column; ``values`` shorter than the line are filled up with empty text."""
        shown = (
            cells(values)
            if isinstance(values, np.ndarray) and values.dtype == float
            else list(values)
        )
        shown += [""] * (self.height - len(shown))
        self.columns[header] = Column(header, expr, shown, sentinel)

    def here(self, header: str, row: int) -> Expr:
        """The cell of a column in a row of the sheet."""
        return ref(row, list(self.columns).index(header) + 1, absolute=False)

    def above(self, header: str, row: int) -> Expr:
        """The same in the row above, also of the column that is just being added."""
        return ref_above(self, row, header)

    def span(self, header: str) -> Expr:
        """All cells of a column, the sentinel first."""
        at = list(self.columns).index(header) + 1
        return span(FIRST_ROW - 1, at, FIRST_ROW + self.height - 1, at, self.sheet)

    def own(self, header: str) -> Expr:
        """The cells of a column without the sentinel, for formulas of the same sheet."""
        at = list(self.columns).index(header) + 1
        return span(FIRST_ROW, at, FIRST_ROW + self.height - 1, at)


def sort_columns(
    line: Line,
    source: Expr,
    count: Expr,
    typed: tuple[Floats, Floats],
    incident_of: Callable[[Expr], Expr],
) -> None:
    """Two passes of ``SMALL``, by time and then by incident; the last columns are inc and code.

    ``typed`` holds the keys of the log (NaN for rows that take no part) and their incidents;
    ``incident_of`` gives the incident of a row of the log, ``count`` how many keys there are.
    """
    here, keys = line.here, typed[0]
    rows = np.flatnonzero(~np.isnan(keys))
    rows = rows[np.argsort(keys[rows])]
    by_time, owners = keys[rows], typed[1][rows]
    second = owners * ROWS + np.arange(1, rows.size + 1)
    order = np.sort(second)

    def filled(header: str, expr: Callable[[int], Expr]) -> Callable[[int], Expr]:
        return lambda row: if_(here(header, row).empty(), BLANK, expr(row))

    def number(row: int) -> int:
        return row - FIRST_ROW + 1

    line.add("K1", lambda r: if_(count >= number(r), F.SMALL(source, number(r))), by_time, "")
    line.add(
        "K2",
        filled("K1", lambda r: incident_of(F.MOD(here("K1", r), ROWS)) * ROWS + number(r)),
        second,
        "",
    )
    line.add("K3", filled("K1", lambda r: F.SMALL(line.own("K2"), number(r))), order, "")
    line.add("inc", filled("K3", lambda r: F.INT(here("K3", r) / ROWS)), order // ROWS)
    line.add(
        "code",
        filled("K3", lambda r: F.MOD(F.INDEX(line.own("K1"), F.MOD(here("K3", r), ROWS)), ROWS)),
        by_time[(order % ROWS).astype(np.int64) - 1] % ROWS,
    )


def key_expr(line: Line, row: int, header: str, seconds: Expr) -> Expr:
    """A key that rises strictly with incident and seconds, in column ``header``."""
    inc, number = line.here("inc", row), row - FIRST_ROW + 1
    base = (inc * SECONDS + F.MIN(F.MAX(seconds, 0), SECONDS - 1)) * TIES
    return F.IF(inc.empty(), UNUSED + 10 * number, F.MAX(ref_above(line, row, header) + 1, base))


def ref_above(line: Line, row: int, header: str) -> Expr:
    """The cell above in a column that is just being added."""
    place = list(line.columns).index(header) if header in line.columns else len(line.columns)
    return ref(row - 1, place + 1, absolute=False)


def rising_keys(incident: NDArray[np.int64], seconds: Floats, height: int) -> Floats:
    """The twin of :func:`key_expr`, unused rows included."""
    base = (incident * SECONDS + np.clip(seconds, 0, SECONDS - 1).astype(np.int64)) * TIES
    place = np.arange(base.size)
    # Lifted by their places, keys that must rise by one at least need only a running maximum.
    keys = np.maximum.accumulate(base - place) + place if base.size else base
    unused = UNUSED + 10 * np.arange(base.size + 1, height + 1)
    return np.concatenate([keys, unused]).astype(np.float64)
