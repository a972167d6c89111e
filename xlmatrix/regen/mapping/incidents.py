"""tIncidents: the log. What is no stamp stays as it was typed."""

from __future__ import annotations

import numpy as np

from xlmatrix.regen.mapping.book import Source
from xlmatrix.regen.reading.tables import Raw, number_of, text_of
from xlmatrix.rules.instants import EPOCH_S, FIRST_SERIAL, LAST_SERIAL
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS, TEXT_INPUTS, IncidentLog


def incident_log(source: Source) -> IncidentLog:
    """The log as typed, row by row in the order of the sheet."""
    records = source.records("tIncidents") or []
    texts = {header: [text_of(r.get(header)) for r in records] for header in TEXT_INPUTS}
    stamps: dict[str, np.ndarray] = {}
    odd: dict[tuple[str, int], str] = {}
    for header in STAMP_INPUTS:
        column = [record.get(header) for record in records]
        stamps[header] = _stamps(column)
        for row in np.flatnonzero(np.isnat(stamps[header])):
            shown = text_of(column[row])
            if shown:
                odd[header, int(row)] = shown
    return IncidentLog(texts=texts, stamps=stamps, odd=odd)


def _stamps(column: list[Raw]) -> np.ndarray:
    numbers = np.array(
        [np.nan if (number := number_of(value)) is None else number for value in column],
        dtype=np.float64,
    )
    known = (numbers >= FIRST_SERIAL) & (numbers <= LAST_SERIAL)
    seconds = np.zeros(len(column), dtype=np.int64)
    # A half goes up, as in the formulas; see instants.typed_seconds.
    seconds[known] = np.floor(numbers[known] * 86400 + 0.5).astype(np.int64) - EPOCH_S
    answer = seconds.astype("datetime64[s]")
    answer[~known] = np.datetime64("NaT")
    return answer
