"""Somebody who sits beside an incident from minute to minute and calls whoever must be called.

Written from the rule's words over a spec as plain data: it knows clocks, the people of a rota as
:mod:`tests.rotas` walks it, and what was noted of an incident. Nothing of it counts working time or
looks a call up; a step falls due because so many worked minutes have gone by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from tests.rotas import Drawn, walk

MINUTE = timedelta(minutes=1)
OFFICE = ((9 * 60, 12 * 60 + 30), (13 * 60 + 15, 17 * 60 + 30))
#: Minutes of the units that drawn ladders use; a business day by its calendar.
DAYS = {"always": 1440, "office": 465}
_UNITS = {"min": 1, "h": 60}
EXHAUSTED = "Exhausted: call the executive sponsor"
NOBODY = "Nobody is on call: call the executive sponsor"

People = tuple[tuple[str, str], ...] | str


@dataclass(frozen=True)
class Story:
    """What happened to an incident; every stamp is in UTC. ``kind`` and ``severity`` are ids."""

    number: int
    kind: str | None
    severity: str
    opened: datetime
    acknowledged: tuple[datetime, ...] = ()
    work: datetime | None = None
    resolved: datetime | None = None
    changes: tuple[tuple[datetime, str], ...] = ()
    reopened: datetime | None = None
    owner: str = ""

    def until(self, now: datetime) -> Story:
        """What was noted by then."""

        def seen(at: datetime | None) -> datetime | None:
            return at if at is not None and at <= now else None

        return replace(
            self,
            acknowledged=tuple(at for at in self.acknowledged if at <= now),
            work=seen(self.work),
            resolved=seen(self.resolved),
            changes=tuple(one for one in self.changes if one[0] <= now),
            reopened=seen(self.reopened),
        )


@dataclass(frozen=True)
class Answer:
    """What a person with a watch says of one incident."""

    level: str = ""
    call: People = ()
    fired: datetime | None = None
    next_at: datetime | None = None
    following: People = ()
    owners: tuple[str, str, str, str] = ("", "", "", "")


@dataclass(frozen=True)
class Row:
    """A step in one pass: after so many worked minutes, for some families or prefixes."""

    minute: int
    order: tuple[int, int]
    level: int
    step: dict[str, Any]
    prefixes: tuple[str, ...] | None = None

    @property
    def lasts(self) -> bool:
        return self.step.get("until") == "resolved" or self.step.get("on") == "declared"


@dataclass
class World:
    """A spec as plain data with its clocks and people, minute by minute."""

    rota: Drawn
    data: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.data = self.rota.data

        self.zone: ZoneInfo = self.rota.zone

    @cached_property
    def low(self) -> datetime:
        first = self.data["horizon"]["start"]
        return datetime.combine(first, time(), self.zone).astimezone(UTC)

    @cached_property
    def people(self) -> list[dict[str, list[tuple[str, str]]]]:
        """Who holds the roles that rotate, every five minutes."""
        return [found for _, found in walk(self.rota)]

    @cached_property
    def minutes(self) -> int:
        return 5 * len(self.people)

    @cached_property
    def open(self) -> dict[str, list[bool]]:
        """Whether the minute that begins now is worked, by calendar."""
        walls = [self.wall(self.low + n * MINUTE) for n in range(self.minutes)]
        closed = set(self.data["calendars"][1]["holidays"]["dates"])
        return {
            "always": [True] * self.minutes,
            "office": [
                wall.weekday() < 5
                and wall.date() not in closed
                and any(a <= wall.hour * 60 + wall.minute < b for a, b in OFFICE)
                for wall in walls
            ],
        }

    def wall(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(tzinfo=None)

    def place(self, at: datetime) -> int:
        return (at - self.low) // MINUTE

    def severity(self, wanted: str) -> dict[str, Any]:
        return next(one for one in self.data["severities"] if one["id"] == wanted)

    def kind(self, wanted: str | None) -> dict[str, Any]:
        return next((one for one in self.data["classes"] if one["id"] == wanted), {})

    def holders(self, role: str, at: datetime, number: int) -> tuple[str, str]:
        """Primary and backup of a role; on Owners the backup stands in for who is away."""
        found = self.people[min(self.place(at), self.minutes - 1) // 5]
        if role in found:
            return found[role][number % 12]
        known = next(one for one in self.data["roles"] if one["id"] == role)
        away = {
            one["person"]
            for one in self.data["leave"]
            if self._utc(one["from"]) <= at < self._utc(one["to"])
        }
        primary, backup = known["primary"], known.get("backup") or ""
        backup = "" if backup in away else backup
        return (backup, "") if primary in away else (primary, backup)

    def _utc(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def owner(self, function: str, story: Story, severity: dict[str, Any]) -> str:
        """The role that owns an incident: its class's, else the severity's, else the matrix's."""
        for one in (self.kind(story.kind), severity):
            if role := one.get("owners", {}).get(function):
                return str(role)
        return str(self.data["owners"][function])

    def sponsor(self, words: str, at: datetime) -> str:
        primary, backup = self.holders("executive", at, 0)
        return f"{words}, {primary or backup}" if primary or backup else words

    def called(
        self, step: dict[str, Any], story: Story, severity: dict[str, Any], at: datetime
    ) -> list[str]:
        """The people whom one step calls at an instant."""
        if team := step.get("team"):
            return list(next(one["members"] for one in self.data["teams"] if one["id"] == team))
        function = step.get("owner")
        role = self.owner(function, story, severity) if function else step["role"]
        primary, backup = self.holders(role, at, story.number)
        if function == "response" and story.owner:
            primary = story.owner
        contact = step.get("contact", "primary")
        if contact == "primary":
            return [primary or backup]
        return [backup] if contact == "backup" else [primary, backup]

    def somebody(self, step: dict[str, Any]) -> bool:
        """Whether a step means anybody at all, whatever the hour."""
        if "role" not in step or step["role"] in ("oncall",):
            return True
        role = next(one for one in self.data["roles"] if one["id"] == step["role"])
        swapped = any(
            one["role"] == step["role"] and one.get("backup") for one in self.data["overrides"]
        )
        return bool(role.get("backup")) or swapped or step.get("contact") != "backup"

    def said(
        self, rows: list[Row], story: Story, severity: dict[str, Any], at: datetime
    ) -> tuple[tuple[str, str], ...]:
        """Everybody of a call with the channel, each once."""
        found: dict[tuple[str, str], None] = {}
        for row in rows:
            channel = row.step.get("channel", "page")
            if row.step.get("inform"):
                channel += ", for information"
            for person in self.called(row.step, story, severity, at):
                if person:
                    found[person, channel] = None
        return tuple(found)


