"""Where the clocks of an incident start: opening, cycle and severity, its rows on hidden sheets."""

from __future__ import annotations

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, if_, lit, name, place_of, this
from xlmatrix.rules import names
from xlmatrix.rules.clocks.clocks import worked_until
from xlmatrix.rules.frame import Floats, Frame, to_utc
from xlmatrix.rules.instants import is_stamp, seconds_of, utc_of, worked
from xlmatrix.rules.logs.event_line import events_of
from xlmatrix.rules.logs.pause_line import last_place, pieces_of, pz
from xlmatrix.rules.names import BEYOND
from xlmatrix.tables.column import Column, hidden_step


def opening_columns() -> list[Column]:
    """The opening in UTC, the last event, when the present cycle and the present severity began."""
    utc = if_(is_stamp(this("Opened")), utc_of(seconds_of(this("Opened"))))
    last = last_place(this("row"), name("Ev_Key"), name("Ev_Inc"))
    since = F.IF(this("ev").empty(), this("s"), F.INDEX(name("Ev_Since"), this("ev")))
    # Events stand in order of time, and one that begins a cycle is an event too.
    changed = F.IF(this("ev").empty(), this("s"), F.INDEX(name("Ev_At"), this("ev")))
    return [
        hidden_step("s", utc, lambda frame: to_utc(frame.context.zone, frame["Opened"])),
        hidden_step("ev", if_(this("s").empty(), BLANK, last), _event_row),
        hidden_step("t", since, _cycle_start),
        hidden_step("ch", changed, _severity_start),
    ]


def base_columns(calendars: int, *, versions: bool) -> list[Column]:
    """The severity's rows, the last pause, and the working seconds at which clocks start."""
    row = F.IFERROR(place_of(this("Severity"), names.POL_SEVERITY), BLANK)
    in_force = F.INDEX(name("Hist_Offset"), F.MATCH(this("Opened"), name("Hist_From"), 1))
    shifted: Expr = this("k") + in_force if versions else this("k")
    known = F.OR(this("k").empty(), this("s").empty()) if versions else this("k").empty()
    last = last_place(this("row"), pz("FromKey"), pz("Inc"))
    return [
        hidden_step("k", if_(this("Severity").empty(), BLANK, row), _policy_row),
        hidden_step("p", if_(known, BLANK, shifted), _version_row),
        hidden_step("pz", if_(this("s").empty(), BLANK, last), _pause_row),
        *(_worked_column(number) for number in range(1, calendars + 1)),
    ]


def _event_row(frame: Frame) -> Floats:
    return events_of(frame).last_of(len(frame)) + 2


def _pause_row(frame: Frame) -> Floats:
    return pieces_of(frame).last_of(len(frame)) + 2


def _cycle_start(frame: Frame) -> Floats:
    events = events_of(frame)
    start: Floats = frame["s"].copy()
    start[events.incident[events.last] - 1] = events.cycle_s[events.last]
    return start


def _severity_start(frame: Frame) -> Floats:
    events = events_of(frame)
    start: Floats = frame["s"].copy()
    start[events.incident[events.last] - 1] = events.at_s[events.last]
    return start


def _version_row(frame: Frame) -> Floats:
    policy = frame.context.policy
    if not policy.versions:
        return np.asarray(frame["k"], dtype=np.float64)
    stamps = frame.log.stamps["Opened"].astype("datetime64[D]")
    days = [None if np.isnat(stamp) else stamp.item() for stamp in stamps]
    offsets = {day: policy.offset(day) for day in set(days) if day is not None}
    shift = np.array([np.nan if day is None else offsets[day] for day in days], dtype=np.float64)
    return np.asarray(frame["k"] + shift, dtype=np.float64)


def _worked_column(number: int) -> Column:
    inside = if_(this("s") < names.HORIZON_START, BEYOND, worked(this("s"), lit(number)))
    return hidden_step(
        f"W{number}",
        if_(this("s").empty(), BLANK, inside),
        lambda frame: worked_until(frame.context.calendars[number - 1], frame["s"]),
    )


def _policy_row(frame: Frame) -> Floats:
    policy = frame.context.policy
    rows = {severity: policy.row(severity) for severity in set(frame["Severity"])}
    known = {severity: np.nan if row is None else row + 1.0 for severity, row in rows.items()}
    return np.array([known[severity] for severity in frame["Severity"]], dtype=np.float64)
