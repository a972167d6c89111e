"""What the functions in cells answer: ranges in, ranges out, over one state of the workbook.

Every function takes values as Excel hands them over and gives a grid of values that a cell can
hold: serial numbers for times, so that the cells' own format shows them, and plain words where
there is no number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.addin.bridge import State
from xlmatrix.addin.cells import (
    NOT_KNOWN,
    GivenCells,
    Grid,
    is_blank,
    number,
    shaped,
    spread,
    stamps,
    text,
    whole_seconds,
)
from xlmatrix.addin.known import (
    calendar_of,
    class_names,
    class_of,
    severity_of,
    target_code,
    unknown_class,
)
from xlmatrix.errors import HorizonError, XlmatrixError
from xlmatrix.rules.column import twins_of, values_of
from xlmatrix.rules.frame import Floats, Frame, horizon, to_utc, to_wall
from xlmatrix.rules.frame import due as due_on
from xlmatrix.rules.incidents.columns import incident_columns
from xlmatrix.rules.incidents.states import BREACHED, MET, RUNNING
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.calls import EXHAUSTED, NO_CALL_S, calls_of, group_of
from xlmatrix.rules.ladder.whom import Concern, Desk
from xlmatrix.rules.logs.incident_log import ID, IncidentLog
from xlmatrix.rules.names import BEYOND
from xlmatrix.rules.policy import Clock
from xlmatrix.worktime import NEVER

_NOW: Final = ("Level now", "Call now")
_LONGEST_MIN: Final = 3653 * 1440
_DAY_S: Final = 86400


def due(
    state: State, opened: Any, severity_or_minutes: Any, target: Any, calendar: Any = None
) -> Grid:
    """When each target is due, as serial numbers; see :func:`xlmatrix.addin.functions.SLA_DUE`."""
    cells, height, width = spread(
        opened=opened, severity=severity_or_minutes, target=target, calendar=calendar
    )
    start = _Starts(state, cells["opened"])
    answers: list[Any] = list(start.messages)
    rows_of: dict[tuple[str, str, str], list[int]] = {}
    minutes = np.full(len(answers), np.nan)
    for row, (kind, wanted, on) in enumerate(
        zip(cells["severity"], cells["target"], cells["calendar"], strict=True)
    ):
        if answers[row] is not None:
            continue
        amount = number(kind)
        if amount is None:
            rows_of.setdefault((text(kind), text(wanted), text(on)), []).append(row)
        else:
            minutes[row] = amount
            rows_of.setdefault(("", "", text(on)), []).append(row)
    for (kind, wanted, on), rows in rows_of.items():
        place = np.array(rows, dtype=np.intp)
        try:
            if not kind and not wanted:
                found = _by_minutes(state, start.utc[place], minutes[place], on)
            else:
                found = _by_target(state, start.utc[place], kind, wanted, on)
        except XlmatrixError as error:
            found = [error.what] * len(rows)
        for row, value in zip(rows, found, strict=True):
            answers[row] = value
    return shaped(answers, height, width)


def elapsed(state: State, start: Any, end: Any, calendar: Any = None) -> Grid:
    """Working minutes between two instants."""
    cells, height, width = spread(start=start, end=end, calendar=calendar)
    first, last = _Starts(state, cells["start"]), _Starts(state, cells["end"])
    answers: list[Any] = [
        one if one is not None else other
        for one, other in zip(first.messages, last.messages, strict=True)
    ]
    for on in dict.fromkeys(text(cell) for cell in cells["calendar"]):
        rows = [
            row
            for row, cell in enumerate(cells["calendar"])
            if text(cell) == on and answers[row] is None
        ]
        place = np.array(rows, dtype=np.intp)
        try:
            known = calendar_of(state, on)
        except XlmatrixError as error:
            found: list[Any] = [error.what] * len(rows)
        else:
            begun, ended = (side.utc[place].astype(np.int64) - EPOCH_S for side in (first, last))
            spent = known.table.elapsed(begun, ended)
            found = [BEYOND if s == NEVER else s / 60 for s in spent.tolist()]
        for row, value in zip(rows, found, strict=True):
            answers[row] = value
    return shaped(answers, height, width)


def status(state: State, due_at: Any, done: Any, as_of: Any = None) -> Grid:
    """met, breached or running; exactly at the deadline is met."""
    cells, height, width = spread(due=due_at, done=done, as_of=as_of)
    limit, end = _Starts(state, cells["due"]), _Starts(state, cells["done"])
    given = _Starts(state, cells["as_of"])
    now = np.where(np.isnan(given.utc), state.context.as_of_s, given.utc)
    answers: list[Any] = []
    for row, message in enumerate(limit.messages):
        problem = message
        if problem is None and end.messages[row]:
            problem = end.messages[row]
        if problem is None and given.messages[row]:
            problem = given.messages[row]
        if problem is not None:
            answers.append(problem)
        elif not np.isnan(end.utc[row]):
            answers.append(BREACHED if end.utc[row] > limit.utc[row] else MET)
        else:
            answers.append(BREACHED if now[row] > limit.utc[row] else RUNNING)
    return shaped(answers, height, width)


def ladder(state: State, opened: Any, severity: Any, kind: Any = None) -> Grid:
    """Level, when and whom of every call of one incident's ladder while nobody acknowledges."""
    start, level = _one(state, opened, "opened"), severity_of(state, _single(severity, "severity"))
    if isinstance(start, str):
        return [[start]]
    known = class_of(state, _single(kind, "class"))
    concern = Concern(state.spec.owners_for(known, level))
    calls = [
        call
        for call in calls_of(state.spec, level, group_of(state.spec, known), acknowledged=False)
        if call.seconds < NO_CALL_S
    ]
    if not calls:
        return [["this severity has no ladder"]]
    seconds = np.array([float(call.seconds) for call in calls])
    instants = due_on(calendar_of(state, level.calendar), np.full(len(calls), start), seconds)
    texts = Desk.of(state.context).texts(calls, concern, [_epoch(state, at) for at in instants])
    return [
        [int(call.level) if call.level.isdigit() else call.level, when, text_]
        for call, when, text_ in zip(calls, _serials(state, instants), texts, strict=True)
    ]


