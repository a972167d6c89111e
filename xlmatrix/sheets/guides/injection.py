"""Injection plan: the phases of a prompt-injection response, each with a deadline and an owner."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, if_, name, ref, this
from xlmatrix.model.content import InjectionContent, Phase, content, role_of
from xlmatrix.model.guides import GUIDES
from xlmatrix.rules import names
from xlmatrix.rules.cells import Cells, Rule
from xlmatrix.rules.clocks.calendar_rows import is_always
from xlmatrix.rules.guides import timebox
from xlmatrix.rules.incidents.owners import Holders, primary_expr
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.form import Form, choices, looks
from xlmatrix.sheets.guides.log import (
    CHOICE_ROW,
    Chosen,
    cell_expr,
    first_open,
    incident_ids,
    row_expr,
)
from xlmatrix.sheets.parts import (
    Drawn,
    Scene,
    back_link,
    date_validation,
    dropdown,
    heading,
    stamp_validation,
)
from xlmatrix.sheets.plan import Formula, Value
from xlmatrix.sheets.severity import AMOUNT

NAME: Final = GUIDES["injection"]
_WIDTHS: Final = (
    2.5, 14, 24, 46, 22, 20, 22, 20, 9, 14, 20, 26, 17, 13, 17, 32, 12, 8, 8, 8, 8,
)  # fmt: skip
_HELPER: Final = 26
_START = name("Injection_Start")
_ROW: Final = ref(8, 3)


def injection_offers(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The sheet, where the spec asks for it."""
    if "injection" not in scene.spec.guides:
        return []
    shared = content("injection", InjectionContent)
    draft = Draft(NAME)
    heading(
        draft,
        "Prompt injection response plan",
        "Choose the incident; every time-box runs from its opening on the matrix's calendars.",
    )
    draft.widths.update(dict(enumerate(_WIDTHS, start=1)))
    back_link(draft, 3, 2)
    defined: dict[str, Expr] = dict(
        choices(draft, "List_Answers", _HELPER, ("yes", "partly", "no"))
    )
    start_s = _choice(draft, scene, shared, defined)
    header = 13
    draft.put(header - 1, 2, "When you choose another incident, clear Done at.", "note")
    form = _phases(scene, shared, start_s)
    table = form.table(draft, header)
    row = table.last_row + 2
    draft.put(row, 2, "Layers of defence", "heading")
    draft.put(row + 1, 2, "Reviewed weekly: what is not yes becomes a control gap.", "note")
    last = _layers(scene, shared).table(draft, row + 2).last_row
    draft.set_page(area=f"A1:Q{last}", freeze=f"D{header + 1}", zoom=85)
    return [(Drawn(draft.plan(), defined), "Phases and deadlines of a prompt injection")]


def _choice(
    draft: Draft, scene: Scene, shared: InjectionContent, defined: dict[str, Expr]
) -> float | None:
    """The incident and its opening; gives the instant in UTC, None for none."""
    form = Form(scene, "tInjectionChoice", (CHOICE_ROW,), key="Choose")
    form.given("Choice", "input", 24, [first_open(scene, shared.classes)])
    table = form.table(draft, 5)
    draft.allow(area(table.row + 1, 3, table.row + 1, 3),
                dropdown(name("Injection_Incidents"), "an incident"))  # fmt: skip
    chosen = Chosen(scene, form.rows[0]["Choice"])
    incident = ref(table.row + 1, 3)
    draft.put(8, 2, "Row of the log", "label")
    draft.put(8, 3, Formula(row_expr(incident), chosen.number), "formula.int")
    lines: tuple[tuple[str, str, str], ...] = (
        ("Title", "Title", "formula.wrap"),
        ("Class", "Class", "formula.wrap"),
        ("Severity", "Severity", "formula.center"),
        ("Opened", "Opened", "formula.stamp"),
    )
    for row, (label, header, role) in enumerate(lines, start=5):
        draft.put(row, 4, label, "label")
        expr, value = cell_expr(header, _ROW), chosen.cell(header)
        draft.put(row, 5, Formula(expr, value), role)
        draft.merge(row, 5, row, 7)
    opened = chosen.cell("s")
    draft.put(9, 2, "Runs from", "label")
    draft.put(9, 3, Formula(cell_expr("s", _ROW), opened), "helper.seconds")
    draft.put(9, 4, "Seconds in UTC, the opening as the log counts it", "note")
    defined["Injection_Incidents"] = incident_ids(scene)
    defined["Injection_Start"] = ref(9, 3, NAME)
    return float(opened) if isinstance(opened, int | float) else None


