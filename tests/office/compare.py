"""Compares the value stored in each formula cell with what another engine computes for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.office.engines import ironcalc_values
from tests.office.libre import recomputed
from tests.office.package import Cell, ExcelError, FormulaCell, Value, formula_cells

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Difference:
    """One formula cell whose stored value another engine does not confirm."""

    sheet: str
    cell: str
    stored: Value
    recomputed: Value
    formula: str

    def __str__(self) -> str:
        return (
            f"{self.sheet}!{self.cell}: stored {self.stored!r}, recomputed {self.recomputed!r}"
            f"  ={self.formula}"
        )


def differences(built: Path) -> list[Difference]:
    """Formula cells whose stored value LibreOffice, which computes them anew, does not confirm."""
    return compare(formula_cells(built), recomputed(built))


def compare(built: Mapping[Cell, FormulaCell], values: Mapping[Cell, Value]) -> list[Difference]:
    """The cells of ``built`` that ``values`` does not confirm; see :func:`same`.

    A formula cell that ``values`` lacks counts as different (recomputed ``None``).
    """
    return [
        Difference(*cell, found.value, values.get(cell), found.formula)
        for cell, found in built.items()
        if cell not in values or not same(found.value, values[cell], found.kind)
    ]


def same(stored: Value, recomputed: Value, kind: str = "number") -> bool:
    """Whether two values are equal for a reader of the workbook.

    Text, booleans and errors: exactly, and empty text equals an empty cell. Whole numbers: exactly.
    Other numbers: to 12 digits (LibreOffice writes 15). Instants: to the second as well.
    """
    if stored in (None, "") and recomputed in (None, ""):
        return True
    if isinstance(stored, str) or isinstance(recomputed, str):
        return stored == recomputed and isinstance(stored, ExcelError) == isinstance(
            recomputed, ExcelError
        )
    if stored is None or recomputed is None:
        return False
    # LibreOffice has no booleans of its own: TRUE in a cell with a number format comes back as 1.
    if float(stored).is_integer() and float(recomputed).is_integer():
        return float(stored) == float(recomputed)
    if kind == "instant" and round(stored * DAY) != round(recomputed * DAY):
        return False
    return abs(stored - recomputed) <= 1e-12 * max(1.0, abs(stored), abs(recomputed))


def assert_confirmed(path: Path) -> int:
    """Fail unless LibreOffice, recomputing from nothing, confirms every formula cell.

    Returns the number of formula cells; a workbook without any fails too.
    """
    cells = formula_cells(path)
    assert cells, f"{path.name} holds no formula: there is nothing to confirm"
    _fail_on(compare(cells, recomputed(path)), len(cells), "LibreOffice")
    return len(cells)


def assert_confirmed_by_ironcalc(path: Path, only: Collection[Cell]) -> int:
    """Fail unless IronCalc confirms the formula cells among ``only``; returns their number."""
    wanted = set(only)
    cells = {cell: found for cell, found in formula_cells(path).items() if cell in wanted}
    assert cells, "none of the cells asked for holds a formula: there is nothing to confirm"
    _fail_on(compare(cells, ironcalc_values(path, cells)), len(cells), "IronCalc")
    return len(cells)


def error_cells(path: Path) -> list[str]:
    """The formula cells whose value is an error, as ``Sheet!A1: #N/A  =formula``."""
    return [
        f"{sheet}!{ref}: {cell.value}  ={cell.formula}"
        for (sheet, ref), cell in formula_cells(path).items()
        if isinstance(cell.value, ExcelError)
    ]


def _fail_on(found: list[Difference], total: int, engine: str) -> None:
    if found:
        shown = "\n".join(str(difference) for difference in found[:20])
        more = f"\n... and {len(found) - 20} more" if len(found) > 20 else ""
        raise AssertionError(f"{engine} differs in {len(found)} of {total} cells:\n{shown}{more}")
