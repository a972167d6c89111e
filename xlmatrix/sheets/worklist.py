"""The open incidents as a block of a sheet: the most urgent first, by the log's own order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, ref
from xlmatrix.rules.incidents.columns import (
    CLOSED_BREACHED,
    KEY_SEVERITY,
    LATE,
    NOT_COUNTED,
    ON_TRACK,
    SOON,
    STANDING,
)
from xlmatrix.rules.incidents.states import OVERDUE, TO_HOLD
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.matrix import severity_paints
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Formula, Value
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import STAMP
from xlmatrix.tables.validation import Paint

ORDER: Final = col(INCIDENTS.name, "order")
NONE_OPEN: Final = "No incident is open"


@dataclass(frozen=True, slots=True)
class Part:
    """A column of the block: sheet columns ``first`` to ``last`` show a column of the log."""

    first: int
    last: int
    header: str
    title: str = ""
    center: bool = False

    @property
    def role(self) -> str:
        """How its cells look."""
        if INCIDENTS[self.header].kind is STAMP:
            return "fixed.stamp"
        return "fixed.center" if self.center else "fixed"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The open incidents of one severity (``number`` from 1), of all when it is None."""

    scene: Scene
    number: int | None = None

    @property
    def rows(self) -> list[int]:
        """The twin: their rows in the log, from 0, the most urgent first."""
        order = self.scene.frame["order"]
        low, high = self._keys
        found = np.flatnonzero((order >= low) & (order < high))
        return [int(row) for row in found[np.argsort(order[found])]]

    @property
    def count(self) -> Expr:
        """How many there are."""
        if self.number is None:
            return F.COUNT(ORDER)
        low, high = self._keys
        return F.COUNTIFS(ORDER, f">={low}", ORDER, f"<{high}")

    def place(self, rank: int) -> Expr:
        """The row in the log, from 1, of the one that comes ``rank``-th; empty text for none."""
        before = 0 if self.number is None else F.COUNTIF(ORDER, f"<{self._keys[0]}")
        found = F.MATCH(F.SMALL(ORDER, before + rank), ORDER, 0)
        return if_(self.count >= rank, found)

    @property
    def _keys(self) -> tuple[int, int]:
        if self.number is None:
            return 0, 10 * KEY_SEVERITY
        return self.number * KEY_SEVERITY, (self.number + 1) * KEY_SEVERITY


def open_block(
    draft: Draft, chosen: Chosen, row: int, parts: Iterable[Part], *, ranks: int, helper: int
) -> int:
    """Draw the header at ``row`` and ``ranks`` incidents below; the last row of the block.

    ``helper`` is a column that is hidden: it holds where in the log each of them stands.
    """
    shown, rows = tuple(parts), chosen.rows
    for part in shown:
        head = "header" if part.role == "fixed" else "header.center"
        draft.put(row, part.first, part.title or INCIDENTS[part.header].header, head)
        draft.merge(row, part.first, row, part.last)
    for rank in range(1, ranks + 1):
        y, place = row + rank, rows[rank - 1] if rank <= len(rows) else None
        value: Value = "" if place is None else place + 1
        draft.put(y, helper, Formula(chosen.place(rank), value), "helper")
        for part in shown:
            cell = F.INDEX(col(INCIDENTS.name, part.header), ref(y, helper))
            text = cell if INCIDENTS[part.header].kind is STAMP else iferror(cell & "")
            nothing = NONE_OPEN if rank == 1 and part.header == "Title" else ""
            value = nothing if place is None else log_cell(chosen.scene, part.header, place)
            expr = F.IF(ref(y, helper).filled(), text, nothing)
            draft.put(y, part.first, Formula(expr, value), part.role)
            draft.merge(y, part.first, y, part.last)
    draft.hidden_columns.add(helper)
    for part in shown:
        if paints := paints_of(chosen.scene, part.header, row + 1, part.first):
            draft.paint(area(row + 1, part.first, row + ranks, part.last), *paints)
    return row + ranks


def more_words(chosen: Chosen, ranks: int, elsewhere: str) -> Formula:
    """What stands below a block of ``ranks``: how many more there are."""
    count, there = chosen.count, len(chosen.rows)
    more = lit("and ") & (count - ranks) & f" more: {elsewhere}"
    words = f"and {there - ranks} more: {elsewhere}" if there > ranks else ""
    return Formula(if_(count > ranks, more), words)


def log_cell(scene: Scene, header: str, row: int) -> Value:
    """What a cell of the log shows: text, or the stamp of an instant."""
    value = scene.frame[header][row]
    if INCIDENTS[header].kind is not STAMP:
        return str(value)
    return "" if np.isnan(value) else float(value / 86400)


def paints_of(scene: Scene, header: str, row: int, column: int) -> tuple[Paint, ...]:
    """Looks by condition of a column of the log, whose first cell is at (``row``, ``column``)."""
    cell = ref(row, column, absolute=False)
    match header:
        case "Severity":
            return severity_paints(scene, row, column)
        case "Status":
            return (
                Paint(cell.eq(LATE), "bad"),
                Paint(cell.eq(SOON), "soon"),
                Paint(cell.eq(ON_TRACK), "good"),
                Paint(cell.eq(STANDING), "calm"),
                Paint(cell.eq(CLOSED_BREACHED), "bad"),
                Paint(cell.eq(NOT_COUNTED), "aside"),
            )
        case "Time left":
            return (Paint(F.LEFT(cell, 4).eq("late"), "bad"),)
        case "Review":
            return (Paint(cell.eq(OVERDUE), "bad"), Paint(cell.eq(TO_HOLD), "soon"))
        case "Breaches":
            return (Paint(cell.filled(), "bad"),)
        case "Check" | "Mark":
            return (Paint(cell.filled(), "soon"),)
    return ()
