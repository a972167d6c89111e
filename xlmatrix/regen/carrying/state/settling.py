"""Puts what stays into the finished package."""

from __future__ import annotations

from collections.abc import Sequence

from xlmatrix.package import Package
from xlmatrix.package.parts import Parts
from xlmatrix.regen.carrying.state.desk import Desk
from xlmatrix.regen.carrying.state.stay import Stay


def settled(data: bytes, old: Package, standing: Sequence[Stay]) -> bytes:
    """The package with the state that people gave to the old workbook; without any, the same."""
    if not standing:
        return data
    desk = Desk(Parts.of(data), old)
    for stay in standing:
        stay.settle(desk)
    desk.clear()
    return desk.new.to_bytes()
