"""Clocks that stand still: waiting for the customer or a vendor, over many incidents at once.

A pause adds the business time inside it; one in closed time adds nothing. Overlapping pauses count
once. With ``Net`` the clock's reading when a pause begins,

    Net_k = W(pause start) - W(start) - business length of the earlier pauses,

which never decreases, a pause counts only if it begins before the clock has run out, and so

    due = deadline(start, target + sum of the lengths where Net_k < target)

without iteration. A pause that begins with the incident stops the clock at once, one that begins
when the incident is stopped has no effect: stop wins over pause, pause over start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import XlmatrixError
from xlmatrix.worktime.times import NEVER

if TYPE_CHECKING:
    from xlmatrix.worktime.calendar import Calendar

Int64Array = NDArray[np.int64]
Number = TypeVar("Number", np.int64, np.float64)

OPEN_END = int(np.iinfo(np.int64).max)
"""The end of a pause that has not ended; in a log it is written ``NEVER`` (NaT)."""


@dataclass(frozen=True, slots=True, eq=False)
class Pauses:
    """Pauses as one flat list, in order of incident and time; those of an incident never overlap.

    Parameters
    ----------
    incident
        Row of the incident each pause belongs to.
    from_s, to_s
        Epoch seconds, ``from_s < to_s``; ``OPEN_END`` while the pause lasts.
    """

    incident: Int64Array
    from_s: Int64Array
    to_s: Int64Array

    @classmethod
    def none(cls) -> Self:
        """No pauses."""
        empty = np.empty(0, dtype=np.int64)
        return cls(incident=empty, from_s=empty, to_s=empty)

    @classmethod
    def of(
        cls,
        incident: Int64Array,
        from_s: Int64Array,
        to_s: Int64Array,
        *,
        incidents: int,
        stop_s: Int64Array | None = None,
    ) -> Self:
        """Check, order and merge a pause log.

        Parameters
        ----------
        incident, from_s, to_s
            One entry a pause; an end of ``NEVER`` means that it is still open.
        incidents
            How many incidents there are.
        stop_s
            When each incident was stopped (resolved), ``NEVER`` if it was not: its pauses end
            then at the latest, and those that begin then or later do not count.

        Raises
        ------
        XlmatrixError
            When a pause has no beginning, ends before it begins, or belongs to no incident.
        """
        _check(incident, from_s, to_s, incidents)
        to_s = np.where(to_s == NEVER, OPEN_END, to_s)
        if stop_s is not None:
            to_s = np.minimum(to_s, np.where(stop_s == NEVER, OPEN_END, stop_s)[incident])
        real = to_s > from_s
        incident, from_s, to_s = incident[real], from_s[real], to_s[real]
        order = np.lexsort((from_s, incident))
        return cls(*_merged(incident[order], from_s[order], to_s[order]))

    def since(self, start_s: Int64Array) -> Self:
        """The same pauses cut to what lies after a start for each incident."""
        from_s = np.maximum(self.from_s, start_s[self.incident])
        real = self.to_s > from_s
        return type(self)(self.incident[real], from_s[real], self.to_s[real])

    def open_since(self, start_s: Int64Array) -> Int64Array:
        """When each incident's open pause began, its start at the earliest; ``NEVER`` for none."""
        answer = np.full(start_s.shape, NEVER, dtype=np.int64)
        stands = self.to_s == OPEN_END
        row = self.incident[stands]
        answer[row] = np.maximum(self.from_s[stands], start_s[row])
        return answer

    def worked_in(self, calendar: Calendar, until_s: Int64Array) -> Int64Array:
        """Business seconds each incident was paused before an instant, which is one per incident.

        Give pauses cut by :meth:`since` for the part after a start.
        """
        until = until_s[self.incident]
        begun = _worked_inside(calendar, np.minimum(self.from_s, until))
        ended = _worked_inside(calendar, np.minimum(self.to_s, until))
        return _sums(self.incident, ended - begun, until_s.size)


@dataclass(frozen=True, slots=True, eq=False)
class PausedDue:
    """Deadlines of clocks that may stand still.

    Parameters
    ----------
    due_s
        Epoch seconds; ``NEVER`` while paused and beyond the horizon.
    paused_since_s
        When the pause began that is still open, else ``NEVER``.
    pause_s
        Business seconds that pauses added to the deadline; of an open pause nothing.
    """

    due_s: Int64Array
    paused_since_s: Int64Array
    pause_s: Int64Array

    @property
    def paused(self) -> NDArray[np.bool_]:
        """Which clocks stand still now: show "Paused", since any planned end would be stale."""
        return np.asarray(self.paused_since_s != NEVER)


