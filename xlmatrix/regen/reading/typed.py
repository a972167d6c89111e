"""The stamp's tables as people left them: what they typed, added, renamed, deleted and unframed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from xlmatrix.errors import Finding, Level, XlmatrixError
from xlmatrix.package import RESCUE
from xlmatrix.regen.reading.contents import Contents
from xlmatrix.regen.reading.tables import (
    COMPUTED,
    Raw,
    TableData,
    TableInputs,
    blank,
    by_place,
    row_keys,
)
from xlmatrix.sheets.stamp import Stamp
from xlmatrix.tables.catalogue import header_of

#: Begins the key of a row that is blank but for a user's own column or a value over a formula.
NAMELESS: Final = "\0"
#: Tables that had become plain ranges and get a line each.
_MOST_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class Addition:
    """A column that a user added to a table, by row key; ``formula`` where all of it is one."""

    table: str
    header: str
    values: Mapping[str, Raw]
    formulas: Mapping[str, str]
    width: float | None = None
    format: str = ""


@dataclass(frozen=True, slots=True)
class Formulated:
    """A cell that holds a formula where a value belongs, or a value where a formula belongs."""

    table: str
    key: str
    header: str
    value: Raw
    formula: str = ""


@dataclass(slots=True)
class _Match:
    """A table as found beside the same as made: where each typed column stands now.

    ``new`` are the headers that nobody knows, ``lost`` those that are gone.
    """

    found: TableData
    base: TableInputs
    places: dict[str, int] = field(init=False)
    new: list[str] = field(init=False)
    lost: list[str] = field(init=False)
    was: dict[str, tuple[Raw, ...]] = field(init=False)
    """The rows as made, by key."""

    def __post_init__(self) -> None:
        found, base = self.found, self.base
        # Of two equal headers the first one counts.
        self.places = {h: place for place, h in reversed(list(enumerate(found.headers)))}
        known = {*base.headers, *base.computed}
        self.new = [header for header in found.headers if header not in known]
        self.lost = [header for header in base.headers if header not in self.places]
        keys = row_keys(found.name, base.headers, base.rows)
        self.was = dict(zip(keys, base.rows, strict=True))

    def rows(self) -> tuple[dict[int, tuple[Raw, ...]], list[int]]:
        """The typed values of each row by its place, and the places of rows without a key.

        The latter hold nothing but what stands in users' own columns or over formulas.
        """
        typed: dict[int, tuple[Raw, ...]] = {}
        alone: list[int] = []
        for index, row in enumerate(self.found.rows):
            values = tuple(
                row[self.places[h]] if h in self.places else None for h in self.base.headers
            )
            if not blank(values):
                typed[index] = values
            elif any(row[self.places[h]] not in (None, "") for h in self.new) or any(
                _over_formula(self.found, index, self.places[h])
                for h in self.base.computed
                if h in self.places
            ):
                alone.append(index)
        return typed, alone

    def restored(self, key: str, row: tuple[Raw, ...]) -> tuple[Raw, ...]:
        """A row with the columns that are gone as they were made."""
        was = self.was.get(key)
        if was is None:
            return row
        return tuple(was[n] if h in self.lost else row[n] for n, h in enumerate(self.base.headers))


class StampTables:
    """Reads the stamp's tables out of a workbook, and notes what is not as it was made."""

    def __init__(self, contents: Contents, stamp: Stamp, restore: frozenset[str]) -> None:
        self.contents, self.stamp, self.restore = contents, stamp, restore
        self.findings: list[Finding] = []
        self.added: list[Addition] = []
        self.formulated: list[Formulated] = []
        self.renamed: dict[tuple[str, str], str] = {}
        for name, what in _mended(contents.mended):
            self._note(name, what)

    def names(self) -> dict[str, Raw]:
        """What stands in the cells that have a name; in one that is gone, what was offered."""
        values: dict[str, Raw] = {}
        for name, offered in self.stamp.base.names.items():
            if self.contents.place_of(name) is None:
                self._note(name, "the cell of this name was deleted and comes back as it was made")
                values[name] = offered
            else:
                values[name] = self.contents.value_of(name)
        return values

    def table(self, name: str) -> TableData:
        """The typed columns of a table, in the stamp's order.

        Raises
        ------
        XlmatrixError
            When the table was deleted and nobody said that it may come back as it was made.
        """
        base = self.stamp.base.tables[name]
        found = self.contents.table(name)
        if found is None:
            if name in self.restore:
                self._note(name, "the table was deleted and comes back as it was made")
                return TableData(name, base.headers, base.rows)
            raise XlmatrixError(
                f"the table {name} was deleted",
                where=self.contents.where,
                mend=f"Bring it back with --allow-loss {name}, as the workbook was made; {RESCUE}",
            )
        return self._typed(_Match(found, base))

    def _typed(self, match: _Match) -> TableData:
        """The typed columns in the stamp's order; the rest is noted."""
        found, base = match.found, match.base
        self._pair_renamed(match)
        typed, alone = match.rows()
        keys = row_keys(found.name, base.headers, list(typed.values()))
        key_of = dict(zip(typed, keys, strict=True))
        self._repeated(match, keys)
        for header in match.lost:
            shown = header_of(found.name, header)
            what = f"the column {shown!r} was deleted and comes back as it was made"
            self._note(found.name, what)
        if match.lost:
            typed = {index: match.restored(key_of[index], row) for index, row in typed.items()}
        rows = self._formulas(match, key_of, typed)
        key_of |= {index: f"{NAMELESS}{number}" for number, index in enumerate(alone)}
        self._over_formulas(match, key_of)
        for header in match.new:
            self._add(found, header, match.places[header], key_of)
        at = (found.sheet, found.row, found.column)
        return TableData(found.name, base.headers, tuple(rows.values()), {}, *at)

    def _repeated(self, match: _Match, keys: list[str]) -> None:
        """Say which keys were typed that another row has already."""
        name = match.found.name
        if by_place(name):
            return
        folded = {key.casefold() for key in keys}
        for key in keys:
            first, mark, number = key.rpartition(" #")
            again = mark and number.isdecimal() and first.casefold() in folded
            if again and key not in match.was:
                what = f"two rows are called {first!r}; both stay, the later one as {key!r}"
                mend = "Give each a name of its own"
                self.findings.append(Finding(Level.WARNING, "key-twice", what, name, mend))

    def _pair_renamed(self, match: _Match) -> None:
        """A header that vanished where another appeared was typed over."""
        found, headers = match.found, match.base.headers
        for header in list(match.lost):
            place = headers.index(header)
            before = headers[place - 1] if place else ""
            # The one on its left may have been typed over as well.
            before = self.renamed.get((found.name, before), before)
            for candidate in list(match.new):
                at = match.places[candidate]
                neighbour = found.headers[at - 1] if at else ""
                if (neighbour == before) if before else at == 0:
                    self.renamed[found.name, header] = candidate
                    shown = header_of(found.name, header)
                    what = f"the column {shown!r} was called {candidate!r}; it gets its name back"
                    self._note(found.name, what)
                    match.places[header] = at
                    match.new.remove(candidate)
                    match.lost.remove(header)
                    break

    def _formulas(
        self, match: _Match, key_of: Mapping[int, str], typed: Mapping[int, tuple[Raw, ...]]
    ) -> dict[int, tuple[Raw, ...]]:
        """The rows with a mark where our own formula stands; those that a user typed are noted."""
        found, headers = match.found, match.base.headers
        column_at = {match.places[h]: n for n, h in enumerate(headers) if h in match.places}
        rows = dict(typed)
        for (index, place), formula in found.formulas.items():
            if place not in column_at or index not in rows:
                continue
            key, column = key_of[index], column_at[place]
            if key in match.was and match.was[key][column] == COMPUTED:
                row = rows[index]
                rows[index] = (*row[:column], COMPUTED, *row[column + 1 :])
                continue
            value = found.rows[index][place]
            self.formulated.append(Formulated(found.name, key, headers[column], value, formula))
        return rows

    def _over_formulas(self, match: _Match, key_of: Mapping[int, str]) -> None:
        """Note the values that stand where a formula was."""
        found = match.found
        for header in match.base.computed:
            at = match.places.get(header)
            if at is None:
                continue
            for index, key in key_of.items():
                if _over_formula(found, index, at):
                    value = found.rows[index][at]
                    self.formulated.append(Formulated(found.name, key, header, value))

    def _add(self, found: TableData, header: str, place: int, key_of: Mapping[int, str]) -> None:
        values = {key: found.rows[index][place] for index, key in key_of.items()}
        formulas = {
            key: found.formulas[index, place]
            for index, key in key_of.items()
            if (index, place) in found.formulas
        }
        sheet = self.contents.sheet(found.sheet)
        width, code = None, ""
        if sheet is not None:
            column = found.column + place
            width = sheet.cells.widths.get(column)
            rows = [found.row + 1 + index for index in key_of]
            styles = (sheet.cells.styles.get((row, column), 0) for row in rows)
            style = next((style for style in styles if style), 0)
            code = self.contents.code_of(style)
        self.added.append(Addition(found.name, header, values, formulas, width, code))

    def _note(self, name: str, what: str) -> None:
        self.findings.append(Finding(Level.NOTE, "workbook-mended", what, name, "Nothing to do"))


def _mended(tables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A line for each table that was mended; one for all where a program left every frame out."""
    plain = {name: what for name, what in tables.items() if "plain range" in what}
    if len(plain) <= _MOST_LINES:
        yield from tables.items()
        return
    yield from ((name, what) for name, what in tables.items() if name not in plain)
    first = ", ".join([*plain][:_MOST_LINES])
    what = f"{len(plain)} tables had become plain ranges ({first} ...) and are tables again"
    yield "tables", what


def _over_formula(found: TableData, index: int, place: int) -> bool:
    """Whether a value, and no formula, stands in a cell of a column that is computed."""
    return found.rows[index][place] not in (None, "") and (index, place) not in found.formulas
