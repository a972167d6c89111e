"""On the hidden sheet Rota: who holds each role that does not rotate, from stretch to stretch.

A stretch ends where somebody goes or comes back, and where a version of the policy began under
which others held a role.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, lit, place_of, ref, span
from xlmatrix.rules.holders import stands_expr
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.former import HAD_BACKUP, Tenures, had_another, had_backup, tenures_of
from xlmatrix.rules.ladder.layers import away_at, leaves_of
from xlmatrix.rules.ladder.oncall import AWAY_FROM, BACKUP, PRIMARY, away_room
from xlmatrix.rules.ladder.turns import present
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Formula
from xlmatrix.style.titles import Title
from xlmatrix.tables.people import ROLES

_SHEET: Final = Title.ROTA.value
_AWAY, _STANDS, _HAD, _WAS = 25, 27, 30, 33


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where a stretch stands on the sheet, who is away in it, and which version was in force."""

    row: int
    first: int
    away: frozenset[str]
    start_s: int
    version: int | None


def stands_in(draft: Draft, scene: Scene) -> dict[str, Expr]:
    """The stretches, and who stands in for each role in them."""
    leaves = leaves_of(scene.spec, scene.context.zone)
    tenures = tenures_of(scene.spec, scene.context.zone)
    edges = {edge for one in leaves for edge in (one.start_s, one.end_s)}
    marks = sorted(edges | set(tenures.starts_s))
    room = away_room(scene.spec)
    former = _former(draft, scene) if tenures.starts_s else []
    draft.row(1, _AWAY, ["From s", "Away", "Stands in", "Backup then"], "header")
    for number, start in enumerate([-EPOCH_S, *marks]):
        away = away_at(leaves, start) if number else frozenset()
        stretch = _Stretch(number + 2, 2 + number * room, away, start, tenures.version_at(start))
        draft.put(stretch.row, _AWAY, start + EPOCH_S, "helper.seconds")
        gone = {one.person.lower() for one in scene.spec.leave if one.person.casefold() in away}
        listed = f"|{'|'.join(sorted(gone))}|" if gone else ""
        draft.put(stretch.row, _AWAY + 1, listed, "helper")
        draft.row(room * (number + 1) + 1, _STANDS, ["", ""], "helper")
        for place in range(room - 1):
            _stands(draft, scene, stretch, place, (former, tenures))
    count = len(marks) + 1
    known: dict[str, Expr] = {
        AWAY_FROM.text: span(2, _AWAY, count + 1, _AWAY, _SHEET),
        "Away_Primary": span(2, _STANDS, count * room + 1, _STANDS, _SHEET),
        "Away_Backup": span(2, _STANDS + 1, count * room + 1, _STANDS + 1, _SHEET),
    }
    if former:
        known[HAD_BACKUP.text] = span(2, _HAD + 1, room, _HAD + 1, _SHEET)
    return known


def _former(draft: Draft, scene: Scene) -> list[str]:
    """Who held which role under each version; gives the ids of those roles in order.

    In front stands, for each row of tRoles, the row of its role here.
    """
    spec = scene.spec
    ids = [role.id for role in spec.roles if had_another(spec, role.id)]
    parts = [(version, part) for version in spec.history for part in (PRIMARY, BACKUP)]
    labels = [f"{version.version}: {part}" for version, part in parts]
    draft.row(1, _WAS, ["Row of role", "Role", *labels], "header")
    for row, known in enumerate(ids, start=2):
        role = spec.role(known)
        draft.put(row, _WAS + 1, role.name, "helper")
        here = place_of(ref(row, _WAS + 1), col(ROLES.name, "Role"))
        for column, (version, part) in enumerate(parts, start=_WAS + 2):
            person = version.holders_of(role)[part == BACKUP]
            # A silent version means who holds it now, which people type over.
            live = Formula(stands_expr(part, here), person)
            draft.put(row, column, person if known in version.roles else live, "helper")
    had = [had_backup(spec, spec.role(known)) for known in ids]
    draft.row(1, _HAD, ["Had a backup", "By row of role"], "header")
    for row, one in enumerate(had, start=2):
        draft.put(row, _HAD, int(one), "helper")
    names = span(2, _WAS + 1, len(ids) + 1, _WAS + 1)
    for place in range(away_room(spec) - 1):
        listed = iferror(place_of(F.INDEX(col(ROLES.name, "Role"), place + 1) & "", names))
        role_id = spec.roles[place].id if place < len(spec.roles) else ""
        at = ids.index(role_id) + 1 if role_id in ids else 0
        draft.put(2 + place, _WAS, Formula(listed, at or ""), "helper")
        here = ref(2 + place, _WAS)
        flag = F.IF(here.filled(), F.INDEX(span(2, _HAD, len(ids) + 1, _HAD), here), 0)
        draft.put(2 + place, _HAD + 1, Formula(flag, int(bool(at) and had[at - 1])), "helper")
    return ids


def _stands(
    draft: Draft,
    scene: Scene,
    stretch: _Stretch,
    place: int,
    before: tuple[list[str], Tenures],
) -> None:
    """Who holds the role in a row of tRoles in a stretch."""
    listed, (former, tenures) = ref(stretch.row, _AWAY + 1), before

    def named(offset: int, column: str) -> Expr:
        there = F.ROWS(col(ROLES.name, column)) > place
        now = if_(there, stands_expr(column, place + 1))
        if stretch.version is None:
            return now
        at, cells = ref(2 + place, _WAS), _WAS + 2 + 2 * stretch.version + offset
        then = F.INDEX(span(2, cells, len(former) + 1, cells), at) & ""
        return F.IF(at.filled(), then, now)

    def gone(person: Expr) -> Expr:
        return F.ISNUMBER(F.FIND(lit("|") & F.LOWER(person) & "|", listed))

    primary, backup = named(0, "Primary"), named(1, "Backup")
    stays = if_(gone(backup), BLANK, backup)
    exprs = (if_(gone(primary), stays, primary), if_(gone(primary), BLANK, stays))
    roles = scene.spec.roles
    role = roles[place] if place < len(roles) else None
    pair = present(*tenures.holders(role, stretch.start_s), stretch.away) if role else ("", "")
    for offset, (expr, value) in enumerate(zip(exprs, pair, strict=True)):
        draft.put(stretch.first + place, _STANDS + offset, Formula(expr, value), "helper")
