"""What the cells of computed columns hold, as Python computes it from a frame of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from xlmatrix.formula import Expr
from xlmatrix.rules.frame import Frame, cells
from xlmatrix.tables.column import Column, Origin
from xlmatrix.tables.kinds import NUMBER, SECONDS, STAMP, TEXT, Kind

#: Stands in a cell whose clock stands still.
_PAUSED: Final = "Paused"


def twins_of(columns: Iterable[Column]) -> dict[str, Callable[[Frame], Any]]:
    """The twins of computed columns by id, as a frame takes them."""
    return {column.id: column.twin for column in columns if column.twin is not None}


def values_of(column: Column, frame: Frame) -> list[Any]:
    """The cached values of all rows of a computed column.

    Numbers are shown as they are, those of a stamp as serial numbers; NaN is an empty text.
    """
    found = frame[column.id]
    if found.dtype == object:
        shown = list(found)
    else:
        shown = cells(found.astype(np.float64), per_day=column.kind is STAMP)
    if column.marked is not None:
        for row in np.flatnonzero(column.marked(frame)):
            shown[row] = _PAUSED
    return shown


_KINDS: Final[dict[str, Kind]] = {
    "seconds": SECONDS,
    "cells": SECONDS,
    "numbers": NUMBER,
    "stamp": STAMP,
    "text": TEXT,
}

# Both go once every rule makes its columns by tables.column.hidden_step and the declarations.
if TYPE_CHECKING:

    class Computed(Column):
        """A computed column of a log."""

        def __init__(  # noqa: PLR0917
            self,
            header: str,
            expr: Expr,
            twin: Callable[[Frame], Any],
            show: str = "seconds",
            role: str = "helper",
            width: float = 10.0,
            hidden: bool = True,
            note: str = "",
            marked: Callable[[Frame], Any] | None = None,
        ) -> None: ...

else:

    def Computed(  # noqa: N802, PLR0917
        header,
        expr,
        twin,
        show="seconds",
        role="helper",
        width=10.0,
        hidden=True,
        note="",
        marked=None,
    ):
        """A computed column of a log, with the look that the rule says."""
        return Column(
            header,
            role,
            width,
            _KINDS[show],
            Origin.COMPUTED,
            hidden=hidden,
            note=note,
            expr=expr,
            twin=twin,
            marked=marked,
        )
