"""Changes of severity and reopenings of all incidents, in order of incident and time.

People type both logs as things happen; the hidden sheet *Event line* sorts them by two passes of
``SMALL``: by time and row, then by incident and place in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import Expr, F, col, if_, iferror
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import names
from xlmatrix.rules.frame import Floats, Frame, Objects
from xlmatrix.rules.logs.class_severity import class_severities, class_severity_at
from xlmatrix.rules.logs.keys import keys_of
from xlmatrix.rules.logs.line import (
    ROWS,
    Keys,
    Line,
    add_places,
    if_used,
    key_expr,
    place_expr,
    same_incident,
)
from xlmatrix.rules.logs.side_columns import REOPENINGS, Side
from xlmatrix.rules.logs.sorting import by_incident, last_marked, packed, starts_of

SHEET: Final = "Event line"
#: Room for the reopenings of one incident.
CYCLES: Final = 1000


@dataclass(frozen=True, slots=True)
class Events:
    """The twin: one entry an event, sorted. ``incident`` and ``code`` count rows from 1."""

    incident: NDArray[np.int64]
    code: NDArray[np.int64]
    at_s: Floats
    reopens: NDArray[np.bool_]
    ends_s: Floats
    cycle: NDArray[np.int64]
    cycle_s: Floats
    severity: Objects
    severity_before: Objects
    first: NDArray[np.bool_]
    keys: Keys
    """How its instants are told apart."""

    def __len__(self) -> int:
        return int(self.incident.size)

    @property
    def last(self) -> NDArray[np.bool_]:
        """Whether an event is its incident's last."""
        return np.append(self.first[1:], True)[: len(self)]

    def last_of(self, incidents: int) -> Floats:
        """For each incident the place of its last event from 0, NaN for none."""
        answer = np.full(incidents, np.nan)
        answer[self.incident - 1] = np.arange(len(self))
        return answer

    def before(self, incident: NDArray[np.int64], instant: Floats) -> NDArray[np.int64]:
        """How many events of each incident (row from 1) lie strictly before an instant."""
        known = packed(self.incident, self.at_s, self.keys)
        low = np.searchsorted(self.incident, incident, side="left")
        return np.searchsorted(known, packed(incident, instant, self.keys), side="left") - low


def initial_severity(frame: Frame) -> Objects:
    """The severity at the opening: typed in the row, else the class's default."""
    typed = frame.filled("Severity set")
    found: Objects = np.where(typed, frame["Severity set"], class_severities(frame))
    return found


def events_of(frame: Frame) -> Events:
    """The valid rows of both logs in order; computed once for a frame."""
    if "events" not in frame.done:
        frame.done["events"] = _sorted_events(frame)
    found: Events = frame.done["events"]
    return found


def _sorted_events(frame: Frame) -> Events:
    changes, reopened = Side(frame, frame.histories.changes), Side(frame, frame.histories.reopened)
    keys = np.concatenate([change_keys(changes), reopened_keys(reopened)])
    at = np.concatenate([changes.utc("At"), reopened.utc("Reopened")])
    incident = np.concatenate([changes.incident, reopened.incident])
    ends = np.concatenate([np.full(len(changes.log), np.nan), reopened.utc("Resolved")])
    rows = np.flatnonzero(~np.isnan(keys))
    rows = rows[np.lexsort((keys[rows], incident[rows]))]
    who, code = incident[rows].astype(np.int64), (keys[rows] % ROWS).astype(np.int64)
    instant = np.maximum(at[rows], frame["opened s"][who - 1])
    reopens = code > REOPENINGS
    first = starts_of(who)
    cycle, cycle_s, severity, before = _chains(frame, who, instant, reopens, code, first)
    ends_s = np.where(np.isnan(ends[rows]), instant, np.minimum(ends[rows], instant))
    return Events(
        who, code, instant, reopens, np.where(reopens, ends_s, np.nan),
        cycle, cycle_s, severity, before, first, keys_of(frame),
    )  # fmt: skip


def _chains(
    frame: Frame,
    who: NDArray[np.int64],
    instant: Floats,
    reopens: NDArray[np.bool_],
    code: NDArray[np.int64],
    first: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], Floats, Objects, Objects]:
    opening, start = initial_severity(frame)[who - 1], frame["opened s"][who - 1]
    begin = last_marked(first)
    ended = np.cumsum(reopens)
    cycle: NDArray[np.int64] = ended - (ended - reopens)[begin]
    since = last_marked(reopens)
    cycle_s = np.where(since >= begin, instant[since], start)
    # Reopenings have codes of their own log, and no severity is read for them.
    levels = np.array([*frame.histories.changes.texts["To"], ""], dtype=object)
    level = levels[np.where(reopens, len(levels), code) - 1]
    change = last_marked(~reopens)
    severity = np.where(change >= begin, level[change], opening)
    before = np.where(first, opening, np.roll(severity, 1))
    return cycle, cycle_s, severity, before


def initial_expr(spec: MatrixSpec, incident: Expr) -> Expr:
    """The formula of :func:`initial_severity` for the incident in a row of the log."""
    typed = F.INDEX(col("tIncidents", "Severity set"), incident)
    return iferror(if_(typed.filled(), typed & "", class_severity_at(spec, incident)))


