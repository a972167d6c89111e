"""Why a deadline is when it is: every interval that counted, and every closed time between."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from xlmatrix.worktime.hours import DAY_NAMES, DAY_S
from xlmatrix.worktime.zones import offset_text

if TYPE_CHECKING:
    from xlmatrix.worktime.calendar import Calendar

# A gap within one day is called lunch when it is at most two hours and touches 11:30 to 14:00.
_LONGEST_SKIP = timedelta(hours=3)
_LUNCH_LONGEST_S = 2 * 3600
_LUNCH_FROM_S, _LUNCH_TO_S = 11 * 3600 + 1800, 14 * 3600


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One stretch of time between a start and its deadline.

    Parameters
    ----------
    opened, closed
        Its ends, aware, in the calendar's zone.
    seconds
        Working seconds counted; 0 in closed time.
    running
        Working seconds counted so far, this row included.
    reason
        Empty where work counted, else why it did not: ``lunch``, ``between shifts``, ``closed``,
        ``holiday Epiphany``, ``paused: Waiting for vendor``, or several of these.
    """

    opened: datetime
    closed: datetime
    seconds: int
    running: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The account of one deadline: rows without gaps from ``start`` to ``due``.

    The counted seconds of the rows add up to ``seconds`` exactly.
    """

    start: datetime
    due: datetime
    seconds: int
    zone: str
    rows: tuple[LedgerRow, ...]
    note: str = ""
    """What is to be said of the start, where the clock shows it twice or never."""

    def lines(self) -> list[str]:
        r"""Plain text, a line a row.

        >>> from datetime import date
        >>> from zoneinfo import ZoneInfo
        >>> from xlmatrix.worktime import Calendar
        >>> calendar = Calendar.build(zone="Europe/Berlin", holidays={date(2026, 1, 6): "Epiphany"},
        ...                           start=date(2026, 1, 1), end=date(2026, 1, 31))
        >>> start = datetime(2026, 1, 5, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))
        >>> print("\n".join(calendar.explain(start, 2 * 3600).lines()))
        2:00:00 of working time from Mon 2026-01-05 16:00 (Europe/Berlin)
          Mon 2026-01-05 16:00 to Mon 2026-01-05 17:00  counted 1:00:00  total 1:00:00
          Mon 2026-01-05 17:00 to Wed 2026-01-07 09:00  holiday Epiphany
          Wed 2026-01-07 09:00 to Wed 2026-01-07 10:00  counted 1:00:00  total 2:00:00
        due Wed 2026-01-07 10:00 (Europe/Berlin)
        """
        head = f"{span(self.seconds)} of working time from {stamp_text(self.start)} ({self.zone})"
        return [
            head,
            *([f"  {self.note}"] if self.note else []),
            *(f"  {_line(row)}" for row in self.rows),
            f"due {stamp_text(self.due)} ({self.zone})",
        ]

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON: stamps in ISO 8601 with their offset, durations in seconds."""
        return {
            "start": self.start.isoformat(),
            "due": self.due.isoformat(),
            "seconds": self.seconds,
            "zone": self.zone,
            **({"note": self.note} if self.note else {}),
            "rows": [
                {
                    "opened": row.opened.isoformat(),
                    "closed": row.closed.isoformat(),
                    "seconds": row.seconds,
                    "running": row.running,
                    "reason": row.reason,
                }
                for row in self.rows
            ],
        }


def explain(
    calendar: Calendar,
    start_s: int,
    due_s: int,
    seconds: int,
    *,
    pauses: Sequence[tuple[int, int, str]] = (),
    held: str = "",
) -> Ledger:
    """The account of a deadline already computed, in epoch seconds.

    Parameters
    ----------
    pauses
        From, to and reason of times that do not count, in order and without overlap.
    held
        Why the deadline lies later than the seconds had run out, if it does.
    """
    rows: list[LedgerRow] = []
    running, at = 0, start_s
    for opened, closed, paused in _open(calendar, start_s, due_s, pauses):
        if opened > at:
            rows.append(_closed_row(calendar, at, opened, running))
        at = closed if paused else min(closed, opened + seconds - running)
        counted = 0 if paused else at - opened
        running += counted
        ends = calendar.local(opened), calendar.local(at)
        rows.append(LedgerRow(*ends, counted, running, paused))
        if running >= seconds:
            break
    if due_s > at and running >= seconds > 0:
        rows.append(LedgerRow(calendar.local(at), calendar.local(due_s), 0, running, held))
    elif due_s > at:
        # Zero seconds from closed time: the answer is the next opening and nothing is counted.
        rows.append(_closed_row(calendar, at, due_s, running))
    return Ledger(
        start=calendar.local(start_s),
        due=calendar.local(due_s),
        seconds=seconds,
        zone=calendar.zone.name,
        rows=tuple(rows),
    )


