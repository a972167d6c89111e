"""The Python twin of the ladder's columns: it compares the engine's due instants."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.rules.frame import Floats, Frame, Objects, due, horizon
from xlmatrix.rules.incidents.exempt import unrecorded_rows
from xlmatrix.rules.incidents.steps import ACKNOWLEDGE
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.calls import (
    NO_CALL_S,
    WORK,
    Call,
    Group,
    calls_of,
    first_row,
    groups_of,
    most_at_once,
    timeout_s,
)
from xlmatrix.rules.ladder.oncall import incident_numbers
from xlmatrix.rules.ladder.standing import Seats, epoch_of, seat_all
from xlmatrix.rules.ladder.whom import NOBODY_TEXT, Desk
from xlmatrix.rules.policy import calendar_number
from xlmatrix.worktime import Calendar

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]
_NEVER: Final = -np.inf
_ANSWERED: Final = (
    *("start", "at_ack", "timeout", "stood", "idle", "origin"),
    *("elapsed", "stopped", "row", "next_row", "fired", "next_at"),
)
_SAID: Final = ("level", "text", "next_text")


@dataclass(slots=True)
class Answers:
    """All ladder columns of a frame, computed together."""

    start: Floats
    at_ack: Floats
    timeout: Floats
    stood: Floats
    idle: Floats
    origin: Floats
    elapsed: Floats
    stopped: Floats
    row: Floats
    next_row: Floats
    fired: Floats
    next_at: Floats
    level: Objects
    text: Objects
    next_text: Objects
    spoken: Mask
    now: Seats
    then: Seats


def severity_row(frame: Frame) -> Floats:
    """The place of each row's severity in the matrix, NaN for none."""
    spec = frame.context.spec
    rows = {s.id.casefold(): n for n, s in enumerate(spec.severities, start=1)}
    found = [rows.get(text.casefold(), np.nan) if text else np.nan for text in frame["Severity"]]
    return np.array(found, dtype=np.float64)


def calendar_of(frame: Frame) -> Floats:
    """The number of the ladder's calendar, NaN for none."""
    spec = frame.context.spec
    known = [float(calendar_number(spec, severity.calendar)) for severity in spec.severities]
    number = frame["ladder row"]
    place = np.where(np.isnan(number), len(known) + 1, number).astype(np.int64) - 1
    return np.array([*known, np.nan])[place]


def answers_of(frame: Frame) -> Answers:
    """The columns of a frame; computed once."""
    known = "ladder answers"
    if known not in frame.done:
        frame.done[known] = _compute(frame)
    answers: Answers = frame.done[known]
    return answers


def work_begun(frame: Frame) -> Floats:
    """When somebody began to work on each incident in its present cycle, NaN for never."""
    begun: Floats = np.fmin.reduce([frame[f"{step.code} done s"] for step in WORK])
    return begun


def stopped_at(frame: Frame) -> Floats:
    """When the acknowledgement stops each ladder: before any call where nobody recorded it."""
    done: Floats = frame["ack done s"]
    untold = np.isnan(done) & unrecorded_rows(frame, ACKNOWLEDGE)
    return np.where(untold, frame["severity since s"], done)


def timed_out(
    calendar: Calendar, start: Floats, ack: Floats, work: Floats, seconds: int, now: float
) -> tuple[Floats, Mask]:
    """When acknowledgements time out (NaN: never), and whether they have by now.

    ``start``, ``ack`` and ``work`` are instants a row, NaN where there is none; work that begins
    at the very instant of the time-out is in time.
    """
    at = np.full(start.size, np.nan)
    waits = ~np.isnan(ack)
    if seconds and waits.any():
        begin = np.minimum(np.maximum(ack[waits], start[waits]), _end(calendar))
        at[waits] = due(calendar, begin, np.full(begin.size, float(seconds)))
    at[np.isinf(at)] = np.nan
    return at, (at <= now) & ~(work <= at)


def resumed(calendar: Calendar, at: Floats, calls: list[Call], stood_s: Floats) -> Floats:
    """When calls fire once a time-out at ``at`` triggers an incident again.

    ``stood_s`` are the ladder's seconds of the call that stood at the acknowledgement, 0 for none:
    that call comes again at once, those before it never, those after it as long after it as in the
    ladder.
    """
    answer = np.full((at.size, len(calls)), np.nan)
    for place, call in enumerate(calls):
        if call.seconds >= NO_CALL_S:
            continue
        after = call.seconds - stood_s
        answer[:, place] = np.where(after < 0, _NEVER, at)
        later = after > 0
        answer[later, place] = due(calendar, at[later], after[later])
    return answer


def instants(calendar: Calendar, start: Floats, calls: list[Call]) -> Floats:
    """When each call of each row fires: infinity beyond the calendar, NaN for no call."""
    answer = np.full((start.size, len(calls)), np.nan)
    for place, call in enumerate(calls):
        if call.seconds < NO_CALL_S:
            seconds = np.full(start.size, float(call.seconds))
            answer[:, place] = due(calendar, start, seconds)
    return answer


