"""The drill programme as a spec writes it: scenarios with injects, when to hold them, what counts.

Figures that a published source does not give are proposals and stand here as defaults to change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from xlmatrix.model.base import Day, Id, Name, Strict, Text, refusal
from xlmatrix.model.duration import Duration

Format = Literal["tabletop", "live page", "functional"]
Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
WEEKDAYS: tuple[Weekday, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Clock = Annotated[str, Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")]


#: The clocks that a drill is judged by.
ClockName = Literal["acknowledge", "escalate", "draft", "decide", "contain"]


class Expected(Strict):
    """What a good player does about an inject, whose it is, and which clock it is to meet."""

    action: Text
    owner: Id | None = None
    meets: ClockName | None = None


class Inject(Strict):
    """What the facilitator brings into the drill, so long after its start.

    ``severity`` is what the incident turns to with it: the clocks of the severity before end, those
    of this one begin. ``starts`` is a clock that begins here and not at the start of the drill.
    """

    at: Duration
    text: Text
    severity: Id | None = None
    starts: ClockName | None = None
    expects: Expected | None = None

    @field_validator("at")
    @classmethod
    def _on_the_wall_clock(cls, value: Duration) -> Duration:
        if value.seconds is None:
            raise refusal(f"an inject at {value} is no time within a drill", "Write it in minutes")
        return value

    @property
    def minute(self) -> int:
        """Minutes after the start, rounded down."""
        return (self.at.seconds or 0) // 60


class Scenario(Strict):
    """A rehearsed incident: its classes, the severity it ends in, and its injects in order.

    ``severity`` is what players should call at the end; ``opens`` what it looks like at first,
    where that differs: an inject then says when it turns. ``minutes`` is how long it is planned to
    last, where that is not the length of the others. A scenario that is a ``variant_of`` another is
    played where the plan would play that one again. ``objectives`` are what the drill is to show,
    ``questions`` what is talked about after it. ``stop_within`` is within how long after the start
    an agent is to be stopped; without it nobody is asked when it was.
    """

    id: Id
    name: Name
    classes: tuple[Id, ...] = Field(min_length=1)
    severity: Id
    opens: Id | None = None
    format: Format = "tabletop"
    off_hours: bool = False
    injects: tuple[Inject, ...] = Field(min_length=1)
    evidence: Text | None = None
    source: Text | None = None
    minutes: Annotated[int, Field(ge=10, le=480)] | None = None
    variant_of: Id | None = None
    objectives: tuple[Text, ...] = Field(default=(), max_length=4)
    questions: tuple[Text, ...] = Field(default=(), max_length=8)
    stop_within: Duration | None = None

    @field_validator("stop_within")
    @classmethod
    def _minutes_to_stop(cls, value: Duration | None) -> Duration | None:
        seconds = None if value is None else value.seconds
        if value is not None and (not seconds or seconds > 86400):
            raise refusal(f"{value} is no time to stop an agent in", "Write minutes: 5 min")
        return value

    @property
    def stop_minutes(self) -> float | None:
        """Within how many minutes after the start the agent is to be stopped."""
        return None if self.stop_within is None else (self.stop_within.seconds or 0) / 60

    @field_validator("injects")
    @classmethod
    def _in_the_order_they_come(cls, value: tuple[Inject, ...]) -> tuple[Inject, ...]:
        minutes = [inject.at.seconds or 0 for inject in value]
        if minutes != sorted(minutes):
            raise refusal("injects stand out of order", "Sort them by at")
        return value


class Answering(Strict):
    """How a role answers a page: the share of pages ever answered, and the mean time it takes."""

    mean: Duration
    answers: Annotated[int, Field(ge=1, le=100)] = 100

    @field_validator("mean")
    @classmethod
    def _some_seconds(cls, value: Duration) -> Duration:
        if not value.seconds:
            raise refusal(f"a mean of {value} is no time to answer a page", "Write 4 min or so")
        return value


class CommonCause(Strict):
    """What may hit all calls of an incident at once: how many times slower people answer then.

    Calls through one of the ``channels`` reach nobody while it holds.
    """

    id: Id
    name: Name
    slower: Annotated[float, Field(ge=1, le=100)] = 1
    channels: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.slower == 1 and not self.channels:
            raise refusal(
                "a cause changes nothing", "Give it slower: 2, or the channels that are down"
            )
        return self


class SimulationSpec(Strict):
    """How the escalation path is simulated; ``answering`` gives a role times of its own.

    ``work`` is the mean time that the work of a target takes after somebody has answered, in per
    cent of what the target allows, where the log has too few; without it such a target is left
    out. ``backup_at`` is when the backup is called in the comparison, in per cent of the target to
    acknowledge.
    """

    runs: Annotated[int, Field(ge=100, le=1_000_000)] = 20_000
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 2026
    default: Answering = Answering(mean=Duration(seconds=240), answers=90)
    answering: Mapping[Id, Answering] = Field(default_factory=dict)
    work: Annotated[int, Field(ge=1, le=1000)] | None = None
    backup_at: Annotated[int, Field(ge=1, le=100)] = 40
    causes: tuple[CommonCause, ...] = ()

    @field_validator("causes")
    @classmethod
    def _each_once(cls, value: tuple[CommonCause, ...]) -> tuple[CommonCause, ...]:
        ids = [cause.id for cause in value]
        twice = next((known for known in ids if ids.count(known) > 1), None)
        if twice is not None:
            raise refusal(f"the cause {twice} stands there twice", "Give each an id of its own")
        return value


class Drills(Strict):
    """A year of monthly drills.

    Parameters
    ----------
    start
        The first day on which a drill may be held; the horizon's start where left out.
    months
        How many months are planned, one drill each.
    week, weekday, at
        The wished day of a month (the second Tuesday) and time; where that is closed, the next open
        day of the month, else the one before.
    off_hours_at
        The time of drills that are held outside working hours, on an open day.
    calendar
        The calendar whose working days count.
    minutes
        How long a drill is planned to last.
    each
        How often every primary and every backup is to play within the plan.
    decision
        Within how long it must be decided what to report, by severity id.
    generic
        What follows the first signal in a drill of a class that no scenario rehearses.
    """

    start: Day | None = None
    months: Annotated[int, Field(ge=1, le=36)] = 12
    week: Annotated[int, Field(ge=1, le=5)] = 2
    weekday: Weekday = "Tue"
    at: Clock = "10:00"
    off_hours_at: Clock = "20:30"
    calendar: Id
    minutes: Annotated[int, Field(ge=10, le=480)] = 60
    each: Annotated[int, Field(ge=1, le=12)] = 2
    facilitator: Id | None = None
    decision: Mapping[Id, Duration] = Field(default_factory=dict)
    scenarios: tuple[Scenario, ...] = ()
    generic: tuple[Inject, ...] = ()
    simulation: SimulationSpec = Field(default_factory=SimulationSpec)

    @property
    def time(self) -> dt.time:
        """The wall-clock time of an ordinary drill."""
        return dt.time.fromisoformat(self.at.zfill(5))

    @property
    def off_hours_time(self) -> dt.time:
        """The wall-clock time of a drill outside working hours."""
        return dt.time.fromisoformat(self.off_hours_at.zfill(5))
