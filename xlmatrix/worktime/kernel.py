"""The fast path over many rows: int32, bucketed look-up, chunks that stay in the cache.

A binary search per row costs a cache miss a step. Instead time is cut into buckets of a power of
two seconds, so narrow that hardly more than one interval begins in each: a bucket gives the row of
its first second, and one comparison with the next interval's key tells whether to step on. All
numbers are seconds since the horizon's start and fit in int32, half the memory traffic of int64.
Longer horizons have no kernel and use the binary search of :mod:`xlmatrix.worktime.table`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from xlmatrix.worktime.times import NEVER

Int32Array = NDArray[np.int32]
Int64Array = NDArray[np.int64]

_INT32_MAX = int(np.iinfo(np.int32).max)
# Rows at a time: the scratch arrays of one chunk take about 400 KB, less than a core's L2 cache.
CHUNK = 1 << 14
# Beyond this a bucket index no longer fits beside them, and another comparison is the lesser cost.
_MOST_BUCKETS = 1 << 18
_MOST_STEPS = 8


class _Scratch:
    """Work arrays for one chunk, made once a call."""

    __slots__ = ("back", "bucket", "key", "picked", "reached", "row", "yes")

    def __init__(self, size: int) -> None:
        self.row, self.bucket = np.empty((2, size), np.intp)
        self.reached, self.key, self.picked, self.back = np.empty((4, size), np.int32)
        self.yes = np.empty(size, np.bool_)

    def first(self, size: int) -> _Scratch:
        """The same memory, cut to a last, shorter chunk."""
        if size == self.row.size:
            return self
        cut = object.__new__(_Scratch)
        for name in _Scratch.__slots__:
            setattr(cut, name, getattr(self, name)[:size])
        return cut


@dataclass(frozen=True, slots=True, eq=False)
class Buckets:
    """For sorted int32 keys: which row is the last one at or below a value.

    Parameters
    ----------
    shift
        Buckets are ``2**shift`` wide.
    steps
        The most keys that begin in one bucket, so how often a row may have to step on.
    row
        Row of the first value of each bucket.
    following
        Key of the row after each row.
    """

    shift: int
    steps: int
    row: NDArray[np.intp]
    following: Int32Array

    @classmethod
    def of(cls, keys: Int64Array, span: int) -> Self | None:
        """Index keys (the first must be 0) for values from 0 to ``span``; None if too crowded."""
        narrowest = int(np.diff(keys).min()) if keys.size > 1 else span + 1
        shift = max(narrowest.bit_length() - 1, (span // _MOST_BUCKETS).bit_length())
        steps = int(np.bincount(keys[1:] >> shift).max()) if keys.size > 1 else 0
        if steps > _MOST_STEPS:
            return None
        edges = np.arange((span >> shift) + 1, dtype=np.int64) << shift
        row = np.searchsorted(keys, edges, side="right") - 1
        following = np.append(keys[1:], _INT32_MAX).astype(np.int32)
        return cls(shift=shift, steps=steps, row=row.astype(np.intp), following=following)

    def find(self, values: Int32Array, work: _Scratch) -> NDArray[np.intp]:
        """Rows of the values, in ``work.row``. Values past the span get the last bucket's row."""
        np.right_shift(values, self.shift, out=work.bucket)
        self.row.take(work.bucket, out=work.row, mode="clip")
        for _ in range(self.steps):
            self.following.take(work.row, out=work.picked, mode="clip")
            np.greater_equal(values, work.picked, out=work.yes)
            np.add(work.row, work.yes, out=work.row)
        return work.row


