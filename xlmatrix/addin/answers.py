"""What the functions in cells answer: ranges in, ranges out, over one state of the workbook.

Every function takes values as Excel hands them over and gives a grid of values that a cell can
hold: serial numbers for times, so that the cells' own format shows them, and plain words where
there is no number. What has no answer is a :class:`~xlmatrix.addin.problems.Problem`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.addin.bridge import State
from xlmatrix.addin.cells import (
    NOT_KNOWN,
    GivenCells,
    Grid,
    When,
    number,
    one_column,
    shaped,
    spread,
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
from xlmatrix.addin.moments import BEYOND_REACH, Starts, first_of
from xlmatrix.addin.problems import (
    NOT_MEANT,
    OUT_OF_REACH,
    Problem,
    errors_among,
    of_error,
    refuse_errors,
)
from xlmatrix.errors import HorizonError, XlmatrixError
from xlmatrix.rules.column import twins_of, values_of
from xlmatrix.rules.frame import Floats, Frame, horizon, to_wall
from xlmatrix.rules.frame import due as due_on
from xlmatrix.rules.incidents.columns import incident_columns
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.calls import EXHAUSTED, NO_CALL_S, calls_of, group_of
from xlmatrix.rules.ladder.whom import Concern, Desk
from xlmatrix.rules.logs.incident_log import ID, IncidentLog
from xlmatrix.rules.names import BEYOND
from xlmatrix.rules.policy import Clock
from xlmatrix.rules.second_hour import SECOND_HOUR
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
    start = Starts(state, cells["opened"])
    answers: list[Any] = first_of(errors_among(cells), start.messages)
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
            found = [of_error(error)] * len(rows)
        for row, value in zip(rows, found, strict=True):
            answers[row] = value
    return shaped(answers, height, width)


def elapsed(state: State, start: Any, end: Any, calendar: Any = None) -> Grid:
    """Working minutes between two instants."""
    cells, height, width = spread(start=start, end=end, calendar=calendar)
    first, last = Starts(state, cells["start"]), Starts(state, cells["end"])
    answers: list[Any] = first_of(errors_among(cells), first.messages, last.messages)
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
            found: list[Any] = [of_error(error)] * len(rows)
        else:
            begun, ended = (side.utc[place].astype(np.int64) - EPOCH_S for side in (first, last))
            spent = known.table.elapsed(begun, ended)
            found = [BEYOND_REACH if s == NEVER else s / 60 for s in spent.tolist()]
        for row, value in zip(rows, found, strict=True):
            answers[row] = value
    return shaped(answers, height, width)


def ladder(state: State, opened: Any, severity: Any, kind: Any = None) -> Grid:
    """Level, when and whom of every call of one incident's ladder while nobody acknowledges."""
    wrong = refuse_errors(
        cell for given in (opened, severity, kind) for cell in GivenCells.of(given).cells
    )
    start = wrong or _one(state, opened, "opened")
    if isinstance(start, Problem):
        return [[start]]
    level = severity_of(state, _single(severity, "severity"))
    known = class_of(state, _single(kind, "class"))
    concern = Concern(state.spec.owners_for(known, level))
    calls = [
        call
        for call in calls_of(state.spec, level, group_of(state.spec, known), acknowledged=False)
        if call.seconds < NO_CALL_S
    ]
    if not calls:
        return [[Problem("this severity has no ladder")]]
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
    cells, height = one_column(
        "incidents", opened=opened, severity=severity, acknowledged=acknowledged, kind=kind
    )
    start = Starts(state, cells["opened"])
    acked = Starts(state, cells["acknowledged"])
    levels = [text(cell) for cell in cells["severity"]]
    stamps = {"Opened": start, "Acknowledged": acked}
    second = {header: given.second(state.context.zone) for header, given in stamps.items()}
    log = IncidentLog.of(
        {
            ID: [""] * height,
            "Severity set": levels,
            "Class": class_names(state, cells["kind"]),
            SECOND_HOUR: [
                ", ".join(header for header in stamps if second[header][row])
                for row in range(height)
            ],
        },
        {header: given.walls() for header, given in stamps.items()},
    )
    columns = {column.id: column for column in incident_columns(state.spec)}
    frame = Frame(state.context, log, twins_of(columns.values()))
    at, whom, level_now, call_now = (
        values_of(columns[known], frame) for known in ("Next call at", "Next call", *_NOW)
    )
    problems = first_of(errors_among(cells), start.messages)
    answers: Grid = []
    for row, known in enumerate(levels):
        problem = problems[row]
        if problem is None:
            problem = acked.messages[row] or _unknown(state, known, cells["kind"][row])
        if problem is not None:
            answers.append([problem, ""])
        elif at[row] == "" and level_now[row] == EXHAUSTED:
            answers.append(["", call_now[row]])
        else:
            answers.append([_when(at[row]), whom[row]])
    return answers


