"""What rows of the Policy sheet ask of a clock, as arrays: the twins of formulas that look there.

Rows count from 1, NaN for none, as the formulas have them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xlmatrix.rules.frame import Floats, Frame, Objects, horizon
from xlmatrix.rules.instants import EPOCH_S


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Targets, one an entry: working seconds or calendar days, NaN for none.

    ``calendar`` counts from 1, ``pauses`` is 1 where they count; 1 and 0 where there is no target.
    """

    policy_row: Floats
    seconds: Floats
    days: Floats
    calendar: Floats
    pauses: Floats


def targets_asked(frame: Frame, code: str, rows: Floats) -> Targets:
    """The targets of a step in policy rows."""
    clocks = [row[code] for row in frame.context.policy.clocks]
    known = ~np.isnan(rows)
    at = np.where(known, rows, 1).astype(np.int64) - 1

    def asked(values: list[float], none: float) -> Floats:
        return np.where(known, np.array(values)[at], none)

    return Targets(
        rows,
        seconds=asked([np.nan if c.seconds is None else float(c.seconds) for c in clocks], np.nan),
        days=asked([np.nan if c.days is None else float(c.days) for c in clocks], np.nan),
        calendar=asked([float(c.calendar) for c in clocks], 1.0),
        pauses=asked([float(c.pauses) for c in clocks], 0.0),
    )


def policy_rows(frame: Frame, severities: Objects, who: NDArray[np.int64]) -> Floats:
    """Policy rows of severities in the version in force when incidents (from 0) opened."""
    shift = (
        (frame["policy row"] - frame["severity row"])[who] if frame.context.policy.versions else 0.0
    )
    found = [frame.context.policy.row(text) for text in severities]
    rows: Floats = np.array([np.nan if row is None else row + 1.0 for row in found]) + shift
    return rows


def worked_at(frame: Frame, calendar: Floats, who: NDArray[np.int64]) -> Floats:
    """Working seconds of each clock's calendar up to the openings of incidents (from 0)."""
    answer = np.full(calendar.shape, np.nan)
    for number in range(1, len(frame.context.calendars) + 1):
        answer = np.where(calendar == number, frame[f"worked at opening {number}"][who], answer)
    return answer


def days_after(frame: Frame, start_s: Floats, days: Floats) -> Floats:
    """The same wall-clock time so many days later; infinity beyond the horizon, NaN for none."""
    answer = np.full(start_s.shape, np.nan)
    real = ~np.isnan(days)
    moved = frame.context.zone.add_days(
        start_s[real].astype(np.int64) - EPOCH_S, days[real].astype(np.int64)
    )
    instants = moved + float(EPOCH_S)
    answer[real] = np.where(instants > horizon(frame.context)[1], np.inf, instants)
    return answer
