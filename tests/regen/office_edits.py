"""Does edits through LibreOffice's own API. Run by the Python that has ``uno``, not by pytest.

``python3 -m tests.regen.office_edits PIPE JOBS.json``: each job is a source, a target and a list of
ops as in ``sheets.py``, besides ``insert_row`` and ``delete_row``, which move what stands below.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import uno  # noqa: F401 - lets Python find what begins with com.sun
from com.sun.star.table import CellAddress

from tools.uno_link import connect, prop

POINTS_TO_MM100 = 35.28
# A column of N characters in Calibri 11 is about this wide.
MM100_A_CHAR = 203


def do(document: Any, op: list[Any]) -> None:  # noqa: PLR0912, PLR0915
    verb, *args = op
    sheets = document.Sheets
    if verb == "set":
        sheet, row, column, value = args
        cell = sheets.getByName(sheet).getCellByPosition(column - 1, row - 1)
        if value is None:
            cell.setString("")
        elif isinstance(value, str) and value.startswith("="):
            cell.setFormula(value)
        elif isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(float(value))
    elif verb == "comment":
        sheet, row, column, text = args
        place = CellAddress()
        place.Sheet = sheets.getByName(sheet).RangeAddress.Sheet
        place.Row, place.Column = row - 1, column - 1
        sheets.getByName(sheet).Annotations.insertNew(place, text)
    elif verb == "width":
        sheet, column, chars = args
        sheets.getByName(sheet).Columns.getByIndex(column - 1).Width = int(chars * MM100_A_CHAR)
    elif verb == "hide":
        sheet, column = args
        sheets.getByName(sheet).Columns.getByIndex(column - 1).IsVisible = False
    elif verb == "add_sheet":
        name, cells, *place = args
        sheets.insertNewByName(name, place[0] if place else sheets.Count)
        for row, column, value in cells:
            do(document, ["set", name, row, column, value])
    elif verb == "rename":
        sheets.getByName(args[0]).setName(args[1])
    elif verb == "reorder":
        sheets.moveByName(args[0], max(0, sheets.getByName(args[0]).RangeAddress.Sheet + args[1]))
    elif verb == "hide_row":
        sheet, row = args
        sheets.getByName(sheet).Rows.getByIndex(row - 1).IsVisible = False
    elif verb == "add_column":
        _, table, header, values = args
        area = document.DatabaseRanges.getByName(table).DataArea
        area.EndColumn += 1
        document.DatabaseRanges.getByName(table).setDataArea(area)
        name = sheets.getByIndex(area.Sheet).Name
        for offset, value in enumerate([header, *values]):
            do(document, ["set", name, area.StartRow + 1 + offset, area.EndColumn + 1, value])
    elif verb == "swap":
        _, table, one, other = args
        area = document.DatabaseRanges.getByName(table).DataArea
        home = sheets.getByIndex(area.Sheet)
        heads = {
            home.getCellByPosition(column, area.StartRow).String: column
            for column in range(area.StartColumn, area.EndColumn + 1)
        }
        ranges = [
            home.getCellRangeByPosition(heads[h], area.StartRow, heads[h], area.EndRow)
            for h in (one, other)
        ]
        first, second = (cells.getFormulaArray() for cells in ranges)
        ranges[0].setFormulaArray(second)
        ranges[1].setFormulaArray(first)
    elif verb == "merge":
        sheets.getByName(args[0]).getCellRangeByName(args[1]).merge(True)
    elif verb == "protect":
        sheets.getByName(args[0]).protect("secret")
    elif verb == "protect_book":
        document.protect("secret")
    elif verb == "define":
        document.NamedRanges.addNewByName(args[0], args[1].replace("!", "."), CellAddress(), 0)
    elif verb == "hide_sheet":
        sheets.getByName(args[0]).IsVisible = False
    elif verb == "property":
        document.DocumentProperties.UserDefinedProperties.addProperty(args[0], 128, args[1])
    elif verb == "tab":
        sheets.getByName(args[0]).TabColor = int(args[1][-6:], 16)
    elif verb == "row_height":
        sheet, row, points = args
        sheets.getByName(sheet).Rows.getByIndex(row - 1).Height = int(points * POINTS_TO_MM100)
    elif verb in ("insert_row", "delete_row"):
        sheet, row = args
        rows = sheets.getByName(sheet).Rows
        if verb == "insert_row":
            rows.insertByIndex(row - 1, 1)
        else:
            rows.removeByIndex(row - 1, 1)
    else:
        raise SystemExit(f"no verb {verb}")


def main(pipe: str, jobs: str) -> None:
    desktop = connect(pipe)
    for job in json.loads(Path(jobs).read_text(encoding="utf-8")):
        document = desktop.loadComponentFromURL(
            Path(job["source"]).as_uri(), "_blank", 0, (prop("Hidden", True),)
        )
        for op in job["ops"]:
            do(document, op)
        document.storeToURL(
            Path(job["target"]).as_uri(), (prop("FilterName", "Calc MS Excel 2007 XML"),)
        )
        document.close(True)
        print(job["target"], flush=True)


main(sys.argv[1], sys.argv[2])
