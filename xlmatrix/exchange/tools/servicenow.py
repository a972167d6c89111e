"""ServiceNow: incident lists, the Table API, and the histories that its tables keep.

Lists that were exported as CSV name the columns by their elements, and their stamps are what the
database holds, in UTC; what people see in Excel has labels and the user's zone. A file with several
rows an incident is a log of its updates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from xlmatrix.exchange.files.tabled import Record
from xlmatrix.exchange.tickets.cells import seconds_of, text_of
from xlmatrix.exchange.tools.form import Event, Form, What, ZoneOf

_TOOL: Final = "servicenow"
_FIELDS: Final = {
    "id": ("number",),
    "external_id": ("sys_id",),
    "title": ("short_description", "title"),
    "opened": ("opened_at", "opened", "sys_created_on", "sys_created_at", "created"),
    "resolved": ("resolved_at", "resolved"),
    "closed": ("closed_at", "closed"),
    "updated": ("sys_updated_on", "sys_updated_at", "updated"),
    "reopened": ("reopened_time", "last_reopened_at"),
    "updates": ("sys_mod_count", "updates"),
    "priority": ("priority",),
    "category": ("category", "subcategory", "u_category"),
    "state": ("state", "incident_state"),
    "reason": ("hold_reason", "on_hold_reason"),
    "resolution": ("close_code", "closed_code", "resolution_code"),
    "owner": ("assigned_to",),
    "team": ("assignment_group",),
    "customer": ("company",),
}
_STATES: Final = {
    "1": "open", "2": "acknowledged", "3": "waiting", "6": "resolved", "7": "closed",
    "8": "cancelled",
    # Lists of before the present state model, where a problem or a user was waited for.
    "4": "waiting", "5": "waiting",
}  # fmt: skip
_CALLED: Final = {
    "state": {"1": "new", "2": "in progress", "3": "on hold", "6": "resolved", "7": "closed",
              "8": "canceled"},
    "reason": {"1": "Awaiting Caller", "3": "Awaiting Problem", "4": "Awaiting Vendor",
               "5": "Awaiting Change"},
}  # fmt: skip
_SEVERITIES: Final = {
    "1": 1, "2": 2, "3": 3, "4": 4, "5": 5,
    "critical": 1, "high": 2, "moderate": 3, "low": 4, "planning": 5,
}  # fmt: skip
_CANNOT: Final = ("when the first response was",)


def _form(id_: str, title: str, **more: Any) -> Form:
    return Form(
        tool=_TOOL,
        id=id_,
        title=title,
        states=_STATES,
        severities=_SEVERITIES,
        called=_CALLED,
        **more,
    )


LIST: Final = _form(
    "servicenow",
    "a ServiceNow incident list",
    fields=_FIELDS,
    telling=("number", "opened_at"),
    structured=False,
    zone=ZoneOf.STORED,
    repeats=True,
    unknown=_CANNOT,
)
#: What people see: labels as headers.
LABELS: Final = _form(
    "servicenow-labels",
    "a ServiceNow list with labels",
    fields=_FIELDS,
    telling=("number", "opened|created", "short description|priority|state|assignment group"),
    structured=False,
    repeats=True,
    unknown=_CANNOT,
)
_SYS_ID: Final = re.compile("[0-9a-f]{32}")


def _people(record: Record) -> Mapping[str, Any]:
    """Who works on it, where the name is there: the id of a user is no name."""
    found = {}
    for name in ("assigned_to", "assignment_group", "company"):
        text = text_of(record.get(name))
        found[f"{name}_name"] = "" if _SYS_ID.fullmatch(text) else text
    return found


def _has_words(records: Sequence[Record]) -> bool:
    """Whether choices stand there as people see them: so do the stamps then."""
    states = [one.get("state") for one in records]
    return any(isinstance(state, str) and state and not state.isdigit() for state in states)


_RECORDS: Final = {
    **_FIELDS,
    "owner": ("assigned_to_name",),
    "team": ("assignment_group_name",),
    "customer": ("company_name",),
}
TABLE: Final = _form(
    "servicenow-table",
    "incidents of the ServiceNow Table API",
    fields=_RECORDS,
    telling=("number", "opened_at"),
    structured=True,
    zone=ZoneOf.UTC,
    repeats=True,
    derive=_people,
    tells=lambda records: not _has_words(records),
    unknown=_CANNOT,
)
#: With sysparm_display_value=true the stamps are the user's.
SHOWN: Final = _form(
    "servicenow-table-shown",
    "incidents of the ServiceNow Table API as people see them",
    fields=_RECORDS,
    telling=("number", "opened_at"),
    structured=True,
    repeats=True,
    derive=_people,
    tells=_has_words,
    unknown=_CANNOT,
)


def _metric(row: Record) -> Iterator[Event]:
    """A row of *Incident State Duration*: a state and when it began."""
    value, ticket = text_of(row.get("value")), text_of(row.get("id"))
    if text_of(row.get("field")) in ("incident_state", "state", ""):
        yield Event(ticket, row.get("start"), What.STATE, value)


METRIC: Final = _form(
    "servicenow-metric",
    "the state durations of ServiceNow",
    telling=("definition", "id", "value", "start", "calculation_complete"),
    zone=ZoneOf.UTC,
    history=True,
    events=_metric,
)
_AUDITED: Final = {
    "state": What.STATE,
    "incident_state": What.STATE,
    "hold_reason": What.REASON,
    "close_code": What.REASON,
    "priority": What.SEVERITY,
}


def _audit(row: Record) -> Iterator[Event]:
    """A row of *sys_audit*: one field, its old and its new value."""
    what = _AUDITED.get(text_of(row.get("fieldname")))
    if what is None:
        return
    ticket = text_of(row.get("documentkey.number")) or text_of(row.get("documentkey"))
    before, after = text_of(row.get("oldvalue")), text_of(row.get("newvalue"))
    yield Event(ticket, row.get("sys_created_on"), what, after, before)


AUDIT: Final = _form(
    "servicenow-audit",
    "the audit history of ServiceNow",
    telling=("documentkey", "fieldname", "oldvalue", "newvalue", "sys_created_on"),
    zone=ZoneOf.UTC,
    history=True,
    events=_audit,
)


def _sla(row: Record) -> Iterator[Event]:
    """A row of *task_sla*: how long it paused in all, and since when it does."""
    ticket = text_of(row.get("task"))
    # Only the sum is there: not when.
    paused = seconds_of(row.get("pause_duration"), 1.0) or 0.0
    yield Event(ticket, row.get("start_time"), What.PAUSED_S, str(paused))
    # A stage of Cancelled says nothing of the incident: another priority cancels an SLA too.
    if text_of(row.get("stage")).casefold() == "paused":
        yield Event(ticket, row.get("pause_time"), What.CLOCK, "On Hold")


SLA: Final = _form(
    "servicenow-task-sla",
    "the task SLAs of ServiceNow",
    telling=("task", "sla", "stage", "has_breached"),
    zone=ZoneOf.UTC,
    history=True,
    events=_sla,
)

FORMS: Final = (LIST, LABELS, TABLE, SHOWN, METRIC, AUDIT, SLA)
