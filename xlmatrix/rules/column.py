"""A computed column: its formula and its Python twin in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from xlmatrix.formula import Expr
from xlmatrix.rules.frame import Frame, cells


@dataclass(frozen=True, slots=True)
class Computed:
    """A column of tIncidents that no one types.

    ``twin`` gives the column in a frame's own terms (instants in seconds), ``show`` turns it into
    what the cell holds. ``title`` is a hint for the header; hidden columns are steps on the way.
    """

    header: str
    expr: Expr
    twin: Callable[[Frame], Any]
    show: str = "seconds"
    role: str = "helper"
    width: float = 10.0
    hidden: bool = True
    note: str = ""
    marked: Callable[[Frame], Any] | None = None
    """Rows that show :data:`~xlmatrix.rules.clocks.engine.PAUSED` instead of an instant."""

    def values(self, frame: Frame) -> list[Any]:
        """The cached values of all rows."""
        column = frame[self.header]
        match self.show:
            case "seconds":
                shown = cells(column)
            case "stamp":
                shown = cells(column, per_day=True)
            case _:
                return list(column)
        if self.marked is not None:
            for row in np.flatnonzero(self.marked(frame)):
                shown[row] = "Paused"
        return shown
