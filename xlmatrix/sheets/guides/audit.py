"""Implementation audit: process, provider split, budget guardrails, KPIs and the scorecard."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, if_
from xlmatrix.model.content import AuditContent, content, owner_of
from xlmatrix.model.guides import GUIDES
from xlmatrix.rules.guides import audit
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.form import Form, choices
from xlmatrix.sheets.guides.budget import budget_forms, draw_budget
from xlmatrix.sheets.guides.measures import kpis, scorecard, section
from xlmatrix.sheets.guides.providers import draw_costs, draw_split
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.audit import AUDIT_QUESTIONS, KPIS

NAME: Final = GUIDES["audit"]
_HELPER: Final = 40


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
    row = kpis(draft, scene, shared, row, defined)
    last = scorecard(draft, scene, shared, row)
    draft.set_page(area=area(1, 1, last, 1 + len(KPIS.columns)), freeze="D5", zoom=85)
    return [(Drawn(draft.plan(), defined), "Process, provider split, budget guardrails, KPIs")]


def _process(draft: Draft, scene: Scene, shared: AuditContent, row: int) -> int:
    top = section(draft, row, "1. Process and owners")
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
