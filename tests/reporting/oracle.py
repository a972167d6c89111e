"""When a report is due, walked by hand: an oracle that shares nothing with the engine.

It walks hours and days one by one with ``zoneinfo``, reads a rule from the spec's own record, and
answers a question for one *world*: every fact is answered, and a moment has an instant or has not
happened. What is not known is a set of worlds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

from xlmatrix.model.obligations import Condition, Counted, Obligation

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)


def _dates(*texts: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for text in texts for day in text.split())


#: Holidays of 2026 and 2027 from the laws: of all of Germany, of the federal government of the
#: United States on the days that it keeps them, and of all of Brazil.
HOLIDAYS: Final[Mapping[str, frozenset[date]]] = {
    "DE": _dates(
        "2026-01-01 2026-04-03 2026-04-06 2026-05-01 2026-05-14 2026-05-25 2026-10-03",
        "2026-12-25 2026-12-26",
        "2027-01-01 2027-03-26 2027-03-29 2027-05-01 2027-05-06 2027-05-17 2027-10-03",
        "2027-12-25 2027-12-26",
    ),
    "US": _dates(
        "2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-09-07",
        "2026-10-12 2026-11-11 2026-11-26 2026-12-25",
        "2027-01-01 2027-01-18 2027-02-15 2027-05-31 2027-06-18 2027-07-05 2027-09-06",
        "2027-10-11 2027-11-11 2027-11-25 2027-12-24 2027-12-31",
    ),
    "BR": _dates(
        "2026-01-01 2026-04-03 2026-04-21 2026-05-01 2026-09-07 2026-10-12 2026-11-02",
        "2026-11-15 2026-11-20 2026-12-25",
        "2027-01-01 2027-03-26 2027-04-21 2027-05-01 2027-09-07 2027-10-12 2027-11-02",
        "2027-11-15 2027-11-20 2027-12-25",
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an authority sits: its zone, its holidays, and whether it is sure to keep them."""

    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()
    certain: bool = True

    def works(self, day: date) -> bool:
        """Whether it works on a day, as the law counts."""
        return day.weekday() not in (5, 6) and day not in self.holidays

    def surely_rests(self, day: date) -> bool:
        """Whether it certainly does not."""
        return day.weekday() in (5, 6) or (self.certain and day in self.holidays)

    def there(self, at: datetime) -> datetime:
        """An instant by its clock, without the offset."""
        return at.astimezone(self.zone).replace(tzinfo=None)

    def when(self, day: date, hour: time) -> datetime:
        """The instant of a time of a day by its clock."""
        return datetime.combine(day, hour, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class World:
    """A case in which all is known; a moment that is not there has not happened."""

    answers: Mapping[str, str] = field(default_factory=dict)
    moments: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """When a report is due in a world; ``at_once`` where no time is given."""

    safe: datetime
    law: datetime
    at_once: bool


def true_in(condition: Condition, world: World) -> bool:
    """Whether a condition holds in a world."""
    return all(world.answers[fact] in answers for fact, answers in condition.items())


def due_in(rule: Obligation, world: World, place: Place, now: datetime) -> Found | None:
    """When a report is due in a world, as it looks now; None where it is not."""
    if not (true_in(rule.applies_to, world) and true_in(rule.when, world)):
        return None
    others = [clock for clock in rule.clocks if true_in(clock.when, world)]
    instead = [clock for clock in others if clock.mode == "instead"]
    beside: list[Counted] = [rule, *(clock for clock in others if clock.mode == "also")]
    counting = instead or beside
    ends = []
    for clock in counting:
        start = _begin(clock.after, world, place)
        if start is None or not _binds(rule, place.there(start).date()):
            continue
        safe, law = ends_of(clock, rule.ends, start, place)
        lapses = world.moments.get(getattr(clock, "lapses", None) or "")
        if lapses is None or lapses <= safe or lapses > now:
            ends.append((law, safe, clock, start))
    if not ends:
        return None
    laws = [law for law, *_ in ends]
    wanted = max(laws) if rule.take == "latest" else min(laws)
    law, _, clock, start = ends[laws.index(wanted)]
    safes = [safe for _, safe, *_ in ends]
    safe = max(safes) if rule.take == "latest" else min(safes)
    if true_in(rule.roll_if, world):
        law = moved(law, clock, start, rule.roll, place)
    return Found(safe, law, clock.unit == "immediately")


def _binds(rule: Obligation, day: date) -> bool:
    if rule.force == "bill" or (rule.force == "enacted" and rule.effective is None):
        return False
    late_enough = rule.effective is None or rule.effective <= day
    return late_enough and not (rule.until_date is not None and rule.until_date <= day)


def _begin(after: str, world: World, place: Place) -> datetime | None:
    if after.startswith("end of year: "):
        began = world.moments.get(after.removeprefix("end of year: "))
        if began is None:
            return None
        day = place.there(began).date()
        while (day + DAY).year == day.year:
            day += DAY
        return place.when(day, time(23, 59, 59))
    return world.moments.get(after)


def ends_of(clock: Counted, ends: str, start: datetime, place: Place) -> tuple[datetime, datetime]:
    """The safe end of a clock and the one by law before it moves over days off."""
    left = clock.amount
    if clock.unit in ("immediately", "hours"):
        at = start
        for _ in range(left):
            at += HOUR
        return at, at
    began = place.there(start)
    day = lawful = began.date()
    if clock.unit in ("days", "weeks"):
        for _ in range(left * (7 if clock.unit == "weeks" else 1)):
            day += DAY
        lawful = day
    elif clock.unit == "months":
        while left:
            day += DAY
            anniversary = day.day == began.day
            last = (day + DAY).day == 1 and day.day < began.day
            left -= anniversary or last
        lawful = day
    else:
        for _ in range(left):
            day += DAY
            while place.surely_rests(day):
                day += DAY
            lawful += DAY
            while not place.works(lawful):
                lawful += DAY
    safe, law = place.when(day, began.time()), place.when(lawful, began.time())
    if ends == "day":
        law = place.when(lawful, time(23, 59, 59))
    elif ends != "clock":
        hour = time.fromisoformat(ends)
        safe, law = min(safe, place.when(day, hour)), place.when(lawful, hour)
    return safe, law


def moved(law: datetime, clock: Counted, start: datetime, roll: str, place: Place) -> datetime:
    """The end by law after it has moved over days on which the authority does not work."""
    day = place.there(law).date()
    if roll == "eu-1182-71" and clock.unit not in ("hours", "immediately"):
        while not place.works(day):
            day += DAY
        if clock.unit in ("weeks", "months") or clock.amount >= 2:
            while _working_days(place.there(start).date(), day, place) < 2:
                day += DAY
        return place.when(day, time(23, 59, 59))
    if place.works(day) or roll in ("none", "eu-1182-71"):
        return law
    hour = time(12) if roll == "noon" else place.there(law).time()
    while not place.works(day):
        day += DAY
    return place.when(day, hour)


def _working_days(after: date, until: date, place: Place) -> int:
    count, day = 0, after
    while day < until:
        day += DAY
        count += place.works(day)
    return count


def worlds(
    rule: Obligation,
    answers: Mapping[str, str],
    moments: Mapping[str, datetime | None],
    possible: Mapping[str, tuple[str, ...]],
) -> Iterator[World]:
    """Every world that what is known leaves open.

    ``moments`` are None where it is not known whether or when they were: they may never have been,
    or have been before or after those that are known. ``possible`` are the answers of a fact.
    """
    asked = dict.fromkeys(
        fact
        for condition in rule.conditions
        for fact in condition
        if answers.get(fact, "") in ("", "not known")
    )
    known = {name: at for name, at in moments.items() if at is not None}
    unknown = [name for name, at in moments.items() if at is None]
    around = sorted(known.values()) or [datetime(2026, 6, 1, 12, tzinfo=UTC)]
    times = (None, around[0] - HOUR, around[-1] + 2 * HOUR, around[-1] + 30 * DAY)
    for given in product(*(possible[fact] for fact in asked)):
        for happened in product(times, repeat=len(unknown)):
            then = {name: at for name, at in zip(unknown, happened, strict=True) if at is not None}
            said = dict(zip(asked, given, strict=True))
            yield World({**answers, **said}, {**known, **then})
