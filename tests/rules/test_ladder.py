"""The ladder of an open incident, against a person who watches the clock minute by minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.spec.small import changed
from xlmatrix.rules.ladder import EXHAUSTED, EXHAUSTED_TEXT
from xlmatrix.rules.log import IncidentLog
from xlmatrix.sheets.book import make_scene
from xlmatrix.spec import loads
from xlmatrix.spec.models import MatrixSpec

#: Monday to Friday with a lunch break, as the small spec has it; minutes of the day.
_OPEN = ((9 * 60, 12 * 60 + 30), (13 * 60 + 15, 17 * 60 + 30))
_CLOSED = {date(2026, 12, 25), date(2026, 12, 24), date(2027, 1, 1)}
_HALF = date(2026, 12, 31)

_LADDER = """\
    ladder:
      - {level: 1, after: 0 min, role: oncall}
      - {level: 2, after: 1 business day, role: quality}
"""
_STEEP = """\
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


def matrix(ladder: str = _STEEP) -> MatrixSpec:
    return loads(changed((_LADDER, ladder))).spec


def is_open(minute: datetime) -> bool:
    """Whether the minute that begins now is worked."""
    if minute.weekday() > 4 or minute.date() in _CLOSED:
        return False
    at = minute.hour * 60 + minute.minute
    if minute.date() == _HALF:
        return 9 * 60 <= at < 12 * 60
    return any(start <= at < end for start, end in _OPEN)


#: (working minutes, passes as told in words, who) while nobody acknowledged, and afterwards:
#: the ladder is 0, 30, 60 and 180 minutes long, waits 120 after its end, so a pass takes 300.
_CALLS = (
    (0, "1", "Priya Raman (chat)"),
    (30, "1", "Tom Weiss (page)"),
    (60, "2", "Tom Weiss (call), Priya Raman (call)"),
    (180, "3", "Tom Weiss (page)"),
    (360, "2", "Tom Weiss (call)"),
    (480, "3", "Tom Weiss (page)"),
    (780, "3", "Tom Weiss (page)"),
    (900, EXHAUSTED, EXHAUSTED_TEXT),
)
_LASTING = tuple(call for call in _CALLS if call[0] in (180, 480, 780))


def instants(opened: datetime, until: datetime) -> dict[int, datetime]:
    """When so many working minutes have passed: the minute after the last one worked."""
    found: dict[int, datetime] = {}
    at, worked = opened, 0
    wanted = {minutes for minutes, _, _ in _CALLS}
    while at <= until and len(found) < len(wanted):
        if is_open(at):
            if worked == 0:
                found.setdefault(0, at)
            worked += 1
            if worked in wanted:
                found[worked] = at + timedelta(minutes=1)
        at += timedelta(minutes=1)
    return found


def watch(opened: datetime, acknowledged: datetime | None, now: datetime) -> Watched:
    times = instants(opened, now + timedelta(days=30))
    if acknowledged is None:
        fired = [call for call in _CALLS if times[call[0]] <= now]
        ahead = [call for call in _CALLS if times[call[0]] > now]
        level, call = (fired[-1][1], fired[-1][2]) if fired else ("", "")
    else:
        before = [call for call in _CALLS if times[call[0]] < acknowledged]
        since = [c for c in _LASTING if acknowledged <= times[c[0]] <= now]
        ahead = [call for call in _LASTING if times[call[0]] > now]
        fired = since or before
        level = fired[-1][1] if fired else ""
        call = since[-1][2] if since else ""
    return Watched(
        level,
        call,
        times[fired[-1][0]] if fired else None,
        times[ahead[0][0]] if ahead else None,
    )


def answers(
    spec: MatrixSpec, rows: list[tuple[datetime, datetime | None]], now: datetime
) -> list[Watched]:
    log = IncidentLog.of(
        {"ID": [f"I-{n}" for n in range(len(rows))], "Severity set": ["SEV-2"] * len(rows)},
        {
            "Opened": np.array([row[0] for row in rows], dtype="datetime64[s]"),
            "Acknowledged": np.array([row[1] for row in rows], dtype="datetime64[s]"),
        },
    )
    frame = make_scene(spec, log, as_of=now, created=now).frame

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


