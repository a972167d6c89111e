from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.addin.fake import FakeBook
from tests.histories import AS_OF, with_history
from xlmatrix import api
from xlmatrix.addin import answers, bridge, functions
from xlmatrix.addin.asking import FUNCTIONS
from xlmatrix.addin.bridge import State
from xlmatrix.addin.cells import GivenCells, spread, stamp
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.rules.names import BEYOND
from xlmatrix.sheets.book import make_scene

BERLIN = ZoneInfo("Europe/Berlin")
EPOCH = datetime(1899, 12, 30)
FRIDAY = datetime(2026, 11, 13, 16, 30)


class Caller:
    """The cell that calls, as xlwings hands it over."""

    def __init__(self, book: FakeBook) -> None:
        self.sheet = book.sheet("Incidents")


@pytest.fixture
def caller(book: FakeBook) -> Caller:
    return Caller(book)


def serial(moment: datetime) -> float:
    return (moment - EPOCH).total_seconds() / 86400


def moment(number: float) -> datetime:
    return EPOCH + timedelta(seconds=round(number * 86400))


def test_a_deadline_in_a_cell_is_the_one_of_the_command_line(caller: Caller) -> None:
    # The template's hours without its holidays: no holiday falls into that week.
    known = api.deadline(
        FRIDAY, "4 h", hours="Mon-Fri 09:00-12:30,13:15-17:30", zone="Europe/Berlin"
    ).due
    [[due]] = functions.SLA_DUE(serial(FRIDAY), 240, None, "Business hours", caller=caller)
    assert moment(due) == known.replace(tzinfo=None)


def test_a_whole_column_takes_one_call_and_equals_single_calls(caller: Caller) -> None:
    starts = [[serial(FRIDAY + timedelta(minutes=97 * n))] for n in range(60)]
    levels = [[f"SEV-{1 + n % 3}"] for n in range(60)]
    column = functions.SLA_DUE(starts, levels, "Resolve", caller=caller)
    single = [
        functions.SLA_DUE(start, level, "Resolve", caller=caller)[0]
        for start, level in zip(starts, levels, strict=True)
    ]
    assert column == single


def test_dates_numbers_and_clock_changes_are_read_alike(caller: Caller) -> None:
    # 02:30 shows twice that night: the earlier pass is meant.
    odd = datetime(2026, 10, 25, 2, 30)
    cells = [[odd], [serial(odd)]]
    one, other = functions.SLA_DUE(cells, 60, None, "Around the clock", caller=caller)
    assert one == other
    utc = odd.replace(tzinfo=BERLIN).astimezone(UTC) + timedelta(hours=1)
    assert moment(one[0]) == utc.astimezone(BERLIN).replace(tzinfo=None)


NO_DATE, TOO_OLD = "not a date and time", "before 1900-03-01, where Excel's dates are off by one"
#: A cell, the error that every function shows for it, and why; "" where it counts as empty.
BAD: list[tuple[Any, str, str]] = [
    (None, "", ""),
    ("", "", ""),
    (0, "", ""),
    (datetime(1899, 12, 30), "", ""),
    ("tomorrow", "#VALUE!", NO_DATE),
    (True, "#VALUE!", NO_DATE),
    ("#N/A", "#N/A", "shows #N/A"),
    ({"type": "Error", "basicValue": "#REF!"}, "#REF!", "shows #REF!"),
    (-2146826246, "#N/A", "shows #N/A"),
    (-2146826281.0, "#DIV/0!", "shows #DIV/0!"),
    ("#SPILL!", "#N/A", "shows #SPILL!"),
    (-5.0, "#VALUE!", NO_DATE),
    (float("nan"), "#VALUE!", NO_DATE),
    (float("inf"), "#VALUE!", NO_DATE),
    (12.5, "#NUM!", TOO_OLD),
    (datetime(1900, 1, 5), "#NUM!", TOO_OLD),
    (99999.0, "#NUM!", BEYOND),
    (1e300, "#VALUE!", NO_DATE),
    (datetime(1950, 5, 5), "#NUM!", BEYOND),
]


