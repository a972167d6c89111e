"""The accounts of clocks with histories: every minute of them is looked at on its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from tests.histories import AS_OF, MINUTE, draw, scene, with_history
from tests.rules.test_histories import LOW, OPEN
from xlmatrix.api.explained import ClockShown
from xlmatrix.api.explaining import clocks_of
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene

_NAMES = {"Around the clock": "always", "Office": "office"}


def _shown(
    spec: MatrixSpec, policy: str, seed: int = 3, count: int = 150
) -> list[tuple[str, list[ClockShown]]]:
    log, typed = draw(count, seed)
    typed = {**typed, ("", "Change_Policy", ""): policy}
    drawn = make_scene(spec, log, as_of=AS_OF, created=AS_OF, typed=typed)
    return [(log.texts["ID"][row], clocks_of(drawn, row)) for row in range(count)]


def _minute(stamp: datetime) -> int:
    return (stamp - LOW) // MINUTE


@pytest.mark.parametrize("policy", ["from_open", "restart", "proportional"])
@pytest.mark.parametrize("spec", [scene(), with_history()], ids=["one policy", "three versions"])
def test_accounts_run_without_gaps_to_the_due_time_and_add_up(
    spec: MatrixSpec, policy: str
) -> None:
    seen = {"paused": 0, "held": 0, "counted": 0, "standing": 0}
    for key, clocks in _shown(spec, policy):
        for clock in clocks:
            seen["standing"] += clock.left_s is not None and clock.paused_since is not None
            ledger = clock.ledger
            if ledger is None:
                continue
            open_, at = OPEN[_NAMES[clock.calendar]], ledger.start
            for row in ledger.rows:
                assert row.opened == at < row.closed, (key, clock.label)
                at = row.closed
                inside = range(_minute(row.opened), _minute(row.closed))
                length = row.closed.timestamp() - row.opened.timestamp()
                if row.seconds:
                    assert row.seconds == length, (key, clock.label)
                    assert all(open_[minute] for minute in inside), (key, clock.label)
                    seen["counted"] += 1
                elif row.reason.startswith("paused"):
                    assert all(open_[minute] for minute in inside), (key, clock.label)
                    seen["paused"] += 1
                elif row.reason.startswith("no earlier"):
                    seen["held"] += 1
                else:
                    assert not any(open_[minute] for minute in inside), (key, clock.label)
            assert (at if ledger.rows else ledger.start) == ledger.due == clock.due, (key, clock)
            assert sum(row.seconds for row in ledger.rows) == ledger.seconds, (key, clock)
    assert all(seen[kind] for kind in ("paused", "counted", "standing")), seen
    assert policy != "from_open" or seen["held"], seen


def _one(changes: list[dict[str, Any]], pauses: list[dict[str, Any]], policy: str) -> Any:
    """The clocks by label of an incident of SEV-2, opened on a Monday at 10:00."""
    from xlmatrix.rules.logs.histories import CHANGES, PAUSES, typed_rows

    log = IncidentLog.of(
        {"ID": ["I-1"], "Class": ["Class 2"]},
        {"Opened": [np.datetime64("2026-03-23T10:00")], "Acknowledged": [np.datetime64("NaT")]},
    )
    typed = {
        **typed_rows(PAUSES, [{"Incident": "I-1", **one} for one in pauses]),
        **typed_rows(CHANGES, [{"Incident": "I-1", **one} for one in changes]),
        ("", "Change_Policy", ""): policy,
    }
    as_of = datetime(2026, 3, 24, 12)
    drawn = make_scene(scene(), log, as_of=as_of, created=as_of, typed=typed)
    return {clock.label: clock for clock in clocks_of(drawn, 0)}


def test_a_pause_stands_in_the_account_with_its_reason() -> None:
    pause = {"From": datetime(2026, 3, 23, 11), "To": datetime(2026, 3, 23, 14), "Reason": "Wait"}
    contain = _one([], [pause], "from_open")["Contain"]
    lines = [line.strip() for line in contain.ledger.lines()]
    assert lines == [
        "4:00:00 of working time from Mon 2026-03-23 10:00 (Europe/Berlin)",
        "Mon 2026-03-23 10:00 to Mon 2026-03-23 11:00  counted 1:00:00  total 1:00:00",
        "Mon 2026-03-23 11:00 to Mon 2026-03-23 12:30  paused: Wait",
        "Mon 2026-03-23 12:30 to Mon 2026-03-23 13:15  lunch",
        "Mon 2026-03-23 13:15 to Mon 2026-03-23 14:00  paused: Wait",
        "Mon 2026-03-23 14:00 to Mon 2026-03-23 17:00  counted 3:00:00  total 4:00:00",
        "due Mon 2026-03-23 17:00 (Europe/Berlin)",
    ]


def test_a_clock_that_stands_still_says_since_when_and_what_is_left() -> None:
    contain = _one([], [{"From": datetime(2026, 3, 23, 11)}], "from_open")["Contain"]
    assert contain.ledger is None
    assert contain.paused_since is not None
    assert f"{contain.paused_since:%H:%M}" == "11:00"
    assert contain.left_s == 3 * 3600


@pytest.mark.parametrize(
    ("policy", "start", "seconds", "last"),
    [
        ("from_open", "10:00", 90 * 60, "no earlier than the change of severity"),
        ("restart", "15:00", 90 * 60, ""),
        # A tenth of the four hours is left: 24 minutes of 240, hence 9 of 90.
        ("proportional", "16:51", 9 * 60, ""),
    ],
)
def test_a_change_of_severity_says_from_where_the_new_clock_counts(
    policy: str, start: str, seconds: int, last: str
) -> None:
    # Until 16:51 the office has worked 6 h 6 min less the pause of 2 h 30 min: 3 h 36 min.
    pause = {"From": datetime(2026, 3, 23, 11), "To": datetime(2026, 3, 23, 14, 15)}
    at = datetime(2026, 3, 23, 16, 51) if policy == "proportional" else datetime(2026, 3, 23, 15)
    ledger = _one([{"At": at, "To": "SEV-1"}], [pause], policy)["Contain"].ledger
    assert f"{ledger.start:%H:%M}" == start
    assert ledger.seconds == sum(row.seconds for row in ledger.rows) == seconds
    assert ledger.rows[-1].reason == last
