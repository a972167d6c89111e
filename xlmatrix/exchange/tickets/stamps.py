"""Dates and times of exports: what each text means, as an instant or on a wall clock.

Read is what means one thing: a date that begins with its year, one whose month is a name, one with
an offset, counts since 1970 and the days of a spreadsheet. ``2/3/2026`` means two days; what the
rest of the file says decides, else the ``date_order`` of a mapping, else nothing does.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final, Literal, NamedTuple

from xlmatrix.exchange.tickets.months import month_of
from xlmatrix.worktime import Zone
from xlmatrix.worktime.database import zone_info

DateOrder = Literal["day-first", "month-first", "year-first"]

EMPTY: Final = frozenset({"", "?", "-", "null", "none", "nan", "nat", "n/a", "<na>"})
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2099
_EPOCH: Final = datetime(1970, 1, 1)
_SHEET_EPOCH: Final = datetime(1899, 12, 30)
#: Spaces that programs put before AM and PM, or between numbers.
_SPACES: Final = re.compile("[\\s\u00a0\u202f\u2009]+")
#: Names of offsets, as RFC 5322 has them; other letters mean one zone here and another there.
_OFFSETS: Final = {
    "Z": 0, "UTC": 0, "GMT": 0, "UT": 0,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip

_TIME = (
    r"(?:(?:T|,? (?:- |at |um |à )?| - )(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r" ?(?P<half>[AaPp]\.? ?[Mm]\.?|vorm\.|nachm\.)?(?: ?Uhr)?"
    r" ?(?P<offset>[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2}|[A-Z]{1,5})?)?"
)
_NAME = r"(?P<month>[0-9]{1,2}月|[^\W\d_]{3,12}\.?)"
_FORMS: Final = tuple(
    re.compile(form + _TIME, re.UNICODE)
    for form in (
        r"(?P<y>[0-9]{4})([-/.])(?P<b>[0-9]{1,2})\2(?P<c>[0-9]{1,2})",
        r"(?P<a>[0-9]{1,2})(?P<mark>[-/.])(?P<b>[0-9]{1,2})(?P=mark)(?P<y>[0-9]{4}|[0-9]{2})",
        rf"(?P<c>[0-9]{{1,2}})(?:[-/]|\.? ){_NAME}(?:[-/]|,? (?:de )?)(?P<y>[0-9]{{4}}|[0-9]{{2}})",
        rf"{_NAME} (?P<c>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<y>[0-9]{{4}})",
        rf"(?P<y>[0-9]{{4}})[-/]{_NAME}[-/](?P<c>[0-9]{{1,2}})",
        r"(?P<y>[0-9]{4})年(?P<b>[0-9]{1,2})月(?P<c>[0-9]{1,2})日",
    )
)
_WEEKDAY: Final = re.compile(r"[^\W\d_]{2,10}\.?,? ")
_SLASHED: Final = re.compile(r"([0-9]{1,2})[-/]([0-9]{1,2})[-/](?:[0-9]{4}|[0-9]{2})(?![0-9])")
#: Days of a spreadsheet that are years 1990 to 2099.
_SERIAL: Final = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")


class StampError(ValueError):
    """A stamp that cannot be read: what is wrong with it and how to write it."""

    def __init__(self, what: str, mend: str) -> None:
        self.what, self.mend = what, mend
        super().__init__(what)


class TwoDaysError(StampError):
    """A stamp that means two different days, with both."""

    def __init__(self, text: str, day_first: datetime, month_first: datetime) -> None:
        self.text, self.day_first, self.month_first = text, day_first, month_first
        super().__init__(
            f"'{_short(text)}' may mean two different days: {day_first:%d %B %Y} (day-first) or "
            f"{month_first:%d %B %Y} (month-first)",
            "Write it as 2026-02-28 01:16, or set date_order: day-first or month-first",
        )


class Stamp(NamedTuple):
    """What a text means.

    ``seconds`` count from 1970: in UTC where ``aware``, else as the wall clock showed them.
    ``bare`` is a date without a time. ``offset`` is the name of an offset that was taken.
    """

    seconds: int
    aware: bool
    bare: bool = False
    offset: str = ""


def slashed(text: str) -> tuple[int, int] | None:
    """The first two numbers of a date that ends with its year and has neither a dot nor a name."""
    found = _SLASHED.match(text.lstrip())
    return (int(found[1]), int(found[2])) if found else None


def stamp_of(value: Any, order: DateOrder | None = None) -> Stamp | None:
    """What a cell means; None where it is empty.

    Parameters
    ----------
    value
        Text, a ``datetime`` (a wall clock unless it has a zone), or a number: seconds or
        milliseconds since 1970, or days of a spreadsheet.
    order
        How a date is written that ends with its year; None reads only what means one day.

    Raises
    ------
    TwoDaysError
        ``2/3/2026`` without ``order``.
    StampError
        A form that is not known, or a date or time that does not exist.

    Examples
    --------
    >>> stamp_of("30/Jul/26 11:33 PM").seconds == stamp_of("2026-07-30 23:33").seconds
    True
    >>> stamp_of("2026-07-30T23:33:00.000+0300")
    Stamp(seconds=1785443580, aware=True, bare=False, offset='')
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        return _of_datetime(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        # Not by math.isnan, which has no room for the whole numbers that a JSON text can hold.
        return None if value != value else _of_number(value, _written(value))  # noqa: PLR0124
    text = _SPACES.sub(" ", str(value)).strip()
    if text.lower() in EMPTY:
        return None
    if text[0].isascii() and text[0].isdigit():
        quick = _quick(text)
        if quick is not None:
            return quick
        if (found := _numeral(text)) is not None:
            return found
    return _of_text(text, order)


def _quick(text: str) -> Stamp | None:
    """A stamp in the commonest form; None leaves it to the full reading."""
    if len(text) < 16 or text[4] != "-" or text[7] != "-" or text[10] not in "T ":
        return None
    try:
        return _of_datetime(datetime.fromisoformat(text))
    except (ValueError, StampError):
        return None


def _of_datetime(stamp: datetime) -> Stamp:
    if not FIRST_YEAR <= stamp.year <= LAST_YEAR:
        raise _far(f"{stamp:%Y-%m-%d}")
    if stamp.tzinfo is None:
        return Stamp(_seconds(stamp), aware=False)
    return Stamp(_seconds(stamp.astimezone(UTC).replace(tzinfo=None)), aware=True)


def _numeral(text: str) -> Stamp | None:
    whole = text.isascii() and text.isdigit() and len(text) in (10, 13)
    if whole or (_SERIAL.fullmatch(text) and 32_874 <= float(text) <= 73_050):
        return _of_number(int(text) if whole else float(text), text)
    return None


def _of_number(number: float, text: str) -> Stamp:
    if 600_000_000_000 <= number < 4_102_444_800_000:
        return Stamp(int(number) // 1000, aware=True)
    if 600_000_000 <= number < 4_102_444_800:
        return Stamp(int(number), aware=True)
    if 32_874 <= number <= 73_050:
        days = _SHEET_EPOCH + timedelta(seconds=round(number * 86_400))
        return Stamp(_seconds(days), aware=False, bare=float(number).is_integer())
    raise StampError(f"'{_short(text)}' is not a date and time", _wanted(None))


def _of_text(text: str, order: DateOrder | None) -> Stamp:
    for tried in (text, _WEEKDAY.sub("", text, count=1)):
        for form in _FORMS:
            found = form.fullmatch(tried)
            # A word in place of a month is a weekday, or nothing.
            if found and ("month" not in form.groupindex or month_of(found["month"])):
                return _understood(text, found.groupdict(), order)
    raise StampError(f"'{_short(text)}' is not a date and time", _wanted(order))


def _understood(text: str, part: dict[str, str | None], order: DateOrder | None) -> Stamp:
    year = int(part["y"] or 0)
    if len(part["y"] or "") == 2:
        # As POSIX reads two digits.
        year += 1900 if year > 68 else 2000
    month, day = _month_and_day(text, year, part, order)
    stamp = _existing(text, year, month, day, part)
    offset = part["offset"]
    if not offset:
        return Stamp(_seconds(stamp), aware=False, bare=part["hour"] is None)
    zone = _offset(offset, text)
    utc = stamp.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    named = offset if offset[0].isalpha() and _OFFSETS[offset] else ""
    return Stamp(_seconds(utc), aware=True, offset=named)


def _month_and_day(
    text: str, year: int, part: dict[str, str | None], order: DateOrder | None
) -> tuple[int, int]:
    if (name := part.get("month")) is not None:
        return month_of(name) or 0, int(part["c"] or 0)
    if "a" not in part:
        return int(part["b"] or 0), int(part["c"] or 0)
    first, second = int(part["a"] or 0), int(part["b"] or 0)
    if order is None and part["mark"] == ".":
        order = "day-first"
    if order == "year-first":
        raise StampError(f"'{_short(text)}' does not begin with the year", _wanted(order))
    if order is None:
        if first > 12 >= second or first == second:
            return second, first
        if second > 12 >= first:
            return first, second
        day_first = _existing(text, year, second, first, part)
        raise TwoDaysError(text, day_first, _existing(text, year, first, second, part))
    return (first, second) if order == "month-first" else (second, first)


def _offset(offset: str, text: str) -> timezone:
    if offset[0].isalpha():
        if offset not in _OFFSETS:
            raise StampError(
                f"'{_short(text)}' names the zone '{offset}', which is not one for all",
                "Write an offset such as +02:00, or leave it away and set the import's zone",
            )
        return timezone(timedelta(hours=_OFFSETS[offset]))
    hours, minutes = int(offset[1:3]), int(offset[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        raise StampError(f"'{_short(text)}' has no real zone offset", _wanted(None))
    sign = -1 if offset[0] == "-" else 1
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def _existing(text: str, year: int, month: int, day: int, part: dict[str, str | None]) -> datetime:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _far(text)
    hour, minute, second = (int(part[name] or 0) for name in ("hour", "minute", "second"))
    if part["half"]:
        if not 1 <= hour <= 12:
            raise StampError(f"'{_short(text)}' is a time that does not exist", "Correct the hour")
        hour = hour % 12 + (12 if part["half"][0] in "Ppn" else 0)
    try:
        date = datetime(year, month, day)
    except ValueError:
        swapped = month > 12 >= day
        mend = (
            "Correct it, or set date_order for this import when its months come first"
            if swapped
            else "Correct the date"
        )
        raise StampError(f"'{_short(text)}' is a date that does not exist", mend) from None
    if (hour, minute, second) == (24, 0, 0):
        # The end of a day, as ISO 8601 writes it.
        return date + timedelta(days=1)
    try:
        return date.replace(hour=hour, minute=minute, second=second)
    except ValueError:
        raise StampError(
            f"'{_short(text)}' is a time that does not exist",
            "Write 23:59:59 for a leap second" if second == 60 else "Write hours 00 to 23",
        ) from None


def _written(number: float) -> str:
    """A number as text; Python refuses to write out what has thousands of digits."""
    return str(number) if abs(number) < 1e300 else "a number of hundreds of digits"


def _far(text: str) -> StampError:
    return StampError(
        f"the year of '{_short(text)}' is not between {FIRST_YEAR} and {LAST_YEAR}",
        "Correct the year",
    )


def _wanted(order: DateOrder | None) -> str:
    written = {"day-first": "29/2/2016 01:16", "month-first": "2/29/2016 01:16"}
    if order in written:
        return f"Write it as {written[order]} or 2016-02-29 01:16"
    return "Write it as 2026-02-28 01:16"


def _seconds(stamp: datetime) -> int:
    since = stamp - _EPOCH
    return since.days * 86_400 + since.seconds


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


class StampReader:
    """Reads stamps of one file as wall-clock times of one zone; a text is worked out once.

    Parameters
    ----------
    zone
        IANA name of the zone in which stamps without an offset were written, and into which those
        with one are converted.
    order
        How a date that ends with its year is written; None reads only what means one day.
    """

    def __init__(self, zone: str, order: DateOrder | None) -> None:
        self._zone, self._order = zone_info(zone), order
        self._known: dict[str, int | StampError | None] = {}

    def read(self, text: str) -> int | None:
        """Wall-clock seconds (as if UTC) of a stamp; None when it is empty.

        A date without a time is its midnight; fractions of a second are cut off.

        Raises
        ------
        StampError
            As of :func:`stamp_of`.

        Examples
        --------
        >>> reader = StampReader("Europe/Berlin", "day-first")
        >>> datetime.fromtimestamp(reader.read("29/2/2016 01:16"), UTC).isoformat()
        '2016-02-29T01:16:00+00:00'
        >>> reader.read("?") is None
        True
        """
        known = self._known.get(text, self)
        if known is self:
            try:
                known = self._wall(text)
            except StampError as error:
                known = error
            self._known[text] = known
        if isinstance(known, StampError):
            raise known
        return known  # type: ignore[return-value]

    def is_later(self, text: str) -> bool:
        """Whether a stamp that can be read is in the second passing of an hour."""
        stamp = stamp_of(text, self._order)
        return stamp is not None and stamp.aware and self._local(stamp).fold == 1

    def _wall(self, text: str) -> int | None:
        stamp = stamp_of(text, self._order)
        if stamp is None or not stamp.aware:
            return None if stamp is None else stamp.seconds
        return _seconds(self._local(stamp).replace(tzinfo=None))

    def _local(self, stamp: Stamp) -> datetime:
        return datetime.fromtimestamp(stamp.seconds, UTC).astimezone(self._zone)


def zone_for(name: str) -> Zone:
    """The zone of an import over all the years that are read."""
    return Zone.load(name, FIRST_YEAR - 1, LAST_YEAR + 1)
