"""Dated overrides: which of them count, and who holds a role with them.

An override that names an unknown role or person, is not complete, ends before it begins, lies
outside the horizon or overlaps one listed above it (that counts by itself) has no effect; the
sheet says so beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Final

from xlmatrix.formula import Expr, F, Name, name
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.oncall import Override, wall_seconds
from xlmatrix.rules.ladder.layers import edges
from xlmatrix.rules.ladder.turns import Turn, joined
from xlmatrix.worktime import Zone

INCOMPLETE: Final = "Not complete"
UNKNOWN_ROLE: Final = "Unknown role"
BACKWARDS: Final = "Ends before it begins"
UNKNOWN_PERSON: Final = "Unknown person"
OUTSIDE: Final = "Outside the horizon"
OVERLAPS: Final = "Overlaps a row above"
SAME: Final = "Backup is the primary"
ODD: Final = "Clock change"
FINE: Final = "ok"
#: What is said of an override that counts all the same.
COUNTS: Final = (FINE, SAME, ODD)


#: On the hidden sheet Rota, for each override: the row of its role in tRoles, whom it names.
OVER_PLACE: Final[Name] = name("Over_Place")
OVER_NAMED: Final[Mapping[str, Name]] = {
    "Primary": name("Over_Names_Primary"),
    "Backup": name("Over_Names_Backup"),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """One override as it counts: its role's place in the spec (from 0), instants, what is said.

    ``alone`` is one of the words above, for the override by itself; ``overlaps`` whether one above
    it stands in its way. The instants are epoch seconds, None where a cell holds no stamp.
    """

    override: Override
    place: int | None
    start_s: int | None
    end_s: int | None
    alone: str
    overlaps: bool = False

    @property
    def state(self) -> str:
        """What is said of it."""
        return OVERLAPS if self.overlaps else self.alone

    @property
    def counts(self) -> bool:
        """Whether it has an effect."""
        return self.alone in COUNTS and not self.overlaps

    def touches(self, start_s: int | None, end_s: int | None) -> bool:
        """Whether a stretch has a second of it."""
        if None in (self.start_s, self.end_s, start_s, end_s):
            return False
        return bool(self.start_s < end_s and self.end_s > start_s)  # type: ignore[operator]


def placed(spec: MatrixSpec, zone: Zone) -> tuple[Placed, ...]:
    """Every override of a spec with its state, in the order written."""
    ids = [role.id for role in spec.roles]
    people = {person.name.casefold() for person in spec.people}
    horizon = edges(spec, zone)
    found: list[Placed] = []
    for one in spec.overrides:
        place = ids.index(one.role) if one.role in ids else None
        start, end = _instant(zone, one.begins), _instant(zone, one.ends)
        alone = _alone(one, people, place is not None, (start, end), horizon)
        if alone == FINE and _odd(zone, one):
            alone = ODD
        made = Placed(one, place, start, end, alone)
        # Whatever counts by itself stands in the way, also where it overlaps one above it.
        clash = made.counts and any(
            above.alone in COUNTS and above.place == place and above.touches(start, end)
            for above in found
        )
        found.append(replace(made, overlaps=clash))
    return tuple(found)


def _alone(
    one: Override,
    people: set[str],
    known: bool,
    stretch: tuple[int | None, int | None],
    horizon: tuple[int, int],
) -> str:
    """What an override is by itself."""
    named = [name for name in (one.primary, one.backup) if name]
    start, end = stretch
    if not (one.role and named) or start is None or end is None:
        return INCOMPLETE
    if not known:
        return UNKNOWN_ROLE
    if end <= start:
        return BACKWARDS
    if any(name.casefold() not in people for name in named):
        return UNKNOWN_PERSON
    if end <= horizon[0] or start >= horizon[1]:
        return OUTSIDE
    both = len(named) == 2 and named[0].casefold() == named[1].casefold()
    return SAME if both else FINE


def _instant(zone: Zone, stamp: datetime | None) -> int | None:
    return None if stamp is None else zone.to_utc(wall_seconds(stamp))


def _odd(zone: Zone, one: Override) -> bool:
    """Whether the clock shows one of its times twice or never."""
    return any(zone.flag(wall_seconds(stamp)) for stamp in (one.begins, one.ends))


def names_one(spec: MatrixSpec, role_id: str, column: str) -> bool:
    """Whether an override puts somebody into a role, be it for an hour, as primary or backup."""
    people = (getattr(one, column.lower()) for one in spec.overrides if one.role == role_id)
    return any(people)


def names_one_expr(place: Expr, column: str) -> Expr:
    """The same for the role in row ``place`` of tRoles."""
    return F.SUMPRODUCT(OVER_PLACE.eq(place) * (F.LEN(OVER_NAMED[column]) > 0)) > 0


def with_overrides(
    turns: Sequence[Turn], role_id: str, overrides: Sequence[Placed]
) -> tuple[Turn, ...]:
    """The turns of a role with the overrides that count."""
    own = [one for one in overrides if one.counts and one.override.role == role_id]
    return joined([piece for turn in turns for piece in _overridden(turn, own)])


def _overridden(turn: Turn, overrides: Sequence[Placed]) -> list[Turn]:
    inside = [one for one in overrides if one.touches(turn.start_s, turn.end_s)]
    if not inside:
        return [turn]
    cuts = {edge for one in inside for edge in (one.start_s, one.end_s) if edge is not None}
    marks = sorted({turn.start_s, turn.end_s} | cuts)
    pieces = []
    for start, end in pairwise(mark for mark in marks if turn.start_s <= mark <= turn.end_s):
        piece = replace(turn, start_s=start, end_s=end)
        for one in inside:
            if one.touches(start, end):
                piece = piece.held_by(one.override.primary or None, one.override.backup or None)
        pieces.append(piece)
    return pieces
