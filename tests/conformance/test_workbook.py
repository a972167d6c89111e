"""The published cases with pauses and changes of severity, in the workbook that others recompute.

Every case is one incident of a matrix whose severities are the targets that the cases speak of.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.conformance.cases import Published, cases_of, duration_s
from tests.matrices import matrix
from tests.office.compare import assert_confirmed, assert_confirmed_by_ironcalc
from tests.office.package import column_cells, formula_cells
from xlmatrix.rules.histories import CHANGES, PAUSES, typed_rows
from xlmatrix.rules.log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.write import render

_AS_OF = datetime(2026, 1, 30, 12)
_CALENDAR = {"id": "nine", "name": "Nine to five", "hours": "Mon-Fri 09:00-17:00"}
# IronCalc finds nothing in a range of one cell, so there are two calendars.
_OTHER = {"id": "always", "name": "Around the clock", "hours": "24x7"}
_POLICIES = ("from_open", "restart", "proportional")


def _cases(policy: str) -> list[Published]:
    """The cases of one policy; those without changes say the same under each."""
    return [
        case
        for case in cases_of("due")
        if case.data["calendar"] == "nine-to-five"
        and case.data["target"] != "0 s"
        and case.data.get("policy", policy) == policy
    ]


def _book(policy: str, path: Path) -> list[Published]:
    cases = _cases(policy)
    lengths = sorted(
        {case.seconds("target") for case in cases}
        | {duration_s(one["target"]) for case in cases for one in case.data.get("changes", [])}
    )
    level = {seconds: f"SEV-{number}" for number, seconds in enumerate(lengths, start=1)}
    targets = [
        {
            "acknowledge": "1 s",
            "first_response": "1 s",
            "resolve": {"within": f"{seconds} s", "pauses": True, "calendar": "nine"},
        }
        for seconds in lengths
    ]
    spec = matrix("UTC", [_CALENDAR, _OTHER], targets)
    log = IncidentLog.of(
        {
            "ID": [case.id for case in cases],
            "Class": [f"Class {lengths.index(case.seconds('target')) + 1}" for case in cases],
        },
        {
            "Opened": [np.datetime64(case.data["start"]) for case in cases],
            "Resolved": [np.datetime64(case.data.get("stop", "NaT")) for case in cases],
        },
    )
    pauses = [
        {"Incident": case.id, "From": _stamp(one["from"]), "To": _stamp(one["to"])}
        for case in cases
        for one in case.data.get("pauses", [])
    ]
    changes = [
        {"Incident": case.id, "At": _stamp(one["at"]), "To": level[duration_s(one["target"])]}
        for case in cases
        for one in case.data.get("changes", [])
    ]
    typed = {
        **typed_rows(PAUSES, pauses),
        **typed_rows(CHANGES, changes),
        ("", "Change_Policy", ""): policy,
    }
    book = plan_book(spec, log, as_of=_AS_OF, created=_AS_OF, typed=typed)
    path.write_bytes(render(book))
    return cases


def _stamp(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


@pytest.mark.office
@pytest.mark.parametrize("policy", _POLICIES)
def test_the_workbook_gives_the_published_deadlines(policy: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.xlsx"
    cases = _book(policy, path)
    stored = formula_cells(path)
    due = column_cells(path, "tIncidents", "Resolve due")[: len(cases)]
    since = column_cells(path, "tIncidents", "Paused since")[: len(cases)]
    for case, at, stands in zip(cases, due, since, strict=True):
        expected = case.data["expected"]
        if isinstance(expected, dict):
            assert stored[at].value == "Paused", case.id
            assert _moment(stored[stands].value) == _stamp(expected["paused_since"]), case.id
        else:
            assert _moment(stored[at].value) == _stamp(expected), case.id
    assert_confirmed(path)
    assert_confirmed_by_ironcalc(path, [*due, *since])


def _moment(serial: object) -> datetime:
    assert isinstance(serial, float | int)
    seconds = round(serial * 86400) - 25569 * 86400
    return datetime(1970, 1, 1) + (datetime(1970, 1, 2) - datetime(1970, 1, 1)) * (seconds / 86400)
