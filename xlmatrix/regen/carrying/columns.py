"""Users' columns, at the right of their tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from xlmatrix.formula.expr import Verbatim
from xlmatrix.regen.carrying.cargo import Cargo, Trip
from xlmatrix.regen.carrying.references import Known, dangling, has_addresses, renamed
from xlmatrix.regen.carrying.roles import PADDING_CHARS, format_role
from xlmatrix.regen.carrying.rows import all_keys_by_row, shown_key
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.typed import NAMELESS, Addition
from xlmatrix.sheets.plan import BookPlan, Formula, SheetPlan, Table
from xlmatrix.tables.column import typed
from xlmatrix.tables.kinds import TEXT

_WIDTH_CHARS: Final = 14.0
#: Ends the header of a user's column where the template has one of that name.
YOURS: Final = " (yours)"


def add_columns(trip: Trip, cargo: Cargo) -> Cargo:
    """Add the columns; one without its table, or without room beside it, is lost."""
    # Rows are known by our own columns, not by what users' columns put into blank ones.
    keys: dict[str, dict[int, str]] = {}
    for addition in trip.columns:
        found = _table(cargo.book, addition.table)
        if found is not None:
            plan, table = found
            rows = keys.setdefault(table.name, all_keys_by_row(table))
            column = _Column(addition, _free_header(table, addition.header), rows)
            if column.fits(plan, table):
                cargo = _with_column(trip, cargo, plan, table, column)
                continue
        cargo = cargo.losing(addition.header, f"column {addition.header!r} of {addition.table}")
    return cargo


def _table(book: BookPlan, name: str) -> tuple[SheetPlan, Table] | None:
    return next(((p, t) for p in book.sheets for t in p.tables if t.name == name), None)


def _free_header(table: Table, header: str) -> str:
    taken = {shown.casefold() for shown in (*table.headers, *(c.id for c in table.columns))}
    while header.casefold() in taken:
        header += YOURS
    return header


@dataclass(frozen=True, slots=True)
class _Column:
    """A column to add, under the header that it gets; ``keys`` are those of the table's rows."""

    addition: Addition
    header: str
    keys: Mapping[int, str]

    def fits(self, plan: SheetPlan, table: Table) -> bool:
        """Whether the place at the table's right is free, and every row has its own."""
        place = table.column + len(table.columns)
        rows = range(table.row, table.last_row + 1)
        beside = (t for t in plan.tables if t.name != table.name)
        if any((row, place) in plan.cells for row in rows) or any(
            t.column <= place < t.column + len(t.columns) and t.row <= table.last_row <= t.last_row
            for t in beside
        ):
            return False
        nameless = {key for key in self.addition.values if key.startswith(NAMELESS)}
        return nameless <= set(self.keys.values())


def _with_column(trip: Trip, cargo: Cargo, plan: SheetPlan, table: Table, column: _Column) -> Cargo:
    addition = column.addition
    cells = _cells(trip, _known(trip, cargo.book, table, column.header), table, column)
    width = addition.width or _WIDTH_CHARS
    role = format_role(addition.format, "input")
    heading = typed(column.header, TEXT, role, width)
    if cells.expression is not None:
        heading = heading.by(cells.expression)
    wider = replace(table, columns=(*table.columns, heading), values=(*table.values, cells.values))
    tables = tuple(wider if t.name == table.name else t for t in plan.tables)
    widths = dict(plan.widths)
    if addition.width:
        place = table.column + len(table.columns)
        widths[place] = max(1.0, round(addition.width - PADDING_CHARS, 2))
    note = "column added by you"
    kept = Change(Outcome.KEPT, table.name, "", column.header, note=note, sheet=plan.name)
    refused = (replace(change, sheet=plan.name) for change in cells.refused)
    return cargo.with_sheet(replace(plan, tables=tables, widths=widths)).noting(*refused, kept)


def _known(trip: Trip, book: BookPlan, table: Table, header: str) -> Known:
    """What the column's formulas may mention: its table's new columns and itself as well."""
    known = trip.known(book)
    folded = table.name.casefold()
    added = {a.header.casefold() for a in trip.used.added if a.table == table.name}
    columns = known.tables[folded] | {header.casefold()} | added
    return replace(known, tables={**known.tables, folded: columns})


@dataclass(frozen=True, slots=True)
class _Cells:
    """Values of a column by row; ``expression`` where one formula fills all of it."""

    values: list[Any]
    expression: Verbatim | None
    refused: list[Change]


def _cells(trip: Trip, known: Known, table: Table, column: _Column) -> _Cells:
    addition = column.addition
    values: list[Any] = [None] * table.height
    formulas: set[str] = set()
    refused: list[Change] = []
    for row, key in column.keys.items():
        if key.startswith(NAMELESS) and key not in addition.values:
            continue
        value, formula = addition.values.get(key), addition.formulas.get(key, "")
        values[row] = value
        text = renamed(formula, trip.names_back) if formula else ""
        if text and (has_addresses(text) or dangling(text, known)):
            note = "the formula refers to cells by address; its value stays"
            at = (table.name, shown_key(key), column.header)
            before = f"={formula}"
            refused.append(Change(Outcome.REFUSED, *at, before=before, after=value, note=note))
            text = ""
        elif text:
            values[row] = Formula(Verbatim(text), value)
        formulas.add(text)
    if len(formulas) != 1 or "" in formulas:
        return _Cells(values, None, refused)
    plain = [value.value if isinstance(value, Formula) else "" for value in values]
    return _Cells(plain, Verbatim(formulas.pop()), refused)
