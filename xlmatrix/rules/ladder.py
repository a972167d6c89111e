"""The ladder of an open incident: who must be called now, who is next, when nobody is left.

A step fires when its instant on the ladder's calendar comes and the incident is not acknowledged
(or resolved, as the step says). Steps of one instant are one call to several people. A step whose
person is missing passes to the backup, and an instant without anybody to the next that has
somebody. ``repeat r`` lets a step take part in r more passes of the ladder; a pass begins one
waiting time after the last instant of the one before, where the waiting time is the distance of
the ladder's last two instants (30 minutes where it has one instant). One waiting time after the
very last call the ladder is exhausted, and the executive sponsor is called.

The formulas compare working seconds with the hidden Ladder sheet; the twin compares due instants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import BLANK, Expr, F, if_, name, this
from xlmatrix.rules import names
from xlmatrix.rules.column import Computed
from xlmatrix.rules.frame import Floats, Frame, Objects, due, horizon, to_wall
from xlmatrix.rules.instants import EPOCH_S, opened, reached, wall_of, worked
from xlmatrix.rules.names import BEYOND
from xlmatrix.rules.oncall import holders_at
from xlmatrix.rules.owners import Holders
from xlmatrix.rules.policy import calendar_number
from xlmatrix.spec.calendars import day_seconds
from xlmatrix.spec.models import MatrixSpec
from xlmatrix.spec.parts import Role
from xlmatrix.spec.severity import Severity, Step
from xlmatrix.worktime import Calendar

EXHAUSTED: Final = "Exhausted"
EXHAUSTED_TEXT: Final = "Exhausted: call the executive sponsor"
#: PagerDuty's default time to acknowledge, for a ladder with one instant.
LONE_WAIT_S: Final = 1800
#: Blank rows below a ladder's steps, and the fewest passes the Ladder sheet has room for.
SPARE_STEPS: Final = 2
FEWEST_PASSES: Final = 3

# The key of a row holds set, seconds and place, each with room in 15 digits.
SET_SCALE: Final = 10**13
SECOND_SCALE: Final = 10**4
#: Stands for "no such call": above every second of a horizon.
NO_CALL_S: Final = 9 * 10**8

LAD_KEY: Final = name("Lad_Key")
LAD_SECONDS: Final = name("Lad_Seconds")
LAD_LEVEL: Final = name("Lad_Level")
LAD_CALL: Final = name("Lad_Call")
LAD_SEVERITY: Final = name("Lad_Severity")
LAD_CALENDAR: Final = name("Lad_Calendar")
LAD_NOW: Final = name("Lad_Now")
LAD_NEXT_SECOND: Final = name("Lad_NextSecond")


@dataclass(frozen=True, slots=True)
class Place:
    """One step in one pass: ``seconds`` of the ladder's clock after the opening."""

    seconds: int
    turn: int
    row: int
    step: Step


@dataclass(frozen=True, slots=True)
class Call:
    """One instant of a ladder: its level, everybody who is called, and its rows in the sheet."""

    seconds: int
    level: str
    text: str
    first: int
    last: int


def passes_of(severity: Severity) -> int:
    """How many passes the Ladder sheet has room for."""
    return max([FEWEST_PASSES, *(step.repeat + 1 for step in severity.ladder)])


def rows_of(severity: Severity) -> int:
    """Rows for steps in one set of a severity, without the two rows around them."""
    return (len(severity.ladder) + SPARE_STEPS) * passes_of(severity)


def first_row(spec: MatrixSpec, number: int, acknowledged: bool) -> int:
    """The place (from 1) of a set's first row, which stands for "not yet"."""
    before = sum(2 * (rows_of(severity) + 2) for severity in spec.severities[: number - 1])
    return before + 1 + (rows_of(spec.severities[number - 1]) + 2 if acknowledged else 0)


def set_number(number: int, acknowledged: bool) -> int:
    """The number of a severity's calls: while unacknowledged, or what remains afterwards."""
    return 2 * number + acknowledged


def executive_role(spec: MatrixSpec) -> Role | None:
    """The role that is called when a ladder is exhausted."""
    for role in spec.roles:
        if role.id.casefold() == "executive" or "executive" in role.name.casefold():
            return role
    return None


def step_seconds(spec: MatrixSpec, severity: Severity, step: Step) -> int:
    """When a step is called, in working seconds of the severity's calendar."""
    return step.after.working_seconds(day_seconds(spec.calendar(severity.calendar)))


def waiting_s(spec: MatrixSpec, severity: Severity) -> int:
    """How long the last call is waited for before the ladder begins again or is exhausted."""
    instants = sorted({step_seconds(spec, severity, step) for step in severity.ladder})
    return instants[-1] - instants[-2] if len(instants) > 1 else LONE_WAIT_S


