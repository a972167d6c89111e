"""From stamps to epoch seconds and back: the only place that knows datetime and datetime64."""

from __future__ import annotations

from calendar import timegm
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import XlmatrixError

NEVER = int(np.iinfo(np.int64).min)
"""No instant: the int64 of NaT. Given for a missing stamp and for one beyond the horizon."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def epoch_of(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """Epoch seconds of a UTC date and time (or of a wall clock counted as if it were UTC)."""
    return timegm((year, month, day, hour, minute, 0))


def seconds_of(stamp: datetime) -> int:
    """Epoch seconds of an aware datetime; a fraction of a second is cut off (floor).

    Raises
    ------
    XlmatrixError
        For a naive datetime: without a zone it names no instant.
    """
    if stamp != stamp:  # noqa: PLR0124 - pandas' NaT is a datetime that equals nothing
        raise XlmatrixError(
            "NaT is not an instant", where="datetime", mend="Give an array where some are missing"
        )
    if stamp.utcoffset() is None:
        raise XlmatrixError(
            f"the time {stamp.isoformat()} has no time zone",
            where="datetime",
            mend="Give an aware datetime, for example with tzinfo=ZoneInfo('Europe/Berlin')",
        )
    return (stamp - _EPOCH) // _SECOND


def seconds_array(stamps: object) -> NDArray[np.int64]:
    """Epoch seconds (UTC) of a datetime64 array of any unit; finer units are floored to seconds.

    NaT stays :data:`NEVER`. No copy is made of ``datetime64[s]``.
    """
    array: NDArray[Any] = np.asarray(stamps)
    if not array.size and array.dtype.kind == "f":
        array = array.astype("datetime64[s]")  # what numpy makes of an empty list
    if array.dtype.kind != "M":
        raise XlmatrixError(
            f"stamps of type {array.dtype} are not instants",
            where="datetime64 array",
            mend="Give one aware datetime or a numpy datetime64 array in UTC",
        )
    return array.astype("datetime64[s]", copy=False).view(np.int64)


def durations(seconds: object) -> NDArray[np.int64]:
    """Working seconds as int64, refused when negative or not whole numbers."""
    array: NDArray[Any] = np.asarray(seconds)
    if not array.size and array.dtype.kind == "f":
        array = array.astype(np.int64)  # what numpy makes of an empty list
    if array.dtype.kind == "u":
        array = np.minimum(array, np.iinfo(np.int64).max)
    if array.dtype.kind not in "iu":
        raise XlmatrixError(
            f"a duration of type {array.dtype} is not whole seconds",
            where="seconds",
            mend="Give int seconds, for example 4 * 3600",
        )
    whole = array.astype(np.int64, copy=False)
    if whole.size and int(whole.min()) < 0:
        raise XlmatrixError(
            f"a duration of {int(whole.min())} s is negative",
            where="seconds",
            mend="Give zero or more working seconds",
        )
    return whole
