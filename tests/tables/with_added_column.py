"""Run by test_added_column with a package that declares one more column; prints what became of it.

Usage: with_added_column.py FOLDER, where the workbooks go.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.regen.sheets import Grid, read
from tests.regen.small import few_sheets
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.merging.report import line
from xlmatrix.resources import template_path
from xlmatrix.worktime.serials import serial_of

ADDED = "Vendor told"
TOLD = datetime(2026, 11, 13, 11, 30)
#: The clocks of the template's zone show that time twice.
TWICE = datetime(2026, 10, 25, 2, 30)
LENIENT, STRICT = "strict_dst: false", "strict_dst: true"


def main(folder: Path) -> None:
    """Build, type, regenerate; what each step shows as JSON."""
    # It finds the package of its own checkout unless one is loaded.
    from tools.columns import page

    # The page is of all sheets, also of those that only formulas read.
    page_rows = [row for row in page().splitlines() if ADDED in row]
    few_sheets(pytest.MonkeyPatch())

    built, used, again = (folder / f"{name}.xlsx" for name in ("built", "used", "again"))
    spec = api.load(template_path("basic"))
    api.build(spec, as_of=datetime(2026, 11, 16, 10, 30), output=built)
    log = read(built).tables["tIncidents"]
    found: dict[str, Any] = {"headers": log.headers, "validation": _validation(built, log)}
    _type(built, used, log, TOLD)
    report = api.regenerate(used, output=again).report
    found["kept"] = [[change.column, change.outcome.value] for change in report.changes]
    found["cells"], found["check"] = (_first_two(again, header) for header in (ADDED, "Check"))
    cell = Change(Outcome.KEPT, log.name, "A-0", ADDED, after=serial_of(TOLD))
    found["report"] = line(cell)
    found["strict"] = _strict(folder)
    found["page"] = page_rows
    print(json.dumps(found, default=str))


def _validation(path: Path, log: Grid) -> list[str]:
    """The types of what may be typed in the first cell of the column."""
    sheet = openpyxl.load_workbook(path)[log.sheet]
    place = sheet.cell(log.row + 1, log.column_of(ADDED)).coordinate
    rules = sheet.data_validations.dataValidation
    return [str(rule.type) for rule in rules if place in rule.sqref]


def _first_two(path: Path, header: str) -> list[Any]:
    """The stored values of the two rows that hold something."""
    log = read(path).tables["tIncidents"]
    sheet = openpyxl.load_workbook(path, data_only=True)[log.sheet]
    return [sheet.cell(log.row + row, log.column_of(header)).value for row in (1, 2)]


def _strict(folder: Path) -> list[str]:
    """What ``check`` says where the policy refuses times that the clock shows twice."""
    text = template_path("basic").read_text(encoding="utf-8").replace(LENIENT, STRICT)
    built, used = folder / "strict.xlsx", folder / "typed.xlsx"
    api.build(loads(text), as_of=datetime(2026, 11, 16, 10, 30), output=built)
    _type(built, used, read(built).tables["tIncidents"], TWICE)
    return [found.what for found in api.check(used) if found.code == "strict-dst"]


def _type(path: Path, target: Path, log: Grid, first: datetime) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book[log.sheet]
    tellings: tuple[datetime | str, ...] = (first, "soon")
    for offset, told in enumerate(tellings):
        row = log.row + 1 + offset
        sheet.cell(row, log.column_of("ID"), f"A-{offset}")
        sheet.cell(row, log.column_of("Opened"), datetime(2026, 11, 13, 10))
        sheet.cell(row, log.column_of(ADDED), told)
    book.save(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
