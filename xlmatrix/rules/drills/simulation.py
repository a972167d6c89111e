"""Will somebody answer in time? The escalation path of a severity, played many times.

Every call of the ladder is answered, or never, after an exponential time: with probability ``p``
and mean ``m`` of the role that is called. The incident is acknowledged at the first answer to any
call; the work of a target then takes an exponential time as well. All times run on the clock of the
ladder. Draws are seeded and shared between the variants, so that their difference is less noisy
than either. A call that nobody answers does not stop the calls after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.model.calendars import day_seconds, step_seconds
from xlmatrix.model.drills import SimulationSpec
from xlmatrix.model.ladder import Step
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import TARGETS, TargetName
from xlmatrix.rules.clocks.clocks import worked_until
from xlmatrix.rules.frame import Frame

Floats = NDArray[np.float64]
#: Fewer answers in the log than this say too little about a role.
FEWEST_ANSWERS: Final = 5
#: Targets that run once from the opening, in the order of their work.
SIMULATED: Final[tuple[TargetName, ...]] = (
    "acknowledge", "first_response", "contain", "mitigate", "resolve",
)  # fmt: skip
#: A level that is called in fewer runs says nothing about who fails.
_SELDOM: Final = 0.01


@dataclass(frozen=True, slots=True)
class Answer:
    """How a role answers: the probability that it ever does, the mean time in seconds, the source.

    ``log`` counts the answers behind the figures; 0 means that the spec says so.
    """

    probability: float
    mean_s: float
    log: int = 0


#: A role that a workbook names and nobody holds.
_SILENT: Final = Answer(probability=0.0, mean_s=1.0)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a ladder, ``after_s`` seconds after the opening."""

    level: int
    after_s: float
    role: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Aim:
    """A target: seconds allowed, and the mean seconds of work after the answer (0 for none)."""

    name: TargetName
    within_s: float
    work_s: float


@dataclass(frozen=True, slots=True)
class EscalationPath:
    """What is played: the calls of one severity and the targets on the same clock."""

    severity: str
    calls: tuple[Call, ...]
    aims: tuple[Aim, ...]

    def with_backup(self) -> EscalationPath:
        """One more person on level 1, called with the backup, else when the answer is due."""
        first = self.calls[0]
        later = [call.after_s for call in self.calls if call.level == 1 and call.after_s > 0]
        due = next((aim.within_s for aim in self.aims if aim.name == "acknowledge"), first.after_s)
        more = replace(first, after_s=min(later, default=due))
        return replace(self, calls=(*self.calls, more))

    def with_shorter_waits(self, share: float = 0.5) -> EscalationPath:
        """Every call earlier: after ``share`` of the time it waits now."""
        calls = tuple(replace(call, after_s=call.after_s * share) for call in self.calls)
        return replace(self, calls=calls)


@dataclass(frozen=True, slots=True)
class Share:
    """A probability as it was found, with its standard error."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class LevelOutcome:
    """How often a level is called, and how often its call then passes unanswered to the next."""

    level: int
    after_s: float
    roles: tuple[str, ...]
    called: Share
    unanswered: Share


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a path gave: a miss of each target in each run (rows are targets), and its levels."""

    path: EscalationPath
    missed: NDArray[np.bool_]
    levels: tuple[LevelOutcome, ...]

    def miss(self, place: int) -> Share:
        """The probability of missing the target at that place."""
        return _share(self.missed[place])

    def change(self, place: int, other: Outcome) -> Share:
        """How much more often this path misses than another played with the same draws."""
        difference = self.missed[place].astype(float) - other.missed[place]
        return Share(float(difference.mean()), float(difference.std() / np.sqrt(difference.size)))

    @property
    def weakest(self) -> LevelOutcome | None:
        """The level that fails most when it is called; None where nobody is ever called."""
        called = [level for level in self.levels if level.called.value >= _SELDOM]
        return max(called, key=lambda level: level.unanswered.value, default=None)