def _used(calendar: Calendar, start_s: int, due_s: int) -> Iterator[tuple[int, int]]:
    starts, ends, _ = calendar.intervals
    for row in range(max(bisect_right(starts, start_s) - 1, 0), starts.size):
        opened, closed = max(int(starts[row]), start_s), min(int(ends[row]), due_s)
        if opened >= due_s:
            return
        if closed > opened:
            yield opened, closed


def _open(
    calendar: Calendar, start_s: int, due_s: int, pauses: Sequence[tuple[int, int, str]]
) -> Iterator[tuple[int, int, str]]:
    """The open times between two instants, each with why it is paused, if it is."""
    for opened, closed in _used(calendar, start_s, due_s):
        at = opened
        for begin, end, reason in pauses:
            begun, ended = max(begin, at), min(end, closed)
            if begun >= ended:
                continue
            if begun > at:
                yield at, begun, ""
            yield begun, ended, f"paused: {reason}" if reason else "paused"
            at = ended
        if closed > at:
            yield at, closed, ""


def _closed_row(calendar: Calendar, opened: int, closed: int, running: int) -> LedgerRow:
    return LedgerRow(
        opened=calendar.local(opened),
        closed=calendar.local(closed),
        seconds=0,
        running=running,
        reason=_reason(calendar, calendar.local(opened), calendar.local(closed)),
    )


def _reason(calendar: Calendar, opened: datetime, closed: datetime) -> str:
    holidays = list(_holidays(calendar, opened, closed))
    if holidays:
        return ", ".join(f"holiday {calendar.plan.holidays[day] or day}" for day in holidays)
    if opened.date() == closed.date() and _works_around(calendar, opened, closed):
        second = _second_of_day(opened)
        length = int(closed.timestamp() - opened.timestamp())
        noon = second < _LUNCH_TO_S and second + length > _LUNCH_FROM_S
        return "lunch" if noon and length <= _LUNCH_LONGEST_S else "between shifts"
    return "closed"


def _holidays(calendar: Calendar, opened: datetime, closed: datetime) -> Iterator[date]:
    """Holidays that took working time away between two instants, in order."""
    plan, day = calendar.plan, opened.date()
    # Closed time ends with an opening, and none lies within what a holiday closes.
    while day < closed.date():
        if day in plan.holidays and day not in plan.exceptions:
            before = plan.hours_on(day - timedelta(days=1)).days[(day.weekday() - 1) % 7]
            if plan.hours_on(day).days[day.weekday()] or any(end > DAY_S for _, end in before):
                yield day
        day += timedelta(days=1)


def _works_around(calendar: Calendar, opened: datetime, closed: datetime) -> bool:
    """Whether shifts lie on both sides, so that the gap is a break and not the night."""
    starts, ends, _ = calendar.intervals
    row = bisect_right(starts, int(closed.timestamp())) - 1
    return row > 0 and calendar.local(int(ends[row - 1])).date() == opened.date()


def _second_of_day(stamp: datetime) -> int:
    return stamp.hour * 3600 + stamp.minute * 60 + stamp.second


def _line(row: LedgerRow) -> str:
    ends = f"{stamp_text(row.opened)} to {stamp_text(row.closed)}"
    if row.reason:
        return f"{ends}  {row.reason}"
    return f"{ends}  counted {span(row.seconds)}  total {span(row.running)}"


def stamp_text(stamp: datetime) -> str:
    """A stamp with its weekday, and its seconds where it has some: ``Mon 2026-01-05 16:00``.

    An aware one bears its offset in an hour that the clock shows twice, and in the hour after one
    that it never shows: ``Sun 2026-10-25 02:30 UTC+01:00``.
    """
    # Not strftime's %a, which speaks the machine's language.
    day = DAY_NAMES[stamp.weekday()]
    clock = f"{stamp:%Y-%m-%d %H:%M:%S}" if stamp.second else f"{stamp:%Y-%m-%d %H:%M}"
    offset = stamp.utcoffset()
    if offset is None or not _near_change(stamp):
        return f"{day} {clock}"
    return f"{day} {clock} {offset_text(int(offset.total_seconds()))}"


def _near_change(stamp: datetime) -> bool:
    """Whether the clock shows this time twice, or skipped to just before it."""
    offset = stamp.utcoffset()
    assert offset is not None
    if stamp.replace(fold=0).utcoffset() != stamp.replace(fold=1).utcoffset():
        return True

    def offset_before(length: timedelta) -> timedelta:
        before = (stamp.astimezone(UTC) - length).astimezone(stamp.tzinfo).utcoffset()
        assert before is not None
        return before

    skipped = offset - offset_before(_LONGEST_SKIP)
    return skipped > timedelta(0) and offset_before(skipped) != offset


def span(seconds: int) -> str:
    """A length as hours, minutes and seconds, however many hours: ``38:45:00``."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
