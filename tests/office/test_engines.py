from __future__ import annotations

import os
import re
import signal
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import fonts
from openpyxl.worksheet.table import Table

from tests.office import engines
from tests.office.compare import (
    assert_confirmed,
    assert_confirmed_by_ironcalc,
    compare,
    differences,
    error_cells,
    same,
)
from tests.office.libre import Office, recalculate, recomputed
from tests.office.package import ExcelError, column_cells, formula_cells
from tests.office.programs import EngineError

DEADLINE = 46035 + 36_061 / 86_400

RIGHT = {
    "A1": ("=46035+36061/86400", "", str(DEADLINE)),
    "A2": ("=1/3", "", "0.3333333333333333"),
    "A3": ('="SEV-"&1', "str", "SEV-1"),
    "A4": ('=IF(A2>1,"late","")', "str", ""),
    "A5": ("=A2>1", "b", "0"),
    "A6": ("=NA()", "e", "#N/A"),
    "A7": ("=SUM(1,2)", "", "3"),
}
WRONG = {
    "A1": ("", str(DEADLINE + 1 / 86_400)),
    "A2": ("", "0.33333333"),
    "A3": ("str", "SEV-2"),
    "A4": ("str", "late"),
    "A5": ("b", "1"),
    "A6": ("e", "#REF!"),
    "A7": ("", "4"),
}


