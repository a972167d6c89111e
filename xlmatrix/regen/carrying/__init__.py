"""What users added around the template, carried over to the new workbook step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from xlmatrix.regen.carrying.beside import keep_beside
from xlmatrix.regen.carrying.cargo import Cargo, Trip
from xlmatrix.regen.carrying.columns import add_columns
from xlmatrix.regen.carrying.formulas import keep_formulas
from xlmatrix.regen.carrying.freight.step import take_freight
from xlmatrix.regen.carrying.guests import seat_guests
from xlmatrix.regen.carrying.onours import look_over
from xlmatrix.regen.carrying.ownsheets import add_sheets
from xlmatrix.regen.carrying.state.deleted import hide_deleted
from xlmatrix.regen.carrying.state.step import take_state
from xlmatrix.regen.carrying.strangers import (
    adopt_names,
    keep_loose_formulas,
    list_addresses,
    list_arrays,
    lose_beside,
    lose_programs,
    refuse_clashes,
)

#: What is carried over, in an order that matters: names stand before the formulas that mention
#: them, tables have all their columns before places in them are looked up, and users' sheets come
#: last, for they may mention everything.
STEPS: Final[tuple[Callable[[Trip, Cargo], Cargo], ...]] = (
    refuse_clashes,
    lose_programs,
    seat_guests,
    adopt_names,
    keep_formulas,
    add_columns,
    keep_beside,
    keep_loose_formulas,
    look_over,
    lose_beside,
    add_sheets,
    take_freight,
    hide_deleted,
    take_state,
    list_arrays,
    list_addresses,
)


def carried(trip: Trip, cargo: Cargo) -> Cargo:
    """The cargo after every step.

    Raises
    ------
    XlmatrixError
        For a name of a user's that the new workbook needs itself.
    """
    for step in STEPS:
        cargo = step(trip, cargo)
    return cargo


__all__ = ["STEPS", "Cargo", "Trip", "carried"]