def last_fired(fires: Floats, limit: Floats) -> Rows:
    """The last call that fired by a limit, -1 for none; instants rise from call to call."""
    return np.asarray((fires <= limit[:, None]).sum(axis=1) - 1)


def _end(calendar: Calendar) -> float:
    return float(calendar.horizon[1] + EPOCH_S)


def _compute(frame: Frame) -> Answers:
    size = len(frame)
    most = most_at_once(frame.context.spec)
    numbers = {what: np.full(size, np.nan) for what in _ANSWERED}
    texts = {what: np.full(size, "", dtype=object) for what in _SAID}
    answers = Answers(
        **numbers,
        **texts,
        spoken=np.full(size, False),
        now=Seats.empty(size, most),
        then=Seats.empty(size, most),
    )
    now = frame.context.as_of_s
    low, _ = horizon(frame.context)
    start = frame["severity since s"]
    live = np.isfinite(start) & np.isnan(frame["res done s"]) & (start >= low) & (start <= now)
    for number in range(1, len(frame.context.spec.severities) + 1):
        here = live & (frame["ladder row"] == number)
        for place, group in enumerate(groups_of(frame.context.spec), start=1):
            rows = np.flatnonzero(here & (frame["ladder group"] == place))
            if rows.size:
                _one_severity(frame, answers, (number, group), rows)
    _speak(frame, answers)
    return answers


@dataclass(frozen=True, slots=True)
class _Set:
    """The calls of one set: its row before the first, and when each call fires in each row."""

    calls: list[Call]
    first: int
    fires: Floats

    def at(self, chosen: Mask | Rows) -> _Set:
        """The same for some of the rows."""
        return replace(self, fires=self.fires[chosen])


def _one_severity(frame: Frame, answers: Answers, kind: tuple[int, Group], rows: Rows) -> None:
    (number, group), context, now = kind, frame.context, frame.context.as_of_s
    spec = context.spec
    severity = spec.severities[number - 1]
    calendar = context.calendars[calendar_number(spec, severity.calendar) - 1]
    start, ack, work = (
        frame["severity since s"][rows],
        frame["ack done s"][rows],
        work_begun(frame)[rows],
    )
    open_, after = (
        _Set(calls, first_row(spec, number, acked), instants(calendar, start, calls))
        for acked in (False, True)
        for calls in [calls_of(spec, severity, group, acknowledged=acked)]
    )
    stood = last_fired(open_.fires, _before(ack, now))
    stood_s = np.array([*(float(call.seconds) for call in open_.calls), 0.0])[stood]
    at, late = timed_out(calendar, start, ack, work, timeout_s(spec, severity), now)
    stops = stopped_at(frame)[rows]
    _steps(answers, calendar, rows, (start, stops, work), now)
    real = ~np.isnan(at)
    answers.stood[rows[real]] = (
        open_.first + np.array([0, *(c.last for c in open_.calls)])[stood[real] + 1]
    )
    answers.idle[rows[real]] = _worked(calendar, np.maximum(_before(work, now), start)[real])
    _steps_after_timeout(answers, calendar, rows, (at, late, work, stood_s), now)
    for known in (open_, after):
        known.fires[late] = resumed(calendar, at[late], known.calls, stood_s[late])
    stop = np.where(late, work, stops)
    _calls(answers, rows, open_, after, stop, now)
    waits = np.flatnonzero(~np.isnan(at) & ~late & np.isnan(work))
    _pending(answers, calendar, rows[waits], open_, at[waits], stood[waits])


def _before(stop: Floats, now: float) -> Floats:
    """The second before a stop, now at the latest: at the same instant, stopping wins."""
    return np.asarray(np.fmin(stop - 1, now))


def _worked(calendar: Calendar, until: Floats) -> Floats:
    ends = np.minimum(until, _end(calendar)).astype(np.int64) - EPOCH_S
    return np.asarray(calendar.worked(ends), dtype=np.float64)


def _steps(
    answers: Answers,
    calendar: Calendar,
    rows: Rows,
    stamps: tuple[Floats, Floats, Floats],
    now: float,
) -> None:
    """The working seconds on the way, time-outs left aside."""
    start, ack, _ = stamps
    begun = _worked(calendar, start)
    opens = due(calendar, start, np.zeros(rows.size))

    def passed(until: Floats) -> Floats:
        gone = _worked(calendar, until) - begun
        return np.where(opens <= until, gone, -1.0)

    acked = ~np.isnan(ack)
    answers.start[rows] = begun
    answers.elapsed[rows] = passed(np.full(rows.size, now))
    inside = passed(np.maximum(_before(ack, now), start))
    at_ack = np.where(np.where(acked, ack, np.inf) <= start, -1.0, inside)
    answers.at_ack[rows] = answers.stopped[rows] = np.where(acked, at_ack, np.nan)


