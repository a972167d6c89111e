"""What several sheets share: the context they are drawn from, headings, blank rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from xlmatrix.formula import Expr, Range, span
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.clocks.calendar_rows import FEWEST_SLOTS, is_always, slots_of
from xlmatrix.rules.frame import Context, Frame
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.plan import SheetPlan, Table, Value
from xlmatrix.worktime import Calendar

#: Names that a sheet defines, with what they stand for.
Names = Mapping[str, Expr]
#: What people typed where the spec has no place: (table, row key, column) to value.
Typed = Mapping[tuple[str, str, str], Value]
#: How far validation and conditional formatting reach below a log that grows.
REACH_ROWS: Final = 2000


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything the sheets are drawn from."""

    spec: MatrixSpec
    context: Context
    frame: Frame
    as_of: datetime | None
    """What stands in the *As of* cell; None leaves it blank, so that the workbook shows now."""
    typed: Typed = field(default_factory=dict)
    below: Mapping[str, int] = field(default_factory=dict)
    """How many cells are typed below the table of a log, where it did not grow."""

    def value(self, table: str, key: str, column: str, default: Value = None) -> Value:
        """What stands in an input cell of a table: what was typed there, else the default."""
        return self.typed.get((table, key, column), default)

    @property
    def calendars(self) -> Sequence[Calendar]:
        """The calendars in the spec's order; their numbers count from 1."""
        return self.context.calendars

    @property
    def slots(self) -> int:
        """Shifts a date may have: one pair of columns each on the Hours sheet."""
        open_some = [slots_of(calendar) for calendar in self.calendars if not is_always(calendar)]
        return max([FEWEST_SLOTS, *open_some])


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sheet and the names that point into it."""

    plan: SheetPlan
    names: Names


def padded(values: Sequence[Value], rows: int, fill: Value = None) -> list[Value]:
    """A column with blank ready rows below."""
    return [*values, *([fill] * (rows - len(values)))]


def wall_serial(scene: Scene, at_s: int) -> float:
    """An instant (UTC seconds since 1970) as the serial number of the zone's wall clock."""
    return float((scene.context.zone.to_local(at_s) + EPOCH_S) / 86_400)


def column_span(sheet: str, table: Table, header: str) -> Range:
    """The data cells of a table's column as a plain range, for a defined name.

    Not as a structured reference: only Excel understands one in a name, and it stretches the plain
    range too when the table grows.
    """
    column = table.column_of(header)
    return span(table.row + 1, column, table.last_row, column, sheet)


def heading(draft: Draft, title: str, subtitle: str, *, row: int = 1, column: int = 2) -> None:
    """The title of a sheet and the line that says what it is for."""
    draft.put(row, column, title, "title")
    draft.put(row + 1, column, subtitle, "subtitle")
    draft.heights[row] = 30
    draft.heights[row + 1] = 18
    draft.widths.setdefault(1, 2.5)


def back_link(draft: Draft, row: int, column: int) -> None:
    """The way back to the Start sheet."""
    draft.put(row, column, "← Start", "link", link="Start!A1")
