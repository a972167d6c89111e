"""The cells of a workbook that people type in, and typing into them as Excel saves it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lxml import etree

from tests.office.package import (
    MAIN,
    NS,
    Cell,
    ExcelError,
    Package,
    Value,
    bounds,
    cell_values,
    letters,
)
from xlmatrix.tables import kinds
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.catalogue import table_of
from xlmatrix.tables.column import Column, typed
from xlmatrix.tables.kinds import choice


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of a typed column. ``row`` counts from 1 below the header."""

    table: str
    column: Column
    row: int
    cell: Cell

    @property
    def kind(self) -> tuple[str, str]:
        """The declared table and column, whatever numbers stand behind their names."""
        if self.table == self.column.id:
            return "names", self.column.id.rstrip("0123456789").rstrip("_")
        declared = table_of(self.table)
        assert declared is not None
        named = next((c.id for c in declared.columns if c.id == self.column.id), "")
        pattern = next(
            (
                c.id
                for c in declared.repeated
                if not named and self.column.id.startswith(c.id.partition("*")[0])
            ),
            self.column.id,
        )
        return declared.name, named or pattern


def spots_of(package: Package) -> list[Spot]:
    """Every cell of a typed column that holds no formula."""
    found = []
    for title in package.sheets:
        formulas: set[str] | None = None
        for root in package.tables(title):
            table = table_of(root.get("displayName"))
            if table is None:
                continue
            if formulas is None:
                formulas = {
                    ref for ref, formula, _ in cell_values(package, title) if formula is not None
                }
            found += [
                Spot(root.get("displayName"), table[name], row - top, (title, ref))
                for name, top, row, ref in _cells(root, table.ids_of)
                if (column := table.get(name)) and column.typed and ref not in formulas
            ]
    return found


#: The input cells that have a name and no table, without the severity's number, and what they hold.
NAMED: Final = {
    "AsOf_Input": kinds.STAMP,
    "Clock_Shift_H": kinds.NUMBER,
    "Ladder_Calendar": choice(words.CALENDARS),
    "Ack_Timeout_Unit": choice(words.UNITS),
    "Ack_Timeout": kinds.AMOUNT,
    "Repeat_After_Unit": choice(words.UNITS),
    "Repeat_After": kinds.AMOUNT,
    "Executive_Note": kinds.TEXT,
    "Customer_Note": kinds.TEXT,
    "Card_Incident": choice(words.INCIDENTS),
    "Card_Drill": kinds.NUMBER,
    "Players_Drill": kinds.NUMBER,
    "Change_Policy": choice(words.CHANGE_POLICIES),
    "Warn_Percent": kinds.NUMBER,
    "Soon_Min": kinds.NUMBER,
}


def named_spots(package: Package) -> list[Spot]:
    """The cells of inputs that have a defined name; each is a table of one row."""
    found = []
    for one in package.xml(package.workbook_part).iterfind("m:definedNames/m:definedName", NS):
        name, (sheet, _, ref) = one.get("name"), (one.text or "").rpartition("!")
        kind = NAMED.get(name.rstrip("0123456789").rstrip("_"))
        if kind is not None and ":" not in ref:
            cell = sheet.strip("'").replace("''", "'"), ref.replace("$", "")
            found.append(Spot(name, typed(name, kind, "input"), 1, cell))
    return found


def _cells(root: Any, ids_of: Any) -> Iterator[tuple[str, int, int, str]]:
    left, top, _, bottom = bounds(root.get("ref"))
    headers = [c.get("name") for c in root.iterfind("m:tableColumns/m:tableColumn", NS)]
    for place, known in enumerate(ids_of(headers)):
        for row in range(top + 1, bottom + 1):
            yield known, top, row, f"{letters(left + place)}{row}"


def type_into(package: Package, written: Mapping[Cell, Value], path: Path) -> None:
    """Save the workbook at ``path`` with other values in some cells, formulas without theirs."""
    parts = dict(package.parts)
    by_sheet: dict[str, dict[str, Value]] = {}
    for (title, ref), value in written.items():
        by_sheet.setdefault(title, {})[ref] = value
    strings = [value for value in written.values() if _is_text(value)]
    numbers = {text: len(package.shared_strings) + n for n, text in enumerate(strings)}
    if strings:
        parts["xl/sharedStrings.xml"] = _more_strings(package, strings)
    for title, cells in by_sheet.items():
        part = package.sheets[title]
        root = package.xml(part)
        _fill(root, cells, numbers)
        parts[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def _is_text(value: Value) -> bool:
    return isinstance(value, str) and not isinstance(value, ExcelError)


def _more_strings(package: Package, strings: Iterable[Value]) -> bytes:
    root = package.xml("xl/sharedStrings.xml")
    for text in strings:
        item = etree.SubElement(root, f"{{{MAIN}}}si")
        shown = etree.SubElement(item, f"{{{MAIN}}}t")
        shown.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        shown.text = str(text)
    for counted in ("count", "uniqueCount"):
        root.attrib.pop(counted, None)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _fill(root: Any, cells: Mapping[str, Value], strings: Mapping[Value, int]) -> None:
    rows = {int(row.get("r")): row for row in root.iterfind("m:sheetData/m:row", NS)}
    for ref, value in cells.items():
        column, number, _, _ = bounds(ref)
        row = rows[number]
        cell = next((c for c in row if c.get("r") == ref), None)
        if cell is None:
            cell = etree.Element(f"{{{MAIN}}}c", r=ref)
            row.insert(sum(bounds(c.get("r"))[0] < column for c in row), cell)
        _write(cell, value, strings)


def _write(cell: Any, value: Value, strings: Mapping[Value, int]) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if value is None:
        return
    if isinstance(value, bool):
        kind, text = "b", str(int(value))
    elif isinstance(value, ExcelError):
        kind, text = "e", str(value)
    elif isinstance(value, str):
        kind, text = "s", str(strings[value])
    else:
        kind, text = "", repr(value)
    if kind:
        cell.set("t", kind)
    etree.SubElement(cell, f"{{{MAIN}}}v").text = text


def hidden_columns(package: Package, title: str) -> set[int]:
    """Hidden columns of a sheet, by number."""
    return {
        number
        for col in package.xml(package.sheets[title]).iterfind("m:cols/m:col", NS)
        if col.get("hidden") in ("1", "true")
        for number in range(int(col.get("min")), int(col.get("max")) + 1)
    }


def shown_sheets(package: Package) -> set[str]:
    """The sheets that are not hidden."""
    sheets = package.xml(package.workbook_part).iterfind("m:sheets/m:sheet", NS)
    return {sheet.get("name") for sheet in sheets if sheet.get("state", "visible") == "visible"}
