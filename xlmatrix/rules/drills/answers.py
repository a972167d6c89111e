"""What the log saw of a severity: when somebody answered, and how far each target was missed.

All times run on the calendar of the severity; how late a target was is on the wall.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xlmatrix.model.drills import SimulationSpec
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import TargetName
from xlmatrix.rules.clocks.clocks import worked_until
from xlmatrix.rules.drills.called import named
from xlmatrix.rules.drills.waiting import FEWEST, Answer, Floats, Seen, kaplan_meier
from xlmatrix.rules.frame import Frame
from xlmatrix.rules.incidents.states import BREACHED, MET, untold_rows
from xlmatrix.rules.incidents.steps import ACKNOWLEDGE
from xlmatrix.rules.intervals import wilson
from xlmatrix.rules.policy import CODES, calendar_number

#: A role that a workbook names and nobody holds.
SILENT = Answer(probability=0.0, mean_s=1.0)
#: How roles answer, by severity (a page is not answered like a chat) and role, both by id.
Answers = Mapping[tuple[str, str], Answer]


@dataclass(frozen=True, slots=True)
class Observed:
    """How many incidents of the log decided a target, and how many missed it."""

    cases: int
    missed: int

    @property
    def share(self) -> float:
        """The share that missed it."""
        return self.missed / self.cases

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        return wilson(self.share, self.cases)


@dataclass(frozen=True, slots=True)
class Record:
    """The incidents of one severity in the log.

    Attributes
    ----------
    answered
        Working seconds until somebody acknowledged, infinite where nobody has in time, NaN where it
        is not known.
    late
        By target, how many seconds after its due instant it was done: below or at zero in time,
        infinite while it is overdue, NaN where it is not decided.
    answer
        How long it takes until somebody answers.
    """

    answered: Floats
    late: Mapping[TargetName, Floats]
    answer: Seen

    def observed(self, target: TargetName) -> Observed | None:
        """What was seen of a target; None where nothing was."""
        late = self.late.get(target)
        cases = 0 if late is None else int((~np.isnan(late)).sum())
        return None if late is None or not cases else Observed(cases, int((late > 0).sum()))


def answers_of(spec: MatrixSpec, settings: SimulationSpec) -> Answers:
    """How every role answers by the spec: what is assumed where the log has too few."""
    found: dict[tuple[str, str], Answer] = {}
    for role in spec.roles:
        given = settings.answering.get(role.id, settings.default)
        answer = Answer(given.answers / 100, float(given.mean.seconds or 0))
        found |= {(severity.id, role.id): answer for severity in spec.severities}
    for severity in spec.severities:
        for step in severity.ladder:
            found.setdefault((severity.id, named(spec, severity, step)), SILENT)
    return found


def record_of(spec: MatrixSpec, frame: Frame | None, severity: Severity) -> Record | None:
    """What the log saw of a severity; None where too few of its incidents were answered or not."""
    if frame is None or "ack state" not in frame.twins:
        return None
    number = [known.id for known in spec.severities].index(severity.id) + 1
    mine = (frame["severity row"] == number) & ~np.isnan(frame["opened s"])
    late = {
        target: found[mine]
        for target, _ in severity.targets.items()
        if (found := _late(frame, CODES[target])) is not None
    }
    opened, done = frame["opened s"][mine], frame["ack done s"][mine]
    open_ = np.isnan(done)
    until = np.where(open_, frame.context.as_of_s, done)
    first, last = (_worked(spec, severity, frame, at) for at in (opened, until))
    # Where nobody recorded it, nobody knows how long it took, or whether it took longer than that.
    known = np.isfinite(first) & np.isfinite(last) & ~untold_rows(frame, ACKNOWLEDGE)[mine]
    took = np.where(known, last, 0.0) - np.where(known, first, 0.0)
    known &= took >= 0
    overdue = np.isposinf(late["acknowledge"]) if "acknowledge" in late else open_ & False
    answered = np.where(known & ~open_, took, np.where(overdue, np.inf, np.nan))
    if int((~np.isnan(answered)).sum()) < FEWEST:
        return None
    times = zip(took[known].tolist(), (~open_[known]).tolist(), strict=True)
    return Record(answered, late, kaplan_meier(list(times)))


def _late(frame: Frame, code: str) -> Floats | None:
    """How late a target was done in each incident; NaN where that is not decided."""
    if f"{code} state" not in frame.twins:
        return None
    state, due = frame[f"{code} state"], frame[f"{code} due s"]
    done: Floats = frame[f"{code} done s"]
    decided: NDArray[np.bool_] = (state == MET) | (state == BREACHED)
    with np.errstate(invalid="ignore"):
        after = np.where(np.isfinite(due), done - due, np.where(state == MET, 0.0, np.inf))
    # Who met a target while a pause stood has no due instant to compare with.
    after = np.where(np.isnan(done), np.inf, after)
    after = np.where(state == MET, np.minimum(after, 0.0), after)
    return np.where(decided, after, np.nan)


def _worked(spec: MatrixSpec, severity: Severity, frame: Frame, at: Floats) -> Floats:
    """Working seconds up to instants, on the severity's calendar."""
    number = calendar_number(spec, severity.calendar)
    return worked_until(frame.context.calendars[number - 1], at)
