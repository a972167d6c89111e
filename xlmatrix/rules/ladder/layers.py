"""From rotations and leave to the plan of shifts: every instant of the horizon in one turn.

A turn of hours, days or weeks is that long by the wall clock of its layer's zone, so a handover
keeps its time of day through a clock change, and the turn of that night is an hour shorter or
longer. Handovers and edges of hours are the first instant at which the clock shows their time or
later. Turns of days move on by days that are worked: a stretch from handover to handover in which
the layer is never on duty has no handover.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final

import numpy as np

from xlmatrix.model.calendars import build_calendar
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.oncall import Rotation, wall_seconds
from xlmatrix.model.parts import Role
from xlmatrix.rules.ladder.former import Tenures, versions_of
from xlmatrix.rules.ladder.turns import Pair, Seconds, Turn, joined, present
from xlmatrix.worktime import Calendar, Zone
from xlmatrix.worktime.shifts import local_midnight

#: Zones are at most 26 hours apart, so a layer's dates may be other ones than the horizon's.
_SLACK: Final = timedelta(days=2)
_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Away:
    """Who is away from when to when, in epoch seconds; the name without case."""

    person: str
    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True)
class Layer:
    """One rotation: when turns begin, which number the first of them has, and when it is on duty.

    ``opens`` are the starts and ends of its hours; None where it is always on duty.
    """

    rotation: Rotation
    handovers: Seconds
    first: int
    opens: tuple[Seconds, Seconds] | None

    def turn_at(self, instants: Seconds) -> Seconds:
        """The number of the turn at instants; -1 where the layer is off duty or not yet begun."""
        place = np.searchsorted(self.handovers, instants, side="right") - 1
        duty = place >= 0
        if self.opens is not None:
            starts, ends = self.opens
            row = np.searchsorted(starts, instants, side="right") - 1
            inside = row >= 0
            inside[inside] = instants[inside] < ends[row[inside]]
            duty &= inside
        return np.where(duty, place + self.first, -1).astype(np.int64)


def edges(spec: MatrixSpec, zone: Zone) -> tuple[int, int]:
    """The horizon in epoch seconds: from its first local midnight to its last."""
    dates = (spec.horizon.start, spec.horizon.end + timedelta(days=1))
    low, high = (zone.boundary(local_midnight(day)) for day in dates)
    return low, high


def leaves_of(spec: MatrixSpec, zone: Zone) -> tuple[Away, ...]:
    """Who is away when."""
    return tuple(
        Away(
            one.person.casefold(),
            zone.to_utc(wall_seconds(one.begins)),
            zone.to_utc(wall_seconds(one.ends)),
        )
        for one in spec.leave
    )


def away_at(leaves: Sequence[Away], at_s: int) -> frozenset[str]:
    """Who is away at an instant, without case."""
    return frozenset(one.person for one in leaves if one.start_s <= at_s < one.end_s)


def turns_of(
    spec: MatrixSpec, role_id: str, zone: Zone, *, before: bool = False
) -> tuple[Turn, ...]:
    """The turns of one rotating role over the whole horizon, without gaps, in order.

    Where no layer is on duty, or all people of those that are on duty are away, the turn names
    nobody. Overrides are not in it. With ``before``, each earlier version of the policy has its own
    layers until the next one; where it has none for the role, Owners says who held it.
    """
    low, high = edges(spec, zone)
    tenures = Tenures(spec, ())
    if before and spec.had_other_rotations:
        tenures = versions_of(spec, zone)
    cuts = [low, *(cut for cut in tenures.starts_s if low < cut < high), high]
    turns: list[Turn] = []
    for stretch in pairwise(cuts):
        role = spec.role(role_id)
        primary, backup = tenures.holders(role, stretch[0])
        held = role.model_copy(update={"primary": primary, "backup": backup})
        turns += _turns_in(spec, held, tenures.rotations(role_id, stretch[0]), stretch, zone)
    return joined(turns)


def _turns_in(
    spec: MatrixSpec,
    role: Role,
    rotations: Sequence[Rotation],
    stretch: tuple[int, int],
    zone: Zone,
) -> list[Turn]:
    """The turns of a role by these layers in a stretch; without any, by name."""
    low, high = stretch
    layers = [layer_of(spec, one, zone) for one in rotations]
    leaves = leaves_of(spec, zone)
    cuts = [np.array([low, high])]
    for layer in layers:
        cuts += [layer.handovers, *(layer.opens or ())]
    cuts.append(np.array([edge for one in leaves for edge in (one.start_s, one.end_s)], np.int64))
    marks = np.unique(np.concatenate(cuts))
    marks = marks[(marks >= low) & (marks <= high)]
    numbers = [layer.turn_at(marks).tolist() for layer in layers]
    turns = []
    for place, (start, end) in enumerate(pairwise(marks.tolist())):
        away = away_at(leaves, start)
        turn = Turn(start, end, "", "")
        if not layers:
            turn = Turn(start, end, *present(role.primary, role.backup or "", away), cells=("", ""))
        for layer, number in zip(layers, numbers, strict=True):
            if number[place] >= 0 and _present(layer.rotation, away):
                turn = _turn((start, end), role, layer.rotation, number[place], away)
                break
        turns.append(turn)
    return turns


def layer_of(spec: MatrixSpec, rotation: Rotation, zone: Zone) -> Layer:
    """When a rotation hands over, and when it is on duty, over the horizon."""
    early = min(rotation.start, spec.horizon.start) - _SLACK
    late = spec.horizon.end + _SLACK
    if rotation.zone is not None or rotation.start < spec.horizon.start:
        zone = Zone.load(rotation.zone or spec.zone, early.year - 1, late.year + 1)
    opens = None
    if rotation.calendar is not None or rotation.hours is not None:
        starts, ends, _ = (
            build_calendar(spec, rotation.calendar, early, late)
            if rotation.calendar is not None
            else Calendar.build(rotation.hours or "", zone, start=early, end=late)
        ).intervals
        opens = (starts, ends)
    if rotation.start > late:
        return Layer(rotation, np.empty(0, np.int64), 0, opens)
    if opens is not None and rotation.every.unit == "days":
        handovers = _worked_days(rotation, zone, late - rotation.start, opens)
        return Layer(rotation, handovers, 0, opens)
    step, begin = rotation.every.step_s, local_midnight(rotation.start) + rotation.handover_s
    if rotation.by_incident:
        return Layer(rotation, np.array([zone.boundary(begin)], np.int64), 0, opens)
    # Turns that end before the horizon are counted, not listed.
    first = max(0, (local_midnight(spec.horizon.start - _SLACK) - begin) // step)
    count = (local_midnight(late) - begin) // step + 1 - first
    walls = begin + (first + np.arange(max(count, 0), dtype=np.int64)) * step
    return Layer(rotation, np.asarray(zone.boundary(walls), np.int64), first, opens)


def _worked_days(
    rotation: Rotation, zone: Zone, length: timedelta, opens: tuple[Seconds, Seconds]
) -> Seconds:
    """The handovers of turns of days: of each so many worked days the first."""
    days = np.arange(length.days + 2, dtype=np.int64) * _DAY_S
    begins = np.asarray(zone.boundary(local_midnight(rotation.start) + rotation.handover_s + days))
    starts, ends = opens
    following = np.searchsorted(ends, begins[:-1], side="right")
    # Behind the last interval nothing is worked.
    opening = np.append(starts, np.iinfo(np.int64).max)[following]
    worked = begins[:-1][opening < begins[1:]]
    return np.asarray(worked[:: rotation.every.count], np.int64)


def _present(rotation: Rotation, away: frozenset[str]) -> bool:
    return not away or any(person.casefold() not in away for person in rotation.people)


def _turn(
    stretch: tuple[int, int], role: Role, rotation: Rotation, number: int, away: frozenset[str]
) -> Turn:
    zone = rotation.zone or ""
    if not rotation.by_incident:
        return Turn(*stretch, *_pair(role, rotation, number, away), zone=zone)
    pool = tuple(_pair(role, rotation, place, away) for place in range(len(rotation.people)))
    return Turn(*stretch, *pool[0], pool=pool if len(set(pool)) > 1 else (), zone=zone)


def _pair(role: Role, rotation: Rotation, number: int, away: frozenset[str]) -> Pair:
    """Primary and backup of a turn: the first two, from its place on, who are not away."""
    place = number % len(rotation.people)
    order = rotation.people[place:] + rotation.people[:place]
    present = [person for person in order if person.casefold() not in away]
    primary, following = present[0], present[1] if len(present) > 1 else present[0]
    own = role.backup or ""
    own = "" if own.casefold() in away else own
    backup = following if rotation.backup == "next" and following != primary else own
    return primary, "" if backup == primary else backup
