"""A table that somebody makes on one of our sheets comes along as a table, or is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo

from tests.office.package import bounds
from tests.regen.editions import NEWER, OLD
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads

pytestmark = pytest.mark.usefixtures("few_sheets")

DOUBLE = "=Budget[[#This Row],[Cost]]*2"
ROWS: list[list[Any]] = [["Item", "Cost", "Double"], ["pen", 3, DOUBLE], ["book", 7, DOUBLE]]

CHAIRS: list[list[Any]] = [["Thing", "Many"], ["chair", 4]]


def _put(sheet: Any, row: int, column: int, name: str, rows: list[list[Any]]) -> None:
    for at, values in enumerate(rows, start=row):
        for place, value in enumerate(values, start=column):
            sheet.cell(at, place).value = value
    last = get_column_letter(column + len(rows[0]) - 1)
    area = f"{get_column_letter(column)}{row}:{last}{row + len(rows) - 1}"
    table = Table(displayName=name, ref=area)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium9", showRowStripes=True)
    sheet.add_table(table)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("guests") / "used.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    book = openpyxl.load_workbook(path)
    owners, start = book["Owners"], book["Start"]
    _, _, _, end = bounds(owners.tables["tPeople"].ref)
    _put(owners, 6, 20, "Budget", ROWS)
    owners["Z1"] = "=SUM(Budget[Cost])"
    # Right below a table of ours, which does not take it for rows of its own.
    _put(owners, end + 1, 2, "Right_Below", CHAIRS)
    # Around texts of ours, where the new sheet has its own.
    start["B3"] = "typed in a frame"
    start.add_table(Table(displayName="Frame", ref="B2:B4"))
    book.save(path)
    return path


def test_tables_on_our_sheets_keep_name_style_columns_and_formulas(
    used: Path, tmp_path: Path
) -> None:
    done = api.regenerate(used, loads(OLD), output=tmp_path / "new.xlsx")
    book = openpyxl.load_workbook(tmp_path / "new.xlsx")
    owners = book["Owners"]
    made = owners.tables["Budget"]
    assert (made.ref, made.tableStyleInfo.name) == ("T6:V8", "TableStyleMedium9")
    assert [[c.value for c in row] for row in owners[made.ref]] == ROWS
    assert made.tableColumns[2].calculatedColumnFormula.attr_text == DOUBLE[1:]
    assert owners["Z1"].value == "=SUM(Budget[Cost])"
    assert owners.tables["Right_Below"].ref == used_area(used, "Right_Below")
    assert book["Start"]["B3"].value == "typed in a frame"
    lines = {c.table: c.outcome for c in done.report.changes}
    assert lines == {"Budget": "kept", "Right_Below": "kept", "Frame": "refused", "": "kept"}
    again = api.regenerate(tmp_path / "new.xlsx", loads(OLD), output=tmp_path / "again.xlsx")
    assert again.data == done.data


def used_area(path: Path, table: str) -> str:
    return str(openpyxl.load_workbook(path)["Owners"].tables[table].ref)


def test_a_table_where_the_new_sheet_has_rows_is_one_name_to_leave_behind(
    used: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new.xlsx"
    with pytest.raises(XlmatrixError) as failed:
        api.regenerate(used, loads(NEWER), output=new)
    assert "your table Right_Below at Owners!" in failed.value.what
    assert "Thing, Many, chair, 4" in failed.value.what
    assert failed.value.mend.count("--allow-loss") == 1
    api.regenerate(used, loads(NEWER), output=new, allow_loss=["Right_Below"])
    assert openpyxl.load_workbook(new)["Owners"].tables["Budget"].ref == "T6:V8"
