"""On-call: who holds each rotating role now and next, and the plan of shifts."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, if_, lit, ref, this
from xlmatrix.rules import names
from xlmatrix.rules.instants import EPOCH_S, wall_of
from xlmatrix.rules.ladder.coverage import needed_intervals, within
from xlmatrix.rules.ladder.oncall import BACKUP, PRIMARY, SHIFT_KEY, shift_key
from xlmatrix.rules.ladder.turns import Turn
from xlmatrix.sheets.coverage import coverage_sheet
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import Drawn, Scene, back_link, column_span, heading, wall_serial
from xlmatrix.sheets.plan import Formula, Table, Value
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.oncall import ON_CALL, SHIFTS, shift_check
from xlmatrix.tables.validation import Paint

NAME: Final = "On-call"
_KEY_SCALE: Final = 10**11
_NEXT: Final = 5

Shift = tuple[int, str, Turn]
"""The number of the role, its id, and the turn."""


def oncall_sheets(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """Rotations, where the spec has any, and the coverage of every role."""
    purpose = "Whether every hour that a role is needed has a primary and a backup"
    sheets: list[tuple[Drawn, str | Formula]] = [(coverage_sheet(scene), purpose)]
    if scene.spec.on_call:
        sheets.insert(0, (_oncall(scene), "Who is on call now and next; swap a shift here"))
    return sheets


def _shifts(scene: Scene) -> list[Shift]:
    turns = scene.context.turns
    return [
        (number, role_id, turn)
        for number, role_id in enumerate(turns, start=1)
        for turn in turns[role_id]
    ]


def _oncall(scene: Scene) -> Drawn:
    draft = Draft(NAME)
    heading(
        draft, "On-call", "Who answers now, who takes over when. Swap a shift in the plan below."
    )
    back_link(draft, 3, 2)
    shifts = _shifts(scene)
    draft.put(5, 2, "On call now", "heading")
    now = draft.table(_now_table(scene, shifts, 6))
    row = _following(draft, scene, shifts, now.last_row + 2)
    draft.put(row, 2, "Plan of shifts", "heading")
    draft.put(
        row + 1,
        2,
        "To swap or fill a shift, change the people in its row; ladders and Owners follow.",
        "note",
    )
    plan = draft.table(_shift_table(scene, shifts, row + 2))
    draft.set_page(
        landscape=False,
        area=area(1, 1, plan.last_row, 8),
        repeat_rows=f"{row + 2}:{row + 2}",
    )
    return Drawn(draft.plan(), {SHIFT_KEY.text: column_span(NAME, plan, "key")})


def _place_now(scene: Scene, shifts: list[Shift], number: int) -> int:
    """The row of the plan (from 1) that holds the instant the workbook speaks of."""
    now = max(int(scene.context.as_of_s), _horizon_start(scene))
    before = [
        row
        for row, (other, _, turn) in enumerate(shifts, start=1)
        if (other, turn.start_s + EPOCH_S) <= (number, now)
    ]
    return before[-1]


def _horizon_start(scene: Scene) -> int:
    first = next(iter(scene.context.turns.values()))[0]
    return first.start_s + EPOCH_S


def _now_table(scene: Scene, shifts: list[Shift], row: int) -> Table:
    roles = [scene.spec.role(role_id).name for role_id in scene.context.turns]
    places = [_place_now(scene, shifts, number) for number in range(1, len(roles) + 1)]
    turns = [shifts[place - 1][2] for place in places]
    nexts = [_next_turn(shifts, place) for place in places]
    at = this("shift row")
    key = this("No") * _KEY_SCALE + F.MAX(names.AS_OF_S, names.HORIZON_START)
    following = F.AND(
        at < F.ROWS(SHIFT_KEY), F.INDEX(col(SHIFTS.name, "No"), at + 1).eq(this("No"))
    )
    until = wall_of(F.INDEX(col(SHIFTS.name, "end s"), at)) / 86_400
    filled: list[Filled] = [
        (ON_CALL["Role"], roles),
        (ON_CALL["Primary now"].by(_person(PRIMARY, at)), [turn.primary for turn in turns]),
        (ON_CALL["Backup now"].by(_person(BACKUP, at)), [turn.backup for turn in turns]),
        (ON_CALL["Until"].by(until), [wall_serial(scene, turn.end_s) for turn in turns]),
        (
            ON_CALL["Then primary"].by(if_(following, _person(PRIMARY, at + 1))),
            [turn.primary if turn else "" for turn in nexts],
        ),
        (
            ON_CALL["Then backup"].by(if_(following, _person(BACKUP, at + 1))),
            [turn.backup if turn else "" for turn in nexts],
        ),
        (ON_CALL["No"], list(range(1, len(roles) + 1))),
        (hidden_step("shift row", F.MATCH(key, SHIFT_KEY, 1), width=8), places),
    ]
    return laid_out(ON_CALL, row, 2, filled, filtered=False)


def _person(column: str, place: Expr) -> Expr:
    """Who stands in a row of the plan, as text."""
    return F.INDEX(col(SHIFTS.name, column), place) & ""


def _next_turn(shifts: list[Shift], place: int) -> Turn | None:
    """The turn of the same role that follows the one in row ``place`` of the plan (from 1)."""
    if place < len(shifts) and shifts[place][0] == shifts[place - 1][0]:
        return shifts[place][2]
    return None


def _following(draft: Draft, scene: Scene, shifts: list[Shift], row: int) -> int:
    """The next handovers of every role, live."""
    draft.put(row, 2, "Next handovers", "heading")
    draft.row(row + 1, 2, ["Role", "Primary", "Backup", "From", "To"], "header")
    y = row + 1
    for number, role_id in enumerate(scene.context.turns, start=1):
        role = scene.spec.role(role_id).name
        place = _place_now(scene, shifts, number)
        turn: Turn | None = shifts[place - 1][2]
        for ahead in range(1, _NEXT + 1):
            turn = _next_turn(shifts, place) if turn else None
            place += 1
            y += 1
            _handover(draft, scene, y, (number, role), ahead, turn)
    return y + 2


def _handover(
    draft: Draft, scene: Scene, row: int, role: tuple[int, str], ahead: int, turn: Turn | None
) -> None:
    """A row: the handover so many ahead of now, blank where the plan ends before."""
    number, title = role
    at = F.INDEX(col(ON_CALL.name, "shift row"), number) + ahead
    there = F.AND(at <= F.ROWS(SHIFT_KEY), F.INDEX(col(SHIFTS.name, "No"), at).eq(number))
    # INDEX past the end is an error, and AND asks all of its parts.
    inside = F.IFERROR(there, lit(False))
    begins, ends = (F.INDEX(col(SHIFTS.name, header), at) for header in ("From", "To"))
    exprs = (lit(title), _person(PRIMARY, at), _person(BACKUP, at), begins, ends)
    values: tuple[Value, ...] = ("",) * len(exprs)
    if turn:
        instants = [wall_serial(scene, instant) for instant in (turn.start_s, turn.end_s)]
        values = (title, turn.primary, turn.backup, *instants)
    looks = ("formula", "formula", "formula", "formula.stamp", "formula.stamp")
    for column, (expr, value, look) in enumerate(zip(exprs, values, looks, strict=True), start=2):
        draft.put(row, column, Formula(if_(inside, expr), value), look)


def _shift_table(scene: Scene, shifts: list[Shift], row: int) -> Table:
    spec, zone = scene.spec, scene.context.zone
    turns = [turn for _, _, turn in shifts]
    hours = _needed_h(scene, shifts)
    cell = ref(row + 1, 8, absolute=False)
    paints = (Paint(F.AND(cell.filled(), cell.ne("ok")), "bad"),)
    checks = [
        shift_check({PRIMARY: turn.primary, BACKUP: turn.backup, "Needed h": needs})
        for turn, needs in zip(turns, hours, strict=True)
    ]
    filled: list[Filled] = [
        (SHIFTS["Shift"], [shift_key(spec, role_id, turn, zone) for _, role_id, turn in shifts]),
        (SHIFTS[PRIMARY], [turn.primary or None for turn in turns]),
        (SHIFTS[BACKUP], [turn.backup or None for turn in turns]),
        (SHIFTS["From"], [wall_serial(scene, turn.start_s) for turn in turns]),
        (SHIFTS["To"], [wall_serial(scene, turn.end_s) for turn in turns]),
        (SHIFTS["Role"], [spec.role(role_id).name for _, role_id, _ in shifts]),
        (SHIFTS["Check"].by(_check_expr(), paints=paints), checks),
        (SHIFTS["No"], [number for number, _, _ in shifts]),
        (
            SHIFTS["key"],
            [number * _KEY_SCALE + turn.start_s + EPOCH_S for number, _, turn in shifts],
        ),
        (SHIFTS["end s"], [turn.end_s + EPOCH_S for turn in turns]),
        (SHIFTS["Needed h"], hours),
        *(
            (
                SHIFTS[f"no {what} h"].by(if_(this(header).empty(), this("Needed h"), 0)),
                [0 if held else needs for held, needs in zip(people, hours, strict=True)],
            )
            for what, header, people in (
                ("primary", PRIMARY, [turn.primary for turn in turns]),
                ("backup", BACKUP, [turn.backup for turn in turns]),
            )
        ),
    ]
    return laid_out(SHIFTS, row, 2, filled)


def _needed_h(scene: Scene, shifts: list[Shift]) -> list[float]:
    """The hours of each shift in which its role is needed."""
    needed = {
        role_id: needed_intervals(scene.spec, role_id, scene.calendars)
        for role_id in scene.context.turns
    }
    return [within(needed[role_id], turn.start_s, turn.end_s) / 3600 for _, role_id, turn in shifts]


def _check_expr() -> Expr:
    primary, backup = this(PRIMARY), this(BACKUP)
    alone = if_(backup.empty(), "No backup", if_(backup.eq(primary), "Backup is the primary", "ok"))
    return if_(this("Needed h") > 0, if_(primary.empty(), "Nobody on call", alone))
