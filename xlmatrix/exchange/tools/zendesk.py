"""Zendesk: tickets with their metrics, metric events, audits, and the tables of its views.

Nobody acknowledges there: an assignment is none. Where a history is at hand, Acknowledged is the
step from *new* to another status.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from xlmatrix.exchange.files.tabled import Record
from xlmatrix.exchange.tickets.cells import text_of
from xlmatrix.exchange.tools.form import Event, Form, What, ZoneOf

_TOOL: Final = "zendesk"
#: What the tool itself puts on a ticket that was merged into another.
_MERGED: Final = "closed_by_merge"
_STATES: Final = {"open": "acknowledged"}
_SEVERITIES: Final = {"urgent": 1, "high": 2, "normal": 3, "low": 4}
_PER_MINUTE: Final = 1 / 60
_ACKS: Final = "acknowledgements: an assignment is none"
_SUMS: Final = "when a ticket was on hold, only how long"


def _why(record: Record) -> Mapping[str, Any]:
    """Its tags as labels, and what they say by themselves: that it was merged."""
    tags = record.get("tags")
    words = tags if isinstance(tags, list) else text_of(tags).replace(",", " ").split()
    return {
        "why_not": "Duplicate" if _MERGED in words else "",
        "labels": ", ".join(text_of(one) for one in words if one != _MERGED),
    }


_FIELDS: Final = {
    "id": ("id", "ticket id", "ticket_id", "ticket #"),
    "link": ("url",),
    "title": ("subject", "raw_subject", "ticket subject"),
    "opened": ("created_at", "requested", "created", "ticket created"),
    "resolved": ("metric_set.solved_at", "solved at", "solved", "ticket solved"),
    "updated": ("updated_at", "updated"),
    "paused_since": ("metric_set.status_updated_at",),
    "paused_s": ("metric_set.on_hold_time_in_minutes.calendar", "on hold time in minutes"),
    "state": ("status", "ticket status"),
    "priority": ("priority", "ticket priority"),
    "category": ("type", "ticket type"),
    "owner": ("assignee.name", "assignee"),
    "team": ("group.name", "group", "group_id"),
    "customer": ("organization.name", "organization", "organization_id"),
    "reporter": ("requester_id",),
    "labels": ("labels",),
    "not_counted": ("why_not",),
}
TICKETS: Final = Form(
    tool=_TOOL,
    id="zendesk",
    title="a Zendesk ticket list",
    fields=_FIELDS,
    telling=("id", "subject", "status", "created_at",
             "metric_set|custom_status_id|requester_id|assignee_id|via"),
    structured=True,
    zone=ZoneOf.UTC,
    states=_STATES,
    severities=_SEVERITIES,
    derive=_why,
    after={
        "responded": ("metric_set.reply_time_in_minutes.calendar", _PER_MINUTE),
        "paused_s": ("metric_set.on_hold_time_in_minutes.calendar", _PER_MINUTE),
    },
    alone=(_ACKS, _SUMS),
)  # fmt: skip
#: Exports of views; what they call their columns was not seen, but is what the tool shows.
VIEW: Final = Form(
    tool=_TOOL,
    id="zendesk-view",
    title="a Zendesk view",
    fields=_FIELDS,
    telling=("id|ticket id|ticket #", "subject|ticket subject", "requester|requester id",
             "requested|created at|created|ticket created", "status|ticket status",
             "requested|solved at|initially assigned at|satisfaction|reopens|requester id|brand"),
    structured=False,
    states=_STATES,
    severities=_SEVERITIES,
    derive=_why,
    heeds=("tags",),
    after={
        "responded": ("first reply time in minutes", _PER_MINUTE),
        "paused_s": ("on hold time in minutes", _PER_MINUTE),
    },
    alone=(_ACKS, _SUMS),
)  # fmt: skip


def _metrics(record: Record) -> Iterator[Event]:
    """The metrics of one ticket: it was created, answered, on hold for so long, solved."""
    ticket, created = text_of(record.get("ticket_id")), record.get("created_at")
    yield Event(ticket, created, What.CLOCK, "new")
    if (answered := _later(created, _minutes(record, "reply_time_in_minutes"))) is not None:
        yield Event(ticket, answered, What.RESPONDED)
    if held := _minutes(record, "on_hold_time_in_minutes"):
        yield Event(ticket, created, What.PAUSED_S, str(held * 60))
    if record.get("solved_at"):
        yield Event(ticket, record["solved_at"], What.CLOCK, "solved")


def _minutes(record: Record, name: str) -> float:
    both = record.get(name)
    length = both.get("calendar") if isinstance(both, Mapping) else None
    real = isinstance(length, int | float) and not isinstance(length, bool)
    return float(length) if real and length is not None else 0.0


def _later(stamp: Any, minutes: float) -> str | None:
    if not minutes:
        return None
    try:
        return (datetime.fromisoformat(str(stamp)) + timedelta(minutes=minutes)).isoformat()
    except (ValueError, OverflowError):
        return None


METRICS: Final = Form(
    tool=_TOOL,
    id="zendesk-metrics",
    title="a list of Zendesk ticket metrics",
    telling=("ticket_id", "solved_at", "reply_time_in_minutes", "on_hold_time_in_minutes"),
    structured=True,
    zone=ZoneOf.UTC,
    history=True,
    states=_STATES,
    severities=_SEVERITIES,
    events=_metrics,
    alone=(_ACKS, _SUMS),
)
#: What an event of *agent work time* says of the clock; the status itself it does not name.
_CLOCKS: Final[Mapping[str, str]] = {
    "activate": "new", "pause": "pending or on-hold", "fulfill": "solved",
}  # fmt: skip


def _metric_event(record: Record) -> Iterator[Event]:
    """An event of a metric: the agents' clock goes, waits or ends; or somebody replied."""
    metric, kind = text_of(record.get("metric")), text_of(record.get("type"))
    ticket, at = text_of(record.get("ticket_id")), record.get("time")
    if metric == "agent_work_time" and kind in _CLOCKS:
        yield Event(ticket, at, What.CLOCK, _CLOCKS[kind])
    elif metric == "reply_time" and kind == "fulfill":
        yield Event(ticket, at, What.RESPONDED)


