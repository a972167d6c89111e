"""Pauses of all incidents in order, cut where they overlap, with running sums of their length.

With ``Net`` the clock's reading when a pause begins, the keys ``incident, Net`` rise, so that one
``MATCH`` finds the last pause that begins before a clock has run out, and the difference of two
running sums is the time to add. A piece that overlaps the one before begins where that one ends and
so has the same ``Net``: overlapping pauses merge.

A stop ends every pause of its cycle. One whose end is typed after a reopening holds the new cycle,
too, and so does one that begins between the two and has no end; one that nobody ended is over with
its cycle. So each reopening has a row of its own, from its instant to the latest of those ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, name
from xlmatrix.rules import names
from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.rules.instants import EPOCH_S, worked
from xlmatrix.rules.logs.event_line import CYCLES, Events, events_of, reopened_keys
from xlmatrix.rules.logs.keys import keys_of
from xlmatrix.rules.logs.line import (
    NONE_ROW,
    OPEN,
    ROWS,
    Line,
    add_places,
    if_used,
    key_expr,
    key_until,
    last_key,
    place_expr,
    same_incident,
    since_start,
)
from xlmatrix.rules.logs.side_columns import REOPENINGS, Side
from xlmatrix.rules.logs.sorting import by_incident, last_marked, packed, starts_of
from xlmatrix.worktime import NEVER, Calendar, Pauses, running_max

SHEET: Final = "Pause line"
#: Instants are cut this long after the horizon, past the end of its last shift.
_BEYOND_S: Final = 200_000


@dataclass(frozen=True, slots=True)
class Pieces:
    """The twin: valid pauses and reopenings, sorted, without overlap; :data:`OPEN` is an open end.

    ``code`` is the row of the pause that gives the end; ``lasts_s`` the latest end typed so far.
    """

    incident: NDArray[np.int64]
    code: NDArray[np.int64]
    from_s: Floats
    ends_s: Floats
    lasts_s: Floats
    to_s: Floats
    reach_s: Floats
    begin_s: Floats
    run_s: Floats
    open_row: Floats

    def last_of(self, incidents: int) -> Floats:
        """For each incident the place of its last piece from 0, NaN for none."""
        answer = np.full(incidents, np.nan)
        answer[self.incident - 1] = np.arange(self.incident.size)
        return answer

    def engine(self) -> Pauses:
        """The pauses as the engine takes them, merged by it; incidents count from 0."""
        return Pauses.of(
            self.incident - 1,
            self.from_s.astype(np.int64) - EPOCH_S,
            np.where(self.to_s >= OPEN, NEVER, self.to_s.astype(np.int64) - EPOCH_S),
            incidents=int(self.incident.max(initial=0)),
        )


def pause_keys(side: Side) -> Floats:
    """The sort key of each row of the log; NaN for a pause that takes no part.

    One that is yet to begin counts ahead only where its end is known.
    """
    begin, end = side.utc("From"), side.utc("To")
    planned = side.log.filled("To")
    end = np.where(planned, end, OPEN)
    keys = side.since(begin) * ROWS + np.arange(1, len(side.log) + 1)
    counts = planned | (begin <= side.frame.context.as_of_s)
    return np.where(side.running & counts & (end >= begin), keys, np.nan)


def pieces_of(frame: Frame) -> Pieces:
    """The pauses of a frame; computed once."""
    if "pieces" not in frame.done:
        frame.done["pieces"] = _pieces(frame)
    found: Pieces = frame.done["pieces"]
    return found


def _pieces(frame: Frame) -> Pieces:
    side, again = Side(frame, frame.histories.pauses), Side(frame, frame.histories.reopened)
    pauses = len(side.log)
    keys, incident = _typed_keys(frame, pauses, len(again.log))
    rows = np.flatnonzero(~np.isnan(keys))
    rows = rows[np.lexsort((keys[rows], incident[rows]))]
    who = incident[rows].astype(np.int64)
    begin = np.concatenate([side.utc("From"), again.utc("Reopened")])[rows]
    begin = np.maximum(begin, frame["opened s"][who - 1])
    typed_end = np.where(side.log.filled("To"), side.utc("To"), OPEN)
    end = np.append(typed_end, np.zeros(len(again.log)))[rows]
    limit = _limits(frame, events_of(frame), who, begin)
    first = starts_of(who)
    forgotten = (end >= OPEN) & (begin < limit) & (limit < OPEN)
    lasts = running_max(who, np.where(forgotten, 0.0, end))
    latest = last_marked(first | (lasts > np.roll(lasts, 1)))
    to = np.maximum(begin, np.minimum(np.where(rows >= pauses, lasts, end), limit))
    reach = running_max(who, to)
    before = np.where(first, -np.inf, np.roll(reach, 1))
    run = begin[last_marked(begin > before)]
    opens = reach >= OPEN
    opened = last_marked(opens & (before < OPEN))
    return Pieces(
        who,
        rows[latest] + 1,
        begin,
        limit,
        lasts,
        to,
        reach,
        np.maximum(begin, before),
        run,
        np.where(opens, opened + 2.0, NONE_ROW),
    )


def _limits(frame: Frame, events: Events, who: NDArray[np.int64], begin: Floats) -> Floats:
    """When the incident was stopped in the cycle that a pause begins in."""
    resolved = frame["res done s"][who - 1]
    limit = np.where(np.isnan(resolved), OPEN, resolved)
    again = np.flatnonzero(events.reopens)
    if not again.size:
        return limit
    owner, at = events.incident[again], events.at_s[again]
    keys = events.keys
    later = np.searchsorted(packed(owner, at, keys), packed(who, begin, keys), side="right")
    found = np.minimum(later, again.size - 1)
    ended = (later < again.size) & (owner[found] == who)
    return np.where(ended, events.ends_s[again[found]], limit)


def pz(part: str, calendar: int | None = None) -> Expr:
    """A defined name over a column of the line."""
    return name(f"Pz_{part}" if calendar is None else f"Pz_{part}_{calendar}")


def inside(instant: Expr) -> Expr:
    """An instant cut to where the calendars still have rows."""
    return F.MIN(instant, names.HORIZON_END + _BEYOND_S)


def place_at(incident: Expr, instant: Expr) -> Expr:
    """The place in the line of the last piece that begins at an instant or before."""
    return F.MATCH(key_until(incident, since_start(instant)), pz("FromKey"), 1)


def event_place_at(incident: Expr, instant: Expr) -> Expr:
    """The same in the line of events."""
    return F.MATCH(key_until(incident, since_start(instant)), name("Ev_Key"), 1)


def last_place(incident: Expr, key: Expr, owners: Expr) -> Expr:
    """The place of an incident's last row in a line; empty text for none."""
    found = F.MATCH(last_key(incident), key, 1)
    return if_(F.INDEX(owners, found).eq(incident), found)


