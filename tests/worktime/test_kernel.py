"""The fast path against the plain binary search, second by second around every boundary."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from xlmatrix.worktime import NEVER, Calendar
from xlmatrix.worktime.kernel import CHUNK, Buckets
from xlmatrix.worktime.table import IntervalTable

DECADE = {"start": date(2020, 1, 1), "end": date(2029, 12, 31)}
HOLIDAYS = [date(year, *day) for year in range(2020, 2030) for day in ((1, 1), (5, 1), (12, 25))]
CALENDARS = {
    "split shifts": {"hours": "Mon-Fri 09:00-12:30,13:15-17:30", "zone": "Europe/Berlin"},
    "nights": {"hours": "Mon-Fri 22:00-06:00", "zone": "America/Chicago", "holiday_mode": "shift"},
    "round the clock": {"hours": "24x7", "zone": "Australia/Lord_Howe"},
    "minutes apart": {"hours": "Mon-Sun 09:00-09:01,09:02-09:03,09:04-09:10", "zone": "UTC"},
}


def rows_at_the_edges(table: IntervalTable, size: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(7)
    edges = np.concatenate([table.start, table.end, [table.low, table.high]])
    starts = random.choice(edges, size) + random.integers(-1, 2, size)
    starts[::5] = random.integers(table.low - 9, table.high + 9, starts[::5].size)
    starts[::97] = NEVER
    targets = random.integers(0, 40 * 3600, size)
    targets[::6] = 0
    targets[::89] = np.iinfo(np.int64).max
    # Half of the targets end exactly at some close, where one second decides.
    worked = table.worked_by_search(starts)
    closes = random.choice(table.before + table.end - table.start, size)
    exact = (closes > worked) & (worked != NEVER) & (random.random(size) < 0.5)
    return starts, np.where(exact, closes - worked, targets)


@pytest.mark.parametrize("name", CALENDARS)
def test_look_up_by_buckets_finds_what_binary_search_finds(name: str) -> None:
    table = Calendar.build(holidays=HOLIDAYS, **CALENDARS[name], **DECADE).table  # type: ignore[arg-type]
    assert table.kernel is not None
    starts, targets = rows_at_the_edges(table, 3 * CHUNK + 17)
    assert (table.worked(starts) == table.worked_by_search(starts)).all()
    due = table.due(starts, targets)
    assert (due == table.due_by_search(starts, targets)).all()
    ends = starts[::-1].copy()
    spent = table.worked_by_search(ends) - table.worked_by_search(starts)
    unknown = (table.worked_by_search(ends) == NEVER) | (table.worked_by_search(starts) == NEVER)
    assert (table.elapsed(starts, ends) == np.where(unknown, NEVER, spent)).all()
    few = slice(0, 2000)
    one = [table.due_one(int(s), int(t)) for s, t in zip(starts[few], targets[few], strict=True)]
    assert due[few].tolist() == one


def test_a_horizon_too_long_for_int32_is_answered_by_binary_search() -> None:
    table = Calendar.build(start=date(1975, 1, 1), end=date(2060, 12, 31)).table
    assert table.kernel is None
    starts, targets = rows_at_the_edges(table, 500)
    one = [table.due_one(int(s), int(t)) for s, t in zip(starts, targets, strict=True)]
    assert table.due(starts, targets).tolist() == one
    ends = starts[::-1]
    spent = [
        NEVER if NEVER in (first, last) else last - first
        for first, last in zip(
            map(table.worked_one, starts), map(table.worked_one, ends), strict=True
        )
    ]
    assert NEVER in spent
    assert table.elapsed(starts, ends).tolist() == spent


def test_one_interval_after_the_horizons_start_is_worked_from_its_first_second_on() -> None:
    table = IntervalTable.of(np.array([1000]), np.array([1010]), 0, 2000)
    assert table.kernel is not None
    stamps = np.array([0, 1000, 1001, 1009, 1010, 1011, 2000])
    assert table.worked(stamps).tolist() == [0, 0, 1, 9, 10, 10, 10]
    assert table.due(stamps, np.full(7, 1)).tolist() == [1001, 1001, 1002, 1010, *[NEVER] * 3]


def test_a_sum_of_work_too_large_for_int32_is_beyond_the_horizon_too() -> None:
    """The horizon fits in 31 bits, a sum of start and target does not."""
    half = 2**30
    table = IntervalTable.of(np.array([0]), np.array([half + 1]), 0, half + 1)
    starts, targets = np.array([0, half, half]), np.array([half + 1, 1, half + 1])
    assert table.due(starts, targets).tolist() == [half + 1, half + 1, NEVER]


@pytest.mark.parametrize("last", [2026, 2060])
def test_arrays_keep_their_shape(last: int) -> None:
    table = Calendar.build(start=date(1975, 1, 1), end=date(last, 12, 31)).table
    assert (table.kernel is None) == (last == 2060)
    low = table.low + 5 * 86_400
    grid = low + np.arange(6).reshape(2, 3) * 9000
    ends = grid + 400_000
    spent = table.elapsed(grid, ends)
    assert spent.shape == (2, 3)
    assert spent.tolist() == (table.worked(ends) - table.worked(grid)).tolist()


def test_a_table_without_intervals_answers_never_as_whole_numbers() -> None:
    table = IntervalTable.of(np.array([], np.int64), np.array([], np.int64), 0, 100)
    stamps = np.array([-1, 50, 101])
    worked = table.worked(stamps)
    assert worked.dtype == np.int64
    assert worked.tolist() == [NEVER, 0, NEVER]
    many = table.at(np.array(1), np.array([True, False]))
    one = table.at(np.array([0, 1]), True)
    assert many.dtype == one.dtype == np.int64
    assert many.tolist() == one.tolist() == [NEVER, NEVER]


def test_keys_too_crowded_for_buckets_have_no_index() -> None:
    keys = np.concatenate([np.arange(0, 4000, 2), [1_900_000_000]])
    assert Buckets.of(keys, 2_000_000_000) is None


def test_intervals_that_touch_or_overlap_become_one() -> None:
    start, end = np.array([50, 10, 30, 20, 70]), np.array([60, 20, 40, 35, 70])
    table = IntervalTable.of(start, end, 0, 100)
    assert table.start.tolist() == [10, 50]
    assert table.end.tolist() == [40, 60]
    assert table.before.tolist() == [0, 30]


def test_a_table_cannot_be_changed_by_accident() -> None:
    table = IntervalTable.of(np.array([10]), np.array([20]), 0, 100)
    with pytest.raises(ValueError, match="read-only"):
        table.start[0] = 5


def test_a_table_too_crowded_for_buckets_is_answered_by_binary_search() -> None:
    start = np.arange(0, 4000, 2)
    table = IntervalTable.of(start, start + 1, 0, 1_900_000_000)
    assert table.kernel is None
    assert table.worked(np.array([0, 3, 4000])).tolist() == [0, 2, 2000]
