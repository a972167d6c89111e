"""How duty is shared: hours and nights of each person, and when people may be called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.ladder.turns import Turn
from xlmatrix.worktime import Calendar, Zone
from xlmatrix.worktime.shifts import local_midnight

#: Whoever is on duty at this hour of their own clock has that night.
NIGHT_HOUR: Final = 3


@dataclass(frozen=True, slots=True)
class Run:
    """Nights in a row: the date on which the first of them ends, and how many."""

    first: date
    nights: int


def service_hours(turns: Iterable[Turn], *, backup: bool = False) -> dict[str, float]:
    """Hours on duty as primary (or as backup) by person, over all turns given.

    The hours of a turn that goes by incident are shared evenly by the people of its pool; "" is
    not in it. Who takes no turn at all is missing: compare with the people of the rotation.
    """
    found: dict[str, float] = {}
    for turn in turns:
        pairs = turn.pool or ((turn.primary, turn.backup),)
        for pair in pairs:
            person = pair[1] if backup else pair[0]
            if person:
                hours = (turn.end_s - turn.start_s) / 3600 / len(pairs)
                found[person] = found.get(person, 0.0) + hours
    return found


def nights(spec: MatrixSpec, turns: Sequence[Turn]) -> dict[str, tuple[date, ...]]:
    """The nights of each person as primary, by the local date on which they end, in order.

    A night is had by whoever is on duty at 03:00 of their own zone (the matrix's where they have
    none); in a turn that goes by incident, by all of its pool.
    """
    if not turns:
        return {}
    people = {pair[0] for turn in turns for pair in (*turn.pool, turn.pair()) if pair[0]}
    starts = np.array([turn.start_s for turn in turns], dtype=np.int64)
    days = [
        spec.horizon.start + timedelta(days=place)
        for place in range((spec.horizon.end - spec.horizon.start).days + 1)
    ]
    walls = np.array([local_midnight(day) for day in days], dtype=np.int64) + NIGHT_HOUR * 3600
    found = {}
    for person in sorted(people):
        instants = np.asarray(_zone_of(spec, person).boundary(walls))
        rows = np.searchsorted(starts, instants, side="right") - 1
        duty = np.array(
            [any(pair[0] == person for pair in (turn.pool or (turn.pair(),))) for turn in turns]
        )
        inside = (rows >= 0) & (instants < turns[-1].end_s)
        found[person] = tuple(
            day for day, row, known in zip(days, rows, inside, strict=True) if known and duty[row]
        )
    return found


def longest_run(dates: Sequence[date]) -> Run | None:
    """The most nights in a row, the first such run where several are as long; None for none."""
    best: Run | None = None
    count = 0
    for place, day in enumerate(dates):
        follows = place > 0 and day - dates[place - 1] == timedelta(days=1)
        count = count + 1 if follows else 1
        if best is None or count > best.nights:
            best = Run(day - timedelta(days=count - 1), count)
    return best


def most_nights(spec: MatrixSpec, role_id: str, person: str) -> int | None:
    """How many nights in a row a person agreed to for a role: the most of their layers.

    None where they are in no layer of it, or one of theirs goes by incident without a limit.
    """
    limits = [
        one.most_nights
        for one in spec.on_call
        if one.role == role_id and person.casefold() in {name.casefold() for name in one.people}
    ]
    known = [limit for limit in limits if limit is not None]
    return max(known) if known and len(known) == len(limits) else None


def available(spec: MatrixSpec) -> Mapping[str, list[tuple[int, int]]]:
    """When people with hours of their own may be called, by name: intervals in epoch seconds.

    They cover the horizon, in the person's zone, else the matrix's. Whoever may be called at any
    hour is not in it, nor is one whose hours cannot be read.
    """
    start, end = spec.horizon.start - timedelta(days=2), spec.horizon.end + timedelta(days=2)
    found = {}
    for person in spec.people:
        if person.hours is None:
            continue
        zone = _zone_of(spec, person.name)
        try:
            starts, ends, _ = Calendar.build(person.hours, zone, start=start, end=end).intervals
        except XlmatrixError:
            continue
        found[person.name] = list(zip(starts.tolist(), ends.tolist(), strict=True))
    return found


def _zone_of(spec: MatrixSpec, name: str) -> Zone:
    """A person's zone; the matrix's for one who has none, or none that is known."""
    first, last = spec.horizon.start.year - 1, spec.horizon.end.year + 1
    written = next((one.zone for one in spec.people if one.name == name and one.zone), None)
    try:
        return Zone.load(written or spec.zone, first, last)
    except XlmatrixError:
        return Zone.load(spec.zone, first, last)
