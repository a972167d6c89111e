"""The open incidents as they stand now, by what is due next: for the pane and the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np

from xlmatrix.api.recalculating import LOG, AnyTable, frame_of, read_log
from xlmatrix.api.stamping import COLUMNS
from xlmatrix.model import MatrixSpec
from xlmatrix.rules.directory import phones_of
from xlmatrix.rules.frame import Frame
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.logs.incident_log import ID
from xlmatrix.worktime.database import zone_info


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """One open incident.

    Times ending in ``_s`` are seconds since 1970 in universal time, None where there is none, so
    that a page counts down whatever clock its computer shows. ``called`` and ``next_call`` are
    texts of the log, ``phones`` what the directory has of the people in either. ``rank`` is the
    place of the severity from 1, ``done`` the columns that are stamped and stay.
    """

    id: str
    title: str
    severity: str
    rank: int
    state: str
    step: str
    whom: str
    due_s: int | None
    warn_s: int | None
    level: str
    called: str
    called_s: int | None
    next_call: str
    next_call_s: int | None
    phones: Mapping[str, str]
    done: Mapping[str, str]
    check: str

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def open_incidents(
    spec: MatrixSpec,
    tables: Mapping[str, AnyTable],
    *,
    as_of: datetime,
    typed: Mapping[tuple[str, str, str], Any] | None = None,
) -> list[OpenIncident]:
    """Every open incident of a log, the one that is due first before the others.

    Those without anything due come last, the worse severity first among equals.

    Parameters
    ----------
    spec, tables, as_of, typed
        As of :func:`xlmatrix.api.recalculating.recalculate`.
    """
    log, used = read_log(tables[LOG])
    frame = frame_of(spec, log, as_of, typed)
    # The order of open incidents is that of the sheet Open: nobody else is asked which are.
    order = frame["order"]
    rows = [row for row, filled in enumerate(used) if filled and not np.isnan(order[row])]
    phones = phones_of(spec)
    found = [_shown(spec, frame, row, phones) for row in rows]
    never = np.iinfo(np.int64).max
    return sorted(found, key=lambda one: (one.due_s or never, one.rank or 0, one.id))


def as_of_seconds(spec: MatrixSpec, wall: datetime) -> int:
    """A wall-clock time of the matrix as seconds since 1970."""
    return int(wall.replace(tzinfo=zone_info(spec.zone)).timestamp())


def _shown(spec: MatrixSpec, frame: Frame, row: int, phones: Mapping[str, str]) -> OpenIncident:
    ranks = {one.id.casefold(): n for n, one in enumerate(spec.severities, start=1)}
    severity = str(frame["Severity"][row])
    called, following = str(frame["Call now"][row]), str(frame["Next call"][row])
    whom = str(frame["By whom"][row])
    people = named(spec, f"{whom}, {called}, {following}")
    return OpenIncident(
        id=frame.log.texts[ID][row],
        title=frame.log.texts["Title"][row],
        severity=severity,
        rank=ranks.get(severity.casefold(), 0),
        state=str(frame["Status"][row]),
        step=str(frame["Next step"][row]),
        whom=whom,
        due_s=_instant(frame["next s"][row]),
        warn_s=_instant(frame["warn s"][row]),
        level=str(frame["Level now"][row]),
        called=called,
        called_s=_instant(frame["fired s"][row]),
        next_call=following,
        next_call_s=_instant(frame["next call s"][row]),
        phones={one: phones.get(one.casefold(), "") for one in people},
        done=_done(frame, row),
        check=str(frame["Check"][row]),
    )


_AFTER: Final = r"(?= \(|, |: |$)"


def named(spec: MatrixSpec, text: str) -> list[str]:
    """The people of the directory whom a text of a call names, in its order."""
    found = {}
    for person in spec.people:
        hit = re.search(rf"(?:^|[,:] ){re.escape(person.name)}{_AFTER}", text, re.IGNORECASE)
        if person.name and hit:
            found[person.name] = hit.start()
    return sorted(found, key=found.__getitem__)


def _done(frame: Frame, row: int) -> dict[str, str]:
    done = {}
    for column in COLUMNS.values():
        stamp = frame.log.stamps[column][row]
        if not np.isnat(stamp):
            done[column] = f"{stamp.item():%Y-%m-%d %H:%M}"
        elif (column, row) in frame.log.odd:
            done[column] = frame.log.odd[column, row]
    return done


def _instant(seconds: Any) -> int | None:
    return int(seconds) - EPOCH_S if np.isfinite(seconds) else None
