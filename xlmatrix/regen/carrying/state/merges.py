"""Cells of our sheets that people merged, most often so that a note has room."""

from __future__ import annotations

from dataclasses import dataclass

from xlmatrix.package.cut import cut
from xlmatrix.regen.carrying.freight.aim import Box, box_of
from xlmatrix.regen.carrying.ourformulas import is_one_of_several
from xlmatrix.regen.carrying.state.case import Case, OurSheet
from xlmatrix.regen.carrying.state.desk import Desk
from xlmatrix.regen.carrying.state.spots import Spots, text_of
from xlmatrix.regen.carrying.state.stay import Finds, OfSheet, left_out
from xlmatrix.regen.reading.frames import Frames, plain_attributes
from xlmatrix.regen.reading.tables import told
from xlmatrix.sheets.plan import SheetPlan


def merges(case: Case) -> Finds:
    """Merged cells that are none of ours, where they stand now and nothing is covered."""
    for sheet in case.seen:
        kept: list[str] = []
        spots = Spots(case, sheet)
        for area in sheet.part.cells.merges:
            if ":" not in area or _is_ours(case, sheet, area):
                continue
            now = _now(spots, box_of(area))
            fits = now is not None and _is_free(sheet.plan, now, kept)
            if now is None or not fits:
                note = "cells that you merged are single ones again: others stand there now"
                yield left_out(sheet.name, area, note)
            else:
                kept.append(_area(now))
        if kept:
            yield Merges(sheet.name, tuple(kept))


def _is_ours(case: Case, sheet: OurSheet, area: str) -> bool:
    """Whether a rectangle is one of ours: there, over a text of ours, or of another release."""
    if area in sheet.plan.merges:
        return True
    box = box_of(area)
    value = sheet.part.cells.values.get((box.top, box.left))
    if value in (None, "") and not case.trip.same_release:
        return True
    shown = "" if value in (None, "") else told(value)
    if not case.trip.same_release and shown in case.trip.used.stamp.sheets[sheet.name].loose:
        return True
    made = case.as_made(sheet.name)
    row = [spot for spot in sheet.part.cells.formulas if spot[0] == box.top == box.bottom]
    if any(is_one_of_several(sheet.part, spot, made) for spot in row):
        # A row of a list of ours, which a table above it has pushed down.
        return True
    plans = (sheet.plan, *([made] if made is not None else []))
    return any(area in plan.merges or _alike(plan, box, shown) for plan in plans)


def _alike(plan: SheetPlan, box: Box, shown: str) -> bool:
    """Whether a planned sheet has merged as many cells over the same text elsewhere."""
    size = (box.bottom - box.top, box.right - box.left)
    return bool(shown) and any(
        (one.bottom - one.top, one.right - one.left) == size
        and text_of(plan.cells.get((one.top, one.left))) == shown
        for one in map(box_of, plan.merges)
    )


def _now(spots: Spots, box: Box) -> Box | None:
    first = spots.spot((box.top, box.left))
    if first is None or any(spots.in_table(corner) for corner in _corners(box)):
        return None
    down, right = first[0] - box.top, first[1] - box.left
    return Box(first[0], first[1], box.bottom + down, box.right + right)


def _corners(box: Box) -> list[tuple[int, int]]:
    return [(row, column) for row in (box.top, box.bottom) for column in (box.left, box.right)]


def _is_free(plan: SheetPlan, box: Box, kept: list[str]) -> bool:
    """Whether merging covers no value, no table and no other merged cells."""
    others = [box_of(area) for area in (*plan.merges, *kept)]
    others += map(Box.of_table, plan.tables)
    if any(map(box.meets, others)):
        return False
    return not any(
        box.holds(spot) and spot != (box.top, box.left) and text_of(cell)
        for spot, cell in plan.cells.items()
    )


def _area(box: Box) -> str:
    return box.address().replace("$", "")


@dataclass(frozen=True, slots=True)
class Merges(OfSheet):
    """Merged cells of one sheet."""

    areas: tuple[str, ...]

    @property
    def what(self) -> str:
        """Which they are."""
        return f"merged cells on the sheet {self.sheet!r}: {', '.join(self.areas[:5])}"

    def settle(self, desk: Desk) -> None:
        """Merge them beside ours."""
        sheet = desk.sheet(self.sheet)
        known = sheet.get("mergeCells")
        items = [item for _, item in cut(known).children] if known else []
        items += [f'<mergeCell ref="{area}"/>' for area in self.areas]
        body = "".join(items)
        sheet.put("mergeCells", f'<mergeCells count="{len(items)}">{body}</mergeCells>')

    def stands(self, there: Frames) -> bool:
        """Whether the sheet has each of them."""
        frame = there.sheet(self.sheet)
        texts = frame.of("mergeCells") if frame is not None else []
        found = {
            plain_attributes(i).get("ref") for text in texts for i in cut(text).of("mergeCell")
        }
        return set(self.areas) <= found
