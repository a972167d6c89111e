"""A regeneration as a whole, on small sheets: what a user changed, and what the report says."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.regen.editions import NEWER, OLD, OTHER
from tests.regen.sheets import apply, read
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads
from xlmatrix.regen import read_book
from xlmatrix.regen.merging.merge import Outcome

pytestmark = pytest.mark.usefixtures("few_sheets")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("built") / "matrix.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    return path


def _edited(built: Path, tmp_path: Path) -> Path:
    book = read(built)
    targets, roles = book.tables["tTargets1"], book.tables["tRoles"]
    edited = tmp_path / "edited.xlsx"
    first = targets.numbers[0]
    apply(
        built,
        edited,
        [
            ("set", targets.sheet, first, targets.column_of("Within"), 7),
            ("set", roles.sheet, roles.numbers[0], roles.column_of("Duty"), "Answers the phone"),
        ],
    )
    return edited


def test_a_users_change_wins_and_the_conflict_is_listed(built: Path, tmp_path: Path) -> None:
    done = api.regenerate(_edited(built, tmp_path), loads(NEWER), output=tmp_path / "new.xlsx")
    (conflict,) = [c for c in done.report.changes if c.outcome is Outcome.CONFLICT]
    assert (conflict.table, conflict.key, conflict.column) == ("tTargets1", "Acknowledge", "Within")
    assert (conflict.before, conflict.after, conflict.wanted) == (5, 7, 4)
    counts = done.report.counts()
    assert counts["kept"] >= 1
    assert counts["taken"] >= 5
    sheet = openpyxl.load_workbook(tmp_path / "new.xlsx")["Changes"]
    assert ["conflict", "SEV-1", "tTargets1", "Acknowledge", "Within", "5", "7", "4"] in [
        [cell.value for cell in row][1:9] for row in sheet.iter_rows()
    ]


def test_a_renamed_role_is_renamed_where_it_is_mentioned(built: Path, tmp_path: Path) -> None:
    api.regenerate(built, loads(NEWER), output=tmp_path / "new.xlsx")
    names = [row["Role"] for row in read(tmp_path / "new.xlsx").tables["tRoles"].rows]
    assert "Communications" in names
    assert "Comms lead" not in names


def test_a_row_that_the_template_dropped_stays_as_an_orphan(built: Path, tmp_path: Path) -> None:
    done = api.regenerate(built, loads(OTHER), output=tmp_path / "new.xlsx")
    orphans = [(c.table, c.key) for c in done.report.changes if "stays" in c.note]
    new = read(tmp_path / "new.xlsx")
    assert "Comms lead" in [row["Role"] for row in new.tables["tRoles"].rows], orphans


def test_a_dry_run_writes_nothing(built: Path, tmp_path: Path) -> None:
    edited = _edited(built, tmp_path)
    done = api.regenerate(edited, loads(NEWER), dry_run=True)
    assert done.report.counts()["conflict"] == 1
    assert list(tmp_path.iterdir()) == [edited]


def test_in_place_keeps_a_backup(built: Path, tmp_path: Path) -> None:
    edited = _edited(built, tmp_path)
    before = edited.read_bytes()
    done = api.regenerate(edited, loads(NEWER), in_place=True)
    assert done.backup is not None
    assert done.backup.read_bytes() == before
    assert edited.read_bytes() == done.data


def test_the_old_file_is_not_named_as_the_new_one(built: Path) -> None:
    with pytest.raises(XlmatrixError, match=r"would replace it.*--in-place"):
        api.regenerate(built, output=built)


def test_the_spec_of_a_workbook_has_its_inputs_and_its_comments(
    built: Path, tmp_path: Path
) -> None:
    edited = _edited(built, tmp_path)
    written = api.spec_of(edited)
    assert "within: 7 min" in written.text or "acknowledge: 7 min" in written.text
    again = tmp_path / "again.xlsx"
    api.build(loads(written.text), as_of="2026-03-16 10:30", output=again)
    one, other = read_book(edited), read_book(again)
    assert one.inputs.tables == other.inputs.tables


def test_diff_says_what_two_workbooks_have_otherwise(built: Path, tmp_path: Path) -> None:
    found = api.diff(built, _edited(built, tmp_path))
    assert ("tTargets1@SEV-1", 5, 7) in [
        (d.change.table.replace("tTargets@", "tTargets1@"), d.change.before, d.change.after)
        for d in found
    ]
    assert not api.diff(built, built)


@pytest.mark.parametrize("other", [OLD, NEWER, OTHER], ids=["same", "newer", "another tier"])
def test_a_typed_time_out_of_the_acknowledgement_stays_and_comes_into_the_spec(
    built: Path, tmp_path: Path, other: str
) -> None:
    sheet, row, column = read(built).places["Ack_Timeout_1"]
    edited, new = tmp_path / "edited.xlsx", tmp_path / "new.xlsx"
    apply(built, edited, [("set", sheet, row, column, 45)])
    api.regenerate(edited, loads(other), output=new)
    names = read(new).names
    assert (names["Ack_Timeout_1"], names["Ack_Timeout_Unit_1"]) == (45, "min")
    assert "acknowledgement_timeout: 45 min" in api.spec_of(new).text
