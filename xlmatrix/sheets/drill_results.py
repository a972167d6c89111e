"""Drill results: the record of each drill, its times, and whether it passed."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import ref
from xlmatrix.rules import names
from xlmatrix.rules.column import Computed, values_of
from xlmatrix.rules.drills.record import INPUTS, NUMBERS, STAMPS, TABLE
from xlmatrix.rules.drills.score import record_columns
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.drill_view import DrillView
from xlmatrix.sheets.drills import LIST_DRILLS
from xlmatrix.sheets.parts import Drawn, Scene, back_link, dropdown, heading, stamp_validation
from xlmatrix.sheets.plan import Table, TableColumn, Values
from xlmatrix.tables.column import Column
from xlmatrix.tables.validation import Paint, Validation

NAME: Final = "Drill results"
_HEADER_ROW: Final = 6
#: What stands right behind the record's name, so that it is seen beside what is typed.
_BESIDE: Final = ("Scenario", "Expected", "Result")
_MARKS: Final = {
    "Detected": "T0",
    "Acknowledged": "T1",
    "Declared": "T2",
    "Level 2 reached": "T3",
    "Customer draft": "T4",
    "Reporting decided": "T5",
    "Contained": "T6: the drill is judged from here",
    "Ended": "Where the drill ended without containment",
    "Actions owned": "When the last action had an owner",
    "Notes": "",
}


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
        "Pass: every target met, 9 of 10 contacts answer, a backup plays, severity right, kill "
        "switch in 5 min, evidence whole, one timeline, actions owned in 5 business days. "
        "Conditional: one target other than containment missed by up to 25 %. "
        "The rules are proposed.",
        "note",
    )
    table = draft.table(_table(scene, view))
    draft.set_page(
        area=area(1, 1, table.last_row, table.column_of("Actions due")),
        fit_width=2,
        freeze=f"C{_HEADER_ROW + 1}",
        repeat_rows=f"{_HEADER_ROW}:{_HEADER_ROW}",
        repeat_columns="B:B",
        zoom=90,
    )
    return Drawn(draft.plan(), {})


def _table(scene: Scene, view: DrillView) -> Table:
    computed = {column.header: column for column in record_columns(scene.spec)}
    visible = [
        header
        for header, column in computed.items()
        if not column.hidden and header not in (*_BESIDE, "Actions due")
    ]
    hidden = [header for header, column in computed.items() if column.hidden]
    order = ["Record", "Drill", *_BESIDE, *INPUTS[1:], *visible, "Actions due", *hidden]
    columns: list[Column] = []
    values: list[Values] = []
    for place, header in enumerate(order, start=2):
        if header == "Record":
            columns.append(TableColumn("Record", "key", 11))
            values.append(list(view.keys))
        elif header in computed:
            columns.append(_computed(computed[header], place))
            values.append(values_of(computed[header], view.frame))
        else:
            columns.append(_input(header))
            values.append(list(view.records[header]))
    return Table(TABLE, _HEADER_ROW, 2, tuple(columns), tuple(values))


def _computed(column: Computed, place: int) -> Column:
    cell = ref(_HEADER_ROW + 1, place, absolute=False)
    paints: tuple[Paint, ...] = ()
    if column.header == "Result":
        paints = (
            Paint(cell.eq("pass"), "good"),
            Paint(cell.eq("conditional"), "soon"),
            Paint(cell.eq("fail"), "bad"),
            Paint(cell.eq("running"), "calm"),
        )
    elif column.header == "Repeat":
        paints = (
            Paint(cell.eq("overdue"), "bad"),
            Paint(cell.eq("due"), "soon"),
            Paint(cell.eq("repeated"), "good"),
        )
    elif column.header == "Missed":
        paints = (Paint(cell.filled(), "bad"),)
    return column.having(paints=paints)


def _input(header: str) -> Column:
    if header in STAMPS:
        note = _MARKS.get(header, "")
        return TableColumn(header, "input.stamp", 16.5, validation=stamp_validation(), note=note)
    if header == "Drill":
        return TableColumn(
            header, "input.int", 7, validation=dropdown(LIST_DRILLS, "a drill of the plan")
        )
    if header in NUMBERS:
        count = Validation(
            "decimal", 0, operator="greaterThanOrEqual",
            title="Not a number", message="Type a number from 0.",
        )  # fmt: skip
        return TableColumn(header, "input.number", 10, validation=count)
    if header == "Severity called":
        return TableColumn(
            header, "input.center", 10, validation=dropdown(names.LIST_SEVERITIES, "a severity")
        )
    if header == "Notes":
        return TableColumn(header, "input.wrap", 34)
    return TableColumn(
        header, "input.center", 10, validation=dropdown(names.LIST_YES_NO, "yes or no")
    )
