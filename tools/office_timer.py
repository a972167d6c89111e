"""How long LibreOffice takes to load and to recompute workbooks; run by the Python that has UNO.

``python3 -m tools.office_timer PROFILE BOOK...`` prints a JSON list of
``{"load": s, "recompute": s}``, CPU seconds of LibreOffice alone, so that other work on the machine
does not count. The books are loaded with their stored values, one after the other; then every
formula is computed anew, over and over for ``ROUND_S`` at least, and the mean counts: on a machine
that others share a second is not always as long, and short work must not win by meeting the better
ones.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import uno

from tools.uno_link import connect, prop

ROUND_S = 10.0
_NEVER_ON_LOAD = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>1</value></prop></item>
</oor:items>
"""


def cpu_s(group: int) -> float:
    """CPU seconds of all processes of a group so far."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def pass_s(document: Any, group: int) -> float:
    """CPU seconds of one computation of a document."""
    began, passes = cpu_s(group), 0
    while passes == 0 or cpu_s(group) - began < ROUND_S:
        document.calculateAll()
        passes += 1
    return (cpu_s(group) - began) / passes


def main() -> None:
    """Load and recompute each book."""
    profile, *books = sys.argv[1:]
    user = Path(profile) / "user"
    user.mkdir(parents=True, exist_ok=True)
    (user / "registrymodifications.xcu").write_text(_NEVER_ON_LOAD)
    pipe = f"xlmatrix{os.getpid()}"
    office = subprocess.Popen(
        [
            "soffice",
            "--headless",
            "--norestore",
            "--nolockcheck",
            f"-env:UserInstallation=file://{profile}",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    found: list[dict[str, float]] = []
    try:
        desktop = connect(pipe)
        for book in books:
            began = cpu_s(office.pid)
            url = uno.systemPathToFileUrl(str(Path(book).resolve()))
            document = desktop.loadComponentFromURL(url, "_blank", 0, (prop("Hidden", True),))
            loaded = cpu_s(office.pid) - began
            found.append({"load": loaded, "recompute": pass_s(document, office.pid)})
            document.close(True)
    finally:
        os.killpg(office.pid, signal.SIGKILL)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
