"""Budget guardrails of the audit: the month, the burn of its windows, caps by stage of traffic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from xlmatrix.formula import Expr, ref
from xlmatrix.model.content import AuditContent
from xlmatrix.model.guides import GUIDES
from xlmatrix.rules.cells import Named, RowCells, number_of, text_in
from xlmatrix.rules.guides import budget, caps
from xlmatrix.rules.guides.budget import Amounts, Figure, Month
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.form import Form, cell_of
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Scene, column_span
from xlmatrix.sheets.plan import Formula, Value
from xlmatrix.tables import budget as tables
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.budget import (
    AUDIT_STAGE,
    BUDGET,
    BUDGET_FACTS,
    BURN_ALARMS,
    CAPS,
    STAGES,
    WINDOWS,
)
from xlmatrix.tables.validation import Paint

_SHEET: Final = GUIDES["audit"]
FACTS_ROW: Final = "All amounts"
#: The rows of figures: the name in formulas, the unit, what it does.
_ASKED: Final[dict[str, tuple[str, str, str]]] = {
    tables.MONTH: ("Budget_Month", "money", ""),
    tables.LAST: ("Budget_Last", "money", "For windows that begin before the 1st"),
    tables.SPENT: ("Budget_Spent", "money", ""),
    tables.CAP: ("Budget_Cap", "money", "Reached: open the incident at once"),
    **{label: (budget.NAMES[minutes], "money", "") for label, minutes in reversed(WINDOWS.items())},
    tables.ROW: (
        "Budget_Row",
        "min",
        "60 from a CSV by hour: shorter windows are then its last row",
    ),
    tables.USUAL: ("Budget_Usual_Day", "money", "At full traffic"),
    tables.TODAY: ("Budget_Today", "money", ""),
}
_MINUTES: Final = {"5 min": 5, "30 min": 30, "1 h": 60, "6 h": 360, "3 days": 4320}
_BAD: Final = f"{budget.CAPPED}|{budget.SPENT}"
_UNSURE: Final = (
    f"{budget.NO_BUDGET}|{budget.NOT_MEASURED}|{budget.REFUND}|{budget.NO_LAST}"
    f"|{budget.DISAGREE}|{budget.NO_LIMIT}"
)
_CAP_LOOKS = looks(
    bad=caps.STOP,
    soon=f"{caps.WARN}|{caps.ACT}|{caps.NO_STAGE}|{caps.TYPE_A_CAP}|{caps.TOO_HIGH}"
    f"|{caps.NO_USUAL}|{caps.NO_FACTOR}|{budget.NOT_MEASURED}|{budget.REFUND}",
    good=caps.FINE,
)


@dataclass(slots=True)
class BudgetForms:
    """The tables of the budget before they are drawn, and what follows from them."""

    facts: Form
    amounts: Form
    alarms: Form
    choice: Form
    stages: Form
    caps: Form
    month: Month
    figures: list[Figure]
    sources: str
    """Where the figures of the alarms come from."""

    def figure(self, known: str) -> Value:
        """The value of a named figure."""
        return next(one.value for one in self.figures if one.name == known)

    @property
    def currency(self) -> str:
        """The currency of all amounts; "" where nobody said one."""
        return text_in(self.facts.rows[0]["Currency"])


def budget_forms(scene: Scene, shared: AuditContent) -> BudgetForms:
    """The tables of the budget with what people typed and what the rules make of it."""
    facts = Form(scene, BUDGET_FACTS, (FACTS_ROW,))
    facts.blank("Currency", "Figures until")
    form = Form(scene, BUDGET, list(_ASKED))
    form.fixed("What it does", [said for _, _, said in _ASKED.values()])
    form.blank("Value")
    form.fixed("Unit", [unit for _, unit, _ in _ASKED.values()])
    amounts = _amounts(form.rows)
    until = facts.rows[0]["Figures until"]
    month = budget.month_of(scene.context, until)
    choice, stages = _stage_forms(scene, shared, form.rows)
    return BudgetForms(
        facts,
        form,
        _alarm_form(scene, shared, month, amounts),
        choice,
        stages,
        _cap_form(scene, shared, stages),
        month,
        budget.month_figures(scene.context, until, amounts),
        "; ".join(f"{alarm.above:g}: {alarm.source}" for alarm in shared.alarms),
    )


def _amounts(rows: Sequence[RowCells]) -> Amounts:
    by_label = dict(zip(_ASKED, (number_of(row["Value"]) for row in rows), strict=False))
    return Amounts(
        month=by_label[tables.MONTH],
        last=by_label[tables.LAST],
        spent=by_label[tables.SPENT],
        cap=by_label[tables.CAP],
        row_minutes=by_label[tables.ROW],
        windows={minutes: by_label[label] for label, minutes in WINDOWS.items()},
    )


def _alarm_form(scene: Scene, shared: AuditContent, month: Month, amounts: Amounts) -> Form:
    listed = shared.alarms
    labels = [f"{alarm.long} and {alarm.short}" for alarm in listed]
    pairs = {
        label: (_MINUTES[alarm.long], _MINUTES[alarm.short])
        for label, alarm in zip(labels, listed, strict=True)
    }
    form = Form(scene, BURN_ALARMS, [alarm.id for alarm in listed])
    form.fixed("Windows", labels)
    form.given("Above", [alarm.above for alarm in listed])
    form.fixed("Standing", [alarm.status for alarm in listed])
    flags = looks(bad=budget.ALARM, soon=_UNSURE, good=budget.NO_ALARM)
    for rule in budget.alarm_rules(scene.context, pairs, month, amounts):
        form.made(rule, paints=flags if rule.id == "State" else None)
    return form


def _stage_forms(
    scene: Scene, shared: AuditContent, amounts: Sequence[RowCells]
) -> tuple[Form, Form]:
    listed = shared.stages
    choice = Form(scene, AUDIT_STAGE, ("Traffic is in",))
    choice.given("Stage now", [listed[0].name])
    form = Form(scene, STAGES, [known.id for known in listed])
    form.given("Stage", [known.name for known in listed])
    form.given("Action at the stop", [known.action for known in listed])
    form.given("Share of traffic up to", [known.share for known in listed])
    form.given("Cap × forecast", [known.cap for known in listed])
    form.blank("Fixed cap")
    form.given("Warn at", [known.warn for known in listed])
    form.given("Act at", [known.act for known in listed])
    form.given("Stop at", [known.stop for known in listed])
    form.given("Needs a cap", [words.YES if known.needs_cap else words.NO for known in listed])
    by_label = dict(zip(_ASKED, (number_of(row["Value"]) for row in amounts), strict=False))
    chosen = text_in(choice.rows[0]["Stage now"])
    for rule in caps.stage_rules(by_label[tables.USUAL], by_label[tables.TODAY], chosen):
        form.made(rule, paints=_CAP_LOOKS if rule.id == "Now" else None)
    return choice, form


def _cap_form(scene: Scene, shared: AuditContent, stages: Form) -> Form:
    listed = shared.workloads
    form = Form(scene, CAPS, [work.id for work in listed], spare=3)
    form.given("Workload", [work.name for work in listed])
    form.blank("Stage", "Usual day", "Cap", "Share", "Spent today")
    by_name: dict[Named, RowCells] = {}
    for row in stages.rows:
        if (stage := row.named("Stage")) is not None:
            by_name.setdefault(stage, row)
    for rule in caps.workload_cap_rules(by_name):
        form.made(rule, paints=_CAP_LOOKS if rule.id == "Now" else None)
    return form


def draw_budget(draft: Draft, forms: BudgetForms, row: int, defined: dict[str, Expr]) -> int:
    """Draw the section from its heading in ``row``; the row after it."""
    draft.put(row, 2, "3. Budget guardrails", "heading")
    draft.put(
        row + 1,
        2,
        "All amounts are in one currency. A window in which money came back has no verdict.",
        "note",
    )
    facts = forms.facts.table(draft, row + 2, 3)
    defined["Budget_Currency"] = cell_of(facts, _SHEET, "Currency", 0)
    defined["Budget_Until"] = cell_of(facts, _SHEET, "Figures until", 0)
    top = facts.last_row + 2
    drawn = forms.amounts.table(draft, top, 3)
    for index, (known, _, _) in enumerate(_ASKED.values()):
        defined[known] = cell_of(drawn, _SHEET, "Value", index)
    _draw_figures(draft, forms.figures, top, defined)
    row = drawn.last_row + 2
    draft.put(row, 2, "Burn", "heading")
    draft.put(
        row + 1,
        2,
        "Spend of a window by the whole month's budget spread evenly over it: 1 is on plan. "
        "An alarm needs both windows above; a window without a figure is not measured, never fine.",
        "note",
    )
    draft.put(row + 2, 2, forms.sources, "note")
    alarms = forms.alarms.table(draft, row + 3)
    defined["Budget_Burn"] = cell_of(alarms, _SHEET, "Long burn", 0)
    return _draw_stages(draft, forms, alarms.last_row + 2, defined)


def _draw_figures(
    draft: Draft, figures: Sequence[Figure], top: int, defined: dict[str, Expr]
) -> None:
    """What follows from the amounts, beside them."""
    draft.put(top, 8, "What follows", "header")
    draft.put(top, 9, "Value", "header")
    draft.merge(top, 9, top, 11)
    for at, figure in enumerate(figures, start=top + 1):
        draft.put(at, 8, figure.label, "fixed.wrap")
        draft.put(at, 9, Formula(figure.expr, figure.value), figure.role)
        draft.merge(at, 9, at, 11)
        defined[figure.name] = ref(at, 9, _SHEET)
        if figure.name == "Budget_State":
            cell = ref(at, 9)
            paints = [
                Paint(cell.eq(word), role)
                for role, listed in (
                    ("bad", _BAD),
                    ("soon", f"{budget.OVER}|{_UNSURE}"),
                    ("good", budget.WITHIN),
                )
                for word in listed.split("|")
            ]
            draft.paint(f"I{at}", *paints)


def _draw_stages(draft: Draft, forms: BudgetForms, row: int, defined: dict[str, Expr]) -> int:
    draft.put(row, 2, "Caps by stage of traffic", "heading")
    draft.put(
        row + 1,
        2,
        "Cap of a day = usual day at full traffic × share × multiple. A stage that needs a cap has "
        "none until somebody types it.",
        "note",
    )
    picked = forms.choice.table(draft, row + 2, 3)
    cell = area(picked.row + 1, 4, picked.row + 1, 4)
    draft.allow(cell, words.TRAFFIC.dropdown())
    defined["Audit_Stage"] = ref(picked.row + 1, 4, _SHEET)
    table = forms.stages.table(draft, picked.last_row + 2)
    defined[words.TRAFFIC.list_name] = column_span(_SHEET, table, "Stage")
    row = table.last_row + 2
    draft.put(row, 2, "Stage and cap of each workload", "heading")
    return forms.caps.table(draft, row + 1).last_row + 2
