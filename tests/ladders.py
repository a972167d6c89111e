"""The ladder watched by a person minute by minute, and incidents for that person to watch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from tests.model.small import changed
from xlmatrix.model import loads
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.ladder.calls import EXHAUSTED, EXHAUSTED_TEXT
from xlmatrix.rules.logs.histories import REOPENED, typed_rows
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene

#: Monday to Friday with a lunch break, as the small spec has it; minutes of the day.
_OPEN = ((9 * 60, 12 * 60 + 30), (13 * 60 + 15, 17 * 60 + 30))
_CLOSED = {date(2026, 12, 25), date(2026, 12, 24), date(2027, 1, 1)}
_HALF = date(2026, 12, 31)

LADDER = """\
    ladder:
      - {level: 1, after: 0 min, role: oncall}
      - {level: 1, contact: backup, role: oncall, after: 30 min}
      - {level: 2, after: 1 business day, role: quality}
"""
STEEP = """\
    ladder:
      - {level: 1, after: 0 min, role: oncall, channel: chat}
      - {level: 1, after: 30 min, role: oncall, contact: backup}
      - {level: 2, after: 1 h, role: quality, channel: call, repeat: 1}
      - {level: 2, after: 1 h, role: oncall, channel: call}
      - {level: 3, after: 3 h, role: quality, until: resolved, repeat: 2}
