"""The simulated escalation path, against closed forms worked out here by hand."""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlmatrix.model import loads
from xlmatrix.resources import template_text
from xlmatrix.rules.drills.simulation import Aim, Answer, Call, EscalationPath, play, simulate

RUNS = 40_000
# Four standard errors: one false alarm in about 16,000 comparisons, and the seeds are fixed.
WITHIN = 4.0


def path(calls: list[tuple[int, float, float, float]], aims: list[Aim]) -> EscalationPath:
    """Calls as (level, after, probability, mean)."""
    made = tuple(Call(level, after, "role", Answer(p, mean)) for level, after, p, mean in calls)
    return EscalationPath("SEV-1", made, tuple(aims))


def agrees(share: float, error: float, truth: float) -> bool:
    # A count of zero has no error of its own; the truth is then below a few in the number of runs.
    return abs(share - truth) <= WITHIN * max(error, (truth * (1 - truth) / RUNS) ** 0.5, 1 / RUNS)


def unanswered(calls: list[tuple[int, float, float, float]], at: float) -> float:
    """Probability that nobody has answered by ``at``: calls are independent of each other."""
    left = 1.0
    for _, after, p, mean in calls:
        if at > after:
            left *= 1 - p + p * exp(-(at - after) / mean)
    return left


def test_one_exponential_call_misses_with_the_exponential_tail() -> None:
    played = play(path([(1, 0, 1.0, 240)], [Aim("acknowledge", 300, 0)]), runs=RUNS, seed=1)
    found = played.miss(0)
    assert agrees(found.value, found.error, exp(-300 / 240))
    assert found.error == pytest.approx((found.value * (1 - found.value) / RUNS) ** 0.5)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 4), st.integers(0, 1800), st.floats(0.2, 1.0), st.integers(30, 1200)
        ),
        min_size=1,
        max_size=7,
    ),
    st.integers(60, 3600),
    st.integers(0, 10_000),
)
def test_staggered_calls_agree_with_the_product_of_their_tails(
    calls: list[tuple[int, float, float, float]], within: int, seed: int
) -> None:
    played = play(path(calls, [Aim("acknowledge", within, 0)]), runs=RUNS, seed=seed)
    found = played.miss(0)
    assert agrees(found.value, found.error, unanswered(calls, within))


def test_an_answer_and_the_work_after_it_agree_with_the_sum_of_two_exponentials() -> None:
    answer, work, within = 240.0, 600.0, 1200.0
    aims = [Aim("first_response", within, work)]
    found = play(path([(1, 0, 1.0, answer)], aims), runs=RUNS, seed=2).miss(0)
    truth = (work * exp(-within / work) - answer * exp(-within / answer)) / (work - answer)
    assert agrees(found.value, found.error, truth)


def test_the_share_of_calls_that_pass_a_level_agrees_with_its_closed_form() -> None:
    calls = [(1, 0.0, 0.9, 240.0), (1, 300.0, 0.9, 240.0), (2, 900.0, 0.95, 300.0)]
    levels = play(path(calls, [Aim("acknowledge", 300, 0)]), runs=RUNS, seed=3).levels
    first, second = levels
    passed = unanswered(calls[:2], 900)
    assert agrees(first.unanswered.value, first.unanswered.error, passed)
    assert agrees(second.called.value, second.called.error, passed)
    for_ever = (1 - 0.9) ** 2 * (1 - 0.95)
    assert agrees(second.unanswered.value * second.called.value, 0.0, for_ever)


def test_one_more_backup_changes_the_misses_by_the_closed_form() -> None:
    calls = [(1, 0.0, 0.9, 240.0), (1, 120.0, 0.9, 240.0)]
    now = path(calls, [Aim("acknowledge", 300, 0)])
    before, after = (play(one, runs=RUNS, seed=4) for one in (now, now.with_backup()))
    change = after.change(0, before)
    truth = unanswered([*calls, calls[1]], 300) - unanswered(calls, 300)
    assert change.value < 0
    assert abs(change.value - truth) <= WITHIN * change.error
    # The same draws on both sides: the difference is known better than either side.
    assert change.error < before.miss(0).error


def test_shorter_waits_agree_with_the_closed_form() -> None:
    calls = [(1, 0.0, 0.8, 240.0), (1, 300.0, 0.8, 240.0)]
    now = path(calls, [Aim("acknowledge", 400, 0)])
    found = play(now.with_shorter_waits(), runs=RUNS, seed=5).miss(0)
    halved = [(level, after / 2, p, mean) for level, after, p, mean in calls]
    assert agrees(found.value, found.error, unanswered(halved, 400))


def test_the_weakest_level_is_the_one_that_answers_least() -> None:
    calls = [(1, 0.0, 0.9, 60.0), (2, 600.0, 0.3, 60.0), (3, 1200.0, 0.9, 60.0)]
    weakest = play(path(calls, [Aim("acknowledge", 300, 0)]), runs=RUNS, seed=6).weakest
    assert weakest is not None
    assert weakest.level == 2


def test_the_same_seed_gives_the_same_table() -> None:
    spec = loads(template_text("standard")).spec
    assert spec.drills is not None
    settings_ = spec.drills.simulation.model_copy(update={"runs": 2000})
    first, again = (simulate(spec, settings_) for _ in range(2))
    assert [one.now.miss(0) for one in first] == [one.now.miss(0) for one in again]
    other = simulate(spec, settings_.model_copy(update={"seed": 7}))
    assert [one.now.miss(0) for one in other] != [one.now.miss(0) for one in first]