METRIC_EVENTS: Final = Form(
    tool=_TOOL,
    id="zendesk-metric-events",
    title="a list of Zendesk metric events",
    telling=("ticket_id", "metric", "type", "time"),
    structured=True,
    zone=ZoneOf.UTC,
    history=True,
    states=_STATES,
    severities=_SEVERITIES,
    events=_metric_event,
    unknown=(_ACKS,),
)
_CHANGED: Final = {"status": What.STATE, "priority": What.SEVERITY}


def _audit(record: Record) -> Iterator[Event]:
    """An update of a ticket: changes of its status and priority, and public comments."""
    ticket, at = text_of(record.get("ticket_id")), record.get("created_at")
    events = record.get("events")
    events = [one for one in events if isinstance(one, Mapping)] if isinstance(events, list) else []
    # What comes with the creation is what was asked, not an answer.
    first = any(text_of(one.get("type")) == "Create" for one in events)
    for event in events:
        kind, name = text_of(event.get("type")), text_of(event.get("field_name"))
        if kind in ("Change", "Create") and name in _CHANGED:
            before, after = text_of(event.get("previous_value")), text_of(event.get("value"))
            if after:
                yield Event(ticket, at, _CHANGED[name], after, before)
        elif kind == "Comment" and event.get("public") is True and not first:
            author = text_of(event.get("author_id")) or text_of(record.get("author_id"))
            yield Event(ticket, at, What.RESPONDED, author)


AUDITS: Final = Form(
    tool=_TOOL,
    id="zendesk-audits",
    title="a list of Zendesk audits",
    telling=("ticket_id", "created_at", "events"),
    structured=True,
    zone=ZoneOf.UTC,
    history=True,
    states=_STATES,
    severities=_SEVERITIES,
    events=_audit,
    approximate={"responded": "it is the first public comment that the requester did not write"},
)
FORMS: Final = (TICKETS, VIEW, METRICS, METRIC_EVENTS, AUDITS)