def _typed_keys(frame: Frame, pauses: int, reopened: int) -> tuple[Floats, Floats]:
    """The keys of pauses and reopenings, one below the other, and each row's incident.

    ``pauses`` and ``reopened`` are how many rows each has.
    """
    keys, owners = np.full(pauses + reopened, np.nan), np.full(pauses + reopened, np.nan)
    first, second = Side(frame, frame.histories.pauses), Side(frame, frame.histories.reopened)
    one, two = pause_keys(first), reopened_keys(second) + (pauses - REOPENINGS)
    keys[: one.size], keys[pauses : pauses + two.size] = one, two
    owners[: one.size], owners[pauses : pauses + two.size] = first.incident, second.incident
    return keys, owners


def pause_line(frame: Frame, pauses: int, reopened: int) -> Line:
    """The hidden sheet with room for so many pauses and reopenings."""
    found, line = pieces_of(frame), Line(SHEET, pauses + reopened)
    here, above, wide = line.here, line.above, keys_of(frame)
    _typed_columns(line, frame, pauses, reopened)

    def since_last(row: int, header: str) -> Expr:
        after = F.MAX(here(header, row), above("reach s", row))
        return if_used(line, row, F.IF(same_incident(line, row), after, here(header, row)))

    line.add("reach s", lambda r: since_last(r, "to s"), found.reach_s)
    line.add("begins s", lambda r: since_last(r, "from s"), found.begin_s)
    add_places(line, found.incident)
    line.add(
        "begin key",
        lambda r: key_expr(line, r, here("begins s", r) - names.HORIZON_START),
        wide.rising(found.incident, found.begin_s - wide.low_s, line.height),
    )
    _standing_columns(line, found)
    for number, calendar in enumerate(frame.context.calendars, start=1):
        _calendar_columns(line, frame, found, calendar, number)
    return line


