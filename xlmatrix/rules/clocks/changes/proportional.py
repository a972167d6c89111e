"""The policy ``proportional``: the share of the target that was left is left of the new one.

A clock that has run out stays where it ran out. A reopening, and a target where there was none,
start anew. A target in calendar days has no working time to share and counts as ``from_open`` has
it.

On the sheet, one cell holds a clock's state: what it must read since the opening times
:data:`STATE`, plus the policy row it follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import ClassVar, Final

import numpy as np

from xlmatrix.formula import Expr, F, if_
from xlmatrix.rules import names
from xlmatrix.rules.clocks import event_headers as headers
from xlmatrix.rules.clocks.changes.change import ChangePolicy
from xlmatrix.rules.clocks.changes.columns import AddedColumn, StepColumns
from xlmatrix.rules.clocks.changes.past import EventClock, Past
from xlmatrix.rules.clocks.engine import Asked, Mask, Rows
from xlmatrix.rules.frame import Floats
from xlmatrix.rules.logs.sorting import last_marked
from xlmatrix.rules.names import policy_name
from xlmatrix.worktime import ChangePolicyName

STATE: Final = 1000
# Headers: the state before an incident's first event, after each, before each; what the clock of
# the state before reads at the event; whether the event moves the clock.
_OPENING: Final = "state at opening"
_STATE_AFTER: Final = "state after"
_STATE_BEFORE: Final = "state before"
_READING: Final = "state reads"
_MOVES: Final = "moves"


class Proportional(ChangePolicy):
    """The share that is left stays."""

    name: ClassVar[ChangePolicyName] = "proportional"
    label: ClassVar = "Proportional"
    due_name: ClassVar = "Share"

    @property
    def left(self) -> str:
        """Working seconds that the clock has after the event."""
        return f"left {self.number}"

    @property
    def calendar(self) -> str:
        """Of the policy row that the clock follows."""
        return f"calendar {self.number}"

    @property
    def pauses(self) -> str:
        """Of the policy row that the clock follows."""
        return f"pauses {self.number}"

    def carried(self, columns: StepColumns, past: Past) -> Sequence[AddedColumn]:
        """The state from event to event."""
        shares, cells = shares_of(past), _Cells(columns)
        opening = past.before.seconds * STATE + past.before.policy_row
        before = shares.before.on_sheet(past)
        reading = np.where(np.isnan(before), np.nan, shares.reading_s)
        return (
            (_OPENING, cells.opening, np.where(past.events.first, opening, np.nan)),
            (_STATE_AFTER, cells.state_after, shares.after.on_sheet(past)),
            (_STATE_BEFORE, cells.state_before, before),
            (_READING, cells.reading, reading),
            (_MOVES, cells.moves, shares.moves),
        )

    def reading_expr(self, columns: StepColumns, row: int) -> Expr:
        """As the state has it."""
        state = columns.here(_STATE_AFTER, row)
        return if_(state.filled(), F.INT(state / STATE))

    def kept(self, columns: StepColumns, past: Past) -> Sequence[AddedColumn]:
        """What is left of the clock, and the calendar and pauses it follows."""
        cells, after = _Cells(columns), shares_of(past).after

        def left(row: int) -> Expr:
            return cells.left(row, columns.here(self.target_reading, row), self.left)

        return (
            (self.left, left, after.left_s),
            (
                self.calendar,
                lambda row: cells.followed(names.PART_CALENDAR, row, 1),
                after.calendar,
            ),
            (self.pauses, lambda row: cells.followed(names.PART_PAUSES, row, 0), after.pauses),
        )

    def held_expr(self, columns: StepColumns, row: int) -> Expr:
        """Where it counts as ``from_open`` has it: without working time now or before."""
        total, before = columns.here(self.total, row), columns.here(_STATE_BEFORE, row)
        return F.OR(total.empty(), before.empty())

    def clock(self, past: Past) -> EventClock:
        """The share that is left, from the last event that moved the clock."""
        shares = shares_of(past)
        after = shares.after
        return EventClock(
            after.asked(past), after.base_s, after.left_s, shares.anew, past.events.cycle_s
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Its formulas for one step."""

    columns: StepColumns

    def opening(self, row: int) -> Expr:
        columns = self.columns
        seconds = columns.asked_before(names.PART_SECONDS, row)
        known = F.AND(F.NOT(columns.follows(row)), seconds.filled())
        return if_(known, seconds * STATE + columns.event(headers.ROW_BEFORE, row))

    def state_before(self, row: int) -> Expr:
        columns = self.columns
        above = columns.above(_STATE_AFTER, row)
        return F.IF(columns.follows(row), above, columns.here(_OPENING, row))

    def state_after(self, row: int) -> Expr:
        # It asks nothing but the cell above: two columns that ask each other are more than some
        # programs follow.
        columns, before = self.columns, self.state_before(row)
        target, policy_row = columns.target(row), columns.event(headers.ROW, row)
        rest = F.INT(before / STATE) - self._read(row, before)
        full = F.INDEX(policy_name(columns.code, names.PART_SECONDS), F.MOD(before, STATE))
        share = F.MAX(F.INT((rest * 2 * target + full) / (full * 2)), 1)
        alive = (columns.here(headers.READING_NOW, row) + share) * STATE + policy_row
        begins = (columns.here(headers.READING_CYCLE, row) + target) * STATE + policy_row
        moved = F.IF(rest > 0, alive, before)
        return F.IF(self._anew(row, before), if_(target.filled(), begins), moved)

    def reading(self, row: int) -> Expr:
        before = self.columns.here(_STATE_BEFORE, row)
        return if_(before.filled(), self._read(row, before))

    def moves(self, row: int) -> Expr:
        before, reading = (self.columns.here(part, row) for part in (_STATE_BEFORE, _READING))
        alive = F.IF(F.INT(before / STATE) > reading, 1, 0)
        return F.IF(self._anew(row, before), 1, alive)

    def left(self, row: int, target_reading: Expr, header: str) -> Expr:
        columns, before = self.columns, self.columns.here(_STATE_BEFORE, row)
        share = target_reading - columns.here(headers.READING_NOW, row)
        opening = columns.asked_before(names.PART_SECONDS, row)
        kept = F.IF(columns.follows(row), columns.above(header, row), opening)
        moved = F.IF(columns.here(_MOVES, row).eq(1), share, kept)
        return F.IF(self._anew(row, before), columns.target(row), moved)

    def followed(self, part: str, row: int, none: int) -> Expr:
        """A part of the target in the policy row that the clock follows."""
        columns, state = self.columns, self.columns.here(_STATE_AFTER, row)
        known = F.INDEX(policy_name(columns.code, part), F.MOD(state, STATE))
        return F.IF(
            state.filled(), known, columns.asked(part, columns.event(headers.ROW, row), none)
        )

    def _anew(self, row: int, before: Expr) -> Expr:
        columns = self.columns
        return F.OR(columns.reopens(row).eq(1), columns.target(row).empty(), before.empty())

    def _read(self, row: int, before: Expr) -> Expr:
        """What the clock of a state reads at the event."""
        place = F.MOD(before, STATE)
        calendar, pauses = (
            F.INDEX(policy_name(self.columns.code, part), place)
            for part in (names.PART_CALENDAR, names.PART_PAUSES)
        )
        return self.columns.reading(row, headers.NOW, calendar, pauses)