def _calendar_of(scene: Scene, phase: Phase) -> str:
    """The calendar a phase runs on: its own, else the first that never closes, else the first."""
    spec = scene.spec
    own = [calendar.name for calendar in spec.calendars if calendar.id == phase.calendar]
    pairs = zip(scene.calendars, spec.calendars, strict=True)
    always = [written.name for calendar, written in pairs if is_always(calendar)]
    return next(iter((*own, *always)), spec.calendars[0].name)


def _phases(scene: Scene, shared: InjectionContent, start_s: float | None) -> Form:
    phases, spec = shared.phases, scene.spec
    form = Form(scene, "tInjection", [phase.id for phase in phases], key_width=14)
    form.given("Phase", "input.wrap", 24, [phase.name for phase in phases])
    form.given("Actions", "input.wrap", 46, [phase.actions for phase in phases])
    role = dropdown(names.LIST_ROLES, "a role of the Owners sheet")
    holders = Holders.of(spec)
    for header, person, roles in (
        ("Responsible", "Who", [role_of(spec, phase.roles) for phase in phases]),
        ("Accountable", "Who answers", [role_of(spec, phase.accountable) for phase in phases]),
    ):
        form.given(header, "input.wrap", 22, roles, validation=role)
        form.made(_person(holders, header, person), "formula.wrap", 20)
    within = [phase.within for phase in phases]
    form.given("Within", "input.number", 9, [w.amount if w else None for w in within],
               validation=AMOUNT)  # fmt: skip
    form.given("Unit", "input.center", 14, [w.unit if w else None for w in within],
               validation=dropdown(names.LIST_UNITS, "a unit"))  # fmt: skip
    clocks: list[Value] = [_calendar_of(scene, p) if p.within else p.cadence for p in phases]
    form.given("Calendar", "input.wrap", 20, clocks,
               validation=dropdown(names.LIST_CALENDARS, "a calendar", warn=True))  # fmt: skip
    rules = {rule.header: rule for rule in timebox.timebox_rules(scene.context, _START, start_s)}
    for row in form.rows:
        for header in ("cal", "length", "sum", "due s"):
            row[header] = rules[header].twin(row)
    form.made(rules["Due"], "formula.stamp", 17)
    form.given("Done at", "input.stamp", 17, validation=stamp_validation())
    form.made(rules["State"], "formula.center", 13, paints=looks(
        bad=f"{timebox.OVERDUE}|{timebox.LATE}", soon=timebox.SOON, good=timebox.KEPT))  # fmt: skip
    form.made(rules["Time left"], "formula.center", 17)
    form.fixed("Source", "fixed.wrap", 32, [phase.source for phase in phases])
    form.fixed("Standing", "fixed.center", 12, [phase.status for phase in phases])
    for header in ("cal", "length", "sum", "due s"):
        form.made(rules[header], "helper", 8, hidden=True)
    return form


def _person(holders: Holders, header: str, person: str) -> Rule:
    def twin(row: Cells) -> str:
        return holders.primary(row.text(header))

    return Rule(person, if_(this(header).filled(), primary_expr(this(header))), twin)


def _layers(scene: Scene, shared: InjectionContent) -> Form:
    layers = shared.layers
    keys = [f"LA-{number}" for number in range(1, len(layers) + 1)]
    form = Form(scene, "tInjectionLayers", keys, spare=2, key_role="input")
    form.given("Layer", "input.wrap", 24, [layer.name for layer in layers])
    form.given("Question", "input.wrap", 46, [layer.question for layer in layers])
    owner = role_of(scene.spec, ("security", "ml_oncall"))
    form.given("Role", "input.wrap", 22, [owner] * len(layers),
               validation=dropdown(names.LIST_ROLES, "a role of the Owners sheet"))  # fmt: skip
    answer = dropdown(name("List_Answers"), "an answer")
    paints = looks(bad="no", soon="partly", good="yes")
    form.given("Answer", "input.center", 20, validation=answer, paints=paints)
    form.given("Tested on", "input.date", 22, validation=date_validation())
    form.given("Note", "input.wrap", 20)
    return form
