"""The record of a drill as it is typed, and the two clocks that only drills have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import cycle
from typing import Any, Final

import numpy as np

from xlmatrix.formula import Expr, F, if_, this
from xlmatrix.model.calendars import day_seconds
from xlmatrix.model.duration import Duration
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import cells, names
from xlmatrix.rules.frame import Floats, Frame, to_utc
from xlmatrix.rules.instants import EPOCH_S, is_stamp, seconds_of, typed_seconds, utc_of
from xlmatrix.rules.policy import MOST_DAYS, MOST_S, Policy, calendar_number
from xlmatrix.rules.policy import Clock as PolicyClock
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.drills import ACTION_DAYS, DRILLS, FAR_DAYS
from xlmatrix.tables.kinds import NUMBER

#: The stamp that begins a drill.
START: Final = "Detected"
#: What somebody types of a record, in the order in which it is asked for, and what each holds.
INPUTS: Final = tuple(column.id for column in DRILLS.typed)
STAMPS: Final = DRILLS.instants()
NUMBERS: Final = ("Drill", *DRILLS.of_kind(NUMBER))
TEXTS: Final = tuple(
    column.id for column in DRILLS.typed if column.kind.vocabulary and column.id not in NUMBERS
)
#: Stamps that are so much later than the start of their drill are slips of the year.
FAR_S: Final = FAR_DAYS * 86400
LAST: Final = "latest s"

#: Within how long it must be decided what to report, and the number of the calendar it runs on.
Decision = tuple[Duration | None, int]


def decisions(spec: MatrixSpec) -> dict[str, Decision]:
    """The decision's clock of every severity, as the spec has it."""
    assert spec.drills is not None
    return {
        severity.id: (
            spec.drills.decision.get(severity.id),
            calendar_number(spec, severity.calendar),
        )
        for severity in spec.severities
    }


def drill_policy(spec: MatrixSpec, policy: Policy, decided: Mapping[str, Decision]) -> Policy:
    """The policy with the two clocks that only drills have: the decision and the actions."""
    assert spec.drills is not None
    kept = calendar_number(spec, spec.drills.calendar)
    day = day_seconds(spec.calendar(spec.drills.calendar))
    owned = Duration(business_days=ACTION_DAYS)
    actions = PolicyClock(owned, ACTION_DAYS * day, None, kept)
    clocks = []
    # Earlier versions of the targets follow the current one, row by row the same severities.
    for severity, known in zip(cycle(spec.severities), policy.clocks, strict=False):
        within, number = decided[severity.id]
        seconds = None
        if within is not None and within.days is None:
            lasts = within.working_seconds(day_seconds(spec.calendars[number - 1]))
            seconds = min(lasts, MOST_S) if lasts >= 1 else None
        days = min(within.days or 0, MOST_DAYS) if within is not None else None
        clocks.append(
            {**known, "dec": PolicyClock(within, seconds, days or None, number), "act": actions}
        )
    return replace(policy, clocks=tuple(clocks))


def wall_seconds_of(value: object) -> float:
    """A stamp as wall-clock Excel seconds; NaN for anything that is none."""
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1)).total_seconds() + EPOCH_S
    if isinstance(value, int | float) and not isinstance(value, bool):
        return typed_seconds(value)
    return np.nan


def number_of(value: Any) -> float:
    """A number as typed; NaN for anything that is none."""
    number = cells.number_of(value)
    return np.nan if number is None else number


def meant_expr(header: str) -> Expr:
    """A stamp in UTC; empty text for one that cannot be meant.

    A drill that was played faster than life has stamps after the present, and a record may be
    newer than a frozen *As of*; but no drill lasts half a year.
    """
    at = utc_of(seconds_of(this(header)))
    return if_(is_stamp(this(header)), if_(at <= _latest(header), at))


def too_late_expr(header: str) -> Expr:
    """1 for a stamp that is too late to be meant, else 0."""
    late = utc_of(seconds_of(this(header))) > _latest(header)
    return F.IF(is_stamp(this(header)), F.IF(late, 1, 0), 0)


def _latest(header: str) -> Expr:
    return names.AS_OF_S + FAR_S if header == START else this(LAST)


def last_column() -> Column:
    """Hidden: until when stamps of a record can be meant."""
    since = F.IF(F.ISNUMBER(this("detected s")), this("detected s"), names.AS_OF_S)
    return hidden_step(LAST, since + FAR_S, _last)


def _last(frame: Frame) -> Floats:
    since = frame["detected s"]
    return np.where(np.isnan(since), frame.context.as_of_s, since) + FAR_S


def meant(frame: Frame, header: str) -> Floats:
    """The twin of :func:`meant_expr`."""
    at = to_utc(frame.context.zone, frame[header])
    last = frame.context.as_of_s + FAR_S if header == START else frame[LAST]
    return np.where(at <= last, at, np.nan)


def at(header: str) -> str:
    """The hidden column with the instant of a stamp."""
    return {START: "detected s", "Ended": "ended s"}.get(header, f"{header} at s")


def at_columns() -> list[Column]:
    """Hidden: when each stamp of a record is, but for the start's and the end's own."""
    return [
        hidden_step(at(header), meant_expr(header), partial(meant, header=header))
        for header in STAMPS
        if header not in (START, "Ended")
    ]
