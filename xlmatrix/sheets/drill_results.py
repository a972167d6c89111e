"""Drill results: the record of each drill, its times, and whether it passed."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula.expr import Cell
from xlmatrix.rules.column import values_of
from xlmatrix.rules.drills.score import (
    CONDITIONAL,
    FAIL,
    INCOMPLETE,
    OVERDUE,
    PASS,
    REPEAT_DUE,
    REPEATED,
    REPEATED_LATE,
    RUNNING,
    record_columns,
)
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.drill_view import DrillView
from xlmatrix.sheets.layout import Paints, laid_out, looks, paired
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Table, Values
from xlmatrix.tables.drills import DRILLS
from xlmatrix.tables.validation import Paint

NAME: Final = "Drill results"
_HEADER_ROW: Final = 6


def drill_results_sheet(scene: Scene, view: DrillView) -> Drawn:
    """One row a drill that was held; repetitions below."""
    draft = Draft(NAME)
    heading(
        draft,
        "Drill results",
        "Type the times of a drill as they happen; the clocks of its severity judge them.",
    )
    back_link(draft, 3, 2)
    draft.put(
        4,
        2,
        "Pass: every clock met, 9 of 10 seats or contacts answer, a backup plays, severity right, "
        "kill switch in 5 min, evidence whole, one timeline, actions owned in 5 business days. "
        "Conditional: one clock other than containment missed by up to 25 %. Incomplete: what is "
        "not recorded decides. The rules are proposed.",
        "note",
    )
    table = draft.table(_table(scene, view))
    draft.set_page(
        area=area(1, 1, table.last_row, table.column_of("Check")),
        fit_width=2,
        freeze=f"C{_HEADER_ROW + 1}",
        repeat_rows=f"{_HEADER_ROW}:{_HEADER_ROW}",
        repeat_columns="B:B",
        zoom=90,
    )
    return Drawn(draft.plan(), {})


def _table(scene: Scene, view: DrillView) -> Table:
    rules = record_columns(scene.spec)
    values: dict[str, Values] = {
        DRILLS.keys[0]: view.keys,
        **view.records,
        **{rule.id: values_of(rule, view.frame) for rule in rules},
    }
    return laid_out(
        DRILLS, _HEADER_ROW, 2, paired(DRILLS, values, rules), whole=True, paints=_PAINTS
    )


def _missed(cell: Cell) -> tuple[Paint, ...]:
    return (Paint(cell.filled(), "bad"),)


_PAINTS: Final[dict[str, Paints]] = {
    "Result": looks(good=PASS, soon=f"{CONDITIONAL}|{INCOMPLETE}", bad=FAIL, calm=RUNNING),
    "Missed": _missed,
    "Repeat": looks(bad=OVERDUE, soon=f"{REPEAT_DUE}|{REPEATED_LATE}", good=REPEATED),
}