def minutes_of(after: str, severity: dict[str, Any]) -> int:
    """Worked minutes of an amount or of a share of a target, in the drawn specs' words."""
    if share := re.fullmatch(r"(\d+) % of (\w+)", after):
        return minutes_of(severity["targets"][share[2]], severity) * int(share[1]) // 100
    amount, _, unit = after.partition(" ")
    known = _UNITS | dict.fromkeys(("business day", "business days"), DAYS[severity["calendar"]])
    return int(amount) * known[unit]


def rows_of(world: World, severity: dict[str, Any]) -> tuple[list[Row], int]:
    """Every step of every pass in order, and when the ladder is exhausted."""
    ladder = severity["ladder"]
    after = [minutes_of(step["after"], severity) for step in ladder]
    distinct = sorted(set(after))
    wait = distinct[-1] - distinct[-2] if len(distinct) > 1 else 30
    if "repeat_after" in severity:
        wait = minutes_of(severity["repeat_after"], severity)
    rows = [
        Row(turn * (distinct[-1] + wait) + at, (turn, row), step["level"], step)
        for row, (step, at) in enumerate(zip(ladder, after, strict=True))
        for turn in range(step.get("repeat", 0) + 1)
    ]
    added = []
    for number, rule in enumerate(world.data["always_add"]):
        at = minutes_of(rule["after"], severity) if "after" in rule else distinct[0]
        step = {"role": rule["role"], "channel": rule["channel"], "on": "declared"}
        prefixes = tuple(rule["prefix"])
        added.append(Row(at, (0, 100 + number), ladder[0]["level"], step, prefixes))
    rows = sorted([*rows, *added], key=lambda row: (row.minute, *row.order))
    return rows, rows[-1].minute + wait


def watch(world: World, story: Story, now: datetime) -> Answer:
    """What the person says at ``now``, knowing what was noted by then and nothing later."""
    story = story.until(now)
    events = [at for at, _ in story.changes] + ([story.reopened] if story.reopened else [])
    start = max([story.opened, *events])
    wanted = max(story.changes)[1] if story.changes else story.severity
    severity = world.severity(wanted)

    def counts(at: datetime | None) -> datetime | None:
        old = at is not None and story.reopened is not None and at < story.reopened
        return None if old else at

    ack = counts(story.acknowledged[-1] if story.acknowledged else None)
    owners = _owners(world, story, severity, start)
    if counts(story.resolved):
        return Answer(owners=owners)
    made = list(_made(world, story, severity, (start, ack, counts(story.work)), now))
    past, coming = [[one for one in made if (one[0] <= now) is yes] for yes in (True, False)]
    following = coming[0] if coming else None

    def people(one: tuple[datetime, str, Any, bool]) -> People:
        rows = one[2]
        return rows if isinstance(rows, str) else world.said(rows, story, severity, one[0])

    said: People = people(following) if following else ()
    last = past[-1] if past else None
    call: People = ()
    if last and not last[3]:
        # The people of the next are called; that nobody is left then is nobody.
        instead = said if isinstance(said, tuple) else ()
        call = people(last) or instead or world.sponsor(NOBODY, last[0])
    if following and not said:
        said = world.sponsor(NOBODY, following[0])
    return Answer(
        last[1] if last else "",
        call,
        last[0] if last else None,
        following[0] if following else None,
        said,
        owners,
    )


