"""Formulas as an engine without tables reads them: references and names become addresses.

Everything comes from the package: the tables' places, the defined names, the formulas as stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.office.package import NS, Package, bounds, letters

#: Text in quotes, a quoted sheet, a future function's mark, a table with brackets (nested once), a
#: function or sheet, or a word that may be a defined name.
_TOKENS = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")"""
    r"""|(?P<sheet>'(?:[^']|'')*'!)"""
    r"""|(?P<mark>_xlfn\.|_xlws\.)"""
    r"""|(?P<table>[A-Za-z_][\w.]*)\[(?P<inside>(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*)\]"""
    r"""|(?P<call>[A-Za-z_][\w.]*[(!])"""
    r"""|(?P<name>(?<![\w.!$])[A-Za-z_\\][\w.]*)""",
    re.VERBOSE,
)
_PARTS = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_AREAS = {"#All", "#Data", "#Headers", "#Totals", "#This Row"}


class UntranslatableError(ValueError):
    """A structured reference that names no table, column or area of the workbook."""


@dataclass(frozen=True, slots=True)
class Table:
    """Where a table lies: sheet, columns by name in their order, and rows (from 1)."""

    name: str
    sheet: str
    columns: tuple[str, ...]
    left: int
    top: int
    bottom: int
    headers: int = 1
    totals: int = 0

    def rows(self, area: str, row: int) -> tuple[int, int]:
        """First and last row of an area; ``row`` is that of the formula, for ``#This Row``."""
        first, last = self.top + self.headers, self.bottom - self.totals
        match area:
            case "#All":
                return self.top, self.bottom
            case "#Headers" if self.headers:
                return self.top, self.top
            case "#Totals" if self.totals:
                return self.bottom, self.bottom
            case "#Data" | "":
                return first, last
            case "#This Row" if first <= row <= last:
                return row, row
        raise UntranslatableError(f"{self.name} has no {area} for row {row}")

    def column(self, name: str) -> int:
        """The number of a column (from 1, on the sheet); names are equal without case."""
        folded = [known.casefold() for known in self.columns]
        if name.casefold() not in folded:
            raise UntranslatableError(f"{self.name} has no column {name!r}")
        return self.left + folded.index(name.casefold())


Tables = Mapping[str, Table]
"""By name in lower case: Excel tells tables apart without case."""


def tables_of(package: Package) -> dict[str, Table]:
    """Every table of a workbook."""
    found = {}
    for sheet in package.sheets:
        for root in package.tables(sheet):
            left, top, _, bottom = bounds(root.get("ref"))
            name = root.get("displayName")
            found[name.casefold()] = Table(
                name,
                sheet,
                tuple(_unescaped(one) for one in _column_names(root)),
                left,
                top,
                bottom,
                int(root.get("headerRowCount", "1")),
                int(root.get("totalsRowCount", "0")),
            )
    return found


def names_of(package: Package) -> dict[str, str]:
    """Defined names in lower case and what they stand for; Excel's own (``_xlnm.``) left out."""
    root = package.xml(package.workbook_part)
    return {
        name.get("name").casefold(): name.text or ""
        for name in root.iterfind("m:definedNames/m:definedName", NS)
        if name.get("localSheetId") is None and not name.get("name").startswith("_xlnm.")
    }


def translate(
    formula: str, tables: Tables, names: Mapping[str, str] | None = None, *, row: int
) -> str:
    """A stored formula without structured references, names and marks of future functions.

    Parameters
    ----------
    formula
        As stored in the file, without ``=``.
    tables
        The workbook's tables.
    names
        Defined names in lower case and the addresses they stand for.
    row
        The row that the formula stands in.

    Raises
    ------
    UntranslatableError
        For a reference to what the workbook does not have.
    """

    def replaced(found: re.Match[str]) -> str:
        if found["mark"]:
            return ""
        if found["name"]:
            return (names or {}).get(found["name"].casefold(), found[0])
        if found["table"] is None:
            return found[0]
        return _address(found["table"], found["inside"], tables, row)

    return _TOKENS.sub(replaced, formula)


def _address(name: str, inside: str, tables: Tables, row: int) -> str:
    table = tables.get(name.casefold())
    if table is None:
        raise UntranslatableError(f"there is no table {name}")
    area, columns = _read(inside)
    first, last = table.rows(area, row)
    if columns:
        left, right = table.column(columns[0]), table.column(columns[-1])
    else:
        left, right = table.left, table.left + len(table.columns) - 1
    corner = f"${letters(left)}${first}"
    sheet = table.sheet.replace("'", "''")
    if (left, first) == (right, last):
        return f"'{sheet}'!{corner}"
    return f"'{sheet}'!{corner}:${letters(right)}${last}"


def _read(inside: str) -> tuple[str, list[str]]:
    """The area and the first and last column between a reference's brackets."""
    if not inside.startswith("["):
        plain = _unquoted(inside)
        return (plain, []) if inside in _AREAS else ("", [plain] if plain else [])
    parts = _PARTS.findall(inside)
    areas = [part for part in parts if part in _AREAS]
    columns = [_unquoted(part) for part in parts if part not in _AREAS]
    between = _PARTS.sub("", inside).replace(" ", "")
    if len(areas) > 1 or len(columns) > 2 or between not in {"", ",", ":", ",:"}:
        raise UntranslatableError(f"[{inside}] is of a form that nothing here writes")
    return (areas[0] if areas else ""), columns


def _unquoted(name: str) -> str:
    """A column's name without the apostrophes that mark special characters."""
    return re.sub(r"'(.)", r"\1", name)


def _column_names(root: Any) -> list[str]:
    return [column.get("name") for column in root.iterfind("m:tableColumns/m:tableColumn", NS)]


def _unescaped(name: str) -> str:
    """``_x000a_`` in a header stands for the character of that number."""
    return re.sub(r"_x([0-9a-fA-F]{4})_", lambda found: chr(int(found[1], 16)), name)
