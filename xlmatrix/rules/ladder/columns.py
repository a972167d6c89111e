"""The ladder's columns in the log: level now, whom to call, when that fired, and what is next.

Everything is counted in working seconds of the ladder's calendar since the present cycle began
(``ladder begins`` of them had passed by then). A time-out of the acknowledgement gives the ladder
another beginning, ``ladder again from``: that from which the call that stood falls on the instant
of the time-out.
"""

from __future__ import annotations

from xlmatrix.formula import BLANK, Expr, F, if_, place_among_texts, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import names
from xlmatrix.rules.frame import to_wall
from xlmatrix.rules.incidents.exempt import is_unrecorded
from xlmatrix.rules.incidents.steps import ACKNOWLEDGE
from xlmatrix.rules.instants import opened, reached, wall_of, worked
from xlmatrix.rules.ladder.calls import (
    LAD_AFTER,
    LAD_BEFORE,
    LAD_CALENDAR,
    LAD_FIRST,
    LAD_KEY,
    LAD_LEVEL,
    LAD_NEXT_SECOND,
    LAD_NOW,
    LAD_SECONDS,
    LAD_SEVERITY,
    LAD_TIMEOUT,
    NO_CALL_S,
    SECOND_SCALE,
    SET_SCALE,
    WORK,
    most_at_once,
)
from xlmatrix.rules.ladder.seats import NOW, THEN, group_column, nobody, said, seat_columns
from xlmatrix.rules.ladder.twin import answers_of, calendar_of, severity_row
from xlmatrix.rules.ladder.whom import THE_END
from xlmatrix.rules.names import BEYOND
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.incidents import INCIDENTS


def ladder_columns(spec: MatrixSpec) -> list[Column]:
    """Level now, whom to call, when it fired, and what is next."""
    seats = most_at_once(spec)
    return [
        group_column(spec),
        *_steps(),
        *seat_columns(spec, NOW, seats),
        *seat_columns(spec, THEN, seats),
        *_shown(spec, seats),
    ]


def _steps() -> list[Column]:
    number, start, calendar = this("ladder row"), this("ladder begins"), this("ladder calendar")
    live = F.AND(number.filled(), F.ISNUMBER(this("severity since s")), this("res done s").empty())
    begun = F.AND(
        this("severity since s") >= names.HORIZON_START, this("severity since s") <= names.AS_OF_S
    )
    not_open = if_(F.INDEX(LAD_NEXT_SECOND, number).eq(start), 1, 0)
    row = F.IFERROR(place_among_texts(this("Severity"), LAD_SEVERITY), BLANK)
    elapsed = if_(
        this("ladder again from").filled(),
        F.INDEX(LAD_NOW, number) - this("ladder again from"),
        F.INDEX(LAD_NOW, number) - start - not_open,
    )
    return [
        hidden_step("ladder row", if_(this("Severity").empty(), BLANK, row), severity_row),
        hidden_step(
            "ladder calendar",
            if_(number.empty(), BLANK, F.INDEX(LAD_CALENDAR, number)),
            calendar_of,
        ),
        hidden_step(
            "ladder begins",
            if_(live, if_(begun, worked(this("severity since s"), calendar))),
            lambda frame: answers_of(frame).start,
        ),
        hidden_step(
            "ladder at ack", _at_acknowledgement(calendar), lambda frame: answers_of(frame).at_ack
        ),
        hidden_step("ladder time-out", _timeout(calendar), lambda frame: answers_of(frame).timeout),
        hidden_step(
            "ladder stood",
            if_(this("ladder time-out").empty(), BLANK, _fired(this("ladder at ack"), False)),
            lambda frame: answers_of(frame).stood,
        ),
        hidden_step("ladder idle", _before_work(calendar), lambda frame: answers_of(frame).idle),
        hidden_step("ladder again from", _beginning(), lambda frame: answers_of(frame).origin),
        hidden_step(
            "ladder elapsed",
            if_(start.empty(), BLANK, elapsed),
            lambda frame: answers_of(frame).elapsed,
        ),
        hidden_step("ladder stopped", _stopped(), lambda frame: answers_of(frame).stopped),
        hidden_step("ladder call", _index_expr(), lambda frame: answers_of(frame).row),
        hidden_step("ladder next", _next_expr(), lambda frame: answers_of(frame).next_row),
        hidden_step("fired s", _instant("ladder call"), lambda frame: answers_of(frame).fired),
        hidden_step(
            "next call s", _instant("ladder next"), lambda frame: answers_of(frame).next_at
        ),
    ]


