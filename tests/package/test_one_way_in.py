"""Packages and their XML are opened in one room alone, so that a limit set there holds for all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import xlmatrix

ROOT = Path(xlmatrix.__file__).parent
#: What opens a package or parses XML.
OPENERS = (
    "zipfile",
    "xml.etree",
    "xml.parsers",
    "xml.dom",
    "xml.sax.expatreader",
    "defusedxml",
    "lxml",
    "python_calamine",
    "openpyxl.load_workbook",
    "openpyxl.reader",
    "pyopenvba",
)
#: Who may, and why.
MAY = {
    "package/archive.py": {"zipfile"},  # the one way in
    "package/plain_xml.py": {"xml.parsers"},  # the one parser
    "package/events.py": {"xml.parsers", "xml.etree"},  # its errors, and the type of a tree
    "package/cut.py": {"xml.parsers"},  # its errors
    "package/parts.py": {"zipfile"},  # puts a changed package together, and opens none
    "write/package.py": {"zipfile"},  # takes apart what openpyxl has just written, in memory
    "exchange/files/sheets.py": {"python_calamine"},  # gets the bytes that the room has opened
    "routes/project.py": {"pyopenvba"},  # gets a copy of a package that the room has opened
    "routes/worn.py": {"xml.etree"},  # the type of an element, for the type checker alone
}


def modules(source: str) -> Iterator[str]:
    """Every name that a module imports, with what it takes from it."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.Attribute(value=ast.Name(id="openpyxl"), attr=attribute):
                yield f"openpyxl.{attribute}"


def openers(source: str) -> set[str]:
    return {
        opener
        for name in modules(source)
        for opener in OPENERS
        if name == opener or name.startswith(f"{opener}.")
    }


def test_nothing_outside_the_named_modules_opens_a_package_or_parses_xml() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): openers(path.read_text(encoding="utf-8"))
        for path in ROOT.rglob("*.py")
    }
    assert {name: used for name, used in found.items() if used} == MAY


@pytest.mark.parametrize(
    "line",
    [
        "import zipfile",
        "from zipfile import ZipFile",
        "import openpyxl\nopenpyxl.load_workbook('a.xlsx')",
        "from openpyxl import load_workbook",
        "from xml.etree import ElementTree",
        "from xml.parsers import expat",
        "def read():\n    from python_calamine import CalamineWorkbook",
    ],
)
def test_every_way_of_opening_is_seen(line: str) -> None:
    assert openers(line)
