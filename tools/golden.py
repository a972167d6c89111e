"""Makes the small golden workbooks of a release: ``python tools/golden.py`` before it is tagged.

Each shipped template gives ``tests/golden/NAME-VERSION.xlsx``, over two months and with a few typed
values. Every later release must bring them to its own templates; they are never made anew.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import openpyxl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import xlmatrix
from xlmatrix import api
from xlmatrix.model import loads

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden"
#: Table, row (from 1), header and what is typed there.
TYPED = (
    ("tTargets1", 1, "Within", 7),
    ("tRoles", 1, "Duty", "Answers the phone"),
    ("tIncidents", 1, "ID", "I-1"),
    ("tIncidents", 1, "Opened", 46_100.4375),
    ("tIncidents", 1, "Title", "Typed by hand"),
    ("tHolidays", 1, "Holiday", "Our own day"),
)


def main(names: list[str]) -> None:
    """Make what is missing."""
    GOLDEN.mkdir(exist_ok=True)
    for name in names or list(api.templates()):
        path = GOLDEN / f"{name}-{xlmatrix.__version__}.xlsx"
        if path.exists():
            print(f"{path.name} stands already")
            continue
        text = api.new(template=name, start=date(2026, 3, 1), months=2)
        api.build(loads(text), as_of="2026-03-16 10:30", output=path)
        book = openpyxl.load_workbook(path)
        for table, row, header, value in TYPED:
            sheet = next(ws for ws in book.worksheets if table in ws.tables)
            first, _, _ = sheet.tables[table].ref.partition(":")
            corner = sheet[first]
            heads = [column.name for column in sheet.tables[table].tableColumns]
            sheet.cell(corner.row + row, corner.column + heads.index(header)).value = value
        book.save(path)
        print(f"{path.name}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main(sys.argv[1:])
