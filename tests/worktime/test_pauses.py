"""Pauses and changes of severity against a clock that is walked minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from math import floor
from types import FunctionType
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from xlmatrix.errors import XlmatrixError
from xlmatrix.worktime import (
    NEVER,
    Calendar,
    Changes,
    Pauses,
    due_after_changes,
    due_with_pauses,
    net_worked,
)

CALENDAR = Calendar.build(
    "Mon-Fri 09:00-12:30,13:15-17:30; Sat 22:00-02:00",
    "UTC",
    [date(2026, 1, 7)],
    start=date(2026, 1, 5),
    end=date(2026, 1, 16),
)
LOW, HIGH = CALENDAR.horizon
MINUTES = (HIGH - LOW) // 60
OPEN_MINUTE = np.asarray(CALENDAR.is_open(LOW + 60 * np.arange(MINUTES))).tolist()


class Incident(NamedTuple):
    """Everything in minutes since the horizon's start; a pause without an end is open."""

    start: int
    target: int
    pauses: list[tuple[int, int | None]]
    changes: list[tuple[int, int]]
    stop: int | None


minute = st.integers(0, MINUTES)
# Grid points make pauses touch, coincide and begin exactly when a clock runs out.
moment = st.one_of(minute, st.integers(0, MINUTES // 30).map(lambda half_hour: 30 * half_hour))


@st.composite
def incidents(draw: st.DrawFn, *, stopped: bool = False) -> Incident:
    start = draw(moment)
    pauses: list[tuple[int, int | None]] = []
    for _ in range(draw(st.integers(0, 5))):
        begins = draw(moment)
        ends = draw(st.one_of(st.none(), st.integers(begins, MINUTES)))
        pauses.append((begins, ends))
    changes = draw(st.lists(st.tuples(moment, st.integers(1, 1500)), max_size=3))
    return Incident(
        start=start,
        target=draw(st.one_of(st.integers(1, 2000), st.sampled_from((30, 60, 210, 465)))),
        pauses=pauses,
        changes=sorted(changes, key=lambda change: change[0]),
        stop=draw(moment) if stopped else None,
    )


def is_paused(incident: Incident, at: int) -> bool:
    return any(begins <= at and (ends is None or at < ends) for begins, ends in incident.pauses)


def stepped(incident: Incident, start: int, target_s: int) -> int:
    """Second of the deadline since the horizon's start, ``NEVER`` where the horizon ends first."""
    left = target_s
    for at in range(start, MINUTES):
        if OPEN_MINUTE[at] and not is_paused(incident, at):
            if left <= 60:
                return 60 * at + left
            left -= 60
    return NEVER


def reading(incident: Incident, start: int, end: int) -> int:
    return sum(OPEN_MINUTE[at] and not is_paused(incident, at) for at in range(start, end))


def log_of(found: list[Incident]) -> Pauses:
    rows = [(i, pause) for i, one in enumerate(found) for pause in one.pauses]
    stops = [NEVER if one.stop is None else LOW + 60 * one.stop for one in found]
    return Pauses.of(
        np.array([i for i, _ in rows], dtype=np.int64),
        np.array([LOW + 60 * begins for _, (begins, _) in rows], dtype=np.int64),
        np.array(
            [NEVER if ends is None else LOW + 60 * ends for _, (_, ends) in rows], dtype=np.int64
        ),
        incidents=len(found),
        stop_s=np.array(stops),
    )


def changes_of(found: list[Incident]) -> Changes:
    rows = [(i, *change) for i, one in enumerate(found) for change in one.changes]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Changes.of(
        columns[:, 0], LOW + 60 * columns[:, 1], 60 * columns[:, 2], incidents=len(found)
    )


def starts_of(found: list[Incident]) -> np.ndarray:
    return np.array([LOW + 60 * one.start for one in found])


def targets_of(found: list[Incident]) -> np.ndarray:
    return np.array([60 * one.target for one in found])


def expected_s(due: int) -> int:
    return NEVER if due == NEVER else LOW + due


@settings(max_examples=examples(75, 150))
@given(st.lists(incidents(), min_size=1, max_size=8))
def test_a_paused_clock_runs_out_when_its_unpaused_open_minutes_do(found: list[Incident]) -> None:
    answer = due_with_pauses(CALENDAR, starts_of(found), targets_of(found), log_of(found))
    walked = [stepped(one, one.start, 60 * one.target) for one in found]
    assert answer.due_s.tolist() == [expected_s(due) for due in walked]


@settings(max_examples=examples(50, 100))
@given(st.lists(incidents(), min_size=1, max_size=8))
def test_a_clock_is_paused_if_only_an_open_pause_keeps_it_from_running_out(
    found: list[Incident],
) -> None:
    answer = due_with_pauses(CALENDAR, starts_of(found), targets_of(found), log_of(found))
    for one, since in zip(found, answer.paused_since_s.tolist(), strict=True):
        ended = [pause for pause in one.pauses if pause[1] is not None]
        would_end = stepped(one._replace(pauses=ended), one.start, 60 * one.target) != NEVER
        ends = stepped(one, one.start, 60 * one.target) != NEVER
        if ends or would_end:
            assert (since != NEVER) == (not ends)
        if since != NEVER:
            at = (since - LOW) // 60
            assert all(is_paused(one, later) for later in range(at, MINUTES))
            assert at == one.start or (at > one.start and not is_paused(one, at - 1))


@settings(max_examples=examples(30, 60))
@given(st.lists(incidents(stopped=True), min_size=1, max_size=6))
def test_a_stop_ends_every_pause(found: list[Incident]) -> None:
    cut = [
        one._replace(
            pauses=[
                (begins, one.stop if ends is None else min(ends, one.stop))
                for begins, ends in one.pauses
                if one.stop is not None and begins < one.stop
            ]
        )
        for one in found
    ]
    answer = due_with_pauses(CALENDAR, starts_of(found), targets_of(found), log_of(found))
    walked = [stepped(one, one.start, 60 * one.target) for one in cut]
    assert answer.due_s.tolist() == [expected_s(due) for due in walked]
    assert not answer.paused.any()


@settings(max_examples=examples(30, 60))
@given(st.lists(incidents(), min_size=1, max_size=6), st.data())
def test_a_clock_reads_its_unpaused_open_minutes(
    found: list[Incident], data: st.DataObject
) -> None:
    ends = [data.draw(st.integers(one.start, MINUTES)) for one in found]
    answer = net_worked(
        CALENDAR, starts_of(found), np.array([LOW + 60 * end for end in ends]), log_of(found)
    )
    expected = [60 * reading(one, one.start, end) for one, end in zip(found, ends, strict=True)]
    assert answer.tolist() == expected


def from_open(one: Incident) -> int:
    target = one.changes[-1][1] if one.changes else one.target
    due = stepped(one, one.start, 60 * target)
    earliest = max(one.changes[-1][0], one.start) if one.changes else 0
    return due if due == NEVER else max(due, 60 * earliest)


def restart(one: Incident) -> int:
    start, target = one.changes[-1] if one.changes else (one.start, one.target)
    return stepped(one, max(start, one.start), 60 * target)


def proportional(one: Incident) -> int:
    base, full, left = one.start, one.target, 60 * one.target
    for at, target in one.changes:
        rest = left - 60 * reading(one, base, max(at, one.start))
        if rest > 0:
            share = floor(Fraction(rest * target, full) + Fraction(1, 2))
            base, left, full = max(at, one.start), max(share, 1), target
    return stepped(one, base, left)


@pytest.mark.parametrize("policy", [from_open, restart, proportional])
@settings(max_examples=examples(50, 100))
@given(found=st.lists(incidents(), min_size=1, max_size=8))
def test_a_change_of_severity_moves_the_deadline_as_its_policy_says(
    policy: FunctionType, found: list[Incident]
) -> None:
    answer = due_after_changes(
        CALENDAR,
        starts_of(found),
        targets_of(found),
        changes_of(found),
        policy=policy.__name__,
        pauses=log_of(found),
    )
    assert answer.due_s.tolist() == [expected_s(policy(one)) for one in found]


def monday(hour: int, minutes: int = 0) -> int:
    return int(datetime(2026, 1, 5, hour, minutes, tzinfo=UTC).timestamp())


def row(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_a_share_is_rounded_to_the_nearest_second_and_never_to_nothing() -> None:
    # 1 s of 3 h is left; of 1 h that is a third of a second.
    start = monday(9)
    change = Changes.of(row(0), row(start + 3 * 3600 - 1), row(3600), incidents=1)
    answer = due_after_changes(CALENDAR, row(start), row(3 * 3600), change, policy="proportional")
    assert answer.due_s.tolist() == [start + 3 * 3600]


def test_overlapping_and_touching_pauses_count_once() -> None:
    log = Pauses.of(
        row(0, 0, 0, 1),
        row(monday(11), monday(10), monday(10, 30), monday(10)),
        row(monday(12), monday(10, 40), monday(11), monday(10)),
        incidents=2,
    )
    assert log.incident.tolist() == [0]
    assert (log.from_s[0], log.to_s[0]) == (monday(10), monday(12))


def test_while_paused_there_is_no_deadline_but_a_beginning() -> None:
    log = Pauses.of(row(1), row(monday(10)), row(NEVER), incidents=2)
    answer = due_with_pauses(CALENDAR, row(monday(9), monday(9)), row(7200, 7200), log)
    assert answer.paused.tolist() == [False, True]
    assert answer.due_s.tolist() == [monday(11), NEVER]
    assert answer.paused_since_s.tolist() == [NEVER, monday(10)]


def test_a_pause_that_begins_when_the_clock_runs_out_changes_nothing() -> None:
    log = Pauses.of(row(0), row(monday(11)), row(NEVER), incidents=1)
    answer = due_with_pauses(CALENDAR, row(monday(9)), row(7200), log)
    assert answer.due_s.tolist() == [monday(11)]


def test_an_incident_without_a_start_has_no_deadline() -> None:
    log = Pauses.of(row(0), row(monday(10)), row(NEVER), incidents=1)
    answer = due_with_pauses(CALENDAR, row(NEVER), row(7200), log)
    assert answer.due_s.tolist() == answer.paused_since_s.tolist() == [NEVER]


@pytest.mark.parametrize(
    ("incident", "begins", "ends", "said"),
    [
        (0, NEVER, 5, "no beginning"),
        (0, 10, 5, "ends before it begins"),
        (1, 5, 10, "belongs to no incident"),
        (-1, 5, 10, "belongs to no incident"),
    ],
)
def test_a_pause_that_cannot_be_is_refused(
    incident: int, begins: int, ends: int, said: str
) -> None:
    with pytest.raises(XlmatrixError, match=said):
        Pauses.of(row(incident), row(begins), row(ends), incidents=1)


@pytest.mark.parametrize(
    ("incident", "at", "target", "said"),
    [
        (0, NEVER, 5, "the change has no instant"),
        (0, 5, 0, "the change has no target"),
        (1, 5, 5, "the change belongs to no incident"),
        (-1, 5, 5, "the change belongs to no incident"),
    ],
)
def test_a_change_that_cannot_be_is_refused(incident: int, at: int, target: int, said: str) -> None:
    with pytest.raises(XlmatrixError, match=said):
        Changes.of(row(incident), row(at), row(target), incidents=1)


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(XlmatrixError, match="Write from_open, restart or proportional"):
        due_after_changes(CALENDAR, row(monday(9)), row(60), changes_of([]), policy="forget")


def test_a_target_of_a_second_is_one() -> None:
    change = Changes.of(row(0), row(monday(10)), row(1), incidents=1)
    answer = due_after_changes(CALENDAR, row(monday(9)), row(7200), change, policy="restart")
    assert answer.due_s.tolist() == [monday(10) + 1]


@pytest.mark.parametrize(("left", "due"), [(0, monday(11)), (1, monday(11) + 1)])
def test_a_share_is_carried_from_the_last_second_on_and_not_from_the_end(
    left: int, due: int
) -> None:
    """A clock that ran out at the instant of the change stays out."""
    change = Changes.of(row(0), row(monday(11) - left), row(4 * 3600), incidents=1)
    answer = due_after_changes(CALENDAR, row(monday(9)), row(7200), change, policy="proportional")
    # Of a second in two hours, two seconds are left of four hours.
    assert answer.due_s.tolist() == [due]


def test_what_pauses_added_and_since_when_a_clock_stands_outlive_a_change() -> None:
    log = Pauses.of(
        row(0, 1, 1, 2),
        row(monday(10), monday(10), monday(9), monday(9, 20)),
        row(NEVER, NEVER, monday(9, 30), monday(9, 30)),
        incidents=3,
    )
    starts, targets = row(*[monday(9, 15)] * 3), row(*[3 * 3600] * 3)
    change = Changes.of(row(0, 1, 2), row(*[monday(9, 45)] * 3), row(*[3600] * 3), incidents=3)
    answer = due_after_changes(CALENDAR, starts, targets, change, pauses=log)
    assert answer.paused_since_s.tolist() == [monday(10), monday(10), NEVER]
    assert answer.pause_s.tolist() == [0, 900, 600]
    assert log.open_since(row(monday(11), monday(9), monday(9))).tolist() == [
        monday(11),
        monday(10),
        NEVER,
    ]
    twice = Changes.of(row(2, 0, 2), row(1, 2, 3), row(4, 5, 6), incidents=3)
    assert twice.ordinals().tolist() == [0, 0, 1]


def test_a_pause_that_lasts_beyond_the_horizon_leaves_no_deadline_within_it() -> None:
    start = HIGH - 8 * 3600  # Friday at 16:00, so that an hour and a half of work is left
    log = Pauses.of(row(0, 1), row(start, LOW - 60), row(HIGH + 60, LOW + 60), incidents=2)
    answer = due_with_pauses(CALENDAR, row(start, monday(9)), row(3600, 3600), log)
    assert answer.due_s.tolist() == [NEVER, monday(10)]
    assert answer.pause_s.tolist() == [5400, 0]
