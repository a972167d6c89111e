"""One line in a declaration is all that a new column takes.

The line stands in ``added_column.patch``. It is applied to a copy of the package, and a process of
its own builds a workbook with the copy, types into the column and regenerates.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.patched import ROOT, patched, run_in, touched
from xlmatrix.tables.incidents import INCIDENTS

_HERE = Path(__file__).parent
_PATCH = _HERE / "added_column.patch"
_ADDED = "Vendor told"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the script saw with the patched copy."""
    copy = patched(tmp_path_factory.mktemp("copy"), _PATCH)
    script = _HERE / "with_added_column.py"
    printed = run_in(copy, script, tmp_path_factory.mktemp("books"), also=str(ROOT))
    answer: dict[str, Any] = json.loads(printed)
    return answer


def test_the_patch_is_a_line_of_the_declaration_and_its_documentation() -> None:
    assert touched(_PATCH) <= {"xlmatrix/tables/incidents.py", "docs/columns.md"}
    assert _ADDED not in INCIDENTS.ids


def test_the_sheet_has_the_column_in_its_place(found: dict[str, Any]) -> None:
    headers = found["headers"]
    assert headers[headers.index(_ADDED) - 1] == "Responded"
    assert headers[headers.index(_ADDED) + 1] == "Internal update"


def test_the_sheet_takes_stamps_alone_there(found: dict[str, Any]) -> None:
    assert found["validation"] == ["decimal"]


def test_check_says_what_is_no_stamp_there(found: dict[str, Any]) -> None:
    stamp, words = found["check"]
    assert f"{_ADDED} is not" not in (stamp or "")
    assert f"{_ADDED} is not a date and time." in words


def test_regenerating_keeps_what_was_typed_there(found: dict[str, Any]) -> None:
    assert found["cells"] == ["2026-11-13 11:30:00", "soon"]


def test_the_report_shows_a_date_and_no_serial_number(found: dict[str, Any]) -> None:
    assert "2026-11-13 11:30" in found["report"]


def test_a_strict_policy_refuses_a_time_there_that_the_clock_shows_twice(
    found: dict[str, Any],
) -> None:
    assert [what for what in found["strict"] if what.startswith(f"{_ADDED} 2026-10-25 02:30")]


def test_the_page_of_columns_lists_it(found: dict[str, Any]) -> None:
    assert len(found["page"]) == 1
