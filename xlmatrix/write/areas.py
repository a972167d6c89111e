"""Rectangles of cells: their corners, and which of them lie upon each other."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.utils.cell import range_boundaries

from xlmatrix.formula.render import column_letters
from xlmatrix.sheets.plan import SheetPlan


def bounds(area: str) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of an area such as ``B2:D7``.

    Raises
    ------
    ValueError
        For whole rows or columns, or no area at all.
    """
    left, top, right, bottom = range_boundaries(area)
    if left is None or top is None or right is None or bottom is None:
        raise ValueError(f"{area!r} needs whole corners")
    return left, top, right, bottom


def overlaps(plan: SheetPlan) -> Iterator[str]:
    """Cells, tables and merges that would lie upon each other."""
    boxes = [
        (t.name, t.column, t.row, t.column + len(t.columns) - 1, t.last_row)
        for t in plan.tables
        if t.values
    ]
    for area in plan.merges:
        try:
            boxes.append((f"the merge {area}", *bounds(area)))
        except ValueError as fault:
            yield f"{plan.name}: {fault}"
    boxes.sort(key=lambda box: box[2])
    alive: list[tuple[str, int, int, int, int]] = []
    for box in boxes:
        alive = [other for other in alive if other[4] >= box[2]]
        for other in alive:
            if box[1] <= other[3] and other[1] <= box[3]:
                yield f"{plan.name}: {box[0]} overlaps {other[0]}"
        alive.append(box)
    for row, column in plan.cells:
        for table in plan.tables:
            if table.row <= row <= table.last_row and (
                table.column <= column < table.column + len(table.columns)
            ):
                yield f"{plan.name}!{column_letters(column)}{row} lies in {table.name}"
