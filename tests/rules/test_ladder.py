"""The ladder of an open incident, against a person who watches the clock minute by minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.ladders import LADDER, MINUTE, NOW, STEEP, Told, drawn, matrix, told, watch
from tests.model.small import changed
from xlmatrix.model import loads
from xlmatrix.rules.ladder import twin as ladder_twin
from xlmatrix.rules.ladder.calls import EXHAUSTED, EXHAUSTED_TEXT
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene


def test_every_call_is_the_one_that_somebody_with_a_watch_would_make() -> None:
    rows = drawn(60)
    for row, answer in zip(rows, told(matrix(), rows, NOW), strict=True):
        assert answer == watch(row, NOW), row


@pytest.mark.parametrize("timeout", [20, 30, 400])
def test_an_acknowledgement_that_times_out_is_called_as_by_somebody_with_a_watch(
    timeout: int,
) -> None:
    spec, rows = matrix(STEEP + f"    acknowledgement_timeout: {timeout} min\n"), drawn(60, 8)
    for row, answer in zip(rows, told(spec, rows, NOW), strict=True):
        assert answer == watch(row, NOW, timeout), row


def test_the_ladder_begins_anew_at_a_reopening_and_an_old_acknowledgement_is_forgotten() -> None:
    opened = datetime(2026, 12, 28, 9, 0)
    row = Told(opened, opened + timedelta(minutes=5), reopened=datetime(2026, 12, 30, 10, 30))
    [answer] = told(matrix(), [row], NOW)
    assert (answer.level, answer.call) == ("1", "Tom Weiss (page)")
    assert answer.fired == NOW


def test_a_response_in_time_keeps_an_acknowledged_incident_quiet() -> None:
    opened = datetime(2026, 12, 30, 9, 0)
    ack, ends = opened + timedelta(minutes=5), opened + timedelta(minutes=35)
    spec = matrix(STEEP + "    acknowledgement_timeout: 30 min\n")
    in_time, late, never = told(
        spec,
        [Told(opened, ack, ends), Told(opened, ack, ends + MINUTE), Told(opened, ack)],
        opened + timedelta(minutes=40),
    )
    assert (in_time.level, in_time.call) == ("1", "")
    assert (late.level, late.call, late.fired) == ("1", "", ends)
    assert (never.level, never.call, never.fired) == ("1", "Priya Raman (chat)", ends)
    # The ladder goes on: level 1's next call comes half an hour after the one that was repeated.
    assert never.next_at == ends + timedelta(minutes=30)


def test_nobody_on_a_level_means_the_next_level_that_has_somebody() -> None:
    text = changed(
        (LADDER, STEEP),
        ("name: On-call, primary: Priya Raman, backup: Tom Weiss", "name: On-call, primary: P"),
        (
            "- {name: Tom Weiss",
            "- {name: P, email: p@example.com, phone: '1'}\n  - {name: Tom Weiss",
        ),
    )
    spec = loads(text).spec
    nobody = spec.model_copy(
        update={
            "roles": tuple(
                r.model_copy(update={"primary": ""}) if r.id == "oncall" else r for r in spec.roles
            )
        }
    )
    at = datetime(2026, 12, 29, 9, 0)
    [first] = told(nobody, [Told(at)], at)
    assert (first.level, first.call) == ("2", "Tom Weiss (call)")
    [third] = told(nobody, [Told(at)], at + timedelta(hours=1))
    assert (third.level, third.call) == ("2", "Tom Weiss (call)")


@pytest.mark.parametrize(("repeat", "calls"), [(0, 1), (1, 2), (2, 3)])
def test_repeat_counts_additional_passes_and_then_the_ladder_is_exhausted(
    repeat: int, calls: int
) -> None:
    ladder = f"    ladder:\n      - {{level: 1, after: 10 min, role: oncall, repeat: {repeat}}}\n"
    # One instant: half an hour is waited after each call, and a pass takes 40 minutes.
    spec, now = matrix(ladder), datetime(2026, 12, 28, 17, 0)
    rows = [Told(now - timedelta(minutes=minutes)) for minutes in range(200)]
    found = told(spec, rows, now)
    made = {
        answer.fired - row.opened
        for row, answer in zip(rows, found, strict=True)
        if answer.fired and answer.level != EXHAUSTED
    }
    assert made == {timedelta(minutes=10 + 40 * turn) for turn in range(calls)}
    assert found[40 * calls - 1].level == "1"
    end = found[40 * calls]
    assert (end.level, end.call) == (EXHAUSTED, EXHAUSTED_TEXT)
    assert end.next_at is None


def test_a_resolved_incident_calls_nobody() -> None:
    opened = datetime(2026, 12, 28, 9, 0)
    log = IncidentLog.of(
        {"ID": ["I"], "Severity set": ["SEV-2"]},
        {
            "Opened": np.array([opened], dtype="datetime64[s]"),
            "Resolved": np.array([opened + timedelta(hours=1)], dtype="datetime64[s]"),
        },
    )
    now = opened + timedelta(hours=5)
    frame: Any = make_scene(matrix(), log, as_of=now, created=now).frame
    assert [frame[h][0] for h in ("Level now", "Call now", "Next call")] == ["", "", ""]


def the_timeout_never_comes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ladder_twin, "timeout_s", lambda spec, severity: 0)


def work_at_the_very_instant_is_too_late(patch: pytest.MonkeyPatch) -> None:
    real = ladder_twin.timed_out

    def wrong(*given: Any) -> Any:
        calendar, start, ack, work, *rest = given
        return real(calendar, start, ack, work + 1, *rest)

    patch.setattr(ladder_twin, "timed_out", wrong)


def the_ladder_begins_at_its_first_call(patch: pytest.MonkeyPatch) -> None:
    real = ladder_twin.resumed
    patch.setattr(ladder_twin, "resumed", lambda c, at, calls, base: real(c, at, calls, base * 0))


def a_call_at_the_instant_of_the_acknowledgement_fires(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ladder_twin, "_before", lambda stop, now: np.fmin(stop, now))


@pytest.mark.parametrize(
    "fault",
    [
        the_timeout_never_comes,
        work_at_the_very_instant_is_too_late,
        the_ladder_begins_at_its_first_call,
        a_call_at_the_instant_of_the_acknowledgement_fires,
    ],
)
def test_somebody_with_a_watch_notices_a_deliberate_fault(
    fault: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    spec, rows = matrix(STEEP + "    acknowledgement_timeout: 30 min\n"), drawn(60, 8)
    found = zip(rows, told(spec, rows, NOW), strict=True)
    assert any(answer != watch(row, NOW, 30) for row, answer in found)
