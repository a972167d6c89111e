"""The published cases with pauses, changes and reopenings, in the workbook that others recompute.

Every case is one incident of a matrix whose severities are the targets that the cases speak of.
Cases of one zone share a workbook under each policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conformance.cases import Published, cases_of, duration_s
from tests.matrices import few_spare_rows, matrix
from tests.office.compare import assert_confirmed, assert_confirmed_by_ironcalc
from tests.office.package import column_cells, formula_cells
from xlmatrix.rules.logs.histories import CHANGES, PAUSES, REOPENED, typed_rows
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.write import render

_AS_OF = datetime(2026, 12, 1, 12)
# IronCalc finds nothing in a range of one cell, so there are two calendars.
_OTHER = {"id": "other", "name": "Other", "hours": "24x7"}
_BOOKS = [
    ("UTC", "from_open"),
    ("UTC", "restart"),
    ("UTC", "proportional"),
    ("Europe/Berlin", "from_open"),
]
_SHOWN = ("Resolve due", "Paused since", "Breached in this cycle", "Ever breached")


def _with_history(case: Published) -> bool:
    return case.kind == "cycles" or bool({"pauses", "changes", "stop"} & set(case.data))


def _cases(zone: str, policy: str) -> list[Published]:
    """The cases of one zone and policy; those without changes say the same under each."""
    return [
        case
        for case in cases_of("due", "cycles")
        if case.zone.key == zone
        and _with_history(case)
        and case.data.get("policy", policy) == policy
    ]


def test_every_case_with_a_history_is_in_a_workbook() -> None:
    asked = {case.id for book in _BOOKS for case in _cases(*book)}
    assert asked == {case.id for case in cases_of("due", "cycles") if _with_history(case)}


def _lengths(case: Published) -> set[tuple[str, int]]:
    targets = [case.data["target"], *(one["target"] for one in case.data.get("changes", []))]
    return {(case.data["calendar"], duration_s(target)) for target in targets}


def _calendars(cases: Sequence[Published]) -> list[dict[str, Any]]:
    plans = {case.data["calendar"]: case.calendar.plan for case in cases}
    written: list[dict[str, Any]] = [
        {
            "id": name,
            "name": name,
            "hours": plan.hours.text(),
            "holidays": {"dates": dict.fromkeys(plan.holidays, "Holiday")},
        }
        for name, plan in plans.items()
    ]
    return [*written, _OTHER]


def _book(zone: str, policy: str, path: Path) -> list[Published]:
    cases = _cases(zone, policy)
    targets = sorted(set().union(*(_lengths(case) for case in cases)))
    level = {target: number for number, target in enumerate(targets, start=1)}
    spec = matrix(
        zone,
        _calendars(cases),
        [
            {
                "acknowledge": "1 s",
                "first_response": "1 s",
                "resolve": {"within": f"{seconds} s", "pauses": True, "calendar": calendar},
            }
            for calendar, seconds in targets
        ],
    )

    def severity(case: Published, target: str) -> int:
        return level[case.data["calendar"], duration_s(target)]

    log = IncidentLog.of(
        {
            "ID": [case.id for case in cases],
            "Class": [f"Class {severity(case, case.data['target'])}" for case in cases],
        },
        {
            "Opened": [np.datetime64(case.data["start"]) for case in cases],
            "Resolved": [np.datetime64(_resolved(case)) for case in cases],
        },
    )
    pauses = [
        {"Incident": case.id, "From": _stamp(one["from"]), "To": _stamp(one["to"])}
        for case in cases
        for one in case.data.get("pauses", [])
    ]
    changes = [
        {
            "Incident": case.id,
            "At": _stamp(one["at"]),
            "To": f"SEV-{severity(case, one['target'])}",
        }
        for case in cases
        for one in case.data.get("changes", [])
    ]
    reopened = [
        {"Incident": case.id, "Reopened": _stamp(at), "Resolved": _stamp(before)}
        for case in cases
        for at, before in zip(
            case.data.get("reopened", []), case.data.get("resolved", []), strict=False
        )
    ]
    typed = {
        **typed_rows(PAUSES, pauses),
        **typed_rows(CHANGES, changes),
        **typed_rows(REOPENED, reopened),
        ("", "Change_Policy", ""): policy,
    }
    book = plan_book(spec, log, as_of=_AS_OF, created=_AS_OF, typed=typed)
    path.write_bytes(render(book))
    return cases


def _resolved(case: Published) -> str:
    """The stamp that stands in the log: of the present cycle."""
    return str(
        case.data["resolved"][-1] if "resolved" in case.data else case.data.get("stop", "NaT")
    )


def _stamp(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


@pytest.mark.office
@pytest.mark.parametrize(("zone", "policy"), _BOOKS)
def test_the_workbook_gives_the_published_answers(
    zone: str, policy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_spare_rows(monkeypatch)
    path = tmp_path / "cases.xlsx"
    cases = _book(zone, policy, path)
    stored = formula_cells(path)
    columns = {h: column_cells(path, "tIncidents", h)[: len(cases)] for h in _SHOWN}
    for row, case in enumerate(cases):
        due, since, cycle, ever = (stored[columns[header][row]].value for header in _SHOWN)
        expected = case.data["expected"]
        if case.kind == "cycles":
            assert _moment(due) == _stamp(expected["due"]), case.id
            verdicts = {"breached_in_this_cycle": cycle, "ever_breached": ever}
            assert {key: said == "yes" for key, said in verdicts.items()} == {
                key: expected[key] for key in verdicts
            }, case.id
        elif isinstance(expected, dict):
            assert due == "Paused", case.id
            assert _moment(since) == _stamp(expected["paused_since"]), case.id
        else:
            assert _moment(due) == _stamp(expected), case.id
    assert_confirmed(path)
    assert_confirmed_by_ironcalc(path, [cell for cells in columns.values() for cell in cells])


def _moment(serial: object) -> datetime:
    assert isinstance(serial, float | int)
    seconds = round(serial * 86400) - 25569 * 86400
    return datetime(1970, 1, 1) + (datetime(1970, 1, 2) - datetime(1970, 1, 1)) * (seconds / 86400)
