"""Whether every hour at which a ladder may call a role has a primary and a backup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from xlmatrix.errors import Finding, Level
from xlmatrix.model.calendars import build_calendar, weekly_hours
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import FUNCTIONS
from xlmatrix.rules.ladder.layers import edges
from xlmatrix.rules.ladder.oncall import rotas
from xlmatrix.rules.ladder.turns import Turn
from xlmatrix.worktime import Calendar, Zone

Missing = Literal["primary", "backup"]
Intervals = list[tuple[int, int]]
_MISSING: Final[tuple[Missing, ...]] = ("primary", "backup")


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch, in epoch seconds, in which a role is needed and a primary or backup is missing."""

    role: str
    missing: Missing
    start_s: int
    end_s: int

    @property
    def hours(self) -> float:
        """How long it is."""
        return (self.end_s - self.start_s) / 3600


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one role needs, in seconds of the horizon, and what is missing."""

    role: str
    rotates: bool
    needed_s: int
    gaps: tuple[Gap, ...]

    def missing_s(self, what: Missing) -> int:
        """Needed seconds without a primary, or without a backup."""
        return sum(gap.end_s - gap.start_s for gap in self.gaps if gap.missing == what)


def coverage(
    spec: MatrixSpec,
    zone: Zone,
    turns: Mapping[str, Sequence[Turn]],
    calendars: Sequence[Calendar] = (),
) -> list[Coverage]:
    """The coverage of every role that a ladder calls or that owns incidents, in the spec's order.

    A role is needed while the calendar of a severity that uses it is open. A role that rotates is
    covered by its turns; another one always, or, where on-call is for business hours only, while
    some calendar that closes is open.
    """
    built = list(calendars) or [build_calendar(spec, one.id) for one in spec.calendars]
    open_in = {
        one.id: _intervals(calendar) for one, calendar in zip(spec.calendars, built, strict=True)
    }
    low, high = edges(spec, zone)
    whole: Intervals = [(low, high)]
    present = whole
    if spec.scope.on_call == "business-hours":
        closing = [one.id for one in spec.calendars if not weekly_hours(one).always]
        present = union([open_in[calendar_id] for calendar_id in closing]) or whole
    answer = []
    needs = needed_calendars(spec)
    for role in spec.roles:
        if role.id not in needs:
            continue
        needed = union([open_in[calendar_id] for calendar_id in sorted(needs[role.id])])
        needed = minus(needed, minus(needed, whole))
        gaps: list[Gap] = []
        for what in _MISSING:
            if role.id in turns:
                there = [(t.start_s, t.end_s) for t in turns[role.id] if _named(t, what)]
            else:
                there = present if getattr(role, what) else []
            gaps += [Gap(role.id, what, start, end) for start, end in minus(needed, there)]
        total = sum(end - start for start, end in needed)
        answer.append(Coverage(role.id, role.id in turns, total, tuple(gaps)))
    return answer


def needed_calendars(spec: MatrixSpec) -> dict[str, set[str]]:
    """The calendars, by role id, on which a role may be called or own an incident."""
    needs: dict[str, set[str]] = {}
    for severity in spec.severities:
        owners = spec.owners_for(None, severity)
        called = [spec.role_called(step, owners) for step in severity.ladder]
        used = [role for role in called if role is not None]
        used += [str(getattr(owners, function)) for function in FUNCTIONS]
        for role in used:
            needs.setdefault(role, set()).add(severity.calendar)
    for rule in spec.always_add:
        needs.setdefault(rule.role, set()).update(one.calendar for one in spec.severities)
    for kind in spec.classes:
        owners = spec.owners_for(kind)
        for function in FUNCTIONS:
            calendar_id = spec.severity(kind.severity).calendar
            needs.setdefault(str(getattr(owners, function)), set()).add(calendar_id)
    return needs


def coverage_findings(spec: MatrixSpec, where: str = "") -> list[Finding]:
    """A warning for hours without a primary and one for those without a backup, over all roles."""
    calendars = [build_calendar(spec, one.id) for one in spec.calendars]
    zone = calendars[0].zone
    roles = coverage(spec, zone, rotas(spec, zone), calendars)
    found = []
    for what in _MISSING:
        # A role without a backup for the whole horizon has a finding of its own.
        short = [
            role
            for role in roles
            if role.missing_s(what) and (role.rotates or spec.scope.on_call == "business-hours")
        ]
        if not short:
            continue
        worst = max(short, key=lambda role: role.missing_s(what))
        first = min((g for one in short for g in one.gaps if g.missing == what), key=_begin)
        stretches = sum(gap.missing == what for gap in worst.gaps)
        many = "1 role has" if len(short) == 1 else f"{len(short)} roles have"
        said = (
            f"{many} no {what} for some of the hours in which they are needed:"
            f" {spec.role(worst.role).name} for {worst.missing_s(what) / 3600:,.1f} of"
            f" {worst.needed_s / 3600:,.1f} h in {stretches} stretches,"
            f" first {spec.role(first.role).name}"
            f" from {shown(zone, first.start_s)} to {shown(zone, first.end_s)}"
        )
        mend = "Add a layer or people to the rotation, or a backup to the role"
        found.append(Finding(Level.WARNING, "coverage-gap", said, where, mend, "on_call"))
    return found


def _begin(gap: Gap) -> int:
    return gap.start_s


def shown(zone: Zone, at_s: int) -> str:
    """An instant as wall-clock text, to the minute."""
    stamp = np.datetime64(int(zone.to_local(at_s)), "s").astype("datetime64[m]")
    return str(stamp).replace("T", " ")


def within(intervals: Intervals, start_s: int, end_s: int) -> int:
    """Seconds of sorted intervals inside a stretch."""
    return sum(
        min(end, end_s) - max(start, start_s)
        for start, end in intervals
        if start < end_s and end > start_s
    )


def needed_intervals(spec: MatrixSpec, role_id: str, calendars: Sequence[Calendar]) -> Intervals:
    """When one role is needed, over the whole horizon."""
    wanted = needed_calendars(spec).get(role_id, set())
    pairs = zip(spec.calendars, calendars, strict=True)
    return union([_intervals(calendar) for one, calendar in pairs if one.id in wanted])


def union(many: Sequence[Intervals]) -> Intervals:
    """The time in any of several lists, as sorted intervals that do not touch."""
    answer: Intervals = []
    for start, end in sorted(pair for one in many for pair in one):
        if answer and start <= answer[-1][1]:
            answer[-1] = (answer[-1][0], max(answer[-1][1], end))
        else:
            answer.append((start, end))
    return answer


def minus(first: Intervals, second: Intervals) -> Intervals:
    """The time in the first of two sorted lists that is not in the second."""
    answer: Intervals = []
    place = 0
    taken = union([second])
    for start, end in first:
        while place < len(taken) and taken[place][1] <= start:
            place += 1
        at, row = start, place
        while row < len(taken) and taken[row][0] < end:
            if taken[row][0] > at:
                answer.append((at, taken[row][0]))
            at = max(at, taken[row][1])
            row += 1
        if at < end:
            answer.append((at, end))
    return answer


def _intervals(calendar: Calendar) -> Intervals:
    starts, ends, _ = calendar.intervals
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _named(turn: Turn, what: Missing) -> bool:
    # Where a role did not rotate, Owners says who held it.
    return turn.by_name or bool(turn.primary if what == "primary" else turn.backup)
