"""Tickets as the log of a workbook and the logs beside it, on the wall clock of the matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import Finding, Level, listed, plural
from xlmatrix.exchange.tickets.meanings import folded
from xlmatrix.exchange.tickets.reading import Tickets
from xlmatrix.exchange.tickets.stamps import zone_for
from xlmatrix.model import MatrixSpec
from xlmatrix.rules.logs.histories import CHANGES, PAUSES, REOPENED, typed_rows
from xlmatrix.rules.logs.incident_log import (
    MOST_INCIDENTS,
    STAMP_INPUTS,
    IncidentLog,
    too_many,
)
from xlmatrix.worktime import NEVER, Zone

if TYPE_CHECKING:
    import pandas as pd

#: Columns of the log by the field of a ticket, where they are called otherwise.
_CALLED: Final[Mapping[str, str]] = {"Severity set": "severity_at_opening"}
SECOND_HOUR: Final = "Second hour"
_EPOCH: Final = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Logged:
    """What a workbook is filled with.

    ``typed`` are the cells of the logs beside the incidents.
    """

    log: IncidentLog
    typed: Mapping[tuple[str, str, str], Any]
    findings: tuple[Finding, ...]


def field_of(header: str) -> str:
    """The field of a ticket that fills a column of the log."""
    return _CALLED.get(header, header.lower().replace(" ", "_"))


def logged(tickets: Tickets, spec: MatrixSpec) -> Logged:
    """The logs that the tickets of an import fill.

    Raises
    ------
    XlmatrixError
        There are more incidents than a sheet holds.
    """
    frame = tickets.incidents
    if len(frame) > MOST_INCIDENTS:
        raise too_many(len(frame), where=str(frame["file"].iloc[0]))
    zone = zone_for(spec.zone)
    walls, later = {}, {}
    for header in STAMP_INPUTS:
        name = field_of(header)
        if name in frame:
            walls[header], later[header] = _wall(zone, frame[name])
    _new_cycle(tickets, frame, zone, walls, later)
    texts = {
        header: list(frame[field_of(header)])
        for header in IncidentLog.empty().texts
        if field_of(header) in frame
    }
    owners, notes, findings = _owners(frame, spec)
    titles = zip(frame["title"], frame["category"], strict=True)
    texts["Title"] = [title or category for title, category in titles]
    texts |= {"Owner": owners, "Notes": notes, SECOND_HOUR: _named(later, len(frame))}
    return Logged(
        IncidentLog.of(texts, {h: w.view("datetime64[s]") for h, w in walls.items()}),
        _beside(tickets, zone),
        findings,
    )


def _wall(zone: Zone, column: pd.Series[Any]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Wall-clock seconds of instants, and which of them mean the second passing of an hour."""
    utc = column.dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    wall, later = zone.to_local_fold(utc)
    return wall, later


def wall_of(zone: str, column: pd.Series[Any]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The wall clock of a zone at instants, in seconds from 1970 as if UTC; see :func:`logged`."""
    return _wall(zone_for(zone), column)


def _new_cycle(
    tickets: Tickets,
    frame: pd.DataFrame,
    zone: Zone,
    walls: dict[str, NDArray[np.int64]],
    later: dict[str, NDArray[np.bool_]],
) -> None:
    """On the sheet a reopened incident has the stamps of its present cycle, where it has them."""
    rows = {id_: row for row, id_ in enumerate(frame["id"])}
    last = tickets.reopened.groupby("incident", sort=False).tail(1)
    for header, name in (("Acknowledged", "acknowledged_again"), ("Responded", "responded_again")):
        again, second = _wall(zone, last[name])
        for id_, wall, late in zip(last["incident"], again, second, strict=True):
            if wall != NEVER:
                walls[header][rows[id_]], later[header][rows[id_]] = wall, late


def _named(later: Mapping[str, NDArray[np.bool_]], height: int) -> list[str]:
    named = [""] * height
    for header, column in later.items():
        for row in np.flatnonzero(column):
            named[row] += f", {header}" if named[row] else header
    return named


def _owners(
    frame: pd.DataFrame, spec: MatrixSpec
) -> tuple[list[str], list[str], tuple[Finding, ...]]:
    """Owners whom the spec lists; other names are kept in the notes."""
    people = {folded(person.name): person.name for person in spec.people}
    owners: list[str] = []
    notes: list[str] = []
    strange: dict[str, tuple[str, int]] = {}
    for owner, note, line, file in zip(
        frame["owner"], frame["notes"], frame["line"], frame["file"], strict=True
    ):
        known = people.get(folded(owner)) if owner else ""
        owners.append(known or "")
        if known is None:
            strange.setdefault(owner, (file, line))
        notes.append(f"{note}\nOwner: {owner}".strip() if known is None else note)
    if not strange:
        return owners, notes, ()
    file, line = next(iter(strange.values()))
    said = Finding(
        Level.NOTE,
        "import-owner",
        f"{plural(len(strange), 'owner is', 'owners are')} nobody whom the spec lists; "
        "kept in Notes: " + listed((one[:40] for one in strange), ", ", 5),
        f"{file}:{line}",
        "Add the people under people in the spec to have them as owners",
        rows=len(strange),
    )
    return owners, notes, (said,)


def _beside(tickets: Tickets, zone: Zone) -> dict[tuple[str, str, str], Any]:
    pauses = _rows(zone, tickets.pauses, {"From": "from", "To": "to"}, {"Reason": "reason"})
    changes = _rows(zone, tickets.changes, {"At": "at"}, {"To": "to"})
    reopened = _rows(
        zone,
        tickets.reopened,
        {"Reopened": "reopened", "Acknowledged": "acknowledged", "Responded": "responded",
         "Resolved": "resolved"},
        {},
    )  # fmt: skip
    return (
        typed_rows(PAUSES, pauses) | typed_rows(CHANGES, changes) | typed_rows(REOPENED, reopened)
    )


def _rows(
    zone: Zone, frame: pd.DataFrame, stamps: Mapping[str, str], texts: Mapping[str, str]
) -> Iterable[Mapping[str, Any]]:
    walls = {header: _wall(zone, frame[name]) for header, name in stamps.items()}
    named = _named({header: later for header, (_, later) in walls.items()}, len(frame))
    for row, incident in enumerate(frame["incident"]):
        made: dict[str, Any] = {"Incident": incident}
        made |= {header: _moment(wall[row]) for header, (wall, _) in walls.items()}
        made |= {header: frame[name].iloc[row] or None for header, name in texts.items()}
        made[SECOND_HOUR] = named[row] or None
        yield made


def _moment(wall: Any) -> datetime | None:
    return None if wall == NEVER else _EPOCH + timedelta(seconds=int(wall))
