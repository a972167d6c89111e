"""What on-call asks of people: hours and nights, a person and week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.ladder.coverage import Intervals, minus, needed_intervals, union
from xlmatrix.rules.ladder.layers import edges
from xlmatrix.rules.ladder.turns import Turn
from xlmatrix.worktime import Calendar, Zone
from xlmatrix.worktime.shifts import local_midnight

#: A night belongs to whoever is on call at this time of it, where the person lives: so a turn of a
#: a week has seven nights at whatever hour it is handed over.
NIGHT_S: Final = 3 * 3600
DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of one person, by turns or by name: in a week on average, and at most.

    Hours and nights in which a role that they hold may be called; ``in_a_row`` are the most nights
    without one free.
    """

    person: str
    rotates: bool
    hours: float
    most_hours: float
    nights: float
    most_nights: int
    in_a_row: int


def loads_of(
    spec: MatrixSpec,
    zone: Zone,
    turns: Mapping[str, Sequence[Turn]],
    calendars: Mapping[str, Calendar],
) -> list[Load]:
    """The load of everybody who is ever primary: who takes turns first, then by hours."""
    by_turns = rotating_duty(spec, zone, turns, calendars)
    by_name: dict[str, Intervals] = {}
    rotating = {rotation.role for rotation in spec.on_call}
    for role in spec.roles:
        person = role.primary or role.backup
        if role.id not in rotating and person:
            needed = _needed(spec, zone, role.id, calendars)
            by_name[person] = union([by_name.get(person, []), needed])
    weeks = _weeks(spec, zone)
    found = [
        _load(person, rotates, duty, weeks, nights_of(spec, zone, person))
        for rotates, duties in ((True, by_turns), (False, by_name))
        for person, duty in duties.items()
        if duty
    ]
    return sorted(found, key=lambda load: (not load.rotates, -load.hours, load.person))


def rotating_duty(
    spec: MatrixSpec,
    zone: Zone,
    turns: Mapping[str, Sequence[Turn]],
    calendars: Mapping[str, Calendar],
) -> dict[str, Intervals]:
    """When each person is on call by turns, and may be called."""
    held: dict[str, Intervals] = {}
    for role_id in dict.fromkeys(rotation.role for rotation in spec.on_call):
        needed = _needed(spec, zone, role_id, calendars)
        theirs: dict[str, Intervals] = {}
        for turn in turns[role_id]:
            # Where turns go by incident, everybody waits for theirs.
            for primary, backup in dict.fromkeys(turn.pool or (turn.pair(),)):
                if person := primary or backup:
                    theirs.setdefault(person, []).append((turn.start_s, turn.end_s))
        for person, stretches in theirs.items():
            inside = minus(needed, minus(needed, union([stretches])))
            held[person] = union([held.get(person, []), inside])
    return held


def nights_of(spec: MatrixSpec, zone: Zone, person: str) -> NDArray[np.int64]:
    """The instant that stands for each night of the horizon where a person lives."""
    named = {one.name.casefold(): one.zone for one in spec.people}.get(person.casefold())
    if named is not None:
        first, last = spec.horizon.start.year - 1, spec.horizon.end.year + 1
        # A typed zone that nobody knows has a finding of its own.
        with suppress(XlmatrixError):
            zone = Zone.load(named, first, last)
    days = (spec.horizon.end - spec.horizon.start).days + 1
    walls = local_midnight(spec.horizon.start) + np.arange(days, dtype=np.int64) * DAY_S
    return zone.boundary(walls + NIGHT_S)


def on_duty(duty: Intervals, instants: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which instants lie in sorted intervals."""
    if not duty:
        return np.zeros(instants.shape, dtype=np.bool_)
    starts, ends = np.array(duty, dtype=np.int64).T
    row = np.searchsorted(starts, instants, side="right") - 1
    return np.asarray((row >= 0) & (instants < ends[np.maximum(row, 0)]))


def runs(chosen: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where runs of true begin, and how long they are."""
    edge = np.flatnonzero(np.diff(np.concatenate([[False], chosen, [False]]).astype(np.int8)))
    return list(zip(edge[::2].tolist(), (edge[1::2] - edge[::2]).tolist(), strict=True))


def _needed(
    spec: MatrixSpec, zone: Zone, role_id: str, calendars: Mapping[str, Calendar]
) -> Intervals:
    whole: Intervals = [edges(spec, zone)]
    needed = needed_intervals(spec, role_id, list(calendars.values()))
    return minus(needed, minus(needed, whole))


def _weeks(spec: MatrixSpec, zone: Zone) -> NDArray[np.int64]:
    """The Mondays 00:00 of the horizon, and its two ends."""
    first = spec.horizon.start + timedelta(days=-spec.horizon.start.weekday() % 7)
    days = (spec.horizon.end - first).days // 7 + 1
    walls = local_midnight(first) + np.arange(max(days, 0), dtype=np.int64) * (7 * DAY_S)
    return np.unique(np.concatenate([np.array(edges(spec, zone)), zone.boundary(walls)]))


def _load(
    person: str,
    rotates: bool,
    duty: Intervals,
    weeks: NDArray[np.int64],
    nights: NDArray[np.int64],
) -> Load:
    starts, ends = np.array(duty, dtype=np.int64).T
    row = np.searchsorted(starts, weeks, side="right") - 1
    before = np.concatenate([[0], np.cumsum(ends - starts)])[np.maximum(row, 0)]
    at = np.where(row < 0, 0, before + np.minimum(weeks, ends[np.maximum(row, 0)]) - starts[row])
    awake = on_duty(duty, nights)
    a_week = np.bincount(np.searchsorted(weeks, nights, side="right"), weights=awake)
    length = float(weeks[-1] - weeks[0]) / (7 * DAY_S)
    return Load(
        person=person,
        rotates=rotates,
        hours=float(at[-1]) / 3600 / length,
        most_hours=float(np.diff(at).max()) / 3600,
        nights=float(awake.sum()) / length,
        most_nights=int(a_week.max()),
        in_a_row=max((length for _, length in runs(awake)), default=0),
    )