def next_call(
    state: State, opened: Any, severity: Any, acknowledged: Any = None, kind: Any = None
) -> Grid:
    """The next call of each incident after the workbook's *As of*: when, and whom."""
    cells, height, width = spread(
        opened=opened, severity=severity, acknowledged=acknowledged, kind=kind
    )
    if width > 1:
        raise XlmatrixError(
            "the ranges have several columns", where="function", mend="Give one column of incidents"
        )
    start = _Starts(state, cells["opened"])
    acked = _Starts(state, cells["acknowledged"])
    levels = [text(cell) for cell in cells["severity"]]
    log = IncidentLog.of(
        {ID: [""] * height, "Severity set": levels, "Class": class_names(state, cells["kind"])},
        {"Opened": start.walls(), "Acknowledged": acked.walls()},
    )
    columns = {column.id: column for column in incident_columns(state.spec)}
    frame = Frame(state.context, log, twins_of(columns.values()))
    at, whom, level_now, call_now = (
        values_of(columns[known], frame) for known in ("Next call at", "Next call", *_NOW)
    )
    answers: Grid = []
    unknown = [unknown_class(state, cell) for cell in cells["kind"]]
    for row in range(height):
        problem = start.messages[row]
        if problem is None and acked.messages[row]:
            problem = acked.messages[row]
        if problem is None and state.context.policy.row(levels[row]) is None:
            problem = f"the severity {levels[row]!r} is {NOT_KNOWN}"
        if problem is None:
            problem = unknown[row]
        if problem is not None:
            answers.append([problem, ""])
        elif at[row] == "" and level_now[row] == EXHAUSTED:
            answers.append([EXHAUSTED, call_now[row]])
        else:
            answers.append([at[row], whom[row]])
    return answers


def explain(state: State, opened: Any, minutes: Any, calendar: Any = None) -> Grid:
    """The account of one deadline, a line a row."""
    start = _one(state, opened, "opened")
    if isinstance(start, str):
        return [[start]]
    amount = number(_single(minutes, "minutes", as_text=False))
    if amount is None or not 0 <= amount <= _LONGEST_MIN:
        return [["minutes is not a number from 0 to ten years"]]
    known = calendar_of(state, text(_single(calendar, "calendar")))
    moment = known.local(int(start) - EPOCH_S)
    try:
        ledger = known.explain(moment, round(amount * 60))
    except HorizonError:
        return [[BEYOND]]
    return [[line] for line in ledger.lines()]


def on_call(state: State, role: Any, when: Any = None) -> Grid:
    """Who holds each role at a time (the workbook's *As of* where none is given)."""
    cells, height, width = spread(role=role, when=when)
    start = _Starts(state, cells["when"])
    instants = np.where(np.isnan(start.utc), state.context.as_of_s, start.utc)
    roles = {known.name.casefold(): known for known in state.spec.roles}
    desk = Desk.of(state.context)
    answers: list[Any] = []
    for row, cell in enumerate(cells["role"]):
        name = text(cell)
        known = roles.get(name.casefold())
        if not name:
            answers.append("")
        elif known is None:
            answers.append(f"the role {name!r} is {NOT_KNOWN}")
        elif start.messages[row]:
            answers.append(start.messages[row])
        else:
            primary, backup = desk.holders(known.id, int(instants[row]) - EPOCH_S)
            answers.append(primary or backup or "nobody")
    return shaped(answers, height, width)


