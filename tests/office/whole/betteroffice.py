"""BetterOffice (PyPI ``betteroffice-xlsx``, Rust) computes a workbook in memory."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from lxml import etree

from tests.office.package import MAIN, NS, Cell, ExcelError, Package, Value, formula_cells
from tests.office.programs import EngineError, missing

STALE = "never computed"


def version() -> str:
    """The version that is installed."""
    return str(_library().__version__)


def betteroffice_values(path: Path) -> dict[Cell, Value]:
    """What BetterOffice computes for every formula cell, from nothing.

    Raises
    ------
    EngineError
        Where it gave up at its limit of visited cells.
    """
    library = _library()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        spoil_values(path, copy)
        book = library.Workbook.open_path(copy)
    done = book.recalculate()
    if done.limited:
        raise EngineError(f"BetterOffice left {done.limited} cells of {path.name} at its limit")
    return dict(_values(library, book, formula_cells(path)))


def spoil_values(path: Path, copy: Path) -> None:
    """Copy a workbook with a text beside each formula that none of them gives.

    An empty cell would be taken for one that the engine found empty; this text cannot.
    """
    package = Package(path)
    sheets = set(package.sheets.values())
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as sink:
        for part, data in package.parts.items():
            sink.writestr(part, _spoiled(package, part) if part in sheets else data)


def _spoiled(package: Package, part: str) -> bytes:
    root = package.xml(part)
    for cell in root.iterfind("m:sheetData/m:row/m:c[m:f]", NS):
        cell.set("t", "str")
        for old in cell.findall("m:v", NS):
            cell.remove(old)
        etree.SubElement(cell, f"{{{MAIN}}}v").text = STALE
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _values(library: ModuleType, book: Any, cells: Iterable[Cell]) -> Iterable[tuple[Cell, Value]]:
    for sheet, ref in cells:
        value = book.value(sheet, ref)
        error = isinstance(value, library.CellError)
        yield (sheet, ref), ExcelError(value.code) if error else value


def _library() -> ModuleType:
    try:
        import betteroffice_xlsx
    except ImportError:
        missing("BetterOffice", "engines")
    return betteroffice_xlsx
