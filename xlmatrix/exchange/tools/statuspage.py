"""Statuspage: incidents of a status page with their updates.

What is told to the public: that something was identified is no acknowledgement, and what is
watched is not resolved yet. Maintenance that was planned counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from xlmatrix.exchange.files.tabled import Record
from xlmatrix.exchange.tickets.cells import text_of
from xlmatrix.exchange.tools.form import Event, Form, What, ZoneOf


def _why(record: Record) -> Mapping[str, Any]:
    planned = record.get("scheduled_for") or text_of(record.get("impact")) == "maintenance"
    return {"why_not": "Maintenance" if planned else ""}


def _updates(record: Record) -> Iterator[Event]:
    """The updates of an incident, by when they say it was."""
    updates = record.get("incident_updates")
    for update in updates if isinstance(updates, list) else ():
        if isinstance(update, Mapping) and (status := text_of(update.get("status"))):
            at = update.get("display_at") or update.get("created_at")
            yield Event("", at, What.CLOCK, status)


INCIDENTS: Final = Form(
    tool="statuspage",
    id="statuspage",
    title="the incident list of a status page",
    fields={
        "id": ("id",),
        "link": ("shortlink",),
        "title": ("name",),
        # The moment that was typed, where somebody put it back.
        "opened": ("started_at", "created_at"),
        "mitigated": ("monitoring_at",),
        "resolved": ("resolved_at",),
        "updated": ("updated_at",),
        "state": ("status",),
        "priority": ("impact",),
        "category": ("components[0].name",),
        "not_counted": ("why_not",),
    },
    telling=("name", "status", "created_at", "impact", "incident_updates|shortlink"),
    structured=True,
    zone=ZoneOf.UTC,
    states={"verifying": "acknowledged", "postmortem": "resolved"},
    severities={"critical": 1, "major": 2, "minor": 3, "none": 4},
    derive=_why,
    untold=frozenset({"acknowledged", "responded"}),
    events=_updates,
    unknown=(
        "acknowledgements: that something was identified is none",
        "first responses, pauses, and changes of the impact",
        "incidents that were cancelled or are duplicates",
    ),
)
FORMS: Final = (INCIDENTS,)
