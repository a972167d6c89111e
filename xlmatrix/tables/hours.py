"""The tables of hours.

Rows speak of a calendar and a date or a weekday; a hidden column says which as a number, so that
formulas look for numbers and count what the engine counts: a date with a time is that date, a
holiday without a calendar is for all, and of two rows for one day the first counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from xlmatrix.formula import Expr, F, Name, col, criterion, is_among, lit, place_of, this
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
#: A time of day before this opens on that day.
LATEST_OPENING: Final = 1 - 0.5 / 86_400
_CAL_NAMES: Final = "Cal_Names"


def times_of(row: Row, slot: int) -> tuple[float, float] | None:
    """Open and close of a slot where both are times of day; the close may be 24:00."""
    opens, closes = number_of(row.get(f"Open {slot}")), number_of(row.get(f"Close {slot}"))
    if opens is None or closes is None:
        return None
    return (opens, closes) if 0 <= opens < LATEST_OPENING and 0 <= closes <= 1 else None


def slots_in(column_ids: Sequence[str]) -> list[int]:
    """The slots that a workbook's table has columns for."""
    return [n for n in range(1, len(column_ids)) if f"Open {n}" in column_ids]


def slots_open(row: Row, slots: int) -> list[int]:
    """The slots of a row that hold a shift."""
    return [slot for slot in range(1, slots + 1) if times_of(row, slot) is not None]


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


def _hours(rows: Sequence[Row], _: Lists) -> list[Raw]:
    """The hours of each row's shifts."""
    return [_hours_of(row) for row in rows]


def _hours_of(row: Row) -> float:
    times = [times_of(row, slot) for slot in slots_in(tuple(row))]
    lengths = [closes - opens + (closes <= opens) for opens, closes in filter(None, times)]
    return round(sum(lengths) * 24, 4)


def _slot_doubts(column_ids: Sequence[str]) -> Iterator[Doubt]:
    """An open without a close, and two shifts of a day that overlap."""
    slots = slots_in(column_ids)
    for slot in slots:
        opens, closes = this(f"Open {slot}"), this(f"Close {slot}")
        yield Doubt(
            HALF,
            f"Open {slot} and Close {slot} go together: no effect",
            F.OR(F.AND(opens.empty(), closes.filled()), F.AND(opens.filled(), closes.empty())),
            lambda row, _, __, n=slot: _blank(row, f"Open {n}") != _blank(row, f"Close {n}"),  # type: ignore[misc]
        )
        yield Doubt(
            "typed-time",
            f"Open {slot} is the end of the day: no effect",
            F.AND(opens.filled(), opens >= LATEST_OPENING),
            lambda row, _, __, n=slot: (number_of(row.get(f"Open {n}")) or 0) >= LATEST_OPENING,  # type: ignore[misc]
        )
    for one, other in combinations(slots, 2):
        yield Doubt(
            "typed-time",
            f"Shifts {one} and {other} overlap",
            _overlap(one, other),
            lambda row, _, __, a=one, b=other: _overlapping(row, a, b),  # type: ignore[misc]
        )


def _blank(row: Row, known: str) -> bool:
    return row.get(known) in (None, "")


def _end(slot: int) -> Expr:
    opens, closes = this(f"Open {slot}"), this(f"Close {slot}")
    return closes + F.IF(closes <= opens, 1, 0)


def _overlap(one: int, other: int) -> Expr:
    edges = [this(f"{edge} {slot}") for slot in (one, other) for edge in ("Open", "Close")]
    both = F.COUNT(*edges).eq(4)
    return F.AND(both, edges[0] < _end(other), edges[2] < _end(one))


def _overlapping(row: Row, one: int, other: int) -> bool:
    first, second = times_of(row, one), times_of(row, other)
    if first is None or second is None:
        return False
    ends = [closes + (closes <= opens) for opens, closes in (first, second)]
    return first[0] < ends[1] and second[0] < ends[0]


def _twice(said: str) -> Doubt:
    """A row that speaks of what another above it speaks of."""
    return Doubt(
        "typed-twice",
        said,
        F.AND(this(SPEAKS_OF).filled(), this(COUNTED).empty()),
        lambda row, _, __: not _blank(row, SPEAKS_OF) and _blank(row, COUNTED),
    )


def _hours_doubts(column_ids: Sequence[str]) -> tuple[Doubt, ...]:
    return (*_slot_doubts(column_ids), _twice("The day stands above already: no effect"))


def _exception_doubts(column_ids: Sequence[str]) -> tuple[Doubt, ...]:
    return (*_slot_doubts(column_ids), _twice("The date stands above already: no effect"))


def _same_calendar(row: Row, before: Sequence[Row], _: Lists) -> bool:
    name = text_of(row.get("Calendar")).casefold()
    return any(text_of(one.get("Calendar")).casefold() == name != "" for one in before)


def _no_hours(row: Row, _: Sequence[Row], lists: Lists) -> bool:
    """Whether a calendar that closes has no shift on any weekday."""
    owners = lists("tHours[Calendar]")
    mine = [n for n, owner in enumerate(owners) if place_in(owner, [row.get("Calendar")])]
    slot, edges = 1, []
    while lists(f"tHours[Open {slot}]"):
        opens, closes = (lists(f"tHours[{edge} {slot}]") for edge in ("Open", "Close"))
        edges += [{f"Open {slot}": opens[n], f"Close {slot}": closes[n]} for n in mine]
        slot += 1
    return bool(mine) and not any(times_of(row, n) for row in edges for n in range(1, slot))


def _closes_after_all(row: Row, _: Sequence[Row], lists: Lists) -> bool:
    never = text_of(row.get("A holiday closes")).casefold() == words.NEVER_CLOSED
    return never and place_in(row.get("Calendar"), lists("tHours[Calendar]")) is not None


def _calendar_doubts(_: Sequence[str]) -> tuple[Doubt, ...]:
    name, owners = this("Calendar"), col("tHours", "Calendar")
    place = F.ROW() - F.ROW(Name("Calendars_Header"))
    above = F.AND(name.filled(), place_of(name, col("tCalendars", "Calendar")) < place)
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
        "Hours": _hours,
    },
    repeated=(
        typed("Open *", TIME, "input.time", 12),
        typed("Close *", TIME, "input.time", 12),
    ),
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
    reckoned={SPEAKS_OF: _each(_date_speaks_of), COUNTED: _counted(_date_speaks_of)},
    repeated=(
        typed("Open *", TIME, "input.time", 12),
        typed("Close *", TIME, "input.time", 12),
    ),
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
