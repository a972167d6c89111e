"""What a template renames is renamed in every cell that names it, in whatever table."""

from __future__ import annotations

import pytest

from xlmatrix.regen.merging.migrate import Glossary, header_now, translated
from xlmatrix.regen.reading.tables import Inputs, TableInputs

_WORDS = Glossary(
    severities={"sev-1": "SEV-0"},
    class_ids={"rel-01": "REL-09"},
    class_names={"outage": "Failure"},
    roles={"on-call": "Duty"},
    calendars={"office": "Desk"},
)
_SEVERITY, _CLASS, _CLASS_ID = ("SEV-1", "SEV-0"), ("Outage", "Failure"), ("REL-01", "REL-09")
_ROLE, _CALENDAR = ("On-call", "Duty"), ("Office", "Desk")


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("tRoles", "Role", _ROLE),
        ("tLadder@SEV-1", "Role", _ROLE),
        ("tOwners2", "Role", _ROLE),
        ("tMatrix", "Response role", _ROLE),
        ("tMatrix", "Also call", ("On-call, Legal", "Duty, Legal")),
        ("tObligations", "Decider", _ROLE),
        ("tAlwaysAdd", "Role", _ROLE),
        ("tSeats", "Role", _ROLE),
        ("tShifts", "Role", _ROLE),
        ("tGates", "Accountable", _ROLE),
        ("tInjection", "Responsible", _ROLE),
        ("tInjectionLayers", "Role", _ROLE),
        ("tIncidents", "Severity set", _SEVERITY),
        ("tChanges", "To", _SEVERITY),
        ("tDrills", "Severity called", _SEVERITY),
        ("tDecision", "Severity", _SEVERITY),
        ("tMessages", "Severity", _SEVERITY),
        ("tScenarios", "Opens as", _SEVERITY),
        ("tScenarios", "Classes", ("QLT-01; rel-01", "QLT-01; REL-09")),
        ("tIncidents", "Class", _CLASS),
        ("tMatrix", "Incident class", _CLASS),
        ("tVendorBounds", "Class", _CLASS),
        ("tMatrix", "ID", _CLASS_ID),
        ("tTargets1", "Calendar", _CALENDAR),
        ("tHours", "Calendar", _CALENDAR),
        ("tHolidays", "Calendar", _CALENDAR),
        ("tVendors", "Calendar", _CALENDAR),
    ],
)
def test_a_word_is_renamed_where_its_column_names_it(
    table: str, column: str, words: tuple[str, str]
) -> None:
    before = Inputs({table: TableInputs((column,), (), ((words[0],), ("Else",), (None,)))})
    [after] = translated(before, _WORDS).tables.values()
    assert [row[0] for row in after.rows] == [words[1], "Else", None]


@pytest.mark.parametrize(
    ("table", "column", "cell"),
    [
        ("tIncidents", "Title", "Outage"),
        ("tPauses", "Reason", "Office"),
        ("tPeople", "Name", "On-call"),
        ("tSomebodysOwn", "Role", "On-call"),
    ],
)
def test_the_same_word_elsewhere_stays(table: str, column: str, cell: str) -> None:
    before = Inputs({table: TableInputs((column,), (), ((cell,),))})
    assert translated(before, _WORDS).tables[table].rows == ((cell,),)


def test_the_roles_of_a_raci_stand_side_by_side_and_are_renamed_above() -> None:
    assert header_now("tRaci", "On-call", _WORDS) == "Duty"
    assert header_now("tRaci", "Phase", _WORDS) == "Phase"
    assert header_now("tSeats", "On-call", _WORDS) == "On-call"