def test_one_bad_cell_spoils_one_answer_and_not_the_column(caller: Caller) -> None:
    cells = [[value] for value, _, _ in BAD] + [[serial(FRIDAY)]]
    given = (cells, "SEV-1", "Resolve")
    answers = functions.SLA_DUE(*given, caller=caller)
    assert [row[0] for row in answers[:-1]] == [shown for _, shown, _ in BAD]
    assert isinstance(answers[-1][0], float)
    told = functions.SLA_WHY("SLA_DUE", *given, caller=caller)
    for (sentence,), (_, _, says) in zip(told[:-1], BAD, strict=True):
        assert sentence.endswith(says)
        assert bool(sentence) == bool(says)
    assert told[-1] == [""]


@pytest.mark.parametrize(("value", "shown", "says"), BAD, ids=repr)
def test_every_function_answers_a_bad_cell_with_an_error_and_says_why(
    caller: Caller, value: object, shown: str, says: str
) -> None:
    asked: list[tuple[str, tuple[Any, ...]]] = [
        ("SLA_ELAPSED", (value, serial(FRIDAY))),
        ("SLA_STATUS", (value,)),
        ("SLA_LADDER", (value, "SEV-1")),
        ("SLA_NEXT", (value, "SEV-1")),
        ("SLA_EXPLAIN", (value, 60)),
    ]
    offered: Any = functions
    for name, given in asked:
        answer = getattr(offered, name)(*given, caller=caller)[0][0]
        sentence = offered.SLA_WHY(name, *given, caller=caller)[0][0]
        single = name in {"SLA_LADDER", "SLA_EXPLAIN"} and not shown
        if name == "SLA_STATUS" and says == BEYOND:
            # Comparing two times needs no calendar.
            assert (answer, sentence) in {("breached", ""), ("running", "")}
        else:
            assert answer == ("#VALUE!" if single else shown), name
            assert sentence.endswith("opened is empty" if single else says), name


@pytest.mark.parametrize(
    ("severity", "target", "calendar", "shown", "says"),
    [
        ("SEV-9", "Resolve", None, "#N/A", "the severity 'SEV-9' is not in the matrix"),
        ("SEV-1", "Celebrate", None, "#N/A", "there is no target 'Celebrate'"),
        ("SEV-1", "Resolve", "Moon", "#N/A", "the calendar 'Moon' is not in the matrix"),
        (-5, None, None, "#NUM!", "minutes must be above 0"),
        (1e12, None, None, "#NUM!", "minutes must be above 0"),
        (float("nan"), None, None, "#N/A", "the severity"),
        ("#REF!", "Resolve", None, "#REF!", "a cell that this is computed from shows #REF!"),
        ("SEV-1", "#NAME?", None, "#NAME?", "a cell that this is computed from shows #NAME?"),
        ("SEV-1", "Resolve", -2146826252, "#NUM!", "a cell that this is computed from shows"),
    ],
)
def test_what_is_not_in_the_matrix_is_an_error_that_why_explains(
    caller: Caller, severity: object, target: object, calendar: object, shown: str, says: str
) -> None:
    given = (serial(FRIDAY), severity, target, calendar)
    assert functions.SLA_DUE(*given, caller=caller) == [[shown]]
    [[sentence]] = functions.SLA_WHY("due", *given, caller=caller)
    assert sentence.startswith(says)


def test_a_row_and_a_column_give_a_rectangle_as_excel_spreads_them(caller: Caller) -> None:
    starts = [[serial(FRIDAY)], [serial(FRIDAY) + 1 / 24]]
    levels = [["SEV-1", "SEV-2", "SEV-3"]]
    grid = functions.SLA_DUE(starts, levels, "Resolve", caller=caller)
    assert (len(grid), {len(row) for row in grid}) == (2, {3})
    for row, [start] in zip(grid, starts, strict=True):
        for cell, level in zip(row, levels[0], strict=True):
            assert [[cell]] == functions.SLA_DUE(start, level, "Resolve", caller=caller)


