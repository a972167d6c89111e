"""The ladder's columns in the log: level now, whom to call, when that fired, and what is next.

Everything is counted in working seconds of the ladder's calendar since the present cycle began
(``lad w`` of them had passed by then). A time-out of the acknowledgement gives the ladder another
beginning, ``lad o``: that from which the call that stood falls on the instant of the time-out.
"""

from __future__ import annotations

from xlmatrix.formula import BLANK, Expr, F, if_, place_of, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import names
from xlmatrix.rules.frame import to_wall
from xlmatrix.rules.instants import opened, reached, wall_of, worked
from xlmatrix.rules.ladder.calls import (
    LAD_CALENDAR,
    LAD_CALL,
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
)
from xlmatrix.rules.ladder.twin import answers_of, calendar_of, severity_row
from xlmatrix.rules.names import BEYOND
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.incidents import INCIDENTS


def ladder_columns(spec: MatrixSpec) -> list[Column]:
    """Level now, whom to call, when it fired, and what is next."""
    return [*_steps(), *_shown()]


def _steps() -> list[Column]:
    number, start, calendar = this("lad n"), this("lad w"), this("lad c")
    live = F.AND(number.filled(), F.ISNUMBER(this("ch")), this("res d").empty())
    begun = F.AND(this("ch") >= names.HORIZON_START, this("ch") <= names.AS_OF_S)
    not_open = if_(F.INDEX(LAD_NEXT_SECOND, number).eq(start), 1, 0)
    row = F.IFERROR(place_of(this("Severity"), LAD_SEVERITY), BLANK)
    elapsed = if_(
        this("lad o").filled(),
        F.INDEX(LAD_NOW, number) - this("lad o"),
        F.INDEX(LAD_NOW, number) - start - not_open,
    )
    return [
        hidden_step("lad n", if_(this("Severity").empty(), BLANK, row), severity_row),
        hidden_step(
            "lad c", if_(number.empty(), BLANK, F.INDEX(LAD_CALENDAR, number)), calendar_of
        ),
        hidden_step(
            "lad w",
            if_(live, if_(begun, worked(this("ch"), calendar))),
            lambda frame: answers_of(frame).start,
        ),
        hidden_step("lad a", _at_acknowledgement(calendar), lambda frame: answers_of(frame).at_ack),
        hidden_step("lad u", _timeout(calendar), lambda frame: answers_of(frame).timeout),
        hidden_step(
            "lad q",
            if_(this("lad u").empty(), BLANK, _key(this("lad a"), False)),
            lambda frame: answers_of(frame).stood,
        ),
        hidden_step("lad v", _before_work(calendar), lambda frame: answers_of(frame).idle),
        hidden_step("lad o", _beginning(), lambda frame: answers_of(frame).origin),
        hidden_step(
            "lad x", if_(start.empty(), BLANK, elapsed), lambda frame: answers_of(frame).elapsed
        ),
        hidden_step("lad b", _stopped(), lambda frame: answers_of(frame).stopped),
        hidden_step("lad i", _index_expr(), lambda frame: answers_of(frame).row),
        hidden_step("lad j", _next_expr(), lambda frame: answers_of(frame).next_row),
        hidden_step("fired s", _instant("lad i"), lambda frame: answers_of(frame).fired),
        hidden_step("call s", _instant("lad j"), lambda frame: answers_of(frame).next_at),
    ]


def _shown() -> list[Column]:
    spoken = F.OR(this("lad b").empty(), F.INDEX(LAD_SECONDS, this("lad i")) > F.N(this("lad b")))
    return [
        INCIDENTS["Level now"].by(
            if_(this("lad i").filled(), F.INDEX(LAD_LEVEL, this("lad i")) & ""),
            lambda frame: answers_of(frame).level,
        ),
        INCIDENTS["Call now"].by(
            if_(
                this("lad i").empty(),
                BLANK,
                # A call that was acknowledged no longer stands.
                if_(spoken, F.INDEX(LAD_CALL, this("lad i")) & ""),
            ),
            lambda frame: answers_of(frame).text,
        ),
        _stamp("Fired at", "fired s"),
        _stamp("Next call at", "call s"),
        INCIDENTS["Next call"].by(
            if_(this("lad j").filled(), F.INDEX(LAD_CALL, F.ABS(this("lad j"))) & ""),
            lambda frame: answers_of(frame).next_text,
        ),
    ]


def _key(seconds: Expr, acknowledged: bool) -> Expr:
    """The key of the last row that has fired after so many seconds."""
    chosen = this("lad n") * 2 + (1 if acknowledged else 0)
    return F.MATCH(chosen * SET_SCALE + seconds * SECOND_SCALE + (SECOND_SCALE - 1), LAD_KEY, 1)


