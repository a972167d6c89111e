"""Zammad: tickets with names or with ids, and their histories.

``close_at`` is when a ticket was closed first and ``last_close_at`` the last time. Zammad knows no
state of its own for what is resolved, and takes ``open`` for what somebody works on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from xlmatrix.exchange.files.tabled import Record
from xlmatrix.exchange.tickets.cells import text_of
from xlmatrix.exchange.tools.form import Event, Form, What, ZoneOf

_TOOL: Final = "zammad"
_FIELDS: Final = {
    "id": ("number",),
    "external_id": ("id",),
    "title": ("title",),
    "opened": ("created_at",),
    "responded": ("first_response_at",),
    "resolved": ("last_close_at", "close_at"),
    "updated": ("updated_at",),
    "state": ("state", "state_id"),
    "priority": ("priority", "priority_id"),
    "category": ("type", "category"),
    "team": ("group",),
    "owner": ("owner",),
    "customer": ("organization",),
}
#: As a new Zammad numbers them.
_STATE_IDS: Final = {
    "1": "new", "2": "open", "3": "pending reminder", "4": "closed", "5": "merged",
    "6": "removed", "7": "pending close",
}  # fmt: skip
_PRIORITY_IDS: Final = {"1": "1 low", "2": "2 normal", "3": "3 high"}
_STATES: Final = {
    "1": "open", "2": "acknowledged", "3": "waiting", "4": "closed", "5": "duplicate",
    "6": "rejected", "7": "waiting", "open": "acknowledged",
}  # fmt: skip
_SEVERITIES: Final = {
    "1": 4, "2": 3, "3": 2, "1 low": 4, "2 normal": 3, "3 high": 2, "4 urgent": 1,
    "4 very high": 1, "low": 4, "normal": 3, "high": 2,
}  # fmt: skip


def _form(id_: str, title: str, **more: Any) -> Form:
    return Form(
        tool=_TOOL, id=id_, title=title, zone=ZoneOf.UTC, states=_STATES, severities=_SEVERITIES,
        called={"state": _STATE_IDS, "priority": _PRIORITY_IDS}, **more,
    )  # fmt: skip


_CANNOT: Final = ("when it was acknowledged, when it waited, and when its severity changed",)
_TELLING: Final = ("number", "title", "created_at", "close_at|last_close_at|first_response_at")
NAMED: Final = _form(
    "zammad",
    "a list of Zammad tickets",
    fields=_FIELDS,
    telling=(*_TELLING, "state", "group|priority"),
    alone=_CANNOT,
)
BY_IDS: Final = _form(
    "zammad-ids",
    "a list of Zammad tickets with ids",
    fields=_FIELDS,
    telling=(*_TELLING, "state_id|priority_id"),
    alone=_CANNOT,
    by_default="ids of states and priorities are read as a new Zammad numbers them: state 3 is"
    " pending reminder, priority 3 is high",
)

_ATTRIBUTES: Final = {"state": What.STATE, "priority": What.SEVERITY}


def _entry(ticket: str, entry: Record) -> Iterator[Event]:
    """An entry of a history: what it was opened or changed from and to, by name or by id."""
    if text_of(entry.get("object")) not in ("Ticket", ""):
        return
    at, attribute = entry.get("created_at"), text_of(entry.get("attribute"))
    if text_of(entry.get("type")) == "created":
        yield Event(ticket, at, What.OPENED)
    elif (what := _ATTRIBUTES.get(attribute.removesuffix("_id"))) is not None:
        before = text_of(entry.get("value_from")) or text_of(entry.get("id_from"))
        after = text_of(entry.get("value_to")) or text_of(entry.get("id_to"))
        yield Event(ticket, at, what, after, before)


def _of_ticket(record: Record) -> Iterator[Event]:
    entries = record.get("history")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, Mapping):
            yield from _entry(text_of(record.get("ticket_id")) or text_of(record.get("id")), entry)


def _of_row(entry: Record) -> Iterator[Event]:
    yield from _entry(text_of(entry.get("o_id")), entry)


HISTORIES: Final = _form(
    "zammad-history",
    "the histories of Zammad tickets",
    telling=("ticket_id|id", "history"),
    structured=True,
    history=True,
    by_external_id=True,
    events=_of_ticket,
)
ROWS: Final = _form(
    "zammad-history-rows",
    "the entries of a Zammad history",
    telling=("o_id", "type", "attribute", "created_at"),
    history=True,
    by_external_id=True,
    events=_of_row,
)

FORMS: Final = (NAMED, BY_IDS, HISTORIES, ROWS)
