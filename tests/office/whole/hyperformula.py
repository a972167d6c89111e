"""HyperFormula (npm, GPL; for tests alone) computes a workbook handed over as JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.office.package import Cell, ExcelError, Package, Value, bounds, cell_values
from tests.office.programs import ROOT, EngineError, missing
from tests.office.whole.translate import names_of, tables_of, translate

FOLDER = ROOT / ".tools" / "engines"
SCRIPT = ROOT / "tools" / "engines" / "hyperformula.mjs"


def version() -> str:
    """The version that is installed."""
    manifest = FOLDER / "node_modules" / "hyperformula" / "package.json"
    if not manifest.is_file():
        missing("HyperFormula", "engines")
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])


def hyperformula_values(path: Path, *, timeout_s: float = 900) -> dict[Cell, Value]:
    """What HyperFormula computes for every formula cell, from nothing."""
    version()
    node = shutil.which("node") or missing("Node.js", "engines")
    with subprocess.Popen(
        [node, "--max-old-space-size=6000", "--stack-size=60000", str(SCRIPT), str(FOLDER)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            out, said = process.communicate(json.dumps(handed_over(path)), timeout=timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            raise EngineError(f"HyperFormula took over {timeout_s:.0f} s") from None
    if process.returncode:
        raise EngineError(f"HyperFormula gave no values for {path.name}:\n{said[-3000:]}")
    return {(sheet, ref): _value(one) for sheet, ref, one in json.loads(out)}


def handed_over(path: Path) -> dict[str, Any]:
    """The workbook as the script reads it: of each sheet its cells by row and column.

    Text carries an apostrophe, so that ``'4711`` stays text; a formula begins with ``=``.
    """
    package = Package(path)
    tables, names = tables_of(package), names_of(package)
    sheets = {}
    for title in package.sheets:
        cells: list[tuple[int, int, object]] = []
        for ref, formula, value in cell_values(package, title):
            column, row, _, _ = bounds(ref)
            raw: object = _raw(value)
            if formula is not None:
                raw = "=" + translate(formula, tables, names, row=row)
            if raw is not None:
                cells.append((row, column, raw))
        sheets[title] = cells
    return {"sheets": sheets}


def _raw(value: Value) -> object:
    if isinstance(value, str) and not isinstance(value, ExcelError):
        return "'" + value
    return value


def _value(one: Any) -> Value:
    return ExcelError(one["error"]) if isinstance(one, dict) else one
