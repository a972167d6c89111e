"""What the engine says of clocks with pauses, for any rows at once: the twins ask it.

Rows of incidents count from 0; instants are Excel seconds, infinity beyond the calendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.logs.pause_line import pieces_of
from xlmatrix.rules.names import BEYOND
from xlmatrix.worktime import NEVER, Calendar, Pauses, due_with_pauses, net_worked

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
#: What a cell shows where a clock stands still.
PAUSED: Final = "Paused"


@dataclass(frozen=True, slots=True)
class Found:
    """Deadlines: ``due_s`` NaN while paused; ``pause_s`` is the business time pauses add."""

    due_s: Floats
    pause_s: Floats
    paused: Mask


@dataclass(frozen=True, slots=True)
class Asked:
    """Clocks: the incident, calendar (number from 1) and whether pauses count, one a row."""

    row: Rows
    calendar: Floats
    pauses: Mask

    def groups(self, frame: Frame, real: Mask) -> Iterator[tuple[Calendar, bool, Rows]]:
        """Rows of one calendar and one way with pauses."""
        for number, calendar in enumerate(frame.context.calendars, start=1):
            for stops in (False, True):
                chosen = real & (self.calendar == number) & (self.pauses == stops)
                if chosen.any():
                    yield calendar, stops, np.flatnonzero(chosen)


@dataclass(frozen=True, slots=True)
class ClockEngine:
    """The engine over one frame's pauses."""

    frame: Frame
    log: Pauses

    @classmethod
    def of(cls, frame: Frame) -> ClockEngine:
        """With the frame's pauses, merged by the engine."""
        return cls(frame, pieces_of(frame).engine())

    def due(self, asked: Asked, start_s: Floats, seconds: Floats) -> Found:
        """Deadlines so many unpaused working seconds after a start; NaN in is NaN out."""
        answer = Found(*(np.full(start_s.shape, np.nan), np.zeros(start_s.shape)), start_s < 0)
        real = ~np.isnan(seconds) & np.isfinite(start_s)
        for calendar, stops, rows in asked.groups(self.frame, real):
            found = due_with_pauses(
                calendar,
                start_s[rows].astype(np.int64) - EPOCH_S,
                seconds[rows].astype(np.int64),
                self._of(asked.row[rows]) if stops else Pauses.none(),
            )
            due = np.where(found.due_s == NEVER, np.inf, found.due_s.astype(float) + EPOCH_S)
            answer.due_s[rows] = np.where(found.paused, np.nan, due)
            answer.pause_s[rows] = found.pause_s
            answer.paused[rows] = found.paused
        return answer

    def reading(self, asked: Asked, start_s: Floats, at_s: Floats) -> Floats:
        """What clocks read at an instant: working seconds since a start, unpaused."""
        answer = np.full(start_s.shape, np.nan)
        real = np.isfinite(start_s) & np.isfinite(at_s)
        for calendar, stops, rows in asked.groups(self.frame, real):
            answer[rows] = net_worked(
                calendar,
                start_s[rows].astype(np.int64) - EPOCH_S,
                at_s[rows].astype(np.int64) - EPOCH_S,
                self._of(asked.row[rows]) if stops else Pauses.none(),
            )
        return answer

    def _of(self, rows: Rows) -> Pauses:
        """The pauses of some incidents, numbered as they are asked for."""
        low = np.searchsorted(self.log.incident, rows, side="left")
        count = np.searchsorted(self.log.incident, rows, side="right") - low
        owner = np.repeat(np.arange(rows.size), count)
        first = np.repeat(np.cumsum(count) - count, count)
        place = np.repeat(low, count) + np.arange(owner.size) - first
        return Pauses(owner, self.log.from_s[place], self.log.to_s[place])


def with_paused(values: Floats, paused: Mask) -> list[Any]:
    """Instants as cells show them, :data:`PAUSED` where a clock stands still."""
    shown: list[Any] = []
    for value, stands in zip(values.tolist(), paused.tolist(), strict=True):
        text = "" if np.isnan(value) else BEYOND if np.isinf(value) else value
        shown.append(PAUSED if stands else text)
    return shown
