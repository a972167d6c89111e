"""Functions in cells keep time: with the clock, and with the policy as somebody edits it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.addin.fake import FakeBook
from tests.addin.test_functions import Caller, moment, serial
from xlmatrix import api
from xlmatrix.addin import asking, clock, functions
from xlmatrix.addin.bridge import AS_OF_INPUT, STATES, VERSION, State, read
from xlmatrix.errors import XlmatrixError
from xlmatrix.routes.dress import lite_book

DUE = datetime(2026, 11, 16, 12, 0)
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def live_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook that speaks of the present: its As of is blank."""
    path = tmp_path_factory.mktemp("live") / "live.xlsx"
    api.build(api.template("basic"), output=path, dress=lite_book())
    return path


@pytest.fixture
def live(live_path: Path) -> FakeBook:
    return FakeBook(live_path)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """A clock that stands until somebody sets it."""
    shown = [DUE]
    monkeypatch.setattr("xlmatrix.addin.bridge.now_in", lambda _: shown[0])
    return shown


def set_version(book: FakeBook, value: Any) -> None:
    """What Excel computes in that cell after an edit."""
    area = book.names[VERSION].refers_to_range
    area.sheet.cells[area.row, area.column] = value


def test_a_status_turns_with_the_clock_and_not_with_the_first_call(
    live: FakeBook, now: list[datetime]
) -> None:
    caller: Any = Caller(live)
    for at, said in ((DUE - SECOND, "running"), (DUE, "running"), (DUE + SECOND, "breached")):
        now[0] = at
        assert functions.SLA_STATUS(serial(DUE), caller=caller) == [[said]]
    # The same where a function is given no workbook but its cell's name.
    for at, said in ((DUE, "running"), (DUE + SECOND, "breached")):
        now[0] = at
        assert asking.ask("SLA_STATUS", named, serial(DUE)) == [[said]]


def named(version: Any) -> State:
    """The state as a function on a server gets it: by the name of its cell's workbook."""
    return STATES.of_cell("", "live.xlsx", version)


def test_the_next_call_and_who_is_on_call_turn_with_the_clock(
    live: FakeBook, now: list[datetime]
) -> None:
    caller: Any = Caller(live)
    opened = serial(DUE)
    ladder = functions.SLA_LADDER(opened, "SEV-1", caller=caller)
    times = sorted({row[1] for row in ladder if isinstance(row[1], float)})
    for earlier, later in pairwise(times):
        now[0] = moment(earlier)
        [[at, _]] = functions.SLA_NEXT(opened, "SEV-1", caller=caller)
        assert moment(at) == moment(later)


def test_an_as_of_that_was_typed_stands_still(book: FakeBook, now: list[datetime]) -> None:
    now[0] = datetime(2030, 1, 1)
    caller: Any = Caller(book)
    assert functions.SLA_STATUS(serial(datetime(2026, 11, 16, 10, 31)), caller=caller) == [
        ["running"]
    ]
    assert AS_OF_INPUT in {name.name for name in book.names}


@pytest.mark.parametrize("told", [False, True], ids=["asked", "told"])
def test_an_edit_is_seen_at_once_although_the_workbook_was_read_a_moment_ago(
    book: FakeBook, told: bool
) -> None:
    caller: Any = Caller(book)
    at = serial(datetime(2026, 11, 16, 9))

    def due() -> datetime:
        version = book.names[VERSION].refers_to_range.options().value if told else None
        [[found]] = functions.SLA_DUE(at, "SEV-1", "Acknowledge", None, version, caller)
        return moment(found)

    before = due()
    book.type("tTargets1", "Within", 0, 1)
    set_version(book, 17)
    after = due()
    assert after != before
    book.type("tTargets1", "Within", 0, 2)
    set_version(book, 18)
    assert due() > after


