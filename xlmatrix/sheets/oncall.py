"""On-call: who holds each rotating role now and next, the plan of shifts, and where nobody does."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, if_, lit, name, ref, this
from xlmatrix.rules import names
from xlmatrix.rules.instants import EPOCH_S, wall_of
from xlmatrix.rules.ladder.coverage import Coverage, Gap, coverage, needed_intervals, within
from xlmatrix.rules.ladder.oncall import BACKUP, PRIMARY, SHIFTS, shift_key
from xlmatrix.rules.ladder.turns import Turn
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.parts import Drawn, Scene, back_link, column_span, dropdown, heading
from xlmatrix.sheets.plan import Formula, Table, TableColumn, Value, Values
from xlmatrix.tables.column import Column
from xlmatrix.tables.validation import Paint

NAME: Final = "On-call"
COVERAGE: Final = "Coverage"
NOW: Final = "tOnCall"
ROLES: Final = "tCoverage"
SHIFT_KEY: Final = name("Shift_Key")
_KEY_SCALE: Final = 10**11
_NEXT: Final = 5
_MOST_GAPS: Final = 200
_SEVERE: Final = "gap"
_COVERED: Final = "covered"

Shift = tuple[int, str, Turn]
"""The number of the role, its id, and the turn."""


def oncall_sheets(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """Rotations, where the spec has any, and the coverage of every role."""
    purpose = "Whether every hour that a role is needed has a primary and a backup"
    sheets: list[tuple[Drawn, str | Formula]] = [(_coverage(scene), purpose)]
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


def _stamp(scene: Scene, at_s: int) -> float:
    return float((scene.context.zone.to_local(at_s) + EPOCH_S) / 86_400)


def _now_table(scene: Scene, shifts: list[Shift], row: int) -> Table:
    turns = scene.context.turns
    roles = [scene.spec.role(role_id).name for role_id in turns]
    places = [_place_now(scene, shifts, number) for number in range(1, len(roles) + 1)]
    at = this("place")
    key = this("No") * _KEY_SCALE + F.MAX(names.AS_OF_S, names.HORIZON_START)
    following = F.AND(at < F.ROWS(SHIFT_KEY), F.INDEX(col(SHIFTS, "No"), at + 1).eq(this("No")))

    def shift(place: int) -> Turn:
        return shifts[place - 1][2]

    def after(place: int, number: int) -> Turn | None:
        if place < len(shifts) and shifts[place][0] == number:
            return shifts[place][2]
        return None

    nexts = [after(place, number) for number, place in enumerate(places, start=1)]
    until = wall_of(F.INDEX(col(SHIFTS, "end s"), at)) / 86_400
    columns: list[tuple[Column, Values]] = [
        (TableColumn("Role", "key", 38), list(roles)),
        (
            TableColumn("Primary now", "formula", 22, expr=F.INDEX(col(SHIFTS, PRIMARY), at) & ""),
            [shift(place).primary for place in places],
        ),
        (
            TableColumn("Backup now", "formula", 22, expr=F.INDEX(col(SHIFTS, BACKUP), at) & ""),
            [shift(place).backup for place in places],
        ),
        (
            TableColumn("Until", "formula.stamp", 17, expr=until),
            [_stamp(scene, shift(place).end_s) for place in places],
        ),
        (
            TableColumn(
                "Then primary",
                "formula",
                22,
                expr=if_(following, F.INDEX(col(SHIFTS, PRIMARY), at + 1) & ""),
            ),
            [turn.primary if turn else "" for turn in nexts],
        ),
        (
            TableColumn(
                "Then backup",
                "formula",
                22,
                expr=if_(following, F.INDEX(col(SHIFTS, BACKUP), at + 1) & ""),
            ),
            [turn.backup if turn else "" for turn in nexts],
        ),
        (TableColumn("No", "helper", 21), list(range(1, len(roles) + 1))),
        (
            TableColumn("place", "helper", 8, expr=F.MATCH(key, SHIFT_KEY, 1), hidden=True),
            list(places),
        ),
    ]
    return Table(
        NOW, row, 2, tuple(c for c, _ in columns), tuple(v for _, v in columns), filtered=False
    )


def _following(draft: Draft, scene: Scene, shifts: list[Shift], row: int) -> int:
    """The next handovers of every role, live."""
    draft.put(row, 2, "Next handovers", "heading")
    draft.row(row + 1, 2, ["Role", "Primary", "Backup", "From", "To"], "header")
    y = row + 1
    for number, role_id in enumerate(scene.context.turns, start=1):
        now = _place_now(scene, shifts, number)
        base = F.INDEX(col(NOW, "place"), number)
        for step in range(1, _NEXT + 1):
            y += 1
            at = base + step
            place = now + step
            real = place <= len(shifts) and shifts[place - 1][0] == number
            turn = shifts[place - 1][2] if real else None
            there = F.AND(at <= F.ROWS(SHIFT_KEY), F.INDEX(col(SHIFTS, "No"), at).eq(number))
            # INDEX past the end is an error, and AND asks all of its parts.
            inside = F.IFERROR(there, lit(False))
            cells: tuple[tuple[Expr, Value, str], ...] = (
                (lit(scene.spec.role(role_id).name), scene.spec.role(role_id).name, "formula"),
                (F.INDEX(col(SHIFTS, PRIMARY), at) & "", turn.primary if turn else "", "formula"),
                (F.INDEX(col(SHIFTS, BACKUP), at) & "", turn.backup if turn else "", "formula"),
                (
                    F.INDEX(col(SHIFTS, "From"), at),
                    _stamp(scene, turn.start_s) if turn else "",
                    "formula.stamp",
                ),
                (
                    F.INDEX(col(SHIFTS, "To"), at),
                    _stamp(scene, turn.end_s) if turn else "",
                    "formula.stamp",
                ),
            )
            for column, (expr, value, role) in enumerate(cells, start=2):
                shown = value if turn else ""
                draft.put(y, column, Formula(if_(inside, expr), shown), role)
    return y + 2


def _shift_table(scene: Scene, shifts: list[Shift], row: int) -> Table:
    spec, zone = scene.spec, scene.context.zone
    needed = {
        role_id: needed_intervals(spec, role_id, scene.calendars) for role_id in scene.context.turns
    }
    hours = [
        within(needed[role_id], turn.start_s, turn.end_s) / 3600 for _, role_id, turn in shifts
    ]
    primary, backup = this(PRIMARY), this(BACKUP)
    wanted = this("Needed h") > 0
    alone = if_(backup.empty(), "No backup", if_(backup.eq(primary), "Backup is the primary", "ok"))
    check = if_(wanted, if_(primary.empty(), "Nobody on call", alone))

    def checked(turn: Turn, needs: float) -> str:
        if not needs:
            return ""
        if not turn.primary:
            return "Nobody on call"
        if not turn.backup:
            return "No backup"
        same = turn.backup.casefold() == turn.primary.casefold()
        return "Backup is the primary" if same else "ok"

    person = dropdown(names.LIST_PEOPLE, "a person of the directory")
    cell = ref(row + 1, 8, absolute=False)
    paints = (Paint(F.AND(cell.filled(), cell.ne("ok")), "bad"),)
    columns: list[tuple[Column, Values]] = [
        (
            TableColumn("Shift", "key", 38),
            [shift_key(spec, role_id, turn, zone) for _, role_id, turn in shifts],
        ),
        (TableColumn(PRIMARY, "input", 22, validation=person), _people(shifts, PRIMARY)),
        (TableColumn(BACKUP, "input", 22, validation=person), _people(shifts, BACKUP)),
        (
            TableColumn("From", "fixed.stamp", 17),
            [_stamp(scene, turn.start_s) for _, _, turn in shifts],
        ),
        (
            TableColumn("To", "fixed.stamp", 22),
            [_stamp(scene, turn.end_s) for _, _, turn in shifts],
        ),
        (TableColumn("Role", "fixed", 22), [spec.role(role_id).name for _, role_id, _ in shifts]),
        (
            TableColumn("Check", "formula", 21, expr=check, paints=paints),
            [checked(turn, needs) for (_, _, turn), needs in zip(shifts, hours, strict=True)],
        ),
        (TableColumn("No", "helper", 8, hidden=True), [number for number, _, _ in shifts]),
        (
            TableColumn("key", "helper.seconds", 8, hidden=True),
            [number * _KEY_SCALE + turn.start_s + EPOCH_S for number, _, turn in shifts],
        ),
        (
            TableColumn("end s", "helper.seconds", 8, hidden=True),
            [turn.end_s + EPOCH_S for _, _, turn in shifts],
        ),
        (TableColumn("Needed h", "helper", 8, hidden=True), list(hours)),
        (
            TableColumn(
                "no primary h",
                "helper",
                8,
                expr=if_(primary.empty(), this("Needed h"), 0),
                hidden=True,
            ),
            [0 if t.primary else h for (_, _, t), h in zip(shifts, hours, strict=True)],
        ),
        (
            TableColumn(
                "no backup h",
                "helper",
                8,
                expr=if_(backup.empty(), this("Needed h"), 0),
                hidden=True,
            ),
            [0 if t.backup else h for (_, _, t), h in zip(shifts, hours, strict=True)],
        ),
    ]
    return Table(SHIFTS, row, 2, tuple(c for c, _ in columns), tuple(v for _, v in columns))


def _people(shifts: list[Shift], column: str) -> list[Value]:
    return [(t.primary if column == PRIMARY else t.backup) or None for _, _, t in shifts]


# Coverage.


def _coverage(scene: Scene) -> Drawn:
    draft = Draft(COVERAGE)
    spec = scene.spec
    heading(
        draft,
        "Coverage",
        f"Each role that ladders call or that owns incidents, {spec.horizon.start} to"
        f" {spec.horizon.end}, clock changes and holidays included.",
    )
    back_link(draft, 3, 2)
    rows = coverage(spec, scene.context.zone, scene.context.turns, scene.calendars)
    if not rows:
        draft.put(
            5, 2, "No role owns incidents or is called by a ladder: none needs cover.", "text"
        )
        draft.widths[2] = 110
        draft.set_page(landscape=False, area=area(1, 1, 5, 2))
        return Drawn(draft.plan(), {})
    table = draft.table(_role_table(scene, rows, 5))
    row = _gaps(draft, scene, [gap for one in rows for gap in one.gaps], table.last_row + 2)
    draft.set_page(landscape=False, area=area(1, 1, row, 7))
    return Drawn(draft.plan(), {})


def _role_table(scene: Scene, rows: list[Coverage], row: int) -> Table:
    spec = scene.spec

    def missing(what: str) -> Expr:
        shifts = F.SUMIFS(col(SHIFTS, f"no {what} h"), col(SHIFTS, "Role"), this("Role"))
        place = F.MATCH(this("Role"), col("tRoles", "Role"), 0)
        header = "Primary" if what == "primary" else "Backup"
        empty = F.IFERROR(F.INDEX(col("tRoles", header), place).empty(), lit(True))
        fixed = if_(empty, this("Needed h"), this("off duty h"))
        if not spec.on_call:
            return fixed
        return if_(this("Held by").eq("rotation"), shifts, fixed)

    state = if_(this("Without primary h") + this("Without backup h") > 0, _SEVERE, _COVERED)
    cell = ref(row + 1, 7, absolute=False)
    paints = (Paint(cell.eq(_SEVERE), "bad"), Paint(cell.eq(_COVERED), "good"))
    no_primary = [one.missing_s("primary") / 3600 for one in rows]
    no_backup = [one.missing_s("backup") / 3600 for one in rows]
    off_duty = [
        0 if one.rotates or not spec.role(one.role).primary else one.missing_s("primary") / 3600
        for one in rows
    ]
    columns: list[tuple[Column, Values]] = [
        (TableColumn("Role", "key", 28), [spec.role(one.role).name for one in rows]),
        (
            TableColumn("Held by", "fixed.center", 14),
            ["rotation" if one.rotates else "named people" for one in rows],
        ),
        (TableColumn("Needed h", "fixed.number", 14), [one.needed_s / 3600 for one in rows]),
        (
            TableColumn("Without primary h", "formula.number", 17, expr=missing("primary")),
            no_primary,
        ),
        (
            TableColumn("Without backup h", "formula.number", 17, expr=missing("backup")),
            no_backup,
        ),
        (
            TableColumn("State", "formula.center", 14, expr=state, paints=paints),
            [_SEVERE if one.gaps else _COVERED for one in rows],
        ),
        (TableColumn("off duty h", "helper", 8, hidden=True), off_duty),
    ]
    return Table(
        ROLES, row, 2, tuple(c for c, _ in columns), tuple(v for _, v in columns), filtered=False
    )


def _gaps(draft: Draft, scene: Scene, gaps: list[Gap], row: int) -> int:
    spec = scene.spec
    draft.put(row, 2, "Gaps", "heading")
    if not gaps:
        text = "None when this workbook was made: every needed hour has a primary and a backup."
        draft.put(row + 1, 2, text, "text")
        return row + 1
    shown = gaps[:_MOST_GAPS]
    more = f" The first {_MOST_GAPS} of {len(gaps):,} are listed." if len(gaps) > len(shown) else ""
    note = "As the matrix stood when this workbook was made; the hours above follow every change."
    draft.put(row + 1, 2, note + more, "note")
    draft.row(row + 2, 2, ["Role", "Missing", "Hours", "From", "To"], "header")
    for y, gap in enumerate(shown, start=row + 3):
        draft.put(y, 2, spec.role(gap.role).name, "fixed")
        draft.put(y, 3, gap.missing, "fixed.center")
        draft.put(y, 4, gap.hours, "fixed.number")
        draft.put(y, 5, _stamp(scene, gap.start_s), "fixed.stamp")
        draft.put(y, 6, _stamp(scene, gap.end_s), "fixed.stamp")
    return row + 2 + len(shown)


__all__ = ["COVERAGE", "NAME", "oncall_sheets"]
