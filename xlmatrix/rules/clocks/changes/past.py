"""What the clocks of one step are computed from: the twins' side, one entry an event.

Instants are Excel seconds in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xlmatrix.rules.clocks.engine import Asked, ClockEngine, Mask, Rows
from xlmatrix.rules.clocks.targets_asked import Targets, policy_rows, targets_asked
from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.rules.logs.event_line import Events, events_of


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The events of all incidents, and what one step asked before and after each."""

    frame: Frame
    code: str
    engine: ClockEngine
    events: Events
    opened_s: Floats
    before: Targets
    after: Targets

    @classmethod
    def of(cls, frame: Frame, code: str) -> Past:
        """With the targets of a step, by its code."""
        events = events_of(frame)
        who = events.incident - 1
        before, after = (
            targets_asked(frame, code, policy_rows(frame, severities, who))
            for severities in (events.severity_before, events.severity)
        )
        return cls(
            frame,
            code,
            ClockEngine.of(frame),
            events,
            frame["opened s"][who],
            before=before,
            after=after,
        )

    @property
    def who(self) -> Rows:
        """The incident of each event, from 0."""
        return self.events.incident - 1

    def asked(self, calendar: Floats, pauses: Floats) -> Asked:
        """Clocks of these incidents."""
        return Asked(self.who, calendar, pauses == 1)

    @property
    def asked_after(self) -> Asked:
        """Clocks that follow the severity after the event."""
        return self.asked(self.after.calendar, self.after.pauses)

    def since_opening(self, asked: Asked, at_s: Floats) -> Floats:
        """What clocks read at an instant that run since the opening."""
        return self.engine.reading(asked, self.opened_s, at_s)


@dataclass(frozen=True, slots=True, eq=False)
class EventClock:
    """The clocks of one step under one policy: ``left_s`` working seconds from ``base_s`` on.

    ``held`` says where nothing is due before the event; ``days_from_s`` is the instant from which
    a target in calendar days counts.
    """

    asked: Asked
    base_s: Floats
    left_s: Floats
    held: Mask
    days_from_s: Floats


def everywhere(past: Past, answer: bool) -> Mask:
    """The same answer at every event."""
    return np.full(len(past.events), answer, dtype=np.bool_)
