"""The hidden sheet Rota: overrides in order, who is away when, and turns that go by incident."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, chain
from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, if_, lit, name, place_of, ref, span
from xlmatrix.rules import names
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.layers import away_at, leaves_of
from xlmatrix.rules.ladder.oncall import (
    AWAY_FROM,
    BACKUP,
    KEY_SCALE,
    OVER_KEY,
    PRIMARY,
    SHIFT_KEY,
    away_room,
    override_row_expr,
    present,
    turns_by_incident,
)
from xlmatrix.rules.ladder.overrides import placed
from xlmatrix.rules.ladder.turns import Turn, place_at
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.override_lines import override_lines
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Visibility
from xlmatrix.tables.oncall import SHIFTS
from xlmatrix.tables.people import ROLES

NAME: Final = "Rota"
#: The row of the plan of shifts that each rota is in now.
ROTA_NOW: Final = name("Rota_Now")
#: The row of its role in tRoles, and until when its people hold it, UTC in Excel seconds.
ROTA_PLACE: Final = name("Rota_Place")
ROTA_UNTIL: Final = name("Rota_Until")
#: The names of the roles that rotate, by number.
ROTA_OF: Final = name("Rota_Of")
_NOW, _POOL, _AWAY, _STANDS = 17, 22, 25, 27


def rota_sheets(scene: Scene) -> list[Drawn]:
    """The hidden sheet, where who holds a role depends on the hour."""
    if not scene.spec.plans_duty:
        return []
    draft = Draft(NAME, visibility=Visibility.HIDDEN, protected=True)
    defined = override_lines(draft, scene)
    defined |= _shifts_now(draft, scene)
    defined |= _pools(draft, scene)
    if scene.spec.leave:
        defined |= _away(draft, scene)
    draft.widths.update(dict.fromkeys(range(1, _STANDS + 3), 14))
    return [Drawn(draft.plan(), defined)]


def _shifts_now(draft: Draft, scene: Scene) -> dict[str, Expr]:
    """Of each rota the row of the plan that holds the *As of* instant, its role, until when."""
    plan, row = scene.context.plan, 0
    if not plan:
        return {}
    draft.row(1, _NOW, ["Shift now", "Place", "Until s", "Rota of"], "header")
    now = int(scene.context.as_of_s) - EPOCH_S
    ids = [role.id for role in scene.spec.roles]
    for number, (role_id, turns) in enumerate(plan.items(), start=1):
        y, place = number + 1, row + place_at(turns, now) + 1
        found = F.MATCH(lit(number * KEY_SCALE) + names.AS_OF_S, SHIFT_KEY, 1)
        draft.put(y, _NOW, Formula(found, place), "helper.seconds")
        draft.put(y, _NOW + 3, scene.spec.role(role_id).name, "helper")
        role = F.IFERROR(place_of(ref(y, _NOW + 3), col(ROLES.name, "Role")), 0)
        known = ids.index(role_id) + 1 if role_id in ids else 0
        draft.put(y, _NOW + 1, Formula(role, known), "helper.seconds")
        until = Formula(_until_expr(y), until_of(scene, role_id, now) + EPOCH_S)
        draft.put(y, _NOW + 2, until, "helper.seconds")
        row += len(turns)
    columns = enumerate((ROTA_NOW, ROTA_PLACE, ROTA_UNTIL, ROTA_OF), start=_NOW)
    # One row more: not every program searches a range of one cell.
    return {known.text: span(2, at, len(plan) + 2, at, NAME) for at, known in columns}


def _until_expr(row: int) -> Expr:
    """The end of a shift, or the next edge of an override of its role."""
    place = ref(row, _NOW + 1)
    following = F.INDEX(OVER_KEY, override_row_expr(place, names.AS_OF_S) + 1)
    edge = F.INT(following / 2) - place * KEY_SCALE
    return F.MIN(F.INDEX(col(SHIFTS.name, "end s"), ref(row, _NOW)), F.IFERROR(edge, KEY_SCALE))


def until_of(scene: Scene, role_id: str, now: int) -> int:
    """When the shift or override that holds at ``now`` (epoch seconds) ends, or one begins."""
    turns = scene.context.plan[role_id]
    since = max(now, turns[0].start_s)
    ends = [turns[place_at(turns, now)].end_s]
    for one in placed(scene.spec, scene.context.zone):
        if one.counts and one.override.role == role_id:
            ends += [edge for edge in (one.start_s, one.end_s) if edge is not None and edge > since]
    return min(ends)


def pool_rows(turns: Iterable[Turn]) -> list[int]:
    """The first row (from 1) of each shift's people: one pair, or one each where turns go by ID."""
    sizes = [max(len(turn.pool), 1) for turn in turns]
    return [1 + before for before in accumulate(sizes[:-1], initial=0)]


