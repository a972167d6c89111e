"""The record of a drill as it is typed, and the two clocks that only drills have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import cycle
from typing import Final

import numpy as np

from xlmatrix.model.calendars import day_seconds
from xlmatrix.model.duration import Duration
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.instants import EPOCH_S, typed_seconds
from xlmatrix.rules.policy import MOST_DAYS, MOST_S, Policy, calendar_number
from xlmatrix.rules.policy import Clock as PolicyClock
from xlmatrix.tables.drills import ACTION_DAYS, DRILLS
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


def number_of(value: object) -> float:
    """A number as typed; NaN for anything that is none."""
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain else np.nan  # type: ignore[arg-type]
