"""The tables of hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.kinds import DATE, KEY, NUMBER, TEXT, TIME, Raw, choice, naming
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import Validation
from xlmatrix.worktime.hours import DAY_NAMES

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
    ),
    in_spec=True,
    about="Hours",
)

HOURS: Final = Table(
    "tHours",
    (
        given("Calendar", "key", 24, naming(KEY, words.CALENDARS)),
        given("Day", "key", 18, KEY),
        computed("Hours", "formula.number", 24, NUMBER),
    ),
    key=("Calendar", "Day"),
    repeated=(
        typed("Open *", TIME, "input.time", 12),
        typed("Close *", TIME, "input.time", 12),
    ),
    in_spec=True,
    after="Day",
    about="Hours",
)

EXCEPTIONS: Final = Table(
    "tExceptions",
    (
        typed("Date", DATE, "input.date", 24),
        typed("Calendar", choice(words.CALENDARS), "input", 18),
        typed("Note", TEXT, "input", 24),
    ),
    key=("Date", "Calendar"),
    repeated=(
        typed("Open *", TIME, "input.time", 12),
        typed("Close *", TIME, "input.time", 12),
    ),
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
    ),
    key=("Date", "Calendar"),
    offered=True,
    about="Holidays",
)
