"""A small table under construction: keys, what people type, what follows from it.

Every input goes through :meth:`Scene.value` under the row's key, so that what was typed survives a
regeneration; rows that people added under keys of their own come back below the known ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from xlmatrix.formula import Expr, ref, span
from xlmatrix.formula.expr import Cell
from xlmatrix.rules.cells import Cells, Rule, number_in
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Table, TableColumn, Value
from xlmatrix.tables.column import Column
from xlmatrix.tables.validation import Paint, Validation

NUMBER: Final = Validation(
    "decimal",
    -1e12,
    1e12,
    title="Not a number",
    message="Type a number.",
)
SHARE: Final = Validation(
    "decimal", 0, 1, title="Not a share", message="Type a share such as 40% or 0.4."
)
#: Paints written for the first data cell of their column.
Paints = Callable[[Cell], tuple[Paint, ...]]


@dataclass(slots=True)
class Form:
    """Columns of one table; rows are ``keys``, then rows people added, then blank ready ones."""

    scene: Scene
    name: str
    keys: Sequence[str]
    key: str = "ID"
    spare: int = 0
    key_role: str = "key"
    key_width: float = 9.0
    rows: list[Cells] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    paints: dict[str, Paints] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = set(self.keys)
        typed = [row for table, row, _ in self.scene.typed if table == self.name and row]
        added = [row for row in dict.fromkeys(typed) if row not in known]
        ready = max(0, self.spare - len(added))
        self.rows = [Cells({self.key: key}) for key in [*self.keys, *added, *[None] * ready]]
        self.columns.append(TableColumn(self.key, self.key_role, self.key_width))

    def fixed(self, header: str, role: str, width: float, values: Sequence[Value]) -> None:
        """A column that the content gives; blank in added rows."""
        for index, row in enumerate(self.rows):
            row[header] = values[index] if index < len(values) else None
        self.columns.append(TableColumn(header, role, width))

    def given(
        self,
        header: str,
        role: str,
        width: float,
        defaults: Sequence[Value] = (),
        *,
        validation: Validation | None = None,
        paints: Paints | None = None,
        note: str = "",
    ) -> None:
        """A column that people type in."""
        for index, row in enumerate(self.rows):
            default = defaults[index] if index < len(defaults) else None
            key = row[self.key]
            row[header] = self.scene.value(self.name, str(key), header, default) if key else default
        self.columns.append(TableColumn(header, role, width, validation=validation, note=note))
        if paints:
            self.paints[header] = paints

    def made(
        self,
        rule: Rule,
        role: str,
        width: float,
        *,
        paints: Paints | None = None,
        hidden: bool = False,
        note: str = "",
    ) -> None:
        """A computed column."""
        for row in self.rows:
            row[rule.header] = rule.twin(row)
        column = TableColumn(rule.header, role, width, expr=rule.expr, hidden=hidden, note=note)
        self.columns.append(column)
        if paints:
            self.paints[rule.header] = paints

    def table(self, draft: Draft, row: int, column: int = 2, *, filtered: bool = False) -> Table:
        """Put the table on the sheet at its header's place."""
        columns = []
        for offset, kept in enumerate(self.columns):
            paints = self.paints.get(kept.header)
            first = ref(row + 1, column + offset, absolute=False)
            columns.append(_painted(kept, paints(first)) if paints else kept)
        values = tuple([r[kept.header] for r in self.rows] for kept in self.columns)
        return draft.table(Table(self.name, row, column, tuple(columns), values, filtered=filtered))


def _painted(column: Column, paints: tuple[Paint, ...]) -> Column:
    return TableColumn(
        column.header,
        column.look,
        column.width,
        column.expr,
        column.validation,
        paints,
        column.hidden,
        column.note,
    )


def looks(**roles: str) -> Paints:
    """Paints by the cell's text: ``looks(bad="overdue|slower", good="done")``."""

    def paint(cell: Cell) -> tuple[Paint, ...]:
        return tuple(
            Paint(cell.eq(text), role) for role, texts in roles.items() for text in texts.split("|")
        )

    return paint


def choices(draft: Draft, name: str, column: int, values: Sequence[Value]) -> dict[str, Expr]:
    """A list for a dropdown in a hidden column of the sheet, under a name of its own."""
    for row, value in enumerate(values, start=1):
        draft.put(row, column, value, "helper")
    draft.hidden_columns.add(column)
    return {name: span(1, column, len(values), column, draft.name)}


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
    draft: Draft, scene: Scene, table: str, row: int, rows: Sequence[Setting], column: int = 2
) -> tuple[Table, dict[str, Expr], dict[str, float]]:
    """A table of figures to change; gives it, their defined names, and what formulas see."""
    form = Form(scene, table, [setting.label for setting in rows], key="Setting", key_width=24)
    form.fixed("What it does", "fixed.wrap", 40, [setting.meaning for setting in rows])
    form.given("Value", "input.number", 12, [s.value for s in rows], validation=NUMBER)
    form.fixed("Unit", "fixed", 12, [setting.unit for setting in rows])
    drawn = form.table(draft, row, column)
    defined: dict[str, Expr] = {}
    values: dict[str, float] = {}
    for index, setting in enumerate(rows):
        defined[setting.name] = cell_of(drawn, draft.name, "Value", index)
        values[setting.name] = number_in(form.rows[index]["Value"])
    return drawn, defined, values
