"""Tables of ours that have lost their name or their frame, found by their sheet and their columns.

People rename tables and turn them into plain ranges; some programs write no tables at all. Once
found, such a table stands in the contents as if nothing had happened, and formulas that speak of it
by the name it had speak of it by ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.formula.render import column_letters
from xlmatrix.regen.reading.contents import Contents, Place, SheetPart
from xlmatrix.regen.reading.mentions import retabled
from xlmatrix.regen.reading.plainranges import Heading, Rows, headings, last_row
from xlmatrix.regen.reading.stamped import sheet_names
from xlmatrix.sheets.stamp import Stamp
from xlmatrix.tables.catalogue import column_of, ids_of, table_of

#: The share of the columns that people type in that has to be there still.
_SHARE: Final = 2 / 3


@dataclass(frozen=True)
class Sought:
    """A table that is sought: the ids of its columns, and of those that tell it."""

    name: str
    columns: tuple[str, ...]
    telling: tuple[str, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """Its headers, folded, those of earlier releases too."""
        declared = (column_of(self.name, known) for known in self.columns)
        shown = (header for one in declared if one for header in (one.header, *one.was))
        return _folded((*self.columns, *shown))

    def fits(self, headers: Sequence[str]) -> float:
        """How alike a table with these headers is, from 0 to 1; 0 for one that is none of it."""
        found = _folded(ids_of(self.name, headers))
        columns, telling = _folded(self.columns), _folded(self.telling)
        if len(telling & found) < _SHARE * len(telling):
            return 0.0
        return len(columns & found) / len(columns | found)


def _folded(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(text.casefold() for text in texts)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Where a table that is sought may stand: in a frame of another name, or without any.

    The last row of one without a frame is still to be found, above the headings ``stops``.
    """

    sheet: SheetPart
    place: Place
    heading: Heading | None = None
    stops: Sequence[Heading] = ()

    @property
    def framed(self) -> bool:
        return self.heading is None

    def __str__(self) -> str:
        at = f"{self.sheet.name}!{column_letters(self.place.column)}{self.place.row}"
        return f"the table {self.place.name} at {at}" if self.framed else f"the headings at {at}"


def recognise(contents: Contents, stamp: Stamp, restore: frozenset[str] = frozenset()) -> None:
    """Give the stamp's tables their names and frames back; ``contents.mended`` says which.

    Parameters
    ----------
    restore
        Tables that may be missing: they are looked for on their own sheet alone.

    Raises
    ------
    XlmatrixError
        When two places fit one table, or one place two tables.
    """
    for sought, home, others in _missing(contents, stamp):
        left = _take(contents, stamp, sought, _framed(home))
        left = _take(contents, stamp, left, _plain(home, left))
        left = [one for one in left if one.name not in restore]
        left = _take(contents, stamp, left, _framed(others))
        _take(contents, stamp, left, _plain(others, left))
    for was, name in contents.renamed.items():
        _respeak(contents, was, name)
    for sheet in contents.sheets:
        sheet.tables = [_grown(contents, stamp, sheet, place) for place in sheet.tables]


def _grown(contents: Contents, stamp: Stamp, sheet: SheetPart, place: Place) -> Place:
    """A table of ours with the rows right below its frame: some programs do not let it grow."""
    made = any(place.name in base.columns for base in stamp.sheets.values())
    if not made or place.totals:
        return place
    rows, start = _rows(contents, stamp, place), place.last_row
    heading = Heading(place.row, place.column, place.headers)
    last = last_row(sheet, heading, (), rows, start=start)
    typed = (
        row
        for row in range(last, start, -1)
        for column in heading.columns
        if (row, column) in sheet.cells.values and (row, column) not in sheet.cells.formulas
    )
    below = next(typed, 0)
    if below:
        what = f"the table ended at row {start}; what was typed below, to row {below}, is its own"
        contents.mended.setdefault(place.name, what)
    return replace(place, last_row=last)


def recognise_names(contents: Contents, stamp: Stamp) -> None:
    """The same in an outline, as far as it tells: renamed tables on the sheets they stood on.

    It is known then which of the cells to come are computed.
    """
    for sought, home, _ in _missing(contents, stamp):
        _take(contents, stamp, sought, _framed(home))


def _missing(
    contents: Contents, stamp: Stamp
) -> Iterator[tuple[list[Sought], list[SheetPart], list[SheetPart]]]:
    """By sheet: the tables that are not there, the sheet, and where else they may have gone."""
    now = sheet_names(contents, stamp.sheets)
    for name, base in stamp.sheets.items():
        there = {place.name.casefold() for sheet in contents.sheets for place in sheet.tables}
        sought = [_sought(stamp, name, t) for t in base.tables if t.casefold() not in there]
        home = contents.sheet(now.get(name, name))
        if sought:
            others = [sheet for sheet in contents.sheets if _foreign(sheet, now, home)]
            yield sought, [home] if home is not None else [], others


