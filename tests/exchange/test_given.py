"""What the functions take: wherever a file or a mapping is taken, each of its kinds is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import xlmatrix
from xlmatrix.errors import XlmatrixError

EXAMPLES = Path(__file__).parents[2] / "examples"
LIST, HISTORY = EXAMPLES / "demo_export.csv", EXAMPLES / "demo_export_audit.csv"
BOTH = [LIST, HISTORY]
AS_OF = "2026-11-06 10:00"
MAPPING = {"servicenow": {"priority": {"1 - Critical": "SEV-2"}}}


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "map.yaml"
    path.write_text("servicenow:\n  priority: {1 - Critical: SEV-2}\n", encoding="utf-8")
    return path


def test_a_mapping_is_a_path_or_what_it_says(mapping: Path) -> None:
    for given in (mapping, str(mapping), MAPPING):
        incidents = xlmatrix.read_incidents(LIST, "standard", mapping=given)
        assert incidents["severity"][0] == "SEV-2"
        found = xlmatrix.import_tickets(str(LIST), "standard", mapping=given)
        assert found.tickets.incidents["severity"][0] == "SEV-2"


def test_deadlines_of_files_of_tickets_and_of_an_import_are_the_same(mapping: Path) -> None:
    of_files = xlmatrix.deadlines(BOTH, "standard", mapping=mapping, as_of=AS_OF)
    # INC0004101 waited two hours, which only its history tells.
    assert list(of_files["breached"]) == [False, False, False, True, True]
    tickets = xlmatrix.read_tickets(BOTH, "standard", mapping=mapping)
    found = xlmatrix.import_tickets(BOTH, "standard", mapping=mapping)
    for given in (tickets, found):
        assert xlmatrix.deadlines(given, "standard", as_of=AS_OF).equals(of_files)


def test_an_import_builds_the_workbook_of_its_files(mapping: Path) -> None:
    found = xlmatrix.import_tickets(BOTH, "standard", mapping=mapping)
    built = xlmatrix.build("standard", incidents=found, as_of=AS_OF)
    of_files = xlmatrix.build("standard", incidents=BOTH, mapping=mapping, as_of=AS_OF)
    assert built.data == of_files.data


BAD: dict[str, tuple[Any, str]] = {
    "a number": (3, "path, or mappings by tool, not int"),
    "a key": ({"servicenow": {"zonk": "UTC"}}, "'zonk' is not known"),
    "a tool": ({"servicnow": {}}, "servicenow"),
    "a severity": ({"servicenow": {"priority": {"1 - Critical": "SEV-9"}}}, "no severity 'SEV-9'"),
    "a class": ({"servicenow": {"category": {"Software": "X-1"}}}, "no class 'X-1'"),
    "an object": ({"servicenow": {"zone": object()}}, "none that a file could hold"),
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("function", [xlmatrix.read_incidents, xlmatrix.deadlines])
def test_a_bad_mapping_says_what_is_wrong(what: str, function: Callable[..., Any]) -> None:
    given, said = BAD[what]
    with pytest.raises(XlmatrixError, match=said):
        function(LIST, "standard", mapping=given)


def test_what_is_no_export_and_what_is_no_spec_is_said() -> None:
    with pytest.raises(XlmatrixError, match="not int"):
        xlmatrix.import_tickets(42)
    with pytest.raises(XlmatrixError, match="not int"):
        xlmatrix.read_incidents(LIST, 42)  # type: ignore[arg-type]