def _steps_after_timeout(
    answers: Answers,
    calendar: Calendar,
    rows: Rows,
    found: tuple[Floats, Mask, Floats, Floats],
    now: float,
) -> None:
    """The same where an acknowledgement can time out, and where it has."""
    at, late, work, stood_s = found
    real = ~np.isnan(at)
    answers.timeout[rows[real]] = _worked(calendar, at[real])
    chosen = rows[late]
    origin = _worked(calendar, at[late]) - stood_s[late]
    answers.origin[chosen] = origin
    answers.elapsed[chosen] = _worked(calendar, np.full(chosen.size, now)) - origin
    by_work = _worked(calendar, _before(work[late], now)) - origin
    answers.stopped[chosen] = np.where(np.isnan(work[late]), np.nan, by_work)


def _calls(
    answers: Answers, rows: Rows, open_: _Set, after: _Set, stop: Floats, now: float
) -> None:
    """Which call stands, and which is next; ``stop`` is NaN where the ladder still runs."""
    stopped = ~np.isnan(stop)
    _pick(answers, rows, open_, _before(stop, now))
    answers.spoken[rows[stopped]] = False
    everything = np.full(rows.size, now)
    fired = last_fired(after.fires, everything)
    since = stopped & (fired >= 0)
    since[since] = after.fires[since, fired[since]] >= stop[since]
    _pick(answers, rows[since], after.at(since), everything[since])
    _follow(answers, rows[~stopped], open_.at(~stopped), now)
    _follow(answers, rows[stopped], after.at(stopped), now)


def _pick(answers: Answers, rows: Rows, known: _Set, limit: Floats) -> None:
    """The call that stands; the row before the first means that none has fired."""
    fired = last_fired(known.fires, limit)
    place = np.flatnonzero(fired >= 0)
    answers.row[rows] = known.first
    chosen, index = rows[place], fired[place]
    answers.row[chosen] = known.first + np.array([call.last for call in known.calls])[index]
    answers.fired[chosen] = known.fires[place, index]
    answers.spoken[chosen] = True
    for row, call in zip(chosen.tolist(), index.tolist(), strict=True):
        answers.now.calls[row] = known.calls, call, known.first


def _follow(answers: Answers, rows: Rows, known: _Set, now: float) -> None:
    """The call after the one that stands, where there is one."""
    following = last_fired(known.fires, np.full(rows.size, now)) + 1
    seconds = np.array([*(call.seconds for call in known.calls), NO_CALL_S])
    place = np.flatnonzero(seconds[following] < NO_CALL_S)
    chosen, index = rows[place], following[place]
    answers.next_row[chosen] = known.first + np.array([call.first for call in known.calls])[index]
    answers.next_at[chosen] = known.fires[place, index]
    for row, call in zip(chosen.tolist(), index.tolist(), strict=True):
        answers.then.calls[row] = known.calls, call, known.first


def _pending(
    answers: Answers, calendar: Calendar, rows: Rows, open_: _Set, at: Floats, stood: Rows
) -> None:
    """The call that a time-out would bring, where nothing else comes before it.

    Its row is below zero, to tell it from a call that comes by itself.
    """
    for row, ends, place in zip(rows, at, stood, strict=True):
        call = open_.calls[max(int(place), 0)]
        if call.seconds >= NO_CALL_S:
            continue
        # Where nobody had been called, the ladder begins with its first call.
        base = np.array([float(call.seconds if place >= 0 else 0)])
        instant = resumed(calendar, np.array([ends]), [call], base)[0, 0]
        # What comes by itself at the time-out or later never does: the ladder is elsewhere by then.
        if answers.next_at[row] < ends:
            continue
        answers.next_row[row] = -(open_.first + (call.last if place >= 0 else call.first))
        answers.next_at[row], answers.then.calls[row] = (
            instant,
            (open_.calls, max(int(place), 0), open_.first),
        )


def _speak(frame: Frame, answers: Answers) -> None:
    """Who the calls mean; a call that finds nobody is passed on to the next."""
    desk = Desk.of(frame.context)
    now, then = answers.now, answers.then
    seat_all(frame, desk, now, answers.fired)
    seat_all(frame, desk, then, answers.next_at)

    numbers = incident_numbers(frame["id text"])

    def nobody(row: int, at: Floats) -> str:
        return desk.sponsor(NOBODY_TEXT, epoch_of(frame, float(at[row])), int(numbers[row]))

    for row in range(len(frame)):
        if then.calls[row] is not None:
            answers.next_text[row] = then.said(row) or nobody(row, answers.next_at)
        stands = now.calls[row]
        if stands is None:
            continue
        answers.level[row] = desk.covering(*stands[:2]).level
        if answers.spoken[row]:
            following = then.calls[row]
            people = following is not None and not desk.covering(*following[:2]).exhausted
            said = now.said(row) or (then.said(row) if people else "")
            answers.text[row] = said or nobody(row, answers.fired)