def _typed_columns(line: Line, frame: Frame, pauses: int, reopened: int) -> None:
    """Pauses and reopenings in order, each with its begin and its end."""
    found, here, unless = pieces_of(frame), line.here, partial(if_used, line)

    def typed(code: Expr, pause: str, reopening: str) -> Expr:
        of_pause = F.INDEX(col("tPauses", pause), code)
        return F.IF(code <= pauses, of_pause, F.INDEX(col("tReopened", reopening), code - pauses))

    place = place_expr()
    of_pause = F.INDEX(col("tPauses", "sort key"), place)
    # A reopening's place in its log follows that of the last pause there is room for.
    of_reopening = F.INDEX(col("tReopened", "sort key"), place - pauses) + (pauses - REOPENINGS)
    by_incident(
        line,
        F.IF(place <= pauses, of_pause, iferror(of_reopening)),
        _typed_keys(frame, pauses, reopened),
        lambda code: typed(code, "incident row", "incident row"),
    )

    def begins(row: int) -> Expr:
        opened = F.INDEX(col("tIncidents", "opened s"), here("incident", row))
        return unless(row, F.MAX(typed(here("log row", row), "from s", "reopened s"), opened))

    def end(row: int, of_pause: Callable[[Expr], Expr], of_reopening: Expr) -> Expr:
        code = here("log row", row)
        return F.IF(code <= pauses, of_pause(F.INDEX(col("tPauses", "to s"), code)), of_reopening)

    def lasts(row: int) -> Expr:
        before, stops = line.above("lasts s", row), here("ends s", row)
        before = F.IF(same_incident(line, row), before, 0)
        over = F.AND(stops < OPEN, here("from s", row) < stops)

        def typed_end(to: Expr) -> Expr:
            return F.IF(F.AND(to >= OPEN, over), 0, to)

        return unless(row, F.MAX(before, end(row, typed_end, lit(0))))

    def until(row: int) -> Expr:
        last = here("ends s", row)
        stops = end(row, lambda to: F.MIN(to, last), F.MIN(here("lasts s", row), last))
        return unless(row, F.MAX(here("from s", row), stops))

    line.add("from s", begins, found.from_s)
    line.add(
        "ends s",
        lambda r: unless(r, _limit_expr(here("incident", r), here("from s", r))),
        found.ends_s,
    )
    line.add("lasts s", lasts, found.lasts_s)
    line.add("to s", until, found.to_s)


def _standing_columns(line: Line, found: Pieces) -> None:
    """Since when an incident waits without a break, and the row of the pause that is open."""
    here, above = line.here, line.above
    unless, same = partial(if_used, line), partial(same_incident, line)

    def joins(row: int) -> Expr:
        return F.AND(same(row), here("from s", row) <= above("reach s", row))

    line.add(
        "runs since s",
        lambda r: unless(r, F.IF(joins(r), above("runs since s", r), here("from s", r))),
        found.run_s,
    )

    def open_row(row: int) -> Expr:
        new = F.IF(here("reach s", row) < OPEN, NONE_ROW, place_expr() + 1)
        return unless(
            row,
            F.IF(F.AND(same(row), above("open row", row) < NONE_ROW), above("open row", row), new),
        )

    line.add("open row", open_row, found.open_row, NONE_ROW)


