"""The proof walked by hand: half minute for half minute, with nothing of ours but the models.

What it walks is the rule as written: when each step calls, whom that reaches at that instant, and
whether one of the gaps is there. The calendars are walked as well, by a clock of the zone. Data are
in whole minutes, so that the two instants :00 and :30 stand for the second at which a minute begins
and for all the others of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import lcm
from zoneinfo import ZoneInfo

from tests.rules.proof.drawing import ALWAYS, Drawn, Hours
from xlmatrix.model.duration import Duration
from xlmatrix.model.ladder import Share, Step
from xlmatrix.model.models import IncidentClass, MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import Target

TICK = 30


@dataclass(frozen=True)
class Seat:
    """Somebody whom a step calls, or who is told alone."""

    person: str
    asked: bool
    contact: str
    role: str | None
    turn: int


CODES = (
    "proof-nobody",
    "proof-owner-late",
    "proof-same-person",
    "proof-outside-hours",
    "proof-late-step",
    "proof-exhausted",
    "proof-no-sponsor",
)


@dataclass(frozen=True)
class Said:
    """What a walk says of one incident: the gaps it meets, who is called first, second, last."""

    gaps: frozenset[str]
    who: tuple[frozenset[str], ...]


class Clock:
    """What the clock of a zone shows at each tick."""

    def __init__(self, zone: str, begin_s: int, ticks: int) -> None:
        self.zone = ZoneInfo(zone)
        begin = datetime.fromtimestamp(begin_s, UTC)
        self.local = [
            (begin + timedelta(seconds=TICK * n)).astimezone(self.zone).replace(tzinfo=None)
            for n in range(ticks)
        ]
        # The clock may go back: what counts is when it shows a time for the first time.
        self.shown: list[datetime] = []
        latest = datetime.min
        for wall in self.local:
            latest = max(latest, wall)
            self.shown.append(latest)

    def first(self, wall: datetime) -> int:
        """The first tick at which the clock shows a time or later."""
        return bisect_left(self.shown, wall)

    def weekly(self, hours: Hours, first: date, last: date) -> list[bool]:
        """Whether one works, by the shifts that begin on some dates."""
        opens = [False] * len(self.local)
        day = first
        while day <= last:
            for begin, end in hours.shifts if day.weekday() in hours.days else ():
                span = [_midnight(day) + timedelta(minutes=minute) for minute in (begin, end)]
                for tick in range(self.first(span[0]), self.first(span[1])):
                    opens[tick] = True
            day += timedelta(days=1)
        return opens


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


class Walk:
    """The clock of one matrix, walked once; then incidents are followed one by one."""

    def __init__(self, given: Drawn) -> None:
        self.given, self.spec = given, given.spec
        first, last = self.spec.horizon.start, self.spec.horizon.end
        begin = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=16)
        self.begin_s, self.ticks = (
            int(begin.timestamp()),
            ((last - first).days + 22) * 86_400 // TICK,
        )
        self.clocks: dict[str, Clock] = {}
        self.clock = self.clock_of(self.spec.zone)
        self.local = self.clock.local
        self.low = self.clock.first(_midnight(first))
        self.high = self.clock.first(_midnight(last + timedelta(days=1)))
        self.open = {key: self._opens(key, first, last) for key in given.calendars}
        self.done = {key: _sums(opens) for key, opens in self.open.items()}
        self.ends = {key: self._end(opens) for key, opens in self.open.items()}
        self.turns = [self._turns(place) for place in range(len(self.spec.on_call))]
        wide = (first - timedelta(days=1), last + timedelta(days=1))
        self.hours = {
            one.name: self.clock_of(one.zone or self.spec.zone).weekly(
                given.people[one.name], *wide
            )
            for one in self.spec.people
            if one.name in given.people
        }
        self.away = [(one.person, *self._stretch(one.begins, one.ends)) for one in self.spec.leave]
        self.over = [(one, *self._stretch(one.begins, one.ends)) for one in self.spec.overrides]
        self.held: dict[tuple[str, str, int], list[str]] = {}
        business = self.spec.scope.on_call == "business-hours"
        closing = [self.open[key] for key, hours in given.calendars.items() if hours != ALWAYS]
        self.staffed = (
            [any(t) for t in zip(*closing, strict=True)] if business and closing else None
        )
        pools = [len(one.people) for one in self.spec.on_call if str(one.every) == "incident"]
        self.numbers = range(lcm(*pools))

    def clock_of(self, zone: str) -> Clock:
        """The clock of a zone."""
        if zone not in self.clocks:
            self.clocks[zone] = Clock(zone, self.begin_s, self.ticks)
        return self.clocks[zone]

    def instant(self, tick: int) -> int:
        """A tick in epoch seconds."""
        return self.begin_s + TICK * tick

    def _stretch(self, begins: datetime, ends: datetime) -> tuple[int, int]:
        found = [int(one.replace(tzinfo=self.clock.zone).timestamp()) for one in (begins, ends)]
        return (found[0] - self.begin_s) // TICK, (found[1] - self.begin_s) // TICK

    def _opens(self, key: str, first: date, last: date, *, whole: bool = False) -> list[bool]:
        """When a calendar is open; in its horizon, or as far as ticks go."""
        days = (
            (self.local[0].date(), last + timedelta(days=2))
            if whole
            else (
                first - timedelta(days=1),
                last,
            )
        )
        opens = self.clock.weekly(self.given.calendars[key], *days)
        if not whole:
            opens[: self.low] = [False] * self.low
        for day in self.spec.calendar(key).holidays.dates:
            span = (
                self.clock.first(_midnight(day)),
                self.clock.first(_midnight(day + timedelta(days=1))),
            )
            opens[slice(*span)] = [False] * (span[1] - span[0])
        return opens

    def _turns(self, place: int) -> list[int]:
        """The number of a rotation's turn at each tick; -1 before it begins and off duty."""
        rotation = self.spec.on_call[place]
        clock = self.clock_of(rotation.zone or self.spec.zone)
        first, last = self.spec.horizon.start, self.spec.horizon.end
        opens = [True] * self.ticks
        if rotation.calendar is not None:
            opens = self._opens(rotation.calendar, first, last, whole=True)
        elif place in self.given.layers:
            days = (self.local[0].date(), last + timedelta(days=2))
            opens = clock.weekly(self.given.layers[place], *days)
        hours, minutes = map(int, rotation.handover.split(":"))
        begin = _midnight(rotation.start) + timedelta(hours=hours, minutes=minutes)
        every = str(rotation.every)
        limited = rotation.calendar is not None or place in self.given.layers
        worked = limited and every in ("daily", "2 days")
        step = {"weekly": 7 * 24, "12 h": 12, "7 h": 7, "2 days": 24 if worked else 48}.get(
            every, 24
        )
        numbers = [
            -1 if wall < begin else (wall - begin) // timedelta(hours=step) for wall in clock.shown
        ]
        if every == "incident":
            numbers = [min(number, 0) for number in numbers]
        if worked:
            days_worked = sorted({n for n, here in zip(numbers, opens, strict=True) if here} - {-1})
            rank = {n: at // (2 if every == "2 days" else 1) for at, n in enumerate(days_worked)}
            numbers = [rank.get(number, -1) for number in numbers]
        return [number if here else -1 for number, here in zip(numbers, opens, strict=True)]

    def _end(self, opens: list[bool]) -> int:
        last = max((tick for tick, here in enumerate(opens) if here), default=0) + 1
        return max(self.high, last)

    def call(self, key: str, opened: int, seconds: int) -> int | None:
        """When so many seconds have been worked since an opening; None beyond the calendar."""
        done = self.done[key]
        if seconds:
            at = bisect_left(done, done[opened] + seconds // TICK)
        else:
            at = bisect_left(done, done[opened] + 1) - 1
        return (
            at
            if at <= self.ends[key] and (seconds or self.open[key][at : at + 1] == [True])
            else None
        )

    def due(self, severity: Severity, target: Target, opened: int) -> int | None:
        """When a target is due; None beyond the horizon."""
        if target.within.days is None:
            return self.call(severity.calendar_of(target), opened, target.within.seconds or 0)
        wall = self.local[opened] + timedelta(days=target.within.days)
        at = (int(wall.replace(tzinfo=self.clock.zone).timestamp()) - self.begin_s) // TICK
        return at if at <= self.high else None

    def holder(self, role_id: str, contact: str, tick: int, number: int) -> str:
        """Who is called for a role at an instant, for an incident of a number."""
        if (role_id, contact, number) not in self.held:
            pairs = [self._pair(role_id, one, number) for one in range(self.high)]
            self.held[role_id, "backup", number] = [backup for _, backup in pairs]
            self.held[role_id, "primary", number] = [first or second for first, second in pairs]
        return self.held[role_id, contact, number][min(max(tick, self.low), self.high - 1)]

    def _pair(self, role_id: str, tick: int, number: int) -> tuple[str, str]:
        if tick < self.low:
            return "", ""
        primary, backup = self._planned(role_id, tick, number)
        for one, begin, end in self.over:
            if one.role == role_id and begin <= tick < end:
                primary = one.primary or primary
                backup = one.backup or backup
        return primary, backup

    def _planned(self, role_id: str, tick: int, number: int) -> tuple[str, str]:
        role = self.spec.role(role_id)
        away = {person for person, begin, end in self.away if begin <= tick < end}
        own = "" if role.backup is None or role.backup in away else role.backup
        if not any(one.role == role_id for one in self.spec.on_call):
            return (own, "") if role.primary in away else (role.primary, own)
        for place, rotation in enumerate(self.spec.on_call):
            turn = self.turns[place][tick]
            if rotation.role != role_id or turn < 0:
                continue
            if str(rotation.every) == "incident":
                turn = number
            at = turn % len(rotation.people)
            order = [*rotation.people[at:], *rotation.people[:at]]
            here = [person for person in order if person not in away]
            if not here:
                continue
            backup = here[1] if len(here) > 1 and rotation.backup == "next" else own
            return here[0], "" if backup == here[0] else backup
        return "", ""

    def there(self, person: str, tick: int, role: str | None) -> bool:
        """Whether a person is called within their hours."""
        if person in self.hours:
            return _until_its_end(self.hours[person], tick)
        rotates = role is not None and any(one.role == role for one in self.spec.on_call)
        return self.staffed is None or rotates or _until_its_end(self.staffed, tick)


def _until_its_end(opens: list[bool], tick: int) -> bool:
    return opens[tick] or opens[tick - 1]


def _sums(opens: list[bool]) -> list[int]:
    found = [0]
    for here in opens:
        found.append(found[-1] + here)
    return found


def _seconds(severity: Severity, after: Duration | Share) -> int | None:
    if isinstance(after, Duration):
        return after.seconds
    target = severity.targets.get(after.target)
    assert target is not None
    if target.within.seconds is None or (target.calendar or severity.calendar) != severity.calendar:
        return None
    return target.within.seconds * after.percent // 100


@dataclass(frozen=True)
class Plan:
    """The ladder of one class at one severity: (seconds, seats), the response role, the end."""

    calls: tuple[tuple[int, tuple[Seat, ...]], ...]
    response: str
    end: int | None


def plan(spec: MatrixSpec, severity: Severity, kind: IncidentClass | None) -> Plan:
    """Read the ladder; the person of a role's seat is not known yet, a team's members are."""
    owners = {
        function: (kind and getattr(kind.owners, function))
        or getattr(severity.owners, function)
        or getattr(spec.owners, function)
        for function in ("response", "quality", "communications")
    }
    steps = [(at, s) for s in severity.ladder if (at := _seconds(severity, s.after)) is not None]
    if not steps:
        return Plan((), owners["response"], None)
    distinct = sorted({at for at, _ in steps})
    wait = distinct[-1] - distinct[-2] if len(distinct) > 1 else 1800
    if severity.repeat_after is not None:
        wait = severity.repeat_after.seconds or 0
    length = distinct[-1] + wait
    # Order within an instant: by pass, then by row, rules that always add behind all rows.
    found: list[tuple[int, int, int, list[Seat]]] = []
    ends = []
    for row, (at, step) in enumerate(steps):
        for turn in range(step.repeat + 1):
            ends.append(at + turn * length)
            if not step.families or (kind is not None and kind.family in step.families):
                found.append((ends[-1], turn, row, _seats(spec, step, owners, turn)))
    for row, rule in enumerate(spec.always_add, start=len(steps)):
        ends.append(distinct[0] if rule.after is None else rule.after.seconds or 0)
        if kind is not None and any(kind.id.startswith(f"{one}-") for one in rule.prefix):
            seat = Seat("", True, "primary", rule.role, 0)
            found.append((ends[-1], 0, row, [seat]))
    found.sort(key=lambda one: one[:3])
    calls: dict[int, tuple[Seat, ...]] = {}
    for at, _, _, seats in found:
        calls[at] = (*calls.get(at, ()), *seats)
    return Plan(tuple(calls.items()), owners["response"], max(ends) + wait)


def _seats(spec: MatrixSpec, step: Step, owners: Mapping[str, str], turn: int) -> list[Seat]:
    asked = not step.inform
    if step.team:
        return [Seat(member, asked, "team", None, turn) for member in spec.team(step.team).members]
    role = owners[step.owner] if step.owner else step.role
    return [
        Seat("", asked, contact, role, turn)
        for contact in ("primary", "backup")
        if step.contact in (contact, "both")
    ]


#: Somebody who is called ("" where that is nobody), and the seat.
Reached = tuple[str, Seat]
#: A call as it happens: when, None beyond the calendar, and whom it reaches.
Made = tuple[int | None, list[Reached]]


class Follower:
    """Follows incidents of one class at one severity that nobody answers."""

    def __init__(self, walk: Walk, severity: Severity, kind: IncidentClass | None) -> None:
        self.walk, self.severity = walk, severity
        self.plan = plan(walk.spec, severity, kind)
        roles = (role.id for role in walk.spec.roles if role.id == "executive")
        self.sponsor = next(roles, None)
        self.known: dict[tuple[int | None, ...], Said] = {}

    def follow(self, opened: int) -> Said:
        """What incidents of any number meet, opened at a tick."""
        targets = self.severity.targets
        due = self.walk.due(self.severity, targets.first_response, opened)
        resolve = self.walk.due(self.severity, targets.resolve, opened)
        ack = self.walk.due(self.severity, targets.acknowledge, opened)
        # While the calendar is closed nothing moves: all who open then are alike.
        alike = (self.walk.done[self.severity.calendar][opened], ack, due, resolve)
        if alike not in self.known:
            said = [self._one(opened, (ack, due, resolve), number) for number in self.walk.numbers]
            who = [frozenset(p for one in said for p in one.who[rank]) for rank in range(3)]
            gaps = frozenset(code for one in said for code in one.gaps)
            self.known[alike] = Said(gaps, tuple(who))
        return self.known[alike]

    def _calls(self, opened: int, number: int) -> list[Made]:
        made: list[Made] = []
        for seconds, seats in self.plan.calls:
            at = self.walk.call(self.severity.calendar, opened, seconds)
            reached = [
                (self.walk.holder(seat.role, seat.contact, at, number), seat)
                if seat.role is not None and at is not None
                else (seat.person, seat)
                for seat in seats
            ]
            made.append((at, reached))
        return made

    def _one(self, opened: int, dues: tuple[int | None, ...], number: int) -> Said:
        _, due, resolve = dues

        def held(role: str | None, at: int) -> str:
            return self.walk.holder(role, "primary", at, number) if role else ""

        made = self._calls(opened, number)
        asking = [(at, [one for one in reached if one[1].asked]) for at, reached in made]
        asking = [(at, reached) for at, reached in asking if reached]
        met = {
            "proof-nobody": not asking or any(at is not None and _nobody(r) for at, r in asking),
            "proof-owner-late": due is not None and not self._owner_called(held, made, due),
            "proof-same-person": any(_same(one, other) for one, other in pairwise(asking)),
            "proof-outside-hours": any(
                at is not None and person and not self.walk.there(person, at, seat.role)
                for at, reached in asking
                for person, seat in reached
            ),
            "proof-late-step": _late(asking, *dues),
            "proof-exhausted": self._alone(held, opened, resolve),
            "proof-no-sponsor": self._never_told(held, made),
        }
        ranks = [asking[place] if place < len(asking) else (None, []) for place in (0, 1)]
        ranks.append(asking[-1] if asking else (None, []))
        who = tuple(
            frozenset(p for p, _ in reached if p and at is not None) for at, reached in ranks
        )
        return Said(frozenset(code for code, yes in met.items() if yes), who)

    def _alone(
        self, held: Callable[[str | None, int], str], opened: int, resolve: int | None
    ) -> bool:
        """Whether the ladder ends before resolve is due, and nobody is named."""
        if self.plan.end is None:
            return False
        end = self.walk.call(self.severity.calendar, opened, self.plan.end)
        in_time = end is not None and (resolve is None or end < resolve)
        return in_time and end is not None and not held(self.sponsor, end)

    def _never_told(self, held: Callable[[str | None, int], str], made: list[Made]) -> bool:
        """Whether the worst severity reaches no sponsor."""
        if self.severity is not self.walk.spec.severities[0]:
            return False
        if any(at is None for at, _ in made):
            return False
        return not any(
            at is not None and person and person == held(self.sponsor, at)
            for at, reached in made
            for person, _ in reached
        )

    def _owner_called(
        self, held: Callable[[str | None, int], str], made: list[Made], due: int
    ) -> bool:
        # When the call before found nobody: then this one's people are called at that instant.
        passed: int | None = None
        for at, reached in made:
            if at is None:
                passed = None
                continue
            owner = held(self.plan.response, at)
            called = at if passed is None else passed
            if owner and called <= due and any(p == owner and seat.asked for p, seat in reached):
                return True
            passed = at if _nobody(reached) else None
        return False


def _nobody(reached: list[Reached]) -> bool:
    return not any(person for person, _ in reached)


def _same(one: Made, other: Made) -> bool:
    """Whether who was called as primary is called next, as backup."""
    if one[0] is None or other[0] is None:
        return False
    firsts = {person for person, seat in one[1] if seat.contact == "primary" and person}
    return any(seat.contact == "backup" and person in firsts for person, seat in other[1])


def _late(asking: list[Made], ack: int | None, due: int | None, resolve: int | None) -> bool:
    """Whether a call of the first pass saves nothing any more."""
    calls = [at for at, reached in asking if any(seat.turn == 0 for _, seat in reached)]

    def reaches(at: int | None, bound: int | None) -> bool:
        return bound is not None and (at is None or at >= bound)

    if calls and (reaches(calls[0], ack) or reaches(calls[0], due)):
        return True
    if len(calls) > 1 and due is not None and reaches(calls[1], due + 1):
        return True
    return any(reaches(at, resolve) for at in calls)