def _at_acknowledgement(calendar: Expr) -> Expr:
    """Seconds of the ladder up to the second before the acknowledgement; -1 before any call."""
    done, now = this("ack d"), names.AS_OF_S
    passed = worked(F.MIN(done - 1, now), calendar) - this("lad w")
    passed = passed - if_(worked(F.MIN(done, now + 1), calendar).eq(this("lad w")), 1, 0)
    inside = if_(done <= this("ch"), -1, passed)
    return if_(F.AND(this("lad w").filled(), F.ISNUMBER(done)), inside)


def _timeout(calendar: Expr) -> Expr:
    """Working seconds of the calendar at which the acknowledgement times out."""
    wait = F.INDEX(LAD_TIMEOUT, this("lad n"))
    done = F.MIN(F.MAX(this("ack d"), this("ch")), names.HORIZON_END)
    at = worked(done, calendar) + wait
    inside = if_(at > F.INDEX(names.CAL_TOTAL, calendar), BLANK, at)
    return if_(this("lad a").empty(), BLANK, if_(wait > 0, inside))


def _worked_on() -> Expr:
    """Whether somebody has begun to work, ever."""
    return F.COUNT(*(this(f"{step.code} d") for step in WORK)) > 0


def _before_work(calendar: Expr) -> Expr:
    """Working seconds up to the second before somebody began to work, now at the latest.

    Only where an acknowledgement can time out.
    """
    begun = F.MIN(*(this(f"{step.code} d") for step in WORK))
    until = F.MAX(F.MIN(begun - 1, names.AS_OF_S), this("ch"))
    idle = F.IF(_worked_on(), worked(until, calendar), F.INDEX(LAD_NOW, this("lad n")))
    return if_(this("lad u").empty(), BLANK, idle)


def _called_at() -> Expr:
    """Seconds of the call that stood at the acknowledgement; 0 where nobody had been called."""
    seconds = F.INDEX(LAD_SECONDS, this("lad q"))
    return F.IF(seconds < NO_CALL_S, seconds, 0)


def _beginning() -> Expr:
    timed_out = this("lad v") >= this("lad u")
    return if_(this("lad u").empty(), BLANK, if_(timed_out, this("lad u") - _called_at()))


def _stopped() -> Expr:
    """Seconds of the ladder at which it was stopped: by work after a time-out, else as it was."""
    by_work = if_(_worked_on(), this("lad v") - this("lad o"))
    return if_(this("lad o").filled(), by_work, this("lad a"))


def _index_expr() -> Expr:
    elapsed, stop = this("lad x"), this("lad b")
    later = F.INDEX(LAD_SECONDS, _key(elapsed, True))
    since = F.AND(later < NO_CALL_S, later > stop)
    stopped = if_(since, _key(elapsed, True), _key(stop, False))
    return if_(elapsed.filled(), if_(stop.empty(), _key(elapsed, False), stopped))


def _next_expr() -> Expr:
    """The row of the next call; below zero for the one that a time-out would call again."""
    elapsed = this("lad x")
    following = if_(this("lad b").empty(), this("lad i"), _key(elapsed, True)) + 1
    there = F.INDEX(LAD_SECONDS, following) < NO_CALL_S
    plain = if_(there, following)
    stood = this("lad q")
    none = if_(F.INDEX(LAD_SECONDS, stood) < NO_CALL_S, 0, 1)
    again = F.INDEX(LAD_SECONDS, stood + none)
    # Where nobody had been called, the ladder begins with its first call after the time-out.
    at = this("lad u") + again * none
    sooner = F.AND(there, this("lad w") + F.INDEX(LAD_SECONDS, following) < at)
    resumed = if_(again < NO_CALL_S, if_(sooner, following, -(stood + none)), plain)
    waits = F.AND(this("lad u").filled(), this("lad o").empty(), F.NOT(_worked_on()))
    return if_(elapsed.empty(), BLANK, if_(waits, resumed, plain))


def _instant(index: str) -> Expr:
    """When the call of a row fires, in UTC."""
    seconds, calendar = F.INDEX(LAD_SECONDS, F.ABS(this(index))), this("lad c")
    begin, total = this("lad w"), F.INDEX(names.CAL_TOTAL, calendar)
    at_once = if_(begin >= total, BEYOND, opened(this("ch"), begin, calendar))
    again = if_(this(index) < 0, this("lad u") - _called_at(), begin)
    base = if_(this("lad o").filled(), this("lad o"), again)
    later = if_(base + seconds > total, BEYOND, reached(this("ch"), base + seconds, calendar))
    first = F.AND(seconds.eq(0), this("lad o").empty(), this(index) > 0)
    fires = if_(seconds < NO_CALL_S, if_(first, at_once, later))
    return if_(this(index).empty(), BLANK, fires)


def _stamp(header: str, instant: str) -> Column:
    at = this(instant)
    return INCIDENTS[header].by(
        if_(F.ISNUMBER(at), wall_of(at) / 86400, at),
        lambda frame: to_wall(frame.context.zone, frame[instant]),
    )
