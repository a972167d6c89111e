"""A small table under construction: keys, what people type, what follows from it.

Every input goes through :meth:`Scene.value` under the row's key, so that what was typed survives a
regeneration; rows that people added under keys of their own come back below the known ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xlmatrix.formula import Expr, ref, span
from xlmatrix.formula.expr import Cell
from xlmatrix.rules.cells import RowCells, number_in
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.layout import Paints, laid_out, paired
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Table, Value
from xlmatrix.tables.column import Column, Origin
from xlmatrix.tables.table import Table as Declared
from xlmatrix.tables.vocabulary import Vocabulary


@dataclass(slots=True)
class Form:
    """The cells of one table; rows are ``keys``, then rows people added, then blank ready ones.

    Columns may be filled in any order, a computed one after those that it reads; on the sheet they
    stand in the order of their declaration.
    """

    scene: Scene
    declared: Declared
    keys: Sequence[str]
    spare: int = 0
    rows: list[RowCells] = field(init=False)
    _keys: list[str | None] = field(init=False)
    _places: list[int | None] = field(init=False)
    _filled: list[str] = field(init=False)
    _made: list[Column] = field(default_factory=list, init=False)
    _paints: dict[str, Paints] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        name, first = self.declared.name, self.declared.columns[0]
        typed = dict.fromkeys(row for table, row, _ in self.scene.typed if table == name)
        stated = {row for row in typed if (name, row, first.id) in self.scene.typed}
        # People delete and rename rows; whoever says what is typed names all rows or none.
        there = stated if first.typed and stated else set(self.keys)
        known = [key for key in self.keys if key in there]
        added = [row for row in typed if row not in set(self.keys)]
        ready = max(0, len(self.keys) + self.spare - len(known) - len(added))
        self._keys = [*known, *added, *[None] * ready]
        places = {key: place for place, key in enumerate(self.keys)}
        self._places = [None if key is None else places.get(key) for key in self._keys]
        self.rows = [RowCells({first.id: self._named(key)}) for key in self._keys]
        self._filled = [first.id]

    def _named(self, key: str | None) -> Value:
        """What stands in a row's first cell: a row that people added may have a number there."""
        if key is None:
            return None
        return self.scene.value(self.declared.name, key, self.declared.columns[0].id, key)

    def fixed(self, column_id: str, values: Sequence[Value]) -> None:
        """A column that the content gives; blank in added rows."""
        self._fill(column_id, Origin.DERIVED)
        for row, place in zip(self.rows, self._places, strict=True):
            row[column_id] = values[place] if place is not None and place < len(values) else None

    def given(
        self, column_id: str, defaults: Sequence[Value] = (), *, paints: Paints | None = None
    ) -> None:
        """A column that people type in."""
        self._fill(column_id, Origin.TYPED, paints)
        table = self.declared.name
        for row, key, place in zip(self.rows, self._keys, self._places, strict=True):
            default = defaults[place] if place is not None and place < len(defaults) else None
            row[column_id] = (
                default if key is None else self.scene.value(table, key, column_id, default)
            )

    def blank(self, *column_ids: str) -> None:
        """Columns that people type in from nothing."""
        for column_id in column_ids:
            self.given(column_id)

    def made(self, column: Column, *, paints: Paints | None = None) -> None:
        """A computed column: a declared one by its rule, or a hidden step on the way."""
        if column.twin is None:
            raise ValueError(f"{self.declared.name}: the column {column.id!r} has no twin")
        self._fill(column.id, Origin.COMPUTED, paints)
        for row in self.rows:
            row[column.id] = column.twin(row)
        self._made.append(column)

    def _fill(self, column_id: str, origin: Origin, paints: Paints | None = None) -> None:
        declared = self.declared.get(column_id)
        if declared is not None and declared.origin is not origin:
            raise ValueError(
                f"{self.declared.name}: the column {column_id!r} is {declared.origin}, not {origin}"
            )
        if column_id in self._filled:
            raise ValueError(f"{self.declared.name}: the column {column_id!r} is filled twice")
        self._filled.append(column_id)
        if paints:
            self._paints[column_id] = paints

    def table(self, draft: Draft, row: int, column: int = 2, *, filtered: bool = False) -> Table:
        """Put the table on the sheet at its header's place."""
        values = {known: [cells[known] for cells in self.rows] for known in self._filled}
        drawn = laid_out(
            self.declared,
            row,
            column,
            paired(self.declared, values, self._made),
            whole=True,
            paints=self._paints,
            filtered=filtered,
        )
        return draft.table(drawn)


def choices(
    draft: Draft, words: Vocabulary, column: int, values: Sequence[Value] = ()
) -> dict[str, Expr]:
    """The list behind a dropdown in a hidden column of the sheet, under its name.

    ``values`` are for words that the content gives.
    """
    values = values or words.words
    for row, value in enumerate(values, start=1):
        draft.put(row, column, value, "helper")
    draft.hidden_columns.add(column)
    return {words.list_name: span(1, column, len(values), column, draft.name)}


def cell_of(table: Table, sheet: str, header: str, index: int) -> Cell:
    """The cell of a table's row ``index`` (from 0), for a defined name."""
    return ref(table.row + 1 + index, table.column_of(header), sheet)


@dataclass(frozen=True, slots=True)
class Setting:
    """A figure that steers a sheet: its name in formulas, what it is, its unit and what it does."""

    name: str
    label: str
    value: float | None
    unit: str = ""
    meaning: str = ""


def settings(
    draft: Draft, scene: Scene, table: Declared, row: int, rows: Sequence[Setting], column: int = 2
) -> tuple[Table, dict[str, Expr], dict[str, float]]:
    """A table of figures to change; gives it, their defined names, and what formulas see."""
    form = Form(scene, table, [setting.label for setting in rows])
    form.fixed("What it does", [setting.meaning for setting in rows])
    form.given("Value", [setting.value for setting in rows])
    form.fixed("Unit", [setting.unit for setting in rows])
    drawn = form.table(draft, row, column)
    defined: dict[str, Expr] = {}
    values: dict[str, float] = {}
    for index, setting in enumerate(rows):
        defined[setting.name] = cell_of(drawn, draft.name, "Value", index)
        values[setting.name] = number_in(form.rows[index]["Value"])
    return drawn, defined, values