def _when(cell: Any) -> Any:
    """What a column of the log says of a time."""
    if isinstance(cell, float | int):
        return When(cell)
    return BEYOND_REACH if cell == BEYOND else cell


def _unknown(state: State, level: str, kind: Any) -> Problem | None:
    """What the matrix does not know of an incident: its severity, or its class."""
    if state.context.policy.row(level) is None:
        return Problem(f"the severity {level!r} is {NOT_KNOWN}")
    said = unknown_class(state, kind)
    return Problem(said) if said else None


def explain(state: State, opened: Any, minutes: Any, calendar: Any = None) -> Grid:
    """The account of one deadline, a line a row."""
    wrong = refuse_errors(
        cell for given in (opened, minutes, calendar) for cell in GivenCells.of(given).cells
    )
    start = wrong or _one(state, opened, "opened")
    if isinstance(start, Problem):
        return [[start]]
    amount = number(_single(minutes, "minutes", as_text=False))
    if amount is None or not 0 <= amount <= _LONGEST_MIN:
        return [[Problem("minutes is not a number from 0 to ten years", OUT_OF_REACH)]]
    known = calendar_of(state, text(_single(calendar, "calendar")))
    moment = known.local(int(start) - EPOCH_S)
    try:
        ledger = known.explain(moment, round(amount * 60))
    except HorizonError:
        return [[BEYOND_REACH]]
    return [[line] for line in ledger.lines()]


def on_call(state: State, role: Any, when: Any = None) -> Grid:
    """Who holds each role at a time (the workbook's *As of* where none is given)."""
    cells, height, width = spread(role=role, when=when)
    start = Starts(state, cells["when"])
    instants = np.where(np.isnan(start.utc), state.context.as_of_s, start.utc)
    roles = {known.name.casefold(): known for known in state.spec.roles}
    desk = Desk.of(state.context)
    answers: list[Any] = list(errors_among(cells))
    for row, cell in enumerate(cells["role"]):
        name = text(cell)
        known = roles.get(name.casefold())
        if answers[row] is not None:
            continue
        if not name:
            answers[row] = ""
        elif known is None:
            answers[row] = Problem(f"the role {name!r} is {NOT_KNOWN}")
        elif start.messages[row]:
            answers[row] = start.messages[row]
        else:
            primary, backup = desk.holders(known.id, int(instants[row]) - EPOCH_S)
            answers[row] = primary or backup or "nobody"
    return shaped(answers, height, width)


def _by_minutes(state: State, start: Floats, minutes: NDArray[np.float64], on: str) -> list[Any]:
    known = calendar_of(state, on)
    good = (minutes > 0) & (minutes <= _LONGEST_MIN)
    seconds = np.where(good, np.round(minutes * 60), 1)
    found = _serials(state, due_on(known, start, seconds))
    wrong = Problem("minutes must be above 0 and at most ten years", OUT_OF_REACH)
    return [value if good[row] else wrong for row, value in enumerate(found)]


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
        return [Problem(f"{severity} has no such target")] * len(start)
    known = calendar_of(state, on) if on else state.context.calendars[clock.calendar - 1]
    return _serials(state, due_on(known, start, np.full(len(start), float(clock.seconds))))


def _serials(state: State, utc: Floats) -> list[Any]:
    wall = to_wall(state.context.zone, utc)
    serials: list[Any] = list(whole_seconds(wall))
    for row in np.flatnonzero(~np.isfinite(wall)).tolist():
        serials[row] = BEYOND_REACH
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


def _one(state: State, given: Any, what: str) -> float | Problem:
    """One instant in UTC Excel seconds, or why there is none."""
    cell = _single(given, what, as_text=False)
    start = Starts(state, [cell])
    said = start.messages[0]
    if said is None:
        return float(start.utc[0])
    return said if isinstance(said, Problem) else Problem(f"{what} is empty", NOT_MEANT)
