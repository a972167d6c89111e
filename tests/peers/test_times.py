"""Times from the log and the queue for shared people, against other people's libraries.

The closed forms of a queue with several servers (Erlang, 1917) stand here; what ciw and statsmodels
computed was written by record.py.
"""

from __future__ import annotations

from math import factorial, sqrt

import numpy as np
import pytest

from tests.peers.test_intervals import recorded
from xlmatrix.rules.drills.sharing import Load, waits
from xlmatrix.rules.drills.waiting import Answer, kaplan_meier

RUNS = 100_000
HOUR = 3600.0
#: Draws of one seed are compared, so this is no matter of luck: four standard errors.
WITHIN = 4.0


def test_the_estimate_of_kaplan_and_meier_is_that_of_statsmodels() -> None:
    found = kaplan_meier([(time, bool(ended)) for time, ended in recorded("times")])
    told = recorded("survival")
    assert found.times == tuple(time for time, _ in told)
    assert found.left == pytest.approx([left for _, left in told], abs=1e-12)


def test_what_has_not_ended_counts_as_longer() -> None:
    # By hand: of 5, one ends at 2; of 3 left after one went on at 3, one ends at 4.
    found = kaplan_meier([(2, True), (3, False), (4, True), (5, False), (5, False)])
    assert found.left == pytest.approx((4 / 5, 4 / 5 * 2 / 3))
    drawn = found.drawn([1], 30_000)
    assert float((drawn > 3).mean()) == pytest.approx(4 / 5, abs=0.01)
    assert float(np.isinf(drawn).mean()) == pytest.approx(8 / 15, abs=0.01)


def erlang(arrivals: float, departures: float, servers: int) -> tuple[float, float]:
    """The share that waits, and the mean wait of all."""
    load = arrivals / departures
    full = load**servers / factorial(servers) / (1 - load / servers)
    waiting = full / (sum(load**k / factorial(k) for k in range(servers)) + full)
    return waiting, waiting / (servers * departures - arrivals)


def queue(arrivals: float, departures: float, servers: int) -> Load:
    mean = HOUR / departures
    return Load("role", servers, HOUR / arrivals, Answer(1.0, mean), mean)


def error_of(found: np.ndarray) -> float:
    """The standard error of a mean of neighbours that are alike, from means of batches."""
    means = found.reshape(50, -1).mean(axis=1)
    return float(means.std(ddof=1)) / sqrt(means.size)


def test_shared_people_wait_as_erlang_says_and_as_ciw_plays() -> None:
    for arrivals, departures, servers, wait, error in recorded("queue"):
        found = waits(queue(arrivals, departures, int(servers)), RUNS, 5) / HOUR
        waiting, mean = erlang(arrivals, departures, int(servers))
        ours = error_of(found)
        assert abs(float(found.mean()) - mean) <= WITHIN * ours
        assert abs(float((found > 0).mean()) - waiting) <= WITHIN * error_of(found > 0)
        assert abs(wait - mean) <= WITHIN * error, "the peer and the closed form"
        assert abs(float(found.mean()) - wait) <= WITHIN * sqrt(ours**2 + error**2)


def test_more_runs_than_are_played_draw_from_those_that_were() -> None:
    load, more = queue(3.0, 2.0, 2), RUNS + RUNS // 2
    found, played = waits(load, more, 5), waits(load, RUNS, 5)
    assert found.shape == (more,)
    assert set(found.tolist()) <= set(played.tolist())
    assert float(found.mean()) == pytest.approx(float(played.mean()), rel=0.02)
    # The same seed draws the same ones, another does not.
    assert (found == waits(load, more, 5)).all()
    assert (found != waits(load, more, 6)).any()


def test_how_busy_people_are_is_the_load_by_their_number() -> None:
    assert queue(3.0, 2.0, 2).busy == 0.75
    assert queue(9.0, 2.0, 2).busy == 1
