"""From tables to spec, log and values without a place in either; pure, whatever read the tables."""

from __future__ import annotations

from collections.abc import Mapping

from xlmatrix.errors import Finding
from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.mapping.book import Source
from xlmatrix.regen.mapping.classes import classes
from xlmatrix.regen.mapping.hours import calendars
from xlmatrix.regen.mapping.incidents import incident_log
from xlmatrix.regen.mapping.lenient import TypedSpec, changed, typed_spec
from xlmatrix.regen.mapping.oncall import overrides, takers, without_effect
from xlmatrix.regen.mapping.people import always_added, people, roles, teams
from xlmatrix.regen.mapping.severities import severities
from xlmatrix.regen.reading.tables import COMPUTED, Raw, TableData, row_keys
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS, TEXT_INPUTS, IncidentLog
from xlmatrix.tables.catalogue import table_of
from xlmatrix.tables.incidents import INCIDENTS

__all__ = ["Typed", "TypedSpec", "log_from_tables", "spec_from_tables", "typed_from_tables"]

Typed = dict[tuple[str, str, str], Raw]


def spec_from_tables(
    tables: Mapping[str, TableData], names: Mapping[str, Raw], base: MatrixSpec
) -> tuple[TypedSpec, list[Finding]]:
    """The spec that a workbook's inputs say.

    Parameters
    ----------
    tables, names
        Tables by name, and the values of cells with a defined name. What is left out stays as in
        ``base``.
    base
        The spec that the workbook was made from, with the horizon that its calendars cover.

    Returns
    -------
    The spec, lenient where people typed what no spec takes, and a finding for each such value.
    """
    source = Source(tables, names)
    known_roles = roles(source, base)
    known_calendars = calendars(source, base)
    known_teams = teams(source, base)
    called = changed(base, teams=known_teams)
    levels = severities(source, called, known_roles, known_calendars)
    known_people = people(source, base)
    takers(source, base, known_people)
    spec = typed_spec(
        base,
        roles=known_roles,
        people=known_people,
        teams=known_teams,
        always_add=always_added(source, base, known_roles),
        overrides=overrides(source, base, known_roles),
        calendars=known_calendars,
        severities=levels,
        classes=classes(source, base, known_roles, levels),
    )
    without_effect(source, spec)
    return spec, source.findings


def log_from_tables(tables: Mapping[str, TableData]) -> IncidentLog:
    """The incidents of a workbook."""
    return incident_log(Source(tables, {}))


def typed_from_tables(tables: Mapping[str, TableData], names: Mapping[str, Raw]) -> Typed:
    """Values that neither spec nor log has a place for, by (table, row key, column).

    Cells with a defined name stand under the table ``""`` and the column ``""``.
    """
    typed: Typed = {("", name, ""): value for name, value in names.items()}
    for name, table in tables.items():
        known = table_of(name)
        if known is not None and known.in_spec and not known.placed:
            continue
        own = (*TEXT_INPUTS, *STAMP_INPUTS) if name == INCIDENTS.name else ()
        columns = [place for place, header in enumerate(table.headers) if header not in own]
        rows = [row for row in table.rows if any(value not in (None, "") for value in row)]
        for key, row in zip(row_keys(name, table.headers, rows), rows, strict=True):
            for place in columns:
                if row[place] != COMPUTED:
                    typed[name, key, table.headers[place]] = row[place]
    return typed
