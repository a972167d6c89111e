"""Drills: the plan of a year, how each drill went, and the trend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, place_of, this
from xlmatrix.formula.expr import Cell
from xlmatrix.rules import names
from xlmatrix.rules.drills.record import decisions
from xlmatrix.rules.drills.score import CONDITIONAL, FAIL, INCOMPLETE, OVERDUE, PASS, RUNNING
from xlmatrix.rules.drills.times import TIMES
from xlmatrix.rules.instants import EPOCH_S, seconds_of, utc_of, worked
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.drill_view import PLANNED, DrillView, PlanRow
from xlmatrix.sheets.layout import laid_out, paired
from xlmatrix.sheets.matrix import severity_paints
from xlmatrix.sheets.parts import Drawn, Scene, back_link, column_span, heading
from xlmatrix.sheets.plan import Chart, Formula, Series, Table, Value
from xlmatrix.sheets.policy import days_within, seconds_within
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.drills import DECISION, DRILL_PLAN, DRILLS, SCENARIOS
from xlmatrix.tables.validation import Paint
from xlmatrix.worktime.serials import is_date

NAME: Final = "Drills"
_FIGURES_ROW: Final = 5
_HEADER_ROW: Final = 9
#: Columns that the plan looks up in its scenario.
_OF_SCENARIO: Final = ("Classes", "Severity", "Format", "Off hours")
GOOD, CLOSED, OUTSIDE, BEYOND = "ok", "closed day", "outside hours", "beyond calendar"


def drills_sheet(scene: Scene, view: DrillView) -> Drawn:
    """The year plan with the status of each drill."""
    draft = Draft(NAME)
    heading(
        draft,
        "Drills",
        "One drill a month: every class of the worst severity once, every primary and backup in "
        "their seats.",
    )
    back_link(draft, 3, 2)
    _figures(draft, view)
    draft.put(_HEADER_ROW - 1, 2, "Year plan", "heading")
    table = draft.table(_plan_table(scene, view))
    last = table.column + len(table.columns) - 1
    row = table.last_row + 2
    draft.put(row, 2, "Trend", "heading")
    _chart(draft, row + 1)
    row += 19
    draft.put(row, 2, "Within how long must it be decided what to report?", "heading")
    decision = draft.table(_decision_table(scene, view, row + 1))
    draft.set_page(area=area(1, 1, decision.last_row, last), fit_height=1)
    return Drawn(draft.plan(), {words.DRILLS.list_name: column_span(NAME, table, "Drill")})


def _figures(draft: Draft, view: DrillView) -> None:
    results = [str(result) for result in view.frame["Result"]]
    repeats = [str(repeat) for repeat in view.frame["Repeat"]]
    statuses = view.statuses()
    column, repeat = col(DRILLS.name, "Result"), col(DRILLS.name, "Repeat")
    status = col(DRILL_PLAN.name, "Status")
    figures: list[tuple[str, Expr, int]] = [
        ("passed", F.COUNTIF(column, PASS), results.count(PASS)),
        ("conditional", F.COUNTIF(column, CONDITIONAL), results.count(CONDITIONAL)),
        ("failed", F.COUNTIF(column, FAIL), results.count(FAIL)),
        ("repeats overdue", F.COUNTIF(repeat, OVERDUE), repeats.count(OVERDUE)),
        ("drills overdue", F.COUNTIF(status, OVERDUE), statuses.count(OVERDUE)),
    ]
    for place, (label, expr, value) in zip((2, 4, 5, 6, 9), figures, strict=True):
        draft.put(_FIGURES_ROW, place, Formula(expr, value), "figure.big")
        draft.put(_FIGURES_ROW + 1, place, label, "figure.label")
        end = {2: 3, 6: 8, 9: 10}.get(place, place)
        draft.merge(_FIGURES_ROW, place, _FIGURES_ROW, end)
        draft.merge(_FIGURES_ROW + 1, place, _FIGURES_ROW + 1, end)
    draft.heights[_FIGURES_ROW] = 36


def _plan_table(scene: Scene, view: DrillView) -> Table:
    found = [row.found for row in view.rows]
    return laid_out(
        DRILL_PLAN,
        _HEADER_ROW,
        2,
        paired(
            DRILL_PLAN,
            {
                "Drill": [row.number for row in view.rows],
                "Planned": [row.planned for row in view.rows],
                "Day": [_day(scene, view, row) for row in view.rows],
                "Scenario": [row.scenario or None for row in view.rows],
                "Classes": [scenario.classes if scenario else "" for scenario in found],
                "Severity": [scenario.severity if scenario else "" for scenario in found],
                "Format": [scenario.format if scenario else "" for scenario in found],
                "Off hours": [scenario.off_hours if scenario else "" for scenario in found],
                "Facilitator": [row.facilitator or None for row in view.rows],
                "Evaluator": [row.evaluator or None for row in view.rows],
                "Status": list(view.statuses()),
            },
            [
                DRILL_PLAN["Day"].by(_day_expr(view)),
                *(DRILL_PLAN[known].by(_of_scenario(known)) for known in _OF_SCENARIO),
                DRILL_PLAN["Status"].by(_status_expr()),
            ],
        ),
        whole=True,
        paints={
            "Day": _day_paints,
            "Severity": lambda cell: severity_paints(scene, cell.row, cell.column),
            "Status": _status_paints,
        },
        filtered=False,
    )


def _of_scenario(column: str) -> Expr:
    row = place_of(this("Scenario"), col(SCENARIOS.name, "Name"))
    return if_(this("Scenario").filled(), iferror(F.INDEX(col(SCENARIOS.name, column), row) & ""))


def _day_expr(view: DrillView) -> Expr:
    planned, number = this("Planned"), lit(view.calendar)
    midnight = F.INT(planned) * 86400
    begin, end = utc_of(midnight), utc_of(midnight + 86400)
    at = utc_of(seconds_of(planned))
    outside = F.OR(begin < names.HORIZON_START, end > names.HORIZON_END)
    closed = worked(end, number).eq(worked(begin, number))
    shut = worked(at + 60, number).eq(worked(at, number))
    hours = if_(F.AND(this("Off hours").ne(words.YES), shut), OUTSIDE, GOOD)
    day = if_(outside, BEYOND, if_(closed, CLOSED, hours))
    return if_(F.ISNUMBER(planned), iferror(day, BEYOND))


def _day(scene: Scene, view: DrillView, row: PlanRow) -> str:
    """The twin of the day's check, by the engine's own calendar."""
    if np.isnan(row.planned_s):
        return ""
    if not is_date(row.planned_s / 86400):
        return BEYOND
    calendar, zone = scene.calendars[view.calendar - 1], scene.context.zone
    midnight = int(row.planned_s // 86400 * 86400) - EPOCH_S
    begin, end = (int(zone.to_utc(midnight + days * 86400)) for days in (0, 1))
    low, high = calendar.horizon
    if begin < low or end > high:
        return BEYOND
    if calendar.worked(begin) == calendar.worked(end):
        return CLOSED
    at = int(zone.to_utc(int(row.planned_s) - EPOCH_S))
    off_hours = row.found is not None and row.found.off_hours.casefold() == words.YES
    shut = calendar.worked(at) == calendar.worked(min(at + 60, high))
    return OUTSIDE if shut and not off_hours else GOOD


def _status_expr() -> Expr:
    number, results = col(DRILLS.name, "Drill"), col(DRILLS.name, "Result")

    def had(result: str) -> Expr:
        return F.COUNTIFS(number, this("Drill"), results, result) > 0

    planned = if_(
        F.ISNUMBER(this("Planned")), F.IF(this("Planned") < names.AS_OF, OVERDUE, PLANNED)
    )
    expr: Expr = planned
    for result in (RUNNING, INCOMPLETE, FAIL, CONDITIONAL, PASS):
        expr = F.IF(had(result), result, expr)
    return expr


def _day_paints(cell: Cell) -> tuple[Paint, ...]:
    return (Paint(cell.eq(GOOD), "good"), Paint(F.AND(cell.filled(), cell.ne(GOOD)), "bad"))


def _status_paints(cell: Cell) -> tuple[Paint, ...]:
    return (
        Paint(cell.eq(PASS), "good"),
        Paint(F.OR(cell.eq(CONDITIONAL), cell.eq(INCOMPLETE)), "soon"),
        Paint(F.OR(cell.eq(FAIL), cell.eq(OVERDUE)), "bad"),
        Paint(cell.eq(RUNNING), "calm"),
    )


def _chart(draft: Draft, row: int) -> None:
    wanted = [time for time in TIMES if time.code != "dec"]
    draft.charts.append(
        Chart(
            "column",
            "Minutes from detection, drill by drill",
            f"B{row}",
            tuple(
                Series(
                    f"{time.short}: {time.label}",
                    col(DRILLS.name, time.short),
                    col(DRILLS.name, "Record"),
                )
                for time in wanted
            ),
            width_cm=27,
            height_cm=8.2,
            alt_text="Minutes to acknowledge, to escalate, to a customer draft and to contain, "
            "one group of columns a drill",
            x_title="Record",
            y_title="Minutes",
        )
    )


def _decision_table(scene: Scene, view: DrillView, row: int) -> Table:
    rows = [severity.id for severity in scene.spec.severities]
    clocks = [known["dec"] for known in view.frame.context.policy.current]
    decided = decisions(scene.spec)
    withins = [decided[severity][0] for severity in rows]
    calendars = [scene.spec.calendars[decided[severity][1] - 1].name for severity in rows]

    def drawn(header: str, defaults: Sequence[Value]) -> list[Value]:
        pairs = zip(rows, defaults, strict=True)
        return [scene.value(DECISION.name, key, header, default) for key, default in pairs]

    return laid_out(
        DECISION,
        row,
        2,
        paired(
            DECISION,
            {
                "Severity": rows,
                "Within": drawn(
                    "Within", [within.amount if within else None for within in withins]
                ),
                "Unit": drawn("Unit", [within.unit if within else None for within in withins]),
                "Calendar": drawn("Calendar", list(calendars)),
                "Seconds": [_shown(clock.seconds) for clock in clocks],
                "Days": [_shown(clock.days) for clock in clocks],
                "Calendar no.": [clock.calendar for clock in clocks],
            },
            [
                DECISION["Seconds"].by(
                    seconds_within(this("Within"), this("Unit"), this("Calendar no."))
                ),
                DECISION["Days"].by(days_within(this("Within"), this("Unit"))),
                DECISION["Calendar no."].by(_decision_calendar()),
            ],
        ),
        whole=True,
        filtered=False,
    )


def _shown(number: int | None) -> Value:
    return "" if number is None else number


def _decision_calendar() -> Expr:
    return iferror(place_of(this("Calendar"), names.CAL_NAMES), 1)
