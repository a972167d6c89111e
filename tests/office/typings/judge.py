"""Where the sheet of a workbook in use and the Python engine say two things, or a cell an error.

A cell of the sheet stands beside that of the engine's workbook in the same row and column of the
same table, wherever that row is now; a line of Health beside the line of that name; another cell
beside the one at its place, if it holds the same formula.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.office.compare import same
from tests.office.package import (
    NS,
    Cell,
    ExcelError,
    FormulaCell,
    Package,
    Value,
    bounds,
    cell_values,
    letters,
)
from tests.office.typings.spots import hidden_columns, shown_sheets
from xlmatrix.tables.catalogue import table_of
from xlmatrix.tables.severities import LADDER

_HEALTH = "Health"
#: Its sums count on the row of the sheet in which each value stands.
_PLACES = "Policy version"
#: The row of Health that counts its lines.
_HEAD = 5
#: Columns that count rows, or say where one stands: the engine's workbook leaves no row blank.
_COUNTS = ("No", "row", "order", "control row", "Rank")
#: What sheet and engine do not yet agree on where roles or records were typed over.
_OPEN = re.compile(r"Seats|Reach|open again \d")
#: A cell of a table by the number of its row.
_BY_PLACE = re.compile(r"INDEX\((\w+)\[[^]]*\],\d+\)")
#: The steps of reports that say where a row stands, and the cells of their page that do.
_REPORTS, _REPORT_PLACES = "tReports", ("rule row", "rules row", "notice", "order")
_PAGE, _PAGE_PLACES = "Report now", "K"
#: IronCalc writes all digits of a number within a text, where others write 1E+300.
_HUGE = re.compile(r"[0-9]{22,}")
#: The first key of the hidden sheet of business time.
_SPAN = ("Calendar", "J2")
#: How many rows of the logs a key has room for, and what the formulas of such keys name.
_ROOM, _ROOMY = ("Tz", "L2"), "Log_Rows"
#: The hidden sheet of the ladders' calls, and the columns with places on it.
_CALLS = "Ladder"
_PLACED = re.compile(r"ladder (call|next|stood)|(now|then) row \d+")


@dataclass(frozen=True, slots=True)
class Placed:
    """A table of a workbook: its column names, and what is typed in each row."""

    name: str
    sheet: str
    left: int
    top: int
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def cell(self, row: int, column: str) -> Cell:
        """The cell of a row, from 0, and a column."""
        return self.sheet, f"{letters(self.left + self.columns.index(column))}{self.top + 1 + row}"


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that shows an error, or what the engine does not say."""

    cell: Cell
    place: tuple[str, int, str]
    """Table, row of the sheet and column; the sheet's name where there is no table."""
    said: Mapping[str, Value]
    engine: Value | None
    error: bool = False

    def __str__(self) -> str:
        told = ", ".join(f"{program} {value!r}" for program, value in self.said.items())
        engine = "must not show an error" if self.error else f"engine {self.engine!r}"
        return f"{'!'.join(self.cell)} ({self.place[0]}[{self.place[2]}]): {told}, {engine}"