def event_line(frame: Frame, changes: int, reopened: int) -> Line:
    """The hidden sheet, with room for so many changes and reopenings."""
    events, height = events_of(frame), changes + reopened
    line = Line(SHEET, height)
    here, above = line.here, line.above
    keys, owners = _typed_keys(frame, changes, reopened)
    by_incident(line, _typed_key_expr(changes), (keys, owners), _incident_of_code)
    unless, same = partial(if_used, line), partial(same_incident, line)

    def from_log(row: int, change: str, reopening: str) -> Expr:
        code = here("log row", row)
        of_change = F.INDEX(col("tChanges", change), code)
        return F.IF(
            code < REOPENINGS, of_change, F.INDEX(col("tReopened", reopening), code - REOPENINGS)
        )

    def start(row: int) -> Expr:
        return F.INDEX(col("tIncidents", "opened s"), here("incident", row))

    line.add(
        "at s", lambda r: unless(r, F.MAX(from_log(r, "at s", "reopened s"), start(r))), events.at_s
    )
    add_places(line, events.incident)
    line.add(
        "order key",
        lambda r: key_expr(line, r, here("at s", r) - names.HORIZON_START),
        events.keys.rising(events.incident, events.at_s - events.keys.low_s, height),
    )
    line.add(
        "reopens",
        lambda r: unless(r, F.IF(here("log row", r) < REOPENINGS, 0, 1)),
        events.reopens.astype(float),
    )
    line.add(
        "cycle",
        lambda r: unless(r, F.IF(same(r), above("cycle", r), 0) + here("reopens", r)),
        events.cycle.astype(float),
    )
    line.add(
        "cycle since s",
        lambda r: unless(
            r,
            F.IF(
                here("reopens", r).eq(1),
                here("at s", r),
                F.IF(same(r), above("cycle since s", r), start(r)),
            ),
        ),
        events.cycle_s,
    )
    _ending_columns(line, events)
    _severity_columns(line, frame.context.spec, events)
    return line


def _ending_columns(line: Line, events: Events) -> None:
    """Of a reopening: the key it is found by, and when the cycle before it ended."""
    here = line.here

    line.add(
        "reopening key",
        lambda r: if_(here("reopens", r).eq(1), here("incident", r) * CYCLES + here("cycle", r)),
        np.where(events.reopens, events.incident * CYCLES + events.cycle, np.nan),
    )

    def ends(row: int) -> Expr:
        resolved = F.INDEX(col("tReopened", "res done s"), here("log row", row) - REOPENINGS)
        at = here("at s", row)
        return if_(here("reopens", row).eq(1), F.IF(F.ISNUMBER(resolved), F.MIN(resolved, at), at))

    line.add("ends s", ends, events.ends_s, "")


def _severity_columns(line: Line, spec: MatrixSpec, events: Events) -> None:
    """Severity after and before; neither asks the other in its own row."""
    here, above = line.here, line.above

    def known(row: int, header: str) -> Expr:
        opening = initial_expr(spec, here("incident", row))
        return F.IF(same_incident(line, row), above(header, row), opening)

    def after(row: int) -> Expr:
        typed = F.INDEX(col("tChanges", "To"), here("log row", row)) & ""
        changed = F.IF(here("reopens", row).eq(1), known(row, "severity"), typed)
        return if_used(line, row, changed)

    line.add("severity", after, list(events.severity), "")
    line.add(
        "severity before",
        lambda r: if_used(line, r, known(r, "severity")),
        list(events.severity_before),
        "",
    )


def _typed_keys(frame: Frame, changes: int, reopened: int) -> tuple[Floats, Floats]:
    """The keys of both logs as the sheet stacks them, and each row's incident."""
    keys, owners = np.full(changes + reopened, np.nan), np.full(changes + reopened, np.nan)
    first, second = Side(frame, frame.histories.changes), Side(frame, frame.histories.reopened)
    one, two = change_keys(first), reopened_keys(second)
    keys[: one.size], keys[changes : changes + two.size] = one, two
    owners[: one.size], owners[changes : changes + two.size] = first.incident, second.incident
    return keys, owners


def _typed_key_expr(changes: int) -> Expr:
    """Of the two logs one above the other; no number where a log has no such row."""
    place = place_expr()
    reopened = F.INDEX(col("tReopened", "sort key"), place - changes)
    return F.IF(place <= changes, F.INDEX(col("tChanges", "sort key"), place), reopened)


def _incident_of_code(code: Expr) -> Expr:
    of_change = F.INDEX(col("tChanges", "incident row"), code)
    return F.IF(
        code < REOPENINGS, of_change, F.INDEX(col("tReopened", "incident row"), code - REOPENINGS)
    )


def change_keys(side: Side) -> Floats:
    """The sort key of each row of the changes; NaN for a row that takes no part."""
    known = [side.frame.context.policy.row(text) is not None for text in side.log.texts["To"]]
    return _keys(side, "At", np.array(known, dtype=np.bool_), 0)


def reopened_keys(side: Side) -> Floats:
    """The same for reopenings."""
    return _keys(side, "Reopened", np.ones(len(side.log), dtype=np.bool_), REOPENINGS)


def _keys(side: Side, header: str, valid: NDArray[np.bool_], shift: int) -> Floats:
    at = side.utc(header)
    number = np.arange(1, len(side.log) + 1) + shift
    keys = side.since(at) * ROWS + number
    return np.where(valid & side.running & (at <= side.frame.context.as_of_s), keys, np.nan)


def event_names(line: Line) -> dict[str, Expr]:
    """What the defined names of the line stand for."""
    headers = {
        "Key": "order key",
        "Inc": "incident",
        "Cycle": "cycle",
        "ReKey": "reopening key",
        "Ends": "ends s",
        "Since": "cycle since s",
        "Severity": "severity",
        "Code": "log row",
        "Before": "severity before",
        "At": "at s",
    }
    return {f"Ev_{part}": line.span(header) for part, header in headers.items()}