def test_where_a_range_is_shorter_than_another_an_error_stands(caller: Caller) -> None:
    given = ([[serial(FRIDAY)]] * 2, [["SEV-1"]] * 3, "Resolve")
    [first], [second], [third] = functions.SLA_DUE(*given, caller=caller)
    assert first == second
    assert isinstance(first, float)
    assert third == "#N/A"


def test_whole_columns_are_taken_down_to_what_is_used() -> None:
    rows = 1_048_576
    starts = [[46_000.5], [None], [46_001.5], *[[None]] * (rows - 3)]
    cells, height, width = spread(opened=starts, severity=[["SEV-1"], *[[""]] * (rows - 1)])
    assert (height, width) == (3, 1)
    assert cells == {"opened": [46_000.5, None, 46_001.5], "severity": ["SEV-1", "", ""]}
    assert spread(opened=[[None]] * rows)[1:] == (1, 1)


def test_the_desktop_reads_of_a_whole_column_what_its_sheet_uses(book: FakeBook) -> None:
    sheet = book.sheet("Incidents")
    bottom, right = sheet.used_range.shape
    context = SimpleNamespace(range=sheet.range((1, 2), (1_048_576, 2)))
    functions.Used.reader({})[0](context)
    assert (context.range.row, context.range.column, context.range.shape) == (1, 2, (bottom, 1))
    context = SimpleNamespace(range=sheet.range((3, 1), (3, 16_384)))
    functions.Used.reader({})[0](context)
    assert context.range.shape == (1, right)
    part = sheet.range((1, 2), (9_000, 2))
    context = SimpleNamespace(range=part)
    functions.Used.reader({})[0](context)
    assert context.range is part
    # What is typed in the formula comes without a range.
    context = SimpleNamespace(range=None)
    functions.Used.reader({})[0](context)
    assert context.range is None


def test_what_python_has_for_times_numbers_and_nothing_is_understood(caller: Caller) -> None:
    pandas = pytest.importorskip("pandas")
    [[due]] = functions.SLA_DUE(serial(FRIDAY), "SEV-1", "Resolve", caller=caller)

    def asked(opened: Any, severity: Any = "SEV-1") -> Any:
        return functions.SLA_DUE(opened, severity, "Resolve", caller=caller)

    stamps = [FRIDAY, pandas.NaT]
    for given in (
        pandas.Series(stamps),
        pandas.Series(stamps).dt.tz_localize("Europe/Berlin"),
        pandas.DataFrame({"opened": stamps}),
        np.array([FRIDAY, None], dtype="datetime64[ns]"),
        [[pandas.Timestamp(FRIDAY)], [pandas.NA]],
        [[np.datetime64(FRIDAY)], [np.datetime64("NaT")]],
        np.array([serial(FRIDAY), np.nan]),
        [[FRIDAY.replace(tzinfo=BERLIN)], [None]],
        [[FRIDAY.replace(tzinfo=BERLIN).astimezone(UTC)], [None]],
    ):
        assert asked(given) == [[due], [""]], given
    minutes = pandas.Series([240, 240])
    [[one], [other]] = functions.SLA_DUE(serial(FRIDAY), minutes, caller=caller)
    assert one == other == functions.SLA_DUE(serial(FRIDAY), np.int64(240), caller=caller)[0][0]
    # The hour that the clocks show twice: an instant is one of the two.
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    given = ([[at] for at in twice], 60, None, "Around the clock")
    shown = functions.SLA_DUE(*given, caller=caller)
    assert moment(shown[1][0]) == datetime(2026, 10, 25, 3, 30)
    assert moment(shown[0][0]) == datetime(2026, 10, 25, 2, 30)


def test_why_knows_every_function_by_name_and_says_so_of_another(caller: Caller) -> None:
    assert set(FUNCTIONS) == {name for name in vars(functions) if name.startswith("SLA_")} - {
        "SLA_WHY"
    }
    [[sentence]] = functions.SLA_WHY("SLA_DEW", 1, caller=caller)
    assert sentence.startswith("there is no function 'SLA_DEW'. Use one of SLA_DUE, ")
    assert functions.SLA_WHY("#REF!", 1, caller=caller)[0][0].endswith("shows #REF!")


