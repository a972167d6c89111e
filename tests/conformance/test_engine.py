"""The published cases through the Python engine, one by one and over arrays."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest

from tests.conformance.cases import Published, cases_of, duration_s
from xlmatrix.worktime import (
    NEVER,
    Changes,
    PausedDue,
    Pauses,
    Zone,
    due_after_changes,
    due_with_pauses,
)


def each(*kinds: str, plain: bool | None = None) -> Any:
    """Parametrise over cases; ``plain`` picks those with or without pauses and changes."""
    chosen = [one for one in cases_of(*kinds) if plain is None or is_plain(one) == plain]
    return pytest.mark.parametrize("case", chosen, ids=lambda one: f"{one.id} {one.title}")


def is_plain(case: Published) -> bool:
    return not {"pauses", "changes", "stop"} & set(case.data)


def stamps(*moments: int) -> np.ndarray:
    return np.array(moments).astype("datetime64[s]")


def epoch(case: Published, name: str) -> int:
    return case.moment_s(case.data[name])


@each("due", plain=True)
def test_a_published_deadline_is_the_one_computed(case: Published) -> None:
    due = case.calendar.due(case.stamp("start"), case.seconds("target"))
    assert due == case.stamp("expected")
    assert "wrong" not in case.data or due != case.stamp("wrong")


@each("due", plain=True)
def test_a_published_deadline_is_computed_over_arrays(case: Published) -> None:
    start = epoch(case, "start")
    targets = np.array([0, case.seconds("target"), 60])
    due = case.calendar.due(stamps(start, start, NEVER), targets)
    assert due[1] == stamps(epoch(case, "expected"))[0]
    assert np.isnat(due[2])


@each("due", plain=False)
@pytest.mark.parametrize("others", [0, 2], ids=["alone", "among others"])
def test_a_published_deadline_with_pauses_or_changes(case: Published, others: int) -> None:
    answer = paused_due(case, others)
    expected = case.data["expected"]
    if isinstance(expected, dict):
        assert answer.due_s[others] == NEVER
        assert answer.paused_since_s[others] == case.moment_s(expected["paused_since"])
    else:
        assert not answer.paused[others]
        assert answer.due_s[others] == case.moment_s(expected)


def paused_due(case: Published, others: int) -> PausedDue:
    """The case as the last of several incidents; the others are neither paused nor changed."""
    count, me = others + 1, others
    pauses = [
        (case.moment_s(one["from"]), NEVER if one["to"] is None else case.moment_s(one["to"]))
        for one in case.data.get("pauses", [])
    ]
    changes = [
        (case.moment_s(one["at"]), duration_s(one["target"]))
        for one in case.data.get("changes", [])
    ]
    stop = np.full(count, NEVER)
    if "stop" in case.data:
        stop[me] = epoch(case, "stop")
    begins, ends = np.array(pauses, dtype=np.int64).reshape(-1, 2).T
    at, target = np.array(changes, dtype=np.int64).reshape(-1, 2).T
    return due_after_changes(
        case.calendar,
        np.full(count, epoch(case, "start")),
        np.full(count, case.seconds("target")),
        Changes.of(np.full(at.size, me), at, target, incidents=count),
        policy=case.data.get("policy", "from_open"),
        pauses=Pauses.of(np.full(begins.size, me), begins, ends, incidents=count, stop_s=stop),
    )


@each("cycles")
@pytest.mark.parametrize("others", [0, 2], ids=["alone", "among others"])
def test_a_reopened_incident_is_judged_cycle_by_cycle(case: Published, others: int) -> None:
    begins = [epoch(case, "start"), *map(case.moment_s, case.data["reopened"])]
    ends = [case.moment_s(text) for text in case.data["resolved"]]
    # Every cycle is a clock of its own; a pause belongs to the cycle that it begins in.
    pauses = [
        (case.moment_s(one["from"]), NEVER if one["to"] is None else case.moment_s(one["to"]))
        for one in case.data.get("pauses", [])
    ]
    owner = [max(n for n, at in enumerate(begins) if at <= begin) for begin, _ in pauses]
    count = others + len(begins)
    from_s, to_s = np.array(pauses, dtype=np.int64).reshape(-1, 2).T
    found = due_with_pauses(
        case.calendar,
        np.array([begins[0]] * others + begins),
        np.full(count, case.seconds("target")),
        Pauses.of(
            others + np.array(owner, dtype=np.int64),
            from_s,
            to_s,
            incidents=count,
            stop_s=np.array([NEVER] * others + ends),
        ),
    )
    late = (np.array(ends) > found.due_s[others:]).tolist()
    assert found.due_s[-1] == case.moment_s(case.data["expected"]["due"])
    assert late[-1] is case.data["expected"]["breached_in_this_cycle"]
    assert any(late) is case.data["expected"]["ever_breached"]


@each("cycles")
def test_a_cycle_without_pauses_is_due_one_by_one_too(case: Published) -> None:
    if "pauses" not in case.data:
        due = case.calendar.due(case.moment(case.data["reopened"][-1]), case.seconds("target"))
        assert due == case.moment(case.data["expected"]["due"])


@each("elapsed")
def test_published_elapsed_time_is_the_one_counted(case: Published) -> None:
    business, actual = (duration_s(case.data["expected"][name]) for name in ("business", "actual"))
    start, end = case.stamp("start"), case.stamp("end")
    assert case.calendar.elapsed(start, end) == business
    assert (end - start).total_seconds() == actual
    both = stamps(epoch(case, "start"), epoch(case, "end"))
    assert case.calendar.elapsed(both, both[::-1]).tolist() == [business, -business]


@each("met")
def test_in_time_is_decided_by_instants(case: Published) -> None:
    due = case.calendar.due(case.stamp("start"), case.seconds("target"))
    assert (case.stamp("at") <= due) is case.data["expected"]
    many = case.calendar.due(stamps(epoch(case, "start")), case.seconds("target"))
    assert (stamps(epoch(case, "at")) <= many).tolist() == [case.data["expected"]]


@each("boundary")
def test_a_published_shift_boundary_is_the_instant_found(case: Published) -> None:
    local = int(np.datetime64(case.data["local"], "s").astype(np.int64))
    zone = Zone.load(case.data["zone"], 2000, 2030)
    assert zone.boundary(local) == epoch(case, "expected")
    assert zone.boundary(np.array([local])).tolist() == [epoch(case, "expected")]


@each("days_later")
def test_a_day_later_the_clock_shows_the_same_time(case: Published) -> None:
    zone, start = Zone.load(case.data["zone"], 2000, 2030), epoch(case, "start")
    assert zone.add_days(start, case.data["days"]) == epoch(case, "expected")
    many = zone.add_days(np.array([start, start]), np.array([0, case.data["days"]]))
    assert many.tolist() == [start, epoch(case, "expected")]


@each("share")
def test_a_published_share_is_that_of_working_time(case: Published) -> None:
    spent = case.calendar.elapsed(case.stamp("start"), case.stamp("end"))
    percent = Decimal(100 * spent) / case.seconds("target")
    assert percent.quantize(Decimal("0.1"), ROUND_HALF_UP) == Decimal(case.data["expected"])
    assert percent.quantize(Decimal(1), ROUND_HALF_UP) != Decimal(case.data["wrong"])


def test_every_case_has_its_own_id_a_title_and_a_source() -> None:
    found = cases_of()
    assert len({one.id for one in found}) == len(found)
    assert all(one.title and one.data["source"] for one in found)