def book(path: Path, wrong: tuple[str, ...] = ()) -> Path:
    """A workbook of a few formulas with stored values; those of ``wrong`` are not theirs."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Log & more"
    for cell, (formula, _, _) in RIGHT.items():
        sheet[cell] = formula
    sheet["A1"].number_format = "yyyy-mm-dd hh:mm"
    plain = path.with_suffix(".plain.xlsx")
    workbook.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as sink:
        for name in source.namelist():
            text = source.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                for cell, (_, kind, value) in RIGHT.items():
                    text = _store(text, cell, *(WRONG[cell] if cell in wrong else (kind, value)))
            sink.writestr(name, text)
    return path


def _store(text: str, cell: str, kind: str, value: str) -> str:
    marked = f' t="{kind}"' if kind else ""
    text, count = re.subn(
        rf'<c r="{cell}"([^>]*)><f>(.*?)</f><v ?/?>(</v>)?</c>',
        rf'<c r="{cell}"\1{marked}><f>\2</f><v>{value}</v></c>',
        text,
    )
    assert count == 1
    return text


@pytest.mark.office
def test_libreoffice_puts_the_right_value_in_place_of_every_wrong_one(tmp_path: Path) -> None:
    right, wrong = book(tmp_path / "right.xlsx"), book(tmp_path / "wrong.xlsx", tuple(WRONG))
    assert differences(right) == []
    assert compare(formula_cells(right), recomputed(wrong)) == []
    assert [found.cell for found in differences(wrong)] == list(WRONG)


@pytest.mark.office
def test_a_deadline_stored_one_second_late_is_named_with_both_values(tmp_path: Path) -> None:
    assert assert_confirmed(book(tmp_path / "right.xlsx")) == len(RIGHT)
    with pytest.raises(AssertionError, match=r"1 of 7 cells:\nLog & more!A1: stored 46035\.41"):
        assert_confirmed(book(tmp_path / "late.xlsx", ("A1",)))


def test_ironcalc_confirms_right_values_and_refuses_wrong_ones(tmp_path: Path) -> None:
    cells = [("Log & more", cell) for cell in RIGHT]
    assert assert_confirmed_by_ironcalc(book(tmp_path / "right.xlsx"), cells) == len(RIGHT)
    for cell in WRONG:
        with pytest.raises(AssertionError, match=f"Log & more!{cell}: stored"):
            assert_confirmed_by_ironcalc(book(tmp_path / "wrong.xlsx", (cell,)), cells)


def test_a_workbook_without_formulas_confirms_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(AssertionError, match="nothing to confirm"):
        assert_confirmed(path)


def test_formula_cells_are_read_with_their_values_and_kinds(tmp_path: Path) -> None:
    cells = formula_cells(book(tmp_path / "right.xlsx"))
    assert cells["Log & more", "A1"].kind == "instant"
    assert cells["Log & more", "A2"].kind == "number"
    assert cells["Log & more", "A5"].value is False
    assert cells["Log & more", "A6"].value == ExcelError("#N/A")
    assert error_cells(book(tmp_path / "again.xlsx")) == ["Log & more!A6: #N/A  =NA()"]


@pytest.mark.parametrize(
    ("stored", "recomputed", "kind", "equal"),
    [
        ("", None, "text", True),
        ("", 0.0, "number", False),
        (DEADLINE, float(f"{DEADLINE:.15g}"), "instant", True),
        (DEADLINE, DEADLINE + 0.6 / 86_400, "instant", False),
        (10.0**12, 10.0**12 + 1, "number", False),
        ("#N/A", ExcelError("#N/A"), "text", False),
        (True, 1.0, "number", True),
        (True, False, "number", False),
        ("3", 3.0, "number", False),
    ],
)
def test_values_are_equal_when_a_reader_sees_the_same(
    stored: float | str | None, recomputed: float | str | None, kind: str, equal: bool
) -> None:
    assert same(stored, recomputed, kind) is equal


def test_the_cells_of_a_table_column_leave_out_its_header(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["Id", "Due"], [1, 2], [3, 4]):
        sheet.append(row)
    sheet.add_table(Table(displayName="tLog", ref="A1:B3"))
    path = tmp_path / "table.xlsx"
    workbook.save(path)
    assert column_cells(path, "tLog", "Due") == [("Sheet", "B2"), ("Sheet", "B3")]
    with pytest.raises(LookupError, match="no column"):
        column_cells(path, "tLog", "Duo")


@pytest.mark.validator
def test_the_validator_accepts_a_valid_file_and_says_what_is_wrong_with_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(AssertionError, match=r"styles\.xml .*unexpected child element"):
        engines.validate(path)
    order = "b i strike condense extend outline shadow u vertAlign sz color name family charset"
    monkeypatch.setattr(fonts.Font, "__elements__", (*order.split(), "scheme"))
    openpyxl.Workbook().save(path)
    engines.validate(path)


def test_three_readers_see_the_sheets(tmp_path: Path) -> None:
    seen = engines.sheets_by_reader(book(tmp_path / "right.xlsx"))
    assert seen == {key: ["Log & more"] for key in ["openpyxl", "calamine", "ironcalc"]}


def test_a_missing_program_fails_the_test_unless_that_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path / "book.xlsx")
    # A workbook of the same second has the same bytes, and its answer would be known.
    monkeypatch.setattr("tests.office.libre._known", {})
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("XLMATRIX_ALLOW_MISSING", raising=False)
    with pytest.raises(pytest.fail.Exception, match="make office"):
        recomputed(path)
    monkeypatch.setenv("XLMATRIX_ALLOW_MISSING", "1")
    with pytest.raises(pytest.skip.Exception, match="make office"):
        recomputed(path)


@pytest.mark.office
def test_libreoffice_saves_the_values_that_it_tells(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", tuple(WRONG))
    assert compare(formula_cells(recalculate(path)), recomputed(path)) == []
    assert len(recomputed(path)) == len(RIGHT)


@pytest.mark.office
def test_a_crash_of_libreoffice_is_tried_once_more(tmp_path: Path) -> None:
    office, path = Office(), book(tmp_path / "book.xlsx")
    first = office.ask({"path": str(path)}, 300)
    assert office.running
    os.killpg(office.running.pid, signal.SIGKILL)
    assert office.ask({"path": str(path)}, 300) == first
    office.close()
    assert office.running.poll() == 0


@pytest.mark.office
def test_two_offices_are_two_programs(tmp_path: Path) -> None:
    one, other, path = Office(), Office(), book(tmp_path / "book.xlsx")
    told = [office.ask({"path": str(path)}, 300) for office in (one, other)]
    assert one.running
    running = one.running.pid
    other.close()
    assert one.ask({"path": str(path)}, 300) == told[0] == told[1]
    assert one.running.pid == running
    one.close()


@pytest.mark.office
def test_a_libreoffice_that_takes_too_long_is_ended_and_the_next_one_works(tmp_path: Path) -> None:
    office, path = Office(), book(tmp_path / "book.xlsx")
    with pytest.raises(EngineError, match="took over 0 s"):
        office.ask({"path": str(path)}, 0.01)
    assert office.ask({"path": str(path)}, 300)["values"]
    office.close()


@pytest.mark.office
def test_a_file_that_libreoffice_does_not_open_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"cannot do lost\.xlsx"):
        Office().ask({"path": str(tmp_path / "lost.xlsx")}, 300)
