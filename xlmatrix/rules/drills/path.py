"""The escalation path of a severity: its calls, its targets, and what the log saw of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from xlmatrix.model.calendars import day_seconds
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import TARGETS, TargetName, is_timed
from xlmatrix.rules.drills.answers import Answers, Observed, Record
from xlmatrix.rules.drills.called import named, silent_calls
from xlmatrix.rules.drills.waiting import FEWEST, Answer

#: Targets that run once from the opening, in the order of their work.
SIMULATED: Final[tuple[TargetName, ...]] = (
    "acknowledge", "first_response", "contain", "mitigate", "resolve",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a ladder, ``after_s`` seconds after the opening."""

    level: int
    after_s: float
    role: str
    answer: Answer
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Aim:
    """A target: seconds allowed, and the assumed work after the answer, if any."""

    name: TargetName
    within_s: float
    work: Answer | None = None


@dataclass(frozen=True, slots=True)
class EscalationPath:
    """What is played: the calls of one severity and the targets on the same clock.

    ``record`` is what the log saw, where it has enough; ``left_out`` are targets of which nobody
    knows how long they take.
    """

    severity: str
    calls: tuple[Call, ...]
    aims: tuple[Aim, ...]
    left_out: tuple[TargetName, ...] = ()
    record: Record | None = None

    @property
    def within_s(self) -> float | None:
        """What the target to acknowledge allows; None without one."""
        return next((aim.within_s for aim in self.aims if aim.name == "acknowledge"), None)

    def observed(self, aim: Aim) -> Observed | None:
        """What the log saw of a target."""
        return None if self.record is None else self.record.observed(aim.name)

    def based_on(self, aim: Aim) -> str:
        """What the figures of a target rest on, in words."""
        if self.record is not None:
            return f"the log; {self.record.answer.log} answers"
        return "assumed answers" if aim.work is None else "assumed answers and work"

    def with_early_backup(self, share: float) -> EscalationPath:
        """Whoever is called second is called at that share of the target to acknowledge.

        Where nobody is, one more of the first is. What is called earlier stays.
        """
        if self.within_s is None:
            return self
        first = self.calls[0]
        at = first.after_s + self.within_s * share
        later = [call.after_s for call in self.calls if call.after_s > first.after_s]
        if not later:
            return replace(self, calls=(*self.calls, replace(first, after_s=at)))
        moved = [
            replace(call, after_s=min(at, call.after_s)) if call.after_s == min(later) else call
            for call in self.calls
        ]
        return replace(self, calls=tuple(moved))

    def with_shorter_waits(self, share: float = 0.5) -> EscalationPath:
        """Every call earlier: after ``share`` of the time it waits now."""
        calls = tuple(replace(call, after_s=call.after_s * share) for call in self.calls)
        return replace(self, calls=calls)


def path_of(
    spec: MatrixSpec,
    severity: Severity,
    answers: Answers,
    *,
    assumed: int | None = None,
    record: Record | None = None,
) -> EscalationPath | None:
    """The path of a severity; None where its ladder calls nobody to acknowledge.

    Parameters
    ----------
    assumed
        The mean work after an answer in per cent of what a target allows, without a record.
    record
        What the log saw.
    """
    day = day_seconds(spec.calendar(severity.calendar))
    calls = [
        Call(step.level, after, role, answers[severity.id, role], step.channel)
        for after, step in silent_calls(spec, severity)
        for role in [named(spec, severity, step)]
    ]
    aims, left_out = [], []
    for name in SIMULATED:
        target = severity.targets.get(name)
        # A target on another clock cannot be compared with the times of the ladder.
        if not is_timed(target) or severity.calendar_of(target) != severity.calendar:
            continue
        if target.within.days is not None:
            continue
        within, seen = float(target.within.working_seconds(day)), None
        if record is not None:
            seen = record.observed(name)
        few = seen is None or seen.cases < FEWEST if record is not None else assumed is None
        if name != "acknowledge" and few:
            left_out.append(name)
            continue
        work = None if record is not None or name == "acknowledge" or assumed is None else (
            Answer(1.0, within * assumed / 100)
        )  # fmt: skip
        aims.append(Aim(name, within, work))
    if not calls or not aims:
        return None
    return EscalationPath(severity.id, tuple(calls), tuple(aims), tuple(left_out), record)


def label(name: TargetName) -> str:
    """The target as people read it."""
    return TARGETS[name]
