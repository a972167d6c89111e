"""Implementation audit: process, provider split, budget guardrails, KPIs and the scorecard."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, if_, ref, span
from xlmatrix.formula.guard import sum_of
from xlmatrix.model.content import AuditContent, content, owner_of
from xlmatrix.model.guides import GUIDES
from xlmatrix.rules.guides import audit
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.form import Form, choices
from xlmatrix.sheets.guides.budget import budget_forms, draw_budget
from xlmatrix.sheets.guides.providers import draw_costs, draw_split
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.audit import (
    AUDIT_QUESTIONS,
    KPIS,
    SCORECARD,
)
from xlmatrix.tables.validation import Paint

NAME: Final = GUIDES["audit"]
_HELPER: Final = 26
_LOG_KPIS: Final = {"KP-12": "SLA attainment", "KP-13": "MTTA", "KP-14": "MTTR"}


def audit_offers(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The sheet, where the spec asks for it."""
    if "audit" not in scene.spec.guides:
        return []
    shared = content("audit", AuditContent)
    draft = Draft(NAME)
    heading(
        draft,
        "AI implementation audit",
        "Who owns the process, where the spend goes, what stops it, and whether it pays.",
    )
    draft.fit(KPIS.columns)
    back_link(draft, 3, 2)
    draft.put(3, 4, shared.source, "note")
    defined: dict[str, Expr] = dict(choices(draft, words.AUDIT, _HELPER))
    row = _process(draft, scene, shared, 5)
    forms = budget_forms(scene, shared)
    defined |= choices(draft, words.PARTS, _HELPER + 5)
    row = draw_split(draft, scene, shared, row, forms.currency, defined)
    row = draw_budget(draft, forms, row, defined)
    row = draw_costs(draft, scene, shared, row)
    row = _kpis(draft, scene, shared, row, defined)
    last = _scorecard(draft, scene, shared, row)
    draft.set_page(area=f"A1:T{last}", freeze="D5", zoom=85)
    return [(Drawn(draft.plan(), defined), "Process, provider split, budget guardrails, KPIs")]


def _section(draft: Draft, row: int, title: str, note: str = "") -> int:
    draft.put(row, 2, title, "heading")
    if note:
        draft.put(row + 1, 2, note, "note")
    return row + 1 + bool(note)


def _process(draft: Draft, scene: Scene, shared: AuditContent, row: int) -> int:
    top = _section(draft, row, "1. Process and owners")
    asked = shared.process
    form = Form(scene, AUDIT_QUESTIONS, [question.id for question in asked], spare=2)
    form.given("Area", [question.area for question in asked])
    form.given("Question", [question.question for question in asked])
    form.given("Owner", [owner_of(scene.spec, question.roles) for question in asked])
    form.given("Answer", paints=looks(good=audit.YES, soon=audit.PARTLY, bad=audit.NO))
    form.blank("Due", "Evidence")
    state = looks(bad=audit.OVERDUE, good=audit.IN_ORDER)
    form.made(audit.question_rule(scene.context), paints=state)
    table = form.table(draft, top)
    answers, counted = col(AUDIT_QUESTIONS.name, "Answer"), (audit.YES, audit.PARTLY, audit.NO)
    yes, partly, no = (F.COUNTIF(answers, word) for word in counted)
    said = [row.text("Answer") for row in form.rows]
    given = sum(said.count(word) for word in counted)
    score = (said.count(audit.YES) + said.count(audit.PARTLY) / 2) / given if given else ""
    asked_all = yes + partly + no
    expr = if_(asked_all > 0, (yes + partly / 2) / asked_all)
    draft.put(table.last_row + 1, 3, "Score: yes counts 1, partly a half", "label")
    draft.put(table.last_row + 1, 4, Formula(expr, score), "formula.percent")
    return table.last_row + 3


