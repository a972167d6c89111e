"""Will somebody answer in time? What the log says, what is assumed, and what would help.

Where the log has enough incidents of a severity, they are what is played: each as it went, and
again with somebody called earlier, who answers after a time that somebody took in the log. The
share that misses a target is then that of the log, and only what would change is drawn.

Elsewhere the ladder is played with assumed times: every call that it makes while nobody answers is
answered, or never, after a time that is drawn for it alone; the incident is acknowledged at the
first answer to any call, and the work of a target then takes a time as well.

Draws are seeded and shared between the variants, so that their difference is less noisy than
either. What hits all calls at once is a switch, a :class:`~xlmatrix.model.drills.CommonCause`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.model.drills import CommonCause, SimulationSpec
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.drills.answers import (
    Record,
    answers_of,
    record_of,
)
from xlmatrix.rules.drills.path import Aim, Call, EscalationPath, path_of
from xlmatrix.rules.drills.sharing import Load, loads_of, waits
from xlmatrix.rules.drills.waiting import FEWEST, Floats
from xlmatrix.rules.frame import Frame

#: A level that is called in fewer runs says nothing about who fails.
_SELDOM: Final = 0.01


@dataclass(frozen=True, slots=True)
class Share:
    """A probability as it was found, with its standard error."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class LevelOutcome:
    """How often a level is called, and how often its call then passes unanswered to the next.

    ``cases`` are the incidents of the log that came so far; None for assumed ones.
    """

    level: int
    after_s: float
    roles: tuple[str, ...]
    called: Share
    unanswered: Share
    cases: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a path gave: whether each target was missed in each run, and its levels."""

    path: EscalationPath
    missed: tuple[NDArray[np.bool_], ...]
    levels: tuple[LevelOutcome, ...]

    def miss(self, place: int) -> Share:
        """The probability of missing the target at that place."""
        return _share(self.missed[place])

    def change(self, place: int, other: Outcome) -> Share:
        """How much more often this path misses than another played with the same draws."""
        difference = self.missed[place].astype(float) - other.missed[place]
        return Share(float(difference.mean()), float(difference.std() / np.sqrt(difference.size)))

    @property
    def compared(self) -> list[LevelOutcome]:
        """The levels that are called often enough to say something of them."""
        return [
            level
            for level in self.levels
            if level.called.value >= _SELDOM and (level.cases is None or level.cases >= FEWEST)
        ]

    @property
    def weakest(self) -> LevelOutcome | None:
        """The level that fails most when it is called; None where none can be compared."""
        return max(self.compared, key=lambda level: level.unanswered.value, default=None)


@dataclass(frozen=True, slots=True)
class Hit:
    """What befalls all calls of a run: a cause, and how long those called are still busy."""

    cause: CommonCause | None = None
    delays: Floats | None = None

    def reaches(self, call: Call) -> bool:
        """Whether a call gets through."""
        down = () if self.cause is None else self.cause.channels
        return call.channel.casefold() not in {channel.casefold() for channel in down}

    @property
    def slower(self) -> float:
        """How many times as long an answer takes."""
        return 1.0 if self.cause is None else self.cause.slower


#: An ordinary run.
NOTHING: Final = Hit()


def play(path: EscalationPath, *, runs: int, seed: int, hit: Hit = NOTHING) -> Outcome:
    """Play a path with assumed times ``runs`` times.

    Returns
    -------
    Outcome
        Equal for equal arguments. A call that is added behind the others leaves their draws as they
        were.
    """
    acknowledged = np.full(runs, np.inf)
    for number, call in enumerate(path.calls):
        if hit.reaches(call):
            waited = call.answer.slower(hit.slower).drawn([seed, 1, number], runs)
            np.minimum(acknowledged, call.after_s + waited, out=acknowledged)
    if hit.delays is not None:
        acknowledged += hit.delays[:runs]
    missed = []
    for number, aim in enumerate(path.aims):
        work = np.zeros(runs) if aim.work is None else aim.work.drawn([seed, 2, number], runs)
        missed.append(acknowledged + work > aim.within_s)
    return Outcome(path, tuple(missed), tuple(_levels(path, acknowledged)))


def replay(
    path: EscalationPath,
    record: Record,
    now: EscalationPath,
    *,
    runs: int,
    seed: int,
    hit: Hit = NOTHING,
) -> Outcome:
    """Play the incidents of the log again, each as often as the others, on a changed path.

    Where a call of ``path`` comes earlier than on the path of ``now``, somebody may answer it
    before anybody did. Work then ends earlier by as much, or later.
    """
    lost = not hit.reaches(path.calls[0])
    # Without those who are called first, only the others answer, at their own times.
    asked = [
        (number, call)
        for number, call in enumerate(path.calls)
        if (lost or number >= len(now.calls) or call.after_s < now.calls[number].after_s)
        and hit.reaches(call)
    ]

    # Fewer draws are the first of these.
    most = max(runs, record.answered.size)
    drawn = [
        call.after_s + record.answer.drawn([seed, 1, number], most) * hit.slower
        for number, call in asked
    ]

    def answered(before: Floats) -> Floats:
        after = np.full_like(before, np.inf) if lost else before * hit.slower
        for answers in drawn:
            after = np.minimum(after, answers[: before.size])
        return after if hit.delays is None else after + np.resize(hit.delays, before.size)

    missed = []
    for aim in path.aims:
        late = record.late[aim.name]
        known = ~np.isnan(late)
        before = _each(record.answered[known], runs)
        missed.append(_still_missed(aim, _each(late[known], runs), before, answered(before)))
    seen = record.answered[~np.isnan(record.answered)]
    levels = _levels(path, answered(_each(seen, runs)), seen.size)
    return Outcome(path, tuple(missed), tuple(levels))


def _still_missed(aim: Aim, late: Floats, before: Floats, after: Floats) -> NDArray[np.bool_]:
    """Whether a target is missed when the answer comes at another time than it did."""
    there = np.isfinite(before) & np.isfinite(after)
    gained = np.where(there, before, 0.0) - np.where(there, after, 0.0)
    missed: NDArray[np.bool_] = late - gained > 0
    if aim.name != "acknowledge":
        return missed | (np.isfinite(before) & np.isinf(after))
    # Nobody had answered, or nobody does now: how late that was or would be has no end.
    ends = ~there & ~np.isnan(before)
    return np.where(ends, after > aim.within_s, missed)


def _each(cases: Floats, runs: int) -> Floats:
    """Every case as often as every other, in some ``runs``."""
    return np.tile(cases, max(runs // max(cases.size, 1), 1))


def _levels(
    path: EscalationPath, acknowledged: Floats, cases: int | None = None
) -> list[LevelOutcome]:
    """How every level fared; ``cases`` are the incidents of the log that the runs repeat."""
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
        reached = _share(called, cases)
        those = None if cases is None else round(reached.value * cases)
        outcomes.append(
            LevelOutcome(level, starts[level], roles, reached, _share(late, those), those)
        )
    return outcomes


def _share(hits: NDArray[np.bool_], cases: int | None = None) -> Share:
    if not hits.size:
        return Share(0.0, 0.0)
    value = float(hits.mean())
    return Share(value, float(np.sqrt(value * (1 - value) / (cases or hits.size))))


@dataclass(frozen=True, slots=True)
class Simulated:
    """One severity: as it is, with the backup called early, with shorter waits, and by cause.

    ``shared`` is how it is with people who are bound by other incidents: their load, what then is
    missed, and how long each run waits for them.
    """

    now: Outcome
    early: Outcome
    shorter: Outcome
    causes: tuple[tuple[CommonCause, Outcome], ...] = ()
    shared: tuple[Load, Outcome, Floats] | None = None


def simulate(
    spec: MatrixSpec,
    settings: SimulationSpec,
    *,
    frame: Frame | None = None,
    cause: CommonCause | None = None,
) -> list[Simulated]:
    """Every severity whose ladder calls somebody, from the worst down.

    Parameters
    ----------
    frame
        The log, which goes before what is assumed where it holds enough.
    cause
        What holds all the while, in every variant.
    """
    answers, loads = answers_of(spec, settings), loads_of(spec, frame)
    busy = {role: waits(load, settings.runs, settings.seed) for role, load in loads.items()}
    done = []
    for place, severity in enumerate(spec.severities):
        record = record_of(spec, frame, severity)
        path = path_of(spec, severity, answers, assumed=settings.work, record=record)
        if path is not None:
            done.append(_played(path, settings, settings.seed + place, cause, loads, busy))
    return done


def _played(
    path: EscalationPath,
    settings: SimulationSpec,
    seed: int,
    cause: CommonCause | None,
    loads: Mapping[str, Load],
    busy: Mapping[str, Floats],
) -> Simulated:
    """One path in all its variants."""

    def played(one: EscalationPath, hit: Hit | None = None) -> Outcome:
        befalls = Hit(cause) if hit is None else hit
        if path.record is None:
            return play(one, runs=settings.runs, seed=seed, hit=befalls)
        return replay(one, path.record, path, runs=settings.runs, seed=seed, hit=befalls)

    role, shared = path.calls[0].role, None
    if role in loads:
        shared = loads[role], played(path, Hit(cause, busy[role])), busy[role]
    return Simulated(
        played(path),
        played(path.with_early_backup(settings.backup_at / 100)),
        played(path.with_shorter_waits()),
        tuple((one, played(path, Hit(one))) for one in settings.causes if cause is None),
        shared,
    )
