"""What is left of a broken workbook: its cells as values, sheet by sheet."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from xlmatrix.regen.carrying.roles import cell_role
from xlmatrix.regen.reading.contents import Contents, SheetPart
from xlmatrix.sheets.plan import BookPlan, Cell, SheetPlan
from xlmatrix.sheets.stamp import NAME, TITLE

_MOST_CELLS: Final = 3_000_000
_HELPERS: Final = frozenset({"calendar", "tz", "week", "policy"})


def rescued(contents: Contents) -> BookPlan | None:
    """A plan of all values that were read; None when there are none."""
    plans = []
    left = _MOST_CELLS
    for sheet in contents.sheets:
        own = sheet.name.casefold() == NAME.casefold() or sheet.cells.values.get((1, 1)) == TITLE
        if own or (sheet.state != "visible" and sheet.name.casefold() in _HELPERS):
            continue
        if not sheet.cells.values or left <= 0:
            continue
        plan = _sheet(contents, sheet, left)
        left -= len(plan.cells)
        plans.append(plan)
    if not plans:
        return None
    return BookPlan(
        tuple(plans), {}, title="Rescued values", subject="", created=datetime(2026, 1, 1)
    )


def _sheet(contents: Contents, sheet: SheetPart, most: int) -> SheetPlan:
    cells = {}
    for spot, value in list(sheet.cells.values.items())[:most]:
        text = value[:32_767] if isinstance(value, str) else value
        cells[spot] = Cell(text, cell_role(contents, sheet, spot))
    widths = {column: max(1.0, width) for column, width in sheet.cells.widths.items()}
    return SheetPlan(sheet.name, cells, widths=widths)
