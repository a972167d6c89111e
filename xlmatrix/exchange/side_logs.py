"""CSVs of the logs beside the incidents: pauses, severity changes, reopenings, reports.

One row an entry under the headers of the sheet, so that a sheet saved as CSV comes back as it was.
Every row is kept as it stands: what is no date, names no incident or no severity is flagged beside
the cell in the workbook, where people can mend it, and said here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from xlmatrix.errors import Finding
from xlmatrix.exchange.columns import Form, laid_out
from xlmatrix.exchange.gather import Reading
from xlmatrix.exchange.lookup import Lookup
from xlmatrix.exchange.notes import Notes
from xlmatrix.exchange.source import open_csv
from xlmatrix.exchange.stamps import StampError, StampReader
from xlmatrix.model import MatrixSpec
from xlmatrix.rules.logs.histories import CHANGES, PAUSES, REOPENED, LogKind, typed_rows
from xlmatrix.rules.logs.incident_log import MOST_INCIDENTS, too_many
from xlmatrix.tables.catalogue import header_of
from xlmatrix.tables.obligations import NOTICES
from xlmatrix.tables.reporting import MOMENTS

_NOTICES: Final = replace(LogKind.of(NOTICES), prefix="N")
_MOMENTS: Final = LogKind(
    MOMENTS, tuple(one.id for one in MOMENTS.typed if one.id != "When"), ("When",), "M"
)
_EPOCH: Final = datetime(1970, 1, 1)
#: By option: the log, its title, and the columns without which a row says nothing.
LOGS: Final[Mapping[str, tuple[LogKind, str, tuple[str, ...]]]] = {
    "pauses": (PAUSES, "a log of pauses", ("Incident", "From")),
    "changes": (CHANGES, "a log of severity changes", ("Incident", "At", "To")),
    "reopened": (REOPENED, "a log of reopenings", ("Incident", "Reopened")),
    "notices": (_NOTICES, "a list of reports", ("Incident", "Obligation")),
    "moments": (_MOMENTS, "a list of moments and facts", ("Incident", "What")),
}


@dataclass(frozen=True, slots=True)
class SideRows:
    """The rows of one log as typed cells, and what was noted about them."""

    cells: Mapping[tuple[str, str, str], Any]
    rows: int
    incidents: Mapping[str, str]
    """The incidents they name: the ID without case to the ID as it stands."""
    findings: tuple[Finding, ...]


def read_side_log(path: str | Path, spec: MatrixSpec, log: str) -> SideRows:
    """Read the rows of a log.

    Parameters
    ----------
    path
        A CSV file, in the encodings and with the delimiters of an export of incidents.
    spec
        Its zone is the zone of stamps that name none; severities are read by id or name.
    log
        ``pauses``, ``changes``, ``reopened``, ``notices`` or ``moments``.

    Raises
    ------
    XlmatrixError
        The file cannot be read, is no CSV text, lacks a column or has more rows than a sheet.
    """
    kind, title, needed = LOGS[log]
    file = open_csv(Path(path))
    names = {column: (column, header_of(kind.table, column)) for column in kind.inputs}
    form = Form(log, title, names, needed, needed, mapped=False)
    plain, notes = spec.imports.get("plain"), Notes(file.name)
    reading = Reading(
        spec=spec,
        file=file,
        layout=laid_out(file, [form], {}),
        stamps=StampReader(spec.zone, plain.date_order if plain else None),
        notes=notes,
        lookup=Lookup(spec, None, notes),
    )
    reading.note_unread_columns()
    rows = []
    for line, fields in reading.rows(short_rows=True):
        row = _row(reading, kind, line, fields)
        if any(value is not None for value in row.values()):
            rows.append(row)
    if len(rows) > MOST_INCIDENTS:
        raise too_many(len(rows), "rows", where=file.name)
    named = {row["Incident"].casefold(): row["Incident"] for row in rows if row["Incident"]}
    return SideRows(typed_rows(kind, rows), len(rows), named, notes.findings())


def _row(reading: Reading, kind: LogKind, line: int, fields: list[str]) -> dict[str, Any]:
    place = reading.layout.place
    given = {
        header: reading.lookup.text(line, header, fields[place[header]]) if header in place else ""
        for header in kind.inputs
    }
    row: dict[str, Any] = {header: text or None for header, text in given.items()}
    for header in kind.stamps:
        row[header] = _stamp(reading, line, header, given[header])
    if kind is CHANGES:
        row["To"] = _severity(reading, line, given["To"])
    return row


def _stamp(reading: Reading, line: int, header: str, text: str) -> datetime | str | None:
    try:
        seconds = reading.stamps.read(text)
    except StampError as error:
        what = f"{header} is kept as text and counts for no clock: {error.what}"
        reading.notes.at(line, "import-date", what, error.mend)
        return text
    return None if seconds is None else _EPOCH + timedelta(seconds=seconds)


def _severity(reading: Reading, line: int, text: str) -> str | None:
    severities = reading.spec.severities
    known = {one.name.casefold(): one.id for one in severities}
    known |= {one.id.casefold(): one.id for one in severities}
    if text and text.casefold() not in known:
        mend = f"Use one of {', '.join(one.id for one in severities)}"
        what = f"there is no severity '{text[:80]}'; it is kept as it stands"
        reading.notes.at(line, "import-severity", what, mend)
    return known.get(text.casefold(), text or None)