def places_of(spec: MatrixSpec, severity: Severity, *, acknowledged: bool) -> list[Place]:
    """Every step of every pass in the order in which they are called."""
    steps = severity.ladder
    if not steps:
        return []
    length = max(step_seconds(spec, severity, s) for s in steps) + waiting_s(spec, severity)
    found = [
        Place(turn * length + step_seconds(spec, severity, step), turn, row, step)
        for turn in range(passes_of(severity))
        for row, step in enumerate(steps, start=1)
        if turn <= step.repeat and (step.until == "resolved" or not acknowledged)
    ]
    return sorted(found, key=lambda place: (place.seconds, place.turn, place.row))


def person_of(spec: MatrixSpec, step: Step, holders: Holders) -> str:
    """Who is called for a step; a missing primary passes to the backup."""
    role = spec.role(step.role).name
    return holders.backup(role) if step.contact == "backup" else holders.primary(role)


def last_words(spec: MatrixSpec, holders: Holders) -> str:
    """What a row says when nobody is left to call."""
    role = executive_role(spec)
    sponsor = holders.primary(role.name) if role else ""
    return EXHAUSTED_TEXT + (f", {sponsor}" if sponsor else "")


def calls_of(
    spec: MatrixSpec, severity: Severity, holders: Holders, *, acknowledged: bool
) -> list[Call]:
    """The calls of a ladder, one an instant; the last is exhaustion while unacknowledged."""
    places = places_of(spec, severity, acknowledged=acknowledged)
    calls: list[Call] = []
    at = 0
    for seconds, group in groupby(places, key=lambda place: place.seconds):
        rows = list(group)
        people = [(person_of(spec, place.step, holders), place.step.channel) for place in rows]
        text = ", ".join(f"{person} ({channel})" for person, channel in people if person)
        calls.append(Call(seconds, str(rows[-1].step.level), text, at + 1, at + len(rows)))
        at += len(rows)
    covered: tuple[str, str] = (EXHAUSTED, last_words(spec, holders))
    end = Call(NO_CALL_S, *covered, at + 1, at + 1)
    if calls and not acknowledged:
        end = Call(places[-1].seconds + waiting_s(spec, severity), *covered, at + 1, at + 1)
    for index in range(len(calls) - 1, -1, -1):
        call = calls[index]
        if call.text:
            covered = (call.level, call.text)
        calls[index] = Call(call.seconds, *covered, call.first, call.last)
    return [*calls, end]


def ladder_columns(spec: MatrixSpec) -> list[Computed]:
    """Level now, whom to call, when it fired, and what is next."""
    number, start, elapsed = this("lad n"), this("lad w"), this("lad x")
    calendar = F.INDEX(LAD_CALENDAR, number)
    live = F.AND(number.filled(), F.ISNUMBER(this("s")), this("res d").empty())
    begun = F.AND(this("s") >= names.HORIZON_START, this("s") <= names.AS_OF_S)
    not_open = if_(F.INDEX(LAD_NEXT_SECOND, number).eq(start), 1, 0)
    row = F.IFERROR(F.MATCH(this("Severity"), LAD_SEVERITY, 0), BLANK)
    return [
        Computed(
            "lad n",
            if_(this("Severity").empty(), BLANK, row),
            _severity_row,
        ),
        Computed(
            "lad w",
            if_(live, if_(begun, worked(this("s"), calendar))),
            lambda frame: _answers(frame).start,
        ),
        Computed(
            "lad x",
            if_(start.empty(), BLANK, F.INDEX(LAD_NOW, number) - start - not_open),
            lambda frame: _answers(frame).elapsed,
        ),
        Computed("lad a", _at_acknowledgement(calendar), lambda frame: _answers(frame).at_ack),
        Computed("lad i", _index_expr(elapsed), lambda frame: _answers(frame).row),
        Computed("lad j", _next_expr(elapsed), lambda frame: _answers(frame).next_row),
        Computed(
            "Level now",
            if_(this("lad i").filled(), F.INDEX(LAD_LEVEL, this("lad i")) & ""),
            lambda frame: _answers(frame).level,
            show="text",
            role="formula.center",
            width=10,
            hidden=False,
        ),
        Computed(
            "Call now",
            if_(
                this("lad i").empty(), BLANK, if_(_spoken(), F.INDEX(LAD_CALL, this("lad i")) & "")
            ),
            lambda frame: _answers(frame).text,
            show="text",
            role="formula",
            width=34,
            hidden=False,
        ),
        _stamp("Fired at", "lad i", lambda frame: _answers(frame).fired),
        _stamp("Next call at", "lad j", lambda frame: _answers(frame).next_at),
        Computed(
            "Next call",
            if_(this("lad j").filled(), F.INDEX(LAD_CALL, this("lad j")) & ""),
            lambda frame: _answers(frame).next_text,
            show="text",
            role="formula",
            width=34,
            hidden=False,
        ),
    ]


