"""The same people for every incident: who is still bound by one when the next one comes.

Incidents come at random (Poisson) as often as the log has them, each binds one of those who are
called first from the answer until it is contained, and waits until one of them is free: a queue
with several servers. Their number is that of the people who hold the role.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from typing import Final

import numpy as np

from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.drills.called import called_first
from xlmatrix.rules.drills.waiting import FEWEST, Answer, Floats, Seen, kaplan_meier
from xlmatrix.rules.frame import Frame
from xlmatrix.rules.incidents.states import untold_rows
from xlmatrix.rules.incidents.steps import CONTAIN

#: The first incidents of a queue find it emptier than it will be.
_WARM_UP: Final = 0.1
#: More arrivals than this are drawn from these.
_MOST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Load:
    """What the log says of the people who are called first, by the role's id."""

    role: str
    people: int
    gap_s: float
    bound: Answer | Seen
    bound_s: float

    @property
    def busy(self) -> float:
        """The share of the time that each of them is bound, 1 for always."""
        return min(self.bound_s / self.gap_s / self.people, 1.0)


def loads_of(spec: MatrixSpec, frame: Frame | None) -> dict[str, Load]:
    """The load of every role that a ladder calls first, where the log says enough."""
    if frame is None:
        return {}
    firsts = [called_first(spec, severity) for severity in spec.severities]
    roles = {first for first in firsts if first is not None}
    loads = (_load(spec, frame, role, firsts) for role in sorted(roles))
    return {load.role: load for load in loads if load is not None}


def _load(
    spec: MatrixSpec,
    frame: Frame,
    role: str,
    firsts: Sequence[str | None],
) -> Load | None:
    numbers = [n for n, first in enumerate(firsts, start=1) if first == role]
    opened = frame["opened s"]
    mine = np.isin(frame["severity row"], numbers) & (opened <= frame.context.as_of_s)
    if mine.sum() < FEWEST:
        return None
    gap = (frame.context.as_of_s - float(opened[mine].min())) / float(mine.sum())
    began, ended = frame["ack done s"][mine], frame["cont done s"][mine]
    # Where nobody recorded it, nobody knows how long they were bound.
    known = ~np.isnan(began) & ~untold_rows(frame, CONTAIN)[mine]
    took = np.where(np.isnan(ended), frame.context.as_of_s, ended) - began
    told = zip(took[known].tolist(), (~np.isnan(ended[known])).tolist(), strict=True)
    bound, people = kaplan_meier(list(told)), _people(spec, role)
    if bound.log < FEWEST or gap <= 0 or not people:
        return None
    # What is never over in the log is over for the queue when the longest one is.
    mean = float(np.diff(bound.times, prepend=0.0) @ np.array([1.0, *bound.left[:-1]]))
    return Load(role, people, gap, bound, mean)


def _people(spec: MatrixSpec, role: str) -> int:
    """How many different people hold a role, or belong to a team."""
    teams = {team.id: team.members for team in spec.teams}
    if role in teams:
        return len(set(teams[role]))
    held = spec.role(role)
    return len({person for person in (held.primary, held.backup) if person})


def waits(load: Load, runs: int, seed: int) -> Floats:
    """How long each incident waits until somebody is free, in seconds; first come, first served."""
    drawn = min(runs, _MOST)
    skipped = int(drawn * _WARM_UP)
    count = drawn + skipped
    gaps = Answer(1.0, load.gap_s).drawn([seed, 3], count)
    bound = load.bound.drawn([seed, 4], count)
    bound = np.minimum(bound, bound[np.isfinite(bound)].max(initial=0.0))
    free = [0.0] * load.people
    heapify(free)
    at, found = 0.0, np.empty(count)
    for place, (gap, taken) in enumerate(zip(gaps.tolist(), bound.tolist(), strict=True)):
        at += gap
        begins = max(at, free[0])
        found[place] = begins - at
        heapreplace(free, begins + taken)
    found = found[skipped:]
    if runs <= drawn:
        return found
    chosen = np.random.Generator(np.random.PCG64([seed, 5])).integers(0, drawn, runs)
    return found[chosen]
