"""How long something takes: assumed, or as the log has it, by the estimate of Kaplan and Meier.

In the log, what has not ended yet counts as longer than until now and is not left out: leaving it
out would make everybody look fast (Kaplan and Meier, 1958).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Fewer cases in the log than this say too little.
FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """An assumed time: the probability that it ever ends, and the mean of an exponential."""

    probability: float
    mean_s: float

    def drawn(self, seed: Sequence[int], runs: int) -> Floats:
        """So many times, infinite where it never ends; equal for equal arguments."""
        chance = np.random.Generator(np.random.PCG64(list(seed))).random((2, runs))
        waited = -self.mean_s * np.log1p(-chance[1])
        return np.where(chance[0] < self.probability, waited, np.inf)

    def slower(self, times: float) -> Answer:
        """The same, so many times slower."""
        return replace(self, mean_s=self.mean_s * times)

    @property
    def median_s(self) -> float:
        """After this half of those that end have ended."""
        return self.mean_s * log(2)


@dataclass(frozen=True, slots=True)
class Seen:
    """Times of the log: ``left[i]`` is the share that takes longer than ``times[i]``."""

    times: tuple[float, ...]
    left: tuple[float, ...]
    log: int

    def drawn(self, seed: Sequence[int], runs: int) -> Floats:
        """So many times, infinite where it never ended; equal for equal arguments."""
        chance = np.random.Generator(np.random.PCG64(list(seed))).random(runs)
        place = np.searchsorted(1 - np.asarray(self.left), chance, side="right")
        return np.asarray([*self.times, inf])[place]

    @property
    def ever(self) -> float:
        """The share that ends by the longest time that was seen."""
        return 1 - self.left[-1] if self.left else 0.0

    @property
    def median_s(self) -> float:
        """The first time after which no more than half are left; endless where there is none."""
        pairs = zip(self.times, self.left, strict=True)
        return next((time for time, left in pairs if left <= 0.5), inf)


def kaplan_meier(times: Sequence[tuple[float, bool]]) -> Seen:
    """The estimate from times, each with whether it has ended by then."""
    until = sorted(time for time, _ in times)
    ended = Counter(time for time, over in times if over)
    ends = sorted(ended)
    left, share = [], 1.0
    for end in ends:
        at_risk = len(until) - bisect_left(until, end)
        share *= 1 - ended[end] / at_risk
        left.append(share)
    return Seen(tuple(ends), tuple(left), ended.total())
