"""Injection plan: what is cut, secured and asked first, and each phase with deadline and owner."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, if_, ref, this
from xlmatrix.model.content import InjectionContent, Phase, content, role_of
from xlmatrix.model.guides import GUIDES
from xlmatrix.rules.cells import RowCells
from xlmatrix.rules.clocks.calendar_rows import is_always
from xlmatrix.rules.guides import injection, timebox
from xlmatrix.rules.ladder.oncall import holders_now, now_expr
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.form import Form, choices
from xlmatrix.sheets.guides.injection_tables import chain, cuts, evidence, layers, questions
from xlmatrix.sheets.guides.log import (
    CHOICE_ROWS,
    Chosen,
    cell_expr,
    incident_ids,
    row_expr,
    worst_open,
)
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula, Value
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import Column
from xlmatrix.tables.injection import INJECTION, INJECTION_CHOICE, SLOTS

NAME: Final = GUIDES["injection"]
_HELPER: Final = 60
_CHOICE: Final = 5
_HEADER: Final = 13
#: What stands beside each choice: the log's column, its look, and the sheet's columns.
_SAID: Final = (
    ("Title", "formula.wrap", 7, 8),
    ("Severity", "formula.center", 9, 9),
    ("Class", "formula.wrap", 10, 11),
    ("Opened", "formula.stamp", 12, 12),
    ("Review due", "formula.stamp", 13, 13),
)


def injection_offers(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The sheet, where the spec asks for it."""
    if "injection" not in scene.spec.guides:
        return []
    shared = content("injection", InjectionContent)
    draft = Draft(NAME)
    heading(
        draft,
        "Prompt injection response plan",
        "Three incidents at once: choose each, how it came and where it took hold. Every time-box "
        "runs from its opening; the review from its end, as its severity says.",
    )
    draft.fit(INJECTION.columns)
    back_link(draft, 3, 2)
    defined: dict[str, Expr] = dict(choices(draft, words.ANSWERS, _HELPER))
    vectors = tuple(dict.fromkeys(cut.vector for cut in shared.cuts))
    held = tuple(dict.fromkeys(cut.architecture for cut in shared.cuts))
    defined |= choices(draft, words.VECTORS, _HELPER + 1, vectors)
    defined |= choices(draft, words.ARCHITECTURES, _HELPER + 2, held)
    first_cuts = cuts(scene, shared)
    runs = _choice(draft, scene, shared, first_cuts, defined)
    draft.put(_HEADER - 1, 2, "When you choose another incident, clear its Done at, its Secured at "
              "and its answers.", "note")  # fmt: skip
    row = _phases(scene, shared, runs).table(draft, _HEADER).last_row + 2
    row = _put(draft, row, "First cut", "By the way it came and where it took hold. Proposed.",
               first_cuts)  # fmt: skip
    row = _put(draft, row, "Evidence", "Secure before you wipe; beside, an incident each. How long "
               "it is kept is proposed or not known: ask whoever keeps it.",
               evidence(scene, shared, runs))  # fmt: skip
    row = _put(draft, row, "From agent to agent", "Cut downstream first: what was passed on goes "
               "on without the agent that passed it.", chain(scene, shared))  # fmt: skip
    row = _put(draft, row, "Questions", "What the review will ask; an answer for each incident.",
               questions(scene, shared))  # fmt: skip
    said = f"Reviewed weekly: what is not yes becomes a control gap. {shared.layers_source}."
    last = _put(draft, row, "Layers of defence", said, layers(scene, shared)) - 2
    draft.set_page(
        area=f"A1:V{last}", freeze=f"D{_HEADER + 1}", zoom=85, fit_width=2, repeat_columns="B:C"
    )
    return [(Drawn(draft.plan(), defined), "Phases, first cuts and evidence of prompt injections")]


def _put(draft: Draft, row: int, title: str, note: str, form: Form) -> int:
    """A table under its heading; gives the row for the next."""
    draft.put(row, 2, title, "heading")
    draft.put(row + 1, 2, note, "note")
    return form.table(draft, row + 2).last_row + 2


