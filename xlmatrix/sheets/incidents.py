"""Incidents: the log. Inputs are yellow, the rest follows, and new rows fill themselves in."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from xlmatrix.formula import Expr, F, ref, this, to_excel
from xlmatrix.rules.column import values_of
from xlmatrix.rules.incidents.columns import incident_columns
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.matrix import severity_paints
from xlmatrix.sheets.parts import REACH_ROWS, Drawn, Scene, back_link, column_span, heading
from xlmatrix.sheets.plan import Table, Value, Values
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.validation import Paint
from xlmatrix.tables.vocabulary import INCIDENTS as IDS

NAME: Final = "Incidents"
HEADER_ROW: Final = 6
_LEFT: Final = 1

#: From here on a visible formula is worked out in a hidden column beside it.
_LONG_FORMULA_CHARS: Final = 700
_WORKINGS: Final = " (workings)"
#: The columns of the log in the order people read them; hidden steps follow.
ORDER: Final = INCIDENTS.ids


def incidents_sheet(scene: Scene) -> Drawn:
    """The log with all its clocks."""
    draft = Draft(NAME)
    heading(
        draft,
        "Incidents",
        "Type in the yellow cells: opened, title and class are enough to start every clock.",
        column=_LEFT,
    )
    draft.widths.pop(1, None)
    back_link(draft, 3, _LEFT)
    draft.put(4, _LEFT, "Times are wall-clock times in " + scene.spec.zone + ".", "note")
    table = draft.table(_table(scene))
    last_printed = table.column_of("Check")
    draft.set_page(
        freeze=f"D{HEADER_ROW + 1}",
        area=area(1, 1, table.last_row, last_printed),
        repeat_rows=f"{HEADER_ROW}:{HEADER_ROW}",
        zoom=90,
    )
    defined: dict[str, Expr] = {
        "Incidents_Header": ref(HEADER_ROW, _LEFT, NAME),
        IDS.list_name: column_span(NAME, table, "ID"),
    }
    return Drawn(draft.plan(), defined)


def _table(scene: Scene) -> Table:
    computed: dict[str, Filled] = {}
    for rule in incident_columns(scene.spec):
        values = values_of(rule, scene.frame)
        computed |= {part.id: (part, values) for part in _split(rule)}
    filled: list[Filled] = []
    for place, column in enumerate(INCIDENTS.columns, start=_LEFT):
        if column.typed:
            filled.append((column, _typed(scene, column)))
            continue
        follows, shown = computed.pop(column.id)
        filled.append((follows.having(paints=_paints(scene, column.id, place)), shown))
    height = len(scene.frame)
    return laid_out(
        INCIDENTS,
        HEADER_ROW,
        _LEFT,
        [*filled, *computed.values()],
        reach=HEADER_ROW + max(height + 200, REACH_ROWS),
    )


def _split(column: Column) -> tuple[Column, ...]:
    """A column with its long formula moved to a hidden one, where cells of the row are short."""
    expr = column.expr
    if column.hidden or expr is None or len(to_excel(expr, INCIDENTS.name)) < _LONG_FORMULA_CHARS:
        return (column,)
    workings = hidden_step(column.id + _WORKINGS, expr, kind=column.kind, width=column.width)
    return column.having(expr=this(workings.id)), workings


def _paints(scene: Scene, header: str, place: int) -> tuple[Paint, ...]:
    cell = ref(HEADER_ROW + 1, place, absolute=False)
    match header:
        case "Severity":
            return severity_paints(scene, HEADER_ROW + 1, place)
        case "Status":
            return (
                Paint(cell.eq("Breached"), "bad"),
                Paint(cell.eq("Due soon"), "soon"),
                Paint(cell.eq("On track"), "good"),
                Paint(cell.eq("Paused"), "calm"),
                Paint(cell.eq("Closed – breached"), "bad"),
            )
        case "Time left":
            return (Paint(F.LEFT(cell, 4).eq("late"), "bad"),)
        case "Check" | "Breaches":
            return (Paint(cell.filled(), "soon" if header == "Check" else "bad"),)
    return ()


def _typed(scene: Scene, column: Column) -> Values:
    log = scene.frame.log
    if not column.kind.instant:
        return [text or None for text in log.texts[column.id]]
    serials: np.ndarray[Any, np.dtype[np.float64]] = scene.frame[column.id] / 86400
    odd = [(row, text) for (known, row), text in log.odd.items() if known == column.id]
    if not odd:
        return serials
    mixed: list[Value] = [None if np.isnan(value) else float(value) for value in serials]
    for row, text in odd:
        mixed[row] = text
    return mixed