class Look:
    """A workbook as typed, read once for all that is asked of it."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.tables = {table.name: table for table in _tables(package)}
        shown = shown_sheets(package)
        hidden = {title: hidden_columns(package, title) for title in shown}
        self._hidden = hidden
        self.places: dict[Cell, tuple[str, int, str]] = {
            table.cell(row, column): (table.name, table.top + 1 + row, column)
            for table in self.tables.values()
            for row in range(len(table.rows))
            for column in table.columns
        }

    def visible(self, cell: Cell) -> bool:
        """Whether a manager sees the cell."""
        sheet, ref = cell
        return sheet in self._hidden and bounds(ref)[0] not in self._hidden[sheet]

    def place(self, cell: Cell) -> tuple[str, int, str]:
        """Where a cell stands, in the words of its table."""
        return self.places.get(cell, (cell[0], bounds(cell[1])[1], cell[1]))


def faults(
    mine: Look, said: Mapping[str, Mapping[Cell, Value]], engine: Look, *, trusted: set[str]
) -> tuple[list[Fault], int]:
    """Faults, and how many cells were compared.

    Parameters
    ----------
    said
        What each program computes for each formula cell.
    trusted
        The programs whose value must be the engine's; any must show no error value.
    """
    found, compared = [], 0
    theirs = _beside(mine, engine, next(iter(said.values())))
    for cell in mine.package.formula_cells:
        values = {program: computed.get(cell) for program, computed in said.items()}
        if mine.visible(cell) and any(isinstance(value, ExcelError) for value in values.values()):
            found.append(Fault(cell, mine.place(cell), values, None, error=True))
        known = theirs.get(cell)
        if known is None or cell[0] == _PLACES:
            continue
        compared += 1
        visible = mine.visible(cell)
        wrong = {p: v for p, v in values.items() if not _same(known, v, visible=visible)}
        if trusted & wrong.keys():
            found.append(Fault(cell, mine.place(cell), wrong, known.value))
    return found, compared


def _same(known: FormulaCell, value: Value, *, visible: bool) -> bool:
    """Whether two values are one; on the way to others, in whatever case, as Excel compares."""
    mine, theirs = _seen(known.value), _seen(value)
    if not visible and isinstance(mine, str) and isinstance(theirs, str):
        return mine.casefold() == theirs.casefold()
    return same(mine, theirs, known.kind)


def _seen(value: Value) -> Value:
    """What is seen of a value: no blanks around a text, and its huge numbers as in Excel."""
    if not isinstance(value, str) or isinstance(value, ExcelError):
        return value
    return _HUGE.sub(lambda found: f"{float(found[0]):.0E}", value).strip()


def _beside(mine: Look, engine: Look, computed: Mapping[Cell, Value]) -> dict[Cell, FormulaCell]:
    cells, found = engine.package.formula_cells, {}
    others = {at: formula.value for at, formula in cells.items()}
    elsewhere: set[str] = set()
    # A step more in a ladder, and all calls behind it stand further down.
    moved = _heights(mine) != _heights(engine)
    below = {_CALLS, *(table.sheet for table in mine.tables.values() if _is_ladder(table.name))}
    for name, table in mine.tables.items():
        other = engine.tables.get(name)
        if other is None:
            continue
        columns = [
            column
            for column in table.columns
            if column in other.columns
            and column not in _COUNTS
            and not _OPEN.fullmatch(column)
            and not (moved and _PLACED.fullmatch(column))
        ]
        for row, beside in _same_rows(_named(table, computed), _named(other, others)):
            if row != beside:
                elsewhere.add(name)
            for column in columns:
                at = other.cell(beside, column)
                if at in cells and not (row != beside and _says_place(name, column)):
                    found[table.cell(row, column)] = cells[at]
    lines, shown = _lines(engine.package, {}), _lines(mine.package, computed)
    # What the proof found at the making has lines of its own, which the head counts.
    head = _made(mine.package) == _made(engine.package)
    other_rows = _other_rows(mine, engine)
    for name, row in shown.items():
        if row == _HEAD and not head:
            continue
        if name in lines:
            line = {f"{c}{row}": (_HEALTH, f"{c}{lines[name]}") for c in "CDE"}
            # The state of a line asks its count, and that the table.
            if not any(at in cells and _asks(cells[at], other_rows) for at in line.values()):
                found |= {(_HEALTH, ref): cells[at] for ref, at in line.items() if at in cells}
    # The engine's horizon reaches for what was typed in the log, and its keys are as wide.
    stretched = _SPAN in cells and cells[_SPAN].value != computed.get(_SPAN)
    # A row more in a log, and the engine's keys have room for it.
    roomy = _room(mine.package) != _room(engine.package)
    for cell, formula in mine.package.formula_cells.items():
        shifted = (moved and cell[0] in below) or (stretched and _is_wide(cell))
        if cell in mine.places or cell[0] == _HEALTH or shifted or cell not in cells:
            continue
        if _by_place(cell, formula, elsewhere) or (roomy and _ROOMY in formula.formula):
            continue
        same_formula = cells[cell].formula == formula.formula and cell not in engine.places
        if same_formula and not _asks(formula, other_rows):
            found[cell] = cells[cell]
    return found


def _room(package: Package) -> Value:
    """How many rows of the logs the keys of a workbook have room for."""
    sheet, at = _ROOM
    if sheet not in package.sheets:
        return None
    return next((value for ref, _, value in cell_values(package, sheet) if ref == at), None)


def _named(table: Placed, values: Mapping[Cell, Value]) -> Placed:
    """A table; where nobody types, its rows are known by what their first column shows."""
    declared = table_of(table.name)
    if declared is None or declared.typed:
        return table
    first = table.columns[0]
    rows = (
        (_plain(None, values.get(table.cell(number, first), row[0])), *row[1:])
        for number, row in enumerate(table.rows)
    )
    return replace(table, rows=tuple(rows))


def _says_place(table: str, column: str) -> bool:
    """Whether a column says where a row of another table stands."""
    return table == _REPORTS and column in _REPORT_PLACES


def _by_place(cell: Cell, formula: FormulaCell, elsewhere: set[str]) -> bool:
    """Whether a cell speaks of whatever row stands at one place of a table in another order."""
    if cell[0] == _PAGE and cell[1].startswith(_PAGE_PLACES):
        return _REPORTS in elsewhere
    return not elsewhere.isdisjoint(_BY_PLACE.findall(formula.formula))


def _is_wide(cell: Cell) -> bool:
    """Whether a cell holds a key as wide as the horizon."""
    return cell[0] == _SPAN[0] and cell[1].rstrip("0123456789") in ("J", "L")


def _heights(look: Look) -> dict[str, int]:
    return {name: len(one.rows) for name, one in look.tables.items() if _is_ladder(name)}


def _is_ladder(name: str) -> bool:
    return table_of(name) is LADDER


def _other_rows(mine: Look, engine: Look) -> list[str]:
    """The tables in which nobody types whose rows are others now: a new workbook has them."""
    return [
        f"{name}["
        for name, table in mine.tables.items()
        if (declared := table_of(name)) is not None
        and not declared.typed
        and name in engine.tables
        and [row[0] for row in table.rows] != [row[0] for row in engine.tables[name].rows]
    ]


def _asks(cell: FormulaCell, tables: list[str]) -> bool:
    """Whether a formula speaks of one of the tables."""
    return any(table in cell.formula for table in tables)


def _made(package: Package) -> set[Value]:
    """The lines of Health whose names no formula says."""
    return {
        value
        for ref, formula, value in cell_values(package, _HEALTH)
        if ref.startswith("B") and formula is None
    }


def _lines(package: Package, computed: Mapping[Cell, Value]) -> dict[str, int]:
    """The lines of Health by what they say: they have a state beside them."""
    cells = {ref: value for ref, _, value in cell_values(package, _HEALTH)}
    return {
        str(computed.get((_HEALTH, ref), value)): bounds(ref)[1]
        for ref, value in cells.items()
        if ref.startswith("B") and f"C{ref[1:]}" in cells
    }


def _same_rows(table: Placed, other: Placed) -> Iterator[tuple[int, int]]:
    """Each row, and the row of the other workbook in which the same is typed."""
    free: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for number, row in enumerate(other.rows):
        free[_typed(other, row, table.columns)].append(number)
    for number, row in enumerate(table.rows):
        places = free.get(_typed(table, row, other.columns))
        if places:
            beside = number if number in places else places[0]
            places.remove(beside)
            yield number, beside


def _typed(table: Placed, row: tuple[Any, ...], common: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(
        (name, value)
        for name, value in zip(table.columns, row, strict=True)
        if name in common and value is not None
    )


def _tables(package: Package) -> Iterator[Placed]:
    for title in package.sheets:
        roots = list(package.tables(title))
        if not roots:
            continue
        cells = {ref: (formula, value) for ref, formula, value in cell_values(package, title)}
        for root in roots:
            left, top, right, bottom = bounds(root.get("ref"))
            columns = root.findall("m:tableColumns/m:tableColumn", NS)
            rows = tuple(
                tuple(
                    _plain(*cells.get(f"{letters(x)}{y}", (None, None)))
                    for x in range(left, right + 1)
                )
                for y in range(top + 1, bottom + 1)
            )
            names = tuple(column.get("name") for column in columns)
            yield Placed(root.get("displayName"), title, left, top, names, rows)


def _plain(formula: str | None, value: Value) -> Any:
    """What is typed in a cell; None for a formula. An error value and its text are one."""
    if formula is not None or value in (None, ""):
        return None
    if isinstance(value, bool):
        return "b", value
    return str(value) if isinstance(value, str) else float(f"{value:.12g}")