def test_elapsed_counts_working_minutes_both_ways(caller: Caller) -> None:
    end = datetime(2026, 11, 16, 10, 0)
    args = ("Business hours", None, caller)
    assert functions.SLA_ELAPSED(serial(FRIDAY), serial(end), *args) == [[120.0]]
    assert functions.SLA_ELAPSED(serial(end), serial(FRIDAY), *args) == [[-120.0]]


def test_exactly_at_the_deadline_is_met(caller: Caller) -> None:
    due = serial(FRIDAY)
    second = 1 / 86400
    done = [[due], [due + second], [None], [None]]
    as_of = [[due]] * 2 + [[due], [due + second]]
    answers = functions.SLA_STATUS([[due]] * 4, done, as_of, caller=caller)
    assert answers == [["met"], ["breached"], ["running"], ["breached"]]


def test_the_ladder_and_the_next_call_are_those_of_the_log(book: FakeBook, caller: Caller) -> None:
    rows = zip(
        book.column("tIncidents", "Opened"),
        book.column("tIncidents", "Severity"),
        book.column("tIncidents", "Acknowledged"),
        book.column("tIncidents", "Resolved"),
        book.column("tIncidents", "Next call at"),
        book.column("tIncidents", "Next call"),
        book.column("tIncidents", "Class"),
        strict=True,
    )
    running = [row for row in rows if row[0] and row[1] and not row[3]]
    assert running
    opened, severity, acknowledged, kind = ([[row[n]] for row in running] for n in (0, 1, 2, 6))
    answers = functions.SLA_NEXT(opened, severity, acknowledged, kind, caller=caller)
    for (at, whom), row in zip(answers, running, strict=True):
        if isinstance(row[4], datetime):
            assert (moment(at), whom) == (row[4], row[5])
    ladder = functions.SLA_LADDER(serial(FRIDAY), "SEV-1", caller=caller)
    assert ladder[0][0] == 1
    times = [row[1] for row in ladder]
    assert times == sorted(times)


def test_explain_spills_the_ledger(caller: Caller) -> None:
    lines = functions.SLA_EXPLAIN(serial(FRIDAY), 240, "Business hours", caller=caller)
    assert all(len(row) == 1 for row in lines)
    assert lines[-1] == ["due Mon 2026-11-16 12:00 (Europe/Berlin)"]


def test_on_call_names_who_holds_a_role(book: FakeBook, caller: Caller) -> None:
    role, primary = book.column("tRoles", "Role")[0], book.column("tRoles", "Primary")[0]
    answers = functions.SLA_ONCALL([[role], ["Nobody's role"], [None]], caller=caller)
    assert answers == [[primary], ["#N/A"], [""]]


def test_hours_and_holidays_as_edited_are_used(book: FakeBook, caller: Caller) -> None:
    args = (serial(FRIDAY), 240, None, "Business hours", None, caller)
    before = functions.SLA_DUE(*args)
    row = book.column("tHolidays", "Date").index(None)
    book.type("tHolidays", "Date", row, "2026-11-16T00:00:00.000Z")
    book.type("tHolidays", "Calendar", row, "All calendars")
    bridge.STATES.forget()
    [[after]] = functions.SLA_DUE(*args)
    assert moment(after) == moment(before[0][0]) + timedelta(days=1)


def test_two_open_workbooks_answer_each_by_its_own_targets(lite_path: Any) -> None:
    one, other = FakeBook(lite_path, "one.xlsx"), FakeBook(lite_path, "two.xlsx")
    other.type("tTargets1", "Within", 0, 1)
    args = (serial(FRIDAY), "SEV-1", "Acknowledge", None, None)
    assert functions.SLA_DUE(*args, Caller(one)) != functions.SLA_DUE(*args, Caller(other))