@dataclass(frozen=True, slots=True, eq=False)
class Kernel:
    """Cumulative working time and its inverse over one interval table, as int32 look-ups.

    Parameters
    ----------
    low, high, total
        The horizon in epoch seconds, and its working seconds.
    by_time, closed, worked_end
        Look-up by second since ``low``; closed seconds before each interval, and working seconds
        at its end. Row 0 is the time before the first interval.
    by_work, closed_at
        Look-up by working second; closed seconds before each interval.
    """

    low: int
    high: int
    total: int
    by_time: Buckets
    closed: Int32Array
    worked_end: Int32Array
    by_work: Buckets
    closed_at: Int32Array

    @classmethod
    def of(
        cls, start: Int64Array, end: Int64Array, before: Int64Array, low: int, high: int
    ) -> Self | None:
        """Index a table; None where it is empty, too long for int32 or too crowded."""
        total = int((end - start).sum())
        # A sum of work is capped at total + (total + 1) before it is compared.
        if not total or max(high - low, 2 * total + 1) >= _INT32_MAX:
            return None
        begins = start - low
        # A time before the first interval: nothing worked, all of it closed. An interval that
        # begins with the horizon itself needs no such row.
        lead = np.zeros(1 if begins[0] else 0, dtype=np.int64)
        by_time = Buckets.of(np.concatenate([lead, begins]), high - low)
        by_work = Buckets.of(before, total)
        if by_time is None or by_work is None:
            return None
        return cls(
            low=low,
            high=high,
            total=total,
            by_time=by_time,
            closed=np.concatenate([lead, begins - before]).astype(np.int32),
            worked_end=np.concatenate([lead, before + end - start]).astype(np.int32),
            by_work=by_work,
            closed_at=(begins - before).astype(np.int32),
        )

    def worked(self, at_s: Int64Array) -> Int64Array:
        """Working seconds up to each instant of a 1-d array; ``NEVER`` outside the horizon."""
        out = np.empty(at_s.size, dtype=np.int64)
        scratch = _Scratch(min(CHUNK, at_s.size))
        for first in range(0, at_s.size, CHUNK):
            chunk = at_s[first : first + CHUNK]
            work, answer = scratch.first(chunk.size), out[first : first + CHUNK]
            outside = self._worked(chunk, work)
            answer[:] = work.reached
            if outside is not None:
                answer[outside] = NEVER
        return out

    def elapsed(self, start_s: Int64Array, end_s: Int64Array) -> Int64Array:
        """Working seconds between instants, 1-d arrays of one size, signed; else ``NEVER``."""
        out = np.empty(start_s.size, dtype=np.int64)
        scratch = _Scratch(min(CHUNK, start_s.size))
        for first in range(0, start_s.size, CHUNK):
            chunk, until = start_s[first : first + CHUNK], end_s[first : first + CHUNK]
            work, answer = scratch.first(chunk.size), out[first : first + CHUNK]
            unknown = [self._worked(until, work)]
            answer[:] = work.reached
            unknown.append(self._worked(chunk, work))
            np.subtract(answer, work.reached, out=answer)
            for outside in unknown:
                if outside is not None:
                    answer[outside] = NEVER
        return out

    def due(self, start_s: Int64Array, seconds: Int64Array) -> Int64Array:
        """Instants ``seconds`` of work after starts, 1-d arrays of one size; else ``NEVER``."""
        out = np.empty(start_s.size, dtype=np.int64)
        scratch = _Scratch(min(CHUNK, start_s.size))
        for first in range(0, start_s.size, CHUNK):
            chunk, target = start_s[first : first + CHUNK], seconds[first : first + CHUNK]
            work, answer = scratch.first(chunk.size), out[first : first + CHUNK]
            outside = self._worked(chunk, work)
            self._add_target(target, work)
            self._instant(work)
            np.add(work.reached, self.low, out=answer)
            if outside is not None:
                answer[outside] = NEVER
            if int(work.back.max()) >= self.total:
                answer[work.back >= self.total] = NEVER
        return out

    def _worked(self, at_s: Int64Array, work: _Scratch) -> NDArray[np.bool_] | None:
        """Working seconds into ``work.reached``; gives the rows outside the horizon, if any."""
        outside = None
        if int(at_s.min()) < self.low or int(at_s.max()) > self.high:
            outside = (at_s < self.low) | (at_s > self.high)
            at_s = np.clip(at_s, self.low, self.high)
        np.subtract(at_s, self.low, out=work.key, casting="same_kind")
        row = self.by_time.find(work.key, work)
        self.closed.take(row, out=work.picked, mode="clip")
        np.subtract(work.key, work.picked, out=work.reached)
        # In the closed time after an interval nothing is worked beyond its end.
        self.worked_end.take(row, out=work.picked, mode="clip")
        np.minimum(work.reached, work.picked, out=work.reached)
        return outside

    def _add_target(self, seconds: Int64Array, work: _Scratch) -> None:
        """Add the targets; the sum one second back, where there is a target, to ``work.back``."""
        np.minimum(seconds, self.total + 1, out=work.picked, casting="same_kind")
        np.add(work.reached, work.picked, out=work.reached)
        np.greater(work.picked, 0, out=work.yes)
        # One second back, so that a deadline at close stays at close, not at the next opening.
        np.subtract(work.reached, work.yes, out=work.back)

    def _instant(self, work: _Scratch) -> None:
        """From a sum of work to the second since ``low`` at which it is reached."""
        row = self.by_work.find(work.back, work)
        self.closed_at.take(row, out=work.picked, mode="clip")
        np.add(work.reached, work.picked, out=work.reached)