@dataclass(frozen=True, slots=True, eq=False)
class ClockState:
    """Clocks: ``left_s`` working seconds from ``base_s`` on, out of a whole of ``full_s``.

    ``calendar``, ``pauses`` and ``policy_row`` are of the severity that the clock follows.
    """

    base_s: Floats
    left_s: Floats
    full_s: Floats
    calendar: Floats
    pauses: Floats
    policy_row: Floats

    @classmethod
    def unknown(cls, count: int) -> ClockState:
        """So many clocks to be filled in."""
        return cls(*(np.full(count, np.nan) for _ in fields(cls)))

    def at(self, rows: Rows) -> ClockState:
        """Some of them."""
        return ClockState(*(part[rows] for part in self._parts()))

    def where(self, chosen: Mask, others: ClockState) -> ClockState:
        """These where chosen, others elsewhere."""
        both = zip(self._parts(), others._parts(), strict=True)
        return ClockState(*(np.where(chosen, mine, other) for mine, other in both))

    def put(self, rows: Rows, given: ClockState) -> None:
        """Fill some in."""
        for part, values in zip(self._parts(), given._parts(), strict=True):
            part[rows] = values

    def asked(self, past: Past) -> Asked:
        """The clocks, one an event."""
        return past.asked(self.calendar, self.pauses)

    def on_sheet(self, past: Past) -> Floats:
        """What one cell holds of each."""
        reading = past.since_opening(self.asked(past), self.base_s) + self.left_s
        return reading * STATE + self.policy_row

    def _parts(self) -> list[Floats]:
        return [getattr(self, part.name) for part in fields(self)]


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Clocks before and after each event.

    ``reading_s`` is what the one before reads at the event, counted from the opening; ``moves``
    says whether the event moves the clock, ``anew`` whether it starts with a whole target.
    """

    before: ClockState
    after: ClockState
    reading_s: Floats
    moves: Floats
    anew: Mask


def shares_of(past: Past) -> Shares:
    """The clocks of a step, from event to event; computed once for a frame."""
    known = f"shares {past.code}"
    if known not in past.frame.done:
        past.frame.done[known] = _shares(past)
    found: Shares = past.frame.done[known]
    return found


def _shares(past: Past) -> Shares:
    count, first = len(past.events), past.events.first
    shares = Shares(
        ClockState.unknown(count),
        ClockState.unknown(count),
        np.full(count, np.nan),
        np.full(count, np.nan),
        np.zeros(count, dtype=np.bool_),
    )
    ordinal = np.arange(count) - last_marked(first)
    for number in range(int(ordinal.max()) + 1 if count else 0):
        _carry(past, shares, np.flatnonzero(ordinal == number))
    return shares


def _carry(past: Past, shares: Shares, now: Rows) -> None:
    """Fill in one event each of some incidents: what is left of the clock in proportion."""
    events, target_s = past.events, past.after.seconds[now]
    old, at_s, reopens = past.before, events.at_s[now], events.reopens[now]
    opening = ClockState(
        past.opened_s, old.seconds, old.seconds, old.calendar, old.pauses, old.policy_row
    )
    # An incident's first event has another incident's row above, or none.
    before = opening.at(now).where(events.first[now], shares.after.at(now - 1))
    shares.before.put(now, before)
    asked = Asked(past.who[now], before.calendar, before.pauses == 1)
    shares.reading_s[now] = past.engine.reading(asked, past.opened_s[now], at_s)
    rest = before.left_s - past.engine.reading(asked, before.base_s, at_s)
    anew = reopens | np.isnan(target_s) | np.isnan(before.left_s)
    alive = anew | (rest > 0)
    full = np.where(np.isnan(before.full_s), 1, before.full_s)
    share = np.maximum((2 * rest * target_s + full) // (2 * full), 1)
    begins = np.where(reopens, at_s, events.cycle_s[now])
    shares.moves[now], shares.anew[now] = alive, anew
    moved = ClockState(
        np.where(anew, begins, at_s),
        np.where(anew, target_s, share),
        target_s,
        past.after.calendar[now],
        past.after.pauses[now],
        past.after.policy_row[now],
    )
    shares.after.put(now, moved.where(alive, before))
