"""Dates of exports as wall-clock seconds in the matrix's zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Literal

from xlmatrix.worktime.database import zone_info

DateOrder = Literal["day-first", "month-first", "year-first"]

EMPTY: Final = frozenset({"", "?", "-", "null", "none", "nan", "nat", "n/a"})
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2099
_EPOCH: Final = datetime(1970, 1, 1)

_TIME = (
    r"(?:[T ]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp][Mm])?\s*(?P<offset>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})([-/.])(?P<b>\d{{1,2}})\2(?P<c>\d{{1,2}}){_TIME}", re.A)
_YEAR_LAST = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<mark>[-/.])(?P<b>\d{{1,2}})(?P=mark)(?P<y>\d{{4}}){_TIME}", re.A
)


class StampError(ValueError):
    """A stamp that cannot be read: what is wrong with it and how to write it."""

    def __init__(self, what: str, mend: str) -> None:
        self.what, self.mend = what, mend
        super().__init__(what)


class StampReader:
    """Reads stamps of one file; the same text is worked out once.

    Parameters
    ----------
    zone
        IANA name of the zone in which stamps without an offset were written, and into which those
        with one are converted.
    order
        How a date that does not begin with the year is written; None accepts only ``29.2.2016``
        besides year-first, because ``2/3/2026`` means two different days.
    """

    def __init__(self, zone: str, order: DateOrder | None) -> None:
        self._zone = zone_info(zone)
        self._order = order
        self._known: dict[str, tuple[int | None, bool] | StampError] = {}
        self.bare_dates = 0
        # Different dates that only the one or the other order can read, with an example of each.
        self._only: dict[DateOrder, tuple[int, str]] = {}

    def read(self, text: str) -> int | None:
        """Wall-clock seconds (as if UTC) of a stamp; None when it is empty.

        A date without a time is its midnight; fractions of a second are cut off.

        Raises
        ------
        StampError
            A form that is not known, or a date or time that does not exist.

        Examples
        --------
        >>> reader = StampReader("Europe/Berlin", "day-first")
        >>> datetime.fromtimestamp(reader.read("29/2/2016 01:16"), UTC).isoformat()
        '2016-02-29T01:16:00+00:00'
        >>> reader.read("?") is None
        True
        """
        known = self._known.get(text)
        if known is None:
            try:
                known = self._work_out(text.strip())
            except StampError as error:
                known = error
            self._known[text] = known
        if isinstance(known, StampError):
            raise known
        seconds, bare = known
        self.bare_dates += bare
        return seconds

    def misread_order(self) -> tuple[DateOrder, str] | None:
        """The order that this file is evidently written in, with a date that shows it.

        None unless dates were met that only the other order than the one in use can read, and more
        of them than dates that speak for the one in use.
        """
        if self._order not in ("day-first", "month-first"):
            return None
        other: DateOrder = "month-first" if self._order == "day-first" else "day-first"
        against, example = self._only.get(other, (0, ""))
        return (other, example) if against > self._only.get(self._order, (0, ""))[0] else None

    def _work_out(self, text: str) -> tuple[int | None, bool]:
        if text.lower() in EMPTY:
            return None, False
        if (stamp := self._common(text)) is not None:
            return _wall_clock(stamp), False
        found = _YEAR_FIRST.fullmatch(text) or _YEAR_LAST.fullmatch(text)
        if found is None:
            raise StampError(f"'{_short(text)}' is not a date and time", self._wanted())
        part = found.groupdict()
        month, day = self._month_and_day(text, part)
        stamp = _existing(text, int(part["y"]), month, day, part)
        if part["offset"]:
            stamp = self._converted(stamp, part["offset"], text)
        return _wall_clock(stamp), part["hour"] is None

    def _common(self, text: str) -> datetime | None:
        """A stamp in the commonest form, read quickly; None leaves it to the full reading."""
        if len(text) < 16 or text[4] != "-" or text[7] != "-" or text[10] not in "T ":
            return None
        try:
            stamp = datetime.fromisoformat(text)
        except ValueError:
            return None
        if not FIRST_YEAR <= stamp.year <= LAST_YEAR:
            return None
        return stamp if stamp.tzinfo is None else self._local(stamp)

    def _month_and_day(self, text: str, part: dict[str, str]) -> tuple[int, int]:
        if "a" not in part:
            return int(part["b"]), int(part["c"])
        order = self._order or ("day-first" if part["mark"] == "." else None)
        if order is None:
            raise StampError(f"'{_short(text)}' may mean two different days", self._wanted())
        if order == "year-first":
            raise StampError(f"'{_short(text)}' does not begin with the year", self._wanted())
        first, second = int(part["a"]), int(part["b"])
        if (first > 12) != (second > 12):
            only: DateOrder = "day-first" if first > 12 else "month-first"
            count, example = self._only.get(only, (0, text))
            self._only[only] = (count + 1, example)
        return (first, second) if order == "month-first" else (second, first)

    def _converted(self, stamp: datetime, offset: str, text: str) -> datetime:
        if offset in ("Z", "UTC", "GMT"):
            zone = UTC
        else:
            sign = -1 if offset[0] == "-" else 1
            hours, minutes = int(offset[1:3]), int(offset[-2:])
            if hours > 14 or minutes > 59:
                raise StampError(f"'{_short(text)}' has no real zone offset", self._wanted())
            zone = timezone(sign * timedelta(hours=hours, minutes=minutes))
        return self._local(stamp.replace(tzinfo=zone))

    def _local(self, stamp: datetime) -> datetime:
        return stamp.astimezone(self._zone).replace(tzinfo=None)

    def _wanted(self) -> str:
        written = {"day-first": "29/2/2016 01:16", "month-first": "2/29/2016 01:16"}
        if self._order in written:
            return f"Write it as {written[self._order]} or 2016-02-29 01:16"
        return "Write it as 2026-02-28 01:16"


def _wall_clock(stamp: datetime) -> int:
    since = stamp - _EPOCH
    return since.days * 86_400 + since.seconds


def _existing(text: str, year: int, month: int, day: int, part: dict[str, str]) -> datetime:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise StampError(
            f"the year of '{_short(text)}' is not between {FIRST_YEAR} and {LAST_YEAR}",
            "Correct the year",
        )
    hour, minute, second = (int(part[name] or 0) for name in ("hour", "minute", "second"))
    if part["half"]:
        if not 1 <= hour <= 12:
            raise StampError(f"'{_short(text)}' is a time that does not exist", "Correct the hour")
        hour = hour % 12 + (12 if part["half"].lower() == "pm" else 0)
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
    try:
        return date.replace(hour=hour, minute=minute, second=second)
    except ValueError:
        raise StampError(
            f"'{_short(text)}' is a time that does not exist", "Write hours 00 to 23"
        ) from None


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
