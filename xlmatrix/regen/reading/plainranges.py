"""Rows of headings that stand in no table, and the rows that belong to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from xlmatrix.regen.reading.contents import SheetPart

_DIGITS: Final = re.compile(r"[0-9]+")
#: Blank rows that people leave between others of a table.
_MOST_GAP: Final = 200
#: Cells of a row that make it one of the table's behind a gap; a remark stands in one.
_TELLING_CELLS: Final = 2
#: How alike a table with some headers is to one that is sought, from 0 to 1.
Fit = Callable[[Sequence[str]], float]


@dataclass(frozen=True, slots=True)
class Heading:
    """A row of headings; a column without one is called by its number."""

    row: int
    column: int
    headers: tuple[str, ...]

    @property
    def columns(self) -> range:
        """The sheet columns below it."""
        return range(self.column, self.column + len(self.headers))

    def with_next(self, other: Heading) -> Heading:
        """One heading of this and the next, with the columns between them."""
        gap = range(self.columns.stop, other.column)
        between = (f"Column {number}" for number in gap)
        return Heading(self.row, self.column, (*self.headers, *between, *other.headers))


def headings(sheet: SheetPart, fits: Sequence[Fit], words: Container[str]) -> list[Heading]:
    """The headings on a sheet, outside of its tables, that are alike to what is sought.

    ``words`` are the folded headers that any of them has.
    """
    found: list[Heading] = []
    for runs in _rows_of_texts(sheet, words):
        for fit in fits:
            found += [one for one in _fitting(runs, fit) if one not in found]
    return found


def _fitting(runs: Sequence[Heading], fit: Fit) -> Iterator[Heading]:
    """Runs of texts that fit, each as wide as fits best: a column may have no heading."""
    left = list(runs)
    while left:
        best = left.pop(0)
        while left and fit((wider := best.with_next(left[0])).headers) > fit(best.headers):
            best = wider
            left.pop(0)
        if fit(best.headers):
            yield best


def _rows_of_texts(sheet: SheetPart, words: Container[str]) -> Iterator[list[Heading]]:
    """The runs of texts side by side in each row that has one of the words."""
    rows: dict[int, dict[int, str]] = {}
    telling: set[int] = set()
    for (row, column), value in sheet.cells.values.items():
        if isinstance(value, str) and value and (row, column) not in sheet.cells.formulas:
            rows.setdefault(row, {})[column] = value
            if value.casefold() in words:
                telling.add(row)
    for row in sorted(telling):
        runs: list[Heading] = []
        for column, text in sorted(rows[row].items()):
            if any(place.holds((row, column)) for place in sheet.tables):
                continue
            if runs and runs[-1].columns.stop == column:
                runs[-1] = Heading(row, runs[-1].column, (*runs[-1].headers, text))
            else:
                runs.append(Heading(row, column, (text,)))
        yield runs


@dataclass(frozen=True, slots=True)
class Rows:
    """What tells a row of a table from what else stands below it.

    ``computed`` are the sheet columns that it computes, ``names`` what its rows were called when
    they were made, and ``ours`` the texts of ours outside of tables.
    """

    computed: Collection[int]
    names: Container[object]
    ours: Container[str]


def last_row(
    sheet: SheetPart, heading: Heading, stops: Sequence[Heading], rows: Rows, *, start: int = 0
) -> int:
    """The last row below a heading that belongs to it.

    It ends above another heading, a table, a row of texts of ours that has not the formulas of the
    first one, and a remark of somebody's. Of a table whose frame ends at the row ``start`` it is
    looked for from there, and without a gap.
    """
    cells, columns = sheet.cells, heading.columns
    last = row = start or heading.row
    most_gap = 1 if start else _MOST_GAP
    end = min([*_ends(sheet, heading, stops), cells.last_row + 1])
    while (row := row + 1) < min(end, last + 1 + most_gap):
        spots = [(row, column) for column in columns]
        filled = [cells.values[spot] for spot in spots if spot in cells.values]
        formulas = sum(spot in cells.formulas and spot[1] in rows.computed for spot in spots)
        told = [cells.values[s] for s in spots if s in cells.values and s not in cells.formulas]
        if filled and filled[0] in rows.names:
            last = row
        elif told and _ours(told, rows.ours, behind_a_gap=row > last + 1):
            if not _computes(sheet, heading.row + 1, row, rows.computed):
                break
            last = row
        elif 2 * formulas > len(rows.computed):
            last = row
        elif filled:
            if row > last + 1 and len(told) < min(_TELLING_CELLS, len(columns)):
                break
            last = row
    return last


def _ours(told: Sequence[object], ours: Container[str], *, behind_a_gap: bool) -> bool:
    """Whether a row says what we say; behind a gap somebody may have typed beside our text."""
    return str(told[0]) in ours if behind_a_gap else all(str(value) in ours for value in told)


def _computes(sheet: SheetPart, first: int, row: int, computed: Collection[int]) -> bool:
    """Whether a row has the formulas of the first one of a table, but for the numbers of rows."""
    formulas = sheet.cells.formulas
    pairs = [(formulas.get((first, at), ""), formulas.get((row, at), "")) for at in computed]
    return any(a and _DIGITS.sub("", a) == _DIGITS.sub("", b) for a, b in pairs)


def _ends(sheet: SheetPart, heading: Heading, stops: Sequence[Heading]) -> Iterator[int]:
    """The rows below a heading where something else begins."""
    below = [(place.row, place.column, place.last_column + 1) for place in sheet.tables]
    below += [(one.row, one.columns.start, one.columns.stop) for one in stops]
    columns = heading.columns
    for row, first, end in below:
        if row > heading.row and first < columns.stop and columns.start < end:
            yield row
