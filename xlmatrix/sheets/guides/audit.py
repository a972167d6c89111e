"""Implementation audit: process, provider split, budget guardrails, KPIs and the scorecard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, ref
from xlmatrix.model.content import AuditContent, content, owner_of
from xlmatrix.model.guides import GUIDES
from xlmatrix.rules.cells import number_in
from xlmatrix.rules.guides import audit
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.form import Form, Setting, choices, settings
from xlmatrix.sheets.guides.measures import kpis, scorecard, section
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Drawn, Scene, back_link, column_span, heading
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.audit import (
    AUDIT_QUESTIONS,
    AUDIT_SETTINGS,
    AUDIT_STAGE,
    BUDGET,
    COSTS,
    KPIS,
    STAGES,
    WORKLOADS,
)
from xlmatrix.tables.table import Table as Declared
from xlmatrix.tables.validation import Paint

NAME: Final = GUIDES["audit"]
_HELPER: Final = 40
_MODELS: Final = 4


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
    row = _split(draft, scene, shared, row, defined)
    row = _budget(draft, scene, shared, row, defined)
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


def _split(
    draft: Draft, scene: Scene, shared: AuditContent, row: int, defined: dict[str, Expr]
) -> int:
    top = section(draft, row, "2. Providers and models",
                   "Calls and spend of the last month; the flags follow.")  # fmt: skip
    asked = [
        Setting("Audit_Concentration", "One provider is too much above",
                shared.concentration * 100, "% of spend"),
        Setting("Audit_Fallback_Days", "A fallback test holds", shared.fallback_days, "days"),
    ]  # fmt: skip
    listed = shared.workloads
    form = Form(scene, WORKLOADS, [work.id for work in listed], spare=3)
    form.given("Workload", [work.name for work in listed])
    form.given("Split rule", [work.rule for work in listed])
    form.given("Primary", [work.primary for work in listed])
    form.given("Provider", [work.primary_provider for work in listed])
    form.given("Fallback", [work.fallback for work in listed])
    form.given("Fallback provider", [w.fallback_provider for w in listed])
    form.given("At least", [work.low for work in listed])
    form.given("At most", [work.high for work in listed])
    form.blank("Calls", "Spend", "Fallback tested")
    figures = _figures_of(scene, AUDIT_SETTINGS, asked)
    rules = audit.workload_rules(
        scene.context,
        lambda: form.rows,
        figures["Audit_Concentration"] / 100,
        figures["Audit_Fallback_Days"],
    )
    flags = looks(
        bad=f"{audit.CONCENTRATED}|{audit.NONE}|{audit.NEVER}",
        soon=f"{audit.OUTSIDE}|{audit.AGAIN}",
        good=f"{audit.WITHIN}|{audit.SPREAD}|{audit.TESTED}",
    )
    for rule in rules:
        form.made(rule, paints=flags)
    table = form.table(draft, top)
    drawn, named, _ = settings(draft, scene, AUDIT_SETTINGS, table.last_row + 2, asked, 3)
    defined |= named
    return drawn.last_row + 2


def _figures_of(scene: Scene, table: Declared, asked: Sequence[Setting]) -> dict[str, float]:
    """The values of settings that are drawn later, as formulas see them."""
    return {
        known.name: number_in(scene.value(table.name, known.label, "Value", known.value))
        for known in asked
    }


def _budget(
    draft: Draft, scene: Scene, shared: AuditContent, row: int, defined: dict[str, Expr]
) -> int:
    top = section(draft, row, "3. Budget guardrails", "Type the amounts in one currency.")
    burn = shared.burn
    asked = [
        Setting("Budget_Month", "Budget of this month", None, "money"),
        Setting("Budget_Spent", "Spent this month", None, "money"),
        Setting("Budget_Hour", "Spent in the last hour", None, "money"),
        Setting("Budget_Today", "Spent today", None, "money"),
        Setting("Budget_Usual_Day", "Forecast of a usual day", None, "money"),
        Setting(
            "Budget_Cap", "Hard cap of the month", None, "money", "Reached: the worst severity"
        ),
        Setting("Burn_Third", "Burn that is the third severity", burn.third, "times"),
        Setting("Burn_Second", "Burn that is the second severity", burn.second, "times"),
        Setting("Burn_Worst", "Burn that is the worst severity", burn.worst, "times"),
    ]
    drawn, named, typed = settings(draft, scene, BUDGET, top, asked, 3)
    defined |= named
    figures = audit.budget_figures(scene.context, typed)
    draft.put(top, 8, "What follows", "header")
    draft.put(top, 9, "Value", "header")
    draft.merge(top, 9, top, 10)
    for offset, figure in enumerate(figures, start=1):
        draft.put(top + offset, 8, figure.label, "fixed.wrap")
        draft.put(top + offset, 9, Formula(figure.expr, figure.value), figure.role)
        draft.merge(top + offset, 9, top + offset, 10)
        defined[figure.name] = ref(top + offset, 9, NAME)
    levels = [severity.id for severity in scene.spec.severities]
    expr, said = audit.burn_severity(levels, typed, figures[-1].value)
    place = top + len(figures) + 1
    draft.put(place, 8, "The burn means", "key")
    draft.put(place, 9, Formula(expr, said), "formula.center")
    draft.merge(place, 9, place, 10)
    draft.paint(f"I{place}", Paint(ref(place, 9).eq(levels[0]), "bad"))
    return _stages(draft, scene, shared, drawn.last_row + 2, typed, defined)


def _stages(
    draft: Draft,
    scene: Scene,
    shared: AuditContent,
    row: int,
    typed: dict[str, float],
    defined: dict[str, Expr],
) -> int:
    listed = shared.stages
    choice = Form(scene, AUDIT_STAGE, ("Traffic is in",))
    choice.given("Stage now", [listed[0].name])
    picked = choice.table(draft, row, 3)
    cell = area(picked.row + 1, 4, picked.row + 1, 4)
    draft.allow(cell, words.TRAFFIC.dropdown())
    defined["Audit_Stage"] = ref(picked.row + 1, 4, NAME)
    stage = str(choice.rows[0]["Stage now"] or "")
    form = Form(scene, STAGES, [known.id for known in listed])
    form.given("Stage", [known.name for known in listed])
    form.given("Action at the stop", [known.action for known in listed])
    form.given("Share of traffic up to", [known.share for known in listed])
    form.given("Cap × forecast", [known.cap for known in listed])
    form.blank("Fixed cap")
    form.given("Warn at", [known.warn for known in listed])
    form.given("Act at", [known.act for known in listed])
    form.given("Stop at", [known.stop for known in listed])
    cap, used, now = audit.stage_rules(typed, stage)
    form.made(cap)
    form.made(used)
    soon = f"{audit.WARN}|{audit.ACT}"
    form.made(now, paints=looks(bad=audit.STOP, soon=soon, good=audit.FINE))
    table = form.table(draft, picked.last_row + 2)
    defined[words.TRAFFIC.list_name] = column_span(NAME, table, "Stage")
    return _costs(draft, scene, table.last_row + 2)


def _costs(draft: Draft, scene: Scene, row: int) -> int:
    top = section(draft, row, "Cost of a call", "Prices are per million tokens.")
    form = Form(scene, COSTS, [f"MO-{number}" for number in range(1, _MODELS + 1)])
    form.blank(*(column.id for column in COSTS.typed[1:]))
    form.made(audit.cost_rule())
    return form.table(draft, top).last_row + 2
