"""On the hidden sheet Rota: who was in each team under each version of the policy."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, iferror, place_of, ref, span
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.former import (
    TEAM_BEFORE,
    TEAM_FROM,
    TEAM_PEOPLE,
    team_room,
    versions_of,
)
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Formula
from xlmatrix.style.titles import Title
from xlmatrix.tables.people import TEAMS

_SHEET: Final = Title.ROTA.value
#: Behind what earlier versions say of roles, two columns a version.
_FROM: Final = 38


def former_teams(draft: Draft, scene: Scene) -> dict[str, Expr]:
    """From when each version was in force, and for each of them the people by row of tTeams."""
    spec = scene.spec
    if not spec.had_other_teams:
        return {}
    versions, room = spec.history, team_room(spec)
    first = _FROM + 2 * len(versions)
    starts = [0, *(at + EPOCH_S for at in versions_of(spec, scene.context.zone).starts_s)]
    place, people, names = first + 1, first + 2, first + 4
    labels = ["Since s", "Row of team", "People then", "", "Team", *(v.version for v in versions)]
    draft.row(1, first, labels, "header")
    for row, start in enumerate(starts, start=2):
        draft.put(row, first, start, "helper.seconds")
    ids = [team.id for team in spec.teams if any(team.id in v.teams for v in versions)]
    for row, known in enumerate(ids, start=2):
        said = [", ".join(v.teams[known].members) if known in v.teams else "" for v in versions]
        draft.row(row, names, [spec.team(known).name, *said], "helper")
    listed = span(2, names, len(ids) + 1, names)
    for number in range(room):
        team = spec.teams[number] if number < len(spec.teams) else None
        title = F.INDEX(col(TEAMS.name, "Team"), number + 1) & ""
        at = ids.index(team.id) + 1 if team is not None and team.id in ids else ""
        draft.put(2 + number, place, Formula(iferror(place_of(title, listed)), at), "helper")
        here = ref(2 + number, place)
        live = iferror(F.INDEX(col(TEAMS.name, "People"), number + 1) & "")
        for version in range(len(starts)):
            now = ", ".join(team.members) if team is not None else ""
            expr, shown = live, now
            if version < len(versions):
                column = names + 1 + version
                then = F.INDEX(span(2, column, len(ids) + 1, column), here) & ""
                expr = F.IF(here.filled(), F.IF(then.filled(), then, live), live)
                shown = ", ".join(versions[version].members_of(team)) if team is not None else ""
            draft.put(2 + version * room + number, people, Formula(expr, shown), "helper")
    return {
        TEAM_FROM.text: span(2, first, len(starts) + 1, first, _SHEET),
        TEAM_BEFORE.text: span(2, place, room + 1, place, _SHEET),
        TEAM_PEOPLE.text: span(2, people, len(starts) * room + 1, people, _SHEET),
    }
