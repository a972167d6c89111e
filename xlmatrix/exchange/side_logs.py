"""CSVs of the logs beside the incidents: pauses, severity changes, reopenings, reports.

One row an entry under the headers of the sheet, so that a sheet saved as CSV comes back as it was.
Every row is kept as it stands: what is no date, names no incident or no severity is flagged beside
the cell in the workbook, where people can mend it, and said here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from xlmatrix.errors import Finding, listed
from xlmatrix.exchange.files.tabled import Counted, Rows
from xlmatrix.exchange.files.text import open_csv
from xlmatrix.exchange.log import SECOND_HOUR
from xlmatrix.exchange.tickets.cells import held, texts_of
from xlmatrix.exchange.tickets.layout import Layout, laid_out, refuse_missing
from xlmatrix.exchange.tickets.notes import Notes
from xlmatrix.exchange.tickets.stamps import StampError, StampReader
from xlmatrix.exchange.tools.form import Form
from xlmatrix.formula import unguarded
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
    tabled = open_csv(Path(path)).tabled()
    names = {column: (column, header_of(kind.table, column)) for column in kind.inputs}
    form = Form(tool="plain", id=log, title=title, fields=names)
    layout = laid_out(form, tabled, None)
    refuse_missing(layout, needed)
    plain = spec.imports.get("plain")
    reading = _Reading(
        spec,
        layout,
        StampReader(spec.zone, plain.date_order if plain else None),
        Notes(tabled.name),
        kind,
    )
    if unread := layout.unread:
        reading.notes.about_file(
            "import-columns",
            f"these columns are not read: {listed((one.strip()[:40] for one in unread), ', ', 12)}",
            "Nothing to do unless one is misspelt",
        )
    counted = Counted()
    rows = [
        row
        for some in tabled.read(counted)
        for row in reading.rows(some)
        if any(value is not None for value in row.values())
    ]
    for refused in counted.refused:
        reading.notes.at(refused.line, "import-width", refused.what, refused.mend)
    if len(rows) > MOST_INCIDENTS:
        raise too_many(len(rows), "rows", where=tabled.name)
    named = {row["Incident"].casefold(): row["Incident"] for row in rows if row["Incident"]}
    return SideRows(typed_rows(kind, rows), len(rows), named, reading.notes.findings())


@dataclass(frozen=True, slots=True)
class _Reading:
    """One log being read."""

    spec: MatrixSpec
    layout: Layout
    stamps: StampReader
    notes: Notes
    kind: LogKind

    def rows(self, some: Rows) -> Iterator[dict[str, Any]]:
        """Each row as typed cells."""
        columns: dict[str, list[str]] = {}
        for header in self.kind.inputs:
            column = self.layout.column(some, header)
            texts = texts_of(column) if column is not None else [""] * len(some)
            columns[header], odd, _ = held(texts)
            if odd:
                what = f"control characters of {header} are left out"
                mend = "Nothing to do; the rest of the text is kept"
                first = some.lines[odd[0]]
                self.notes.repeated(first, "import-characters", what, mend, rows=len(odd))
        for place, line in enumerate(some.lines):
            given = {header: column[place] for header, column in columns.items()}
            row: dict[str, Any] = {header: text or None for header, text in given.items()}
            later = []
            for header in self.kind.stamps:
                row[header] = _stamp(self, line, header, given[header])
                if isinstance(row[header], datetime) and self.stamps.is_later(given[header]):
                    later.append(header)
            if later and SECOND_HOUR in row:
                row[SECOND_HOUR] = row[SECOND_HOUR] or ", ".join(later)
            for header in self.kind.texts:
                row[header] = row[header] and unguarded(row[header])
            if self.kind is CHANGES:
                row["To"] = _severity(self, line, given["To"])
            yield row


def _stamp(reading: _Reading, line: int, header: str, text: str) -> datetime | str | None:
    try:
        seconds = reading.stamps.read(text)
    except StampError as error:
        what = f"{header} is kept as text and counts for no clock: {error.what}"
        reading.notes.at(line, "import-date", what, error.mend)
        return text
    return None if seconds is None else _EPOCH + timedelta(seconds=seconds)


def _severity(reading: _Reading, line: int, text: str) -> str | None:
    severities = reading.spec.severities
    known = {one.name.casefold(): one.id for one in severities}
    known |= {one.id.casefold(): one.id for one in severities}
    if text and text.casefold() not in known:
        mend = f"Use one of {', '.join(one.id for one in severities)}"
        what = f"there is no severity '{text[:80]}'; it is kept as it stands"
        reading.notes.at(line, "import-severity", what, mend)
    return known.get(text.casefold(), text or None)
