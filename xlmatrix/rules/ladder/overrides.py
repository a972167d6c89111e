"""Dated overrides: which of them count, and who holds a role with them.

An override that names an unknown role or person, is not complete, ends before it begins, lies
outside the horizon or overlaps one listed above it (that counts by itself) has no effect; the
sheet says so beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Final

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


@dataclass(frozen=True, slots=True)
class Placed:
    """One override as it counts: its role's place in the spec (from 0), instants, and what is said.

    ``state`` is one of the words above; the instants are epoch seconds, 0 where a cell holds no
    stamp.
    """

    override: Override
    place: int | None
    start_s: int
    end_s: int
    state: str

    @property
    def counts(self) -> bool:
        """Whether it has an effect."""
        return self.state in COUNTS

    def touches(self, start_s: int, end_s: int) -> bool:
        """Whether a stretch has a second of it."""
        return self.start_s < end_s and self.end_s > start_s


def placed(spec: MatrixSpec, zone: Zone) -> tuple[Placed, ...]:
    """Every override of a spec with its state, in the order written."""
    ids = [role.id for role in spec.roles]
    people = {person.name.casefold() for person in spec.people}
    horizon = edges(spec, zone)
    found: list[Placed] = []
    for one in spec.overrides:
        place = ids.index(one.role) if one.role in ids else None
        start, end = _instant(zone, one.begins), _instant(zone, one.ends)
        state = _state(one, people, place is not None, (start, end), horizon)
        made = Placed(one, place, start, end, state)
        # Whatever counts by itself stands in the way, also where it overlaps one above it.
        if made.counts and any(
            (above.counts or above.state == OVERLAPS)
            and above.place == place
            and above.touches(start, end)
            for above in found
        ):
            made = replace(made, state=OVERLAPS)
        elif state == FINE and _odd(zone, one):
            made = replace(made, state=ODD)
        found.append(made)
    return tuple(found)


def _state(
    one: Override,
    people: set[str],
    known: bool,
    stretch: tuple[int, int],
    horizon: tuple[int, int],
) -> str:
    """What an override is by itself."""
    named = [name for name in (one.primary, one.backup) if name]
    if not (one.role and named and all(isinstance(s, datetime) for s in (one.begins, one.ends))):
        return INCOMPLETE
    if not known:
        return UNKNOWN_ROLE
    if stretch[1] <= stretch[0]:
        return BACKWARDS
    if any(name.casefold() not in people for name in named):
        return UNKNOWN_PERSON
    if stretch[1] <= horizon[0] or stretch[0] >= horizon[1]:
        return OUTSIDE
    both = len(named) == 2 and named[0].casefold() == named[1].casefold()
    return SAME if both else FINE


def _instant(zone: Zone, stamp: datetime | None) -> int:
    return 0 if stamp is None else zone.to_utc(wall_seconds(stamp))


def _odd(zone: Zone, one: Override) -> bool:
    """Whether the clock shows one of its times twice or never."""
    return any(zone.flag(wall_seconds(stamp)) for stamp in (one.begins, one.ends))


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
    cuts = {edge for one in inside for edge in (one.start_s, one.end_s)}
    marks = sorted({turn.start_s, turn.end_s} | cuts)
    pieces = []
    for start, end in pairwise(mark for mark in marks if turn.start_s <= mark <= turn.end_s):
        piece = replace(turn, start_s=start, end_s=end)
        for one in inside:
            if one.touches(start, end):
                piece = piece.held_by(one.override.primary or None, one.override.backup or None)
        pieces.append(piece)
    return pieces
