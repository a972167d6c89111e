"""The proof walked by hand: half minute for half minute, with nothing of ours but the models.

What it walks is the rule as written: when each step calls, whom that reaches at that instant, and
whether one of the gaps is there. The calendars are walked as well, by a clock of the zone. Data are
in whole minutes, so that the two instants :00 and :30 stand for the second at which a minute begins
and for all the others of it.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.rules.proof.drawing import ALWAYS, Drawn, Hours
from xlmatrix.model.duration import Duration
from xlmatrix.model.ladder import Share
from xlmatrix.model.models import IncidentClass, MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import Target

TICK = 30
#: (person or "", asked and not told alone, contact, role, level, waits for silence, pass)
Reached = tuple[str, bool, str, str | None, int, bool, int]
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
    who: tuple[tuple[str, ...], ...]


class Walk:
    """The clock of one matrix, walked once; then incidents are followed one by one."""

    def __init__(self, given: Drawn) -> None:
        self.given, self.spec = given, given.spec
        self.zone = ZoneInfo(self.spec.zone)
        first, last = self.spec.horizon.start, self.spec.horizon.end
        begin = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=16)
        self.begin_s = int(begin.timestamp())
        ticks = ((last - first).days + 21) * 86_400 // TICK
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
        self.low = self.first(datetime(first.year, first.month, first.day))
        after = last + timedelta(days=1)
        self.high = self.first(datetime(after.year, after.month, after.day))
        self.open = {key: self._opens(key, hours) for key, hours in given.calendars.items()}
        self.done = {key: _sums(opens) for key, opens in self.open.items()}
        self.ends = {key: self._end(opens) for key, opens in self.open.items()}
        self.layers = {place: self._weekly(hours) for place, hours in given.layers.items()}
        self.hours = {name: self._weekly(hours) for name, hours in given.people.items()}
        self.held: dict[tuple[str, str], list[str]] = {}
        business = self.spec.scope.on_call == "business-hours"
        closing = [self.open[key] for key, hours in given.calendars.items() if hours != ALWAYS]
        self.staffed = (
            [any(t) for t in zip(*closing, strict=True)] if business and closing else None
        )

    def first(self, wall: datetime) -> int:
        """The first tick at which the clock shows a time or later."""
        return bisect_left(self.shown, wall)

    def instant(self, tick: int) -> int:
        """A tick in epoch seconds."""
        return self.begin_s + TICK * tick

    def _weekly(self, hours: Hours, closed: frozenset[date] = frozenset()) -> list[bool]:
        opens = [False] * len(self.local)
        day, last = self.spec.horizon.start - timedelta(days=1), self.spec.horizon.end
        while day <= last:
            for begin, end in hours.shifts if day.weekday() in hours.days else ():
                midnight = datetime(day.year, day.month, day.day)
                span = [midnight + timedelta(minutes=minute) for minute in (begin, end)]
                for tick in range(max(self.first(span[0]), self.low), self.first(span[1])):
                    opens[tick] = True
            day += timedelta(days=1)
        for day in closed:
            midnight = datetime(day.year, day.month, day.day)
            for tick in range(self.first(midnight), self.first(midnight + timedelta(days=1))):
                opens[tick] = False
        return opens

    def _opens(self, key: str, hours: Hours) -> list[bool]:
        return self._weekly(hours, frozenset(self.spec.calendar(key).holidays.dates))

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
        at = (int(wall.replace(tzinfo=self.zone).timestamp()) - self.begin_s) // TICK
        return at if at <= self.high else None

    def holder(self, role_id: str, contact: str, tick: int) -> str:
        """Who is called for a role at an instant."""
        if (role_id, contact) not in self.held:
            pairs = [self._pair(role_id, one) for one in range(len(self.local))]
            self.held[role_id, "backup"] = [backup for _, backup in pairs]
            self.held[role_id, "primary"] = [primary or backup for primary, backup in pairs]
        return self.held[role_id, contact][min(max(tick, self.low), self.high - 1)]

    def _pair(self, role_id: str, tick: int) -> tuple[str, str]:
        role = self.spec.role(role_id)
        rotations = [(n, one) for n, one in enumerate(self.spec.on_call) if one.role == role_id]
        if not rotations:
            return role.primary, role.backup or ""
        if not self.low <= tick < self.high:
            return "", ""
        for place, rotation in rotations:
            hours, minutes = map(int, rotation.handover.split(":"))
            begin = datetime(*rotation.start.timetuple()[:3], hours, minutes)
            step = timedelta(days=1 if str(rotation.every) == "daily" else 7)
            if self.shown[tick] < begin:
                continue
            opens = self.layers.get(place)
            if rotation.calendar is not None:
                opens = self.open[rotation.calendar]
            if opens is not None and not opens[tick]:
                continue
            turn = (self.shown[tick] - begin) // step
            people = rotation.people
            now, following = people[turn % len(people)], people[(turn + 1) % len(people)]
            own = role.backup or ""
            backup = following if rotation.backup == "next" and following != now else own
            return now, "" if backup == now else backup
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

    calls: tuple[tuple[int, tuple[Reached, ...]], ...]
    response: str
    end: int | None


def plan(spec: MatrixSpec, severity: Severity, kind: IncidentClass | None) -> Plan:
    """Read the ladder; a seat's person is not known yet, a team's members are."""
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
    by_instant: dict[int, list[tuple[int, int, Reached]]] = {}
    ends = []
    for row, (at, step) in enumerate(steps):
        for turn in range(step.repeat + 1):
            ends.append(at + turn * length)
            if step.families and (kind is None or kind.family not in step.families):
                continue
            role = owners[step.owner] if step.owner else step.role
            asked, silent = not step.inform, step.on == "silence"
            group = by_instant.setdefault(at + turn * length, [])
            if step.team:
                for member in spec.team(step.team).members:
                    seat = (member, asked, "team", None, step.level, silent, turn)
                    group.append((turn, row, seat))
            for contact in ("primary", "backup"):
                if not step.team and step.contact in (contact, "both"):
                    group.append((turn, row, ("", asked, contact, role, step.level, silent, turn)))
    for row, rule in enumerate(spec.always_add, start=len(steps)):
        at = distinct[0] if rule.after is None else rule.after.seconds or 0
        ends.append(at)
        if kind is not None and any(kind.id.startswith(f"{one}-") for one in rule.prefix):
            level = severity.ladder[0].level
            seat = ("", True, "primary", rule.role, level, False, 0)
            by_instant.setdefault(at, []).append((0, row, seat))
    calls = tuple(
        (at, tuple(seat for *_, seat in sorted(group, key=lambda one: one[:2])))
        for at, group in sorted(by_instant.items())
        if group
    )
    return Plan(calls, owners["response"], max(ends) + wait)


def follow(walk: Walk, severity: Severity, plan: Plan, opened: int) -> Said:
    """Follow one incident that nobody answers."""
    spec, key = walk.spec, severity.calendar
    gaps: set[str] = set()
    made: list[tuple[int | None, list[Reached]]] = []
    for seconds, seats in plan.calls:
        at = walk.call(key, opened, seconds)
        named = [
            seat
            if seat[3] is None or at is None
            else (walk.holder(seat[3], seat[2], at), *seat[1:])
            for seat in seats
        ]
        made.append((at, named))
    asking = [(at, [s for s in seats if s[1]]) for at, seats in made]
    asking = [(at, seats) for at, seats in asking if seats]
    if not asking or any(at is not None and not any(s[0] for s in seats) for at, seats in asking):
        gaps.add("proof-nobody")
    due = walk.due(severity, severity.targets.first_response, opened)
    resolve = walk.due(severity, severity.targets.resolve, opened)
    if due is not None and not _owner_called(walk, plan, made, due):
        gaps.add("proof-owner-late")
    for (before, first), (after, second) in zip(asking, asking[1:], strict=False):
        firsts = {seat[0] for seat in first if seat[2] == "primary"} - {""}
        if (
            before is not None
            and after is not None
            and any(seat[2] == "backup" and seat[0] in firsts for seat in second)
        ):
            gaps.add("proof-same-person")
    for at, seats in asking:
        for person, _, _, role, level, silent, turn in seats:
            if at is not None and person and not walk.there(person, at, role):
                gaps.add("proof-outside-hours")
            if turn == 0 and resolve is not None and (at is None or at >= resolve):
                gaps.add("proof-late-step")
            if turn == 0 and level == 1 and silent and due is not None and (at is None or at > due):
                gaps.add("proof-late-step")
    executive = next((role.id for role in spec.roles if role.id == "executive"), None)
    end = None if plan.end is None else walk.call(key, opened, plan.end)
    if end is not None and (resolve is None or end < resolve):
        if executive is None or not walk.holder(executive, "primary", end):
            gaps.add("proof-exhausted")
    if severity is spec.severities[0] and all(at is not None for at, _ in made):
        reached = executive is not None and any(
            at is not None and seat[0] and seat[0] == walk.holder(executive, "primary", at)
            for at, seats in made
            for seat in seats
        )
        if not reached:
            gaps.add("proof-no-sponsor")
    ranks = [asking[place] if place < len(asking) else (None, []) for place in (0, 1)]
    ranks.append(asking[-1] if asking else (None, []))
    who = tuple(
        tuple(dict.fromkeys(seat[0] for seat in seats if seat[0])) if at is not None else ()
        for at, seats in ranks
    )
    return Said(frozenset(gaps), who)


def _owner_called(
    walk: Walk, plan: Plan, made: list[tuple[int | None, list[Reached]]], due: int
) -> bool:
    before: tuple[int | None, bool] = (None, False)
    for at, seats in made:
        if at is None:
            # Its people are known only at its own instant, which never comes.
            before = (at, False)
            continue
        owner = walk.holder(plan.response, "primary", at)
        called = before[0] if before[1] and before[0] is not None else at
        if owner and called <= due and any(seat[0] == owner and seat[1] for seat in seats):
            return True
        before = (at, not any(seat[0] for seat in seats))
    return False
