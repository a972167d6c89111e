"""Injection plan: the phases of a prompt-injection response, each with a deadline and an owner."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, if_, name, ref, this
from xlmatrix.model.content import InjectionContent, Phase, content, role_of
from xlmatrix.model.guides import GUIDES
from xlmatrix.rules.cells import RowCells
from xlmatrix.rules.clocks.calendar_rows import is_always
from xlmatrix.rules.guides import timebox
from xlmatrix.rules.ladder.oncall import holders_now, now_expr
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.form import Form, choices
from xlmatrix.sheets.guides.log import (
    CHOICE_ROW,
    Chosen,
    cell_expr,
    first_open,
    incident_ids,
    row_expr,
)
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula, Value
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import Column
from xlmatrix.tables.guides import INJECTION, INJECTION_CHOICE, INJECTION_LAYERS

NAME: Final = GUIDES["injection"]
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
    draft.fit(INJECTION.columns)
    back_link(draft, 3, 2)
    defined: dict[str, Expr] = dict(choices(draft, words.ANSWERS, _HELPER))
    start_s = _choice(draft, scene, shared, defined)
    header = 13
    draft.put(header - 1, 2, "When you choose another incident, clear Done at.", "note")
    form = _phases(scene, shared, start_s)
    table = form.table(draft, header)
    row = table.last_row + 2
    draft.put(row, 2, "Layers of defence", "heading")
    draft.put(
        row + 1,
        2,
        f"Reviewed weekly: what is not yes becomes a control gap. {shared.layers_source}.",
        "note",
    )
    last = _layers(scene, shared).table(draft, row + 2).last_row
    draft.set_page(area=f"A1:R{last}", freeze=f"D{header + 1}", zoom=85)
    return [(Drawn(draft.plan(), defined), "Phases and deadlines of a prompt injection")]


def _choice(
    draft: Draft, scene: Scene, shared: InjectionContent, defined: dict[str, Expr]
) -> float | None:
    """The incident and its opening; gives the instant in UTC, None for none."""
    form = Form(scene, INJECTION_CHOICE, (CHOICE_ROW,))
    form.given("Choice", [first_open(scene, shared.classes)])
    table = form.table(draft, 5)
    cell = area(table.row + 1, 3, table.row + 1, 3)
    draft.allow(cell, words.INJECTION_INCIDENTS.dropdown())
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
    opened = chosen.cell("opened s")
    draft.put(9, 2, "Runs from", "label")
    draft.put(9, 3, Formula(cell_expr("opened s", _ROW), opened), "helper.seconds")
    draft.put(9, 4, "Seconds in UTC, the opening as the log counts it", "note")
    defined[words.INJECTION_INCIDENTS.list_name] = incident_ids(scene)
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
    form = Form(scene, INJECTION, [phase.id for phase in phases])
    form.given("Phase", [phase.name for phase in phases])
    form.given("Actions", [phase.actions for phase in phases])
    form.given("Responsible", [role_of(spec, phase.roles) for phase in phases])
    form.made(_person(scene, "Responsible", "Who"))
    form.given("Accountable", [role_of(spec, phase.accountable) for phase in phases])
    form.made(_person(scene, "Accountable", "Who answers"))
    within = [phase.within for phase in phases]
    form.given("Within", [w.amount if w else None for w in within])
    form.given("Unit", [w.unit if w else None for w in within])
    clocks: list[Value] = [_calendar_of(scene, p) if p.within else p.cadence for p in phases]
    form.given("Calendar", clocks)
    form.blank("Done at")
    flags = looks(bad=f"{timebox.OVERDUE}|{timebox.LATE}", soon=timebox.SOON, good=timebox.KEPT)
    for rule in timebox.timebox_rules(scene.context, _START, start_s):
        form.made(rule, paints=flags if rule.id == "State" else None)
    form.fixed("Source", [phase.source for phase in phases])
    form.fixed("Standing", [phase.status for phase in phases])
    return form


def _person(scene: Scene, header: str, person: str) -> Column:
    """The column with who holds the role of another column."""
    holders = holders_now(scene.context)

    def twin(row: RowCells) -> str:
        return holders.primary(row.text(header))

    return INJECTION[person].by(
        if_(this(header).filled(), now_expr(scene.spec, this(header))), twin
    )


def _layers(scene: Scene, shared: InjectionContent) -> Form:
    layers = shared.layers
    keys = [f"LA-{number}" for number in range(1, len(layers) + 1)]
    form = Form(scene, INJECTION_LAYERS, keys, spare=2)
    form.given("Layer", [layer.name for layer in layers])
    form.given("Question", [layer.question for layer in layers])
    owner = role_of(scene.spec, ("security", "ml_oncall"))
    form.given("Role", [owner] * len(layers))
    yes, partly, no = words.ANSWERS.words
    form.given("Answer", paints=looks(bad=no, soon=partly, good=yes))
    form.blank("Tested on", "Note")
    return form
