"""Key figures, times by severity and the scorecard: each with what so many cases say of it."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, ref, span
from xlmatrix.formula.guard import sum_of
from xlmatrix.model.content import AuditContent, owner_of
from xlmatrix.model.guides import GUIDES
from xlmatrix.rules import intervals
from xlmatrix.rules.guides import measures, times
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.form import Form, choices
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.audit import KPI_TIMES, KPIS, SCORECARD
from xlmatrix.tables.validation import Paint

NAME: Final = GUIDES["audit"]
_HELPER: Final = 41
#: The KPI that the log fills by itself.
_LOG_KPI: Final = "KP-12"
_STATES: Final = looks(
    bad=f"{intervals.ALERT}|{intervals.MISSED}",
    soon="|".join((intervals.TOO_FEW, times.NO_CASES, measures.NO_SAMPLE, measures.NOT_CLEAR)),
    good=intervals.MET,
)


def section(draft: Draft, row: int, title: str, note: str = "") -> int:
    """A heading with a note below; gives the row of what follows."""
    draft.put(row, 2, title, "heading")
    if note:
        draft.put(row + 1, 2, note, "note")
    return row + 1 + bool(note)


def kpis(
    draft: Draft, scene: Scene, shared: AuditContent, row: int, defined: dict[str, Expr]
) -> int:
    """The KPIs, then the times by severity."""
    top = section(
        draft,
        row,
        "4. KPI plan",
        "A share of counted cases is judged by its whole 95 % interval (Wilson): met or missed "
        "where all of it lies on one side of the target, else too few cases. Other figures are "
        "judged as they are.",
    )
    period = times.period_of(scene.frame)
    top = _period(draft, top, period, defined)
    upper, upper_value, lower, lower_value = measures.log_figures(scene.frame, period)
    draft.put(1, _HELPER, _LOG_KPI, "helper")
    draft.put(1, _HELPER + 1, Formula(upper, upper_value), "helper")
    draft.put(1, _HELPER + 2, Formula(lower, lower_value), "helper")
    draft.hidden_columns.update(range(_HELPER, _HELPER + 3))
    for offset, known in enumerate(("Kpi_Item", "Kpi_Top", "Kpi_Bottom")):
        defined[known] = span(1, _HELPER + offset, 1, _HELPER + offset, NAME)
    defined |= choices(draft, words.KPI_KINDS, _HELPER + 3)
    form = _kpi_form(scene, shared, {_LOG_KPI.casefold(): (upper_value, lower_value)})
    last = form.table(draft, top).last_row
    return _times(draft, scene, shared, last + 2, period)


def _period(draft: Draft, row: int, period: times.Period, defined: dict[str, Expr]) -> int:
    """The last whole month, of which the log's figures are."""
    draft.put(row, 2, "The log's figures are of the last whole month, from", "note")
    draft.put(row, 5, Formula(times.FIRST_DAY, period.first), "formula.date")
    draft.put(row, 6, "up to, and without,", "note")
    draft.put(row, 7, Formula(times.AFTER_DAY, period.after), "formula.date")
    days = ref(row, 5, NAME), ref(row, 7, NAME)
    for place, (day, value) in enumerate(zip(days, (period.first_s, period.after_s), strict=True)):
        draft.put(place + 2, _HELPER + 1, Formula(times.instant_of(day), value), "helper")
        defined[times.PERIOD[place]] = day
        defined[times.PERIOD[place + 2]] = ref(place + 2, _HELPER + 1, NAME)
    return row + 1


def _kpi_form(scene: Scene, shared: AuditContent, log: dict[str, tuple[float, float]]) -> Form:
    listed = shared.kpis
    form = Form(scene, KPIS, [kpi.id for kpi in listed], spare=3)
    form.given("KPI", [kpi.name for kpi in listed])
    signs = ["−" if kpi.kind == measures.DIFFERENCE else "÷" for kpi in listed]
    made_of = [f"{k.top} {sign} {k.bottom}" for k, sign in zip(listed, signs, strict=True)]
    form.given("Made of", made_of)
    form.given("Owner", [owner_of(scene.spec, kpi.roles) for kpi in listed])
    form.given("Group", [kpi.group for kpi in listed])
    form.given("Feed", [kpi.feed for kpi in listed])
    form.given("Kind", [kpi.kind for kpi in listed])
    form.given("Cadence", [kpi.cadence for kpi in listed])
    form.given("Unit", ["%" if kpi.percent else None for kpi in listed])
    form.given("Better", [kpi.better for kpi in listed])
    form.blank("Top", "Bottom", "Population", "Top cases", "Bottom cases")
    for header, limits in (
        ("Target", [kpi.target for kpi in listed]),
        ("Alert", [kpi.alert for kpi in listed]),
    ):
        scaled = [
            None if limit is None else round(limit * 100, 6) if kpi.percent else limit
            for limit, kpi in zip(limits, listed, strict=True)
        ]
        form.given(header, scaled)
    for rule in measures.kpi_rules(log):
        form.made(rule, paints=_STATES if rule.id == "State" else None)
    form.fixed("Source", [kpi.source for kpi in listed])
    form.fixed("Standing", [kpi.status for kpi in listed])
    return form


def _times(draft: Draft, scene: Scene, shared: AuditContent, row: int, period: times.Period) -> int:
    """How often each severity was acknowledged and resolved on time."""
    top = section(
        draft,
        row,
        "Times by severity",
        "Opened in that month, and decided by now: done on time, done late, or overdue. "
        "Severities are never thrown together.",
    )
    made = [
        (severity.id, code)
        for severity in scene.spec.severities
        for code, name in times.TIMED.items()
        if getattr(severity.targets, name) is not None
    ]
    form = Form(scene, KPI_TIMES, [f"{severity} {code}" for severity, code in made])
    form.fixed("Severity", [severity for severity, _ in made])
    form.fixed("Target time", [times.TIMED[code] for _, code in made])
    form.given("Wanted", [shared.on_time] * len(made))
    for rule in times.time_rules(scene.frame, period):
        form.made(rule, paints=_STATES if rule.id == "State" else None)
    return form.table(draft, top).last_row + 2


def scorecard(draft: Draft, scene: Scene, shared: AuditContent, row: int) -> int:
    """The scorecard; gives its last row."""
    top = section(
        draft,
        row,
        "5. Scorecard",
        "Scores from 0 to 100; weights make one. A score in all stands there once every part has "
        "one.",
    )
    listed = shared.scorecard
    form = Form(scene, SCORECARD, [part.id for part in listed])
    form.given("Part", [part.name for part in listed])
    form.given("Weight", [p.weight for p in listed])
    form.blank("What was seen", "Score")
    form.made(measures.points_rule())
    form.fixed("Standing", [part.status for part in listed])
    table = form.table(draft, top)
    last = table.last_row + 1
    weights = sum(row.number("Weight") or 0.0 for row in form.rows)
    total = sum_of(col(SCORECARD.name, "Weight"))
    draft.put(last, 3, "In all", "key")
    draft.put(last, 5, Formula(total, weights), "formula.percent")
    draft.put(last, 7, Formula(*measures.score_of(form.rows)), "formula.number")
    whole = F.ROUND(total, 6).eq(1)
    said = "ok" if round(weights, 6) == 1 else measures.WEIGHTS_ODD
    draft.put(last, 8, Formula(F.IF(whole, "ok", measures.WEIGHTS_ODD), said), "formula")
    draft.paint(f"H{last}", Paint(ref(last, 8).ne("ok"), "bad"))
    return last
