"""Users' tools rewrite files: a workbook that XlsxWriter wrote anew regenerates like the old."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from tests.office.libre import resave
from tests.regen.editions import NEWER, OLD
from tests.regen.keeping import lost
from tests.regen.sheets import bounds, computed_of, read
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.regen import read_book
from xlmatrix.sheets.stamp import seal_of

pytestmark = pytest.mark.usefixtures("few_sheets")

INCIDENTS = """\
id,opened,title,class,resolved
A-1,2026-03-09 09:30,Slow answers,{0},2026-03-10 15:00
A-2,2026-03-13 17:10,"=NOT(""a formula"")",{0},
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    spec = loads(OLD)
    (folder / "incidents.csv").write_text(INCIDENTS.format(spec.spec.classes[0].id))
    path = folder / "matrix.xlsx"
    api.build(spec, incidents=folder / "incidents.csv", as_of="2026-03-16 10:30", output=path)
    return path


def rewritten(data: bytes, path: Path, change: dict[tuple[str, str], Any] | None = None) -> None:
    """The workbook as a tool with XlsxWriter writes it anew: values, formulas, tables and names.

    ``change`` gives other values by sheet and address. Sheets without an input table are left out,
    but for the stamp, as such a tool would not know what they are for.
    """
    change = change or {}
    old = openpyxl.load_workbook(io.BytesIO(data))
    shown = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as new:
        date = new.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
        for ws in old.worksheets:
            stamp = ws.title == "Stamp"
            if ws.sheet_state != "visible" and not ws.tables and not stamp:
                continue
            sheet = new.add_worksheet(ws.title)
            if stamp:
                sheet.very_hidden()
            for row in ws.iter_rows():
                for cell in row:
                    value = change.get((ws.title, cell.coordinate), cell.value)
                    at = ((cell.row or 1) - 1, (cell.column or 1) - 1)
                    if cell.data_type == "f" and (ws.title, cell.coordinate) not in change:
                        result = shown[ws.title][cell.coordinate].value
                        sheet.write_formula(*at, str(value), None, result if result else "")
                    elif isinstance(value, datetime):
                        sheet.write_datetime(*at, value, date)
                    elif isinstance(value, str):
                        sheet.write_string(*at, value)
                    elif value is not None:
                        sheet.write(*at, value)
                    if cell.comment:
                        sheet.write_comment(*at, cell.comment.text)
            for table in ws.tables.values():
                left, top, right, bottom = bounds(table.ref)
                # The cells stand there already: only the frame and its headers are added.
                columns = [{"header": column.name} for column in table.tableColumns]
                options = {"name": table.name, "columns": columns, "style": "Table Style Light 1"}
                sheet.add_table(top - 1, left - 1, bottom - 1, right - 1, options)
        names = [ws.get_name() for ws in new.worksheets()]
        for known, defined in old.defined_names.items():
            text = defined.attr_text or ""
            if text.rpartition("!")[0].strip("'").replace("''", "'") in names:
                new.define_name(known, f"={text}")


def test_a_workbook_written_anew_with_xlsxwriter_has_the_same_inputs(
    built: Path, tmp_path: Path
) -> None:
    path = tmp_path / "matrix.xlsx"
    rewritten(built.read_bytes(), path)
    assert seal_of(read_book(path).inputs) == seal_of(read_book(built).inputs)
    done = api.regenerate(path, output=tmp_path / "new.xlsx")
    assert not done.report.changes
    assert done.data == built.read_bytes()


@pytest.mark.slow
def test_what_was_typed_into_it_is_kept(built: Path, tmp_path: Path) -> None:
    book = read(built)
    roles, log = book.tables["tRoles"], book.tables["tIncidents"]
    cells: dict[tuple[str, str], Any] = {}
    for grid, number, header, value in (
        (roles, roles.numbers[0], "Duty", "Walks the dog"),
        (log, log.numbers[0], "Notes", "Called twice"),
        (log, log.free[0], "ID", "A-9"),
        (log, log.free[0], "Opened", datetime(2026, 3, 17, 11, 30)),
    ):
        letter = openpyxl.utils.get_column_letter(grid.column_of(header))
        cells[grid.sheet, f"{letter}{number}"] = value
    path = tmp_path / "matrix.xlsx"
    rewritten(built.read_bytes(), path, cells)
    computed = computed_of(built)
    api.regenerate(path, loads(NEWER), output=tmp_path / "new.xlsx")
    new = read(tmp_path / "new.xlsx", computed)
    assert not lost(read(built, computed), read(path, computed), new)
    assert new.tables["tRoles"].by_key()[roles.keys()[0]]["Duty"] == "Walks the dog"
    assert "a-9#1" in new.tables["tIncidents"].by_key()


@pytest.mark.office
@pytest.mark.slow
def test_three_programs_one_after_another_change_nothing(built: Path, tmp_path: Path) -> None:
    path = tmp_path / "matrix.xlsx"
    by_office = resave(built, tmp_path / "office")
    rewritten(by_office.read_bytes(), path)
    book = openpyxl.load_workbook(path)
    book.save(path)
    done = api.regenerate(path, output=tmp_path / "new.xlsx")
    assert done.data == built.read_bytes()
