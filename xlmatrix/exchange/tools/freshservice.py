"""Freshservice (and Freshdesk, which writes like it): tickets with their statistics.

Its numbers run the other way round: priority 4 is the worst. Nobody acknowledges there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from xlmatrix.exchange.files.tabled import Record
from xlmatrix.exchange.tickets.cells import text_of
from xlmatrix.exchange.tools.form import Form, ZoneOf

_TOOL: Final = "freshservice"
_STATES: Final = {"2": "open", "3": "waiting", "4": "resolved", "5": "closed"}
_SEVERITIES: Final = {
    "4": 1, "3": 2, "2": 3, "1": 4, "urgent": 1, "high": 2, "medium": 3, "low": 4,
}  # fmt: skip
_NAMES: Final = {"2": "Open", "3": "Pending", "4": "Resolved", "5": "Closed"}
_PRIORITIES: Final = {"4": "Urgent", "3": "High", "2": "Medium", "1": "Low"}
_CANNOT: Final = (
    "acknowledgements: an assignment is none",
    "pauses that are over, and why a ticket waited",
    "which tickets were cancelled: they look closed",
)


def _more(record: Record) -> Mapping[str, Any]:
    """Why a ticket counts for nothing, and when it ran again."""
    stats = record.get("stats")
    again = stats.get("opened_at") if isinstance(stats, Mapping) else None
    odd = text_of(record.get("spam")) == "true" or text_of(record.get("deleted")) == "true"
    return {
        "why_not": "Rejected" if odd else "",
        # Of a ticket that never ended it is when it was created.
        "again": again if again != record.get("created_at") else None,
    }


TICKETS: Final = Form(
    tool=_TOOL,
    id="freshservice",
    title="a Freshservice ticket list",
    fields={
        "id": ("human_display_id", "id"),
        "external_id": ("id",),
        "title": ("subject",),
        "opened": ("created_at",),
        "responded": ("stats.first_responded_at",),
        "resolved": ("stats.resolved_at",),
        "closed": ("stats.closed_at",),
        "updated": ("updated_at",),
        "paused_since": ("stats.pending_since",),
        "reopened": ("again",),
        "state": ("status_name", "status"),
        "priority": ("priority_name", "priority"),
        "category": ("category",),
        "owner": ("responder.name", "agent.name"),
        "team": ("group.name", "group_id"),
        "customer": ("company.name", "department.name", "department_id", "company_id"),
        "not_counted": ("why_not",),
    },
    telling=("id", "subject", "status", "priority", "created_at", "fr_due_by|fr_escalated",
             "responder_id|due_by"),
    structured=True,
    zone=ZoneOf.UTC,
    states=_STATES,
    severities=_SEVERITIES,
    called={"state": _NAMES, "priority": _PRIORITIES},
    untold=frozenset({"acknowledged"}),
    derive=_more,
    after={
        "responded": ("stats.first_resp_time_in_secs", 1.0),
        "resolved": ("stats.resolution_time_in_secs", 1.0),
    },
    unknown=_CANNOT,
)  # fmt: skip
#: The export of a list; its stamps are the user's.
TABLE: Final = Form(
    tool=_TOOL,
    id="freshservice-table",
    title="a Freshservice table",
    fields={
        "id": ("ticket id",),
        "title": ("subject",),
        "opened": ("created time",),
        "responded": ("initial response time", "first response time"),
        "resolved": ("resolved time",),
        "closed": ("closed time",),
        "updated": ("last update time", "last updated time"),
        "state": ("status",),
        "priority": ("priority",),
        "category": ("category", "type"),
        "owner": ("agent", "agent name"),
        "team": ("group", "group name"),
        "customer": ("company", "department", "company name"),
    },
    telling=("ticket id", "created time", "due by time|resolved time", "status"),
    structured=False,
    states=_STATES,
    severities=_SEVERITIES,
    unknown=_CANNOT,
)
FORMS: Final = (TICKETS, TABLE)
