"""Incidents: the log. Inputs are yellow, the rest follows, and new rows fill themselves in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from xlmatrix.formula import Expr, F, ref, this, to_excel
from xlmatrix.rules import names
from xlmatrix.rules.column import Computed
from xlmatrix.rules.incidents.columns import incident_columns
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.matrix import severity_paints
from xlmatrix.sheets.parts import (
    REACH_ROWS,
    Drawn,
    Scene,
    back_link,
    column_span,
    dropdown,
    heading,
    stamp_validation,
)
from xlmatrix.sheets.plan import Table, TableColumn, Value, Values
from xlmatrix.tables.column import Column
from xlmatrix.tables.validation import Paint, Validation

NAME: Final = "Incidents"
HEADER_ROW: Final = 6
_LEFT: Final = 1

_LIVE: Final = (
    "Severity",
    "Status",
    "Next step",
    "Next due",
    "Time left",
    "By whom",
    "Paused since",
    "Response owner",
    "Check",
)
_AFTER_INPUTS: Final = (
    "Response backup",
    "Quality owner",
    "Comms owner",
    "Escalate at",
    "Level now",
    "Call now",
    "Fired at",
    "Next call at",
    "Next call",
    "Acknowledge due",
    "Response due",
    "Internal update due",
    "Customer update due",
    "Contain due",
    "Mitigate due",
    "Resolve due",
    "Review due",
    "Warn at",
    "Breaches",
    "Breached in this cycle",
    "Ever breached",
)
#: From here on a visible formula is worked out in a hidden column beside it.
_LONG_FORMULA_CHARS: Final = 700
_WORKINGS: Final = " (workings)"
#: The columns of the log in the order people read them; hidden steps follow.
ORDER: Final = (
    "ID",
    "Opened",
    "Title",
    "Class",
    "Severity set",
    *_LIVE,
    "Owner",
    *STAMP_INPUTS[1:],
    "Override reason",
    "Approver",
    "Notes",
    *_AFTER_INPUTS,
)
_INPUTS: Final[dict[str, tuple[str, float]]] = {
    "ID": ("input", 12),
    "Title": ("input", 46),
    "Class": ("input", 36),
    "Severity set": ("input.center", 10),
    "Owner": ("input", 18),
    "Override reason": ("input", 24),
    "Approver": ("input", 18),
    "Notes": ("input", 40),
}


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
        "List_Incidents": column_span(NAME, table, "ID"),
    }
    return Drawn(draft.plan(), defined)


def _table(scene: Scene) -> Table:
    computed = {
        part.header: part for column in incident_columns(scene.spec) for part in _split(column)
    }
    hidden = [header for header, column in computed.items() if column.hidden]
    columns: list[Column] = []
    values: list[Values] = []
    for position, header in enumerate((*ORDER, *hidden)):
        if header in computed:
            columns.append(_computed(scene, computed[header], _LEFT + position))
            whole = header.removesuffix(_WORKINGS)
            values.append(replace(computed[header], header=whole).values(scene.frame))
        else:
            columns.append(_input(scene, header))
            values.append(_typed(scene, header))
    height = len(scene.frame)
    return Table(
        "tIncidents",
        HEADER_ROW,
        _LEFT,
        tuple(columns),
        tuple(values),
        reach=HEADER_ROW + max(height + 200, REACH_ROWS),
    )


def _split(column: Computed) -> tuple[Computed, ...]:
    """A column with its long formula moved to a hidden one, where cells of the row are short."""
    if column.hidden or len(to_excel(column.expr, "tIncidents")) < _LONG_FORMULA_CHARS:
        return (column,)
    workings = replace(column, header=column.header + _WORKINGS, role="helper", hidden=True)
    return replace(column, expr=this(workings.header)), workings


def _computed(scene: Scene, column: Computed, place: int) -> Column:
    return TableColumn(
        column.header,
        column.role,
        column.width,
        expr=column.expr,
        hidden=column.hidden,
        paints=_paints(scene, column.header, place),
        note=column.note,
    )


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


def _input(scene: Scene, header: str) -> Column:
    if header in STAMP_INPUTS:
        return TableColumn(
            header, "input.stamp", 16.5, validation=stamp_validation(), note=_HINTS.get(header, "")
        )
    role, width = _INPUTS[header]
    return TableColumn(header, role, width, validation=_validation(header))


_HINTS: Final = {"Last update": "The last message sent to customers"}


def _validation(header: str) -> Validation | None:
    match header:
        case "Class":
            return dropdown(names.LIST_CLASSES, "a class of the matrix")
        case "Severity set":
            hint = "Only when it differs from the class default."
            return dropdown(names.LIST_SEVERITIES, "a severity", hint=hint)
        case "Approver":
            return dropdown(names.LIST_PEOPLE, "a person of the directory", warn=True)
        case "Owner":
            hint = "Only when it is not the role's holder."
            return dropdown(names.LIST_PEOPLE, "a person of the directory", hint=hint)
    return None


def _typed(scene: Scene, header: str) -> Values:
    log = scene.frame.log
    if header not in STAMP_INPUTS:
        return [text or None for text in log.texts[header]]
    serials: np.ndarray[Any, np.dtype[np.float64]] = scene.frame[header] / 86400
    odd = [(row, text) for (column, row), text in log.odd.items() if column == header]
    if not odd:
        return serials
    mixed: list[Value] = [None if np.isnan(value) else float(value) for value in serials]
    for row, text in odd:
        mixed[row] = text
    return mixed
