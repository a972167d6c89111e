"""Where what hangs beside our tables hangs once these have grown, shrunk or moved."""

from __future__ import annotations

from typing import Final

from xlmatrix.regen.carrying.freight.aim import Aim, Box
from xlmatrix.regen.carrying.freight.drawings import Thing
from xlmatrix.regen.carrying.moved import Moved
from xlmatrix.regen.reading.contents import Place, SheetPart
from xlmatrix.sheets.plan import SheetPlan, Table

#: What a column takes that nobody gave a width, a letter of one that somebody did, and a row.
_COLUMN_EMU: Final = 609_600
_LETTER_EMU: Final = 66_675
_ROW_EMU: Final = 190_500
_MOST_CELLS: Final = 200


def moved_beside(aim: Aim, part: SheetPart, plan: SheetPlan, thing: Thing) -> tuple[Thing, bool]:
    """A thing where it hangs on the new sheet, and whether it had to leave its place.

    It keeps its place beside the row that it hangs beside, under the table that it hangs under and
    on the row that it hangs on. What would cover cells of ours that it did not cover goes to the
    right of all of them.
    """
    if thing.corner is None:
        return thing, False
    row, column = thing.corner
    now = _now(aim, part, plan, row, column)
    moved = thing.shifted(now[0] - row, now[1] - column)
    if _covers_more(part, plan, thing, moved):
        right = _right_edge(plan) + 2
        if right > now[1]:
            return moved.shifted(0, right - now[1]), True
    return moved, False


def _now(aim: Aim, part: SheetPart, plan: SheetPlan, row: int, column: int) -> tuple[int, int]:
    """Where the cell stands now that a thing hangs on."""
    moved = aim.moved(part, plan)
    pairs = [
        (place, table) for place in part.tables for table in plan.tables if table.name == place.name
    ]
    for place, _ in pairs:
        if place.holds((row, column)):
            return moved.spot(row, column) or (row, column)
    return row + _down(moved, pairs, row, column), column + _right(pairs, row, column)


def _down(moved: Moved, pairs: list[tuple[Place, Table]], row: int, column: int) -> int:
    """With the row beside it, or the head of that table; else with the foot of the one above it."""
    beside = [p for p in pairs if p[0].row <= row <= p[0].last_row]
    if beside:
        place, table = max(beside, key=lambda pair: pair[0].last_column)
        spots = (moved.spot(row, known) for known in range(place.column, place.last_column + 1))
        now = next((spot for spot in spots if spot is not None), None)
        return table.row - place.row if now is None else now[0] - row
    above = [p for p in pairs if p[0].last_row < row]
    over = [p for p in above if p[0].column <= column <= p[0].last_column] or above
    if not over:
        return 0
    place, table = max(over, key=lambda pair: pair[0].last_row)
    return table.last_row - place.last_row


def _right(pairs: list[tuple[Place, Table]], row: int, column: int) -> int:
    """With the right edge of the table at its left."""
    left = [p for p in pairs if p[0].last_column < column]
    beside = [p for p in left if p[0].row <= row <= p[0].last_row] or left
    if not beside:
        return 0
    place, table = max(beside, key=lambda pair: pair[0].last_column)
    return table.column + len(table.columns) - 1 - place.last_column


def _right_edge(plan: SheetPlan) -> int:
    columns = [column for _, column in plan.cells]
    columns += [table.column + len(table.columns) - 1 for table in plan.tables]
    return max(columns, default=0)


def _covers_more(part: SheetPart, plan: SheetPlan, old: Thing, new: Thing) -> bool:
    """Whether it covers cells of the new sheet, and covered none of the old one."""
    if new.corner is None or _covers_old(part, _box(plan, old)):
        return False
    box = _box(plan, new)
    boxes = map(Box.of_table, plan.tables)
    filled = any(
        box.holds(spot) for spot, cell in plan.cells.items() if cell.value not in (None, "")
    )
    return filled or any(map(box.meets, boxes))


def _covers_old(part: SheetPart, box: Box) -> bool:
    boxes = (Box(p.row, p.column, p.last_row, p.last_column) for p in part.tables)
    return any(map(box.meets, boxes)) or any(map(box.holds, part.cells.values))


def _box(plan: SheetPlan, thing: Thing) -> Box:
    """The cells that a thing covers, as near as widths tell."""
    assert thing.corner is not None
    row, column = thing.corner
    if thing.opposite is not None:
        return Box(row, column, max(row, thing.opposite[0]), max(column, thing.opposite[1]))
    width, height = thing.extent
    last = column
    while width > 0 and last - column < _MOST_CELLS:
        known = plan.widths.get(last)
        width -= _COLUMN_EMU if known is None else int(known * _LETTER_EMU) + 1
        last += 1
    rows = min(_MOST_CELLS, -(-height // _ROW_EMU))
    return Box(row, column, row + max(0, rows - 1), max(column, last - 1))
