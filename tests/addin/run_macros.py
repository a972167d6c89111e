"""Runs a workbook's own macros in LibreOffice; started with the system's Python, which has UNO.

``python3 -m tests.addin.run_macros PIPE JOBS.json`` where the jobs are the workbook, a list of
[macro, [arguments]] and a target, which gets the answers as JSON. What ``RunPython`` was asked is
read from the cell A1 of the first sheet.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tools.uno_link import connect, prop

ALWAYS = 4


def main(pipe: str, jobs: str) -> None:
    """Call every macro in turn."""
    book, calls, target = json.loads(Path(jobs).read_text(encoding="utf-8"))
    document = connect(pipe).loadComponentFromURL(
        Path(book).as_uri(),
        "_blank",
        0,
        (prop("MacroExecutionMode", ALWAYS), prop("Hidden", False)),
    )
    provider = document.getScriptProvider()
    cell = document.Sheets.getByIndex(0).getCellByPosition(0, 0)
    answers = []
    for macro, arguments in calls:
        script = provider.getScript(
            f"vnd.sun.star.script:VBAProject.{macro}?language=Basic&location=document"
        )
        value, _, _ = script.invoke(tuple(arguments), (), ())
        answers.append([value, cell.String])
    document.close(True)
    Path(target).write_text(json.dumps(answers), encoding="utf-8")


main(sys.argv[1], sys.argv[2])