def _key(seconds: Expr, acknowledged: bool) -> Expr:
    """The key of the last row that has fired after so many seconds."""
    chosen = this("lad n") * 2 + (1 if acknowledged else 0)
    return F.MATCH(chosen * SET_SCALE + seconds * SECOND_SCALE + (SECOND_SCALE - 1), LAD_KEY, 1)


def _at_acknowledgement(calendar: Expr) -> Expr:
    """Seconds of the ladder up to the second before the acknowledgement; -1 before any call."""
    done = this("ack d")
    passed = worked(done - 1, calendar) - this("lad w")
    passed = passed - if_(worked(done, calendar).eq(this("lad w")), 1, 0)
    inside = if_(done <= this("s"), -1, F.MIN(this("lad x"), passed))
    return if_(F.AND(this("lad x").filled(), F.ISNUMBER(done)), inside)


def _index_expr(elapsed: Expr) -> Expr:
    later = F.INDEX(LAD_SECONDS, _key(elapsed, True))
    since = F.AND(later < NO_CALL_S, later > this("lad a"))
    acknowledged = if_(since, _key(elapsed, True), _key(this("lad a"), False))
    chosen = if_(this("lad a").empty(), _key(elapsed, False), acknowledged)
    return if_(elapsed.filled(), chosen)


def _next_expr(elapsed: Expr) -> Expr:
    following = if_(this("lad a").empty(), this("lad i"), _key(elapsed, True)) + 1
    there = F.INDEX(LAD_SECONDS, following) < NO_CALL_S
    return if_(elapsed.filled(), if_(there, following))


def _spoken() -> Expr:
    """Whether the call of the row still stands: not one that was acknowledged."""
    seconds = F.INDEX(LAD_SECONDS, this("lad i"))
    return if_(this("lad a").empty(), True, seconds > this("lad a"))


def _stamp(header: str, index: str, twin: Callable[[Frame], Floats]) -> Computed:
    seconds = F.INDEX(LAD_SECONDS, this(index))
    calendar = F.INDEX(LAD_CALENDAR, this("lad n"))
    start, total = this("lad w"), F.INDEX(names.CAL_TOTAL, calendar)
    at_once = if_(start >= total, BEYOND, wall_of(opened(this("s"), start, calendar)) / 86400)
    later = wall_of(reached(this("s"), start + seconds, calendar)) / 86400
    instant = if_(seconds.eq(0), at_once, if_(start + seconds > total, BEYOND, later))
    expr = if_(this(index).empty(), BLANK, if_(seconds < NO_CALL_S, instant))
    return Computed(
        header,
        expr,
        lambda frame: to_wall(frame.context.zone, twin(frame)),
        show="stamp",
        role="formula.stamp",
        width=16.5,
        hidden=False,
    )


@dataclass(slots=True)
class _Answers:
    """All ladder columns of a frame, computed together."""

    start: Floats
    elapsed: Floats
    at_ack: Floats
    row: Floats
    next_row: Floats
    fired: Floats
    next_at: Floats
    level: Objects
    text: Objects
    next_text: Objects


def _severity_row(frame: Frame) -> Floats:
    spec = frame.context.spec
    rows = {s.id.casefold(): n for n, s in enumerate(spec.severities, start=1)}
    found = [rows.get(text.casefold(), np.nan) if text else np.nan for text in frame["Severity"]]
    return np.array(found, dtype=np.float64)


def _answers(frame: Frame) -> _Answers:
    known = "ladder answers"
    if known not in frame.done:
        frame.done[known] = _compute(frame)
    answers: _Answers = frame.done[known]
    return answers


def _compute(frame: Frame) -> _Answers:
    size = len(frame)
    numbers = [np.full(size, np.nan) for _ in range(7)]
    texts = [np.full(size, "", dtype=object) for _ in range(3)]
    answers = _Answers(*numbers, *texts)
    context, now = frame.context, frame.context.as_of_s
    low, _ = horizon(context)
    start = frame["s"]
    holders = holders_at(context.spec, context.turns, int(now) - EPOCH_S)
    with np.errstate(invalid="ignore"):
        live = np.isfinite(start) & np.isnan(frame["res d"]) & (start >= low) & (start <= now)
    for number, severity in enumerate(context.spec.severities, start=1):
        rows = np.flatnonzero(live & (frame["lad n"] == number))
        if rows.size:
            _one_severity(frame, answers, number, severity, rows, holders)
    return answers


