"""The interval table: cumulative working seconds and their inverse, for one value or many.

``W(t)`` is the working seconds up to ``t``; a deadline is the instant where ``W`` reaches
``W(start) + target``. Everything here is int64 epoch seconds (UTC) and never floating point.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from xlmatrix.worktime.kernel import Kernel
from xlmatrix.worktime.times import NEVER

Int64Array = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class IntervalTable:
    """Working intervals in order of time, none empty, none touching another.

    Parameters
    ----------
    start, end
        int64 epoch seconds; an interval is half-open, ``start <= t < end``.
    before
        Working seconds before each interval.
    total
        Working seconds of all intervals.
    low, high
        The horizon: instants from ``low`` to ``high``, both included, have an answer.
    """

    start: Int64Array
    end: Int64Array
    before: Int64Array
    total: int
    low: int
    high: int
    # Plain lists beside the arrays: bisect on them answers one value 20 times faster than numpy.
    _starts: list[int] = field(repr=False)
    _ends: list[int] = field(repr=False)
    _befores: list[int] = field(repr=False)
    kernel: Kernel | None = field(repr=False)

    @classmethod
    def of(cls, start: Int64Array, end: Int64Array, low: int, high: int) -> Self:
        """Order, merge (touching or overlapping) and sum up intervals; empty ones are dropped."""
        start, end = _merged(start, end)
        worked = np.cumsum(end - start)
        before = np.concatenate([np.zeros(1, np.int64), worked])[: start.size]
        for array in (start, end, before):
            array.setflags(write=False)
        high = max(high, int(end[-1])) if end.size else high
        return cls(
            start=start,
            end=end,
            before=before,
            total=int(worked[-1]) if worked.size else 0,
            low=low,
            high=high,
            _starts=start.tolist(),
            _ends=end.tolist(),
            _befores=before.tolist(),
            kernel=Kernel.of(start, end, before, low, high),
        )

    def worked_one(self, at_s: int) -> int:
        """Working seconds up to an instant; ``NEVER`` outside the horizon."""
        if not self.low <= at_s <= self.high:
            return NEVER
        row = bisect_right(self._starts, at_s) - 1
        if row < 0:
            return 0
        return self._befores[row] + min(at_s, self._ends[row]) - self._starts[row]

    def at_one(self, worked_s: int, strict: bool) -> int:
        """The instant at which so many seconds have been worked; ``NEVER`` beyond the table.

        ``strict`` gives the end of the interval where the sum is complete, else the next opening.
        """
        if worked_s < strict or worked_s > self.total - (not strict):
            return NEVER
        # One second back, so that a deadline at close stays at close, not at the next opening.
        row = bisect_right(self._befores, worked_s - strict) - 1
        return self._starts[row] + worked_s - self._befores[row]

    def due_one(self, start_s: int, seconds: int) -> int:
        """The instant ``seconds`` of work after a start; the next opening for zero seconds."""
        # NEVER and any target are below zero, which is never reached.
        return self.at_one(self.worked_one(start_s) + seconds, seconds > 0)

    def worked(self, at_s: Int64Array) -> Int64Array:
        """Working seconds up to each instant; ``NEVER`` for NaT and outside the horizon."""
        if self.kernel is not None:
            return self.kernel.worked(at_s.reshape(-1)).reshape(at_s.shape)
        return self.worked_by_search(at_s)

    def elapsed(self, start_s: Int64Array, end_s: Int64Array) -> Int64Array:
        """Working seconds between instants (broadcast), signed; ``NEVER`` where one is unknown."""
        start_s, end_s = np.broadcast_arrays(start_s, end_s)
        if self.kernel is not None:
            spent = self.kernel.elapsed(start_s.reshape(-1), end_s.reshape(-1))
            return spent.reshape(start_s.shape)
        first, last = self.worked_by_search(start_s), self.worked_by_search(end_s)
        return np.where((first == NEVER) | (last == NEVER), NEVER, last - first)

    def due(self, start_s: Int64Array, seconds: Int64Array) -> Int64Array:
        """The instants ``seconds`` of work after the starts (broadcast); see :meth:`due_one`."""
        if self.kernel is None:
            return self.due_by_search(start_s, seconds)
        start_s, seconds = np.broadcast_arrays(start_s, seconds)
        return self.kernel.due(start_s.reshape(-1), seconds.reshape(-1)).reshape(start_s.shape)

    def worked_by_search(self, at_s: Int64Array) -> Int64Array:
        """:meth:`worked` by binary search in int64, for any horizon."""
        outside = (at_s < self.low) | (at_s > self.high)
        if not self.start.size:
            return np.where(outside, NEVER, 0)
        row = np.searchsorted(self.start, at_s, side="right") - 1
        first = np.maximum(row, 0)
        inside = np.minimum(at_s, self.end[first]) - self.start[first]
        worked = np.where(row < 0, 0, self.before[first] + inside)
        return np.where(outside, NEVER, worked)

    def due_by_search(self, start_s: Int64Array, seconds: Int64Array) -> Int64Array:
        """:meth:`due` by binary search in int64, for any horizon."""
        # No sum can exceed the total by more than one, so that huge targets do not overflow; NEVER
        # and a target are below zero, which is never reached.
        target = np.minimum(seconds, self.total + 1)
        return self.at(self.worked_by_search(start_s) + target, seconds > 0)

    def at(self, worked_s: Int64Array, strict: bool | NDArray[np.bool_]) -> Int64Array:
        """The instants at which sums of work are reached; see :meth:`at_one`."""
        back = np.asarray(strict).astype(np.int64)
        none = (worked_s < back) | (worked_s > self.total - 1 + back)
        if not self.start.size:
            return np.full(np.broadcast_shapes(worked_s.shape, back.shape), NEVER, np.int64)
        row = np.searchsorted(self.before, np.where(none, 0, worked_s - back), side="right") - 1
        return np.where(none, NEVER, worked_s + (self.start - self.before)[row])


def _merged(start: Int64Array, end: Int64Array) -> tuple[Int64Array, Int64Array]:
    real = end > start
    order = np.argsort(start[real], kind="stable")
    start, end = start[real][order], end[real][order]
    if not start.size:
        return start, end
    reach = np.maximum.accumulate(end)
    opens = np.concatenate([[True], start[1:] > reach[:-1]])
    last = np.concatenate([np.flatnonzero(opens)[1:] - 1, [start.size - 1]])
    return start[opens], reach[last]
