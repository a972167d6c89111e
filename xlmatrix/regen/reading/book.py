"""A used workbook, understood: its stamp, what people typed, and the spec and log that this makes.

What is read is keyed by table, row key and column, never by address, so that rows may have been
sorted, columns moved and sheets renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from xlmatrix.errors import Finding, Level, XlmatrixError
from xlmatrix.model.loader import Loaded
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Horizon
from xlmatrix.model.placeholders import fill_placeholders
from xlmatrix.model.schema import validate
from xlmatrix.model.yamltree import parse
from xlmatrix.regen.mapping import (
    TypedSpec,
    log_from_tables,
    spec_from_tables,
    typed_from_tables,
)
from xlmatrix.regen.reading.reader import (
    RESCUE,
    Contents,
    Place,
    Progress,
    SheetPart,
    read_contents,
    table_data,
)
from xlmatrix.regen.reading.tables import (
    COMPUTED,
    Inputs,
    Raw,
    TableData,
    TableInputs,
    blank,
    by_place,
    row_keys,
)
from xlmatrix.rules.logs.incident_log import MOST_INCIDENTS, IncidentLog, too_many
from xlmatrix.sheets.plan import Value
from xlmatrix.sheets.stamp import NAME, TITLE, SheetBase, Stamp, read_stamp
from xlmatrix.tables.catalogue import header_of, ids_of

MAX_ROWS: Final = MOST_INCIDENTS
#: Rows of the log's sheet that may stand above, below and beside it.
_OTHER_ROWS: Final = 1_000
#: Begins the key of a row that is blank but for a user's own column or a value over a formula.
NAMELESS: Final = "\0"
# Headers that have to stand side by side for a table whose frame was taken away.
_TELLING: Final = 3


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
class UsedBook:
    """A workbook as read.

    Attributes
    ----------
    spec
        The spec that its inputs say; lenient, see :mod:`xlmatrix.regen.mapping`.
    log
        Its incidents.
    typed
        Values without a place in either, by (table, row key, column).
    base
        The spec that it was made from, with the horizon of its calendars.
    loaded
        The same as written in the stamp, with comments.
    inputs
        All inputs, as the merge takes them.
    findings
        What was typed that no spec takes.
    added
        Columns that a user added to tables.
    formulated
        Formulas in input cells, and values typed over formulas.
    renamed
        Tables' columns that a user renamed: (table, old header) to the new one.
    own_sheets
        Sheets that a user added.
    """

    where: str
    contents: Contents
    stamp: Stamp
    loaded: Loaded
    base: MatrixSpec
    inputs: Inputs
    spec: TypedSpec
    log: IncidentLog
    typed: dict[tuple[str, str, str], Value]
    findings: list[Finding]
    added: list[Addition] = field(default_factory=list)
    formulated: list[Formulated] = field(default_factory=list)
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)
    own_sheets: list[SheetPart] = field(default_factory=list)
    sheet_names: dict[str, str] = field(default_factory=dict)
    """The sheets of the stamp, under the names that they have now."""


def read_book(
    path: Path, *, restore: frozenset[str] = frozenset(), progress: Progress | None = None
) -> UsedBook:
    """Read a workbook that xlmatrix made and people used.

    Parameters
    ----------
    restore
        Tables that may be missing: they come back as the workbook was made.

    Raises
    ------
    XlmatrixError
        The file is no workbook, none of ours, damaged, or one whose stamp or tables are gone.
    """
    found: dict[str, Stamp] = {}

    def computed(contents: Contents) -> dict[str, frozenset[str]]:
        found["stamp"] = stamp = _stamp(path, contents)
        return {name: frozenset(t.computed) for name, t in stamp.base.tables.items()}

    def skip(contents: Contents, sheet: SheetPart) -> bool:
        # Hidden sheets of ours hold nothing that anybody types.
        return sheet.state != "visible" and sheet.name in found["stamp"].sheets and not sheet.tables

    def most_rows(sheet: SheetPart) -> int | None:
        log = any(place.name == "tIncidents" for place in sheet.tables)
        return MAX_ROWS + _OTHER_ROWS if log else None

    contents = read_contents(
        path, computed=computed, skip=skip, most_rows=most_rows, progress=progress
    )
    return understand(contents, found["stamp"], restore=restore)


def understand(
    contents: Contents, stamp: Stamp, *, restore: frozenset[str] = frozenset()
) -> UsedBook:
    """What the contents of a workbook say in the terms of its stamp."""
    where = contents.where
    loaded = _loaded(stamp, where)
    start, end = stamp.horizon
    base = loaded.spec.model_copy(update={"horizon": Horizon(start=start, end=end)})
    contents.ours = frozenset(text for sheet in stamp.sheets.values() for text in sheet.loose)
    reader = _Tables(contents, stamp, restore)
    tables = {name: reader.table(name) for name in stamp.base.tables}
    names = {
        name: contents.value_of(name) if contents.place_of(name) else value
        for name, value in stamp.base.names.items()
    }
    incidents = len(tables.get("tIncidents", _NONE).rows)
    if incidents > MAX_ROWS:
        raise too_many(incidents, most=MAX_ROWS, where=where)
    spec, findings = spec_from_tables(tables, names, base)
    inputs = Inputs(
        {
            name: TableInputs(t.headers, stamp.base.tables[name].computed, t.rows)
            for name, t in tables.items()
        },
        names,
    )
    sheet_names = _sheet_names(contents, stamp.sheets)
    ours = {name.casefold() for name in sheet_names.values()} | {NAME.casefold()}
    return UsedBook(
        where=where,
        contents=contents,
        stamp=stamp,
        loaded=loaded,
        base=base,
        inputs=inputs,
        spec=spec,
        log=log_from_tables(tables),
        typed=dict(typed_from_tables(tables, names)),
        findings=[*findings, *reader.findings],
        added=reader.added,
        formulated=reader.formulated,
        renamed=reader.renamed,
        own_sheets=[s for s in contents.sheets if _is_own(s, ours)],
        sheet_names=sheet_names,
    )


#: The table of an earlier report.
REPORT: Final = "tRegenerated"
_NONE: Final = TableData("", (), ())


def _is_own(sheet: SheetPart, ours: set[str]) -> bool:
    return sheet.name.casefold() not in ours and all(p.name != REPORT for p in sheet.tables)


def _loaded(stamp: Stamp, where: str) -> Loaded:
    """The spec of the stamp, without the checks that a newer release may have learnt."""
    source = f"template {stamp.template}" if stamp.template else "stamp"
    tree, _ = parse(stamp.spec, source)
    fill_placeholders(tree)
    spec, _, _ = validate(tree)
    if spec is None:
        raise XlmatrixError(
            "the spec in the workbook's stamp is not one that this release reads",
            where=where,
            mend="Update xlmatrix, or name the spec that it was made from",
        )
    return Loaded(spec=spec, findings=(), text=stamp.spec, source=source, tree=tree)


def _stamp(path: Path, contents: Contents) -> Stamp:
    """The stamp, from the sheet of that name or whatever it is called now."""
    named = {s.part for s in contents.sheets if s.name.casefold() == NAME.casefold()}
    wanted = named or {s.part for s in contents.sheets if s.state != "visible"}
    read = read_contents(path, skip=lambda _, sheet: sheet.part not in wanted)
    for sheet in sorted(read.sheets, key=lambda s: s.name.casefold() != NAME.casefold()):
        values = sheet.cells.values
        if values.get((1, 1)) == TITLE:
            rows = sorted(row for row, column in values if column == 1 and row > 1)
            pieces = [(str(values[row, 1]), str(values.get((row, 2), ""))) for row in rows]
            return read_stamp(pieces, contents.where)
    ours = any(place.name == "tIncidents" for s in contents.sheets for place in s.tables)
    raise XlmatrixError(
        "the workbook has lost its stamp, so nobody can tell what was typed since it was made"
        if ours
        else "this workbook was not made by xlmatrix",
        where=contents.where,
        mend=f"Take a backup that has it; {RESCUE}" if ours else "Name a workbook that it built",
    )


class _Tables:
    """Reads the stamp's tables out of a workbook, and notes what is not as it was made."""

    def __init__(self, contents: Contents, stamp: Stamp, restore: frozenset[str]) -> None:
        self.contents, self.stamp, self.restore = contents, stamp, restore
        self.findings: list[Finding] = []
        self.added: list[Addition] = []
        self.formulated: list[Formulated] = []
        self.renamed: dict[tuple[str, str], str] = {}

    def table(self, name: str) -> TableData:
        base = self.stamp.base.tables[name]
        found = self.contents.table(name) or self._unframed(name, base)
        if found is None:
            if name in self.restore:
                self._note(name, "the table was deleted and comes back as it was made")
                return TableData(name, base.headers, base.rows)
            raise XlmatrixError(
                f"the table {name} was deleted",
                where=self.contents.where,
                mend=f"Bring it back with --allow-loss {name}, as the workbook was made; {RESCUE}",
            )
        return self._typed(found, base)

    def _unframed(self, name: str, base: TableInputs) -> TableData | None:
        """A table that was turned into a plain range: found by its headers."""
        wanted = [h.casefold() for h in base.headers[:_TELLING]]
        home = next((s for s, b in self.stamp.sheets.items() if name in b.tables), "")
        home_sheet = _sheet_names(self.contents, self.stamp.sheets).get(home, home)
        for sheet in sorted(self.contents.sheets, key=lambda s: s.name != home_sheet):
            if sheet.name != home_sheet:
                continue
            for (row, column), value in sheet.cells.values.items():
                shown = [str(value)] + [
                    str(sheet.cells.values.get((row, column + n), ""))
                    for n in range(1, len(wanted))
                ]
                heads = [known.casefold() for known in ids_of(name, shown)]
                if heads != wanted or any(
                    p.row == row and p.column <= column <= p.last_column for p in sheet.tables
                ):
                    continue
                return table_data(sheet, self._area(name, sheet, row, column))
        return None

    def _area(self, name: str, sheet: SheetPart, row: int, column: int) -> Place:
        values = sheet.cells.values
        headers: list[str] = []
        while (row, column + len(headers)) in values:
            headers.append(str(values[row, column + len(headers)]))
        last = row
        columns = range(column, column + len(headers))
        while any((last + 1, c) in values for c in columns):
            last += 1
        self._note(name, "the table had become a plain range and is a table again")
        return Place(name, sheet.name, row, column, last, ids_of(name, headers))

    def _typed(self, found: TableData, base: TableInputs) -> TableData:
        """The typed columns in the stamp's order; the rest is noted."""
        name = found.name
        places = {header: place for place, header in reversed(list(enumerate(found.headers)))}
        known = {*base.headers, *base.computed}
        new = [header for header in found.headers if header not in known]
        lost = [header for header in base.headers if header not in places]
        self._pair_renamed(name, base, found, new, lost, places)
        was = dict(zip(row_keys(name, base.headers, base.rows), base.rows, strict=True))
        rows: list[tuple[Raw, ...]] = []
        kept: list[int] = []
        alone: list[int] = []
        for index, row in enumerate(found.rows):
            values = tuple(row[places[h]] if h in places else None for h in base.headers)
            if not blank(values):
                rows.append(values)
                kept.append(index)
            elif any(row[places[h]] not in (None, "") for h in new) or any(
                _over_formula(found, index, places[h]) for h in base.computed if h in places
            ):
                alone.append(index)
        keys = row_keys(name, base.headers, rows)
        self._repeated(name, keys, was)
        if lost:
            for header in lost:
                shown = header_of(name, header)
                self._note(name, f"the column {shown!r} was deleted and comes back as it was made")
            rows = [
                _restored(row, base.headers, lost, was.get(key))
                for row, key in zip(rows, keys, strict=True)
            ]
        key_of = dict(zip(kept, keys, strict=True))
        rows = self._formulas(found, base, places, key_of, (was, rows))
        # Rows that hold nothing but what stands in users' own columns or over formulas have no key.
        key_of |= {index: f"{NAMELESS}{number}" for number, index in enumerate(alone)}
        self._over_formulas(found, base, places, key_of)
        for header in new:
            self._add(found, header, places[header], key_of)
        return TableData(name, base.headers, tuple(rows), {}, found.sheet, found.row, found.column)

    def _repeated(self, name: str, keys: list[str], was: Mapping[str, tuple[Raw, ...]]) -> None:
        """Say which keys were typed that another row has already."""
        if by_place(name):
            return
        folded = {key.casefold() for key in keys}
        for key in keys:
            first, mark, number = key.rpartition(" #")
            if mark and number.isdecimal() and first.casefold() in folded and key not in was:
                what = f"two rows are called {first!r}; both stay, the later one as {key!r}"
                mend = "Give each a name of its own"
                self.findings.append(Finding(Level.WARNING, "key-twice", what, name, mend))

    def _pair_renamed(
        self,
        name: str,
        base: TableInputs,
        found: TableData,
        new: list[str],
        lost: list[str],
        places: dict[str, int],
    ) -> None:
        """A header that vanished where another appeared was typed over."""
        for header in list(lost):
            before = (
                base.headers[base.headers.index(header) - 1] if header != base.headers[0] else ""
            )
            # The one on its left may have been typed over as well.
            before = self.renamed.get((name, before), before)
            for candidate in list(new):
                at = places[candidate]
                neighbour = found.headers[at - 1] if at else ""
                if (neighbour == before) if before else at == 0:
                    self.renamed[name, header] = candidate
                    self._note(
                        name,
                        f"the column {header_of(name, header)!r} was called {candidate!r}; "
                        "it gets its name back",
                    )
                    places[header] = at
                    new.remove(candidate)
                    lost.remove(header)
                    break

    def _formulas(
        self,
        found: TableData,
        base: TableInputs,
        places: Mapping[str, int],
        key_of: Mapping[int, str],
        offered: tuple[Mapping[str, tuple[Raw, ...]], list[tuple[Raw, ...]]],
    ) -> list[tuple[Raw, ...]]:
        """Note formulas that a user typed; ours stay what they are.

        ``key_of`` gives the key of each row that is kept, ``offered`` the rows of the stamp by key
        and the rows as read, which are returned.
        """
        was, rows = offered
        ours: dict[int, set[int]] = {}
        order = {index: at for at, index in enumerate(key_of)}
        typed = {places[h]: h for h in base.headers if h in places}
        for (index, place), formula in found.formulas.items():
            if place not in typed or index not in key_of:
                continue
            key, header = key_of[index], typed[place]
            column = base.headers.index(header)
            if key in was and was[key][column] == COMPUTED:
                ours.setdefault(order[index], set()).add(column)
                continue
            value = found.rows[index][place]
            self.formulated.append(Formulated(found.name, key, header, value, formula))
        return [
            tuple(COMPUTED if n in ours[at] else value for n, value in enumerate(row))
            if at in ours
            else row
            for at, row in enumerate(rows)
        ]

    def _over_formulas(
        self,
        found: TableData,
        base: TableInputs,
        places: Mapping[str, int],
        key_of: Mapping[int, str],
    ) -> None:
        """Note the values that stand where a formula was."""
        for header in base.computed:
            if header not in places:
                continue
            at = places[header]
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
            code = self.contents.formats[style] if style < len(self.contents.formats) else ""
        self.added.append(Addition(found.name, header, values, formulas, width, code))

    def _note(self, name: str, what: str) -> None:
        self.findings.append(Finding(Level.NOTE, "workbook-mended", what, name, "Nothing to do"))