def _choice(
    draft: Draft, scene: Scene, shared: InjectionContent, first_cuts: Form, defined: dict[str, Expr]
) -> list[timebox.Run]:
    """The incidents that are chosen, and from where the time-boxes of each run."""
    form = Form(scene, INJECTION_CHOICE, CHOICE_ROWS)
    worst = worst_open(scene, shared.classes)[: len(CHOICE_ROWS)]
    form.given("Choice", [known or None for known in worst])
    form.given("Came by")
    form.given("Took hold in")
    form.made(injection.cut_rule(first_cuts.rows))
    table = form.table(draft, _CHOICE)
    draft.allow(area(_CHOICE + 1, 3, table.last_row, 3), words.INJECTION_INCIDENTS.dropdown())
    for header, _, first, last in _SAID:
        draft.put(_CHOICE, first, header, "label")
        draft.merge(_CHOICE, first, _CHOICE, last)
    defined[words.INJECTION_INCIDENTS.list_name] = incident_ids(scene)
    runs = []
    for place, slot in enumerate(SLOTS):
        row = _CHOICE + 1 + place
        runs.append(_one(draft, scene, form.rows[place]["Choice"], row, slot, defined))
    return runs


def _one(
    draft: Draft, scene: Scene, pick: Value, row: int, slot: str, defined: dict[str, Expr]
) -> timebox.Run:
    """What the log says of a chosen incident, in its row."""
    chosen = Chosen(scene, pick)
    number = ref(row, _HELPER + 4)
    draft.put(row, _HELPER + 4, Formula(row_expr(ref(row, 3)), chosen.number), "helper")
    for header, role, first, last in _SAID:
        shown = Formula(cell_expr(header, number), chosen.cell(header))
        draft.put(row, first, shown, role)
        draft.merge(row, first, row, last)
    found = {}
    for offset, header in ((5, "opened s"), (6, "rev due s")):
        found[header] = chosen.cell(header)
        shown = Formula(cell_expr(header, number), found[header])
        draft.put(row, _HELPER + offset, shown, "helper.seconds")
    draft.hidden_columns.update(range(_HELPER + 4, _HELPER + 7))
    start, review = ref(row, _HELPER + 5, NAME), ref(row, _HELPER + 6, NAME)
    defined[f"Injection_Start{slot.replace(' ', '_')}"] = start
    opened = found["opened s"]
    return timebox.Run(
        start=start,
        start_s=float(opened) if isinstance(opened, int | float) else None,
        review=review,
        review_s=found["rev due s"],
        slot=slot,
    )


def _calendar_of(scene: Scene, phase: Phase) -> str:
    """The calendar a phase runs on: its own, else the first that never closes, else the first."""
    spec = scene.spec
    own = [calendar.name for calendar in spec.calendars if calendar.id == phase.calendar]
    pairs = zip(scene.calendars, spec.calendars, strict=True)
    always = [written.name for calendar, written in pairs if is_always(calendar)]
    return next(iter((*own, *always)), spec.calendars[0].name)


def _phases(scene: Scene, shared: InjectionContent, runs: list[timebox.Run]) -> Form:
    phases, spec = shared.phases, scene.spec
    form = Form(scene, INJECTION, [phase.id for phase in phases])
    form.given("Phase", [phase.name for phase in phases])
    form.given("Actions", [phase.actions for phase in phases])
    form.given("Responsible", [role_of(spec, phase.roles) for phase in phases])
    form.made(_person(scene, "Responsible", "Who"))
    form.given("Accountable", [role_of(spec, phase.accountable) for phase in phases])
    form.made(_person(scene, "Accountable", "Who answers"))
    within = [phase.within for phase in phases]
    # What runs by its severity has no time of its own, only the unit for one that is typed.
    form.given("Within", [w.amount if w and not p.target else None
                          for w, p in zip(within, phases, strict=True)])  # fmt: skip
    form.given("Unit", [w.unit if w else None for w in within])
    clocks: list[Value] = [_calendar_of(scene, p) if p.within else p.cadence for p in phases]
    form.given("Calendar", clocks)
    flags = looks(bad=f"{timebox.OVERDUE}|{timebox.LATE}", soon=timebox.SOON, good=timebox.KEPT)
    for step in timebox.length_rules(scene.context):
        form.made(step)
    by_review = [phase.id for phase in phases if phase.target]
    for run in runs:
        form.blank(f"Done at{run.slot}")
        for rule in timebox.timebox_rules(scene.context, run, by_review):
            form.made(rule, paints=flags if rule.id.startswith("State") else None)
    form.made(timebox.left_rule(scene.context))
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
