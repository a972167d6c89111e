"""Where single cells of a sheet of ours stand now: in tables by key, beside them by their text."""

from __future__ import annotations

from functools import cached_property

from xlmatrix.regen.carrying.cargo import Spot
from xlmatrix.regen.carrying.freight.aim import Box
from xlmatrix.regen.carrying.rows import in_table
from xlmatrix.regen.carrying.state.case import Case, OurSheet
from xlmatrix.regen.reading.tables import told
from xlmatrix.sheets.plan import Cell, Formula, SheetPlan


class Spots:
    """Finds cells of one sheet on the new one."""

    def __init__(self, case: Case, sheet: OurSheet) -> None:
        self.case, self.sheet = case, sheet
        self.moved = case.moved(sheet)

    def spot(self, old: Spot) -> Spot | None:
        """Where a cell stands now; None where it is gone or nobody can tell."""
        if self.in_table(old):
            return self.moved.spot(*old)
        shown = self.text(old)
        if not shown:
            box = self.case.aim.box(self.sheet.part, self.sheet.plan, Box(*old, *old))
            free = old not in self.sheet.plan.cells and not in_table(self.sheet.plan, old)
            return old if box is not None or free else None
        if text_of(self.sheet.plan.cells.get(old)) == shown:
            return old
        found = self._texts.get(shown, [])
        return found[0] if len(found) == 1 else None

    def box(self, old: Box) -> Box | None:
        """Where a rectangle stands now, as a whole; None where nobody can tell."""
        now = self.case.aim.box(self.sheet.part, self.sheet.plan, old)
        if now is not None:
            return now
        first, last = self.spot((old.top, old.left)), self.spot((old.bottom, old.right))
        if first is None or last is None or self.in_table((old.top, old.left)):
            return None
        same = (last[0] - first[0], last[1] - first[1])
        moved = same == (old.bottom - old.top, old.right - old.left)
        return Box(*first, *last) if moved else None

    def in_table(self, old: Spot) -> bool:
        """Whether an old cell belongs to a table of ours."""
        return any(one.place.holds(old) for one in self.case.tables(self.sheet))

    def text(self, old: Spot) -> str:
        """What an old cell shows; empty for a blank one."""
        value = self.sheet.part.cells.values.get(old)
        return "" if value in (None, "") else told(value)

    @cached_property
    def _texts(self) -> dict[str, list[Spot]]:
        return texts_of(self.sheet.plan)


def texts_of(plan: SheetPlan) -> dict[str, list[Spot]]:
    """The cells of a planned sheet outside of tables, by what they show."""
    found: dict[str, list[Spot]] = {}
    for spot, cell in plan.cells.items():
        shown = text_of(cell)
        if shown:
            found.setdefault(shown, []).append(spot)
    return found


def text_of(cell: Cell | None) -> str:
    """What a planned cell shows; empty for a blank one and for none."""
    value = None if cell is None else cell.value
    if isinstance(value, Formula):
        value = value.value
    if value in (None, ""):
        return ""
    return told(value) if isinstance(value, str | int | float) else str(value)