def _over_formula(found: TableData, index: int, place: int) -> bool:
    """Whether a value, and no formula, stands in a cell of a column that is computed."""
    return found.rows[index][place] not in (None, "") and (index, place) not in found.formulas


def _restored(
    row: tuple[Raw, ...], headers: tuple[str, ...], lost: list[str], was: tuple[Raw, ...] | None
) -> tuple[Raw, ...]:
    if was is None:
        return row
    return tuple(was[n] if h in lost else row[n] for n, h in enumerate(headers))


def _sheet_names(contents: Contents, bases: Mapping[str, SheetBase]) -> dict[str, str]:
    """Each sheet of the stamp with the name it has now, told by its tables and defined names."""
    by_table = {place.name: sheet.name for sheet in contents.sheets for place in sheet.tables}
    present = {sheet.name for sheet in contents.sheets}
    found: dict[str, str] = {}
    for name, base in bases.items():
        if name in present:
            found[name] = name
            continue
        now = next((by_table[table] for table in base.tables if table in by_table), None)
        if now is None:
            places = (contents.place_of(known) for known in base.names)
            now = next((place[0].name for place in places if place is not None), None)
        if now is not None and now not in bases:
            found[name] = now
    return found


__all__ = ["Addition", "Formulated", "UsedBook", "read_book", "understand"]
