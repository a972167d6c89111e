"""Where an incident stands in the log, by its ID."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, exact, lit, name

#: How many IDs people typed as something else than text.
ODD_IDS: Final = name("Odd_Ids")
_TYPED: Final = col("tIncidents", "ID")
_AS_TEXT: Final = col("tIncidents", "id text")


def odd_ids_expr() -> Expr:
    """The formula behind :data:`ODD_IDS`."""
    return F.COUNT(_TYPED) + F.COUNTIF(_TYPED, lit(True)) + F.COUNTIF(_TYPED, lit(False))


def log_row(identifier: Expr) -> Expr:
    """The row of the log (from 1) that an ID stands in first, an error where it is in none.

    Numbers and their text are one ID. Programs compare typed text far quicker than results of
    formulas, so the column of texts is searched only where somebody typed another kind.
    """
    ids = F.CHOOSE(F.IF(ODD_IDS.eq(0), 1, 2), _TYPED, _AS_TEXT)
    return F.MATCH(exact(identifier & ""), ids, 0)
