"""Incidents of the log played again, against answers worked out by hand."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from xlmatrix.model.drills import CommonCause
from xlmatrix.rules.drills.answers import Record
from xlmatrix.rules.drills.path import Aim, Call, EscalationPath
from xlmatrix.rules.drills.simulation import Hit, Outcome, replay
from xlmatrix.rules.drills.waiting import Answer, kaplan_meier

RUNS = 30_000
#: Minutes until the answer; one that nobody has answered, overdue.
ANSWERED = (2, 4, 6, 8, inf)
MINUTE = 60.0


def path(calls: tuple[tuple[float, str], ...] = ((0, "page"), (10, "page"))) -> EscalationPath:
    """Acknowledge within 5 minutes, mitigate within 60; calls by minute and channel."""
    answered = np.array([minutes * MINUTE for minutes in ANSWERED])
    record = Record(
        answered,
        {
            "acknowledge": answered - 5 * MINUTE,
            # Done 20 early, 1 late, 3 late, 10 late; of the last one it is not known yet.
            "mitigate": np.array([-20.0, 1, 3, 10, nan]) * MINUTE,
        },
        kaplan_meier([(minutes * MINUTE, True) for minutes in ANSWERED[:-1]]),
    )
    silent = Answer(0.0, 1.0)
    made = tuple(Call(1, at * MINUTE, "role", silent, channel) for at, channel in calls)
    aims = Aim("acknowledge", 5 * MINUTE), Aim("mitigate", 60 * MINUTE)
    return EscalationPath("SEV-1", made, aims, record=record)


def played(changed: EscalationPath, now: EscalationPath, hit: Hit | None = None) -> Outcome:
    assert now.record is not None
    return replay(changed, now.record, now, runs=RUNS, seed=3, hit=hit or Hit())


def test_as_it_is_the_log_says_it_exactly() -> None:
    now = path()
    found = played(now, now)
    assert (found.miss(0).value, found.miss(1).value) == (3 / 5, 3 / 4)


def test_a_backup_at_two_minutes_answers_as_the_log_does() -> None:
    # It answers at 4, 6, 8 or 10 minutes, each in a quarter of the runs. Those answered at 6, at 8
    # and never are then answered within 5 minutes in a quarter.
    now = path()
    found = played(now.with_early_backup(0.4), now)
    assert found.miss(0).value == pytest.approx(3 / 5 * 3 / 4, abs=0.01)
    # The work of that at 6 was 3 late, and gains 2 at most; that at 8 was 10 late: nothing helps.
    assert found.miss(1).value == 3 / 4


def test_work_that_was_late_by_less_than_the_gain_is_in_time() -> None:
    # A backup at once: the one answered at 4 and 1 late gains 2 in a quarter of the runs, the one
    # answered at 6 and 3 late gains 4 in a quarter (and 2, which is too little, in another).
    now = path()
    found = played(now.with_early_backup(0.0), now)
    assert found.miss(1).value == pytest.approx((1 - 1 / 4 + 1 - 1 / 4 + 1) / 4, abs=0.01)


def test_slower_answers_come_later_and_so_does_the_work() -> None:
    now = path()
    night = Hit(CommonCause(id="night", name="At night", slower=2))
    found = played(now, now, night)
    # 4, 8, 12 and 16 minutes; the first was 20 early with its work, and loses 2.
    assert (found.miss(0).value, found.miss(1).value) == (4 / 5, 3 / 4)


def test_a_channel_that_is_down_leaves_the_other_calls() -> None:
    now = path(((0, "chat"), (2, "page")))
    down = Hit(CommonCause(id="down", name="Down", channels=("Chat",)))
    # The page at 2 is answered at 4 in a quarter of the runs, else too late.
    assert played(now, now, down).miss(0).value == pytest.approx(3 / 4, abs=0.01)
    # Where all calls go through it, nobody ever answers.
    every = path(((0, "chat"), (2, "chat")))
    assert played(every, every, down).miss(0).value == 1


def test_whoever_is_busy_answers_later() -> None:
    now = path()
    found = played(now, now, Hit(delays=np.full(RUNS, 2 * MINUTE)))
    # 4, 6, 8 and 10 minutes.
    assert found.miss(0).value == 4 / 5
