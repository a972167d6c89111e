"""Plain incident CSVs: one row an incident, under the headers of the Incidents sheet.

Needed are ``id`` and ``opened``. Read where they stand: ``title``, ``class`` and ``severity`` (each
by id or name), ``owner``, ``notes``, and the stamps ``acknowledged``, ``responded``,
``last update``, ``resolved`` and whatever else the sheet has. Dates begin with the year; with a
zone offset they are converted to the matrix's zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xlmatrix.exchange.columns import field_of
from xlmatrix.exchange.gather import Gatherer, Imported, Reading
from xlmatrix.rules.logs.incident_log import ID, STAMP_INPUTS

_STAMPS: Final[Mapping[str, str]] = {
    field_of(column): column for column in STAMP_INPUTS if column != "Opened"
}


def read(reading: Reading) -> Imported:
    """The incidents of a plain CSV, in the order of the file; the first row of an id counts."""
    reading.note_unread_columns()
    gatherer = Gatherer(reading)
    place = reading.layout.place
    first_line: dict[str, int] = {}
    for line, row in reading.rows(short_rows=True):
        if not any(row[at].strip() for at in place.values()):
            reading.tally.blank += 1
            continue
        key = reading.lookup.text(line, "id", row[place["id"]])
        if not key:
            reading.refuse(line, "import-id", "row not used: it has no id", "Give it an id")
            continue
        if key.casefold() in first_line:
            before = first_line[key.casefold()]
            what = f"row not used: id '{key[:60]}' stands in line {before} already"
            reading.refuse(line, "import-duplicate", what, "Give each incident its own id")
            continue
        opened = reading.opened(line, row[place["opened"]])
        if opened is None:
            continue
        first_line[key.casefold()] = line
        gatherer.add(line, *_incident(reading, line, row, key=key, opened=opened))
    return gatherer.imported()


def _incident(
    reading: Reading, line: int, row: list[str], *, key: str, opened: int
) -> tuple[dict[str, str], dict[str, int | None]]:
    place, lookup = reading.layout.place, reading.lookup

    def text(field: str) -> str:
        at = place.get(field)
        return "" if at is None else lookup.text(line, field, row[at])

    owner, notes = text("owner"), text("notes")
    person = lookup.person(owner) if owner else ""
    if person is None:
        what = f"owner '{owner[:80]}' is nobody whom the spec lists; the name is kept in Notes"
        mend = "Add it under people, or correct it"
        reading.notes.repeated(line, "import-owner", what, mend, about=owner[:80])
        notes = f"{notes}\nOwner: {owner}".strip()
    return (
        {
            ID: key,
            "Title": " ".join(text("title").split()),
            "Class": lookup.class_of(line, text("class")),
            "Severity set": lookup.severity_of(line, text("severity")),
            "Owner": person or "",
            "Public state": text("public_state"),
            "Override reason": text("override_reason"),
            "Approver": text("approver"),
            "Notes": notes,
        },
        {"Opened": opened}
        | {
            header: reading.stamp(line, field, row[place[field]])
            for field, header in _STAMPS.items()
            if field in place
        },
    )
