"""Which passing of a doubled hour *As of* is of: the second once the logs have a stamp of it.

A cell with ``NOW()`` shows a wall clock and no offset. Read as the earlier instant it would lag an
hour behind the stamps of the second passing, which then had yet to come.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce
from operator import add

import numpy as np

from xlmatrix.formula import Expr, F, col, lit
from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.logs.histories import CHANGES, PAUSES, REOPENED
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS
from xlmatrix.rules.logs.side_columns import Side
from xlmatrix.rules.second_hour import WORDS, named_second, word_of
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.worktime.zones import OVERLAP

_LOGS = (
    (INCIDENTS.name, STAMP_INPUTS),
    *((kind.table, kind.stamps) for kind in (PAUSES, CHANGES, REOPENED)),
)


def stamps_between(first: Expr, past: Expr) -> Expr:
    """How many stamps the logs name as of a second passing, from one serial number to another."""
    counts: list[Expr] = [
        F.COUNTIFS(
            col(table, WORDS),
            lit(f"*{word_of(header)}*"),
            col(table, header),
            lit(">=") & first,
            col(table, header),
            lit("<") & past,
        )
        for table, headers in _LOGS
        for header in headers
    ]
    return reduce(add, counts)


def doubled_hour(frame: Frame) -> tuple[float, float] | None:
    """Where a doubled hour of *As of* begins and ends, in wall-clock Excel seconds."""
    zone = frame.context.zone
    wall = int((frame.context.as_of - datetime(1970, 1, 1)).total_seconds())
    if zone.flag(wall) != OVERLAP:
        return None
    row = int(np.searchsorted(zone.odd_from, wall, side="right")) - 1
    edges = zone.odd_from[row], zone.typed_switch[row]
    return float(edges[0]) + EPOCH_S, float(edges[1]) + EPOCH_S


def named_between(frame: Frame, first_s: float, past_s: float) -> int:
    """The twin of :func:`stamps_between`, in wall-clock Excel seconds."""
    return sum(
        int((named_second(words, header) & (wall >= first_s) & (wall < past_s)).sum())
        for words, stamps in _typed(frame)
        for header, wall in stamps.items()
    )


def is_second_passing(frame: Frame) -> bool:
    """Whether *As of* is of the second passing of its hour."""
    hour = doubled_hour(frame)
    return hour is not None and named_between(frame, *hour) > 0


def _typed(frame: Frame) -> Iterator[tuple[Sequence[str], dict[str, Floats]]]:
    yield frame[WORDS], {header: frame[header] for header in STAMP_INPUTS}
    logs = frame.histories
    for log in (logs.pauses, logs.changes, logs.reopened):
        yield Side(frame, log).words, dict(log.stamps)