def _owners(
    world: World, story: Story, severity: dict[str, Any], start: datetime
) -> tuple[str, str, str, str]:
    """Response owner and backup, quality and communications owner, as the ladder began."""
    opens = world.open[severity["calendar"]]
    begins = next((n for n in range(world.place(start), world.minutes) if opens[n]), None)
    at = start if begins is None else world.low + begins * MINUTE
    held = [
        world.holders(world.owner(function, story, severity), at, story.number)
        for function in ("response", "quality", "communications")
    ]
    (first, backup), quality, speaks = held
    checks, words = (one or other for one, other in (quality, speaks))
    return story.owner or first or backup, backup, checks, words


def _made(
    world: World,
    story: Story,
    severity: dict[str, Any],
    stamps: tuple[datetime, datetime | None, datetime | None],
    now: datetime,
) -> Iterator[tuple[datetime, str, Any, bool]]:
    """Every call that is made by now, and the first one after it: when, level, rows.

    The last value says whether it was acknowledged since. Rows are text where nobody is left.
    """
    start, ack, work = stamps
    rows, end = rows_of(world, severity)
    kind = world.kind(story.kind)
    mine = [row for row in rows if _concerns(row, kind)]
    calls = [(at, list(group)) for at, group in groupby(mine, key=lambda row: row.minute)]
    calls.append((end, []))
    opens = world.open[severity["calendar"]]
    timeout = 0
    if "acknowledgement_timeout" in severity:
        timeout = minutes_of(severity["acknowledgement_timeout"], severity)
    calling, begun, stood, stopped = True, False, None, None
    clock = waited = 0
    made: list[tuple[datetime, str, Any]] = []
    for place in range(world.place(start), world.minutes + 1):
        at = world.low + place * MINUTE
        worked = place > world.place(start) and opens[place - 1]
        opening = place < world.minutes and opens[place]
        if ack is not None and at == max(ack, start):
            calling, stopped, waited = False, at, 0
        if work is not None and at == work and not calling:
            timeout = 0
        elif work is not None and at == work and stopped:
            calling, stopped, timeout = False, at, 0
        again = bool(timeout and not calling and worked and waited == timeout)
        if again and (work is None or work > at):
            calling, begun, waited = True, stood is not None, 0
            clock = calls[stood][0] if stood is not None else 0
        else:
            again = False
        for number, (minute, _) in enumerate(calls):
            due = clock == minute and (again or worked)
            if minute == 0:
                due = not begun and clock == 0 and (again or opening)
            if not (due or (again and number == stood)):
                continue
            begun = True
            found = _call(world, rows, calls, number, calling)
            stood = number if calling else stood
            if found is not None:
                level, people = found
                made.append((at, level, people or world.sponsor(EXHAUSTED, at)))
        if made and made[-1][0] > now:
            break
        clock += opening
        waited += opening and not calling
    for when, level, people in made:
        silent = stopped is not None and when < stopped and when <= now
        yield when, level, people, silent


def _concerns(row: Row, kind: dict[str, Any]) -> bool:
    if row.prefixes is not None:
        return bool(kind) and kind["id"].startswith(row.prefixes)
    families = row.step.get("families", ())
    return not families or kind.get("family") in families


def _call(
    world: World,
    every: list[Row],
    calls: list[tuple[int, list[Row]]],
    number: int,
    calling: bool,
) -> tuple[str, list[Row]] | None:
    """The level and the rows of a call as it is made; None where it is not needed any more.

    A call that means nobody at all is passed on to the next that does.
    """
    left = [[row for row in rows if calling or row.lasts] for _, rows in calls]
    own = left[number]
    if not own and (calls[number][1] or not calling):
        return None
    for rows in left[number:]:
        if any(world.somebody(row.step) for row in rows):
            return _level(rows[-1], every, calling), rows
    # Only silence exhausts a ladder.
    return ("Exhausted", []) if calling else (_level(own[-1], every, calling), own)


def _level(last: Row, every: list[Row], calling: bool) -> str:
    """That of the last step; what is always added takes part in the ladder's call beside it."""
    beside = [
        row.level
        for row in every
        if row.prefixes is None and row.minute == last.minute and row.order[0] == 0
        if calling or row.lasts
    ]
    return str(max([last.level, *beside]) if last.prefixes is not None else last.level)