def due_with_pauses(
    calendar: Calendar, start_s: Int64Array, target_s: Int64Array, pauses: Pauses
) -> PausedDue:
    """Deadlines after ``target_s`` working seconds that were not paused.

    Parameters
    ----------
    calendar
        The business calendar.
    start_s, target_s
        One entry an incident: epoch seconds and working seconds.
    pauses
        Their pauses; what lies before an incident's start is cut off.
    """
    pauses = pauses.since(start_s)
    row = pauses.incident
    begun, ended = (_worked_inside(calendar, at) for at in (pauses.from_s, pauses.to_s))
    length = ended - begun
    started = _worked_inside(calendar, start_s)
    net = begun - started[row] - _earlier(row, length)
    counts = (net < target_s[row]) & (start_s[row] != NEVER)
    is_open = pauses.to_s == OPEN_END

    paused_since = np.full(start_s.shape, NEVER, dtype=np.int64)
    standing = counts & is_open
    paused_since[row[standing]] = pauses.from_s[standing]

    closed = counts & ~is_open
    pause_s = _sums(row[closed], length[closed], start_s.size)
    due = calendar.due_s(start_s, target_s + pause_s)
    return PausedDue(
        due_s=np.where(paused_since == NEVER, due, NEVER),
        paused_since_s=paused_since,
        pause_s=pause_s,
    )


def net_worked(
    calendar: Calendar, start_s: Int64Array, at_s: Int64Array, pauses: Pauses
) -> Int64Array:
    """What each incident's clock reads at an instant: working seconds since its start, unpaused."""
    since_start = _worked_inside(calendar, at_s) - _worked_inside(calendar, start_s)
    return since_start - pauses.since(start_s).worked_in(calendar, at_s)


def _worked_inside(calendar: Calendar, at_s: Int64Array) -> Int64Array:
    # Beyond the horizon no work is known. A deadline that would need it has no answer anyway, as
    # its sum then exceeds the total.
    return calendar.worked(np.clip(at_s, *calendar.horizon))


def _sums(row: Int64Array, values: Int64Array, size: int) -> Int64Array:
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, row, values)
    return sums


def _earlier(row: Int64Array, length: Int64Array) -> Int64Array:
    """For pauses in order: the lengths of the earlier ones of the same incident."""
    before = np.cumsum(length) - length
    first = np.searchsorted(row, row, side="left")
    return np.asarray(before - before[first], dtype=np.int64)


def _merged(
    incident: Int64Array, from_s: Int64Array, to_s: Int64Array
) -> tuple[Int64Array, Int64Array, Int64Array]:
    if not incident.size:
        return incident, from_s, to_s
    reach = running_max(incident, to_s)
    opens = np.ones(incident.size, dtype=np.bool_)
    opens[1:] = (incident[1:] != incident[:-1]) | (from_s[1:] > reach[:-1])
    last = np.append(np.flatnonzero(opens)[1:] - 1, incident.size - 1)
    return incident[opens], from_s[opens], reach[last]


def running_max(group: NDArray[Any], values: NDArray[Number]) -> NDArray[Number]:
    """The largest value so far within each run of equal groups, without a loop over groups.

    Values are ranked, and a rank is lifted above all ranks of the groups before, so that one
    running maximum serves all. Ranks stay small where the values themselves would overflow.
    """
    known, rank = np.unique(values, return_inverse=True)
    number = np.cumsum(np.append(0, group[1:] != group[:-1]))[: values.size]
    lifted = np.maximum.accumulate(number * known.size + rank)
    answer: NDArray[Number] = known[lifted - number * known.size]
    return answer


def _check(incident: Int64Array, from_s: Int64Array, to_s: Int64Array, incidents: int) -> None:
    faults = (
        ((incident < 0) | (incident >= incidents), "belongs to no incident"),
        (from_s == NEVER, "has no beginning"),
        ((to_s != NEVER) & (to_s < from_s), "ends before it begins"),
    )
    for wrong, said in faults:
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise XlmatrixError(f"the pause {said}", where=f"pause {row}", mend="Correct its row")