def _shown(spec: MatrixSpec, seats: int) -> list[Column]:
    call, following = this("ladder call"), this("ladder next")
    seconds = F.INDEX(LAD_SECONDS, call)
    # A call that was acknowledged no longer stands.
    stopped = this("ladder stopped")
    spoken = F.AND(seconds < NO_CALL_S, F.OR(stopped.empty(), seconds > F.N(stopped)))
    now, then = said(NOW, seats), said(THEN, seats)
    # A call that finds nobody is passed on to the people of the next.
    people = F.AND(then.filled(), this(THEN.seat("place", 1)).ne(THE_END))
    passed = F.IF(now.filled(), now, F.IF(people, then, nobody(spec, NOW)))
    return [
        INCIDENTS["Level now"].by(
            if_(call.filled(), _level(call, seats) & ""),
            lambda frame: answers_of(frame).level,
        ),
        INCIDENTS["Call now"].by(
            if_(call.filled(), if_(spoken, passed)), lambda frame: answers_of(frame).text
        ),
        _stamp("Fired at", "fired s"),
        _stamp("Next call at", "next call s"),
        INCIDENTS["Next call"].by(
            if_(following.filled(), F.IF(then.filled(), then, nobody(spec, THEN))),
            lambda frame: answers_of(frame).next_text,
        ),
    ]


def _level(call: Expr, seats: int) -> Expr:
    """The level of a call; where it means nobody, that of the call which is made instead."""
    instead = this(NOW.seat("row", 1))
    same = F.INDEX(LAD_FIRST, instead).eq(F.INDEX(LAD_FIRST, call))
    last = F.MAX(*(this(NOW.seat("row", n)) for n in range(1, seats + 1)))
    return F.INDEX(LAD_LEVEL, F.IF(F.ISNUMBER(instead), F.IF(same, call, last), call))


def _key(seconds: Expr, acknowledged: bool) -> Expr:
    """The last row, for whatever group, that has fired after so many seconds."""
    chosen = this("ladder row") * 2 + (1 if acknowledged else 0)
    return F.MATCH(chosen * SET_SCALE + seconds * SECOND_SCALE + (SECOND_SCALE - 1), LAD_KEY, 1)


def _fired(seconds: Expr, acknowledged: bool) -> Expr:
    """The last row for the incident's group that has fired after so many seconds."""
    return F.INDEX(LAD_BEFORE, _key(seconds, acknowledged), this("ladder group"))


def _at_acknowledgement(calendar: Expr) -> Expr:
    """Seconds of the ladder up to the second before the acknowledgement; -1 before any call."""
    done, now = this("ack done s"), names.AS_OF_S
    passed = worked(F.MIN(done - 1, now), calendar) - this("ladder begins")
    passed = passed - if_(worked(F.MIN(done, now + 1), calendar).eq(this("ladder begins")), 1, 0)
    inside = if_(done <= this("severity since s"), -1, passed)
    # Where nobody knows when somebody acknowledged, no call is made that this would have stopped.
    untold = if_(is_unrecorded(ACKNOWLEDGE), -1)
    known = F.IF(F.ISNUMBER(done), inside, untold)
    return if_(this("ladder begins").filled(), known)


def _timeout(calendar: Expr) -> Expr:
    """Working seconds of the calendar at which the acknowledgement times out."""
    wait = F.INDEX(LAD_TIMEOUT, this("ladder row"))
    done = F.MIN(F.MAX(this("ack done s"), this("severity since s")), names.HORIZON_END)
    at = worked(done, calendar) + wait
    inside = if_(at > F.INDEX(names.CAL_TOTAL, calendar), BLANK, at)
    none = F.OR(this("ladder at ack").empty(), this("ack done s").empty())
    return if_(none, BLANK, if_(wait > 0, inside))


def _worked_on() -> Expr:
    """Whether somebody has begun to work, ever."""
    return F.COUNT(*(this(f"{step.code} done s") for step in WORK)) > 0