class _Starts:
    """Instants of a range in UTC Excel seconds, and a message where there is none.

    ``messages`` holds "" for an empty cell, text for a bad one and None for an instant.
    """

    __slots__ = ("messages", "utc", "wall_s")

    def __init__(self, state: State, cells: Sequence[Any]) -> None:
        read = stamps(cells)
        low, high = horizon(state.context)
        # The zone's table ends some days beyond the horizon.
        inside = (read.seconds > low - _DAY_S) & (read.seconds < high + _DAY_S)
        self.utc: Floats = to_utc(state.context.zone, np.where(inside, read.seconds, np.nan))
        self.utc[(self.utc < low) | (self.utc > high)] = np.nan
        self.wall_s = read.seconds
        self.messages: list[str | None] = [None] * len(cells)
        for row in np.flatnonzero(np.isnan(self.utc)).tolist():
            self.messages[row] = "" if np.isnan(read.seconds[row]) else BEYOND
        for row, problem in read.wrong.items():
            self.messages[row] = problem

    def walls(self) -> NDArray[np.datetime64]:
        """The stamps of the instants as the log has them; NaT where there is none."""
        good = ~np.isnan(self.utc)
        answer = np.full(len(self.utc), "NaT", dtype="datetime64[s]")
        answer[good] = (self.wall_s[good].astype(np.int64) - EPOCH_S).view("datetime64[s]")
        return answer


def _by_minutes(state: State, start: Floats, minutes: NDArray[np.float64], on: str) -> list[Any]:
    known = calendar_of(state, on)
    good = (minutes > 0) & (minutes <= _LONGEST_MIN)
    seconds = np.where(good, np.round(minutes * 60), 1)
    found = _serials(state, due_on(known, start, seconds))
    return [
        value if good[row] else "minutes must be above 0 and at most ten years"
        for row, value in enumerate(found)
    ]


def _by_target(state: State, start: Floats, kind: str, wanted: str, on: str) -> list[Any]:
    if not kind:
        return [""] * len(start)
    row = state.context.policy.row(kind)
    if row is None:
        raise XlmatrixError(
            f"the severity {kind!r} is {NOT_KNOWN}", where="severity", mend="Use one of the matrix"
        )
    found: list[Any] = [""] * len(start)
    policy, code = state.context.policy, target_code(wanted)
    below = _rows_below(state, start)
    for offset in set(below.tolist()):
        rows = np.flatnonzero(below == offset)
        dues = _by_clock(
            state, start[rows], policy.clocks[row + offset][code], policy.severities[row], on
        )
        for place, value in zip(rows.tolist(), dues, strict=True):
            found[place] = value
    return found


def _rows_below(state: State, start: Floats) -> NDArray[np.int64]:
    """How many rows below the present policy each opening finds the version it is judged by."""
    policy = state.context.policy
    if not policy.versions:
        return np.zeros(len(start), dtype=np.int64)
    walls = (to_wall(state.context.zone, start) - EPOCH_S).astype("datetime64[s]")
    days = walls.astype("datetime64[D]").tolist()
    return np.array([policy.offset(day) for day in days], dtype=np.int64)


def _by_clock(state: State, start: Floats, clock: Clock, severity: str, on: str) -> list[Any]:
    if clock.days is not None:
        zone = state.context.zone
        low, high = horizon(state.context)
        moved = zone.add_days(start.astype(np.int64) - EPOCH_S, clock.days) + float(EPOCH_S)
        return _serials(state, np.where((moved < low) | (moved > high), np.inf, moved))
    if clock.seconds is None:
        return [f"{severity} has no such target"] * len(start)
    known = calendar_of(state, on) if on else state.context.calendars[clock.calendar - 1]
    return _serials(state, due_on(known, start, np.full(len(start), float(clock.seconds))))


def _serials(state: State, utc: Floats) -> list[Any]:
    wall = to_wall(state.context.zone, utc)
    serials: list[Any] = list(whole_seconds(wall))
    for row in np.flatnonzero(~np.isfinite(wall)).tolist():
        serials[row] = BEYOND
    return serials


def _epoch(state: State, instant: float) -> int:
    """Epoch seconds of a call; of *As of* where it lies beyond the calendar."""
    at = instant if np.isfinite(instant) else state.context.as_of_s
    return int(at) - EPOCH_S


def _single(given: Any, what: str, *, as_text: bool = True) -> Any:
    column = GivenCells.of(given)
    if len(column.cells) != 1:
        raise XlmatrixError(
            f"{what} has {len(column.cells)} cells", where=what, mend="Give one cell"
        )
    return text(column.cells[0]) if as_text else column.cells[0]


def _one(state: State, given: Any, what: str) -> float | str:
    """One instant in UTC Excel seconds, or its message."""
    cell = _single(given, what, as_text=False)
    start = _Starts(state, [cell])
    if start.messages[0] is None:
        return float(start.utc[0])
    return start.messages[0] or (f"{what} is empty" if is_blank(cell) or cell == 0 else "")
