"""Whether drills can be played: injects within their length, limits in reach, one at night."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.drills.story import MOST_TURNS, STARTED
from xlmatrix.rules.policy import Policy
from xlmatrix.worktime import Calendar

#: Minute, severity, clock that it starts, clock that is to be met.
Row: TypeAlias = tuple[float, str | None, str | None, str | None]
LATE, UNREACHABLE, STORY = "drill-late-inject", "drill-unreachable", "drill-story"
HOURS: Final = "drill-hours"
_CODES: Final = {word: code for code, word in STARTED.items()}


@dataclass(frozen=True, slots=True)
class Told:
    """An inject as far as it moves clocks; ``place`` is where it stands in its scenario, from 0."""

    place: int
    minute: float
    severity: str = ""
    starts: str = ""
    meets: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be played, and how to mend it; ``place`` is the inject's, None for all."""

    code: str
    place: int | None
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario as it is played: how it opens and ends, its injects, and its length."""

    minutes: float
    opens: str
    ends: str
    injects: tuple[Told, ...]


def faults(played: Played, policy: Policy) -> Iterator[Fault]:
    """Everything that makes a scenario impossible to play, or to judge."""
    yield from _late(played)
    yield from _story(played)
    yield from _unreachable(played, policy)


def lacks_night(
    spec: MatrixSpec, calendar: Calendar, planned: Sequence[tuple[datetime, bool]]
) -> Fault | None:
    """What is missing where somebody is on call at night and no drill is held then.

    Parameters
    ----------
    planned
        When each drill is held, on the wall, and whether its scenario is one for off hours.
    """
    if spec.scope.on_call != "24x7" or not planned:
        return None
    if any(off or _shut(calendar, at) for at, off in planned):
        return None
    what = (
        f"on-call is 24x7, and none of the {len(planned)} planned drills is outside working hours"
    )
    return Fault(HOURS, None, what, "Write off_hours: true at a scenario, or move a drill")


def _shut(calendar: Calendar, at: datetime) -> bool:
    """Whether a calendar knows a time on the wall, and is closed then."""
    instant = int(calendar.zone.to_utc(int((at - datetime(1970, 1, 1)).total_seconds())))
    first, last = calendar.horizon
    return first <= instant < last and not calendar.is_open(instant)


def _late(played: Played) -> Iterator[Fault]:
    for one in played.injects:
        if one.minute >= played.minutes:
            what = f"the inject at minute {one.minute:g} comes when the drill of "
            what += f"{played.minutes:g} minutes is over"
            yield Fault(LATE, one.place, what, "Write an earlier minute, or a longer minutes:")


def _story(played: Played) -> Iterator[Fault]:
    turns = [one for one in played.injects if one.severity]
    force = played.opens.casefold()
    for one in turns:
        if one.severity.casefold() == force:
            what = f"the inject at minute {one.minute:g} turns to {one.severity}, which is in force"
            yield Fault(STORY, one.place, what, "Leave its severity out")
        force = one.severity.casefold()
    if len(turns) > MOST_TURNS:
        what = f"the severity turns {len(turns)} times, and a drill judges {MOST_TURNS}"
        yield Fault(STORY, None, what, "Leave a turn out, or make two scenarios of it")
    elif force != played.ends.casefold():
        last = turns[-1].severity if turns else played.opens
        what = f"it is to end in {played.ends}, and its injects end in {last}"
        yield Fault(STORY, None, what, f"Write severity: {played.ends} at the inject that turns it")
    for word in STARTED.values():
        starts = [one for one in played.injects if one.starts == word]
        if len(starts) > 1:
            what = f"{len(starts)} injects start the clock of {word}"
            yield Fault(STORY, starts[1].place, what, "Let one inject start it")


def _unreachable(played: Played, policy: Policy) -> Iterator[Fault]:
    for one in played.injects:
        if not one.meets:
            continue
        start = next((other.minute for other in played.injects if other.starts == one.meets), 0.0)
        turns = [other for other in played.injects if other.severity and other.minute <= one.minute]
        severity = turns[-1].severity if turns else played.opens
        begin = max(start, turns[-1].minute if turns else 0.0)
        within = _minutes(policy, severity, one.meets)
        limit = f"the limit to {one.meets} in {severity}"
        mend = f"Move it, or write starts: {one.meets}"
        if one.minute < start:
            what = f"the clock of {one.meets} begins at minute {start:g} only, after "
            what += f"minute {one.minute:g}"
            yield Fault(UNREACHABLE, one.place, what, mend)
        elif within is None:
            what = f"{severity} has no limit to {one.meets}"
            yield Fault(UNREACHABLE, one.place, what, "Leave meets: out")
        elif begin + within <= one.minute:
            what = f"{limit} is minute {begin + within:g}, and the inject that asks for it "
            yield Fault(UNREACHABLE, one.place, f"{what}comes at {one.minute:g}", mend)


def _minutes(policy: Policy, severity: str, word: str) -> float | None:
    row = policy.row(severity)
    clock = None if row is None else policy.current[row].get(_CODES[word])
    if clock is None or (clock.seconds is None and clock.days is None):
        return None
    if clock.seconds is None:
        # Days are longer than any drill.
        return (clock.days or 0) * 1440.0
    return clock.seconds / 60


def told_of(rows: Sequence[Row]) -> tuple[Told, ...]:
    """Injects in the order of their minutes, from rows as they stand."""
    found = [
        Told(place, minute, severity or "", starts or "", meets or "")
        for place, (minute, severity, starts, meets) in enumerate(rows)
    ]
    return tuple(sorted(found, key=lambda one: one.minute))
