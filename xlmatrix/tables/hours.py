"""The tables of hours.

Rows speak of a calendar and a date or a weekday; a hidden column says which as a number, so that
formulas look for numbers and count what the engine counts: a date with a time is that date, a
holiday without a calendar is for all, and of two rows for one day the first counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from xlmatrix.formula import F, Name, col, criterion, is_among, lit, place_among_texts, this
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.flags import HALF, flag_column
from xlmatrix.tables.kinds import (
    DATE,
    KEY,
    NUMBER,
    SECONDS,
    TEXT,
    TIME,
    Raw,
    choice,
    naming,
    number_of,
    text_of,
)
from xlmatrix.tables.meaning import place_in
from xlmatrix.tables.shifts import (
    FLAGGED,
    MOST_SLOTS,
    REACH,
    REACHED,
    ends_in,
    hours_of,
    reach_of,
    reckoned,
    slot_doubts,
)
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import Validation
from xlmatrix.worktime.hours import DAY_NAMES
from xlmatrix.worktime.serials import day_serial

#: Stands in the Calendar column of Holidays for every calendar that closes at all.
ALL_CALENDARS: Final = "All calendars"
#: The hidden number of what a row speaks of, and the same in the first of several such rows.
SPEAKS_OF, COUNTED = "speaks of", "counts for"
#: The hidden number of the calendar that a holiday closes; 0 closes all.
CLOSES: Final = "closes no"
#: What a weekday is multiplied with, and a date, before the calendar's number is added.
PER_DAY: Final = 100
_CAL_NAMES: Final = "Cal_Names"


def _calendar_no(row: Row, lists: Lists) -> int | None:
    return place_in(row.get("Calendar"), lists(_CAL_NAMES))


def _hours_speak_of(row: Row, lists: Lists) -> Raw:
    day, calendar = text_of(row.get("Day"))[:3].casefold(), _calendar_no(row, lists)
    days = [name.casefold() for name in DAY_NAMES]
    return "" if calendar is None or day not in days else (days.index(day) + 1) * PER_DAY + calendar


def _date_speaks_of(row: Row, lists: Lists) -> Raw:
    day, calendar = DATE.read(row.get("Date")), _calendar_no(row, lists)
    return "" if day is None or calendar is None else day_serial(day) * PER_DAY + calendar


def _closes(row: Row, lists: Lists) -> Raw:
    owner = row.get("Calendar")
    everybody = owner in (None, "") or text_of(owner).casefold() == ALL_CALENDARS.casefold()
    number = 0 if everybody else _calendar_no(row, lists)
    return "" if number is None else number


def _holiday_speaks_of(row: Row, lists: Lists) -> Raw:
    day, calendar = DATE.read(row.get("Date")), number_of(_closes(row, lists))
    return "" if day is None or calendar is None else day_serial(day) * PER_DAY + int(calendar)


def _counted(speaks_of: Callable[[Row, Lists], Raw]) -> Callable[[Sequence[Row], Lists], list[Raw]]:
    """What each row counts for: the first of those that speak of the same."""

    def counted(rows: Sequence[Row], lists: Lists) -> list[Raw]:
        seen: set[Raw] = set()
        found: list[Raw] = []
        for row in rows:
            number = speaks_of(row, lists)
            found.append("" if number in seen else number)
            seen.add(number)
        return found

    return counted


def _each(speaks_of: Callable[[Row, Lists], Raw]) -> Callable[[Sequence[Row], Lists], list[Raw]]:
    return lambda rows, lists: [speaks_of(row, lists) for row in rows]


def before(speaks_of: int) -> int:
    """What a row of the day before speaks of, in a week that goes round."""
    return speaks_of + 6 * PER_DAY if speaks_of < 2 * PER_DAY else speaks_of - PER_DAY


def _reaches(rows: Sequence[Row], _: Lists) -> list[Raw]:
    return [reach_of(row) for row in rows]


def _reached(rows: Sequence[Row], _: Lists) -> list[Raw]:
    """How far the day before each row reaches into its day."""
    reach = {number_of(row[COUNTED]): row[REACH] for row in rows if not _blank(row, COUNTED)}
    speaks = [number_of(row[SPEAKS_OF]) for row in rows]
    return [0 if n is None else reach.get(before(int(n)), 0) for n in speaks]


def _blank(row: Row, known: str) -> bool:
    return row.get(known) in (None, "")


def _twice(said: str) -> Doubt:
    """A row that speaks of what another above it speaks of."""
    return Doubt(
        "typed-twice",
        said,
        F.AND(this(SPEAKS_OF).filled(), this(COUNTED).empty()),
        lambda row, _, __: not _blank(row, SPEAKS_OF) and _blank(row, COUNTED),
    )


def _hours_doubts(column_ids: Sequence[str]) -> tuple[Doubt, ...]:
    return (*slot_doubts(column_ids), _twice("The day stands above already: no effect"))


def _exception_doubts(column_ids: Sequence[str]) -> tuple[Doubt, ...]:
    return (*slot_doubts(column_ids), _twice("The date stands above already: no effect"))


def _same_calendar(row: Row, before: Sequence[Row], _: Lists) -> bool:
    name = text_of(row.get("Calendar")).casefold()
    return any(text_of(one.get("Calendar")).casefold() == name != "" for one in before)


def _no_hours(row: Row, _: Sequence[Row], lists: Lists) -> bool:
    """Whether a calendar that closes has no shift on any weekday."""
    owners = lists("tHours[Calendar]")
    mine = [n for n, owner in enumerate(owners) if place_in(owner, [row.get("Calendar")])]
    slots = [n for n in range(1, MOST_SLOTS + 1) if lists(f"tHours[Open {n}]")]
    edges = [f"{edge} {slot}" for slot in slots for edge in ("Open", "Close")]
    columns = {edge: lists(f"tHours[{edge}]") for edge in edges}
    return bool(mine) and not any(ends_in({e: columns[e][n] for e in edges}) for n in mine)


def _closes_after_all(row: Row, _: Sequence[Row], lists: Lists) -> bool:
    never = text_of(row.get("A holiday closes")).casefold() == words.NEVER_CLOSED
    return never and place_in(row.get("Calendar"), lists("tHours[Calendar]")) is not None


def _calendar_doubts(_: Sequence[str]) -> tuple[Doubt, ...]:
    name, owners = this("Calendar"), col("tHours", "Calendar")
    place = F.ROW() - F.ROW(Name("Calendars_Header"))
    above = F.AND(name.filled(), place_among_texts(name, col("tCalendars", "Calendar")) < place)
    shifts = F.COUNTIFS(owners, criterion(name), col("tHours", "Hours"), lit(">0"))
    idle = F.AND(is_among(name, owners), shifts.eq(0))
    return (
        Doubt("typed-twice", "Stands above already: no effect", F.IFERROR(above, lit(False)),
              _same_calendar),
        Doubt(HALF, "It has no hours: as it was made", idle, _no_hours),
        Doubt("typed-word", "It closes on holidays: as it was made",
              F.AND(this("A holiday closes").eq(words.NEVER_CLOSED), is_among(name, owners)),
              _closes_after_all),
    )  # fmt: skip


_NUMBERS: Final = tuple(
    computed(known, "helper", 10, SECONDS, hidden=True) for known in (SPEAKS_OF, COUNTED)
)

CALENDARS: Final = Table(
    "tCalendars",
    (
        given("Calendar", "key", 24, naming(KEY, words.CALENDARS)),
        typed("A holiday closes", choice(words.HOLIDAY_MODES), "input", 18),
        typed(
            "Working day (h)",
            NUMBER,
            "input.number",
            12,
            validation=Validation(
                "decimal", 0.01, 24, title="Not hours", message="Type hours, 0.01 to 24."
            ),
        ),
        flag_column(12),
    ),
    in_spec=True,
    flag="Check",
    needs=("Calendar",),
    doubts=_calendar_doubts,
    about="Hours",
)

HOURS: Final = Table(
    "tHours",
    (
        given("Calendar", "key", 24, naming(KEY, words.CALENDARS)),
        given("Day", "key", 18, KEY),
        computed("Hours", "formula.number", 24, NUMBER),
        flag_column(18),
        *_NUMBERS,
    ),
    key=("Calendar", "Day"),
    flag="Check",
    needs=("Calendar", "Day"),
    doubts=_hours_doubts,
    reckoned={
        SPEAKS_OF: _each(_hours_speak_of),
        COUNTED: _counted(_hours_speak_of),
        REACH: _reaches,
        REACHED: _reached,
        **reckoned(over=True),
        "Hours": hours_of,
    },
    repeated=(
        typed("Open *", TIME, "input.time", 12),
        typed("Close *", TIME, "input.time", 12),
    ),
    flagged=FLAGGED,
    in_spec=True,
    placed=True,
    after="Day",
    about="Hours",
)

EXCEPTIONS: Final = Table(
    "tExceptions",
    (
        typed("Date", DATE, "input.date", 24),
        typed("Calendar", choice(words.CALENDARS), "input", 18),
        typed("Note", TEXT, "input", 24),
        flag_column(18),
        *_NUMBERS,
    ),
    key=("Date", "Calendar"),
    flag="Check",
    needs=("Date", "Calendar"),
    doubts=_exception_doubts,
    reckoned={
        SPEAKS_OF: _each(_date_speaks_of),
        COUNTED: _counted(_date_speaks_of),
        **reckoned(over=False),
    },
    repeated=(
        typed("Open *", TIME, "input.time", 12),
        typed("Close *", TIME, "input.time", 12),
    ),
    flagged=FLAGGED,
    placed=True,
    after="Calendar",
    about="Hours",
)


def _weekday(row: Mapping[str, Raw]) -> str:
    day = DATE.read(row.get("Date"))
    return "" if day is None else DAY_NAMES[day.weekday()]


HOLIDAYS: Final = Table(
    "tHolidays",
    (
        typed("Date", DATE, "input.date", 14),
        typed("Holiday", TEXT, "input", 38),
        typed("Calendar", choice(words.HOLIDAY_CALENDARS), "input", 24),
        computed("Weekday", "formula.center", 12, twin=_weekday),
        flag_column(30),
        _NUMBERS[0],
        computed(CLOSES, "helper", 10, SECONDS, hidden=True),
    ),
    key=("Date", "Calendar"),
    flag="Check",
    needs=("Date",),
    reckoned={SPEAKS_OF: _each(_holiday_speaks_of), CLOSES: _each(_closes)},
    offered=True,
    about="Holidays",
)
