"""PagerDuty: incidents, their log entries, and the raw incidents of its analytics.

An incident is triggered, acknowledged or resolved and cannot be reopened or cancelled: what was no
incident looks resolved. An acknowledgement expires, snoozing stops the clock of the escalation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from xlmatrix.exchange.files.tabled import Path, Record
from xlmatrix.exchange.tickets.cells import text_of
from xlmatrix.exchange.tools.form import Event, Form, What, ZoneOf

_TOOL: Final = "pagerduty"
_CANCELLED: Final = "which incidents were cancelled: they look resolved"
_FIELDS: Final = {
    "id": ("incident_number", "number", "id"),
    "external_id": ("id",),
    "link": ("html_url",),
    "title": ("title", "description", "summary"),
    "opened": ("created_at", "created_on"),
    # Empty again once it is resolved or triggered anew.
    "acknowledged": ("acknowledgements[0].at",),
    "resolved": ("resolved_at", "resolved_on"),
    "updated": ("last_status_change_at", "last_status_change_on", "updated_at"),
    "state": ("status",),
    "resolution": ("resolve_reason.type",),
    # Where nobody set a priority there is still an urgency.
    "severity": ("priority.name", "priority.summary", "priority_name", "priority"),
    "priority": ("urgency",),
    "category": ("service.summary", "service_name", "service"),
    "owner": (
        "assignments[0].assignee.summary", "assigned_user_names", "assigned_to_user_names",
        "resolved_by_user_name",
    ),
    "team": ("teams[0].summary", "team_name", "team"),
}  # fmt: skip
_REASONS: Final = {"merge resolve reason": "duplicate", "merge": "duplicate"}


def _form(id_: str, title: str, **more: Any) -> Form:
    return Form(
        tool=_TOOL,
        id=id_,
        title=title,
        zone=ZoneOf.UTC,
        reasons=_REASONS,
        reopens=False,
        **more,
    )


INCIDENTS: Final = _form(
    "pagerduty",
    "a PagerDuty incident list",
    fields=_FIELDS,
    telling=("incident_number", "created_at", "status", "urgency"),
    unknown=(_CANCELLED,),
    alone=("acknowledgements of incidents that are over",),
    approximate={"acknowledged": "of several acknowledgements the file has the last"},
)
_ANALYTICS: Final = {
    "unknown": (_CANCELLED, "first responses", "when an incident was snoozed, only how long"),
    "fields": {**_FIELDS, "paused_s": ("snoozed_seconds",)},
    # Its stamps are UTC unless another zone was asked for.
    "after": {
        "acknowledged": ("seconds_to_first_ack", 1.0),
        "resolved": ("seconds_to_resolve", 1.0),
    },
}
ANALYTICS: Final = _form(
    "pagerduty-analytics",
    "an export of PagerDuty's analytics",
    telling=("incident_number|id", "created_at|created_on", "seconds_to_first_ack",
             "seconds_to_resolve", "escalation_count|service_name"),
    **_ANALYTICS,
)  # fmt: skip

#: What a type of entry says of the state; the schema spells one of them in two ways.
_STATES: Final[Mapping[str, str]] = {
    "trigger": "triggered",
    "acknowledge": "acknowledged",
    "acknowledgement": "acknowledged",
    "unacknowledge": "triggered",
    "snooze": "snoozed",
    "resolve": "resolved",
}
_NOTES: Final = ("annotate", "status_update")
_TICKETS: Final = tuple(map(Path, ("incident.id", "incident_id", "incident")))


def _entry(record: Record) -> Iterator[Event]:
    """An entry of the log: a state, a change of priority, or the first note of a person."""
    at = record.get("created_at")
    ticket = next(filter(None, (text_of(path.of(record)) for path in _TICKETS)), "")
    kind = text_of(record.get("type")).removesuffix("_log_entry").removesuffix("_reference")
    kind = kind.removesuffix("_log_entry")
    if (state := _STATES.get(kind)) is not None:
        if state == "acknowledged":
            yield Event(ticket, at, What.ACKNOWLEDGED)
        yield Event(ticket, at, What.STATE, state)
        # Why it was resolved: of a merged incident the one that goes on.
        reason = record.get("resolve_reason") or record.get("reason")
        if isinstance(reason, Mapping) and reason.get("type"):
            yield Event(ticket, at, What.REASON, text_of(reason.get("type")))
    elif kind in _NOTES and _is_person(record.get("agent")):
        yield Event(ticket, at, What.RESPONDED)
    else:
        yield from _priorities(record, ticket, at)


def _is_person(agent: Any) -> bool:
    kind = text_of(agent.get("type")) if isinstance(agent, Mapping) else ""
    return not kind or kind.startswith("user")


def _priorities(record: Record, ticket: str, at: Any) -> Iterator[Event]:
    changes = record.get("changeset")
    for change in changes if isinstance(changes, list) else ():
        if isinstance(change, Mapping) and text_of(change.get("name")) == "priority":
            before, after = text_of(change.get("old_value")), text_of(change.get("new_value"))
            yield Event(ticket, at, What.SEVERITY, after, before)


LOG: Final = _form(
    "pagerduty-log",
    "the log of PagerDuty",
    telling=("type", "created_at", "incident|incident_id", "channel|agent"),
    structured=True,
    history=True,
    events=_entry,
    approximate={"responded": "it is the first note or status update of a person"},
)
FORMS: Final = (INCIDENTS, ANALYTICS, LOG)
