"""Change management: what moves through which gate, what a freeze holds, who meets when."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, ref, this
from xlmatrix.formula.errors import ERRORS
from xlmatrix.model.content import ChangeContent, content, owner_of, role_of
from xlmatrix.model.guides import GUIDES
from xlmatrix.rules.guides import change
from xlmatrix.rules.guides.vendors import NO_CHANGE
from xlmatrix.rules.ladder.oncall import holders_now, now_expr
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.form import Form, Setting, choices, settings
from xlmatrix.sheets.guides.vendors import retirements_form
from xlmatrix.sheets.layout import looks
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.change import CHANGE_REGISTER, CHANGE_SETTINGS, GATES, MEETINGS, TEAMS
from xlmatrix.tables.flags import MARK
from xlmatrix.tables.validation import Paint
from xlmatrix.tables.vendors import RETIREMENTS

NAME: Final = GUIDES["change"]
_WIDTHS: Final = (2.5, 12, 30, 40, 24, 20, 22, 13, 13, 13, 13, 13, 13, 13, 22, 15, 13, 24, 30)
_HELPER: Final = 26
_CHANGES: Final = 10
_TEAMS: Final = 5
_NOTICES: Final = 6


def change_offers(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The sheet, where the spec asks for it."""
    if "change" not in scene.spec.guides:
        return []
    shared = content("change", ChangeContent)
    draft = Draft(NAME)
    heading(
        draft,
        "AI change management",
        "Every change has a stage, a next gate and somebody who decides; an open "
        f"{scene.spec.severities[0].id} freezes all but rollbacks.",
    )
    draft.widths.update(dict(enumerate(_WIDTHS, start=1)))
    back_link(draft, 3, 2)
    defined: dict[str, Expr] = dict(choices(draft, words.STAGES, _HELPER, shared.stages))
    frozen = _freeze(draft, scene, defined)
    gates, holders = _gates(scene, shared)
    draft.put(8, 2, "Changes", "heading")
    row = _changes(scene, shared, holders, frozen).table(draft, 9).last_row + 2
    draft.put(row, 2, "Gates", "heading")
    row = gates.table(draft, row + 1).last_row + 2
    draft.put(row, 2, "Frontline teams", "heading")
    row = _teams(draft, scene, row + 1, defined)
    draft.put(row, 2, "Meetings", "heading")
    row = _meetings(scene, shared).table(draft, row + 1).last_row + 2
    last = _notices(draft, scene, row)
    draft.set_page(area=f"A1:S{last}", freeze="D5", zoom=85)
    return [(Drawn(draft.plan(), defined), "Stages, gates, freeze, meetings, retirements")]


def _freeze(draft: Draft, scene: Scene, defined: dict[str, Expr]) -> int:
    count, value = change.freeze(scene.frame)
    worst = scene.spec.severities[0].id
    draft.put(5, 2, "Freeze", "heading")
    draft.put(6, 2, Formula(count, value), "formula.int")
    cell = ref(6, 2)
    held, free = (f"open {worst}: only rollbacks go ahead", f"no open {worst}: changes may go on")
    text = held if value else free
    draft.put(6, 3, Formula(F.IF(cell > 0, held, free), text), "formula")
    draft.merge(6, 3, 6, 4)
    draft.paint("B6:D6", Paint(cell > 0, "bad"), Paint(cell.eq(0), "good"))
    defined["Change_Freeze"] = ref(6, 2, NAME)
    return value


def _gates(scene: Scene, shared: ChangeContent) -> tuple[Form, dict[str, str]]:
    gates, holders = shared.gates, holders_now(scene.context)
    form = Form(scene, GATES, [gate.id for gate in gates])
    form.given("Name", [gate.name for gate in gates])
    form.given("Evidence to pass", [gate.evidence for gate in gates])
    form.given("Accountable", [role_of(scene.spec, gate.roles) for gate in gates])
    expr = if_(this("Accountable").filled(), now_expr(scene.spec, this("Accountable")))
    form.made(GATES["Who"].by(expr, lambda row: holders.primary(row.text("Accountable"))))
    form.fixed("Source", [gate.source for gate in gates])
    form.fixed("Standing", [gate.status for gate in gates])
    form.given("Note", [gate.note for gate in gates])
    return form, {str(row["Gate"]): str(row["Who"]) for row in form.rows}


