"""Drills that cannot be played: each code where it is due, at its edge, and in the sheets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.rules.drills.cases import AS_OF, spec
from xlmatrix import api
from xlmatrix.api.rehearsing import sheet_faults, spec_faults
from xlmatrix.errors import Level
from xlmatrix.model import MatrixSpec
from xlmatrix.model.base import path_text
from xlmatrix.model.drills import Inject, Scenario
from xlmatrix.resources import template_text
from xlmatrix.rules.drills.possible import HOURS, LATE, STORY, UNREACHABLE
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene
from xlmatrix.sheets.drill_view import drill_view


def at(minute: int, **more: Any) -> dict[str, Any]:
    meets = {"expects": {"action": "Do it", "meets": more.pop("meets")}} if "meets" in more else {}
    return {"at": f"{minute} min", "text": "told", **meets, **more}


def only(*injects: dict[str, Any], **told: Any) -> MatrixSpec:
    """The matrix with one scenario, which lasts an hour and is of SEV-1 where nothing is said."""
    base = spec(3)
    drills = base.drills
    assert drills is not None
    scenario = Scenario.model_validate(
        {
            "id": "T01",
            "name": "one",
            "classes": [base.classes[0].id],
            "severity": "SEV-1",
            "off_hours": True,
            "injects": injects,
            **told,
        }
    )
    return base.model_copy(update={"drills": drills.model_copy(update={"scenarios": (scenario,)})})


# SEV-1 acknowledges in 5 minutes, reaches level 2 in 8, drafts in 30 and contains in 60.
# SEV-3 acknowledges in 60.
CASES: list[tuple[str, MatrixSpec, list[tuple[str, str]]]] = [
    ("in the last minute", only(at(0), at(59)), []),
    ("when it is over", only(at(0), at(60)), [(LATE, "injects[1]")]),
    ("in a longer one", only(at(0), at(60), minutes=61), []),
    ("in a shorter one", only(at(0), at(30), at(40), minutes=30),
     [(LATE, "injects[1]"), (LATE, "injects[2]")]),
    ("before its limit", only(at(0), at(4, meets="acknowledge")), []),
    ("at its limit", only(at(0), at(5, meets="acknowledge")), [(UNREACHABLE, "injects[1]")]),
    ("where its clock begins", only(at(0), at(5, starts="acknowledge", meets="acknowledge")), []),
    ("before its clock begins", only(at(0, meets="decide"), at(20, starts="decide")),
     [(UNREACHABLE, "injects[0]")]),
    ("under the mild one", only(at(0), at(40, meets="acknowledge"), at(45, severity="SEV-1"),
                                opens="SEV-3"), []),
    ("under the new one", only(at(0), at(10, severity="SEV-1"), at(15, meets="acknowledge"),
                               opens="SEV-3"), [(UNREACHABLE, "injects[2]")]),
    ("never turned", only(at(0), opens="SEV-3"), [(STORY, "")]),
    ("turned to the wrong one", only(at(0), at(9, severity="SEV-2"), opens="SEV-3"),
     [(STORY, "")]),
    ("turned to what it is", only(at(0), at(9, severity="SEV-1")), [(STORY, "injects[1]")]),
    ("turned three times", only(at(0), at(1, severity="SEV-2"), at(2, severity="SEV-3"),
                                at(3, severity="SEV-1")), [(STORY, "")]),
    ("a clock that starts twice", only(at(0, starts="draft"), at(3, starts="draft")),
     [(STORY, "injects[1]")]),
]  # fmt: skip


@pytest.mark.parametrize(("told", "matrix", "codes"), CASES, ids=[case[0] for case in CASES])
def test_what_cannot_be_played_is_said_at_its_inject(
    told: str, matrix: MatrixSpec, codes: list[tuple[str, str]]
) -> None:
    found = spec_faults(matrix, path_text)
    assert [(one.code, one.path) for one in found] == [
        (code, ".".join(filter(None, ("drills.scenarios[0]", place)))) for code, place in codes
    ]
    assert all("Scenario T01: " in one.what and one.mend for one in found)
    assert not any("None" in one.what for one in found)
    # The workbook that it makes says the same of its sheets.
    assert [one.code for one in in_the_sheets(matrix, {})] == [code for code, _ in codes]


def in_the_sheets(matrix: MatrixSpec, typed: dict[tuple[str, str, str], Any]) -> list[Any]:
    scene = make_scene(matrix, IncidentLog.empty(), as_of=AS_OF, created=AS_OF, typed=typed)
    view = drill_view(scene)
    assert view is not None
    return sheet_faults(matrix, view, "book.xlsx")


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        (("tInjects", "T01-2", "At (min)"), 60, LATE),
        (("tScenarios", "T01", "Minutes"), 20, LATE),
        (("tInjects", "T01-2", "Meets"), "acknowledge", UNREACHABLE),
        (("tInjects", "T01-2", "Turns to"), "SEV-2", STORY),
        (("tScenarios", "T01", "Opens as"), "SEV-3", STORY),
    ],
    ids=lambda given: given if isinstance(given, str) else None,
)
def test_what_is_typed_into_the_sheets_is_looked_at_too(
    cell: tuple[str, str, str], value: object, code: str
) -> None:
    (found,) = in_the_sheets(only(at(0), at(20)), {cell: value})
    assert (found.code, found.where) == (code, "book.xlsx!Scenarios")


@pytest.mark.parametrize(
    ("on_call", "off_hours", "hour", "codes"),
    [
        ("24x7", False, "10:00", [HOURS]),
        ("24x7", True, "10:00", []),
        # Every drill is held at night: nothing is missing.
        ("24x7", False, "21:00", []),
        ("business-hours", False, "10:00", []),
        ("follow-the-sun", False, "10:00", []),
    ],
)
def test_a_year_without_a_drill_at_night_is_said_where_somebody_is_on_call_at_night(
    on_call: str, off_hours: bool, hour: str, codes: list[str]
) -> None:
    matrix = only(at(0), off_hours=off_hours)
    assert matrix.drills is not None
    matrix = matrix.model_copy(
        update={
            "scope": matrix.scope.model_copy(update={"on_call": on_call}),
            "drills": matrix.drills.model_copy(update={"at": hour}),
        }
    )
    assert [one.code for one in spec_faults(matrix, path_text)] == codes
    assert [one.code for one in in_the_sheets(matrix, {})] == codes


def test_a_workbook_in_which_one_drill_was_moved_to_the_night_lacks_none() -> None:
    matrix = only(at(0), off_hours=False)
    night = {("tDrillPlan", "2", "Planned"): datetime(2026, 11, 17, 22, 0)}
    assert [one.code for one in in_the_sheets(matrix, {})] == [HOURS]
    assert in_the_sheets(matrix, night) == []


def test_injects_that_made_up_drills_share_are_looked_at_where_one_is_planned() -> None:
    matrix = only(at(0))
    assert matrix.drills is not None
    generic = tuple(Inject.model_validate(at(minute)) for minute in (10, 90))
    drills = matrix.drills.model_copy(update={"generic": generic})
    planned = matrix.model_copy(update={"drills": drills})
    (found,) = spec_faults(planned, path_text)
    assert (found.code, found.path) == (LATE, "drills.generic[1]")
    # In one month there is room for the scenario alone, and nothing is made up.
    short = matrix.model_copy(update={"drills": drills.model_copy(update={"months": 1})})
    assert spec_faults(short, path_text) == []


def test_check_refuses_a_drill_that_cannot_be_played(tmp_path: Path) -> None:
    text = template_text("standard").replace("        - at: 45 min", "        - at: 200 min", 1)
    (tmp_path / "matrix.yaml").write_text(text, encoding="utf-8")
    found = api.check(tmp_path / "matrix.yaml", quick=True)
    assert [(one.level, one.code) for one in found if one.code == LATE] == [(Level.ERROR, LATE)]