def _before_work(calendar: Expr) -> Expr:
    """Working seconds up to the second before somebody began to work, now at the latest.

    Only where an acknowledgement can time out.
    """
    begun = F.MIN(*(this(f"{step.code} done s") for step in WORK))
    until = F.MAX(F.MIN(begun - 1, names.AS_OF_S), this("severity since s"))
    idle = F.IF(_worked_on(), worked(until, calendar), F.INDEX(LAD_NOW, this("ladder row")))
    return if_(this("ladder time-out").empty(), BLANK, idle)


def _called_at() -> Expr:
    """Seconds of the call that stood at the acknowledgement; 0 where nobody had been called."""
    seconds = F.INDEX(LAD_SECONDS, this("ladder stood"))
    return F.IF(seconds < NO_CALL_S, seconds, 0)


def _beginning() -> Expr:
    timed_out = this("ladder idle") >= this("ladder time-out")
    return if_(
        this("ladder time-out").empty(),
        BLANK,
        if_(timed_out, this("ladder time-out") - _called_at()),
    )


def _stopped() -> Expr:
    """Seconds of the ladder at which it was stopped: by work after a time-out, else as it was."""
    by_work = if_(_worked_on(), this("ladder idle") - this("ladder again from"))
    return if_(this("ladder again from").filled(), by_work, this("ladder at ack"))


def _index_expr() -> Expr:
    elapsed, stop = this("ladder elapsed"), this("ladder stopped")
    later = F.INDEX(LAD_SECONDS, _fired(elapsed, True))
    since = F.AND(later < NO_CALL_S, later > stop)
    stopped = if_(since, _fired(elapsed, True), _fired(stop, False))
    return if_(elapsed.filled(), if_(stop.empty(), _fired(elapsed, False), stopped))


def _next_expr() -> Expr:
    """The row of the next call; below zero for the one that a time-out would call again."""
    elapsed, group = this("ladder elapsed"), this("ladder group")
    running = this("ladder stopped").empty()
    after = if_(running, this("ladder call"), _key(elapsed, True)) + 1
    following = F.INDEX(LAD_AFTER, after, group)
    there = F.INDEX(LAD_SECONDS, following) < NO_CALL_S
    plain = if_(there, following)
    stood = this("ladder stood")
    called = F.INDEX(LAD_SECONDS, stood) < NO_CALL_S
    # Where nobody had been called, the ladder begins with its first call after the time-out.
    row = F.IF(called, stood, F.INDEX(LAD_AFTER, stood + 1, group))
    again = F.INDEX(LAD_SECONDS, row)
    # What comes by itself at the time-out or later never does: the ladder is elsewhere by then.
    at = this("ladder time-out")
    sooner = F.AND(there, this("ladder begins") + F.INDEX(LAD_SECONDS, following) < at)
    resumed = if_(again < NO_CALL_S, if_(sooner, following, -row), plain)
    waits = F.AND(
        this("ladder time-out").filled(), this("ladder again from").empty(), F.NOT(_worked_on())
    )
    return if_(elapsed.empty(), BLANK, if_(waits, resumed, plain))


def _instant(index: str) -> Expr:
    """When the call of a row fires, in UTC."""
    seconds, calendar = F.INDEX(LAD_SECONDS, F.ABS(this(index))), this("ladder calendar")
    begin, total = this("ladder begins"), F.INDEX(names.CAL_TOTAL, calendar)
    at_once = if_(begin >= total, BEYOND, opened(this("severity since s"), begin, calendar))
    again = if_(this(index) < 0, this("ladder time-out") - _called_at(), begin)
    base = if_(this("ladder again from").filled(), this("ladder again from"), again)
    later = if_(
        base + seconds > total, BEYOND, reached(this("severity since s"), base + seconds, calendar)
    )
    first = F.AND(seconds.eq(0), this("ladder again from").empty(), this(index) > 0)
    fires = if_(seconds < NO_CALL_S, if_(first, at_once, later))
    return if_(this(index).empty(), BLANK, fires)


def _stamp(header: str, instant: str) -> Column:
    at = this(instant)
    return INCIDENTS[header].by(
        if_(F.ISNUMBER(at), wall_of(at) / 86400, at),
        lambda frame: to_wall(frame.context.zone, frame[instant]),
    )
