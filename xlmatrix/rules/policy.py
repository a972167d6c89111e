"""The targets of a spec as numbers: what the hidden Policy sheet holds, one row a severity."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Final

from xlmatrix.model.calendars import day_seconds, step_seconds
from xlmatrix.model.duration import Duration
from xlmatrix.model.ladder import Share
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import TargetName, Targets

#: The short code of each target, used in defined names and in helper columns.
CODES: Final[dict[TargetName, str]] = {
    "acknowledge": "ack",
    "first_response": "resp",
    "internal_update": "int",
    "customer_first": "cust1",
    "customer_repeat": "cust",
    "contain": "cont",
    "mitigate": "mit",
    "resolve": "res",
    "review": "rev",
}
ESCALATE: Final = "esc"
#: No clock is longer, whatever is typed: its instants stay numbers that every program counts with.
MOST_S: Final = 10**12
MOST_DAYS: Final = 10**7


@dataclass(frozen=True, slots=True)
class Clock:
    """One target of one severity: working seconds or calendar days, on a numbered calendar.

    ``within`` is how it was written; an escalation after a share of a target says how long that is.
    """

    within: Duration | None
    seconds: int | None
    days: int | None
    calendar: int
    pauses: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """Every clock by severity (in the spec's order) and code."""

    severities: tuple[str, ...]
    clocks: tuple[dict[str, Clock], ...]
    versions: tuple[date, ...] = ()
    """First dates of the versions, the current one last; empty where there is but one. The rows of
    earlier versions follow those of the current one in ``clocks``, the oldest first."""

    @property
    def current(self) -> tuple[dict[str, Clock], ...]:
        """The clocks in force now, one entry a severity."""
        return self.clocks[: len(self.severities)]

    def version_on(self, opened: date) -> int:
        """Which version was in force on a date, from 0; before the first, that one."""
        return max(bisect_right(self.versions, opened) - 1, 0)

    def offset(self, opened: date) -> int:
        """How many rows below the current ones the version stands that was in force on a date."""
        place = self.version_on(opened)
        current = place >= len(self.versions) - 1
        return 0 if current else len(self.severities) * (place + 1)

    def row(self, severity: str) -> int | None:
        """Which row a severity has, from 0; None for one that is not listed."""
        lowered = severity.casefold()
        for row, known in enumerate(self.severities):
            # Excel's MATCH compares text without case, and so must its twin.
            if known.casefold() == lowered:
                return row
        return None


def compile_policy(spec: MatrixSpec) -> Policy:
    """The numbers of every severity's targets."""
    return Policy(
        severities=tuple(severity.id for severity in spec.severities),
        clocks=tuple(
            _clocks(spec, severity, targets)
            for version in [None, *spec.history]
            for severity in spec.severities
            for targets in [severity.targets if version is None else version.targets_of(severity)]
        ),
        versions=(
            (*(version.effective for version in spec.history), spec.policy.effective)
            if spec.history
            else ()
        ),
    )


def calendar_number(spec: MatrixSpec, calendar_id: str) -> int:
    """The number of a calendar in the workbook, from 1 in the spec's order."""
    return [calendar.id for calendar in spec.calendars].index(calendar_id) + 1


def _clocks(spec: MatrixSpec, severity: Severity, targets: Targets) -> dict[str, Clock]:
    clocks = {}
    for name, code in CODES.items():
        target = targets.get(name)
        calendar_id = severity.calendar_of(target) if target else severity.calendar
        within = target.within if target else None
        clocks[code] = _clock(spec, calendar_id, within, pauses=bool(target and target.pauses))
    step = severity.escalation
    after = step.after if step else None
    seconds = None if after is None else step_seconds(spec, severity, after)
    if seconds is None:
        after = None
    elif isinstance(after, Share):
        # The matrix says how long the share is, not which share.
        after = Duration(seconds=seconds)
    clocks[ESCALATE] = _clock(spec, severity.calendar, after)
    return clocks


def _clock(
    spec: MatrixSpec, calendar_id: str, within: Duration | None, *, pauses: bool = False
) -> Clock:
    seconds = None
    # A workbook treats an amount of zero as no target, for it would be breached as it starts.
    if within is not None and within.days is None:
        lasts = within.working_seconds(day_seconds(spec.calendar(calendar_id)))
        seconds = min(lasts, MOST_S) if lasts >= 1 else None
    days = min(within.days, MOST_DAYS) if within and within.days is not None else None
    return Clock(within, seconds, days, calendar_number(spec, calendar_id), pauses)
