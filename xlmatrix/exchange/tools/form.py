"""How a tool's file is declared: what tells it, where its fields stand, what its words mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeAlias

from xlmatrix.exchange.files.tabled import Record

#: What a form may say of a ticket, in the order of the table that comes of it.
TEXTS: Final = (
    "id", "external_id", "link", "title", "class", "category", "severity", "severity_at_opening",
    "priority", "state", "state_group", "reason", "resolution", "owner", "team", "customer",
    "public_state", "override_reason", "approver", "notes", "not_counted", "not_recorded",
    "second_hour", "source", "labels", "reporter", "state_word",
)  # fmt: skip
STAMPS: Final = (
    "opened", "acknowledged", "responded", "internal_update", "last_update", "contained",
    "mitigated", "resolved", "reviewed", "closed", "updated", "paused_since", "reopened",
    "state_since",
)  # fmt: skip
NUMBERS: Final = ("paused_s", "updates")


class ZoneOf(StrEnum):
    """In which zone a form writes stamps that name none, unless a mapping says otherwise."""

    UTC = "UTC"
    OWN = "the matrix's zone"
    """The user's, the server's or the browser's; the matrix's for want of it."""
    STORED = "UTC where the date begins with its year, as databases store it, else as users see it"


class What(StrEnum):
    """What an entry of a history says."""

    OPENED = "opened"
    """That it was opened then, for want of a list of tickets."""
    STATE = "state"
    CLOCK = "state of the clock"
    """A state as well, that says nothing of anybody who took the ticket."""
    REASON = "reason"
    SEVERITY = "severity"
    ACKNOWLEDGED = "acknowledged"
    RESPONDED = "responded"
    PAUSED_S = "paused_s"
    """A sum of pauses, in seconds; nobody knows when they were."""
    LABELLED = "labelled"
    UNLABELLED = "label removed"
    """Labels that a mapping names decide severity and state, see
    :mod:`~xlmatrix.exchange.tickets.labels`."""


class Event(NamedTuple):
    """An entry of a history.

    ``ticket`` is the id or the external id of a ticket; "" is the one whose record holds the entry.
    ``at`` is a stamp as it stands in the file. ``before`` is what ``value`` took the place of,
    where the history says so. ``group`` is a word for a whole group of states, which decides where
    ``value`` is not known. The value of a response is who gave it: the reporter's own is none.
    """

    ticket: str
    at: Any
    what: What
    value: str = ""
    before: str = ""
    group: str = ""


Events: TypeAlias = Callable[[Record], Iterable[Event]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of file of one tool.

    Attributes
    ----------
    tool
        The key of its mapping in a spec.
    id
        The name by which ``--format`` knows it; the tool's own where there is one form.
    title
        How messages call it: "a ServiceNow incident list".
    fields
        Of each field the headers, or the places in a record, that may hold it, best first.
    telling
        Headers or places all of which a file of this form has.
    container
        What its list of records is called, where only that tells.
    structured
        True for records, False for tables, None for either.
    zone, utc
        In which zone stamps without one are, and fields that are in UTC whatever the others are.
    after
        Of a stamp the place of a time after the opening, and how many of its units a second has
        (1000 for milliseconds, 1/60 for minutes). Texts such as ``1:30:00`` are hours and minutes.
        Zero is none.
    states, reasons
        Words beyond those that mean the same everywhere, see
        :mod:`xlmatrix.exchange.tickets.states`.
    severities
        Of each word its rank from 1, the worst.
    called
        By setting of a mapping what each number is called: a mapping may use either.
    by_external_id
        Whether its entries name tickets by their external ids, where an id is called alike.
    untold
        Stamps that only a history can tell: without one nobody knows whether they were in time.
    events
        The entries of the history in a record of a ticket, or the entry that a record is.
    heeds
        Of a table with ``events`` or ``derive`` the headers that they come from, each ``|`` between
        what it may be called; the first is its name in the record of ``events``, which has a list
        of all columns so called.
    cut
        Whether a record holds only a part of its history.
    manifold
        Fields that may stand in several columns, of which the first counts.
    history
        Whether its records are entries of histories, and no tickets.
    repeats
        Whether several rows of one id are the updates of one ticket.
    aside
        Why a record is no ticket at all, such as a pull request among issues; "" for one.
    tells
        Whether the first records are of this form, where their names alone do not tell.
    derive
        Fields that only several values of a record tell together, by the names under which
        ``fields`` has them. A row of a table is a record of its headers as
        :func:`~xlmatrix.exchange.files.tabled.normal` has them.
    bracketed
        Whether headers end in brackets that say something of their values: ``Closed At (UTC +1)``.
    group_decides
        Whether the group of a state says what it is, and its name is the customer's own.
    reopens
        Whether tickets of the tool can run again after their end.
    dated
        Whether all it knows is a date: no target can be judged.
    unknown
        What the form can never tell, each said once: "acknowledgements".
    alone
        What only a history beside it tells, said of the tickets that have none.
    by_default
        What of it is taken as the tool does at first, and may be otherwise in one place.
    approximate
        How a stamp is only nearly known, by the stamp.
    ours
        Whether it is the table that an import wrote: a text that could start a formula has a mark
        before it, pauses stand in a log beside it, and what was not recorded is told.
    """

    tool: str
    id: str
    title: str
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    telling: tuple[str, ...] = ()
    container: str = ""
    structured: bool | None = None
    zone: ZoneOf = ZoneOf.OWN
    utc: frozenset[str] = frozenset()
    after: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, int] = field(default_factory=dict)
    called: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    by_external_id: bool = False
    untold: frozenset[str] = frozenset()
    events: Events | None = None
    heeds: tuple[str, ...] = ()
    cut: Callable[[Record], bool] | None = None
    manifold: frozenset[str] = frozenset()
    history: bool = False
    repeats: bool = False
    aside: Callable[[Record], str] | None = None
    tells: Callable[[Sequence[Record]], bool] | None = None
    derive: Callable[[Record], Mapping[str, Any]] | None = None
    bracketed: bool = False
    group_decides: bool = False
    reopens: bool = True
    dated: bool = False
    unknown: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    by_default: str = ""
    approximate: Mapping[str, str] = field(default_factory=dict)
    ours: bool = False
