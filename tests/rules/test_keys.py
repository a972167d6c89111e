"""The keys that look-ups search rise strictly, have 15 digits at most, and are refused beyond."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from tests.books import drawn_book
from tests.matrices import few_spare_rows, matrix
from tests.office.compare import assert_confirmed_by_ironcalc
from tests.office.engines import ironcalc_values
from tests.office.libre import recalculate
from tests.office.package import column_cells, formula_cells
from xlmatrix.errors import XlmatrixError
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.clocks.calendar_rows import CalendarKeys, Interval, row_count, rows_of
from xlmatrix.rules.instants import EPOCH_S, KEY_LIMIT
from xlmatrix.rules.logs.histories import PAUSES, typed_rows
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.rules.logs.keys import keys_of
from xlmatrix.sheets.book import MOST_CALENDARS, make_scene, plan_book
from xlmatrix.sheets.lines import lines_of
from xlmatrix.worktime import Calendar
from xlmatrix.write import render

HOURS = "Mon-Fri 08:00-09:00,10:00-11:00,12:00-13:00,14:00-15:00,22:00-04:00; Sat 23:00-22:00"
START = date(2024, 1, 1)
LATER = datetime(2026, 3, 9, 15, 30)


def calendar(days: int) -> Calendar:
    closed = [START + timedelta(days=n) for n in range(3, days, 29)]
    end = START + timedelta(days=days - 1)
    return Calendar.build(HOURS, "Europe/Berlin", closed, start=START, end=end)


@pytest.fixture(scope="module")
def long_rows() -> tuple[Calendar, list[Interval]]:
    """A calendar of 40,000 rows, as the 25th of a book."""
    one = calendar(8000)
    return one, rows_of(one, 25, 5)


def test_the_rows_that_are_planned_are_counted(
    long_rows: tuple[Calendar, list[Interval]],
) -> None:
    one, rows = long_rows
    assert len(rows) == row_count(one, 5) > 40_000
    assert [row.number for row in rows] == list(range(len(rows)))


def test_the_keys_of_forty_thousand_rows_rise_strictly_in_fifteen_digits(
    long_rows: tuple[Calendar, list[Interval]],
) -> None:
    one, rows = long_rows
    keys = CalendarKeys.of([one] * 25, 5)
    for key in (keys.start, keys.worked):
        numbers = np.array([key(row) for row in rows], dtype=np.float64)
        assert (np.diff(numbers) >= 1).all()
        assert numbers.max() < KEY_LIMIT


def searched(keys: CalendarKeys, number: int, seconds: int) -> int:
    """The key that is looked for: the greatest before so many seconds."""
    return (number * keys.span + seconds) * keys.rows - 1


def test_searching_the_keys_gives_the_working_time_of_the_engine(
    long_rows: tuple[Calendar, list[Interval]],
) -> None:
    one, rows = long_rows
    keys = CalendarKeys.of([one], 5)
    starts, sums = [keys.start(row) for row in rows], [keys.worked(row) for row in rows]
    random = np.random.default_rng(1)
    low, high = one.horizon
    edges = random.choice([row.end for row in rows], 3000) + random.integers(-1, 2, 3000)
    anywhere = random.integers(low, high, 1000) + EPOCH_S
    for instant in map(int, np.clip(np.concatenate([edges, anywhere]), low + EPOCH_S, None)):
        row = rows[bisect_right(starts, searched(keys, 25, instant - keys.low + 1)) - 1]
        worked = min(instant - row.offset, row.worked_end)
        assert worked == int(one.worked(min(instant - EPOCH_S, high)))
        if worked:
            found = rows[bisect_right(sums, searched(keys, 25, worked)) - 1]
            assert int(one.worked(worked + found.offset - EPOCH_S)) == worked
            assert int(one.worked(worked + found.offset - EPOCH_S - 1)) < worked


def test_sixty_calendars_of_three_years_fit() -> None:
    one = calendar(3 * 365)
    keys = CalendarKeys.of([one] * 60, 5)
    assert 61 * keys.span * keys.rows < KEY_LIMIT
    last = rows_of(one, 60, 5)[-1]
    assert keys.start(last) < KEY_LIMIT


def test_three_calendars_of_seven_years_with_three_shifts_fit() -> None:
    keys = CalendarKeys.of([calendar(7 * 365)] * 3, 3)
    assert keys.rows > 7_000
    assert 4 * keys.span * keys.rows < KEY_LIMIT


@pytest.mark.parametrize(("count", "days"), [(60, 8000), (5, 100 * 365)], ids=["rows", "digits"])
def test_more_than_a_workbook_can_search_is_refused_by_name(count: int, days: int) -> None:
    with pytest.raises(XlmatrixError, match="more than a workbook can search") as refused:
        CalendarKeys.of([calendar(days)] * count, 5)
    assert refused.value.where == "horizon"
    assert "fewer calendars" in refused.value.mend


@pytest.mark.office
def test_other_programs_find_the_rows_of_forty_thousand_keys(
    long_rows: tuple[Calendar, list[Interval]], tmp_path: Path
) -> None:
    one, rows = long_rows
    keys = CalendarKeys.of([one] * 25, 5)
    numbers = [keys.start(row) for row in rows]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number in numbers:
        sheet.append([number])
    wanted = {}
    for line, row in enumerate(rows[::401], start=1):
        for column, slip in (("C", -1), ("D", 0), ("E", 1)):
            key = searched(keys, 25, max(row.start - keys.low + slip, 1))
            sheet[f"{column}{line}"] = f"=MATCH({key},$A$1:$A${len(rows)},1)"
            wanted["Sheet", f"{column}{line}"] = bisect_right(numbers, key)
    path = tmp_path / "keys.xlsx"
    book.save(path)
    assert ironcalc_values(path, wanted) == wanted
    computed = {cell: found.value for cell, found in formula_cells(recalculate(path)).items()}
    assert computed == wanted


@pytest.mark.parametrize("seed", range(8))
def test_the_keys_of_the_logs_rise_strictly_without_asking_the_row_above(seed: int) -> None:
    drawn = drawn_book(seed, incidents=80)
    scene = make_scene(
        drawn.spec, drawn.log, as_of=drawn.as_of, created=drawn.as_of, typed=dict(drawn.typed)
    )
    found = 0
    for line in lines_of(scene):
        for header, column in line.columns.items():
            if header in ("order key", "begin key") or header.startswith("net key"):
                numbers = np.array(column.values, dtype=np.float64)
                assert (np.diff(numbers) >= 1).all(), f"{line.sheet} {header}"
                found += 1
    assert found == 5


def test_two_thousand_pauses_of_one_incident_have_keys_of_their_own() -> None:
    drawn = drawn_book(1, incidents=5)
    begin = datetime(2026, 11, 1)
    pauses = [{"Incident": "I-1", "From": begin, "To": begin} for _ in range(2000)]
    scene = make_scene(
        drawn.spec, drawn.log, as_of=None, created=drawn.as_of, typed=typed_rows(PAUSES, pauses)
    )
    keys = keys_of(scene.frame)
    assert keys.rows > 2000
    same = keys.rising(np.full(2000, 2), np.zeros(2000), 2000)
    assert (np.diff(same) == 1).all()
    assert same[-1] < keys.first(np.array([2]), np.ones(1))[0]


def test_a_long_log_tells_fewer_seconds_apart_but_never_less_than_its_horizon() -> None:
    keys = keys_of(_many(60_000, 3).frame)
    assert 365 * 86_400 < keys.span < 10**9
    assert 60_126 * keys.span * keys.rows <= KEY_LIMIT


def test_more_incidents_than_keys_can_hold_are_refused_by_name() -> None:
    with pytest.raises(XlmatrixError, match="one has 1,000 pauses or changes") as refused:
        keys_of(_many(60_000, 1000).frame)
    assert refused.value.where == "the logs"
    assert "a workbook of its own" in refused.value.mend


@pytest.mark.slow
def test_as_many_calendars_as_a_workbook_takes_are_each_counted_by_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_spare_rows(monkeypatch)
    drawn = _calendars(MOST_CALENDARS)
    path = tmp_path / "calendars.xlsx"
    opened = np.datetime64("2026-03-09T08:30:00")
    ids = [f"Class {number}" for number in range(1, 9)]
    log = IncidentLog.of({"ID": ids, "Class": ids}, {"Opened": [opened] * len(ids)})
    begin = datetime(2026, 3, 9, 14)
    typed = typed_rows(PAUSES, [{"Incident": one, "From": begin, "To": LATER} for one in ids])
    now = datetime(2026, 3, 11, 10)
    path.write_bytes(render(plan_book(drawn, log, as_of=now, created=now, typed=typed)))
    due = [
        at
        for header in ("Response due", "Resolve due")
        for at in column_cells(path, "tIncidents", header)
    ]
    cells = formula_cells(path)
    assert len({cells[at].value for at in due if cells[at].value != ""}) > len(ids)
    assert_confirmed_by_ironcalc(path, due)


def test_more_calendars_than_formulas_choose_among_are_refused_by_name() -> None:
    begin = datetime(2026, 3, 1)
    with pytest.raises(XlmatrixError, match="16 calendars, and a workbook") as refused:
        make_scene(_calendars(MOST_CALENDARS + 1), IncidentLog.empty(), as_of=None, created=begin)
    assert refused.value.where == "calendars"
    assert "a workbook of its own" in refused.value.mend


def _calendars(count: int) -> MatrixSpec:
    """So many calendars, each with hours of its own: two of the first fifteen a severity."""
    calendars = [
        {
            "id": f"c{number}",
            "name": f"Calendar {number}",
            "hours": f"Mon-Fri {6 + number % 5:02}:{number:02}-{16 + number % 7}:{number:02}",
        }
        for number in range(1, count + 1)
    ]
    targets = [
        {
            "acknowledge": "1 h",
            "first_response": {"within": "2 h", "calendar": f"c{7 + number}"},
            "resolve": {"within": "20 h", "calendar": f"c{number}", "pauses": True},
        }
        for number in range(1, 9)
    ]
    start, end = date(2026, 3, 1), date(2026, 4, 30)
    return matrix("Europe/Berlin", calendars, targets, start=start, end=end)


def _many(count: int, pauses: int):  # type: ignore[no-untyped-def]
    spec = matrix("UTC", [{"id": "always", "name": "Always", "hours": "24x7"}], [
        {"acknowledge": "1 h", "first_response": "1 h", "resolve": "4 h"}
    ])  # fmt: skip
    begin = datetime(2026, 3, 1)
    log = IncidentLog.of(
        {"ID": [f"I-{n}" for n in range(count)], "Class": ["Class 1"] * count},
        {"Opened": [np.datetime64(begin)] * count},
    )
    typed = typed_rows(PAUSES, [{"Incident": "I-5", "From": begin}] * pauses)
    return make_scene(spec, log, as_of=None, created=begin, typed=typed)