#: How roles answer, by severity (a page is not answered like a chat) and role, both by id.
Answers = Mapping[tuple[str, str], Answer]


def answers_of(spec: MatrixSpec, settings: SimulationSpec, frame: Frame | None) -> Answers:
    """How every role answers: from the log where it says enough, else from the spec."""
    found: dict[tuple[str, str], Answer] = {}
    for role in spec.roles:
        given = settings.answering.get(role.id, settings.default)
        answer = Answer(given.answers / 100, float(given.mean.seconds or 0))
        found |= {(severity.id, role.id): answer for severity in spec.severities}
    for severity in spec.severities:
        for step in severity.ladder:
            found.setdefault((severity.id, _named(spec, severity, step)), _SILENT)
    return found | (_from_log(spec, frame) if frame is not None else {})


def path_of(
    spec: MatrixSpec, severity: Severity, answers: Answers, work: float
) -> EscalationPath | None:
    """The path of a severity; None where its ladder calls nobody to acknowledge.

    Parameters
    ----------
    work
        The mean work after an answer, as a share of what each target allows.
    """
    day = day_seconds(spec.calendar(severity.calendar))
    targets = dict(severity.targets.items())
    first = targets.get("acknowledge")
    wait = first.within.working_seconds(day) if first and first.within.days is None else 0
    gap = float(wait)
    calls = [
        Call(
            step.level,
            after + turn * gap,
            _named(spec, severity, step),
            answers[severity.id, _named(spec, severity, step)],
        )
        for step in severity.ladder
        for after in [step_seconds(spec, severity, step.after)]
        if step.until == "acknowledged" and not step.inform and after is not None
        for turn in range(step.repeat + 1)
    ]
    aims = []
    for name in SIMULATED:
        target = targets.get(name)
        # A target on another clock cannot be compared with the times of the ladder.
        if target is None or severity.calendar_of(target) != severity.calendar:
            continue
        if target.within.days is None:
            within = float(target.within.working_seconds(day))
            aims.append(Aim(name, within, 0.0 if name == "acknowledge" else within * work))
    if not calls or not aims:
        return None
    return EscalationPath(severity.id, tuple(calls), tuple(aims))


def play(path: EscalationPath, *, runs: int, seed: int) -> Outcome:
    """Play a path ``runs`` times.

    Returns
    -------
    Outcome
        Equal for equal arguments. A call that is added behind the others leaves their draws as they
        were.
    """
    acknowledged = np.full(runs, np.inf)
    for number, call in enumerate(path.calls):
        chance = np.random.Generator(np.random.PCG64([seed, 1, number])).random((2, runs))
        waited = -call.answer.mean_s * np.log1p(-chance[1])
        at = np.where(chance[0] < call.answer.probability, call.after_s + waited, np.inf)
        np.minimum(acknowledged, at, out=acknowledged)
    missed = np.empty((len(path.aims), runs), dtype=np.bool_)
    for number, aim in enumerate(path.aims):
        work = np.zeros(runs)
        if aim.work_s:
            chance_w = np.random.Generator(np.random.PCG64([seed, 2, number])).random(runs)
            work = -aim.work_s * np.log1p(-chance_w)
        missed[number] = acknowledged + work > aim.within_s
    return Outcome(path, missed, tuple(_levels(path, acknowledged)))


def _levels(path: EscalationPath, acknowledged: Floats) -> list[LevelOutcome]:
    starts: dict[int, float] = {}
    for call in path.calls:
        starts[call.level] = min(call.after_s, starts.get(call.level, np.inf))
    order = sorted(starts, key=lambda level: starts[level])
    outcomes = []
    for place, level in enumerate(order):
        end = starts[order[place + 1]] if place + 1 < len(order) else np.inf
        called = acknowledged > starts[level] if place else np.ones(acknowledged.size, dtype=bool)
        # The last level has no next one: there, unanswered means for ever.
        late = acknowledged[called] >= end if np.isinf(end) else acknowledged[called] > end
        roles = tuple(dict.fromkeys(call.role for call in path.calls if call.level == level))
        outcomes.append(LevelOutcome(level, starts[level], roles, _share(called), _share(late)))
    return outcomes


