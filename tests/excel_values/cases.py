"""Excel's own values, and what another engine computes for the same formulas.

The formulas of ``values.csv`` are written into one workbook, each where it stood, since a formula
over a column takes the row it stands in. A case brings its cells along; cases share a sheet as long
as their cells do not contradict each other.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import Cell as SheetCell
from openpyxl.worksheet.formula import ArrayFormula

from tests.office.package import Cell, ExcelError, Value, bounds

CSV = Path(__file__).with_name("values.csv")
_ERRORS = {"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"}

Contents = Mapping[tuple[int, int], Any]
"""(column, row) → number, text, boolean, or None for a blank cell."""


@dataclass(frozen=True, slots=True)
class Case:
    """One formula that Excel computed.

    Attributes
    ----------
    key
        Workbook, sheet and cell it is from.
    place
        Column and row of that cell.
    functions
        The functions in it; ``OPERATORS`` where there is none.
    formula
        Without ``=``.
    cells
        What stands in the cells it refers to.
    value
        What Excel stored for it.
    """

    key: str
    place: tuple[int, int]
    functions: frozenset[str]
    formula: str
    cells: Contents
    value: Value
    is_array: bool

    def __str__(self) -> str:
        return f"{self.key}: ={self.formula} with {list(self.cells.values())}"


#: Lines whose formula is not the one that Excel computed, by what happened to it when the cells it
#: refers to were put in as literals.
UNUSABLE: Mapping[str, Callable[[Mapping[str, str]], bool]] = {
    "a number format stands without its quotes": lambda row: (
        row["functions"] == "TEXT" and "#" in re.sub(r'"[^"]*"', "", row["formula_inlined"])
    ),
    "the text #DIV/0! stands as an error value": lambda row: (
        re.match(r"=(LEN|LEFT|RIGHT|TRIM)\(.*#DIV/0!", row["formula_inlined"]) is not None
    ),
    "SMALL of a cell became SMALL of a literal, which counts texts and booleans": lambda row: (
        row["functions"] == "SMALL"
        and not row["ranges_json"]
        and row["formula_inlined"] != row["formula_in_workbook"]
    ),
}


@cache
def lines() -> tuple[Mapping[str, str], ...]:
    """Every line of the file."""
    with CSV.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def cases() -> tuple[Case, ...]:
    """Every usable case, in the order of the file."""
    return tuple(
        _case(row) for row in lines() if not any(spoilt(row) for spoilt in UNUSABLE.values())
    )


def _case(row: Mapping[str, str]) -> Case:
    formula = row["formula_inlined"].removeprefix("=")
    cells: dict[tuple[int, int], Any] = {}
    for ref, lines in json.loads(row["ranges_json"] or "{}").items():
        area = ref.rpartition("!")[2]
        formula = formula.replace(ref, area)
        left, top, _, _ = bounds(area.replace("$", ""))
        for down, line in enumerate(lines):
            cells |= {(left + right, top + down): value for right, value in enumerate(line)}
    return Case(
        f"{row['workbook']} {row['sheet']}!{row['cell']}",
        bounds(row["cell"])[:2],
        frozenset(row["functions"].replace(";", " ").replace(",", " ").split()),
        formula,
        cells,
        _value(row["excel_type"], row["excel_value"]),
        row["array"] == "1",
    )


def _value(kind: str, text: str) -> Value:
    match kind:
        case "number":
            return float(text)
        case "bool":
            return text == "TRUE"
        case "error":
            return ExcelError(text)
    return text


@dataclass
class _Shared:
    """A sheet that several cases share: what stands in its cells, a case where its formula does."""

    cells: dict[tuple[int, int], Any] = field(default_factory=dict)

    def takes(self, case: Case) -> bool:
        """Whether nothing that stands here contradicts the case."""
        return case.place not in self.cells and all(
            place not in self.cells or _alike(self.cells[place], value)
            for place, value in case.cells.items()
        )


def _alike(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def write(path: Path, chosen: Sequence[Case]) -> dict[Cell, Case]:
    """Write the cases into a workbook; the cell of each."""
    sheets: list[_Shared] = []
    for case in chosen:
        home = next((sheet for sheet in sheets if sheet.takes(case)), None)
        if home is None:
            home = _Shared()
            sheets.append(home)
        home.cells |= {**case.cells, case.place: case}
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    places: dict[Cell, Case] = {}
    for number, sheet in enumerate(sheets, start=1):
        page = book.create_sheet(f"S{number}")
        for (column, row), value in sheet.cells.items():
            cell = page.cell(row, column)
            _put(cell, value)
            if isinstance(value, Case):
                places[page.title, cell.coordinate] = value
    book.save(path)
    return places


def _put(cell: SheetCell, value: Any) -> None:
    if isinstance(value, Case):
        text = f"={value.formula}"
        cell.value = ArrayFormula(cell.coordinate, text) if value.is_array else text
        return
    cell.value = value
    if isinstance(value, str):
        # Text that looks like a formula stays text.
        cell.data_type = "e" if value in _ERRORS else "s"


def computed(
    folder: Path, values: Callable[[Path], Mapping[Cell, Value]]
) -> Iterator[tuple[Case, Value]]:
    """Each case with what an engine computes for it; None where it gave nothing."""
    path = folder / "cases.xlsx"
    places = write(path, cases())
    found = values(path)
    for place, case in places.items():
        yield case, found.get(place)
