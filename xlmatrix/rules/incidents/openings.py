"""Where the clocks of an incident start: opening, cycle and severity, its rows on hidden sheets."""

from __future__ import annotations

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, if_, lit, name, place_among_texts, this
from xlmatrix.rules import names
from xlmatrix.rules.clocks.clocks import worked_until
from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.rules.incidents.exempt import counted, uncounted_rows
from xlmatrix.rules.instants import is_stamp, worked
from xlmatrix.rules.logs.event_line import events_of
from xlmatrix.rules.logs.pause_line import last_place, pieces_of, pz
from xlmatrix.rules.names import BEYOND
from xlmatrix.rules.second_hour import SECOND_HOUR, utc_typed, words_column, words_of
from xlmatrix.tables.column import Column, hidden_step


def opening_columns() -> list[Column]:
    """The opening in UTC, the last event, when the present cycle and the present severity began."""
    utc = counted(if_(is_stamp(this("Opened")), utc_typed("Opened")))
    last = last_place(this("row"), name("Ev_Key"), name("Ev_Inc"))
    since = F.IF(
        this("last event").empty(), this("opened s"), F.INDEX(name("Ev_Since"), this("last event"))
    )
    # Events stand in order of time, and one that begins a cycle is an event too.
    changed = F.IF(
        this("last event").empty(), this("opened s"), F.INDEX(name("Ev_At"), this("last event"))
    )
    return [
        words_column(lambda frame: np.array(words_of(frame.log.texts[SECOND_HOUR]), dtype=object)),
        hidden_step("opened s", utc, _opened),
        hidden_step("last event", if_(this("opened s").empty(), BLANK, last), _event_row),
        hidden_step("cycle since s", since, _cycle_start),
        hidden_step("severity since s", changed, _severity_start),
    ]


def base_columns(calendars: int, *, versions: bool) -> list[Column]:
    """The severity's rows, the last pause, and the working seconds at which clocks start."""
    row = F.IFERROR(place_among_texts(this("Severity"), names.POL_SEVERITY), BLANK)
    in_force = F.INDEX(name("Hist_Offset"), F.MATCH(this("Opened"), name("Hist_From"), 1))
    shifted: Expr = this("severity row") + in_force if versions else this("severity row")
    known = (
        F.OR(this("severity row").empty(), this("opened s").empty())
        if versions
        else this("severity row").empty()
    )
    last = last_place(this("row"), pz("FromKey"), pz("Inc"))
    return [
        hidden_step("severity row", if_(this("Severity").empty(), BLANK, row), _policy_row),
        hidden_step("policy row", if_(known, BLANK, shifted), _version_row),
        hidden_step("last pause", if_(this("opened s").empty(), BLANK, last), _pause_row),
        *(_worked_column(number) for number in range(1, calendars + 1)),
    ]


def _opened(frame: Frame) -> Floats:
    return np.where(uncounted_rows(frame), np.nan, frame.utc("Opened"))


def _event_row(frame: Frame) -> Floats:
    return events_of(frame).last_of(len(frame)) + 2


def _pause_row(frame: Frame) -> Floats:
    return pieces_of(frame).last_of(len(frame)) + 2


def _cycle_start(frame: Frame) -> Floats:
    events = events_of(frame)
    start: Floats = frame["opened s"].copy()
    start[events.incident[events.last] - 1] = events.cycle_s[events.last]
    return start


def _severity_start(frame: Frame) -> Floats:
    events = events_of(frame)
    start: Floats = frame["opened s"].copy()
    start[events.incident[events.last] - 1] = events.at_s[events.last]
    return start


def _version_row(frame: Frame) -> Floats:
    policy = frame.context.policy
    if not policy.versions:
        return np.asarray(frame["severity row"], dtype=np.float64)
    stamps = frame.log.stamps["Opened"].astype("datetime64[D]")
    known = zip(stamps, ~np.isnan(frame["opened s"]), strict=True)
    days = [stamp.item() if opened else None for stamp, opened in known]
    offsets = {day: policy.offset(day) for day in set(days) if day is not None}
    shift = np.array([np.nan if day is None else offsets[day] for day in days], dtype=np.float64)
    return np.asarray(frame["severity row"] + shift, dtype=np.float64)


def _worked_column(number: int) -> Column:
    inside = if_(
        this("opened s") < names.HORIZON_START, BEYOND, worked(this("opened s"), lit(number))
    )
    return hidden_step(
        f"worked at opening {number}",
        if_(this("opened s").empty(), BLANK, inside),
        lambda frame: worked_until(frame.context.calendars[number - 1], frame["opened s"]),
    )


def _policy_row(frame: Frame) -> Floats:
    policy = frame.context.policy
    rows = {severity: policy.row(severity) for severity in set(frame["Severity"])}
    known = {severity: np.nan if row is None else row + 1.0 for severity, row in rows.items()}
    return np.array([known[severity] for severity in frame["Severity"]], dtype=np.float64)
