"""Rotas drawn at random, and a person who walks through them by the zones' own clocks.

The walk is written from the rule's words: it looks at every step of five minutes, knows nothing of
turns or intervals, and asks ``zoneinfo`` what the clocks show. All times of a drawn rota stand on
that grid, so nothing happens between two steps.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from xlmatrix.model.models import MatrixSpec

PEOPLE = ("Ada", "Bo", "Cy", "Di", "Eve", "Fay")
STEP = timedelta(minutes=5)
_ZONES = ("Europe/Berlin", "Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "UTC")
#: Weekly hours as text, and the same as shifts: weekdays, opening and close in minutes.
HOURS: dict[str, tuple[tuple[frozenset[int], int, int], ...]] = {
    "Mon-Fri 09:00-19:00": ((frozenset(range(5)), 540, 1140),),
    "Mon-Thu 19:00-08:00; Sat 10:00-24:00": (
        (frozenset(range(4)), 1140, 1920),
        (frozenset({5}), 600, 1440),
    ),
    "Mon-Sun 22:00-06:30": ((frozenset(range(7)), 1320, 1830),),
    "Sat-Sun 00:00-24:00": ((frozenset({5, 6}), 0, 1440),),
    "Tue 01:30-02:30; Sun 01:30-03:30": (
        (frozenset({1}), 90, 150),
        (frozenset({6}), 90, 210),
    ),
}
_EVERY = {
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "12 h": timedelta(hours=12),
    "8 h": timedelta(hours=8),
    "5 h": timedelta(hours=5),
    "3 days": timedelta(days=3),
    "2 weeks": timedelta(days=14),
    "incident": None,
}


_CELLS = (("primary",), ("backup",), ("primary", "backup"))


@dataclass(frozen=True)
class Drawn:
    """A random rota: the spec as plain data."""

    data: dict[str, Any]

    @cached_property
    def spec(self) -> MatrixSpec:
        return MatrixSpec.model_validate(self.data)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.data["zone"])


def drawn(seed: int) -> Drawn:
    """Layers, overrides and leave around a change of the clocks, the same for a seed."""
    pick = random.Random(seed)
    zone = pick.choice(_ZONES)
    first = pick.choice(
        [date(2026, 3, 6), date(2026, 3, 27), date(2026, 10, 2), date(2026, 10, 23)]
    )
    last = first + timedelta(days=pick.choice([4, 9]))

    def stamp(edge: date = first) -> datetime:
        hours = [0, 90, 120, 150, 540, 720, 1140, pick.randrange(288) * 5]
        length = (last - first).days
        day = edge + timedelta(days=pick.randrange(-1, length + 2))
        return datetime.combine(day, time()) + timedelta(minutes=pick.choice(hours))

    def stretch() -> dict[str, Any]:
        begins = stamp()
        length = pick.choice([5, 30, 60, 300, 1440, 4000, 10_000])
        return {"from": begins, "to": begins + timedelta(minutes=length)}

    def layer() -> dict[str, Any]:
        made: dict[str, Any] = {
            "role": "oncall",
            "people": pick.sample(PEOPLE, pick.randrange(1, 5)),
            "start": first + timedelta(days=pick.randrange(-20, 3)),
            "handover": pick.choice(["00:00", "02:30", "09:00", "19:00", "22:00"]),
            "every": pick.choice(list(_EVERY)),
            "backup": pick.choice(["next", "next", "role"]),
        }
        if pick.random() < 0.7:
            made["hours"] = pick.choice(list(HOURS))
        if pick.random() < 0.4:
            made["zone"] = pick.choice(_ZONES)
        return made

    overrides = [
        stretch()
        | {"role": pick.choice(["oncall", "oncall", "lead"])}
        | dict(zip(pick.choice(_CELLS), pick.sample(PEOPLE, 2), strict=False))
        for _ in range(pick.choice([0, 1, 2, 4]))
    ]
    leave = [stretch() | {"person": pick.choice(PEOPLE)} for _ in range(pick.choice([0, 1, 3]))]
    lead = {"id": "lead", "name": "Lead", "primary": "Cy", "backup": pick.choice(["Di", None])}
    return Drawn(
        {
            "xlmatrix": 2,
            "title": "Rota",
            "organisation": "Test",
            "zone": zone,
            "horizon": {"start": first, "end": last},
            "policy": {"effective": first},
            "calendars": [{"id": "always", "name": "Around the clock", "hours": "24x7"}],
            "owners": {"response": "oncall", "quality": "lead", "communications": "lead"},
            "roles": [
                {"id": "oncall", "name": "On-call", "primary": "Ada", "backup": "Bo"},
                lead,
            ],
            "people": [{"name": n, "email": f"{n}@example.com", "phone": "1"} for n in PEOPLE],
            "on_call": [layer() for _ in range(pick.randrange(1, 4))],
            "overrides": overrides,
            "leave": leave,
            "severities": [
                {
                    "id": "SEV-1",
                    "name": "Critical",
                    "definition": "Bad",
                    "calendar": "always",
                    "targets": {
                        "acknowledge": "5 min",
                        "first_response": "10 min",
                        "resolve": "1 h",
                    },
                    "ladder": [{"level": 1, "after": "0 min", "role": "oncall"}],
                }
            ],
            "classes": [{"id": "A-1", "name": "A", "definition": "B", "severity": "SEV-1"}],
        }
    )


@dataclass
class _Watch:
    """One layer as somebody on it sees it: its clock, its turn, whether it is on duty."""

    given: dict[str, Any]
    zone: ZoneInfo
    #: The latest time that the clock has shown; it does not go back with the clock.
    shown: datetime = datetime.min
    duty: bool = False

    @property
    def begins(self) -> datetime:
        hour, minute = map(int, self.given["handover"].split(":"))
        return datetime.combine(self.given["start"], time(hour, minute))

    @property
    def by_worked_days(self) -> bool:
        every = _EVERY[self.given["every"]]
        return "hours" in self.given and self.given["every"] in ("daily", "3 days") and bool(every)

    def look(self, at: datetime) -> None:
        self.shown = max(self.shown, at.astimezone(self.zone).replace(tzinfo=None))
        self.duty = self.shown >= self.begins and self.is_open()

    def is_open(self) -> bool:
        if "hours" not in self.given:
            return True
        for back in (0, 1):
            day = self.shown.date() - timedelta(days=back)
            minute = (self.shown - datetime.combine(day, time())) // timedelta(minutes=1)
            for weekdays, opens, closes in HOURS[self.given["hours"]]:
                if day.weekday() in weekdays and opens <= minute < closes:
                    return True
        return False


def walk(rota: Drawn) -> Iterator[tuple[datetime, dict[str, list[tuple[str, str]]]]]:
    """Every step of the horizon: primary and backup of each role, for incidents 0 to 11."""
    data, zone = rota.data, rota.zone
    low, high = (
        datetime.combine(day, time(), zone).astimezone(UTC)
        for day in (data["horizon"]["start"], data["horizon"]["end"] + timedelta(days=1))
    )
    begin = low - timedelta(days=23)
    steps = [begin + n * STEP for n in range((high + timedelta(days=5) - begin) // STEP)]
    turns = [_turns(one, ZoneInfo(one.get("zone", data["zone"])), steps) for one in data["on_call"]]
    overrides = _overrides(rota, low, high)
    leaves = [(one["person"], *_stretch(one, zone)) for one in data["leave"]]
    for place, at in enumerate(steps):
        if not low <= at < high:
            continue
        away = {person for person, start, end in leaves if start <= at < end}
        now = [number[place] for number in turns]
        found = {
            "oncall": [_held(rota, now, away, number) for number in range(12)],
            "lead": [_named(rota, away)] * 12,
        }
        for one, start, end in overrides:
            if start <= at < end:
                found[one["role"]] = [
                    (one.get("primary", a), one.get("backup", b)) for a, b in found[one["role"]]
                ]
        yield at, found


def _turns(given: dict[str, Any], zone: ZoneInfo, steps: list[datetime]) -> list[int | None]:
    """The number of the turn at every step; None while the layer is off duty."""
    watch = _Watch(given, zone)
    every = _EVERY[given["every"]]
    duty, span = [], []
    number, following = -1, watch.begins
    length = timedelta(days=1) if watch.by_worked_days else every
    for at in steps:
        watch.look(at)
        while watch.shown >= following:
            number += 1
            following = following + length if length else datetime.max
        duty.append(watch.duty)
        span.append(number)
    if not watch.by_worked_days:
        return [n if on else None for n, on in zip(span, duty, strict=True)]
    worked = {n for n, on in zip(span, duty, strict=True) if on}
    order = {n: place for place, n in enumerate(sorted(worked))}
    per = 1 if given["every"] == "daily" else 3
    return [order[n] // per if on else None for n, on in zip(span, duty, strict=True)]


def _held(rota: Drawn, now: list[int | None], away: set[str], incident: int) -> tuple[str, str]:
    """Of the layers on duty the first that has somebody: the next two who are not away."""
    own = rota.data["roles"][0]["backup"]
    for given, number in zip(rota.data["on_call"], now, strict=True):
        if number is None or not set(given["people"]) - away:
            continue
        turn = incident if given["every"] == "incident" else number
        people = given["people"]
        queue = [people[(turn + ahead) % len(people)] for ahead in range(len(people))]
        here = [person for person in queue if person not in away]
        primary = here[0]
        backup = here[1] if len(here) > 1 and given["backup"] == "next" else own
        return primary, "" if backup in away or backup == primary else backup
    return "", ""


def _named(rota: Drawn, away: set[str]) -> tuple[str, str]:
    role = rota.data["roles"][1]
    backup = role["backup"] or ""
    if role["primary"] in away:
        return ("" if backup in away else backup), ""
    return role["primary"], "" if backup in away else backup


def _stretch(one: dict[str, Any], zone: ZoneInfo) -> tuple[datetime, datetime]:
    begins, ends = (one[edge].replace(tzinfo=zone).astimezone(UTC) for edge in ("from", "to"))
    return begins, ends


def _overrides(
    rota: Drawn, low: datetime, high: datetime
) -> list[tuple[dict[str, Any], datetime, datetime]]:
    """Those that count: not ended when they begin, inside, and not over one listed above."""
    good: list[tuple[dict[str, Any], datetime, datetime]] = []
    effective = []
    for one in rota.data["overrides"]:
        start, end = _stretch(one, rota.zone)
        if end <= start or end <= low or start >= high:
            continue
        clash = any(o["role"] == one["role"] and s < end and e > start for o, s, e in good)
        good.append((one, start, end))
        if not clash:
            effective.append((one, start, end))
    return effective
