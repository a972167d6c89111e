"""Implementation audit: process, provider split, budget guardrails, KPIs and the scorecard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, name, ref, span
from xlmatrix.model.content import AuditContent, content, owner_of
from xlmatrix.model.guides import GUIDES
from xlmatrix.rules import names
from xlmatrix.rules.cells import number_in
from xlmatrix.rules.guides import audit
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.form import NUMBER, SHARE, Form, Setting, choices, looks, settings
from xlmatrix.sheets.parts import (
    Drawn,
    Scene,
    back_link,
    column_span,
    date_validation,
    dropdown,
    heading,
)
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables.validation import Paint

NAME: Final = GUIDES["audit"]
_WIDTHS: Final = (2.5, 10, 32, 40, 24, 18, 20, 24, 13, 13, 13, 13, 15, 15, 15, 15, 17, 30, 12)
_HELPER: Final = 26
_ANSWERS: Final = ("yes", "partly", "no", "not asked")
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
    draft.widths.update(dict(enumerate(_WIDTHS, start=1)))
    back_link(draft, 3, 2)
    draft.put(3, 4, shared.source, "note")
    defined: dict[str, Expr] = dict(choices(draft, "List_Audit", _HELPER, _ANSWERS))
    row = _process(draft, scene, shared, 5)
    row = _split(draft, scene, shared, row, defined)
    row = _budget(draft, scene, shared, row, defined)
    row = _kpis(draft, scene, shared, row, defined)
    last = _scorecard(draft, scene, shared, row)
    draft.set_page(area=f"A1:S{last}", freeze="D5", zoom=85)
    return [(Drawn(draft.plan(), defined), "Process, provider split, budget guardrails, KPIs")]


def _section(draft: Draft, row: int, title: str, note: str = "") -> int:
    draft.put(row, 2, title, "heading")
    if note:
        draft.put(row + 1, 2, note, "note")
    return row + 1 + bool(note)


def _process(draft: Draft, scene: Scene, shared: AuditContent, row: int) -> int:
    top = _section(draft, row, "1. Process and owners")
    asked = shared.process
    form = Form(
        scene, "tAuditQuestions", [q.id for q in asked], spare=2, key_role="input", key_width=10
    )
    form.given("Area", "input.wrap", 32, [question.area for question in asked])
    form.given("Question", "input.wrap", 40, [question.question for question in asked])
    owners = [owner_of(scene.spec, question.roles) for question in asked]
    person = dropdown(names.LIST_PEOPLE, "a person of the directory")
    form.given("Owner", "input", 24, owners, validation=person)
    paints = looks(good="yes", soon="partly", bad="no")
    answer = dropdown(name("List_Audit"), "an answer")
    form.given("Answer", "input.center", 18, validation=answer, paints=paints)
    form.given("Due", "input.date", 20, validation=date_validation())
    form.given("Evidence", "input.wrap", 24)
    form.made(audit.question_rule(scene.context), "formula.center", 13, paints=looks(
        bad=audit.OVERDUE, good=audit.IN_ORDER))  # fmt: skip
    table = form.table(draft, top)
    answers = col("tAuditQuestions", "Answer")
    yes, partly, no = (F.COUNTIF(answers, word) for word in ("yes", "partly", "no"))
    said = [row.text("Answer") for row in form.rows]
    given = sum(said.count(word) for word in ("yes", "partly", "no"))
    score = (said.count("yes") + said.count("partly") / 2) / given if given else ""
    asked_all = yes + partly + no
    expr = if_(asked_all > 0, (yes + partly / 2) / asked_all)
    draft.put(table.last_row + 1, 3, "Score: yes counts 1, partly a half", "label")
    draft.put(table.last_row + 1, 4, Formula(expr, score), "formula.percent")
    return table.last_row + 3


def _split(
    draft: Draft, scene: Scene, shared: AuditContent, row: int, defined: dict[str, Expr]
) -> int:
    top = _section(draft, row, "2. Providers and models",
                   "Calls and spend of the last month; the flags follow.")  # fmt: skip
    asked = [
        Setting("Audit_Concentration", "One provider is too much above",
                shared.concentration * 100, "% of spend"),
        Setting("Audit_Fallback_Days", "A fallback test holds", shared.fallback_days, "days"),
    ]  # fmt: skip
    listed = shared.workloads
    form = Form(scene, "tWorkloads", [w.id for w in listed], spare=3, key_role="input",
                key_width=10)  # fmt: skip
    form.given("Workload", "input.wrap", 32, [work.name for work in listed])
    form.given("Split rule", "input.wrap", 40, [work.rule for work in listed])
    form.given("Primary", "input.wrap", 24, [work.primary for work in listed])
    form.given("Provider", "input.wrap", 18, [work.primary_provider for work in listed])
    form.given("Fallback", "input.wrap", 20, [work.fallback for work in listed])
    form.given("Fallback provider", "input.wrap", 24, [w.fallback_provider for w in listed])
    form.given("At least", "input.percent", 13, [work.low for work in listed], validation=SHARE)
    form.given("At most", "input.percent", 13, [work.high for work in listed], validation=SHARE)
    form.given("Calls", "input.int", 13, validation=NUMBER)
    form.given("Spend", "input.money", 13, validation=NUMBER)
    form.given("Fallback tested", "input.date", 15, validation=date_validation())
    figures = _figures_of(scene, "tAuditSettings", asked)
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
        share = rule.header in ("Share of calls", "Provider's share")
        form.made(rule, "formula.percent" if share else "formula.center", 15, paints=flags)
    table = form.table(draft, top)
    drawn, named, _ = settings(draft, scene, "tAuditSettings", table.last_row + 2, asked, 3)
    defined |= named
    return drawn.last_row + 2


def _figures_of(scene: Scene, table: str, asked: Sequence[Setting]) -> dict[str, float]:
    """The values of settings that are drawn later, as formulas see them."""
    return {
        known.name: number_in(scene.value(table, known.label, "Value", known.value))
        for known in asked
    }


def _budget(
    draft: Draft, scene: Scene, shared: AuditContent, row: int, defined: dict[str, Expr]
) -> int:
    top = _section(draft, row, "3. Budget guardrails", "Type the amounts in one currency.")
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
    drawn, named, typed = settings(draft, scene, "tBudget", top, asked, 3)
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
    choice = Form(scene, "tAuditStage", ("Traffic is in",), key="Choose", key_width=32)
    choice.given("Stage now", "input", 40, [listed[0].name])
    picked = choice.table(draft, row, 3)
    cell = area(picked.row + 1, 4, picked.row + 1, 4)
    draft.allow(cell, dropdown(name("List_Traffic"), "a stage"))
    defined["Audit_Stage"] = ref(picked.row + 1, 4, NAME)
    stage = str(choice.rows[0]["Stage now"] or "")
    form = Form(scene, "tStages", [s.id for s in listed], key_width=10)
    form.given("Stage", "input", 32, [known.name for known in listed])
    form.given("Action at the stop", "input.wrap", 40, [known.action for known in listed])
    form.given("Share of traffic up to", "input.percent", 24, [known.share for known in listed])
    form.given("Cap × forecast", "input.number", 18, [known.cap for known in listed])
    form.given("Fixed cap", "input.money", 20, validation=NUMBER,
               note="A pilot's or an event's own envelope goes before the factor")  # fmt: skip
    rules = {rule.header: rule for rule in audit.stage_rules(typed, stage)}
    form.made(rules["Daily cap"], "formula.money", 24)
    for header, shares in (
        ("Warn at", [known.warn for known in listed]),
        ("Act at", [known.act for known in listed]),
        ("Stop at", [known.stop for known in listed]),
    ):
        form.given(header, "input.percent", 13, shares)
    form.made(rules["Used today"], "formula.percent", 13)
    form.made(rules["Now"], "formula.center", 15, paints=looks(
        bad=audit.STOP, soon=f"{audit.WARN}|{audit.ACT}", good=audit.FINE))  # fmt: skip
    table = form.table(draft, picked.last_row + 2)
    defined["List_Traffic"] = column_span(NAME, table, "Stage")
    return _costs(draft, scene, table.last_row + 2)


def _costs(draft: Draft, scene: Scene, row: int) -> int:
    top = _section(draft, row, "Cost of a call", "Prices are per million tokens.")
    form = Form(scene, "tCosts", [f"MO-{n}" for n in range(1, 5)], key_role="input", key_width=10)
    form.given("Model", "input.wrap", 32)
    form.given("Note", "input.wrap", 40)
    for header, width in (("Tokens in", 24.0), ("Cached", 18.0), ("Tokens out", 20.0)):
        form.given(header, "input.int", width, validation=NUMBER)
    for header, width in (("Price in", 24.0), ("Price cached", 13.0), ("Price out", 13.0)):
        form.given(header, "input.number", width, validation=NUMBER)
    form.given("Tools", "input", 13, validation=NUMBER)
    form.made(audit.cost_rule(), "formula", 13)
    return form.table(draft, top).last_row + 2


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
    form = Form(scene, "tKpis", [k.id for k in listed], spare=3, key_role="input", key_width=10)
    form.given("KPI", "input.wrap", 32, [kpi.name for kpi in listed])
    marks = {"difference": "−", "lift": "÷"}
    made_of = [f"{kpi.top} {marks.get(kpi.kind, '÷')} {kpi.bottom}" for kpi in listed]
    form.given("Made of", "input.wrap", 40, made_of)
    owners = [owner_of(scene.spec, kpi.roles) for kpi in listed]
    person = dropdown(names.LIST_PEOPLE, "a person of the directory")
    form.given("Owner", "input", 24, owners, validation=person)
    form.given("Group", "input", 18, [kpi.group for kpi in listed])
    form.given("Feed", "input.wrap", 20, [kpi.feed for kpi in listed])
    defined |= choices(draft, "List_Kpi_Kinds", _HELPER + 4,
                       ("ratio", "per thousand", "lift", "difference"))  # fmt: skip
    kinds = dropdown(name("List_Kpi_Kinds"), "a kind")
    form.given("Kind", "input.center", 24, [kpi.kind for kpi in listed], validation=kinds)
    form.given("Cadence", "input.center", 13, [kpi.cadence for kpi in listed])
    form.given("Unit", "input.center", 13, ["%" if kpi.percent else None for kpi in listed])
    form.given("Better", "input.center", 13, [kpi.better for kpi in listed])
    form.given("Top", "input.number", 13, validation=NUMBER)
    form.given("Bottom", "input.number", 15, validation=NUMBER)
    value, state = audit.kpi_rules(values)
    form.made(value, "formula.number", 15)
    for header, limits in (
        ("Target", [kpi.target for kpi in listed]),
        ("Alert", [kpi.alert for kpi in listed]),
    ):
        scaled = [
            None if limit is None else round(limit * 100, 6) if kpi.percent else limit
            for limit, kpi in zip(limits, listed, strict=True)
        ]
        form.given(header, "input.number", 15, scaled, validation=NUMBER)
    form.made(state, "formula.center", 17, paints=looks(
        bad=audit.ALERT, soon=audit.BELOW, good=audit.TARGET_MET))  # fmt: skip
    form.fixed("Source", "fixed.wrap", 30, [kpi.source for kpi in listed])
    form.fixed("Standing", "fixed.center", 12, [kpi.status for kpi in listed])
    return form.table(draft, top).last_row + 2


def _scorecard(draft: Draft, scene: Scene, shared: AuditContent, row: int) -> int:
    top = _section(draft, row, "5. Scorecard", "Scores from 0 to 100; weights make one.")
    listed = shared.scorecard
    form = Form(scene, "tScorecard", [part.id for part in listed], key_width=10)
    form.given("Part", "input", 32, [part.name for part in listed])
    form.given("What was seen", "input.wrap", 40)
    form.given("Weight", "input.percent", 24, [p.weight for p in listed], validation=SHARE)
    form.given("Score", "input.number", 18, validation=NUMBER)
    form.made(audit.points_rule(), "formula.number", 20)
    form.fixed("Standing", "fixed.center", 24, [part.status for part in listed])
    table = form.table(draft, top)
    last = table.last_row + 1
    weights = sum(row.number("Weight") or 0.0 for row in form.rows)
    points = sum(row.number("Points") or 0.0 for row in form.rows)
    total = F.SUM(col("tScorecard", "Weight"))
    draft.put(last, 3, "In all", "key")
    draft.put(last, 5, Formula(total, weights), "formula.percent")
    draft.put(last, 7, Formula(F.SUM(col("tScorecard", "Points")), points), "formula.number")
    whole = F.ROUND(total, 6).eq(1)
    said = "ok" if round(weights, 6) == 1 else "weights do not make 100 %"
    draft.put(last, 8, Formula(F.IF(whole, "ok", "weights do not make 100 %"), said), "formula")
    draft.paint(f"H{last}", Paint(ref(last, 8).ne("ok"), "bad"))
    return last