def _share(hits: NDArray[np.bool_]) -> Share:
    if not hits.size:
        return Share(0.0, 0.0)
    value = float(hits.mean())
    return Share(value, float(np.sqrt(value * (1 - value) / hits.size)))


def _from_log(spec: MatrixSpec, frame: Frame) -> dict[tuple[str, str], Answer]:
    """Exponential means for the role that each severity's ladder calls first.

    An answer after the second call may be anybody's: it says only that the first took longer, as
    does an incident that nobody has acknowledged yet.
    """
    total: dict[tuple[str, str], float] = {}
    count: dict[tuple[str, str], int] = {}
    for row, place in enumerate(frame["severity row"]):
        if np.isnan(place) or np.isnan(frame["opened s"][row]):
            continue
        severity = spec.severities[int(place) - 1]
        if not severity.ladder:
            continue
        role = severity.id, _named(spec, severity, severity.ladder[0])
        limit = _second_call(spec, severity)
        answered = frame["ack done s"][row]
        end = frame.context.as_of_s if np.isnan(answered) else answered
        waited = _working(spec, severity, frame, float(frame["opened s"][row]), float(end))
        if waited is None or waited < 0:
            continue
        total[role] = total.get(role, 0.0) + min(waited, limit)
        count[role] = count.get(role, 0) + int(not np.isnan(answered) and waited <= limit)
    return {
        role: Answer(1.0, max(total[role] / known, 1.0), known)
        for role, known in count.items()
        if known >= FEWEST_ANSWERS
    }


def _second_call(spec: MatrixSpec, severity: Severity) -> float:
    known = [step_seconds(spec, severity, step.after) for step in severity.ladder]
    later = [after for after in known if after is not None]
    return float(min((after for after in later if after > later[0]), default=np.inf))


def called_name(spec: MatrixSpec, called: str) -> str:
    """The name of a role or a team by its id."""
    teams = {team.id: team.name for team in spec.teams}
    return teams[called] if called in teams else spec.role(called).name


def _named(spec: MatrixSpec, severity: Severity, step: Step) -> str:
    """The id of the role or team that a step calls, where the class has no owners of its own."""
    role = spec.role_called(step, spec.owners_for(None, severity))
    return role or step.team or ""


def _working(
    spec: MatrixSpec, severity: Severity, frame: Frame, start: float, end: float
) -> float | None:
    """Working seconds between two instants on the severity's calendar; None outside it."""
    number = [calendar.id for calendar in spec.calendars].index(severity.calendar)
    calendar = frame.context.calendars[number]
    first, last = worked_until(calendar, np.array([start, end]))
    return float(last - first) if np.isfinite([first, last]).all() else None


@dataclass(frozen=True, slots=True)
class Simulated:
    """One severity: as it is, with one more backup, and with shorter waits."""

    now: Outcome
    backup: Outcome
    shorter: Outcome


def simulate(
    spec: MatrixSpec,
    settings: SimulationSpec,
    *,
    frame: Frame | None = None,
    answers: Answers | None = None,
) -> list[Simulated]:
    """Every severity whose ladder calls somebody, from the worst down.

    Parameters
    ----------
    frame
        The log; times of answer come from it where it holds enough of them.
    answers
        How roles answer, instead of the log's and the spec's.
    """
    known = dict(answers) if answers is not None else answers_of(spec, settings, frame)
    done = []
    for place, severity in enumerate(spec.severities):
        path = path_of(spec, severity, known, settings.work / 100)
        if path is not None:
            seed = settings.seed + place
            variants: Sequence[EscalationPath] = (
                path, path.with_backup(), path.with_shorter_waits(),
            )  # fmt: skip
            done.append(Simulated(*(play(v, runs=settings.runs, seed=seed) for v in variants)))
    return done


def label(name: TargetName) -> str:
    """The target as people read it."""
    return TARGETS[name]
