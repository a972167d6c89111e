"""GitHub issues: lists of the API or the command line, timelines and events.

An issue is open or closed and no more. Its severity and whether it waits stand in labels, of which
only those count that a mapping names; who was assigned first is as near as one gets to an
acknowledgement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from xlmatrix.exchange.files.tabled import Record
from xlmatrix.exchange.tickets.cells import text_of
from xlmatrix.exchange.tools.form import Event, Form, What, ZoneOf

_TOOL: Final = "github"
_FIELDS: Final = {
    "id": ("number",),
    "external_id": ("node_id",),
    "link": ("html_url", "url"),
    "title": ("title",),
    "opened": ("created_at", "createdAt"),
    "resolved": ("closed_at", "closedAt"),
    "updated": ("updated_at", "updatedAt"),
    "state": ("state",),
    "resolution": ("state_reason", "stateReason"),
    "labels": ("labels",),
    "owner": ("assignees", "assignee"),
    "reporter": ("user.login", "author.login"),
    "category": ("type.name",),
}
_ACKNOWLEDGED: Final = "the first time that somebody was assigned"
_ANSWERED: Final = "the first comment by a member other than who opened it"
#: Who speaks for a repository.
_MEMBERS: Final = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
_NUMBER: Final = re.compile(r"/issues/(\d+)(?:/|#|$)")


def _event(ticket: str, entry: Record) -> Iterator[Event]:
    """What an entry of a timeline says."""
    at, label = entry.get("created_at"), entry.get("label")
    name = text_of(label)
    match text_of(entry.get("event")):
        case "assigned":
            yield Event(ticket, at, What.ACKNOWLEDGED)
        case "commented":
            yield from _answer(ticket, at, entry)
        case "closed":
            yield Event(ticket, at, What.REASON, text_of(entry.get("state_reason")))
            yield Event(ticket, at, What.STATE, "closed", "open")
        case "reopened":
            yield Event(ticket, at, What.REASON)
            yield Event(ticket, at, What.STATE, "reopened", "closed")
        case "labeled" if name:
            yield Event(ticket, at, What.LABELLED, name)
        case "unlabeled" if name:
            yield Event(ticket, at, What.UNLABELLED, name)


def _answer(ticket: str, at: Any, entry: Record) -> Iterator[Event]:
    role = entry.get("author_association", entry.get("authorAssociation"))
    who = entry.get("user") or entry.get("author") or entry.get("actor")
    if role is None or text_of(role) in _MEMBERS:
        yield Event(ticket, at, What.RESPONDED, text_of(who))


def _of_issue(issue: Record) -> Iterator[Event]:
    """The timeline and the comments that were put into an issue."""
    for name in ("timeline", "events", "timeline_data", "events_data"):
        entries = issue.get(name)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping):
                yield from _event("", entry)
    for name in ("comments", "comments_data"):
        entries = issue.get(name)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping):
                yield from _answer("", entry.get("createdAt", entry.get("created_at")), entry)


def _not_an_issue(issue: Record) -> str:
    pull = issue.get("pull_request") or "/pull/" in text_of(issue.get("html_url"))
    return "a pull request" if pull else ""


ISSUES: Final = Form(
    tool=_TOOL,
    id="github",
    title="a list of GitHub issues",
    fields=_FIELDS,
    telling=(
        "number",
        "title",
        "created_at|createdAt",
        "closed_at|closedAt|state_reason|stateReason|pull_request",
        "labels|assignees|assignee|user|author",
    ),
    structured=True,
    zone=ZoneOf.UTC,
    events=_of_issue,
    aside=_not_an_issue,
    untold=frozenset({"acknowledged", "responded"}),
    approximate={"acknowledged": _ACKNOWLEDGED, "responded": _ANSWERED},
    unknown=("its severity: only labels do, which the mapping names",),
    alone=("when it was assigned, answered or paused: a timeline does",),
)


def _of_timeline(entry: Record) -> Iterator[Event]:
    issue = entry.get("issue")
    ticket = text_of(issue.get("number") if isinstance(issue, Mapping) else issue)
    for name in ("issue_url", "html_url", "url"):
        if not ticket and (found := _NUMBER.search(text_of(entry.get(name)))):
            ticket = found[1]
    yield from _event(ticket, entry)


TIMELINE: Final = Form(
    tool=_TOOL,
    id="github-timeline",
    title="the timelines of GitHub issues",
    telling=("event", "created_at", "issue|issue_url|url"),
    structured=True,
    zone=ZoneOf.UTC,
    history=True,
    events=_of_timeline,
    approximate={"acknowledged": _ACKNOWLEDGED, "responded": _ANSWERED},
)

FORMS: Final = (ISSUES, TIMELINE)
