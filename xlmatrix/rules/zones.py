"""The zones that a workbook computes with, by number: the matrix's first."""

from __future__ import annotations

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.models import MatrixSpec
from xlmatrix.worktime import Zone


def zones_in_use(spec: MatrixSpec) -> tuple[Zone, ...]:
    """The zones of the matrix, of layers and of people, each once; their numbers count from 1.

    A name that is no zone is left out: a person's may be whatever somebody typed.
    """
    layers = (one.zone for one in spec.rotations_ever)
    wanted = [spec.zone, *layers, *(one.zone for one in spec.people)]
    first, last = spec.horizon.start.year - 1, spec.horizon.end.year + 1
    found = []
    for name in dict.fromkeys(name for name in wanted if name):
        try:
            found.append(Zone.load(name, first, last))
        except XlmatrixError:
            continue
    return tuple(found)


def zone_number(spec: MatrixSpec, name: str) -> int:
    """The number of a zone in use."""
    return [zone.name for zone in zones_in_use(spec)].index(name) + 1