def test_an_error_in_the_policy_leaves_the_functions_to_answer(book: FakeBook) -> None:
    caller: Any = Caller(book)
    set_version(book, "#REF!")
    [[found]] = functions.SLA_DUE(serial(DUE), "SEV-1", "Resolve", None, "#REF!", caller)
    assert isinstance(found, float)


def test_a_workbook_without_that_cell_answers_as_before(book: FakeBook) -> None:
    book.names[:] = [name for name in book.names if name.name != VERSION]
    [[found]] = functions.SLA_DUE(serial(DUE), "SEV-1", "Resolve", caller=Caller(book))
    assert isinstance(found, float)


def test_a_policy_that_changed_since_it_was_read_answers_nothing(book: FakeBook) -> None:
    STATES.take(read(book), chosen=True)
    version = book.names[VERSION].refers_to_range.options().value
    STATES.of_cell("", book.name, version)
    STATES.of_cell("", book.name, [[version]])
    STATES.of_cell("", book.name)
    with pytest.raises(XlmatrixError, match=r"the policy of lite\.xlsx was changed since it was"):
        STATES.of_cell("", book.name, version + 1)


def test_the_workbook_of_the_script_does_not_answer_for_another_that_was_read(
    book: FakeBook,
) -> None:
    seen = read(book)
    STATES.base, STATES.base_version = seen.stamp, 5.0
    STATES.of_cell("", "renamed.xlsx", 5)
    with pytest.raises(XlmatrixError, match="was changed since"):
        STATES.of_cell("", "renamed.xlsx", 6)
    STATES.take(seen, chosen=True)
    STATES.of_cell("", "lite.xlsx")
    with pytest.raises(XlmatrixError, match=r"another\.xlsx has not been read yet"):
        STATES.of_cell("", "another.xlsx")


# --- the stream ---------------------------------------------------------------------------------

BERLIN = ZoneInfo("Europe/Berlin")


def streamed(due: Any, zone: Any, start: datetime, seconds: int) -> list[Any]:
    """What a stream gives while a pretended clock runs for some seconds."""
    at = [start.astimezone(UTC).timestamp()]
    end = at[0] + seconds

    async def sleep(lasts: float) -> None:
        at[0] += lasts

    async def gather() -> list[Any]:
        found = []
        async for grid in clock.minutes_left(due, zone, now=lambda: at[0], sleep=sleep):
            if at[0] > end:
                break
            found.append(grid[0][0])
        return found

    return asyncio.run(gather())


def test_a_stream_counts_down_in_seconds_and_goes_on_when_it_is_late() -> None:
    start = (DUE - 2 * SECOND).replace(tzinfo=BERLIN)
    assert streamed(serial(DUE), "Europe/Berlin", start, 4) == [0.03, 0.02, 0.0, -0.02, -0.03]


def test_far_from_the_deadline_a_stream_changes_by_the_minute() -> None:
    start = (DUE - timedelta(hours=3)).replace(tzinfo=BERLIN)
    assert streamed(serial(DUE), "Europe/Berlin", start, 150) == [180.0, 179.0, 178.0]


def test_a_stream_counts_real_minutes_over_a_change_of_the_clocks() -> None:
    # That night 03:00 comes one hour later than the wall says.
    start = datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN)
    due = serial(datetime(2026, 10, 25, 3, 30))
    assert streamed(due, "Europe/Berlin", start, 0) == [180.0]


@pytest.mark.parametrize(
    ("due", "zone", "shown"),
    [("soon", "Europe/Berlin", "#VALUE!"), ("#REF!", "Europe/Berlin", "#REF!"),
     (46340.5, "Mars/Olympus", "#N/A"), (46340.5, "#N/A", "#N/A"), (None, "Europe/Berlin", "")],
)  # fmt: skip
def test_a_stream_of_what_is_no_time_ends_with_an_error(due: Any, zone: Any, shown: str) -> None:
    assert streamed(due, zone, datetime(2026, 11, 16, tzinfo=BERLIN), 100) == [shown]
