"""tIncidents: the log. What is no stamp stays as it was typed."""

from __future__ import annotations

from xlmatrix.regen.mapping.book import Source
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS, TEXT_INPUTS, IncidentLog
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import odd_cells, stamps_of, text_of


def incident_log(source: Source) -> IncidentLog:
    """The log as typed, row by row in the order of the sheet."""
    records = source.records(INCIDENTS.name) or []
    columns = {
        header: [record.get(header) for record in records]
        for header in (*TEXT_INPUTS, *STAMP_INPUTS)
    }
    return IncidentLog(
        texts={header: list(map(text_of, columns[header])) for header in TEXT_INPUTS},
        stamps={header: stamps_of(columns[header]) for header in STAMP_INPUTS},
        odd={
            (header, row): said
            for header in STAMP_INPUTS
            for row, said in odd_cells(columns[header]).items()
        },
    )
