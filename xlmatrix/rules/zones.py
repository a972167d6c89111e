"""The zones that a workbook computes with, by number: the matrix's first."""

from __future__ import annotations

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.obligations import MEMBER, law
from xlmatrix.worktime import Zone


def zones_in_use(spec: MatrixSpec) -> tuple[Zone, ...]:
    """The zones of the matrix, layers, people and authorities, each once; numbered from 1.

    A name that is no zone is left out: a person's may be whatever somebody typed.
    """
    layers = (one.zone for one in spec.rotations_ever)
    people = (one.zone for one in spec.people)
    wanted = [spec.zone, *layers, *people, *authority_zones(spec)]
    # A report may be due years after the horizon's last incident.
    first, last = spec.horizon.start.year - 1, spec.horizon.end.year + 2
    found = []
    for name in dict.fromkeys(name for name in wanted if name):
        try:
            found.append(Zone.load(name, first, last))
        except XlmatrixError:
            continue
    return tuple(found)


def authority_zones(spec: MatrixSpec) -> tuple[str, ...]:
    """The zones that the obligations of a matrix count in, each once, sorted.

    Those of all member states where one of them follows the matrix's.
    """
    named = {rule.zone for rule in spec.obligations.resolved() if rule.zone}
    members = set(law().members.values()) if MEMBER in named else set()
    return tuple(sorted((named - {MEMBER}) | members))


def zone_number(spec: MatrixSpec, name: str) -> int:
    """The number of a zone in use."""
    return [zone.name for zone in zones_in_use(spec)].index(name) + 1
