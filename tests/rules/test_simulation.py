"""The simulated escalation path, against closed forms worked out here by hand."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlmatrix.model import loads
from xlmatrix.model.drills import CommonCause, SimulationSpec
from xlmatrix.resources import template_text
from xlmatrix.rules.drills.answers import answers_of
from xlmatrix.rules.drills.path import Aim, Call, EscalationPath, path_of
from xlmatrix.rules.drills.simulation import Hit, LevelOutcome, Share, play, simulate
from xlmatrix.rules.drills.waiting import Answer

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
    played = play(path([(1, 0, 1.0, 240)], [Aim("acknowledge", 300)]), runs=RUNS, seed=1)
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
    played = play(path(calls, [Aim("acknowledge", within)]), runs=RUNS, seed=seed)
    found = played.miss(0)
    assert agrees(found.value, found.error, unanswered(calls, within))


def test_an_answer_and_the_work_after_it_agree_with_the_sum_of_two_exponentials() -> None:
    answer, work, within = 240.0, 600.0, 1200.0
    aims = [Aim("first_response", within, Answer(1.0, work))]
    found = play(path([(1, 0, 1.0, answer)], aims), runs=RUNS, seed=2).miss(0)
    truth = (work * exp(-within / work) - answer * exp(-within / answer)) / (work - answer)
    assert agrees(found.value, found.error, truth)


def test_the_share_of_calls_that_pass_a_level_agrees_with_its_closed_form() -> None:
    calls = [(1, 0.0, 0.9, 240.0), (1, 300.0, 0.9, 240.0), (2, 900.0, 0.95, 300.0)]
    levels = play(path(calls, [Aim("acknowledge", 300)]), runs=RUNS, seed=3).levels
    first, second = levels
    passed = unanswered(calls[:2], 900)
    assert agrees(first.unanswered.value, first.unanswered.error, passed)
    assert agrees(second.called.value, second.called.error, passed)
    for_ever = (1 - 0.9) ** 2 * (1 - 0.95)
    assert agrees(second.unanswered.value * second.called.value, 0.0, for_ever)


def test_the_work_after_an_answer_is_the_assumed_share_of_its_target() -> None:
    # Without a log; nobody works before the answer.
    spec = loads(template_text("basic")).spec
    answers = answers_of(spec, SimulationSpec())
    found = path_of(spec, spec.severities[0], answers, assumed=50)
    assert found is not None
    aims = {aim.name: aim for aim in found.aims}
    assert aims["acknowledge"] == Aim("acknowledge", 300, None)
    assert aims["contain"] == Aim("contain", 3600, Answer(1.0, 1800))


def test_a_backup_called_early_changes_the_misses_by_the_closed_form() -> None:
    calls = [(1, 0.0, 0.9, 240.0), (1, 300.0, 0.9, 240.0)]
    now = path(calls, [Aim("acknowledge", 300)])
    # Called at the deadline, the backup can do nothing; at 40 % of it, it can.
    before, after = (play(one, runs=RUNS, seed=4) for one in (now, now.with_early_backup(0.4)))
    change = after.change(0, before)
    earlier = [calls[0], (1, 120.0, 0.9, 240.0)]
    truth = unanswered(earlier, 300) - unanswered(calls, 300)
    assert change.value < -0.05
    assert abs(change.value - truth) <= WITHIN * change.error
    # The same draws on both sides: the difference is known better than either side.
    assert change.error < before.miss(0).error


def test_a_backup_that_is_called_earlier_yet_stays_there() -> None:
    calls = [(1, 0.0, 0.9, 240.0), (1, 60.0, 0.9, 240.0), (2, 90.0, 0.9, 240.0)]
    now = path(calls, [Aim("acknowledge", 300)])
    assert now.with_early_backup(0.4) == now
    alone = path(calls[:1], [Aim("acknowledge", 300)])
    assert [call.after_s for call in alone.with_early_backup(0.4).calls] == [0, 120]


def test_a_cause_slows_all_calls_or_silences_a_channel() -> None:
    calls = [(1, 0.0, 0.8, 240.0), (1, 300.0, 0.8, 240.0)]
    now = path(calls, [Aim("acknowledge", 400)])
    night = Hit(CommonCause(id="night", name="At night", slower=2))
    found = play(now, runs=RUNS, seed=7, hit=night).miss(0)
    slow = [(level, after, p, mean * 2) for level, after, p, mean in calls]
    assert agrees(found.value, found.error, unanswered(slow, 400))
    by_chat = replace(now, calls=(replace(now.calls[0], channel="Chat"), now.calls[1]))
    down = Hit(CommonCause(id="down", name="Down", channels=("chat",)))
    found = play(by_chat, runs=RUNS, seed=7, hit=down).miss(0)
    assert agrees(found.value, found.error, unanswered(calls[1:], 400))


def test_shorter_waits_agree_with_the_closed_form() -> None:
    calls = [(1, 0.0, 0.8, 240.0), (1, 300.0, 0.8, 240.0)]
    now = path(calls, [Aim("acknowledge", 400)])
    found = play(now.with_shorter_waits(), runs=RUNS, seed=5).miss(0)
    halved = [(level, after / 2, p, mean) for level, after, p, mean in calls]
    assert agrees(found.value, found.error, unanswered(halved, 400))


def test_the_weakest_level_is_the_one_that_answers_least() -> None:
    calls = [(1, 0.0, 0.9, 60.0), (2, 600.0, 0.3, 60.0), (3, 1200.0, 0.9, 60.0)]
    weakest = play(path(calls, [Aim("acknowledge", 300)]), runs=RUNS, seed=6).weakest
    assert weakest is not None
    assert weakest.level == 2


def test_a_level_that_is_never_called_lets_no_call_pass_and_is_not_compared() -> None:
    # Everybody at the first level answers, long before the second would be called.
    played = play(
        path([(1, 0.0, 1.0, 1.0), (2, 86400.0, 0.1, 60.0)], [Aim("acknowledge", 300)]),
        runs=2000,
        seed=1,
    )
    never = Share(0.0, 0.0)
    assert played.levels[1] == LevelOutcome(2, 86400.0, played.levels[1].roles, never, never)
    assert [level.level for level in played.compared] == [1]


def test_the_same_seed_gives_the_same_table() -> None:
    spec = loads(template_text("standard")).spec
    assert spec.drills is not None
    settings_ = spec.drills.simulation.model_copy(update={"runs": 2000})
    first, again = (simulate(spec, settings_) for _ in range(2))
    assert [one.now.miss(0) for one in first] == [one.now.miss(0) for one in again]
    other = simulate(spec, settings_.model_copy(update={"seed": 7}))
    assert [one.now.miss(0) for one in other] != [one.now.miss(0) for one in first]


def test_targets_that_nobody_has_times_of_are_left_out() -> None:
    spec = loads(template_text("standard")).spec
    assert spec.drills is not None
    (worst, *_) = simulate(spec, spec.drills.simulation)
    assert [aim.name for aim in worst.now.path.aims] == ["acknowledge"]
    assert worst.now.path.left_out == ("first_response", "contain", "mitigate", "resolve")
    assert worst.now.path.based_on(worst.now.path.aims[0]) == "assumed answers"
    # A spec that assumes how long work takes has them, and they are called assumed.
    (worst, *_) = simulate(spec, spec.drills.simulation.model_copy(update={"work": 35}))
    assert worst.now.path.left_out == ()
    assert worst.now.path.based_on(worst.now.path.aims[-1]) == "assumed answers and work"
