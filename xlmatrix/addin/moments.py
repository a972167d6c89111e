"""Cells that shall hold times, as instants; and what is to be said of those that hold none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xlmatrix.addin.bridge import State
from xlmatrix.addin.cells import NO_DATE, Grid, Stamps, shaped, spread, stamps, zoned
from xlmatrix.addin.problems import NOT_MEANT, OUT_OF_REACH, Problem, errors_among
from xlmatrix.rules.frame import Floats, horizon, to_utc, to_wall
from xlmatrix.rules.incidents.states import BREACHED, MET, RUNNING
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.names import BEYOND
from xlmatrix.worktime import Zone

BEYOND_REACH: Final = Problem(BEYOND, OUT_OF_REACH)
_DAY_S: Final = 86400
_UNIX: Final = datetime(1970, 1, 1)
#: "" for an empty cell, a problem for one that means no time, None for a time.
Messages: TypeAlias = list[str | Problem | None]


def first_of(*columns: Sequence[str | Problem | None]) -> list[Any]:
    """For each row the first that is not None."""
    return [
        next((one for one in row if one is not None), None) for row in zip(*columns, strict=True)
    ]


def messages_of(read: Stamps) -> Messages:
    """What is to be said of cells that shall hold times."""
    found: Messages = [None] * len(read.seconds)
    for row in np.flatnonzero(np.isnan(read.seconds)).tolist():
        said = read.wrong.get(row)
        found[row] = Problem(said, NOT_MEANT if said == NO_DATE else OUT_OF_REACH) if said else ""
    return found


class Starts:
    """Instants of a range in UTC Excel seconds, and what is to be said where there is none."""

    __slots__ = ("messages", "utc", "wall_s")

    def __init__(self, state: State, cells: Sequence[Any]) -> None:
        read = _walls(state, cells)
        self.wall_s = read.seconds
        self.utc = _in_utc(state, read.seconds)
        low, high = horizon(state.context)
        for row, at in zoned(cells).items():
            # The instant itself: its wall clock may come twice.
            self.utc[row] = at if low <= at <= high else np.nan
        self.messages = messages_of(read)
        for row in np.flatnonzero(np.isnan(self.utc) & ~np.isnan(read.seconds)).tolist():
            self.messages[row] = BEYOND_REACH

    def walls(self) -> NDArray[np.datetime64]:
        """The stamps of the instants as the log has them; NaT where there is none."""
        good = ~np.isnan(self.utc)
        answer = np.full(len(self.utc), "NaT", dtype="datetime64[s]")
        answer[good] = (self.wall_s[good].astype(np.int64) - EPOCH_S).view("datetime64[s]")
        return answer

    def second(self, zone: Zone) -> NDArray[np.bool_]:
        """Which instants are of the second passing of an hour that the clock shows twice."""
        answer = np.zeros(len(self.utc), dtype=np.bool_)
        good = ~np.isnan(self.utc)
        answer[good] = to_utc(zone, self.wall_s[good]) < self.utc[good]
        return answer


def _walls(state: State | None, cells: Sequence[Any]) -> Stamps:
    """Cells as wall clocks; a time that has a zone of its own as the workbook's zone shows it."""
    read, instants = stamps(cells), zoned(cells) if state is not None else {}
    if state is not None and instants:
        rows, at = list(instants), np.array(list(instants.values()))
        low, high = horizon(state.context)
        inside = (at > low - _DAY_S) & (at < high + _DAY_S)
        read.seconds[rows] = at
        read.seconds[np.array(rows)[inside]] = to_wall(state.context.zone, at[inside])
        for row in rows:
            del read.wrong[row]
    return read


def _in_utc(state: State, wall_s: Floats) -> Floats:
    low, high = horizon(state.context)
    # The zone's table ends some days beyond the horizon.
    inside = (wall_s > low - _DAY_S) & (wall_s < high + _DAY_S)
    utc: Floats = to_utc(state.context.zone, np.where(inside, wall_s, np.nan))
    utc[(utc < low) | (utc > high)] = np.nan
    return utc


def status(state: State | None, due_at: Any, done: Any, as_of: Any = None) -> Grid:
    """met, breached or running; exactly at the deadline is met.

    No calendar is needed: beyond the workbook's horizon wall clocks are compared as they stand, and
    without a workbook (None) everywhere, if ``as_of`` is given.
    """
    cells, height, width = spread(due=due_at, done=done, as_of=as_of)
    limit, end, given = (_walls(state, cells[known]) for known in ("due", "done", "as_of"))
    ended = ~np.isnan(end.seconds)
    judged = np.where(ended, end.seconds, given.seconds)
    if state is not None:
        now = float(int((state.context.as_of - _UNIX).total_seconds()) + EPOCH_S)
        judged = np.where(np.isnan(judged), now, judged)
    late = judged > limit.seconds
    if state is not None:
        due_utc, judged_utc = _in_utc(state, limit.seconds), _in_utc(state, judged)
        known = ~np.isnan(due_utc) & ~np.isnan(judged_utc)
        late[known] = judged_utc[known] > due_utc[known]
    nobody = Problem("as_of is empty, and no workbook was read that has an As of")
    answers = first_of(errors_among(cells), messages_of(limit))
    of_end, of_given = messages_of(end), messages_of(given)
    for row, problem in enumerate(answers):
        other = None if ended[row] else of_end[row] or of_given[row]
        if problem is None and other:
            answers[row] = other
        elif problem is None and np.isnan(judged[row]):
            answers[row] = nobody
        elif problem is None:
            answers[row] = BREACHED if late[row] else MET if ended[row] else RUNNING
    return shaped(answers, height, width)
