"""incident.io: incidents, and the updates that tell how status and severity went.

The names of statuses are the customer's; the category of a status says what it is. So are the
names of timestamps: those that incident.io begins with are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from xlmatrix.exchange.files.tabled import Path, Record
from xlmatrix.exchange.tickets.cells import text_of
from xlmatrix.exchange.tools.form import Event, Form, What, ZoneOf

_TOOL: Final = "incidentio"
#: Those it begins with; other names are told by the words that are the same everywhere.
_SEVERITIES: Final = {"critical": 1, "major": 2, "minor": 3, "info": 4}
_NOT_REAL: Final = {"test": "Test", "tutorial": "Test"}


def _named(*names: str) -> tuple[str, ...]:
    """Where the stamps of these names stand, of incidents of either version of the API."""
    return tuple(
        place
        for name in names
        for place in (
            f"incident_timestamp_values[incident_timestamp/name={name}].value.value",
            f"timestamps[name={name}].last_occurred_at",
        )
    )


def _why(record: Record) -> Mapping[str, Any]:
    return {"why_not": _NOT_REAL.get(text_of(record.get("mode")), "")}


INCIDENTS: Final = Form(
    tool=_TOOL,
    id="incidentio",
    title="an incident.io incident list",
    fields={
        "id": ("reference", "id"),
        "external_id": ("id",),
        "link": ("permalink",),
        "title": ("name",),
        "opened": (*_named("Reported at", "Reported"), "created_at"),
        "acknowledged": _named("Accepted at", "Accepted", "Acknowledged at", "Acknowledged"),
        "responded": _named("First response at", "First response"),
        "mitigated": _named("Mitigated at", "Mitigated"),
        "resolved": _named("Resolved at", "Resolved", "Fixed at", "Fixed"),
        "closed": _named("Closed at", "Closed"),
        "updated": ("updated_at",),
        "state": ("incident_status.name", "status"),
        "state_group": ("incident_status.category",),
        "severity": ("severity.name",),
        "category": ("incident_type.name",),
        "owner": ("incident_role_assignments[role/role_type=lead].assignee.name",),
        "not_counted": ("why_not",),
    },
    telling=("reference", "name", "created_at", "mode|incident_status|incident_timestamp_values"),
    structured=True,
    zone=ZoneOf.UTC,
    group_decides=True,
    severities=_SEVERITIES,
    derive=_why,
    unknown=("first responses",),
)
_TICKETS: Final = tuple(map(Path, ("incident_id", "incident.id", "incident.reference")))
_STATUS: Final = Path("new_incident_status")


def _update(record: Record) -> Iterator[Event]:
    """An update: the status and the severity that hold from then on."""
    at = record.get("created_at")
    ticket = next(filter(None, (text_of(path.of(record)) for path in _TICKETS)), "")
    status = _STATUS.of(record)
    if isinstance(status, Mapping):
        name, group = text_of(status.get("name")), text_of(status.get("category"))
        yield Event(ticket, at, What.STATE, name or group, "", group)
    if severity := text_of(Path("new_severity.name").of(record)):
        yield Event(ticket, at, What.SEVERITY, severity, text_of(
            Path("old_severity.name").of(record)))  # fmt: skip
    if record.get("merged_into_incident_id"):
        yield Event(ticket, at, What.STATE, "Merged", "", "merged")


UPDATES: Final = Form(
    tool=_TOOL,
    id="incidentio-updates",
    title="a list of incident.io updates",
    telling=("incident_id|incident", "new_incident_status", "created_at"),
    structured=True,
    zone=ZoneOf.UTC,
    group_decides=True,
    severities=_SEVERITIES,
    history=True,
    events=_update,
)
FORMS: Final = (INCIDENTS, UPDATES)