def _sought(stamp: Stamp, sheet: str, table: str) -> Sought:
    columns = stamp.sheets[sheet].columns[table]
    typed = stamp.base.tables.get(table)
    return Sought(table, columns, (typed.headers if typed is not None else ()) or columns)


def _foreign(sheet: SheetPart, now: Mapping[str, str], home: SheetPart | None) -> bool:
    """Whether a table may have been moved to a sheet: none of ours that is in its place."""
    return sheet is not home and sheet.state == "visible" and sheet.name not in now.values()


def _framed(sheets: Iterable[SheetPart]) -> list[_Candidate]:
    """The tables on some sheets that have none of our names."""
    return [
        _Candidate(sheet, place)
        for sheet in sheets
        for place in sheet.tables
        if table_of(place.name) is None
    ]


def _plain(sheets: Iterable[SheetPart], sought: Sequence[Sought]) -> list[_Candidate]:
    """Headings outside of every table that are alike to those of a table that is sought."""
    words = frozenset(word for one in sought for word in one.words)
    candidates = []
    for sheet in sheets if sought else ():
        found = headings(sheet, [one.fits for one in sought], words)
        for one in found:
            place = Place("", sheet.name, one.row, one.column, one.row, one.headers)
            candidates.append(_Candidate(sheet, place, one, found))
    return candidates


def _take(
    contents: Contents, stamp: Stamp, sought: Sequence[Sought], candidates: Sequence[_Candidate]
) -> list[Sought]:
    """Frame each table that exactly one candidate fits; gives those that none does."""
    chosen: dict[str, list[_Candidate]] = {one.name: [] for one in sought}
    for candidate in candidates:
        fits = {one.name: one.fits(candidate.place.headers) for one in sought}
        best = max(fits.values(), default=0.0)
        alike = [name for name, fit in fits.items() if fit == best and best]
        if len(alike) > 1:
            raise _unclear(contents, f"{candidate} may be {' or '.join(alike)}", alike[0])
        if alike:
            chosen[alike[0]].append(candidate)
    left = []
    for one in sought:
        if len(chosen[one.name]) > 1:
            places = " and ".join(map(str, chosen[one.name][:3]))
            raise _unclear(contents, f"{places} may both be {one.name}", one.name)
        if chosen[one.name]:
            _frame(contents, stamp, one.name, chosen[one.name][0])
        else:
            left.append(one)
    return left


def _unclear(contents: Contents, what: str, name: str) -> XlmatrixError:
    return XlmatrixError(
        f"the table {name} is there no more, and {what}",
        where=contents.where,
        mend=f"Give the right one the name {name} under Table Design > Table Name (first Insert >"
        " Table for a plain range), or delete the other",
    )


def _frame(contents: Contents, stamp: Stamp, name: str, candidate: _Candidate) -> None:
    """Have the candidate stand under our name, and formulas speak of it so."""
    sheet, was = candidate.sheet, candidate.place
    place = replace(was, name=name, headers=ids_of(name, was.headers))
    if candidate.heading is None:
        contents.mended[name] = f"the table was called {was.name!r}; it has its name back"
        contents.renamed[was.name] = name
    else:
        rows = _rows(contents, stamp, place)
        last = last_row(sheet, candidate.heading, candidate.stops, rows)
        place = replace(place, last_row=last)
        at = f"rows {place.row} to {last} of {sheet.name}"
        contents.mended[name] = f"the table had become a plain range ({at}) and is a table again"
    kept = [one for one in sheet.tables if one is not was]
    sheet.tables = sorted([*kept, place], key=lambda one: (one.row, one.column))


def _rows(contents: Contents, stamp: Stamp, place: Place) -> Rows:
    """What tells the rows of a table that stands in no frame."""
    made = stamp.base.tables.get(place.name)
    columns = next(b.columns[place.name] for b in stamp.sheets.values() if place.name in b.tables)
    computed = columns if made is None else made.computed
    names = {row[0] for row in made.rows} - {None, ""} if made is not None else set()
    numbers = {place.column + n for n, known in enumerate(place.headers) if known in computed}
    return Rows(numbers, names, contents.ours)


def _respeak(contents: Contents, was: str, name: str) -> None:
    """Have every formula speak of a table by the name that it has now."""
    for names in (contents.names, *(sheet.names for sheet in contents.sheets)):
        names.update({known: retabled(text, was, name) for known, text in names.items()})
    for sheet in contents.sheets:
        for formulas in (sheet.cells.formulas, sheet.cells.arrays):
            formulas.update({at: retabled(text, was, name) for at, text in formulas.items()})
