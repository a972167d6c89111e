"""Deadlines of incidents whose severity changed while the clock ran.

Three policies, as matrices differ:

- ``from_open`` (default): the new target counts from the start, but the deadline is never earlier
  than the change. The elapsed time is carried, so a raised incident may be breached at once.
- ``restart``: the new target counts from the change.
- ``proportional``: the fraction of the working-time target that was left is left of the new one.
  A clock that has run out stays where it ran out.

Several changes follow one another in time; each sees the clock that the ones before left.

The names stand in :data:`ChangePolicyName` alone: the spec's check, the dropdown of the workbook
and its formulas follow that list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import XlmatrixError
from xlmatrix.worktime.pauses import PausedDue, Pauses, due_with_pauses, net_worked
from xlmatrix.worktime.times import NEVER

if TYPE_CHECKING:
    from xlmatrix.worktime.calendar import Calendar

Int64Array = NDArray[np.int64]


#: What a change of severity does to a running clock, the default first.
ChangePolicyName = Literal["from_open", "restart", "proportional"]
CHANGE_POLICIES: Final[tuple[ChangePolicyName, ...]] = get_args(ChangePolicyName)


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Changes of severity as one flat list, in order of incident and time.

    Parameters
    ----------
    incident
        Row of the incident.
    at_s
        Epoch seconds of the change.
    target_s
        Working seconds that the new severity allows.
    """

    incident: Int64Array
    at_s: Int64Array
    target_s: Int64Array

    @classmethod
    def of(
        cls, incident: Int64Array, at_s: Int64Array, target_s: Int64Array, *, incidents: int
    ) -> Self:
        """Check and order a log of changes; of two at the same instant the later row is last.

        Raises
        ------
        XlmatrixError
            When a change has no instant, no positive target, or belongs to no incident.
        """
        faults = (
            ((incident < 0) | (incident >= incidents), "belongs to no incident"),
            (at_s == NEVER, "has no instant"),
            (target_s <= 0, "has no target"),
        )
        for wrong, said in faults:
            if wrong.any():
                where = f"severity change {int(np.flatnonzero(wrong)[0])}"
                raise XlmatrixError(f"the change {said}", where=where, mend="Correct its row")
        order = np.lexsort((at_s, incident))
        return cls(incident[order], at_s[order], target_s[order])

    def ordinals(self) -> Int64Array:
        """0 for an incident's first change, 1 for its second, and so on."""
        first = np.searchsorted(self.incident, self.incident, side="left")
        return np.arange(self.incident.size) - first


def due_after_changes(
    calendar: Calendar,
    start_s: Int64Array,
    target_s: Int64Array,
    changes: Changes,
    *,
    policy: str = CHANGE_POLICIES[0],
    pauses: Pauses | None = None,
) -> PausedDue:
    """Deadlines under a policy, with pauses carried through the changes.

    Parameters
    ----------
    calendar
        The business calendar.
    start_s, target_s
        One entry an incident: epoch seconds, and working seconds of its first severity.
    changes
        The changes; one before its incident's start counts as made at the start.
    policy
        One of :data:`CHANGE_POLICIES`, see the module.
    pauses
        The incidents' pauses, none if left out.
    """
    pauses = Pauses.none() if pauses is None else pauses
    clocks = _Clocks(
        calendar=calendar,
        pauses=pauses,
        base_s=start_s.copy(),
        left_s=target_s.copy(),
        full_s=target_s.copy(),
        earliest_s=np.full(start_s.shape, NEVER, dtype=np.int64),
    )
    change, ordinals = _change_of(policy), changes.ordinals()
    for ordinal in range(int(ordinals.max()) + 1 if ordinals.size else 0):
        now = ordinals == ordinal
        row = changes.incident[now]
        at_s = np.maximum(changes.at_s[now], start_s[row])
        change(clocks, _Step(row=row, at_s=at_s, target_s=changes.target_s[now]))
    found = due_with_pauses(calendar, clocks.base_s, clocks.left_s, pauses)
    due = np.where(found.due_s == NEVER, NEVER, np.maximum(found.due_s, clocks.earliest_s))
    return PausedDue(
        due_s=due,
        paused_since_s=np.where(found.paused, pauses.open_since(start_s), NEVER),
        pause_s=found.pause_s,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One change each for some incidents."""

    row: Int64Array
    at_s: Int64Array
    target_s: Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class _Clocks:
    """Every incident's clock, moved on in place from change to change.

    ``left_s`` working seconds from ``base_s`` on, out of a whole of ``full_s``; due no earlier than
    ``earliest_s``.
    """

    calendar: Calendar
    pauses: Pauses
    base_s: Int64Array
    left_s: Int64Array
    full_s: Int64Array
    earliest_s: Int64Array

    def keep_start(self, step: _Step) -> None:
        """``from_open``: the start stays, and nothing is due before the change."""
        self.left_s[step.row], self.earliest_s[step.row] = step.target_s, step.at_s

    def restart(self, step: _Step) -> None:
        """``restart``: the new target counts from the change."""
        self.base_s[step.row], self.left_s[step.row] = step.at_s, step.target_s

    def carry_share(self, step: _Step) -> None:
        """``proportional``: the share that was left is left of the new target."""
        # Incidents without this change are asked at their own base, where their clock reads zero.
        until = self.base_s.copy()
        until[step.row] = step.at_s
        reading = net_worked(self.calendar, self.base_s, until, self.pauses)
        left = (self.left_s - reading)[step.row]
        alive = left > 0
        row, left, target_s = step.row[alive], left[alive], step.target_s[alive]
        full = self.full_s[row]
        # To the nearest second, but a clock that has time left never loses all of it by rounding.
        share = np.maximum((2 * left * target_s + full) // (2 * full), 1)
        self.base_s[row], self.left_s[row], self.full_s[row] = step.at_s[alive], share, target_s


_Change = Callable[[_Clocks, _Step], None]
_CHANGES: Final[dict[ChangePolicyName, _Change]] = {
    "from_open": _Clocks.keep_start,
    "restart": _Clocks.restart,
    "proportional": _Clocks.carry_share,
}


def _change_of(policy: str) -> _Change:
    for known, change in _CHANGES.items():
        if known == policy:
            return change
    *others, last = CHANGE_POLICIES
    raise XlmatrixError(
        f"'{policy}' is not a policy",
        where="severity change",
        mend=f"Write {', '.join(others)} or {last}",
    )
