"""On-call: who holds each rotating role now and next, and the plan of shifts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, name, place_of, ref, this
from xlmatrix.formula.errors import ERRORS
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import names
from xlmatrix.rules.cells import text_in
from xlmatrix.rules.holders import holder_expr
from xlmatrix.rules.instants import EPOCH_S, serial, wall_of
from xlmatrix.rules.ladder.coverage import needed_intervals, within
from xlmatrix.rules.ladder.layers import edges
from xlmatrix.rules.ladder.oncall import (
    BACKUP,
    BY_NAME,
    KEY_SCALE,
    PRIMARY,
    SHIFT_KEY,
    holder_at_expr,
    holders_at,
    shift_key,
    shift_person_expr,
    turns_by_incident,
)
from xlmatrix.rules.ladder.overrides import COUNTS, FINE, placed
from xlmatrix.rules.ladder.turns import Turn, place_at
from xlmatrix.sheets.coverage import coverage_sheet
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.override_lines import OVER_STATE, SPARE
from xlmatrix.sheets.parts import (
    Drawn,
    Names,
    Scene,
    back_link,
    column_span,
    heading,
    padded,
    wall_serial,
)
from xlmatrix.sheets.plan import Formula, Table, Value
from xlmatrix.sheets.rota import ROTA_NOW, ROTA_PLACE, ROTA_UNTIL, until_of
from xlmatrix.sheets.shift_columns import (
    alone_columns,
    name_columns,
    nobody,
    pool_columns,
    there_columns,
)
from xlmatrix.tables.oncall import (
    AS_ON_OWNERS,
    BY_INCIDENT,
    LEAVE,
    ON_CALL,
    OVERRIDES,
    SHIFTS,
    STRANGER,
    shift_check,
)
from xlmatrix.tables.validation import Paint

NAME: Final = "On-call"
_NEXT: Final = 5

Shift = tuple[int, str, Turn]
"""The number of the role, its id, and the turn."""


def oncall_sheets(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """Rotations and overrides, where the spec has any, and the coverage of every role."""
    purpose = "Whether every hour that a role is needed has a primary and a backup"
    sheets: list[tuple[Drawn, str | Formula]] = [(coverage_sheet(scene), purpose)]
    if scene.spec.plans_duty:
        said = "Who is on call now and next; swap a shift or override it here"
        sheets.insert(0, (_oncall(scene), said))
    return sheets


def _shifts(scene: Scene) -> list[Shift]:
    plan = scene.context.plan
    return [
        (number, role_id, turn)
        for number, role_id in enumerate(plan, start=1)
        for turn in plan[role_id]
    ]


def _oncall(scene: Scene) -> Drawn:
    draft = Draft(NAME)
    heading(
        draft, "On-call", "Who answers now, who takes over when. Override or swap shifts below."
    )
    back_link(draft, 3, 2)
    shifts, row = _shifts(scene), 5
    if shifts:
        draft.put(row, 2, "On call now", "heading")
        now = draft.table(_now_table(scene, row + 1))
        row = _following(draft, scene, shifts, now.last_row + 2)
    row, defined = _changes(draft, scene, row)
    if shifts:
        draft.put(row, 2, "Plan of shifts", "heading")
        note = "To swap or fill a shift, change the people in its row; ladders and Owners follow."
        draft.put(row + 1, 2, note, "note")
        plan = draft.table(_shift_table(scene, shifts, row + 2))
        defined = {**defined, SHIFT_KEY.text: column_span(NAME, plan, "key")}
        draft.set_page(repeat_rows=f"{row + 2}:{row + 2}")
        row = plan.last_row
    draft.set_page(landscape=False, area=area(1, 1, row, 11 if _zoned(scene) else 8))
    return Drawn(draft.plan(), defined)


def _changes(draft: Draft, scene: Scene, row: int) -> tuple[int, Names]:
    """Overrides to type and who is away; the next free row, and the name of the header."""
    draft.put(row, 2, "Overrides", "heading")
    note = "Other people for some time, for any role. What is left blank stays as planned."
    draft.put(row + 1, 2, note, "note")
    table = draft.table(_override_table(scene, row + 2))
    defined = {"Overrides_Header": ref(table.row, 2, NAME)}
    row = table.last_row + 2
    if scene.spec.leave:
        draft.put(row, 2, "Away", "heading")
        draft.put(row + 1, 2, "As the spec has it: the plan of shifts skips them.", "note")
        row = draft.table(_leave_table(scene, row + 2)).last_row + 2
    return row, defined


def _override_table(scene: Scene, row: int) -> Table:
    rows = scene.spec.overrides
    known = {role.id: role.name for role in scene.spec.roles}
    states: list[Value] = [one.state for one in placed(scene.spec, scene.context.zone)]
    typed: dict[str, list[Value]] = {
        "Role": [known.get(one.role, one.role) or None for one in rows],
        PRIMARY: [one.primary for one in rows],
        BACKUP: [one.backup for one in rows],
        "From": [_stamp(one.begins) for one in rows],
        "To": [_stamp(one.ends) for one in rows],
        "Note": [one.note for one in rows],
    }
    number = F.ROW() - F.ROW(name("Overrides_Header"))
    said = iferror(F.INDEX(OVER_STATE, number) & "", "Regenerate for more rows")
    cell = ref(row + 1, 8, absolute=False)
    counts = F.OR(*(cell.eq(word) for word in COUNTS))
    paints = (
        Paint(cell.eq(FINE), "good"),
        Paint(F.AND(cell.filled(), F.NOT(counts)), "bad"),
        Paint(cell.filled(), "soon"),
    )
    height = len(rows) + SPARE
    filled: list[Filled] = [
        *((OVERRIDES[header], padded(values, height)) for header, values in typed.items()),
        (OVERRIDES["Check"].by(said, paints=paints), padded(states, height, "")),
    ]
    return laid_out(OVERRIDES, row, 2, filled, filtered=False)


def _stamp(moment: datetime | None) -> float | None:
    """A typed stamp; nothing for a cell that held none."""
    return None if moment is None else serial(moment)


def _leave_table(scene: Scene, row: int) -> Table:
    rows = scene.spec.leave
    filled: list[Filled] = [
        (LEAVE["Away"], [one.person for one in rows]),
        (LEAVE["From"], [serial(one.begins) for one in rows]),
        (LEAVE["To"], [serial(one.ends) for one in rows]),
        (LEAVE["Note"], [one.note for one in rows]),
    ]
    return laid_out(LEAVE, row, 2, filled, filtered=False)


def _now_table(scene: Scene, row: int) -> Table:
    spec, context = scene.spec, scene.context
    roles = [spec.role(role_id).name for role_id in context.plan]
    now = int(context.as_of_s) - EPOCH_S
    high = edges(spec, context.zone)[1]
    untils = [until_of(scene, role_id, now) for role_id in context.plan]
    people = holders_at(spec, context.turns, now).by_role
    pairs = [people.get(role.casefold(), ("", "")) for role in roles]
    nexts = [
        holders_at(spec, context.turns, until).by_role.get(role.casefold(), ("", ""))
        if until < high
        else ("", "")
        for until, role in zip(untils, roles, strict=True)
    ]
    place, until_s = (F.INDEX(known, this("No")) for known in (ROTA_PLACE, ROTA_UNTIL))
    more = until_s < names.HORIZON_END
    filled: list[Filled] = [
        (ON_CALL["Role"], roles),
        (ON_CALL["Until"].by(wall_of(until_s) / 86_400), [wall_serial(scene, s) for s in untils]),
        (ON_CALL["No"], list(range(1, len(roles) + 1))),
    ]
    for index, (column, header) in enumerate(((PRIMARY, "On call now"), (BACKUP, "Backup now"))):
        held = ON_CALL[f"{column} now"].by(holder_expr(this("Role"), header))
        then = ON_CALL[f"Then {column.lower()}"].by(
            if_(more, holder_at_expr(spec, place, until_s, column))
        )
        filled += [(held, [pair[index] for pair in pairs]), (then, [one[index] for one in nexts])]
    return laid_out(ON_CALL, row, 2, filled, filtered=False)


def _place_now(scene: Scene, role_id: str) -> int:
    """Which turn of a role (from 0) holds the instant the workbook speaks of."""
    return place_at(scene.context.plan[role_id], int(scene.context.as_of_s) - EPOCH_S)


def _following(draft: Draft, scene: Scene, shifts: list[Shift], row: int) -> int:
    """The next handovers of every role by the plan, live."""
    draft.put(row, 2, "Next handovers", "heading")
    draft.row(row + 1, 2, ["Role", "Primary", "Backup", "From", "To"], "header")
    y = row + 1
    for number, (role_id, turns) in enumerate(scene.context.plan.items(), start=1):
        role, place = scene.spec.role(role_id).name, _place_now(scene, role_id)
        for ahead in range(1, _NEXT + 1):
            y += 1
            turn = turns[place + ahead] if place + ahead < len(turns) else None
            _handover(draft, scene, y, (number, role), ahead, turn)
    return y + 2


def _handover(
    draft: Draft, scene: Scene, row: int, role: tuple[int, str], ahead: int, turn: Turn | None
) -> None:
    """A row: the handover so many ahead of now, blank where the plan ends before."""
    number, title = role
    at = F.INDEX(ROTA_NOW, number) + ahead
    there = F.AND(at <= F.ROWS(SHIFT_KEY), F.INDEX(col(SHIFTS.name, "No"), at).eq(number))
    # INDEX past the end is an error, and AND asks all of its parts.
    inside = F.IFERROR(there, lit(False))
    begins, ends = (F.INDEX(col(SHIFTS.name, header), at) for header in ("From", "To"))
    people = (shift_person_expr(scene.spec, at, column) for column in (PRIMARY, BACKUP))
    exprs = (lit(title), *people, begins, ends)
    values: tuple[Value, ...] = ("",) * len(exprs)
    if turn:
        instants = [wall_serial(scene, instant) for instant in (turn.start_s, turn.end_s)]
        values = (title, turn.primary, turn.backup, *instants)
    looks = ("formula", "formula", "formula", "formula.stamp", "formula.stamp")
    for column, (expr, value, look) in enumerate(zip(exprs, values, looks, strict=True), start=2):
        draft.put(row, column, Formula(if_(inside, expr), value), look)


def _zoned(scene: Scene) -> bool:
    """Whether a layer has a zone of its own."""
    return any(one.zone for one in scene.spec.rotations_ever)


def _shift_table(scene: Scene, shifts: list[Shift], row: int) -> Table:
    spec, zone = scene.spec, scene.context.zone
    turns = [turn for _, _, turn in shifts]
    hours = _needed_h(scene, shifts)
    cell = ref(row + 1, 8, absolute=False)
    fine = F.OR(*(cell.eq(word) for word in SHIFTS.fine))
    paints = (Paint(F.AND(cell.filled(), F.NOT(fine)), "bad"),)
    firsts = {number: place for place, (number, _, _) in reversed(list(enumerate(shifts)))}
    keys = [shift_key(spec, role_id, turn, zone) for _, role_id, turn in shifts]
    people = {
        header: [
            _typed_person(scene, turn, (key, header)) for key, turn in zip(keys, turns, strict=True)
        ]
        for header in (PRIMARY, BACKUP)
    }
    filled: list[Filled] = [
        (SHIFTS["Shift"], keys),
        *((SHIFTS[header], cells) for header, cells in people.items()),
        (SHIFTS["From"], [wall_serial(scene, turn.start_s) for turn in turns]),
        (SHIFTS["To"], [wall_serial(scene, turn.end_s) for turn in turns]),
        (SHIFTS["Role"], [spec.role(role_id).name for _, role_id, _ in shifts]),
        (
            SHIFTS["Check"].by(_check_expr(spec), paints=paints),
            _checks(scene, turns, hours, people),
        ),
        (SHIFTS["No"], [number for number, _, _ in shifts]),
        (
            SHIFTS["key"],
            # The first shift stands for all that was before it.
            [
                number * KEY_SCALE + (0 if firsts[number] == place else turn.start_s + EPOCH_S)
                for place, (number, _, turn) in enumerate(shifts)
            ],
        ),
        (SHIFTS["end s"], [turn.end_s + EPOCH_S for turn in turns]),
        (SHIFTS["Needed h"], hours),
        *alone_columns(spec, turns, hours, people),
        *(pool_columns(turns) if turns_by_incident(spec) else ()),
        *(name_columns(turns) if spec.rotates_at_times else ()),
        *(there_columns(scene, turns) if _zoned(scene) else ()),
    ]
    return laid_out(SHIFTS, row, 2, filled)


def _typed_person(scene: Scene, turn: Turn, at: tuple[str, str]) -> Value:
    """What stands in a cell of the plan: nothing where each incident goes to the next person.

    What was typed and names nobody stands as it is.
    """
    place = (PRIMARY, BACKUP).index(at[1])
    people = {pair[place] for pair in turn.pool}
    typed = scene.typed.get((SHIFTS.name, *at))
    if (typed is not None and not isinstance(typed, str)) or typed in ERRORS:
        return typed
    if turn.cells is not None:
        return turn.cells[place] or None
    if len(people) > 1:
        return None
    return (turn.primary, turn.backup)[place] or None


def _needed_h(scene: Scene, shifts: list[Shift]) -> list[float]:
    """The hours of each shift in which its role is needed."""
    needed = {
        role_id: needed_intervals(scene.spec, role_id, scene.calendars)
        for role_id in scene.context.plan
    }
    return [within(needed[role_id], turn.start_s, turn.end_s) / 3600 for _, role_id, turn in shifts]


def _checks(
    scene: Scene, turns: list[Turn], hours: list[float], people: Mapping[str, list[Value]]
) -> list[Value]:
    """What is said of each shift; the directory is asked last."""
    known = {person.name.casefold() for person in scene.spec.people}
    found: list[Value] = []
    for turn, needs, primary, backup in zip(
        turns, hours, people[PRIMARY], people[BACKUP], strict=True
    ):
        cells = {PRIMARY: text_in(primary), BACKUP: text_in(backup)}
        known_of = {"Needed h": needs, "pool size": len(turn.pool), BY_NAME: int(turn.by_name)}
        said = shift_check(cells | known_of)
        named = {person.casefold() for person in cells.values() if person}
        found.append(STRANGER if said == "ok" and not named <= known else said)
    return found


def _check_expr(spec: MatrixSpec) -> Expr:
    primary, backup = this(PRIMARY), this(BACKUP)
    places = [place_of(one & "", names.LIST_PEOPLE) for one in (primary, backup)]
    known = F.AND(*map(F.ISNUMBER, places))
    good = if_(known, "ok", STRANGER)
    alone = if_(nobody(backup), "No backup", if_(backup.eq(primary), "Backup is the primary", good))
    said = if_(nobody(primary), "Nobody on call", alone)
    unheld = F.OR(nobody(primary), nobody(backup))
    if turns_by_incident(spec):
        shared = F.AND(this("pool size") > 1, unheld)
        said = if_(shared, BY_INCIDENT, said)
    if spec.rotates_at_times:
        named = F.AND(this(BY_NAME).eq(1), unheld)
        said = if_(named, AS_ON_OWNERS, said)
    return if_(this("Needed h") > 0, said)
