"""The clocks of incidents that were paused, beside the last pause of each.

Only these incidents need the long formula, so it stands here and not in every row of the log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_
from xlmatrix.rules import names
from xlmatrix.rules.clocks.clock_formulas import WARN_SHARE, pick
from xlmatrix.rules.clocks.engine import PAUSED, Asked, ClockEngine, with_paused
from xlmatrix.rules.clocks.targets_asked import targets_asked, worked_at
from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.rules.incidents.steps import OPENING_STEPS
from xlmatrix.rules.logs.keys import keys_of
from xlmatrix.rules.logs.line import Keys, Line, key_before
from xlmatrix.rules.logs.pause_line import pauses_before, pieces_of, pz
from xlmatrix.rules.logs.sorting import starts_of
from xlmatrix.rules.names import policy_name

SHEET: Final = "Pause clocks"
_INCIDENT: Final = "incident"
_POLICY_ROW: Final = "policy row"
# With a calendar's number behind: what it has worked by the opening, and that less earlier pauses.
_STARTED: Final = "worked at opening"
_REST: Final = "less earlier pauses"
# Behind a step's code: the place of the last pause that counts, and the sum.
_PLACE: Final = "last pause"
_TOTAL: Final = "worked"
_WARNING_PLACE: Final = "warn last pause"
_WARNING_TOTAL: Final = "warn worked"


def pause_clocks(frame: Frame, pauses: Line) -> Line:
    """The hidden sheet; its rows are those of the pause line."""
    line, pieces = Line(SHEET, pauses.height), pieces_of(frame)
    here, last = line.here, np.roll(starts_of(pieces.incident), -1)
    policy = np.where(last, frame["policy row"][pieces.incident - 1], np.nan)

    def unless(row: int, expr: Expr) -> Expr:
        return if_(here(_INCIDENT, row).empty(), BLANK, expr)

    line.add(
        _INCIDENT,
        lambda r: if_(
            pauses.there("incident", r).ne(pauses.there("incident", r + 1)),
            pauses.there("incident", r),
        ),
        np.where(last, pieces.incident, np.nan),
        "",
    )
    of_log: Callable[[int, str], Expr] = lambda r, header: unless(  # noqa: E731
        r, F.INDEX(col("tIncidents", header), here(_INCIDENT, r))
    )
    line.add(_POLICY_ROW, lambda r: of_log(r, "policy row"), policy, "")
    for number, column in enumerate(pauses_before(frame), start=1):
        started = np.where(last, frame[f"worked at opening {number}"][pieces.incident - 1], np.nan)
        line.add(
            f"{_STARTED} {number}",
            lambda r, n=number: of_log(r, f"worked at opening {n}"),
            started,
            "",
        )
        line.add(
            f"{_REST} {number}",
            lambda r, n=number: unless(
                r, here(f"{_STARTED} {n}", r) - pauses.there(f"paused before {n}", r)
            ),
            started - column,
            "",
        )
    for step in OPENING_STEPS:
        _step_columns(line, frame, pauses, (step.code, policy))
    return line


def _step_columns(line: Line, frame: Frame, pauses: Line, step: tuple[str, Floats]) -> None:
    """For a target and its warning: the place of the last pause that counts, and the sum."""
    code, policy = step
    who, engine = pieces_of(frame).incident - 1, ClockEngine.of(frame)
    target = targets_asked(frame, code, policy)
    asked = Asked(who, target.calendar, target.pauses == 1)
    warned = np.maximum(np.floor(target.seconds * frame.histories.warn_percent / 100), 1)
    started = worked_at(frame, target.calendar, who)
    for warn, seconds in ((False, target.seconds), (True, warned)):
        cells = _StepCells(line, pauses, code, len(frame.context.calendars), warn)
        places = np.where(asked.pauses, _places(pauses, asked, seconds, keys_of(frame)), np.nan)
        line.add(cells.place_header, cells.place, places, "")
        found = engine.due(asked, frame["opened s"][who], seconds)
        totals = with_paused(started + seconds + found.pause_s, found.paused)
        line.add(f"{code} {_WARNING_TOTAL if warn else _TOTAL}", cells.total, totals, "")


@dataclass(frozen=True, slots=True, eq=False)
class _StepCells:
    """The formulas of a target on ``line``, or of its warning."""

    line: Line
    pauses: Line
    code: str
    calendars: int
    warn: bool

    @property
    def place_header(self) -> str:
        return f"{self.code} {_WARNING_PLACE if self.warn else _PLACE}"

    def place(self, row: int) -> Expr:
        """The place of the last pause that begins before the clock has run out."""
        here = self.line.here
        key = key_before(here(_INCIDENT, row), self._seconds(row))
        found = self._own(row, lambda n: F.MATCH(key, pz("Net", n), 1))
        counts = F.AND(
            F.ISNUMBER(self._part(row, names.PART_SECONDS)),
            self._part(row, names.PART_PAUSES).eq(1),
        )
        return if_(here(_POLICY_ROW, row).filled(), if_(counts, found))

    def total(self, row: int) -> Expr:
        """The working seconds at which the clock is due."""
        here, own = self.line.here, self._own
        at, seconds = here(self.place_header, row), self._seconds(row)
        plain = own(row, lambda n: here(f"{_STARTED} {n}", row)) + seconds
        added = own(row, lambda n: F.INDEX(pz("Cum", n), at))
        paused = own(row, lambda n: here(f"{_REST} {n}", row)) + added + seconds
        stands = self.pauses.there("open row", row) <= at
        sum_s = F.IF(at.empty(), plain, F.IF(stands, PAUSED, paused))
        return if_(
            here(_POLICY_ROW, row).filled(),
            if_(F.ISNUMBER(self._part(row, names.PART_SECONDS)), sum_s),
        )

    def _part(self, row: int, part: str) -> Expr:
        return F.INDEX(policy_name(self.code, part), self.line.here(_POLICY_ROW, row))

    def _seconds(self, row: int) -> Expr:
        seconds = self._part(row, names.PART_SECONDS)
        return F.MAX(F.INT(seconds * WARN_SHARE / 100), 1) if self.warn else seconds

    def _own(self, row: int, expr: Callable[[int], Expr]) -> Expr:
        """What belongs to the target's calendar."""
        return pick(self._part(row, names.PART_CALENDAR), self.calendars, expr)


def _places(pauses: Line, asked: Asked, seconds: Floats, wide: Keys) -> Floats:
    """The place of the last pause that begins before a clock has run out, the sentinel being 1."""
    answer = np.full(seconds.size, np.nan)
    for number in np.unique(asked.calendar):
        keys = np.array(pauses.columns[f"net key {number:.0f}"].values)
        rows = np.flatnonzero((asked.calendar == number) & ~np.isnan(seconds))
        wanted = wide.first(asked.row[rows] + 1, seconds[rows])
        answer[rows] = np.searchsorted(keys, wanted - 1, side="right") + 1
    return answer


def clock_names(line: Line) -> dict[str, Expr]:
    """What the defined names of the sheet stand for."""
    return {
        f"Pz_{step.code}_{part}": line.span(f"{step.code} {header}")
        for step in OPENING_STEPS
        for part, header in (("X", _TOTAL), ("Warn", _WARNING_TOTAL))
    }