def test_a_state_is_built_once_while_the_workbook_stays_as_it_is(book: FakeBook) -> None:
    first = bridge.STATES.take(bridge.read(book, skip=bridge.LOGS))
    assert bridge.STATES.take(bridge.read(book, skip=bridge.LOGS)) is first
    book.type("tTargets1", "Within", 0, 7)
    assert bridge.STATES.take(bridge.read(book, skip=bridge.LOGS)) is not first


def test_a_foreign_workbook_gets_a_sentence_in_the_cell(book: FakeBook, caller: Caller) -> None:
    book.sheets.remove(book.sheet("Stamp"))
    given = (serial(FRIDAY), "SEV-1", "Resolve")
    assert functions.SLA_DUE(*given, caller=caller) == [["#N/A"]]
    [[sentence]] = functions.SLA_WHY("SLA_DUE", *given, caller=caller)
    assert "was not made by xlmatrix" in sentence
    # Two times are compared without any workbook of ours.
    at = serial(FRIDAY)
    assert functions.SLA_STATUS([[at]], None, [[at]], caller=caller) == [["running"]]
    assert functions.SLA_STATUS([[at]], caller=caller) == [["#N/A"]]


def test_a_fault_of_ours_shows_a_sentence_and_no_traceback(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("x")

    monkeypatch.setattr("xlmatrix.addin.answers.calendar_of", broken)
    given = (serial(FRIDAY), 60)
    assert functions.SLA_DUE(*given, caller=caller) == [["#N/A"]]
    [[sentence]] = functions.SLA_WHY("SLA_DUE", *given, caller=caller)
    assert sentence == "this is a fault in xlmatrix, not in your cells (ZeroDivisionError)"


@pytest.mark.parametrize(
    ("given", "shape"),
    [(None, (1, 1)), (5, (1, 1)), ([1, 2], (2, 1)), ([[1, 2]], (1, 2)), (np.ones((3, 1)), (3, 1))],
)
def test_ranges_come_in_many_forms(given: object, shape: tuple[int, int]) -> None:
    column = GivenCells.of(given)
    assert (column.height, column.width) == shape


def test_a_stamp_is_rounded_to_the_second_as_the_formulas_do() -> None:
    assert stamp(datetime(2026, 11, 13, 16, 29, 59, 999_700)) == stamp(FRIDAY)


def test_no_key_is_needed_and_none_is_set() -> None:
    program = (
        "import os, sys\n"
        "assert 'XLWINGS_LICENSE_KEY' not in os.environ\n"
        "from xlmatrix.addin import functions, actions, server, install\n"
        "from xlmatrix.routes import lite, macros, dress\n"
        "assert 'XLWINGS_LICENSE_KEY' not in os.environ\n"
        "assert functions.SLA_DUE.__doc__\n"
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith("XLWINGS")}
    subprocess.run([sys.executable, "-c", program], check=True, env=clean)


def test_nothing_of_xlmatrix_imports_what_needs_a_licence() -> None:
    root = Path(api.__file__).parents[1]
    for path in root.rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        imports = [line for line in lines if re.match(r"\s*(from|import)\s", line)]
        assert not [line for line in imports if re.search(r"xlwings[._](pro|server)", line)], path
        assert not [line for line in lines if "os.environ[" in line and "LICENSE" in line], path


def test_a_target_is_the_one_of_the_version_in_force_at_the_opening() -> None:
    spec, log = with_history(), IncidentLog.empty()
    context = make_scene(spec, log, as_of=AS_OF, created=AS_OF).context
    state = State(spec, context, {}, (), "")
    opened = [datetime(2026, 3, day, 9) for day in (25, 26, 31)]
    found = answers.due(state, [[serial(at)] for at in opened], "SEV-1", "resolve")
    lengths = (timedelta(minutes=30), timedelta(days=2), timedelta(minutes=240))
    # On 29 March the clocks go forward, after the second one is due.
    assert [moment(row[0]) for row in found] == [
        at + length for at, length in zip(opened, lengths, strict=True)
    ]