def _one_severity(
    frame: Frame,
    answers: _Answers,
    number: int,
    severity: Severity,
    rows: NDArray[np.intp],
    holders: Holders,
) -> None:
    spec, now = frame.context.spec, frame.context.as_of_s
    calendar = frame.context.calendars[calendar_number(spec, severity.calendar) - 1]
    start, ack = frame["s"][rows], frame["ack d"][rows]
    high = float(calendar.horizon[1] + EPOCH_S)
    opens = due(calendar, start, np.zeros(rows.size))

    def passed(until: Floats) -> Floats:
        ends = np.minimum(until, high).astype(np.int64) - EPOCH_S
        gone = calendar.worked(ends) - calendar.worked(start.astype(np.int64) - EPOCH_S)
        return np.where(opens <= until, gone, -1).astype(np.float64)

    answers.start[rows] = calendar.worked(start.astype(np.int64) - EPOCH_S)
    answers.elapsed[rows] = passed(np.full(rows.size, now))
    acked = ~np.isnan(ack)
    before = np.where(acked, np.maximum(np.where(acked, ack, start) - 1, start), now)
    at_ack = np.where(np.where(acked, ack, np.inf) <= start, -1.0, passed(before))
    answers.at_ack[rows] = np.where(acked, np.minimum(at_ack, answers.elapsed[rows]), np.nan)
    while_open = calls_of(spec, severity, holders, acknowledged=False)
    afterwards = calls_of(spec, severity, holders, acknowledged=True)
    first = first_row(spec, number, False), first_row(spec, number, True)
    limit = np.where(acked, np.minimum(np.where(acked, ack, now) - 1, now), now)

    _pick(answers, rows, while_open, first[0], _instants(calendar, start, while_open), limit)
    answers.text[rows[acked]] = ""
    later = _instants(calendar, start, afterwards)
    fired = _last(later, np.full(rows.size, now))
    since = acked & (fired >= 0)
    since[since] = later[since, fired[since]] >= ack[since]
    chosen = rows[since]
    _pick(answers, chosen, afterwards, first[1], later[since], np.full(chosen.size, now))
    _follow(
        answers,
        rows[~acked],
        while_open,
        first[0],
        _instants(calendar, start[~acked], while_open),
        now,
    )
    _follow(answers, rows[acked], afterwards, first[1], later[acked], now)


def _instants(calendar: Calendar, start: Floats, calls: list[Call]) -> Floats:
    """When each call of each row fires: infinity beyond the calendar, NaN for no call."""
    answer = np.full((start.size, len(calls)), np.nan)
    for place, call in enumerate(calls):
        if call.seconds < NO_CALL_S:
            seconds = np.full(start.size, float(call.seconds))
            answer[:, place] = due(calendar, start, seconds)
    return answer


def _last(instants: Floats, limit: Floats) -> NDArray[np.intp]:
    """The last call that fired by a limit, -1 for none; instants rise from call to call."""
    with np.errstate(invalid="ignore"):
        return np.asarray((instants <= limit[:, None]).sum(axis=1) - 1)


def _pick(
    answers: _Answers,
    rows: NDArray[np.intp],
    calls: list[Call],
    first: int,
    instants: Floats,
    limit: Floats,
) -> None:
    """The call that stands; the row before the first means that none has fired."""
    fired = _last(instants, limit)
    place = np.flatnonzero(fired >= 0)
    answers.row[rows] = first
    chosen, index = rows[place], fired[place]
    answers.row[chosen] = first + np.array([call.last for call in calls])[index]
    answers.fired[chosen] = instants[place, index]
    answers.level[chosen] = np.array([call.level for call in calls], dtype=object)[index]
    answers.text[chosen] = np.array([call.text for call in calls], dtype=object)[index]


def _follow(
    answers: _Answers,
    rows: NDArray[np.intp],
    calls: list[Call],
    first: int,
    instants: Floats,
    now: float,
) -> None:
    """The call after the one that stands, where there is one."""
    following = _last(instants, np.full(rows.size, now)) + 1
    seconds = np.array([*(call.seconds for call in calls), NO_CALL_S])
    place = np.flatnonzero(seconds[following] < NO_CALL_S)
    chosen, index = rows[place], following[place]
    answers.next_row[chosen] = first + np.array([call.first for call in calls])[index]
    answers.next_at[chosen] = instants[place, index]
    answers.next_text[chosen] = np.array([call.text for call in calls], dtype=object)[index]
