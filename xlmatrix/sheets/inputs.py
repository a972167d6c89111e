"""What people may type in a planned workbook: by table, row and column, and by defined name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from math import isnan
from typing import Any, Final

import numpy as np

from xlmatrix.formula.expr import Cell as Reference
from xlmatrix.sheets.plan import BookPlan, Fixed, Formula, Table
from xlmatrix.tables import catalogue
from xlmatrix.tables.kinds import KEY, Raw
from xlmatrix.worktime.serials import DAY_S, EPOCH, day_serial

#: Stands for the formula of a single cell in a column of inputs.
COMPUTED: Final = "=(computed)"
#: How near two numbers are one: a spreadsheet program writes 15 digits of 17.
_NEAR: Final = 1e-11


@dataclass(frozen=True, slots=True)
class TableInputs:
    """The columns of a table that hold no formula, and its rows that are not blank.

    ``headers`` and ``computed`` are the ids of columns, whatever the sheet shows above them.
    ``derived`` are those of ``headers`` that the sheet fills from the spec and no input cell.
    """

    headers: tuple[str, ...]
    computed: tuple[str, ...]
    rows: tuple[tuple[Raw, ...], ...]
    derived: tuple[str, ...] = ()

    def records(self) -> list[dict[str, Raw]]:
        """The rows by column id."""
        return [dict(zip(self.headers, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that people may type: tables, and cells with a defined name."""

    tables: Mapping[str, TableInputs] = field(default_factory=dict)
    names: Mapping[str, Raw] = field(default_factory=dict)


def inputs_of(book: BookPlan) -> Inputs:
    """The inputs of a planned workbook."""
    tables = {
        table.name: table_inputs(table)
        for plan in book.sheets
        for table in plan.tables
        # Without a single input cell it only shows what follows from others.
        if any(column.typed for column in table.columns)
    }
    sheets = {plan.name: plan for plan in book.sheets}
    names: dict[str, Raw] = {}
    for known, expr in book.names.items():
        if isinstance(expr, Reference) and expr.sheet in sheets:
            cell = sheets[expr.sheet].cells.get((expr.row, expr.column))
            if cell is not None and cell.kind is not None:
                names[known] = None if isinstance(cell.value, Formula) else plain(cell.value)
    return Inputs(tables, names)


def table_inputs(table: Table) -> TableInputs:
    """The inputs of one planned table."""
    typed = [index for index, column in enumerate(table.columns) if column.expr is None]
    columns = [column_values(table.values[index]) for index in typed]
    rows = (tuple(row) for row in zip(*columns, strict=True))
    return TableInputs(
        headers=tuple(table.columns[index].id for index in typed),
        computed=tuple(column.id for column in table.columns if column.expr is not None),
        rows=tuple(row for row in rows if not blank(row)),
        derived=tuple(
            table.columns[index].id
            for index in typed
            if not table.columns[index].typed and table.columns[index].kind.id != KEY.id
        ),
    )


def column_values(values: Sequence[Any] | np.ndarray) -> list[Raw]:
    """A planned column as its cells give it back."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return [None if isnan(value) else whole(value) for value in values.tolist()]
    return [plain(value) for value in values]


def blank(row: Iterable[Raw]) -> bool:
    """Whether nothing stands in a row."""
    return all(value in (None, "") for value in row)


def row_keys(name: str, column_ids: Sequence[str], rows: Sequence[Sequence[Raw]]) -> list[str]:
    """A name for each row that lasts while rows move: its key columns, numbered where they repeat.

    Rows of a ladder, and of a log beside the incidents, are named by their place, for what they
    speak of may stand there several times.
    """
    if by_place(name):
        return [str(number) for number in range(1, len(rows) + 1)]
    wanted = catalogue.keys_of(name, column_ids)
    places = [column_ids.index(known) for known in wanted if known in column_ids] or [0]
    seen: dict[str, int] = {}
    keys = []
    for row in rows:
        key = " · ".join(
            catalogue.show(name, column_ids[place], row[place]).strip() for place in places
        )
        folded = key.casefold()
        seen[folded] = seen.get(folded, 0) + 1
        keys.append(key if seen[folded] == 1 else f"{key} #{seen[folded]}")
    return keys


def by_place(name: str) -> bool:
    """Whether the rows of a table have an order that means something, and no key."""
    known = catalogue.table_of(name)
    return known is not None and known.by_place


def plain(value: Any) -> Raw:
    """A planned value as a cell gives it back: serial numbers for dates, None for empty."""
    if isinstance(value, Formula):
        return COMPUTED
    if isinstance(value, Fixed):
        return plain(value.value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n") or None
    if isinstance(value, datetime):
        return whole((value - EPOCH).total_seconds() / DAY_S)
    if isinstance(value, date):
        return day_serial(value)
    if isinstance(value, time):
        return whole((value.hour * 3600 + value.minute * 60 + value.second) / DAY_S)
    return None if isnan(value) else whole(value)


def whole(number: float) -> int | float:
    """A number as int where it is one."""
    return int(number) if float(number).is_integer() and abs(number) < 1e15 else number


def same(one: Raw, other: Raw) -> bool:
    """Whether two values are the same for whoever typed them; empty text is an empty cell."""
    if one in (None, "") or other in (None, ""):
        return one in (None, "") and other in (None, "")
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    if isinstance(one, bool) != isinstance(other, bool):
        # FALSE typed over a 0 means nothing where a number is asked for.
        return False
    first, second = float(one or 0), float(other or 0)
    return abs(first - second) <= _NEAR * max(1.0, abs(first), abs(second))
