"""What an import says of tickets, in a form that a person can write down as an expectation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from xlmatrix.exchange.tickets.reading import Tickets, read_tickets
from xlmatrix.model import ImportMapping
from xlmatrix.model.importing import Tool

Writer = Callable[..., Path]
ZONE = "Europe/Berlin"


def read(*paths: Path, form: str | None = None, **settings: Any) -> Tickets:
    """The tickets of files in Berlin; ``settings`` are those of a mapping of any tool."""
    mapping = {tool: ImportMapping(**settings) for tool in get_args(Tool)} if settings else {}
    return read_tickets(list(paths), mapping=mapping, form=form, zone=ZONE)


def shown(stamp: Any) -> str:
    """A stamp in UTC, to the minute; "" for none."""
    return "" if pd.isna(stamp) else f"{stamp:%m-%d %H:%M}"


def stamps(tickets: Tickets, name: str) -> dict[str, str]:
    """One stamp of each ticket that has it."""
    frame = tickets.incidents
    told = {id_: shown(at) for id_, at in zip(frame["id"], frame[name], strict=True)}
    return {id_: at for id_, at in told.items() if at}


def words(tickets: Tickets, name: str) -> dict[str, str]:
    """One text of each ticket."""
    return dict(zip(tickets.incidents["id"], tickets.incidents[name], strict=True))


def pauses(tickets: Tickets) -> list[tuple[str, str, str, str]]:
    """Whose, from when, to when, and why."""
    rows = tickets.pauses.itertuples(index=False)
    return [(row[0], shown(row[1]), shown(row[2]), row[3]) for row in rows]


def changes(tickets: Tickets) -> list[tuple[str, str, str]]:
    """Whose, when, and to which word of the tool."""
    frame = tickets.changes
    rows = zip(frame["incident"], frame["at"], frame["priority"], strict=True)
    return [(id_, shown(at), word) for id_, at, word in rows]


def reopened(tickets: Tickets) -> list[tuple[str, str, str]]:
    """Whose, when, and when it had been resolved before."""
    frame = tickets.reopened
    rows = zip(frame["incident"], frame["reopened"], frame["resolved"], strict=True)
    return [(id_, shown(at), shown(before)) for id_, at, before in rows]


def said(tickets: Tickets, code: str) -> list[str]:
    """What the findings of a kind say."""
    return [finding.what for finding in tickets.findings if finding.code == code]


def counts(tickets: Tickets) -> Mapping[str, int]:
    """What became of the rows, without what is zero."""
    names = ("read", "incidents", "superseded", "not_counted", "entries", "refused", "blank")
    return {name: total for name in names if (total := tickets.total(name))}
