"""Stretches the horizon of a spec so that its calendars cover every incident."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import Finding, Level, XlmatrixError
from xlmatrix.model import Horizon, MatrixSpec
from xlmatrix.rules.logs.incident_log import IncidentLog

#: How far a stretched horizon reaches before the first and after the last incident.
DAYS_BEFORE: Final = 7
DAYS_AFTER: Final = 400
#: A longer horizon is a typing error in a date; its calendar would not fit a sheet either.
MAX_YEARS: Final = 30


def covering(
    spec: MatrixSpec, log: IncidentLog, now: datetime
) -> tuple[MatrixSpec, tuple[Finding, ...]]:
    """The spec with a horizon that covers every incident and ``now``, and a note if it stretched.

    Parameters
    ----------
    now
        The time that the workbook shows when it is opened first, on the wall clock of the zone.

    Raises
    ------
    XlmatrixError
        The dates lie more than :data:`MAX_YEARS` apart.
    """
    written = spec.horizon
    stamps = [column for column in map(_known, log.stamps.values()) if len(column)]
    days = [now.date(), *(_day(column.min()) for column in stamps)]
    start, end = written.start, written.end
    if min(days) <= start:
        start = min(days) - timedelta(days=DAYS_BEFORE)
    days += [_day(column.max()) for column in stamps]
    opened = _known(log.stamps["Opened"])
    # What is open at the last opening, or today when the horizon is over, still needs deadlines.
    if len(opened):
        end = max(end, _day(opened.max()) + timedelta(days=DAYS_AFTER))
    if max(days) >= end:
        end = max(days) + timedelta(days=DAYS_AFTER)
    if (start, end) == (written.start, written.end):
        return spec, ()
    if end.year - start.year > MAX_YEARS:
        raise XlmatrixError(
            f"a horizon from {start} to {end} is longer than {MAX_YEARS} years",
            where="horizon",
            mend="Correct the dates of the incidents, or import them in parts",
        )
    wide = spec.model_copy(update={"horizon": Horizon(start=start, end=end)})
    return wide, (_note(wide, max(days) > written.end),)


def _note(wide: MatrixSpec, over: bool) -> Finding:
    start, end = wide.horizon.start, wide.horizon.end
    why = "what is later than its end" if over else "the incidents"
    return Finding(
        Level.NOTE,
        "horizon-stretched",
        f"the horizon was stretched to {start} to {end} to cover {why}",
        "horizon",
        "Nothing to do; set horizon in the spec to have it so always",
    )


def _known(column: NDArray[Any]) -> NDArray[Any]:
    known: NDArray[Any] = column[~np.isnat(column)]
    return known


def _day(stamp: Any) -> date:
    day: date = stamp.astype("datetime64[D]").item()
    return day
