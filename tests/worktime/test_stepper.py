"""The engine against a clock that walks minute by minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.worktime.stepper import Case, Stepper
from tests.worktime.strategies import ORDINARY_WEEKS, ZONES_AND_DAYS, calendar_of, cases
from xlmatrix.errors import HorizonError
from xlmatrix.worktime import NEVER, Calendar, Zone
from xlmatrix.worktime.kernel import Buckets, Kernel
from xlmatrix.worktime.shifts import Plan
from xlmatrix.worktime.table import IntervalTable

MINUTE = timedelta(minutes=1)


def seconds(stamp: datetime | None) -> int:
    return NEVER if stamp is None else int(stamp.timestamp())


def questions(case: Case, stepper: Stepper) -> list[tuple[datetime, int]]:
    """Starts at and around every change between open and closed, with targets that meet a close."""
    assert stepper.low is not None
    flips = [i for i in range(1, len(stepper.open)) if stepper.open[i] != stepper.open[i - 1]]
    at = sorted({0, len(stepper.open), *(f + d for f in flips for d in (-1, 0, 1, 17))})
    starts = [i for i in at if 0 <= i <= len(stepper.open)][:: max(1, len(at) // 24)]
    closes = [stepper.passed[f] for f in flips]
    asked = []
    for i in starts:
        to_close = [c - stepper.passed[i] for c in closes if c > stepper.passed[i]][:6]
        asked += [(stepper.low + i * MINUTE, m) for m in (0, 1, 61, 480, *to_close)]
    return asked


def differences(case: Case, calendar: Calendar, stepper: Stepper) -> list[str]:
    """Where the engine, one by one or all at once, and the stepper disagree about a deadline."""
    asked = questions(case, stepper)
    expected = [seconds(stepper.due(start, minutes)) for start, minutes in asked]
    starts = np.array([seconds(start) for start, _ in asked])
    targets = np.array([60 * minutes for _, minutes in asked])
    many = calendar.due_s(starts, targets).tolist()
    one = [calendar.due_s(int(s), int(t)) for s, t in zip(starts, targets, strict=True)]
    rows = zip(asked, expected, many, one, strict=True)
    return [str(row) for row in rows if not row[1] == row[2] == row[3]]


@pytest.mark.slow
@settings(deadline=None, max_examples=examples(60, 120))
@given(case=cases())
def test_every_deadline_is_the_one_a_minute_stepper_finds(case: Case) -> None:
    calendar, stepper = calendar_of(case), Stepper(case)
    assert differences(case, calendar, stepper) == []


@settings(deadline=None, max_examples=examples(30, 60))
@given(case=cases(), data=st.data())
def test_elapsed_time_is_the_open_minutes_a_stepper_counts(case: Case, data: st.DataObject) -> None:
    calendar, stepper = calendar_of(case), Stepper(case)
    assert stepper.low is not None
    index = st.integers(0, len(stepper.open))
    pairs = data.draw(st.lists(st.tuples(index, index), min_size=1, max_size=30))
    stamps = [(stepper.low + a * MINUTE, stepper.low + b * MINUTE) for a, b in pairs]
    expected = [60 * stepper.elapsed(a, b) for a, b in stamps]
    assert [calendar.elapsed(a, b) for a, b in stamps] == expected
    starts, ends = (
        np.array([seconds(stamp) for stamp in column]).astype("datetime64[s]")
        for column in zip(*stamps, strict=True)
    )
    assert calendar.elapsed(starts, ends).tolist() == expected


@settings(deadline=None, max_examples=examples(30, 60))
@given(case=cases())
def test_the_horizon_and_the_total_are_those_of_the_stepper(case: Case) -> None:
    calendar, stepper = calendar_of(case), Stepper(case)
    assert stepper.low is not None
    low, high = calendar.horizon
    assert low == seconds(stepper.low)
    assert high == low + 60 * len(stepper.open)
    assert calendar.total_s == 60 * sum(stepper.open)
    minutes = np.arange(low, high, 60)
    assert np.asarray(calendar.is_open(minutes)).tolist() == stepper.open


@settings(deadline=None, max_examples=examples(40, 80))
@given(case=cases(), data=st.data())
def test_work_until_a_deadline_is_the_target_and_a_later_target_is_not_earlier(
    case: Case, data: st.DataObject
) -> None:
    calendar = calendar_of(case)
    low, high = calendar.horizon
    starts = np.array(data.draw(st.lists(st.integers(low, high), min_size=1, max_size=50)))
    targets = np.array([data.draw(st.integers(1, 200_000)) for _ in starts])
    due = calendar.due_s(starts, targets)
    known = due != NEVER
    worked = calendar.worked(due[known]) - calendar.worked(starts[known])
    assert worked.tolist() == targets[known].tolist()
    later = calendar.due_s(starts, targets + 1)
    assert (later[later != NEVER] > due[later != NEVER]).all()
    assert not (known < (later != NEVER)).any()
    shifted = calendar.due_s(np.minimum(starts + 1, high), targets)
    both = known & (shifted != NEVER)
    assert (shifted[both] >= due[both]).all()


@settings(deadline=None, max_examples=examples(30, 60))
@given(case=cases(), data=st.data())
def test_the_ledger_adds_up_to_the_target_without_gaps(case: Case, data: st.DataObject) -> None:
    calendar = calendar_of(case)
    start = calendar.local(data.draw(st.integers(*calendar.horizon)))
    target = data.draw(st.integers(0, 200_000))
    try:
        ledger = calendar.explain(start, target)
    except HorizonError:
        return
    assert sum(row.seconds for row in ledger.rows) == target
    assert [row.running for row in ledger.rows][-1:] in ([], [target])
    stamps = [ledger.start.timestamp()]
    for row in ledger.rows:
        assert row.opened.timestamp() == stamps[-1]
        stamps.append(row.closed.timestamp())
        assert (row.seconds == 0) == bool(row.reason)
        assert row.seconds in (0, row.closed.timestamp() - row.opened.timestamp())
    assert stamps[-1] == ledger.due.timestamp()


# Deliberate faults. Each must make the comparison above fail, else it proves nothing.


def without_the_second_back(kernel: Kernel, target: Any, work: Any) -> None:
    np.minimum(target, kernel.total + 1, out=work.picked, casting="same_kind")
    np.add(work.reached, work.picked, out=work.reached)
    work.back[:] = work.reached


def always_a_second_back(kernel: Kernel, target: Any, work: Any) -> None:
    np.minimum(target, kernel.total + 1, out=work.picked, casting="same_kind")
    np.add(work.reached, work.picked, out=work.reached)
    np.maximum(work.reached - 1, 0, out=work.back)


def one_value_without_the_second_back(table: IntervalTable, worked_s: int, strict: bool) -> int:
    row = int(np.searchsorted(table.before, worked_s, side="right")) - 1
    return (
        NEVER
        if worked_s > table.total
        else int(table.start[row]) + worked_s - int(table.before[row])
    )


def row_before_an_equal_key(buckets: Buckets, values: Any, work: Any) -> Any:
    work.row[:] = np.maximum(
        np.searchsorted(np.append(0, buckets.following), values, side="left") - 1, 0
    )
    return work.row


def gap_by_the_offset_before(zone: Zone, local_s: Any) -> Any:
    return zone.to_utc(local_s)


def overlap_by_its_second_pass(zone: Zone, local_s: Any) -> Any:
    row = np.searchsorted(zone.odd_from, local_s, side="right") - 1
    answer = np.maximum(local_s - zone.offset[row], zone.utc[row])
    return answer if isinstance(local_s, np.ndarray) else int(answer)


def no_holiday_is_clipped(plan: Plan) -> list[date]:
    return []


def holidays_ignored_by_shifts(plan: Plan, day: date) -> Any:
    return plan.exceptions.get(day, plan.hours.days[day.weekday()])


MUTATIONS: list[tuple[type, str, Callable[..., Any]]] = [
    (Kernel, "_add_target", without_the_second_back),
    (Kernel, "_add_target", always_a_second_back),
    (IntervalTable, "at_one", one_value_without_the_second_back),
    (Buckets, "find", row_before_an_equal_key),
    (Zone, "boundary", gap_by_the_offset_before),
    (Zone, "boundary", overlap_by_its_second_pass),
    (Plan, "clipped", no_holiday_is_clipped),
    (Plan, "shifts_of", holidays_ignored_by_shifts),
]


def fixed_cases() -> list[Case]:
    return [
        Case(
            week=ORDINARY_WEEKS[i % len(ORDINARY_WEEKS)],
            zone=zone,
            start=first,
            end=first + timedelta(days=6),
            holidays=frozenset({first + timedelta(days=1)}),
            mode=("clip", "shift")[i % 2],
            exceptions={},
        )
        for i, (zone, first) in enumerate((*ZONES_AND_DAYS[:6], *ZONES_AND_DAYS[10:13]))
    ] + [
        Case(
            week=(((120, 140), (150, 390)),) * 7,
            zone=zone,
            start=first,
            end=first + timedelta(days=5),
            holidays=frozenset(),
            mode="clip",
            exceptions={},
        )
        for zone, first in ZONES_AND_DAYS[:2]
    ]


@pytest.fixture(scope="module")
def stepped() -> list[tuple[Case, Stepper]]:
    return [(case, Stepper(case)) for case in fixed_cases()]


def disagreements(stepped: list[tuple[Case, Stepper]]) -> int:
    return sum(len(differences(case, calendar_of(case), stepper)) for case, stepper in stepped)


def test_the_unharmed_engine_agrees_on_the_cases_for_mutations(
    stepped: list[tuple[Case, Stepper]],
) -> None:
    assert disagreements(stepped) == 0


@pytest.mark.parametrize(
    ("owner", "name", "fault"), MUTATIONS, ids=lambda x: getattr(x, "__name__", x)
)
def test_the_stepper_notices_a_deliberate_fault(
    owner: type,
    name: str,
    fault: Callable[..., Any],
    stepped: list[tuple[Case, Stepper]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(owner, name, fault)
    assert disagreements(stepped) > 0
