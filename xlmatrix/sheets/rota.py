"""The hidden sheet Rota: overrides in order, who is away when, and turns that go by incident."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, name, place_of, ref, span
from xlmatrix.rules import names
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.oncall import (
    BACKUP,
    KEY_SCALE,
    OVER_KEY,
    PRIMARY,
    SHIFT_KEY,
    named_expr,
    override_row_expr,
    turns_by_incident,
)
from xlmatrix.rules.ladder.overrides import placed
from xlmatrix.rules.ladder.turns import Turn, place_at
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.former_teams import former_teams
from xlmatrix.sheets.override_lines import override_lines
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Visibility
from xlmatrix.sheets.standing_in import stands_in
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
_NOW, _POOL, _LAST = 17, 22, 29


def rota_sheets(scene: Scene) -> list[Drawn]:
    """The hidden sheet, where who holds a role depends on the hour."""
    if not scene.spec.holders_vary:
        return []
    draft = Draft(NAME, visibility=Visibility.HIDDEN, protected=True)
    defined: dict[str, Expr] = {}
    if scene.spec.plans_duty:
        defined |= override_lines(draft, scene)
        defined |= _shifts_now(draft, scene)
        defined |= _pools(draft, scene)
    if scene.spec.leave or scene.spec.had_other_holders:
        defined |= stands_in(draft, scene)
    defined |= former_teams(draft, scene)
    draft.widths.update(dict.fromkeys(range(1, _LAST), 14))
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
    """The people of every shift, live: by an incident's number, and where Owners names them."""
    spec, plan = scene.spec, scene.context.plan
    if not (turns_by_incident(spec) or spec.rotates_at_times):
        return {}
    draft.row(1, _POOL, ["In turn", "Backup in turn"], "header")
    row = 1
    shifts = [(number, turn) for number, one in enumerate(plan.values(), start=1) for turn in one]
    for shift, (number, turn) in enumerate(shifts, start=1):
        for pair in turn.pool or (turn.pair(),):
            row += 1
            for place, (header, person) in enumerate(zip((PRIMARY, BACKUP), pair, strict=True)):
                expr = iferror(F.INDEX(col(SHIFTS.name, header), shift) & "")
                if turn.pool:
                    expr = if_(expr.filled(), expr, person)
                if turn.by_name:
                    at = lit(turn.start_s + EPOCH_S)
                    named = named_expr(spec, F.INDEX(ROTA_PLACE, number), at, header)
                    expr = F.IF(expr.filled(), expr, iferror(named))
                draft.put(row, _POOL + place, Formula(expr, person), "helper")
    return {
        f"Pool_{header}": span(2, _POOL + place, row, _POOL + place, NAME)
        for place, header in enumerate((PRIMARY, BACKUP))
    }
