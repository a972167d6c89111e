"""Plain files: one row an incident, under the headers of the Incidents sheet or what people write.

A table that :func:`xlmatrix.read_incidents` gave, or that an import wrote, has a form of its own:
its words are the matrix's already, its stamps in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xlmatrix.exchange.tickets.states import SETTINGS
from xlmatrix.exchange.tools.form import STAMPS, TEXTS, Form, ZoneOf
from xlmatrix.tables.incidents import INCIDENTS

#: Fields that are not called as their column.
_CALLED: Final[Mapping[str, str]] = {"Severity set": "severity"}
#: What else people write above a column, the plainest first.
_ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "id": (
        "incident", "incident id", "incident number", "incident no", "ticket", "ticket id",
        "ticket number", "case", "case id", "case number", "issue", "issue key", "key", "number",
        "reference", "ref", "request id", "#",
    ),
    "opened": (
        "opened at", "open", "open time", "opened on", "created", "created at", "created on",
        "created date", "created time", "date created", "creation date", "opened date",
        "date opened", "start", "started", "started at", "start time", "start date", "begin",
        "began", "reported", "reported at", "submitted", "occurred", "detected", "timestamp",
        "date", "eröffnet", "erstellt", "geöffnet", "creado", "créé",
    ),
    "title": ("summary", "subject", "name", "short description", "description", "headline",
              "titel", "titre", "título"),
    "acknowledged": ("acknowledged at", "ack", "ack at", "ack time", "acknowledged on",
                     "time acknowledged"),
    "responded": ("responded at", "first response", "first response at", "first responded at",
                  "first reply", "responded on"),
    "mitigated": ("mitigated at", "mitigated on"),
    "contained": ("contained at", "contained on"),
    "resolved": ("resolved at", "resolved on", "resolved date", "date resolved", "resolution date",
                 "resolution time", "solved", "solved at", "fixed", "fixed at", "end", "ended",
                 "end time", "end date", "finished", "behoben", "gelöst"),
    "closed": ("closed at", "closed on", "closed date", "date closed", "geschlossen"),
    "updated": ("updated at", "updated on", "last updated", "last modified", "modified"),
    "state": ("status", "incident state", "incident status", "ticket status", "zustand", "estado"),
    "reason": ("hold reason", "on hold reason", "waiting for"),
    "resolution": ("close code", "resolution code", "close reason"),
    "priority": ("urgency", "impact", "prio", "priorität", "prioridad"),
    "severity": ("sev", "severity level", "schweregrad"),
    "labels": ("tags", "label"),
    "reporter": ("reported by", "requester", "created by", "author"),
    "category": ("incident type", "issue type", "ticket type", "type", "kategorie"),
    "owner": ("assignee", "assigned to", "assigned", "agent", "agent assigned", "responder",
              "owner name"),
    "team": ("assignment group", "group", "team name", "responsible team"),
    "customer": ("company", "organization", "organisation", "account", "client", "kunde"),
    "external_id": ("sys id", "uuid", "internal id"),
    "link": ("url", "permalink", "html url"),
    "notes": ("note", "comment", "comments", "details"),
}  # fmt: skip


def field_of(column_id: str) -> str:
    """What a plain file calls a column of the log: ``last_update`` is *Last update*."""
    return _CALLED.get(column_id, column_id.lower().replace(" ", "_"))


def _fields() -> dict[str, tuple[str, ...]]:
    """Each field by what a header may call it: the log's own headers before what people write."""
    own = {field_of(column.id): column for column in INCIDENTS.typed}
    fields: dict[str, tuple[str, ...]] = {}
    for name in (*TEXTS, *STAMPS, "paused_s"):
        column = own.get(name)
        headers = (column.id, column.header, *column.was) if column else ()
        fields[name] = (name, *headers, *_ALSO.get(name, ()))
    return fields


PLAIN: Final = Form(
    tool="plain",
    id="plain",
    title="a plain table of incidents",
    fields=_fields(),
    telling=("|".join(_fields()["id"]), "|".join(_fields()["opened"])),
)

#: Each field is called as its column; :class:`xlmatrix.exchange.tickets.schema.Ticket` has them.
WRITTEN: Final = Form(
    tool="plain",
    id="table",
    title="a table of incidents that xlmatrix wrote",
    fields={name: (name,) for name in (*TEXTS, *STAMPS, "paused_s")},
    telling=("severity_at_opening", "state_word", "not_counted", "not_recorded", "source"),
    zone=ZoneOf.UTC,
    states={word: word for word in SETTINGS},
    # Where its rows once stood is no matter of the table's any more.
    heeds=("file", "line"),
    ours=True,
)