def _changes(scene: Scene, shared: ChangeContent, holders: dict[str, str], frozen: int) -> Form:
    keys = [f"CH-{number:03}" for number in range(1, _CHANGES + 1)]
    form = Form(scene, CHANGE_REGISTER, keys)
    form.blank("Change", "Purpose, classes touched", "Owner", "Stage", "Rollback", "Planned on")
    gates = [gate.id for gate in shared.gates]
    form.blank(*gates)
    following, decider, go = change.change_rules(gates, holders, frozen)
    form.made(following)
    form.made(decider)
    bad, good = f"{change.FROZEN}|{change.SKIPPED}", f"{change.GO}|{change.ADOPTED}"
    form.made(go, paints=looks(bad=bad, good=good))
    return form


def _teams(draft: Draft, scene: Scene, row: int, defined: dict[str, Expr]) -> int:
    asked = [
        Setting("Change_Trained", "A team is ready at", 90, "% trained", "With its card in hand")
    ]
    label = asked[0].label
    keys = [f"TE-{number}" for number in range(1, _TEAMS + 1)]
    form = Form(scene, TEAMS, keys)
    form.blank(*(column.id for column in TEAMS.typed[1:]))
    least = scene.value(CHANGE_SETTINGS.name, label, "Value", 90)
    share = float(least) / 100 if isinstance(least, int | float) else 0.0
    flags = looks(good=change.READY, soon=change.NOT_READY)
    form.made(change.team_rule(share), paints=flags)
    table = form.table(draft, row)
    drawn, named, _ = settings(draft, scene, CHANGE_SETTINGS, table.last_row + 2, asked, 3)
    defined |= named
    return drawn.last_row + 2


def _meetings(scene: Scene, shared: ChangeContent) -> Form:
    meetings = shared.meetings
    form = Form(scene, MEETINGS, [meeting.id for meeting in meetings], spare=2)
    form.given("Meeting", [meeting.name for meeting in meetings])
    form.given("Owner", [owner_of(scene.spec, meeting.roles) for meeting in meetings])
    form.given("Every (days)", [meeting.days for meeting in meetings])
    form.blank("Agenda", "Last held")
    due, state = change.meeting_rules(scene.context)
    form.made(due)
    soon = f"{change.NEVER}|{change.THIS_WEEK}"
    paints = looks(bad=change.OVERDUE, soon=soon, good=change.PLANNED)
    form.made(state, paints=paints)
    form.fixed("Standing", [meeting.status for meeting in meetings])
    return form


def _notices(draft: Draft, scene: Scene, row: int) -> int:
    """Retirements: typed on Vendors where there is one, and shown here; else typed here."""
    draft.put(row, 2, "Notices of retirement", "heading")
    if not scene.spec.vendors:
        draft.put(row + 1, 2, "180 days ahead open a change, 90 decide, 30 cut over.", "note")
        return retirements_form(scene, _NOTICES).table(draft, row + 2).last_row
    draft.put(row + 1, 2, "Kept on Vendors; the next ones by row.", "note")
    headers = (
        ("Notice", 3, "fixed.wrap"), ("Model", 4, "fixed.wrap"), ("Retires", 5, "fixed.date"),
        ("Days left", 6, "fixed.int"), ("Stage", 7, "fixed.center"), ("Change", 8, "fixed"),
        ("Check", 9, "fixed.center"),
    )  # fmt: skip
    rows = retirements_form(scene).rows
    for header, column, _ in headers:
        draft.put(row + 2, column, header, "header")
    for index in range(_NOTICES):
        cells = rows[index] if index < len(rows) else None
        for header, column, role in headers:
            value = cells[header] if cells else None
            cell = F.INDEX(col(RETIREMENTS.name, header), lit(index + 1))
            expr = iferror(if_(cell.filled(), cell))
            if header == RETIREMENTS.flag:
                # A flag stands beside what was typed.
                expr = iferror(F.TRIM(F.LEFT(cell, F.FIND(MARK, cell & MARK) - 1)))
            draft.put(
                row + 3 + index,
                column,
                Formula(expr, "" if value is None or value in ERRORS else value),
                role,
            )
    first, last = row + 3, row + 2 + _NOTICES
    flag = ref(first, 9, absolute=False)
    draft.paint(f"I{first}:I{last}", Paint(flag.eq(NO_CHANGE), "bad"))
    return last
