"""Has ExcelJS and SheetJS open workbooks, do edits in them, and save them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.office.programs import ROOT, EngineError, missing, run

_SCRIPT = Path(__file__).with_name("writers.cjs")
_MODULES = ROOT / ".tools" / "writers"
WRITERS = ("exceljs", "sheetjs")


def saved(jobs: list[dict[str, object]], folder: Path, *, timeout_s: float = 300) -> None:
    """Run jobs of (program, source, target, ops), ops as in ``sheets.py``, in one process.

    Raises
    ------
    EngineError
        When a program cannot open or save a workbook.
    """
    node = shutil.which("node") or missing("Node.js", "web")
    if not (_MODULES / "node_modules" / "exceljs").is_dir():
        missing("ExcelJS", "writers")
    listed = folder / "writers.json"
    listed.write_text(json.dumps(jobs), encoding="utf-8")
    said = run([str(node), str(_SCRIPT), str(_MODULES), str(listed)], timeout_s=timeout_s)
    if said.count("saved ") != len(jobs):
        raise EngineError(said)
