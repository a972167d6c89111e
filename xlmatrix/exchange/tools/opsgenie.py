"""Opsgenie and the alerts of Jira Service Management: alerts, and their logs in sentences.

An alert is open or closed, and while open perhaps acknowledged or snoozed. It is never reopened or
cancelled. How long the acknowledgement took is given as a length, by some programs in milliseconds
and by others in seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from xlmatrix.exchange.files.tabled import Record
from xlmatrix.exchange.tickets.cells import text_of
from xlmatrix.exchange.tools.form import Event, Form, What, ZoneOf

_TOOL: Final = "opsgenie"
_CANNOT: Final = ("which alerts were cancelled or are duplicates: they look closed",)
_FIELDS: Final = {
    "id": ("tinyId", "tiny id", "alertTinyId", "alert id", "id"),
    "external_id": ("id", "alert id"),
    "title": ("message", "alert message"),
    "opened": ("createdAt", "created at", "created date", "insertedAt"),
    "acknowledged": ("acknowledgedAt", "acknowledged at", "acknowledged time"),
    "resolved": ("closedAt", "closed at", "closed time"),
    "updated": ("updatedAt", "updated at", "last updated at"),
    "state": ("now", "status", "alert status"),
    "priority": ("priority",),
    "labels": ("tags",),
    "category": ("source", "integration.name", "integration name"),
    "owner": ("owner", "report.acknowledgedBy", "acknowledged by"),
    "team": ("responders[0].name", "teams[0].name", "teams", "responders", "owner team"),
}  # fmt: skip
_REPORT: Final = ("report.ackTime", "report.closeTime")
#: Longer than this in seconds (eleven days) it is milliseconds, where nothing else tells.
_SECONDS_UP_TO: Final = 1_000_000
_SLACK_S: Final = 60


def _now(record: Record) -> Mapping[str, Any]:
    """The state of an alert: two flags say more than its status."""
    status = text_of(record.get("status") or record.get("alertstatus"))
    if status.casefold() == "open":
        for flag in ("snoozed", "acknowledged"):
            if text_of(record.get(flag)).casefold() in ("true", "yes"):
                return {"now": flag}
    return {"now": status}


def _in_seconds(records: Sequence[Record]) -> bool:
    """Whether the times of reports are seconds: none of them then lies after the last update."""
    longest = 0.0
    for record in records:
        report = record.get("report")
        for name in ("ackTime", "closeTime"):
            length = report.get(name) if isinstance(report, Mapping) else None
            if not isinstance(length, int | float) or isinstance(length, bool):
                continue
            lasted = _lasted(record)
            if lasted is None:
                longest = max(longest, length)
            elif length > lasted + _SLACK_S:
                return False
    return longest <= _SECONDS_UP_TO


def _lasted(record: Record) -> float | None:
    """Seconds from the creation of an alert to its last update."""
    try:
        created, updated = (
            datetime.fromisoformat(str(record.get(name))) for name in ("createdAt", "updatedAt")
        )
        return (updated - created).total_seconds()
    except (ValueError, TypeError):
        return None


def _alerts(id_: str, title: str, per_second: float, tells: Any) -> Form:
    acknowledged, closed = _REPORT
    return Form(
        tool=_TOOL,
        id=id_,
        title=title,
        fields=_FIELDS,
        telling=("tinyId", "message", "createdAt", "status", "alias|report|acknowledged"),
        structured=True,
        zone=ZoneOf.UTC,
        derive=_now,
        after={"acknowledged": (acknowledged, per_second), "resolved": (closed, per_second)},
        tells=tells,
        reopens=False,
        unknown=(*_CANNOT, "first responses"),
    )


MILLISECONDS: Final = _alerts(
    "opsgenie",
    "an Opsgenie alert list in milliseconds",
    1000.0,
    lambda records: not _in_seconds(records),
)
SECONDS: Final = _alerts("opsgenie-seconds", "an Opsgenie alert list in seconds", 1.0, _in_seconds)
#: The headers of its CSV were seen nowhere: these are what people call them.
TABLE: Final = Form(
    tool=_TOOL,
    id="opsgenie-table",
    title="a table of Opsgenie alerts",
    fields=_FIELDS,
    telling=("tinyId|alertTinyId|alias", "message|alert message",
             "createdAt|created date", "status|alert status", "priority"),
    structured=False,
    zone=ZoneOf.STORED,
    derive=_now,
    heeds=("status|alert status", "acknowledged", "snoozed"),
    reopens=False,
    unknown=_CANNOT,
)  # fmt: skip

_NOTE: Final = re.compile(r"\b(note added|added (a )?note|(alert )?note:)", re.IGNORECASE)
#: Sentences of what was tried, sent and asked for, which speak of states without being one.
_TALK: Final = re.compile(
    r"notif|\bsent\b|\bdeliver|\bescalat|not (yet )?acknowledged|\bfailed\b|\bskipp",
    re.IGNORECASE,
)
_PRIORITY: Final = re.compile(
    r"priority.*?(?:from\s+\[?(?P<before>P\d)\]?\s+)?to\s+\[?(?P<after>P\d)\]?", re.IGNORECASE
)
#: In this order: what was unacknowledged is not acknowledged.
_SENTENCES: Final = (
    (re.compile(r"\bun-?acknowledged?\b|snooze (has )?(expired|ended)|\bunsnooze", re.I), "open"),
    (re.compile(r"\bsnoozed?\b", re.I), "snoozed"),
    (re.compile(r"\backnowledged?\b", re.I), "acknowledged"),
    (re.compile(r"\bclosed?\b", re.I), "closed"),
    (re.compile(r"\bcreated\b", re.I), "open"),
)  # fmt: skip
_TICKETS: Final = ("alertTinyId", "tinyId", "alertId", "alert_id", "alias")


def _log(record: Record) -> Iterator[Event]:
    """A sentence of a log: what was done to the alert."""
    at, said = record.get("createdAt"), text_of(record.get("log"))
    ticket = next(filter(None, (text_of(record.get(name)) for name in _TICKETS)), "")
    if _NOTE.search(said.partition(":")[0] + ":"):
        yield Event(ticket, at, What.RESPONDED)
        return
    # After a colon stands what people wrote.
    said = said.partition(":")[0]
    if _TALK.search(said):
        return
    if (change := _PRIORITY.search(said)) is not None:
        yield Event(ticket, at, What.SEVERITY, change["after"], change["before"] or "")
        return
    state = next((state for pattern, state in _SENTENCES if pattern.search(said)), None)
    if state == "acknowledged":
        yield Event(ticket, at, What.ACKNOWLEDGED)
    if state is not None:
        yield Event(ticket, at, What.STATE, state)


LOG: Final = Form(
    tool=_TOOL,
    id="opsgenie-log",
    title="the log of Opsgenie alerts",
    telling=("log", "type", "createdAt", "alertTinyId|tinyId|alertId|alert_id|alias"),
    structured=True,
    zone=ZoneOf.UTC,
    history=True,
    events=_log,
    reopens=False,
    approximate={"responded": "it is the first note"},
)
FORMS: Final = (MILLISECONDS, SECONDS, TABLE, LOG)
