"""Reads every cell of workbooks in LibreOffice, some sheets first; run by the Python with ``uno``.

``python3 -m tests.office.read_first PIPE JOBS.json``: a job is a source, a target for the values as
JSON (sheet to rows of cells), and the sheets to read before all others. Nothing is computed before
it is read where the profile of the office says so, and then the order decides what asks for what.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tools.uno_link import connect, prop


def main(pipe: str, jobs: str) -> None:
    """Do the jobs one after the other."""
    desktop = connect(pipe)
    for job in json.loads(Path(jobs).read_text(encoding="utf-8")):
        document = desktop.loadComponentFromURL(
            Path(job["source"]).as_uri(), "_blank", 0, (prop("Hidden", True),)
        )
        sheets = document.Sheets
        every = [sheets.getByIndex(place).Name for place in range(sheets.Count)]
        values = {}
        for name in [*job["first"], *(other for other in every if other not in job["first"])]:
            sheet = sheets.getByName(name)
            cursor = sheet.createCursor()
            cursor.gotoEndOfUsedArea(False)
            end = cursor.RangeAddress
            area = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
            values[name] = area.getDataArray()
        document.close(True)
        Path(job["target"]).write_text(json.dumps(values), encoding="utf-8")


main(sys.argv[1], sys.argv[2])