"""


@dataclass(frozen=True)
class Watched:
    """What a person with a watch says of one incident."""

    level: str
    call: str
    fired: datetime | None
    next_at: datetime | None


def matrix(ladder: str = STEEP) -> MatrixSpec:
    return loads(changed((LADDER, ladder))).spec


def is_open(minute: datetime) -> bool:
    """Whether the minute that begins now is worked."""
    if minute.weekday() > 4 or minute.date() in _CLOSED:
        return False
    at = minute.hour * 60 + minute.minute
    if minute.date() == _HALF:
        return 9 * 60 <= at < 12 * 60
    return any(start <= at < end for start, end in _OPEN)


@dataclass(frozen=True)
class Told:
    """What people noted of one incident; ``work`` is when somebody responded."""

    opened: datetime
    acknowledged: datetime | None = None
    work: datetime | None = None
    reopened: datetime | None = None


#: (working minutes, level, who, whether it lasts until the end), passes as told in words: the
#: ladder is 0, 30, 60 and 180 minutes long, waits 120 after its end, so a pass takes 300.
_CALLS = (
    (0, "1", "Priya Raman (chat)", False),
    (30, "1", "Tom Weiss (page)", False),
    (60, "2", "Tom Weiss (call), Priya Raman (call)", False),
    (180, "3", "Tom Weiss (page)", True),
    (360, "2", "Tom Weiss (call)", False),
    (480, "3", "Tom Weiss (page)", True),
    (780, "3", "Tom Weiss (page)", True),
    (900, EXHAUSTED, EXHAUSTED_TEXT, False),
)
MINUTE = timedelta(minutes=1)
_OPENS = {at: is_open(at) for at in (datetime(2026, 12, 14) + n * MINUTE for n in range(40 * 1440))}


def watch(told: Told, now: datetime, timeout: int = 0) -> Watched:
    """Sit beside the incident from minute to minute, and call whoever must be called."""
    stamps = [told.acknowledged, told.work]
    start = told.reopened or told.opened
    # What was done in the cycle that a reopening ended does not count in the new one.
    ack, work = (at if at is None or at >= start or not told.reopened else None for at in stamps)
    calling, waited, clock, stood = True, 0, 0, None
    begun = False  # whether the call after zero minutes was made
    made: list[tuple[datetime, str, str]] = []
    stopped: datetime | None = None
    at, made_by_now = start, 0
    while at <= now or (len(made) == made_by_now and at in _OPENS):
        if ack is not None and at == max(ack, start):
            calling, stopped, waited = False, at, 0
        if work is not None and at == work and (stopped or not calling):
            # At the same instant, work wins over a time-out.
            calling, stopped = False, at
        again = False
        if (
            timeout
            and not calling
            and waited == timeout
            and (work is None or work > at)
            and _OPENS[at - MINUTE]
        ):
            calling, again = True, True
            clock = _CALLS[stood][0] if stood is not None else 0
            begun, waited = stood is not None, 0
        for place, (minutes, level, call, lasts) in enumerate(_CALLS):
            due = clock == minutes and (again or _OPENS[at - MINUTE])
            if minutes == 0:
                due = not begun and clock == 0 and (again or _OPENS[at])
            if place == stood and again:
                due = True
            if due and (calling or lasts):
                made.append((at, level, call))
            if due:
                begun = True
                stood = place if calling else stood
        if at <= now:
            made_by_now = len(made)
        if _OPENS[at]:
            clock += 1
            waited += 0 if calling else 1
        at += MINUTE
    past = made[:made_by_now]
    silent = not past or (stopped is not None and past[-1][0] < stopped)
    return Watched(
        past[-1][1] if past else "",
        "" if silent else past[-1][2],
        past[-1][0] if past else None,
        made[made_by_now][0] if len(made) > made_by_now else None,
    )


def noted(rows: list[Told]) -> tuple[IncidentLog, dict[Any, Any]]:
    """The incidents as a log of SEV-2, and the cells typed beside it."""
    log = IncidentLog.of(
        {"ID": [f"I-{n}" for n in range(len(rows))], "Severity set": ["SEV-2"] * len(rows)},
        {
            "Opened": np.array([row.opened for row in rows], dtype="datetime64[s]"),
            "Acknowledged": np.array([row.acknowledged for row in rows], dtype="datetime64[s]"),
            "Responded": np.array([row.work for row in rows], dtype="datetime64[s]"),
        },
    )
    again = [
        {"Incident": f"I-{n}", "Reopened": row.reopened}
        for n, row in enumerate(rows)
        if row.reopened
    ]
    return log, typed_rows(REOPENED, again)


def told(spec: MatrixSpec, rows: list[Told], now: datetime) -> list[Watched]:
    """What the matrix says of each incident."""
    log, typed = noted(rows)
    frame = make_scene(spec, log, as_of=now, created=now, typed=typed).frame

    def stamp(seconds: float) -> datetime | None:
        if np.isnan(seconds):
            return None
        return datetime(1899, 12, 30) + timedelta(seconds=float(seconds))

    return [
        Watched(
            frame["Level now"][row],
            frame["Call now"][row],
            stamp(frame["Fired at"][row]),
            stamp(frame["Next call at"][row]),
        )
        for row in range(len(rows))
    ]


NOW = datetime(2026, 12, 30, 11, 0)


def drawn(count: int, seed: int = 7) -> list[Told]:
    """Incidents at random and on the instants; some acknowledged, worked on, reopened."""
    random = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        opened = NOW - timedelta(minutes=int(random.integers(0, 7 * 1440)))
        ack = opened + timedelta(minutes=int(random.choice([0, 1, 30, 31, 90, 600, 2000])))
        work = ack + timedelta(minutes=int(random.choice([0, 29, 30, 31, 45, 300, 2500])))
        reopened = opened + timedelta(minutes=int(random.choice([1, 30, 90, 1000, 3000])))
        rows.append(
            Told(
                opened,
                ack if random.random() < 0.7 and ack <= NOW else None,
                work if random.random() < 0.4 and work <= NOW else None,
                reopened if random.random() < 0.3 and reopened <= NOW else None,
            )
        )
    edges = [(29, 9, 0), (29, 12, 30), (29, 17, 30), (30, 10, 0), (30, 10, 30), (28, 17, 0)]
    opened_at = [datetime(2026, 12, day, hour, minute) for day, hour, minute in edges]
    rows += [Told(at) for at in opened_at]
    rows += [Told(at, at) for at in opened_at]
    rows += [Told(at, min(at + timedelta(minutes=30), NOW)) for at in opened_at]
    rows += [Told(at - timedelta(days=1), reopened=at) for at in opened_at]
    # Work begins at the very instant of a time-out of half an hour, and a minute later.
    rows += [
        Told(at, at + 5 * MINUTE, at + late * MINUTE)
        for at in opened_at
        for late in (35, 36)
        if at + late * MINUTE <= NOW
    ]
    return rows
