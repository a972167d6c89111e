"""How wide the keys of the sorted logs are, from how many rows are planned."""

from __future__ import annotations

from typing import Final

import numpy as np

from xlmatrix.errors import XlmatrixError
from xlmatrix.rules.frame import Frame, horizon
from xlmatrix.rules.instants import KEY_LIMIT
from xlmatrix.rules.logs.histories import SideLog
from xlmatrix.rules.logs.line import SECONDS, Keys
from xlmatrix.rules.logs.log_rows import RESERVE
from xlmatrix.rules.logs.side_columns import Side

#: How many rows of a log people may add for one incident before the lines have to be made anew.
_MORE_ROWS: Final = 200
#: Instants are told apart this long after the horizon, past the end of its last shift.
_BEYOND_S: Final = 400_000


def keys_of(frame: Frame) -> Keys:
    """The keys of both lines; computed once for a frame.

    A long log leaves fewer seconds to be told apart, but never less than the horizon has.

    Raises
    ------
    XlmatrixError
        When the incidents, seconds and rows do not fit the digits that programs keep.
    """
    if "keys" not in frame.done:
        frame.done["keys"] = _keys(frame)
    found: Keys = frame.done["keys"]
    return found


def _keys(frame: Frame) -> Keys:
    low, high = horizon(frame.context)
    logs = frame.histories
    most = max(_most_of_one(frame, log, logs.reopened) for log in (logs.pauses, logs.changes))
    rows, incidents = most + _MORE_ROWS, len(frame) + RESERVE
    span = min(SECONDS, KEY_LIMIT // ((incidents + 1) * rows))
    if span < high - low + _BEYOND_S:
        raise XlmatrixError(
            f"{incidents:,} incidents, of which one has {most:,} pauses or changes, are more than "
            f"a workbook can sort over a horizon of {(high - low) / 86400:,.0f} days",
            where="the logs",
            mend="Give each year or team a workbook of its own",
        )
    return Keys(low, span, rows)


def _most_of_one(frame: Frame, *logs: SideLog) -> int:
    """The most rows that the logs together have for one incident."""
    known = np.concatenate([Side(frame, log).incident for log in logs])
    rows = known[~np.isnan(known)].astype(np.int64)
    return int(np.bincount(rows).max(initial=0))
