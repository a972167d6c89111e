"""Keeps one LibreOffice open and works on files in it. Run by the Python that has ``uno``.

``python3 -m tests.office.libre_worker PROFILE`` reads a job a line from its input and answers each
with one line, both JSON; it ends with its input. A job is ``{"path": ..., "to": ...,
"filter": ...}`` to save a file under another name, ``{"path": ..., "draw": FOLDER}`` for a picture
of each thing on its sheets, or ``{"path": ...}`` for the values of a workbook's formulas: the
answer's ``values`` is, by sheet, a list of ``[column, row, value]`` (from 0), where an error is
``{"error": its number}``. A job that failed is answered with ``failed``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import uno
from com.sun.star.lang import IllegalArgumentException

from tools.uno_link import context_of, prop, service

FORMULAS = 16  # com.sun.star.sheet.CellFlags.FORMULA
PATIENCE_S = 15


def work(context: Any, job: dict[str, str]) -> dict[str, Any]:
    """The answer to one job."""
    desktop = service(context, "com.sun.star.frame.Desktop")
    url = uno.systemPathToFileUrl(job["path"])
    document = desktop.loadComponentFromURL(url, "_blank", 0, (prop("Hidden", True),))
    if document is None:
        return {"failed": "it opens no such file"}
    try:
        if "to" in job:
            target = uno.systemPathToFileUrl(job["to"])
            document.storeToURL(target, (prop("FilterName", job["filter"]),))
            return {}
        if "draw" in job:
            exporter = service(context, "com.sun.star.drawing.GraphicExportFilter")
            draw = partial(drawn, exporter, job["draw"])
            return {"drawn": {sheet.Name: list(draw(sheet)) for sheet in document.Sheets}}
        return {"values": {sheet.Name: list(formulas(sheet)) for sheet in document.Sheets}}
    finally:
        document.close(True)


def drawn(exporter: Any, folder: str, sheet: Any) -> Any:
    """Name, kind and picture of each thing that hangs on a sheet; what is hidden has none."""
    for number in range(sheet.DrawPage.Count):
        thing = sheet.DrawPage.getByIndex(number)
        path = Path(folder) / f"{sheet.Name}-{number}.png"
        with suppress(IllegalArgumentException):
            exporter.setSourceDocument(thing)
            url = uno.systemPathToFileUrl(str(path))
            exporter.filter((prop("URL", url), prop("MediaType", "image/png")))
        yield thing.Name, thing.ShapeType, str(path)


def formulas(sheet: Any) -> Any:
    """Column, row and value of each formula cell of a sheet."""
    areas = sheet.queryContentCells(FORMULAS).RangeAddresses
    if not areas:
        return
    right, bottom = max(area.EndColumn for area in areas), max(area.EndRow for area in areas)
    # Asking once for all is many times faster than asking for each area.
    values = sheet.getCellRangeByPosition(0, 0, right, bottom).getDataArray()
    for area in areas:
        for row in range(area.StartRow, area.EndRow + 1):
            for column in range(area.StartColumn, area.EndColumn + 1):
                value = values[row][column]
                if value is None:
                    value = {"error": sheet.getCellByPosition(column, row).getError()}
                yield column, row, value


def main() -> None:
    """Open LibreOffice, then one job after the other."""
    pipe = f"xlmatrix{os.getpid()}"
    office = subprocess.Popen(
        [
            "soffice",
            "--headless",
            "--norestore",
            "--nologo",
            "--nolockcheck",
            f"-env:UserInstallation={Path(sys.argv[1]).as_uri()}",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    context = context_of(pipe)
    for line in sys.stdin:
        try:
            answer = work(context, json.loads(line))
        except Exception as error:
            if office.poll() is not None or type(error).__name__ == "DisposedException":
                raise SystemExit("LibreOffice is gone") from error
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
    service(context, "com.sun.star.frame.Desktop").terminate()
    office.wait(PATIENCE_S)


if __name__ == "__main__":
    main()
