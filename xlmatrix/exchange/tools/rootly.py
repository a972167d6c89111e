"""Rootly: incidents, flat or as its API wraps them in attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from xlmatrix.exchange.files.tabled import Record
from xlmatrix.exchange.tickets.cells import text_of
from xlmatrix.exchange.tools.form import Form, ZoneOf

#: Kinds of what was no incident; those that were written down afterwards were one.
_NOT_REAL: Final = {
    "test": "Test", "test_sub": "Test", "example": "Test", "example_sub": "Test",
    "scheduled": "Maintenance", "scheduled_sub": "Maintenance",
}  # fmt: skip


def _at(*names: str) -> tuple[str, ...]:
    return tuple(place for name in names for place in (f"attributes.{name}", name))


def _why(record: Record) -> Mapping[str, Any]:
    inner = record.get("attributes")
    kind = text_of((inner if isinstance(inner, Mapping) else record).get("kind"))
    return {"why_not": _NOT_REAL.get(kind, "")}


INCIDENTS: Final = Form(
    tool="rootly",
    id="rootly",
    title="a Rootly incident list",
    fields={
        "id": (*_at("sequential_id", "slug"), "id"),
        "external_id": ("id",),
        "link": _at("url", "short_url"),
        "title": _at("title", "summary"),
        "opened": _at("started_at", "detected_at", "created_at"),
        "acknowledged": _at("acknowledged_at"),
        "mitigated": _at("mitigated_at"),
        "resolved": _at("resolved_at"),
        "closed": _at("closed_at"),
        "updated": _at("updated_at"),
        "state": _at("status"),
        "severity": _at("severity.data.attributes.name", "severity.name", "severity_name",
                        "severity"),
        "category": _at("incident_types[0].name", "incident_type"),
        "owner": _at("commander.name", "user.full_name", "user.name"),
        "team": _at("groups[0].name", "teams[0].name", "team"),
        "not_counted": ("why_not",),
    },
    telling=("attributes.started_at|started_at", "attributes.acknowledged_at|acknowledged_at",
             "attributes.mitigated_at|mitigated_at", "attributes.status|status",
             "attributes.kind|kind|attributes.cancelled_at|cancelled_at|sequential_id|slug"),
    zone=ZoneOf.UTC,
    # Detected is before anybody took it; what is in progress is maintenance.
    states={
        "in triage": "open", "detected": "open", "in progress": "maintenance",
        "completed": "maintenance",
    },
    derive=_why,
    unknown=("first responses, pauses, and changes of the severity",),
)  # fmt: skip
FORMS: Final = (INCIDENTS,)