def test_every_call_is_the_one_that_somebody_with_a_watch_would_make() -> None:
    random = np.random.default_rng(7)
    now = datetime(2026, 12, 30, 11, 0)
    rows: list[tuple[datetime, datetime | None]] = []
    for _ in range(100):
        opened = now - timedelta(minutes=int(random.integers(0, 7 * 1440)))
        later = opened + timedelta(minutes=int(random.choice([1, 30, 31, 90, 600, 2000])))
        rows.append((opened, later if random.random() < 0.5 and later <= now else None))
    # On the instants themselves: opening, close, lunch, and acknowledgements on a call's instant.
    edges = [(29, 9, 0), (29, 12, 30), (29, 17, 30), (30, 10, 0), (30, 10, 30), (28, 17, 0)]
    opened_at = [datetime(2026, 12, day, hour, minute) for day, hour, minute in edges]
    rows += [(at, None) for at in opened_at]
    rows += [(at, at) for at in opened_at]
    rows += [(at, min(at + timedelta(minutes=30), now)) for at in opened_at]
    found = answers(matrix(), rows, now)
    for row, answer in zip(rows, found, strict=True):
        assert answer == watch(*row, now), row


def test_nobody_on_a_level_means_the_next_level_that_has_somebody() -> None:
    text = changed(
        (_LADDER, _STEEP),
        ("name: On-call, primary: Priya Raman, backup: Tom Weiss", "name: On-call, primary: P"),
        (
            "- {name: Tom Weiss",
            "- {name: P, email: p@example.com, phone: '1'}\n  - {name: Tom Weiss",
        ),
    )
    spec = loads(text).spec
    nobody = spec.model_copy(
        update={
            "roles": tuple(
                r.model_copy(update={"primary": ""}) if r.id == "oncall" else r for r in spec.roles
            )
        }
    )
    at = datetime(2026, 12, 29, 9, 0)
    [first] = answers(nobody, [(at, None)], at)
    assert (first.level, first.call) == ("2", "Tom Weiss (call)")
    [third] = answers(nobody, [(at, None)], at + timedelta(hours=1))
    assert (third.level, third.call) == ("2", "Tom Weiss (call)")


@pytest.mark.parametrize(("repeat", "calls"), [(0, 1), (1, 2), (2, 3)])
def test_repeat_counts_additional_passes_and_then_the_ladder_is_exhausted(
    repeat: int, calls: int
) -> None:
    ladder = f"    ladder:\n      - {{level: 1, after: 10 min, role: oncall, repeat: {repeat}}}\n"
    # One instant: half an hour is waited after each call, and a pass takes 40 minutes.
    spec, now = matrix(ladder), datetime(2026, 12, 28, 17, 0)
    rows: list[tuple[datetime, datetime | None]] = [
        (now - timedelta(minutes=minutes), None) for minutes in range(200)
    ]
    found = answers(spec, rows, now)
    made = {
        answer.fired - opened
        for (opened, _), answer in zip(rows, found, strict=True)
        if answer.fired and answer.level != EXHAUSTED
    }
    assert made == {timedelta(minutes=10 + 40 * turn) for turn in range(calls)}
    assert found[40 * calls - 1].level == "1"
    end = found[40 * calls]
    assert (end.level, end.call) == (EXHAUSTED, EXHAUSTED_TEXT)
    assert end.next_at is None


def test_a_resolved_incident_calls_nobody() -> None:
    opened = datetime(2026, 12, 28, 9, 0)
    log = IncidentLog.of(
        {"ID": ["I"], "Severity set": ["SEV-2"]},
        {
            "Opened": np.array([opened], dtype="datetime64[s]"),
            "Resolved": np.array([opened + timedelta(hours=1)], dtype="datetime64[s]"),
        },
    )
    now = opened + timedelta(hours=5)
    frame: Any = make_scene(matrix(), log, as_of=now, created=now).frame
    assert [frame[h][0] for h in ("Level now", "Call now", "Next call")] == ["", "", ""]
