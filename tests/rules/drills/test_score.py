"""How a drill is judged: truth worked out by hand from the rule's words, in ``records.yaml``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.rules.drills.cases import AS_OF, Case, cases, spec, typed
from xlmatrix.rules.frame import Frame
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene
from xlmatrix.sheets.drill_view import DrillView, drill_view


def viewed(changes: dict[tuple[str, str, str], Any], as_of: datetime = AS_OF) -> DrillView:
    view = drill_view(
        make_scene(spec(), IncidentLog.empty(), as_of=as_of, created=as_of, typed=typed() | changes)
    )
    assert view is not None
    return view


@pytest.fixture(scope="module")
def frame() -> Frame:
    return viewed({}).frame


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.number}")
def test_a_record_is_judged_as_worked_out_by_hand(case: Case, frame: Frame) -> None:
    row = case.number - 1
    assert (frame["Result"][row], frame["Missed"][row]) == (case.told["result"], case.missed)
    for short, minutes in case.told.get("times", {}).items():
        assert frame[short][row] == minutes, short
    if "reach" in case.told:
        assert frame["Reach"][row] == case.told["reach"]
