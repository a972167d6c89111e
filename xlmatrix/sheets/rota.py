"""The hidden sheet Rota: overrides in order, who is away when, and turns that go by incident."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, if_, is_among, lit, name, place_of, ref, span
from xlmatrix.rules import names
from xlmatrix.rules.instants import EPOCH_S, is_odd, is_stamp, seconds_of, utc_of
from xlmatrix.rules.ladder import overrides as states
from xlmatrix.rules.ladder.layers import away_at, leaves_of
from xlmatrix.rules.ladder.oncall import (
    AWAY_FROM,
    BACKUP,
    KEY_SCALE,
    OVER_KEY,
    PRIMARY,
    present,
)
from xlmatrix.rules.ladder.overrides import Placed, placed
from xlmatrix.rules.ladder.turns import Pair
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Visibility
from xlmatrix.tables.oncall import OVERRIDES
from xlmatrix.tables.people import ROLES

NAME: Final = "Rota"
#: Ready rows of overrides, how many more the sheet can sort, and roles that may be added.
SPARE: Final = 12
RESERVE: Final = 40
_MORE_ROLES: Final = 20
OVER_STATE: Final = name("Over_State")
#: Keys of rows that hold no override: above all that do.
_NONE: Final = 9 * 10**14
_OVER, _SORTED, _LINE, _POOL, _AWAY, _STANDS = 1, 12, 15, 19, 22, 24


def rota_sheets(scene: Scene) -> list[Drawn]:
    """The hidden sheet, where who holds a role depends on the hour."""
    if not scene.spec.plans_duty:
        return []
    draft = Draft(NAME, visibility=Visibility.HIDDEN, protected=True)
    defined = _overrides(draft, scene)
    defined |= _pools(draft, pools_of(scene))
    if scene.spec.leave:
        defined |= _away(draft, scene)
    draft.widths.update(dict.fromkeys(range(1, _STANDS + 3), 14))
    return [Drawn(draft.plan(), defined)]


def pools_of(scene: Scene) -> list[tuple[Pair, ...]]:
    """The pools of turns that go by incident, each once, in the order of the plan."""
    found = dict.fromkeys(
        turn.pool for turns in scene.context.plan.values() for turn in turns if turn.pool
    )
    return list(found)


def pool_rows(scene: Scene) -> dict[tuple[Pair, ...], int]:
    """The first row (from 1) of each pool."""
    rows, row = {}, 1
    for pool in pools_of(scene):
        rows[pool] = row
        row += len(pool)
    return rows


def _pools(draft: Draft, pools: Sequence[tuple[Pair, ...]]) -> dict[str, Expr]:
    draft.row(1, _POOL, ["In turn", "Backup in turn"], "header")
    pairs = [pair for pool in pools for pair in pool]
    for row, pair in enumerate(pairs, start=2):
        draft.row(row, _POOL, pair, "helper")
    last = max(len(pairs), 1) + 1
    return {
        f"Pool_{column}": span(2, place, last, place, NAME)
        for place, column in enumerate((PRIMARY, BACKUP), start=_POOL)
    }


def _away(draft: Draft, scene: Scene) -> dict[str, Expr]:
    """Stretches in which the same people are away, and who stands in for each role in them."""
    leaves = leaves_of(scene.spec, scene.context.zone)
    marks = sorted({edge for one in leaves for edge in (one.start_s, one.end_s)})
    room = len(scene.spec.roles) + _MORE_ROLES
    draft.row(1, _AWAY, ["From s", "Away", "Stands in", "Backup then"], "header")
    for stretch, start in enumerate([None, *marks]):
        away = frozenset() if start is None else away_at(leaves, start)
        row = stretch + 2
        draft.put(row, _AWAY, 0 if start is None else start + EPOCH_S, "helper.seconds")
        names_away = [one.person for one in scene.spec.leave if one.person.casefold() in away]
        draft.put(row, _AWAY + 1, f"|{'|'.join(dict.fromkeys(names_away))}|", "helper")
        for place in range(room):
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
    listed = ref(stretch, _AWAY + 1, NAME)

    def named(column: str) -> Expr:
        there = F.ROWS(col(ROLES.name, column)) > place
        return if_(there, F.INDEX(col(ROLES.name, column), place + 1) & "")

    def gone(person: Expr) -> Expr:
        return F.ISNUMBER(F.SEARCH(states_name(person), listed))

    primary, backup = named("Primary"), named("Backup")
    stays = if_(gone(backup), BLANK, backup)
    exprs = (
        if_(gone(primary), stays, primary),
        if_(gone(primary), BLANK, stays),
    )
    roles = scene.spec.roles
    role = roles[place] if place < len(roles) else None
    pair = present(role.primary, role.backup or "", away) if role else ("", "")
    for offset, (expr, value) in enumerate(zip(exprs, pair, strict=True)):
        draft.put(row, _STANDS + offset, Formula(expr, value), "helper")
