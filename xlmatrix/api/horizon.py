"""Stretches the horizon of a spec so that its calendars cover every incident."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import Finding, Level, XlmatrixError
from xlmatrix.rules.log import IncidentLog
from xlmatrix.spec import Horizon, MatrixSpec

#: How far a stretched horizon reaches before the first and after the last incident.
DAYS_BEFORE: Final = 7
DAYS_AFTER: Final = 400
#: A longer horizon is a typing error in a date; its calendar would not fit a sheet either.
MAX_YEARS: Final = 30


def covering(
    spec: MatrixSpec, log: IncidentLog, as_of: datetime | None
) -> tuple[MatrixSpec, tuple[Finding, ...]]:
    """The spec with a horizon that covers every incident, and a note where it had to stretch."""
    start, end = spec.horizon.start, spec.horizon.end
    stamps = [column for column in map(_known, log.stamps.values()) if len(column)]
    if not stamps and as_of is None:
        return spec, ()
    days = [_day(column.min()) for column in stamps] + [_day(column.max()) for column in stamps]
    if as_of is not None:
        days.append(as_of.date())
    opened = _known(log.stamps["Opened"])
    last_due = _day(opened.max()) + timedelta(days=DAYS_AFTER) if len(opened) else max(days)
    if min(days) <= start:
        start = min(days) - timedelta(days=DAYS_BEFORE)
    end = max(end, last_due, max(days) + timedelta(days=DAYS_BEFORE) if max(days) >= end else end)
    if (start, end) == (spec.horizon.start, spec.horizon.end):
        return spec, ()
    if end.year - start.year > MAX_YEARS:
        raise XlmatrixError(
            f"a horizon from {start} to {end} is longer than {MAX_YEARS} years",
            where="horizon",
            mend="Correct the dates of the incidents, or import them in parts",
        )
    note = Finding(
        Level.NOTE,
        "horizon-stretched",
        f"the horizon was stretched to {start} to {end} to cover the incidents",
        "horizon",
        "Nothing to do; set horizon in the spec to have it so always",
    )
    return spec.model_copy(update={"horizon": Horizon(start=start, end=end)}), (note,)


def _known(column: NDArray[Any]) -> NDArray[Any]:
    known: NDArray[Any] = column[~np.isnat(column)]
    return known


def _day(stamp: Any) -> date:
    day: date = stamp.astype("datetime64[D]").item()
    return day
