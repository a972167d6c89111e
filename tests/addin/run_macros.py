"""Runs a workbook's own macros in LibreOffice; started with the system's Python, which has UNO.

``run_macros.py BOOK PROFILE CALLS`` where CALLS is JSON: a list of [macro, [arguments]]; prints the
answers as JSON. What ``RunPython`` was asked is read from the cell A1 of the first sheet.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue

ALWAYS = 4


def prop(name: str, value: object) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def connect(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(120):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # noqa: BLE001 - it is still starting
            time.sleep(0.5)
    raise SystemExit("LibreOffice did not start")


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
        context = connect(pipe)
        desktop = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", context
        )
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