def _limit_expr(incident: Expr, instant: Expr) -> Expr:
    resolved = F.INDEX(col("tIncidents", "res done s"), incident)
    now = F.IF(F.ISNUMBER(resolved), resolved, OPEN)
    place = event_place_at(incident, instant)
    cycle = F.IF(F.INDEX(name("Ev_Inc"), place).eq(incident), F.INDEX(name("Ev_Cycle"), place), 0)
    ended = F.MATCH(incident * CYCLES + cycle + 1, name("Ev_ReKey"), 0)
    has = F.INDEX(col("tIncidents", "last event"), incident).empty()
    return F.IF(has, now, iferror(F.INDEX(name("Ev_Ends"), ended), now))


def pauses_before(frame: Frame) -> Iterator[Floats]:
    """For each calendar: the running sum that stood before each piece's incident."""
    found = pieces_of(frame)
    for calendar in frame.context.calendars:
        yield _sums(found, _lengths(found, calendar)[2])[1]


def _lengths(found: Pieces, calendar: Calendar) -> tuple[Floats, Floats, Floats]:
    """Working seconds up to the begin and the end of each piece, and in it; 0 while it is open."""
    begun, ended = (_worked(calendar, at) for at in (found.begin_s, found.reach_s))
    return begun, ended, np.where(found.reach_s >= OPEN, 0.0, ended - begun)


def _sums(found: Pieces, length: Floats) -> tuple[Floats, Floats]:
    """Running sums of all lengths, and those that stood before each piece's incident."""
    sums: Floats = np.cumsum(length)
    return sums, (sums - length)[last_marked(starts_of(found.incident))]


def _calendar_columns(
    line: Line, frame: Frame, found: Pieces, calendar: Calendar, number: int
) -> None:
    here, above = line.here, line.above
    unless, same = partial(if_used, line), partial(same_incident, line)

    wf, wt, cum, base, net = (
        f"{part} {number}"
        for part in (
            "worked at begin",
            "worked at end",
            "paused so far",
            "paused before",
            "net key",
        )
    )
    is_open = found.reach_s >= OPEN
    begun, ended, length = _lengths(found, calendar)
    sums, before = _sums(found, length)
    opening = frame[f"worked at opening {number}"][found.incident - 1]
    line.add(wf, lambda r: unless(r, worked(inside(here("begins s", r)), number)), begun)
    # Where a piece has length, it ends at the reach; where it has none, it ends as it begins.
    line.add(
        wt,
        lambda r: unless(
            r, F.IF(here("reach s", r) < OPEN, worked(inside(here("reach s", r)), number), OPEN)
        ),
        np.where(is_open, OPEN, ended),
    )
    line.add(
        cum,
        lambda r: unless(
            r,
            above(cum, r) + F.IF(here("reach s", r) < OPEN, here(wt, r) - here(wf, r), 0),
        ),
        sums,
    )
    line.add(base, lambda r: unless(r, F.IF(same(r), above(base, r), above(cum, r))), before)
    reading: Callable[[int], Expr] = lambda r: (  # noqa: E731
        here(wf, r)
        - F.INDEX(col("tIncidents", f"worked at opening {number}"), here("incident", r))
        - (above(cum, r) - here(base, r))
    )
    line.add(
        net,
        lambda r: key_expr(line, r, reading(r)),
        keys_of(frame).rising(
            found.incident, begun - opening - (sums - length - before), line.height
        ),
    )


def _worked(calendar: Calendar, instants: Floats) -> Floats:
    low, high = calendar.horizon
    whole = np.clip(instants - EPOCH_S, low, high).astype(np.int64)
    return np.asarray(calendar.worked(whole), dtype=np.float64)


def line_names(line: Line, calendars: int) -> dict[str, Expr]:
    """What the defined names of the line stand for."""
    plain = {"FromKey": "begin key", "Inc": "incident", "Run": "runs since s", "Open": "open row"}
    found = {f"Pz_{part}": line.span(header) for part, header in plain.items()}
    for number in range(1, calendars + 1):
        for part, header in (
            ("Wf", "worked at begin"),
            ("Wt", "worked at end"),
            ("Cum", "paused so far"),
            ("Base", "paused before"),
            ("Net", "net key"),
        ):
            found[f"Pz_{part}_{number}"] = line.span(f"{header} {number}")
    return found