def _kpis(
    draft: Draft, scene: Scene, shared: AuditContent, row: int, defined: dict[str, Expr]
) -> int:
    top = _section(
        draft, row, "4. KPI plan", "Top and bottom of the last period; the log fills its own."
    )
    log = audit.log_figures(scene.frame)
    values: dict[str, tuple[float, float]] = {}
    for place, (item, label) in enumerate(_LOG_KPIS.items(), start=1):
        upper, upper_value, lower, lower_value = log[label]
        draft.put(place, _HELPER + 1, item, "helper")
        draft.put(place, _HELPER + 2, Formula(upper, upper_value), "helper")
        draft.put(place, _HELPER + 3, Formula(lower, lower_value), "helper")
        values[item.casefold()] = (upper_value, lower_value)
    draft.hidden_columns.update(range(_HELPER + 1, _HELPER + 4))
    for offset, known in enumerate(("Kpi_Item", "Kpi_Top", "Kpi_Bottom"), start=1):
        defined[known] = span(1, _HELPER + offset, len(_LOG_KPIS), _HELPER + offset, NAME)
    listed = shared.kpis
    form = Form(scene, KPIS, [kpi.id for kpi in listed], spare=3)
    form.given("KPI", [kpi.name for kpi in listed])
    signs = ["−" if kpi.kind == audit.DIFFERENCE else "÷" for kpi in listed]
    made_of = [f"{k.top} {sign} {k.bottom}" for k, sign in zip(listed, signs, strict=True)]
    form.given("Made of", made_of)
    form.given("Owner", [owner_of(scene.spec, kpi.roles) for kpi in listed])
    form.given("Group", [kpi.group for kpi in listed])
    form.given("Feed", [kpi.feed for kpi in listed])
    defined |= choices(draft, words.KPI_KINDS, _HELPER + 4)
    form.given("Kind", [kpi.kind for kpi in listed])
    form.given("Cadence", [kpi.cadence for kpi in listed])
    form.given("Unit", ["%" if kpi.percent else None for kpi in listed])
    form.given("Better", [kpi.better for kpi in listed])
    form.blank("Top", "Bottom")
    value, state = audit.kpi_rules(values)
    form.made(value)
    for header, limits in (
        ("Target", [kpi.target for kpi in listed]),
        ("Alert", [kpi.alert for kpi in listed]),
    ):
        scaled = [
            None if limit is None else round(limit * 100, 6) if kpi.percent else limit
            for limit, kpi in zip(limits, listed, strict=True)
        ]
        form.given(header, scaled)
    flags = looks(bad=audit.ALERT, soon=audit.BELOW, good=audit.TARGET_MET)
    form.made(state, paints=flags)
    form.fixed("Source", [kpi.source for kpi in listed])
    form.fixed("Standing", [kpi.status for kpi in listed])
    return form.table(draft, top).last_row + 2


def _scorecard(draft: Draft, scene: Scene, shared: AuditContent, row: int) -> int:
    top = _section(draft, row, "5. Scorecard", "Scores from 0 to 100; weights make one.")
    listed = shared.scorecard
    form = Form(scene, SCORECARD, [part.id for part in listed])
    form.given("Part", [part.name for part in listed])
    form.given("Weight", [p.weight for p in listed])
    form.blank("What was seen", "Score")
    form.made(audit.points_rule())
    form.fixed("Standing", [part.status for part in listed])
    table = form.table(draft, top)
    last = table.last_row + 1
    weights = sum(row.number("Weight") or 0.0 for row in form.rows)
    points = sum(row.number("Points") or 0.0 for row in form.rows)
    total = sum_of(col(SCORECARD.name, "Weight"))
    draft.put(last, 3, "In all", "key")
    draft.put(last, 5, Formula(total, weights), "formula.percent")
    draft.put(last, 7, Formula(F.SUM(col(SCORECARD.name, "Points")), points), "formula.number")
    whole = F.ROUND(total, 6).eq(1)
    said = "ok" if round(weights, 6) == 1 else "weights do not make 100 %"
    draft.put(last, 8, Formula(F.IF(whole, "ok", "weights do not make 100 %"), said), "formula")
    draft.paint(f"H{last}", Paint(ref(last, 8).ne("ok"), "bad"))
    return last
