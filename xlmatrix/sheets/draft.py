"""A sheet while it is being written: the mutable draft that ends as a frozen plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from xlmatrix.formula.render import column_letters
from xlmatrix.sheets.plan import (
    Cell,
    Chart,
    Formula,
    Page,
    Rule,
    SheetPlan,
    Table,
    Value,
    Visibility,
)
from xlmatrix.tables.column import Column, typed_look
from xlmatrix.tables.kinds import Kind
from xlmatrix.tables.validation import Paint, Validation


@dataclass(slots=True)
class Draft:
    """Collects cells, tables and rules of one sheet; :meth:`plan` freezes them."""

    name: str
    page: Page = field(default_factory=Page)
    visibility: Visibility = Visibility.VISIBLE
    protected: bool = False
    tab_colour: str = ""
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    hidden_columns: set[int] = field(default_factory=set)

    def put(
        self, row: int, column: int, value: Value | Formula, role: str = "text", *, link: str = ""
    ) -> None:
        """Write one cell; writing it twice is a fault of the sheet."""
        if (row, column) in self.cells:
            raise ValueError(f"{self.name}!{column_letters(column)}{row} is written twice")
        self.cells[row, column] = Cell(value, role, link)

    def ask(
        self, row: int, column: int, value: Value | Formula, kind: Kind, look: str = "input"
    ) -> None:
        """Write a cell that people type in; regenerating keeps it if it has a defined name."""
        role = look if isinstance(value, Formula) else typed_look(kind, look)
        self.put(row, column, value, role)
        self.cells[row, column] = Cell(value, role, kind=kind)

    def choose(
        self, row: int, column: int, value: Value | Formula, kind: Kind, look: str = "input"
    ) -> None:
        """Like :meth:`ask`, and refuse what the kind's validation does not know."""
        self.ask(row, column, value, kind, look)
        if kind.validation is not None:
            self.allow(area(row, column, row, column), kind.validation)

    def row(
        self, row: int, column: int, values: Sequence[Value | Formula], role: str = "text"
    ) -> None:
        """Write values side by side in one role."""
        for offset, value in enumerate(values):
            self.put(row, column + offset, value, role)

    def merge(
        self, row: int, column: int, last_row: int, last_column: int, *, role: str = ""
    ) -> None:
        """Join a rectangle; the other cells take the role, so that borders and fill are whole."""
        if (row, column) == (last_row, last_column):
            return
        self.merges.append(area(row, column, last_row, last_column))
        for y in range(row, last_row + 1):
            for x in range(column, last_column + 1):
                if (y, x) not in self.cells:
                    top = self.cells.get((row, column))
                    self.cells[y, x] = Cell(None, role or (top.role if top else "text"))

    def fit(self, columns: Iterable[Column], first: int = 2) -> None:
        """Take the sheet's widths from the columns of its main table, which begins at ``first``."""
        for place, column in enumerate(columns, start=first):
            self.widths[place] = column.width

    def table(self, table: Table) -> Table:
        """Add a table and take its columns' widths."""
        if len({len(values) for values in table.values}) != 1 or table.height < 1:
            raise ValueError(
                f"{table.name}: every column needs the same number of rows, at least 1"
            )
        if len(table.columns) != len(table.values):
            raise ValueError(f"{table.name}: {len(table.columns)} columns, other count of values")
        self.tables.append(table)
        for offset, column in enumerate(table.columns):
            self.widths.setdefault(table.column + offset, column.width)
            if column.hidden or (column.rare and not any(map(_holds, table.values[offset]))):
                self.hidden_columns.add(table.column + offset)
        return table

    def allow(self, place: str, validation: Validation) -> None:
        """Validate an area outside tables."""
        self.rules.append(Rule(place, validation))

    def paint(self, place: str, *paints: Paint) -> None:
        """Format an area by condition."""
        self.rules.append(Rule(place, paints=paints))

    def set_page(self, **changes: object) -> None:
        """Change the page set-up."""
        self.page = replace(self.page, **changes)  # type: ignore[arg-type]

    def plan(self) -> SheetPlan:
        """The frozen sheet."""
        return SheetPlan(
            name=self.name,
            cells=dict(self.cells),
            tables=tuple(self.tables),
            rules=tuple(self.rules),
            charts=tuple(self.charts),
            merges=tuple(self.merges),
            widths=dict(self.widths),
            heights=dict(self.heights),
            hidden_columns=frozenset(self.hidden_columns),
            page=self.page,
            visibility=self.visibility,
            protected=self.protected,
            tab_colour=self.tab_colour,
        )


def _holds(value: Value) -> bool:
    return value not in (None, "")


def area(row: int, column: int, last_row: int, last_column: int) -> str:
    """A rectangle as text: ``area(5, 3, 9, 3)`` is ``C5:C9``."""
    return f"{column_letters(column)}{row}:{column_letters(last_column)}{last_row}"
