"""The hidden sheets that put the logs beside the incidents in order and compute their clocks."""

from __future__ import annotations

import numpy as np

from xlmatrix.formula import Expr, F, col, ref
from xlmatrix.rules.clocks.event_clocks import clock_names as event_clock_names
from xlmatrix.rules.clocks.event_clocks import event_clocks
from xlmatrix.rules.clocks.pause_clocks import clock_names, pause_clocks
from xlmatrix.rules.logs.event_line import event_line, event_names, events_of
from xlmatrix.rules.logs.line import FIRST_ROW, Line
from xlmatrix.rules.logs.log_rows import ALPHABET, DIGITS, id_line
from xlmatrix.rules.logs.log_rows import line_names as id_names
from xlmatrix.rules.logs.pause_line import line_names, pause_keys, pause_line
from xlmatrix.rules.logs.side_columns import Side
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.histories import room
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Value, Visibility
from xlmatrix.tables.logs import CHANGES, PAUSES, REOPENED


def lines_of(scene: Scene) -> tuple[Line, Line, Line, Line, Line]:
    """IDs, events, pauses, and the clocks of both, in the order in which they follow."""
    pauses, changes, reopened = room(scene)
    events = event_line(scene.frame, changes, reopened)
    line = pause_line(scene.frame, pauses, reopened)
    return (
        id_line(scene.frame),
        events,
        line,
        event_clocks(scene.frame, events),
        pause_clocks(scene.frame, line),
    )


def line_sheets(scene: Scene) -> list[Drawn]:
    """The sheets of :func:`lines_of`."""
    ids, events, line, changed, paused = lines_of(scene)
    side = Side(scene.frame, scene.frame.histories.pauses)
    count = F.COUNT(col(CHANGES.name, "sort key")) + F.COUNT(col(REOPENED.name, "sort key"))
    return [
        _drawn(ids, id_names(ids), (ALPHABET, None, DIGITS)),
        _drawn(events, event_names(events), ("Ev_Count", count, len(events_of(scene.frame)))),
        _drawn(
            line,
            line_names(line, len(scene.calendars)),
            (
                "Pz_Count",
                F.COUNT(col(PAUSES.name, "sort key")),
                int((~np.isnan(pause_keys(side))).sum()),
            ),
        ),
        _drawn(changed, event_clock_names(changed)),
        _drawn(paused, clock_names(paused)),
    ]


def _drawn(line: Line, names: dict[str, Expr], *beside: tuple[str, Expr | None, Value]) -> Drawn:
    """A line; ``beside`` are cells with a name each, a formula with its value or a value alone."""
    draft = Draft(line.sheet, visibility=Visibility.HIDDEN, protected=True)
    for place, column in enumerate(line.columns.values(), start=1):
        draft.put(1, place, column.header, "header")
        draft.put(FIRST_ROW - 1, place, column.sentinel, "helper.seconds")
        for down, value in enumerate(column.values):
            row, here = FIRST_ROW + down, down % column.fill
            if here == 0:
                filled_down = column.expr(row)
            draft.put(row, place, Formula(filled_down, value, here), "helper.seconds")
    draft.widths.update(dict.fromkeys(range(1, len(line.columns) + 1), 14))
    for place, (known, expr, value) in enumerate(beside, start=len(line.columns) + 2):
        draft.put(1, place, known, "header")
        shown = value if expr is None else Formula(expr, value)
        draft.put(2, place, shown, "helper.seconds")
        names = {**names, known: ref(2, place, line.sheet)}
    return Drawn(draft.plan(), names)
