"""Rows in order, by formulas whose work hardly grows faster than the number of rows.

``SMALL`` over a whole log reads every row for every row, and so does an exact ``MATCH`` in most
programs. So ``SMALL`` orders blocks alone, and the blocks are merged by searches in what is in
order already: a number's place among several blocks is its place in its own and how many in each
of the others are smaller. The number at a place is the largest of what the blocks have up to that
place. Two levels of merging are enough for 36,000 rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import BLANK, Expr, F, iferror
from xlmatrix.rules.frame import Floats
from xlmatrix.rules.logs.line import (
    FIRST_ROW,
    ROWS,
    UNUSED,
    Keys,
    Line,
    place_expr,
    unused_expr,
    unused_keys,
)

#: Rows that ``SMALL`` orders at once, and the most blocks that one formula merges.
BLOCK: Final = 1024
MOST_WAYS: Final = 6

Whole = NDArray[np.int64]


def roomy(height: int) -> int:
    """A height whose last block has no single row; IronCalc looks nothing up in one cell."""
    return height + (height % BLOCK == 1)


def by_incident(
    line: Line, source: Expr, typed: tuple[Floats, Floats], incident_of: Callable[[Expr], Expr]
) -> None:
    """Append the columns that put the rows of a log in order of incident and then of time.

    The last two are ``incident`` and ``log row``. Incident, second and row do not fit one key of 15
    digits, so there are two passes: by time and row, then by incident and place.

    Parameters
    ----------
    source
        The key of the log row that belongs to a row of the line: seconds times ``ROWS`` plus the
        row, and no number for a log row that takes no part.
    typed
        The twin: those keys (NaN for none) and the incidents of the log's rows, from 1.
    incident_of
        The incident of a row of the log.
    """
    here, height = line.here, line.height
    keys, owners = (np.append(part, np.full(height - part.size, np.nan)) for part in typed)
    number = np.arange(1, height + 1)
    by_time = np.where(np.isnan(keys), unused_keys(1, height), keys)
    line.add("typed key", lambda r: F.IF(F.ISNUMBER(source), source, unused_expr()), by_time)
    order = np.argsort(by_time)
    sorted_column(line, "typed key", "by time", by_time.astype(np.int64))
    real = ~np.isnan(keys[order])
    second = np.where(real, owners[order] * ROWS + number, by_time[order])

    def if_used(header: str, used: Expr, row: int, unused: Expr) -> Expr:
        return F.IF(here(header, row) < UNUSED, used, unused)

    def incident_and_place(row: int) -> Expr:
        used = incident_of(F.MOD(here("by time", row), ROWS)) * ROWS + place_expr()
        return if_used("by time", used, row, here("by time", row))

    line.add("incident and time", incident_and_place, second)
    sorted_column(line, "incident and time", "in order", second.astype(np.int64))
    third = np.sort(second)
    count = int(real.sum())
    at = (third[:count] % ROWS).astype(np.int64) - 1
    line.add(
        "incident",
        lambda r: if_used("in order", F.INT(here("in order", r) / ROWS), r, BLANK),
        third[:count] // ROWS,
    )

    def code(row: int) -> Expr:
        place = F.MOD(here("in order", row), ROWS)
        key = F.INDEX(line.cells("by time", FIRST_ROW, height), place)
        return if_used("in order", F.MOD(key, ROWS), row, BLANK)

    line.add("log row", code, by_time[order][at] % ROWS)


def sorted_column(line: Line, source: str, header: str, numbers: Whole) -> str:
    """Append the columns that put ``source`` in order; the last one, in order, is ``header``.

    ``numbers`` are the values of the source, a whole number in each row and no two alike.
    """
    widths = _widths(line.height)
    ordered = _in_order(numbers, BLOCK)
    last = f"{header} {BLOCK}" if widths else header

    def smallest(row: int) -> Expr:
        first = _first_row(row, BLOCK)
        return F.SMALL(line.cells(source, first, BLOCK), place_expr(first))

    line.add(last, smallest, ordered.astype(float), fill=BLOCK)
    for width, group in zip([BLOCK, *widths], widths, strict=False):
        last = _merged(line, last, header if group == widths[-1] else f"{header} {group}",
                       ordered, (width, group))  # fmt: skip
        ordered = _in_order(numbers, group)
    return last


def _merged(line: Line, source: str, header: str, ordered: Whole, widths: tuple[int, int]) -> str:
    width, group = widths
    rank = f"{header} place"

    def place(row: int) -> Expr:
        own, first = _first_row(row, width), _first_row(row, group)
        answer = place_expr(own)
        for other in range(first, min(first + group, FIRST_ROW + line.height), width):
            if other != own:
                block = line.cells(source, other, width)
                answer = answer + iferror(F.MATCH(line.here(source, row), block, 1), 0)
        return answer

    def number(row: int) -> Expr:
        first = _first_row(row, group)
        last = min(first + group, FIRST_ROW + line.height)
        found = [
            F.INDEX(
                line.cells(source, one, width),
                F.MATCH(place_expr(first), line.cells(rank, one, width), 1),
            )
            for one in range(first, last, width)
        ]
        return F.MAX(*(iferror(one, 0) for one in found))

    line.add(rank, place, _places(ordered, group).astype(float), fill=width)
    line.add(header, number, _in_order(ordered, group).astype(float), fill=group)
    return header


def _widths(height: int) -> list[int]:
    """The widths of the groups that blocks are merged into, level by level."""
    blocks = -(-height // BLOCK)
    levels = 0
    while MOST_WAYS**levels < blocks:
        levels += 1
    ways = next(n for n in range(1, MOST_WAYS + 1) if n**levels >= blocks)
    return [BLOCK * ways**level for level in range(1, levels + 1)]


def _first_row(row: int, width: int) -> int:
    return row - (row - FIRST_ROW) % width


def _in_order(numbers: Whole, width: int) -> Whole:
    """Every so many numbers in order."""
    group = np.arange(numbers.size) // width
    return numbers[np.lexsort((numbers, group))]


def _places(numbers: Whole, width: int) -> Whole:
    """The place of each number, from 1, among so many."""
    group = np.arange(numbers.size) // width
    places = np.empty(numbers.size, dtype=np.int64)
    places[np.lexsort((numbers, group))] = np.arange(numbers.size)
    return places - group * width + 1


def starts_of(incident: Whole) -> NDArray[np.bool_]:
    """Which rows are the first of their incident; the rows of an incident stand together."""
    return np.append(True, incident[1:] != incident[:-1])[: incident.size]


def last_marked(marked: NDArray[np.bool_]) -> Whole:
    """For each row the place from 0 of the last marked row up to it; -1 where there is none."""
    return np.maximum.accumulate(np.where(marked, np.arange(marked.size), -1))


def packed(incident: Whole, instant_s: Floats, keys: Keys) -> Whole:
    """Incident and instant (Excel seconds) as one number that rises with both.

    Like the formulas' keys it counts from the horizon's start and tells no later instants apart.
    """
    return keys.first(incident, np.nan_to_num(instant_s) - keys.low_s) // keys.rows
