"""Weekly opening hours as people write them: ``Mon-Fri 09:00-12:30,13:15-17:30; Sat 10:00-14:00``.

The grammar, without regard to case:

- clauses are separated by ``;``, each is *days* then *shifts*;
- days are ``Mon`` or ``Monday``, lists ``Mon,Wed`` and ranges ``Mon-Fri``, which may wrap
  (``Sat-Mon``);
- shifts are ``HH:MM-HH:MM`` (``HH:MM:SS`` if need be) separated by ``,``; an end at or before its
  start is meant for the next day (``22:00-06:00``), ``00:00-24:00`` is a whole day;
- ``24x7`` (or ``24/7``, or with a multiplication sign) alone is always open.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from xlmatrix.errors import XlmatrixError

DAY_S = 86_400
WEEK_S = 7 * DAY_S
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?\Z")
_ALWAYS = re.compile(r"24\s*[x\u00d7/]\s*7\Z", re.IGNORECASE)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_EXAMPLE = "Write for example 'Mon-Fri 09:00-12:30,13:15-17:30; Sat 10:00-14:00' or '24x7'"

Shift = tuple[int, int]
"""(start_s, end_s) in seconds since the local midnight of the day on which the shift begins."""
Shifts = tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """The shifts that begin on each weekday, Monday first.

    Parameters
    ----------
    days
        Seven tuples of (start_s, end_s), seconds since that day's local midnight, sorted; an end
        may pass 86400 (a shift over midnight), at most start_s + 86400.
    always
        True for ``24x7``; ``days`` then holds seven whole days.

    Raises
    ------
    XlmatrixError
        When a shift is empty, too long, or overlaps another one, also over midnight and from
        Sunday into Monday.
    """

    days: tuple[Shifts, ...]
    always: bool = False

    def __post_init__(self) -> None:
        if len(self.days) != 7:
            raise _refuse(f"{len(self.days)} days were given", "hours", "Give seven days")
        for day, shifts in enumerate(self.days):
            where = f"hours {DAY_NAMES[day]}"
            check_shifts(shifts, where=where)
            for start, end in shifts:
                # "09:00-09:00" would read as an empty shift, so the grammar has no text for it.
                if end - start == DAY_S and start:
                    raise _refuse(
                        "a shift lasts 24 hours from a time other than midnight",
                        where,
                        "Split it at midnight",
                    )
        _check_week(self.days)

    def text(self) -> str:
        """The canonical text; parsing it gives equal hours.

        >>> parse_hours("monday-WED 9:00-17:00; Sat,Sun 22:00-06:00").text()
        'Mon-Wed 09:00-17:00; Sat-Sun 22:00-06:00'
        """
        if self.always:
            return "24x7"
        groups: dict[Shifts, list[int]] = {}
        for day, shifts in enumerate(self.days):
            if shifts:
                groups.setdefault(shifts, []).append(day)
        return "; ".join(f"{_days_text(days)} {shifts_text(s)}" for s, days in groups.items())

    def day_seconds(self) -> int:
        """What one "business day" counts as: the most frequent daily total; of equals, the larger.

        >>> parse_hours("Mon-Fri 09:00-17:00; Sat 10:00-14:00").day_seconds()
        28800
        """
        totals = Counter(sum(end - start for start, end in shifts) for shifts in self.days)
        del totals[0]
        return max(totals, key=lambda total: (totals[total], total))


def parse_hours(text: str, *, where: str = "hours") -> WeeklyHours:
    """Read weekly hours.

    Parameters
    ----------
    text
        The hours in the grammar of this module.
    where
        The place named in an error, such as ``matrix.yaml:12``.

    Raises
    ------
    XlmatrixError
        When the text is not in the grammar, or shifts overlap.

    Examples
    --------
    >>> parse_hours("Sat-Mon 10:00-14:00").days[0]
    ((36000, 50400),)
    >>> parse_hours("24/7").always
    True
    """
    if not isinstance(text, str):
        raise XlmatrixError(
            f"{text!r} is not text", where=where, mend="Write for example 'Mon-Fri 09:00-17:00'"
        )
    plain = text.translate(_DASHES).strip()
    if _ALWAYS.match(plain):
        return WeeklyHours(days=(((0, DAY_S),),) * 7, always=True)
    days: list[list[Shift]] = [[] for _ in range(7)]
    for clause in filter(None, (part.strip() for part in plain.split(";"))):
        names, shifts = _split_clause(clause, where)
        for day in _parse_days(names, where):
            days[day].extend(parse_shifts(shifts, where=where))
    if not any(days):
        raise _refuse("no working hours were given", where, _EXAMPLE)
    try:
        return WeeklyHours(days=tuple(tuple(sorted(shifts)) for shifts in days))
    except XlmatrixError as error:
        place = where if where == "hours" else f"{where} {error.where}"
        raise XlmatrixError(error.what, where=place, mend=error.mend) from None


def parse_shifts(text: str, *, where: str = "hours") -> Shifts:
    """Read the shifts of one day; ``""`` and ``closed`` are none.

    >>> parse_shifts("09:00-12:30, 22:00-06:00")
    ((32400, 45000), (79200, 108000))
    >>> parse_shifts("closed")
    ()
    """
    plain = text.translate(_DASHES).strip()
    if plain.lower() in ("", "closed"):
        return ()
    shifts = tuple(sorted(_parse_shift(part.strip(), where) for part in plain.split(",")))
    check_shifts(shifts, where=where)
    return shifts


def shifts_text(shifts: Shifts) -> str:
    """The shifts of one day as text: ``09:00-12:30,22:00-06:00``; none are ``closed``."""
    return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in shifts) or "closed"


def check_shifts(shifts: Shifts, *, where: str) -> None:
    """Refuse a shift that is empty, starts outside its day, exceeds a day, or overlaps the next."""
    for start, end in shifts:
        if not (0 <= start < DAY_S and start < end <= start + DAY_S):
            raise _refuse(
                f"the shift of seconds {start} to {end} is not within a day of its start",
                where,
                "Start within 0..86399 and end after the start, at most 86400 later",
            )
    for one, other in pairwise(shifts):
        if other[0] < one[1]:
            raise _overlap(shifts_text((one,)), shifts_text((other,)), where)


def _check_week(days: tuple[Shifts, ...]) -> None:
    week = sorted(
        (day * DAY_S + start, day * DAY_S + end, day)
        for day, shifts in enumerate(days)
        for start, end in shifts
    )
    following = [*week[1:], *((s + WEEK_S, e + WEEK_S, day) for s, e, day in week[:1])]
    for (start, end, day), (next_start, next_end, next_day) in zip(week, following, strict=True):
        if next_start < end:
            one = f"{DAY_NAMES[day]} {_range_text(start, end)}"
            other = f"{DAY_NAMES[next_day]} {_range_text(next_start, next_end)}"
            raise _overlap(one, other, f"hours {DAY_NAMES[day]}")


def _range_text(start: int, end: int) -> str:
    midnight = start - start % DAY_S
    return shifts_text(((start - midnight, end - midnight),))


def _overlap(one: str, other: str, where: str) -> XlmatrixError:
    return _refuse(
        f"the shifts {one} and {other} overlap",
        where,
        "End the first one before the second begins",
    )


def _refuse(what: str, where: str, mend: str) -> XlmatrixError:
    return XlmatrixError(what, where=where, mend=mend)


def _split_clause(clause: str, where: str) -> tuple[str, str]:
    cut = re.search(r"\d|\bclosed\b", clause, re.IGNORECASE)
    if cut is None or not clause[: cut.start()].strip():
        raise _refuse(f"'{clause}' is not days followed by shifts", where, _EXAMPLE)
    return clause[: cut.start()].strip(), clause[cut.start() :]


def _parse_days(text: str, where: str) -> list[int]:
    days: list[int] = []
    for part in text.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        low = _parse_day(first, where)
        high = _parse_day(last, where) if dash else low
        days.extend((low + step) % 7 for step in range((high - low) % 7 + 1))
    # A day named twice in one clause (Mon-Fri,Fri) is the same day, not a second set of shifts.
    return sorted(set(days))


def _parse_day(text: str, where: str) -> int:
    lower = text.lower().rstrip(".")
    for day, full in enumerate(_FULL_NAMES):
        if lower == full or (len(lower) >= 3 and full.startswith(lower)):
            return day
    raise _refuse(f"'{text}' is not a weekday", where, "Write Mon, Tue, Wed, Thu, Fri, Sat or Sun")


def _parse_shift(text: str, where: str) -> Shift:
    first, dash, last = (piece.strip() for piece in text.partition("-"))
    if not dash:
        raise _refuse(f"'{text}' is not a shift", where, "Write for example 09:00-17:30")
    start, end = _parse_time(first, where), _parse_time(last, where)
    if start == DAY_S:
        raise _refuse(f"the shift '{text}' starts at 24:00", where, "Write 00:00 of the next day")
    if start == end:
        raise _refuse(
            f"the shift '{text}' starts and ends at the same time",
            where,
            "Write 00:00-24:00 for a whole day, or leave the shift out",
        )
    return (start, end) if end > start else (start, end + DAY_S)


def _parse_time(text: str, where: str) -> int:
    found = _TIME.match(text)
    if found:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        total = hours * 3600 + minutes * 60 + seconds
        if total <= DAY_S:
            return total
    raise _refuse(f"'{text}' is not a time of day", where, "Write HH:MM from 00:00 to 24:00")


def _clock(seconds: int) -> str:
    if seconds > DAY_S:
        seconds -= DAY_S
    hours, rest = divmod(seconds, 3600)
    text = f"{hours:02d}:{rest // 60:02d}"
    return f"{text}:{rest % 60:02d}" if rest % 60 else text


def _days_text(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = (
        DAY_NAMES[run[0]] if len(run) == 1 else f"{DAY_NAMES[run[0]]}-{DAY_NAMES[run[-1]]}"
        for run in runs
    )
    return ",".join(names)