def _pools(draft: Draft, scene: Scene) -> dict[str, Expr]:
    """The people of every shift by an incident's number, live; only where turns go by it."""
    if not turns_by_incident(scene.spec):
        return {}
    draft.row(1, _POOL, ["In turn", "Backup in turn"], "header")
    row = 1
    for shift, turn in enumerate(chain(*scene.context.plan.values()), start=1):
        for pair in turn.pool or (turn.pair(),):
            row += 1
            for place, (header, person) in enumerate(zip((PRIMARY, BACKUP), pair, strict=True)):
                expr: Expr = F.INDEX(col(SHIFTS.name, header), shift) & ""
                if turn.pool:
                    expr = if_(expr.filled(), expr, person)
                draft.put(row, _POOL + place, Formula(expr, person), "helper")
    return {
        f"Pool_{header}": span(2, _POOL + place, row, _POOL + place, NAME)
        for place, header in enumerate((PRIMARY, BACKUP))
    }


def _away(draft: Draft, scene: Scene) -> dict[str, Expr]:
    """Stretches in which the same people are away, and who stands in for each role in them."""
    leaves = leaves_of(scene.spec, scene.context.zone)
    marks = sorted({edge for one in leaves for edge in (one.start_s, one.end_s)})
    room = away_room(scene.spec)
    draft.row(1, _AWAY, ["From s", "Away", "Stands in", "Backup then"], "header")
    for stretch, start in enumerate([None, *marks]):
        away: frozenset[str] = frozenset() if start is None else away_at(leaves, start)
        row = stretch + 2
        draft.put(row, _AWAY, 0 if start is None else start + EPOCH_S, "helper.seconds")
        gone = {one.person.lower() for one in scene.spec.leave if one.person.casefold() in away}
        names_away = sorted(gone)
        draft.put(row, _AWAY + 1, f"|{'|'.join(names_away)}|" if names_away else "", "helper")
        draft.row(room * (stretch + 1) + 1, _STANDS, ["", ""], "helper")
        for place in range(room - 1):
            _stands(draft, scene, (row, 2 + stretch * room + place), place, away)
    count = len(marks) + 1
    return {
        AWAY_FROM.text: span(2, _AWAY, count + 1, _AWAY, NAME),
        "Away_Primary": span(2, _STANDS, count * room + 1, _STANDS, NAME),
        "Away_Backup": span(2, _STANDS + 1, count * room + 1, _STANDS + 1, NAME),
    }


def _stands(
    draft: Draft, scene: Scene, rows: tuple[int, int], place: int, away: frozenset[str]
) -> None:
    """Who holds the role in a row of tRoles while some are away."""
    stretch, row = rows
    listed = ref(stretch, _AWAY + 1)

    def named(column: str) -> Expr:
        there = F.ROWS(col(ROLES.name, column)) > place
        return if_(there, F.INDEX(col(ROLES.name, column), place + 1) & "")

    def gone(person: Expr) -> Expr:
        return F.ISNUMBER(F.FIND(lit("|") & F.LOWER(person) & "|", listed))

    primary, backup = named("Primary"), named("Backup")
    stays = if_(gone(backup), BLANK, backup)
    exprs = (if_(gone(primary), stays, primary), if_(gone(primary), BLANK, stays))
    roles = scene.spec.roles
    role = roles[place] if place < len(roles) else None
    pair = present(role.primary, role.backup or "", away) if role else ("", "")
    for offset, (expr, value) in enumerate(zip(exprs, pair, strict=True)):
        draft.put(row, _STANDS + offset, Formula(expr, value), "helper")
