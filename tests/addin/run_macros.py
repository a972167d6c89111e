"""Runs a workbook's own macros in LibreOffice; started with the system's Python, which has UNO.

``python3 -m tests.addin.run_macros BOOK PROFILE CALLS`` where CALLS is JSON: a list of
[macro, [arguments]]; prints the answers as JSON. What ``RunPython`` was asked is read from the cell
A1 of the first sheet.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tools.uno_link import connect, prop

ALWAYS = 4


def main() -> None:
    book, profile, calls = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    pipe = "xlmatrix" + Path(profile).name.replace("-", "").replace("_", "")
    office = subprocess.Popen(
        [
            "soffice",
            "--headless",
            "--norestore",
            f"-env:UserInstallation=file://{profile}",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    answers = []
    try:
        desktop = connect(pipe)
        document = desktop.loadComponentFromURL(
            f"file://{book}",
            "_blank",
            0,
            (prop("MacroExecutionMode", ALWAYS), prop("Hidden", False)),
        )
        provider = document.getScriptProvider()
        cell = document.Sheets.getByIndex(0).getCellByPosition(0, 0)
        for macro, arguments in calls:
            script = provider.getScript(
                f"vnd.sun.star.script:VBAProject.{macro}?language=Basic&location=document"
            )
            value, _, _ = script.invoke(tuple(arguments), (), ())
            answers.append([value, cell.String])
        document.close(True)
        desktop.terminate()
    finally:
        try:
            office.wait(15)
        except subprocess.TimeoutExpired:
            office.kill()
    print(json.dumps(answers))


main()
