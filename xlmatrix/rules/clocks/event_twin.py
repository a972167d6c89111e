"""The twin of one step on the sheet *Event clocks*: the engine asked from each clock's start.

No step of the formulas is taken over. Instants are Excel seconds in UTC, NaN for none and infinity
beyond the horizon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from xlmatrix.rules.clocks.changes.past import EventClock, Past
from xlmatrix.rules.clocks.changes.policies import POLICIES, policy_of
from xlmatrix.rules.clocks.engine import Asked, Mask, with_paused
from xlmatrix.rules.clocks.targets_asked import days_after, worked_at
from xlmatrix.rules.frame import Floats, Frame


@dataclass(frozen=True, slots=True, eq=False)
class ClockTwin:
    """What one policy says after each event.

    ``reading_s`` is what the clock must read since the opening, ``total`` the working seconds by
    then as cells show them, ``alone`` the instants at which clocks run out, ``due_s`` when they are
    due: no earlier than the event, where they are held there.
    """

    clock: EventClock
    reading_s: Floats
    total: list[Any]
    alone: list[Any]
    due_s: Floats
    paused: Mask

    @property
    def due(self) -> list[Any]:
        """The due times as cells show them."""
        return with_paused(self.due_s, self.paused)


@dataclass(frozen=True, slots=True, eq=False)
class WarningTwin:
    """When the chosen clock warns: ``due_s`` is NaN while it is paused."""

    reading_s: Floats
    total: list[Any]
    due_s: Floats
    due: list[Any]


@dataclass(frozen=True, slots=True, eq=False)
class BeforeTwin:
    """When the clocks before each event were due; ``opening_total`` is empty after the first."""

    opening_total: list[Any]
    due_s: Floats
    paused: Mask

    @property
    def due(self) -> list[Any]:
        """The due times as cells show them."""
        return with_paused(self.due_s, self.paused)


@dataclass(frozen=True, slots=True, eq=False)
class StepTwin:
    """One step: a clock for each policy, and what follows from the one in force."""

    past: Past
    clocks: tuple[ClockTwin, ...]
    chosen: ClockTwin
    warning: WarningTwin
    before: BeforeTwin


def twin_of(frame: Frame, code: str) -> StepTwin:
    """The columns of one step; computed once for a frame."""
    known = f"event clocks {code}"
    if known not in frame.done:
        frame.done[known] = _step_twin(frame, code)
    found: StepTwin = frame.done[known]
    return found


def _step_twin(frame: Frame, code: str) -> StepTwin:
    past = Past.of(frame, code)
    clocks = tuple(_clock_twin(past, policy.clock(past)) for policy in POLICIES)
    chosen = clocks[policy_of(frame).number - 1]
    return StepTwin(past, clocks, chosen, _warning(past, chosen.clock), _before(past, chosen))


def _total(past: Past, asked: Asked, reading_s: Floats) -> list[Any]:
    """Working seconds at which clocks are due that must read so much since the opening."""
    found = past.engine.due(asked, past.opened_s, reading_s)
    worked_s = worked_at(past.frame, asked.calendar, past.who)
    return with_paused(worked_s + reading_s + found.pause_s, found.paused)


def _clock_twin(past: Past, clock: EventClock) -> ClockTwin:
    events, target = past.events, past.after
    reading_s = past.since_opening(clock.asked, clock.base_s) + clock.left_s
    found = past.engine.due(clock.asked, clock.base_s, clock.left_s)
    by_days = days_after(past.frame, clock.days_from_s, target.days)
    by_days = np.where(np.isnan(target.seconds), by_days, np.nan)
    alone = np.where(np.isnan(clock.left_s), by_days, found.due_s)
    earliest = np.where(events.reopens, 0.0, events.at_s)
    due_s = np.where(clock.held, np.maximum(alone, earliest), alone)
    return ClockTwin(
        clock,
        reading_s,
        _total(past, clock.asked, reading_s),
        with_paused(alone, found.paused),
        due_s,
        found.paused,
    )


def _warning(past: Past, clock: EventClock) -> WarningTwin:
    part = np.maximum(np.floor(clock.left_s * past.frame.histories.warn_percent / 100), 1)
    # The warning is measured on the clock itself, before a deadline that a change holds back.
    reading_s = past.since_opening(clock.asked, clock.base_s) + part
    found = past.engine.due(clock.asked, clock.base_s, part)
    total = _total(past, clock.asked, reading_s)
    return WarningTwin(reading_s, total, found.due_s, with_paused(found.due_s, found.paused))


def _before(past: Past, chosen: ClockTwin) -> BeforeTwin:
    target, first = past.before, past.events.first
    asked = past.asked(target.calendar, target.pauses)
    found = past.engine.due(asked, past.opened_s, target.seconds)
    by_days = days_after(past.frame, past.opened_s, target.days)
    opening = np.where(np.isnan(target.seconds), by_days, found.due_s)
    totals = zip(_total(past, asked, target.seconds), first, strict=True)
    size = opening.size
    due_before = np.append(np.nan, chosen.due_s[:-1])[:size]
    paused_before = np.append(False, chosen.paused[:-1])[:size]
    return BeforeTwin(
        [total if begins else "" for total, begins in totals],
        np.where(first, opening, due_before),
        np.where(first, found.paused, paused_before).astype(np.bool_),
    )
