"""Puts what came along into the finished package."""

from __future__ import annotations

from xlmatrix.package import Package
from xlmatrix.package.parts import Parts
from xlmatrix.regen.carrying.freight.hold import Hold
from xlmatrix.regen.carrying.freight.pieces import Freight
from xlmatrix.regen.carrying.freight.workbook import enlist
from xlmatrix.regen.carrying.looks import Looks


def unload(new: Parts, old: Package, freight: Freight, looks: Looks | None) -> None:
    """Put everything into the new package.

    Pieces are named in the order in which sheets speak of them, so that equal freight gives equal
    bytes. ``looks`` takes styles of the old workbook into the new one.
    """
    hold = Hold(new, old, freight, looks)
    for load in freight.loads:
        hold.load(load)
    enlist(hold)
    hold.settle()
    new.announce(hold.types)
