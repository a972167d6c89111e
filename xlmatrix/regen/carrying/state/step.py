"""The step of carrying in which the workbook's state is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from xlmatrix.regen.carrying.cargo import Cargo, Trip
from xlmatrix.regen.carrying.state.case import Case
from xlmatrix.regen.carrying.state.census import census
from xlmatrix.regen.carrying.state.groups import groups
from xlmatrix.regen.carrying.state.guards import guards, ranges
from xlmatrix.regen.carrying.state.labels import labels
from xlmatrix.regen.carrying.state.links import links
from xlmatrix.regen.carrying.state.merges import merges
from xlmatrix.regen.carrying.state.printareas import areas
from xlmatrix.regen.carrying.state.prints import prints
from xlmatrix.regen.carrying.state.properties import properties
from xlmatrix.regen.carrying.state.rows import hidden_rows
from xlmatrix.regen.carrying.state.stay import Finds, Loss, Stay
from xlmatrix.regen.carrying.state.tablefilters import filters
from xlmatrix.regen.carrying.state.tabs import tabs
from xlmatrix.regen.carrying.state.totals import totals
from xlmatrix.regen.carrying.state.views import views

#: Every kind of state, in the order in which they are put into the finished package.
KINDS: Final[tuple[Callable[[Case], Finds], ...]] = (
    properties,
    labels,
    guards,
    ranges,
    tabs,
    filters,
    hidden_rows,
    totals,
    links,
    merges,
    views,
    prints,
    areas,
    groups,
    census,
)


def take_state(trip: Trip, cargo: Cargo) -> Cargo:
    """Note what stays as it was, and name what cannot."""
    case = Case(trip, cargo)
    stays: list[Stay] = []
    for kind in KINDS:
        for found in kind(case):
            if isinstance(found, Stay):
                stays.append(found)
            elif isinstance(found, Loss):
                cargo = cargo.losing(found.name, found.what)
            else:
                cargo = cargo.noting(found)
    return replace(cargo, standing=tuple(stays))
