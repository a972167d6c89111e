"""Incidents that are not counted, targets that nobody recorded, and closed ones without a verdict.

What is expected was worked out by hand: SEV-1 is acknowledged and answered within 15 minutes,
contained within 90 and resolved within 240, around the clock.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from tests.histories import scene
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.column import values_of
from xlmatrix.rules.drills.answers import Observed, record_of
from xlmatrix.rules.drills.sharing import loads_of
from xlmatrix.rules.drills.waiting import Seen
from xlmatrix.rules.frame import Frame
from xlmatrix.rules.incidents.columns import incident_columns
from xlmatrix.rules.logs.histories import CHANGES, PAUSES, REOPENED, typed_rows
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS, TEXT_INPUTS, IncidentLog
from xlmatrix.rules.logs.side_logs import change_columns, pause_columns, reopened_columns
from xlmatrix.sheets.book import make_scene
from xlmatrix.tables.column import Column

OPENED = datetime(2026, 4, 1, 10)
AS_OF = datetime(2026, 4, 1, 16)
EVERYTHING = "Acknowledge, First response, Contain, Mitigate, Resolve"


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 4, 1, hour, minute)


def log_of(*rows: dict[str, Any]) -> IncidentLog:
    """Incidents of SEV-1, each with its ID and opening unless said otherwise."""
    filled = [
        {"ID": f"I-{n}", "Class": "Class 1", "Opened": OPENED, **row}
        for n, row in enumerate(rows, start=1)
    ]
    return IncidentLog.of(
        {header: [row.get(header) or "" for row in filled] for header in TEXT_INPUTS},
        {
            header: np.array([row.get(header) or "NaT" for row in filled], dtype="datetime64[s]")
            for header in STAMP_INPUTS
        },
    )


def frame_of(
    *rows: dict[str, Any], spec: MatrixSpec | None = None, typed: dict[Any, Any] | None = None
) -> Frame:
    log = log_of(*rows)
    made = make_scene(spec or scene(), log, as_of=AS_OF, created=AS_OF, typed=typed or {})
    return made.frame


def shown(frame: Frame, *headers: str, row: int = 0) -> tuple[str, ...]:
    columns = {column.id: column for column in incident_columns(frame.context.spec)}
    return tuple(str(values_of(columns[header], frame)[row]) for header in headers)


#: A row in which much is typed and odd, which would be flagged, called, and late.
FULL = {
    "Acknowledged": at(9),
    "Resolved": at(15),
    "Last update": at(12),
    "Severity set": "SEV-2",
    "Public state": "resolved",
    "Owner": "Nobody",
}


@pytest.mark.parametrize("row", [{}, FULL, {"Class": "None such"}, {"Opened": None}, {"Class": ""}])
@pytest.mark.parametrize("reason", ["Cancelled", "handed over", "#REF!", " Test "])
def test_of_an_incident_that_is_not_counted_nothing_is_computed(
    row: dict[str, Any], reason: str
) -> None:
    frame = frame_of({**row, "Not counted": reason})
    told = {
        column.id: values_of(column, frame)[0]
        for column in incident_columns(scene())
        if not column.hidden
    }
    known = {header for header, value in told.items() if value not in ("", None)}
    flagged = {"Check", "Mark"} if reason == "#REF!" else set()
    assert known - flagged <= {"Status", "Severity", "Response owner"}
    assert told["Status"] == "Not counted"
    assert told["Check"] == ("A cell holds an error value." if flagged else "")
    assert np.isnan(frame["order"][0])


@pytest.mark.parametrize("reason", ["", "   "])
def test_clearing_the_cell_brings_everything_back(reason: str) -> None:
    frame, plain = frame_of({**FULL, "Not counted": reason}), frame_of(FULL)
    headers = [column.id for column in incident_columns(scene()) if not column.hidden]
    assert shown(frame, *headers) == shown(plain, *headers)
    assert shown(frame, "Status")[0] == "Closed – met"
    assert "Owner is not in the directory" in shown(frame, "Check")[0]


def test_an_id_is_flagged_even_where_it_does_not_count() -> None:
    frame = frame_of({}, {"ID": "I-1", "Not counted": "Duplicate"})
    assert shown(frame, "Check", row=1) == ("ID is used above.",)


def test_logs_beside_an_incident_that_is_not_counted_have_no_effect_and_no_flag() -> None:
    sides = {
        **typed_rows(PAUSES, [{"Incident": "I-1", "From": at(11), "To": at(12)}]),
        **typed_rows(CHANGES, [{"Incident": "I-1", "At": at(11), "To": "SEV-3"}]),
        **typed_rows(REOPENED, [{"Incident": "I-1", "Reopened": at(13), "Resolved": at(12)}]),
    }
    spared, counted = (
        frame_of({"Not counted": reason}, typed=sides) for reason in ("Rejected", "")
    )
    assert [said_beside(spared, columns) for columns in BESIDE] == ["", "", ""]
    assert "give a reason" in said_beside(counted, change_columns)
    assert shown(spared, "Severity", "Status") == ("SEV-1", "Not counted")
    assert shown(counted, "Severity", "Status") == ("SEV-3", "Breached")


BESIDE = (pause_columns, change_columns, reopened_columns)


def said_beside(frame: Frame, columns: Callable[[Frame], list[Column]]) -> str:
    """The Check of the first row of a log beside the incidents."""
    check = next(column for column in columns(frame) if column.id == "Check")
    assert check.twin is not None
    return str(check.twin(frame)[0])


#: What is typed, and by hand: the status, the breaches, the next step.
CASES: dict[str, tuple[dict[str, Any], tuple[str, str, str]]] = {
    "nothing is recorded yet": ({}, ("Breached", "Acknowledge, First response, Contain, Resolve",
                                     "Acknowledge")),
    "one is named": ({"Not recorded": "Acknowledge"},
                     ("Breached", "First response, Contain, Resolve", "First response")),
    "in other words and cases": ({"Not recorded": " respond ,ACKNOWLEDGE,,"},
                                 ("Breached", "Contain, Resolve", "Contain")),
    "all are named": ({"Not recorded": EVERYTHING}, ("No clock", "", "")),
    "a stamp wins": ({"Not recorded": EVERYTHING, "Contained": at(11, 31), "Acknowledged": at(10)},
                     ("No clock", "Contain", "")),
    "a word that is part of none": ({"Not recorded": "Ack, Contained"},
                                    ("Breached", "Acknowledge, First response, Contain, Resolve",
                                     "Acknowledge")),
    "closed in time, the rest unknown": ({"Not recorded": "Acknowledge", "Resolved": at(14)},
                                         ("Closed – met", "", "")),
    "closed too late": ({"Not recorded": EVERYTHING, "Resolved": at(14, 1)},
                        ("Closed – breached", "Resolve", "")),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_nobody_recorded_neither_runs_nor_is_judged(case: str) -> None:
    row, expected = CASES[case]
    assert shown(frame_of(row), "Status", "Breaches", "Next step") == expected


@pytest.mark.parametrize(
    ("named", "flagged"),
    [
        ("Acknowledge, First response, Respond, Internal update, Customer update", False),
        ("contain,Mitigate , RESOLVE, hold review, review,", False),
        ("", False),
        (" ", False),
        ("Acknowledged", True),
        ("Acknowledge; Resolve", True),
        ("Acknowledge, x", True),
    ],
)
def test_a_word_that_names_no_target_is_flagged(named: str, flagged: bool) -> None:
    said = shown(frame_of({"Not recorded": named}), "Check")[0]
    assert ("Not recorded names something that is no target" in said) is flagged


def without_resolve() -> MatrixSpec:
    """The same matrix, of which SEV-1 promises no resolution."""
    spec = scene()
    first = spec.severities[0]
    targets = first.targets.model_copy(update={"resolve": None})
    worst = first.model_copy(update={"targets": targets})
    return spec.model_copy(update={"severities": (worst, *spec.severities[1:])})


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({}, "Closed – no verdict"),
        ({"Not recorded": EVERYTHING}, "Closed – no verdict"),
        ({"Acknowledged": at(10, 15)}, "Closed – met"),
        ({"Acknowledged": at(10, 16)}, "Closed – breached"),
        ({"Acknowledged": at(10, 15), "Contained": at(12)}, "Closed – breached"),
        ({"Acknowledged": at(10, 15), "Not recorded": "Contain"}, "Closed – met"),
    ],
)
def test_a_closed_incident_is_met_only_where_a_target_was(row: dict[str, Any], status: str) -> None:
    frame = frame_of({"Resolved": at(15), **row}, spec=without_resolve())
    assert shown(frame, "Status") == (status,)


def test_an_acknowledgement_that_nobody_recorded_stops_the_calls_that_it_would() -> None:
    headers = ("Level now", "Call now", "Fired at", "Next call at", "Next call")
    frame = frame_of({}, {"Not recorded": "Acknowledge"}, {"Acknowledged": OPENED})
    assert shown(frame, *headers)[0] == "Exhausted"
    assert shown(frame, *headers, row=1) == shown(frame, *headers, row=2)
    assert shown(frame, "Call now", row=1) == ("",)


def test_neither_is_in_what_the_log_says_of_answers_and_of_who_is_bound() -> None:
    spec = scene()
    # Answered after 5 minutes, contained an hour later.
    plain: list[dict[str, Any]] = [
        {"Acknowledged": at(10, 5), "Contained": at(11, 5)} for _ in range(6)
    ]
    spared: list[dict[str, Any]] = [
        {"Not counted": "Test"},
        {"Not recorded": "Acknowledge"},
        {"Acknowledged": at(10, 5), "Resolved": at(11)},
        {"Acknowledged": at(10, 5), "Not recorded": "Contain"},
    ]
    record = record_of(spec, frame_of(*plain, *spared), spec.severities[0])
    assert record is not None
    # The two that were acknowledged count as answered, the other two not at all.
    assert record.observed("acknowledge") == Observed(cases=8, missed=0)
    assert record.observed("contain") == Observed(cases=7, missed=1)
    assert (record.answer.log, record.answer.times) == (8, (300.0,))
    load = loads_of(spec, frame_of(*plain, *spared))["on_call"]
    assert isinstance(load.bound, Seen)
    assert (load.bound.log, load.bound_s) == (6, 3600)
    # The test alarm did not come: nine in six hours, each binds one of two for an hour.
    assert (load.role, load.people, load.gap_s) == ("on_call", 2, 2400)
    assert load.busy == 0.75
