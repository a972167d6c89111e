"""The hidden sheets that put the logs beside the incidents in order and compute their clocks."""

from __future__ import annotations

from xlmatrix.formula import Expr, F, col, ref, to_excel
from xlmatrix.formula.render import Filled
from xlmatrix.rules.event_clocks import clock_names as event_clock_names
from xlmatrix.rules.event_clocks import event_clocks
from xlmatrix.rules.event_line import event_line, event_names, events_of
from xlmatrix.rules.line import FIRST_ROW, Column, Line
from xlmatrix.rules.log_rows import odd_ids_expr
from xlmatrix.rules.pause_clocks import clock_names, pause_clocks
from xlmatrix.rules.pause_line import line_names, pause_line, pieces_of
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.histories import room
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Visibility


def line_sheets(scene: Scene) -> list[Drawn]:
    """In the order in which they follow from each other."""
    pauses, changes, reopened = room(scene)
    events = event_line(scene.frame, changes, reopened)
    line = pause_line(scene.frame, pauses)
    changed = event_clocks(scene.frame, events)
    paused = pause_clocks(scene.frame, line)
    count = F.COUNT(col("tChanges", "key")) + F.COUNT(col("tReopened", "key"))
    return [
        _drawn(
            events,
            event_names(events),
            ("Ev_Count", count, len(events_of(scene.frame))),
            # A built log holds texts alone.
            ("Odd_Ids", odd_ids_expr(), 0),
        ),
        _drawn(
            line,
            line_names(line, len(scene.calendars)),
            ("Pz_Count", F.COUNT(col("tPauses", "key")), int(pieces_of(scene.frame).incident.size)),
        ),
        _drawn(changed, event_clock_names(changed)),
        _drawn(paused, clock_names(paused)),
    ]


def _drawn(line: Line, names: dict[str, Expr], *counts: tuple[str, Expr, int]) -> Drawn:
    draft = Draft(line.sheet, visibility=Visibility.HIDDEN, protected=True)
    for place, column in enumerate(line.columns.values(), start=1):
        draft.put(1, place, column.header, "header")
        draft.put(FIRST_ROW - 1, place, column.sentinel, "helper.seconds")
        shared: Expr | None = None
        for down, value in enumerate(column.values):
            row, here = FIRST_ROW + down, down % column.fill
            if here == 0:
                shared = _filled_down(column, row, min(column.fill, line.height - down))
            formula = (
                Formula(column.expr(row), value) if shared is None else Formula(shared, value, here)
            )
            draft.put(row, place, formula, "helper.seconds")
    draft.widths.update(dict.fromkeys(range(1, len(line.columns) + 1), 14))
    for place, (known, expr, value) in enumerate(counts, start=len(line.columns) + 2):
        draft.put(1, place, known, "header")
        draft.put(2, place, Formula(expr, value), "helper.seconds")
        names = {**names, known: ref(2, place, line.sheet)}
    return Drawn(draft.plan(), names)


def _filled_down(column: Column, row: int, height: int) -> Expr | None:
    """A row's formula if those below are the same one filled down, which is quick to write.

    A formula that counts its own row in a number is not; the second and the last row show it.
    """
    first = column.expr(row)
    try:
        filled = Filled(first)
    except ValueError:
        return None
    rows = {1, height - 1} if height > 1 else set()
    alike = all(filled.text(down) == to_excel(column.expr(row + down)) for down in rows)
    return first if alike else None
