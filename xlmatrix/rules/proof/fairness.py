"""Whether rotations share their turns: who never serves, twice as much, or too many nights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.oncall import Rotation
from xlmatrix.rules.ladder.layers import edges
from xlmatrix.rules.ladder.turns import Turn
from xlmatrix.rules.proof.load import nights_of, on_duty, rotating_duty, runs
from xlmatrix.worktime import Calendar, Zone

#: The kinds of gap of a rotation, with how they read and what to do.
ROTA_KINDS: Final = {
    "proof-nights": (
        "a person has more nights in a row than agreed",
        "Shorten the turns, add people, or set limits: {nights: ...}",
    ),
    "proof-never-serves": (
        "a person of a rotation never serves",
        "Let the turns move on by worked days, or take the person off the rotation",
    ),
    "proof-uneven": (
        "a person serves twice as much as the others of the rotation",
        "Let everybody take turns of one length",
    ),
}


@dataclass(frozen=True, slots=True)
class RotaGap:
    """One person for whom a rotation is not fair; ``place`` is the rotation's, from 0."""

    code: str
    person: str
    place: int
    first_s: int
    said: str


def rota_gaps(
    spec: MatrixSpec,
    zone: Zone,
    turns: Mapping[str, Sequence[Turn]],
    calendars: Mapping[str, Calendar],
) -> Iterator[RotaGap]:
    """Everybody for whom a rotation is not fair."""
    yield from _nights(spec, zone, turns, calendars)
    low, _ = edges(spec, zone)
    for role_id in dict.fromkeys(rotation.role for rotation in spec.on_call):
        own = turns[role_id]
        served = served_s(own)
        told: set[str] = set()
        for place, rotation in _rotations(spec, role_id):
            for person in dict.fromkeys(rotation.people):
                if person.casefold() in served or person.casefold() in told:
                    continue
                told.add(person.casefold())
                said = f"{person} never serves as {spec.role(role_id).name}"
                yield RotaGap("proof-never-serves", person, place, low, said)
        yield from _uneven(spec, role_id, own, served, low)


def _rotations(spec: MatrixSpec, role_id: str) -> list[tuple[int, Rotation]]:
    """The rotations of a role whose turns are told by the clock, with their places."""
    return [
        (place, one)
        for place, one in enumerate(spec.on_call)
        if one.role == role_id and not one.by_incident
    ]


def served_s(turns: Sequence[Turn]) -> dict[str, int]:
    """Seconds on duty as primary, by folded name; a turn by incident counts for all of its pool."""
    served: dict[str, int] = {}
    for turn in turns:
        for person in {primary for primary, _ in turn.pool or (turn.pair(),) if primary}:
            key = person.casefold()
            served[key] = served.get(key, 0) + turn.end_s - turn.start_s
    return served


def _uneven(
    spec: MatrixSpec, role_id: str, turns: Sequence[Turn], served: Mapping[str, int], low: int
) -> Iterator[RotaGap]:
    """People who serve twice as much as the mean of those who are in the same layers.

    One turn is allowed for: a horizon ends in the middle of a round.
    """
    layers: dict[str, list[int]] = {}
    for place, rotation in _rotations(spec, role_id):
        for person in dict.fromkeys(one.casefold() for one in rotation.people):
            layers.setdefault(person, []).append(place)
    longest = max((turn.end_s - turn.start_s for turn in turns), default=0)
    shown = {one.casefold(): one for rotation in spec.on_call for one in rotation.people}
    for person, places in layers.items():
        others = [served.get(one, 0) for one, own in layers.items() if own == places]
        others.remove(served.get(person, 0))
        mine, rest = served.get(person, 0), sum(others)
        if rest and (mine - longest) * len(others) >= 2 * rest:
            said = (
                f"{shown[person]} serves {mine / 3600:,.0f} h as {spec.role(role_id).name},"
                f" the others {rest / len(others) / 3600:,.0f} h each"
            )
            yield RotaGap("proof-uneven", shown[person], places[0], low, said)


def _nights(
    spec: MatrixSpec,
    zone: Zone,
    turns: Mapping[str, Sequence[Turn]],
    calendars: Mapping[str, Calendar],
) -> Iterator[RotaGap]:
    for person, duty in rotating_duty(spec, zone, turns, calendars).items():
        nights = nights_of(spec, zone, person)
        limit, place = agreed_nights(spec, person, turns)
        long = [run for run in runs(on_duty(duty, nights)) if limit is not None and run[1] > limit]
        if long:
            begins, most = long[0][0], max(length for _, length in long)
            first = int(nights[begins + (limit or 0)])
            said = f"{person} has up to {most} nights in a row, {limit} are agreed"
            yield RotaGap("proof-nights", person, place, first, said)


def agreed_nights(
    spec: MatrixSpec, person: str, turns: Mapping[str, Sequence[Turn]]
) -> tuple[int | None, int]:
    """How many nights in a row a person may have, and the place of the rotation that says so.

    As written, else the longest of their turns; None for any number.
    """
    folded = person.casefold()
    theirs = [
        (place, one)
        for place, one in enumerate(spec.on_call)
        if folded in (name.casefold() for name in one.people)
    ]
    # Somebody who stands in is bound by the rotation that they stand in for.
    theirs = theirs or [
        (place, one)
        for place, one in enumerate(spec.on_call)
        if any(turn.primary.casefold() == folded for turn in turns.get(one.role, ()))
    ]
    agreed = [(n, place) for place, one in theirs if (n := one.limits.nights) is not None]
    if agreed:
        return min(agreed)
    lengths = [(n, place) for place, one in theirs if (n := one.most_nights) is not None]
    return max(lengths, default=(None, 0), key=lambda pair: pair[0] or 0)
