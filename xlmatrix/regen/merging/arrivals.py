"""A newer export on its way into a used workbook: what it says now against what it said before.

Of three, as copies of a workbook are merged: what exports said when they were last brought in, what
stands in the workbook, and what the export says now. What people typed wins over the export where
both changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from xlmatrix.regen.copies.deciding import Decisions, Side
from xlmatrix.regen.copies.tables import joined
from xlmatrix.regen.merging.merge import Change
from xlmatrix.regen.merging.sources import with_typed
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.tables import Inputs, Raw, TableInputs, blank
from xlmatrix.rules.logs.histories import CHANGES, PAUSES, REOPENED
from xlmatrix.rules.logs.incident_log import ID, IncidentLog
from xlmatrix.sheets.stamp import Stamp
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.worktime.serials import EPOCH_S, serial_of

_BESIDE: Final = (PAUSES.table, CHANGES.table, REOPENED.table)
#: Of each log the column that says when.
_BEGIN: Final = frozenset({"From", "At", "Reopened"})
#: The tables that exports fill.
FILLED: Final = (INCIDENTS.name, *_BESIDE)
#: Columns of which an empty cell of an export says something; others it may just not tell.
_SPEAKS_EMPTY: Final = frozenset({"Resolved", "Not counted", "Not recorded", "Second hour"})


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came of an export.

    Attributes
    ----------
    inputs
        The inputs of the workbook with what is new.
    said
        What exports say now, for the next time.
    lines
        Each change and each conflict, for the report.
    """

    inputs: Inputs
    said: Inputs
    lines: tuple[Change, ...]

    def changes(self, used: UsedBook) -> bool:
        """Whether anything of the workbook is other than before."""
        return any(
            _filled(self.inputs.tables[name]).rows != _filled(used.inputs.tables[name]).rows
            for name in FILLED
            if name in self.inputs.tables
        )


def said_before(stamp: Stamp) -> Inputs:
    """What exports said when they were last brought in, without blank rows."""
    known = stamp.imported if stamp.imported.tables else stamp.base
    tables = {name: _filled(known.tables[name]) for name in FILLED if name in known.tables}
    return Inputs({name: table for name, table in tables.items() if table.rows}, {})


def arrived(
    used: UsedBook,
    log: IncidentLog,
    typed: Mapping[tuple[str, str, str], Any],
    *,
    name: str,
    waited_until: Mapping[str, float],
    with_history: Collection[str],
) -> Arrived:
    """Bring an export into a used workbook.

    Parameters
    ----------
    log, typed
        What the export says: the log, and the cells of the logs beside it.
    name
        What the report calls the export.
    waited_until
        By folded ID the serial number of the instant until which a ticket waited at the most, for
        each that does not wait now: pauses that an earlier export left open end there.
    with_history
        Folded IDs of the tickets whose history the export holds; of others an earlier one stays.
    """
    like = {one: used.inputs.tables[one] for one in FILLED if one in used.inputs.tables}
    before = said_before(used.stamp).tables
    base = {one: _shaped(before.get(one), like[one]) for one in like}
    theirs = {INCIDENTS.name: _incidents(base[INCIDENTS.name], log)}
    for one in _BESIDE:
        rows = _entries(like[one], one, typed)
        theirs[one] = _logged(base[one], rows, log, with_history, waited_until)
    mine = {one: _filled(table) for one, table in like.items()}
    log_of = (one[INCIDENTS.name] for one in (base, mine, theirs))
    theirs[INCIDENTS.name] = with_typed(*log_of)
    decisions = Decisions(
        Path(used.where).name, name, lambda _: Side.MINE,
        typed="came", both="typed here and changed there",
    )  # fmt: skip
    found = joined(Inputs(base, {}), Inputs(mine, {}), Inputs(theirs, {}), decisions)
    tables = {**used.inputs.tables, **found.inputs.tables}
    return Arrived(replace(used.inputs, tables=tables), Inputs(theirs, {}), tuple(decisions.lines))


def _filled(table: TableInputs) -> TableInputs:
    """A table without the blank rows at its end; those between count as places."""
    rows = list(table.rows)
    while rows and blank(rows[-1]):
        rows.pop()
    return replace(table, rows=tuple(rows))


def _shaped(table: TableInputs | None, like: TableInputs) -> TableInputs:
    """A table with the columns of another; none is one without rows."""
    if table is None:
        return replace(like, rows=())
    at = [table.headers.index(h) if h in table.headers else None for h in like.headers]
    rows = (tuple(None if place is None else row[place] for place in at) for row in table.rows)
    return replace(like, rows=tuple(rows))


def _incidents(said: TableInputs, log: IncidentLog) -> TableInputs:
    """What exports say of incidents: the new one on top of what was said before."""
    at = said.headers.index(ID)
    rows = {str(row[at] or "").casefold(): row for row in said.rows}
    for place, id_ in enumerate(log.texts[ID]):
        now = tuple(_cell(log, header, place) for header in said.headers)
        was = rows.get(id_.casefold())
        rows[id_.casefold()] = now if was is None else _over(said.headers, was, now)
    return replace(said, rows=tuple(rows.values()))


def _cell(log: IncidentLog, header: str, row: int) -> Raw:
    if header in log.texts:
        return log.texts[header][row] or None
    stamp = log.stamps[header][row] if header in log.stamps else np.datetime64("NaT")
    if np.isnat(stamp):
        return None
    return float(stamp.astype("datetime64[s]").astype(np.int64) + EPOCH_S) / 86_400


def _over(headers: Sequence[str], was: tuple[Raw, ...], now: tuple[Raw, ...]) -> tuple[Raw, ...]:
    cells = zip(headers, was, now, strict=True)
    return tuple(
        old if new is None and header not in _SPEAKS_EMPTY else new for header, old, new in cells
    )


def _entries(
    like: TableInputs, table: str, typed: Mapping[tuple[str, str, str], Any]
) -> list[tuple[Raw, ...]]:
    """The rows of a log of an export."""
    rows: dict[int, dict[str, Raw]] = {}
    for (one, key, header), value in typed.items():
        if one == table:
            cell = serial_of(value) if isinstance(value, datetime) else value
            rows.setdefault(int(key), {})[header] = cell
    return [tuple(row.get(header) for header in like.headers) for _, row in sorted(rows.items())]


def _logged(
    said: TableInputs,
    rows: Sequence[tuple[Raw, ...]],
    log: IncidentLog,
    with_history: Collection[str],
    waited_until: Mapping[str, float],
) -> TableInputs:
    """What exports say in a log: of tickets with a history the new rows, of others the old ones."""
    who = said.headers.index("Incident")
    at = next(place for place, header in enumerate(said.headers) if header in _BEGIN)
    # Of the logs only pauses end.
    end = said.headers.index("To") if "From" in said.headers else None
    brought = {id_.casefold() for id_ in log.texts[ID]}
    kept: list[tuple[Raw, ...]] = []
    open_still: set[str] = set()
    for row in said.rows:
        id_ = str(row[who] or "").casefold()
        if id_ in with_history:
            continue
        cells = list(row)
        if end is not None and cells[end] is None and id_ in brought:
            if id_ in waited_until:
                cells[end] = max(waited_until[id_], _number(cells[at]))
            else:
                open_still.add(id_)
        kept.append(tuple(cells))
    fresh = [
        row
        for row in rows
        if (id_ := str(row[who] or "").casefold()) in with_history or id_ not in open_still
    ]
    return replace(said, rows=(*kept, *fresh))


def _number(value: Raw) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
