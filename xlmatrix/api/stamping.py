"""One stamp into one cell of an open workbook: what may be written, and what is said where not.

Nothing here writes. Every route reads the row again, asks here, writes the one cell and a line on
*Audit*, and reads back.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from xlmatrix.api.passings import Clock, Named, StampTable, named_by, stamp_typed
from xlmatrix.errors import XlmatrixError
from xlmatrix.formula.errors import ERRORS
from xlmatrix.model.base import suggestion
from xlmatrix.rules.second_hour import SECOND_HOUR
from xlmatrix.sheets.inputs import plain
from xlmatrix.tables.catalogue import header_of, show
from xlmatrix.tables.drills import DRILLS
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import stamp_of, text_of
from xlmatrix.tables.logs import REOPENED
from xlmatrix.tables.results import STAMPED
from xlmatrix.version import __version__

#: What is pressed or typed, and the column of the log that it stamps.
COLUMNS: Final = {
    "acknowledged": "Acknowledged",
    "responded": "Responded",
    "contained": "Contained",
    "mitigated": "Mitigated",
    "resolved": "Resolved",
    "customer-update": "Last update",
    "internal-update": "Internal update",
}
#: Stamps that move with each message, and forward only.
MOVING: Final = ("Last update", "Internal update")
#: Two messages within this are one that was pressed twice.
TWICE: Final = timedelta(minutes=1)
#: How far the clock of whoever presses may be ahead.
AHEAD: Final = timedelta(minutes=2)
#: The stamps of a drill's record that somebody presses, the first of which opens it.
ANSWERS: Final = (
    "Detected",
    "Acknowledged",
    "Declared",
    "Level 2 reached",
    "Customer draft",
    "Reporting decided",
    "Contained",
    "Contained again",
    "Ended",
)
_WRITTEN: Final = "Correct it on the sheet if it is wrong"


@dataclass(frozen=True, slots=True)
class StampGiven:
    """A stamp that may be written.

    Attributes
    ----------
    table, key, column
        The table, its row by its key, and the column's id.
    row, place
        Where the cell stands in the table, from 0.
    old, new
        What stands there (None for an empty cell) and what shall; the ``fold`` of the new one is 1
        in the second passing of an hour that the clock shows twice.
    named
        What else is to be written, where the row has to name the stamp as of such a passing, or no
        longer may.
    """

    table: str
    key: str
    column: str
    row: int
    place: int
    old: datetime | None
    new: datetime
    named: Named | None = None

    @property
    def header(self) -> str:
        """What the sheet shows above the column."""
        return header_of(self.table, self.column)

    def said(self) -> str:
        """What is said once it stands."""
        before = f" (before: {shown_stamp(self.old)})" if self.old else ""
        passing = f", the second passing of that hour ({SECOND_HOUR})" if self.new.fold else ""
        return f"{self.key}: {self.header} {shown_stamp(self.new)}{passing}{before}"

    def audit(self, who: str, now: datetime) -> tuple[Any, ...]:
        """The line on *Audit*."""
        return (
            now, self.key, self.header, self.old, self.new, who, f"xlmatrix {__version__}",
        )  # fmt: skip


def column_named(word: str) -> str:
    """The column that a word means, by the word or by the column's own name.

    Raises
    ------
    XlmatrixError
        For another word.
    """
    wanted = word.strip().casefold()
    for known, column in COLUMNS.items():
        if wanted in (known, column.casefold(), header_of(INCIDENTS.name, column).casefold()):
            return column
    raise XlmatrixError(
        f"'{word}' is no stamp of the log",
        where="stamp",
        mend=suggestion(word, list(COLUMNS), instead="Use one of the stamps"),
    )


def stamp_incident(
    tables: Mapping[str, StampTable],
    key: str,
    word: str,
    *,
    at: datetime,
    now: datetime,
    zone: str,
) -> StampGiven:
    """The stamp of an incident, if it may be written.

    Parameters
    ----------
    tables
        The workbook's tables by name, read just now.
    key
        The incident's ID, in any case.
    word
        A word of :data:`COLUMNS`.
    at, now
        What is stamped, and the present; wall-clock times of the matrix's zone, whose ``fold`` is
        1 in the second passing of an hour that the clock shows twice.
    zone
        The matrix's zone.

    Raises
    ------
    XlmatrixError
        For a log without IDs or with the ID twice, a row that is gone, a renamed header, an
        incident that is not counted, a cell that is filled, a message that is not later than the
        last, and a stamp that cannot be.
    """
    column = column_named(word)
    log = _table(tables, INCIDENTS.name, (*INCIDENTS.keys, "Opened", "Resolved", column))
    clock = Clock(zone)
    row = _row_of(log, INCIDENTS.keys[0], key)
    told = dict(zip(log.headers, log.rows[row], strict=True))
    name = text_of(plain(told[INCIDENTS.keys[0]])).strip()
    opened = _opening(told, name)
    at = at.replace(microsecond=0)
    if clock.of(at) < clock.of(opened):
        raise XlmatrixError(
            f"{shown_stamp(at)} lies before the opening of {name} at {shown_stamp(opened)}",
            where=INCIDENTS.about,
            mend="Give a later time, or correct the opening",
        )
    _refuse_ahead(at, now, clock)
    given = _given(log, row, column, name, at, clock)
    if column != "Resolved":
        _refuse_after_the_end(tables, name, stamp_typed(told, "Resolved"), at, clock)
    return given


def stamp_answer(
    tables: Mapping[str, StampTable], record: str, column: str, *, at: datetime, now: datetime
) -> StampGiven:
    """The stamp of a drill's record, if it may be written; errors as of :func:`stamp_incident`."""
    if column not in ANSWERS:
        raise XlmatrixError(
            f"'{column}' is no stamp of a drill", where="drill", mend=f"Use {', '.join(ANSWERS)}"
        )
    table = _table(tables, DRILLS.name, (DRILLS.ids[0], *ANSWERS))
    row = _row_of(table, DRILLS.ids[0], record)
    told = dict(zip(table.headers, table.rows[row], strict=True))
    begun, ended = stamp_of(told["Detected"]), stamp_of(told["Ended"])
    at = at.replace(microsecond=0)
    if column != "Detected" and begun is None:
        raise XlmatrixError(
            f"{record} has not begun", where=DRILLS.name, mend="Press Begin the drill first"
        )
    if begun is not None and at < begun:
        raise XlmatrixError(
            f"{shown_stamp(at)} lies before the drill began at {shown_stamp(begun)}",
            where=DRILLS.name,
            mend="Give a later time",
        )
    if ended is not None and column != "Ended":
        raise XlmatrixError(
            f"{record} ended at {shown_stamp(ended)}",
            where=DRILLS.name,
            mend="Choose another record",
        )
    clock = Clock("UTC")  # a record of a drill has no second passing of an hour
    _refuse_ahead(at, now, clock)
    name = text_of(plain(told[DRILLS.ids[0]]))
    return _given(table, row, column, name, at.replace(fold=0), clock)


def standing(tables: Mapping[str, StampTable], given: StampGiven) -> datetime | None:
    """What stands now in the cell of a stamp that was written; None where it is empty or gone."""
    table = tables.get(given.table)
    if table is None or given.column not in table.headers:
        return None
    place = table.headers.index(given.column)
    keys = [_folded(cells[0 if given.table == DRILLS.name else _id(table)]) for cells in table.rows]
    if keys.count(given.key.casefold()) != 1:
        return None
    return stamp_of(table.rows[keys.index(given.key.casefold())][place])


def audited(
    tables: Mapping[str, Any], given: StampGiven, who: str, now: datetime
) -> list[tuple[Any, ...]]:
    """The rows of the table of stamps on *Audit*, with this one as the last."""
    before = tables.get(STAMPED.name)
    kept = [tuple(row) for row in before.rows if not all(map(_blank, row))] if before else []
    return [*kept, given.audit(who, now)]


def refuse_other_release(version: str, where: str) -> None:
    """Refuse a workbook that another release made: its columns may mean something else.

    Raises
    ------
    XlmatrixError
        When it did.
    """
    if version != __version__:
        raise XlmatrixError(
            f"xlmatrix {version} made this workbook, and this is xlmatrix {__version__}",
            where=where,
            mend="Regenerate it first, or type the stamp on the sheet Incidents",
        )


def known_user() -> str:
    """Who is signed in at this computer; "" where nobody is known."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _id(table: StampTable) -> int:
    return table.headers.index(INCIDENTS.keys[0])


def _table(tables: Mapping[str, StampTable], name: str, needed: Sequence[str]) -> StampTable:
    table = tables.get(name)
    if table is None:
        raise XlmatrixError(
            f"this workbook has no table {name}",
            where="workbook",
            mend="Undo what removed it, or take a backup of the workbook",
        )
    for column in needed:
        if column not in table.headers:
            raise XlmatrixError(
                f"the table {name} has no column {header_of(name, column)!r}",
                where=name,
                mend="Give the renamed column its name back",
            )
    return table


def _row_of(table: StampTable, id_: str, key: str) -> int:
    place, wanted = table.headers.index(id_), key.strip().casefold()
    keys = [_folded(row[place]) for row in table.rows]
    if not any(keys):
        raise XlmatrixError(
            "no incident of the log has an ID, so none can be told from the others",
            where=table.name,
            mend="Type an ID beside each incident",
        )
    found = [row for row, known in enumerate(keys) if known == wanted]
    if not wanted or not found:
        raise XlmatrixError(
            f"there is no {key.strip()!r} in {table.name}: its row may have been deleted",
            where=table.name,
            mend="Read the workbook again, or undo the deletion",
        )
    if len(found) > 1:
        raise XlmatrixError(
            f"{len(found)} rows have the ID {key.strip()!r}, and which is meant is not known",
            where=table.name,
            mend="Give each incident an ID of its own",
        )
    return found[0]


def _folded(cell: Any) -> str:
    return text_of(plain(cell)).strip().casefold()


def _given(
    table: StampTable, row: int, column: str, name: str, at: datetime, clock: Clock
) -> StampGiven:
    """The stamp, unless its cell holds something that it would overwrite."""
    place = table.headers.index(column)
    cell, header = table.rows[row][place], header_of(table.name, column)
    old = stamp_typed(dict(zip(table.headers, table.rows[row], strict=True)), column)
    named = named_by(table, row, column, name, second=bool(at.fold))
    given = StampGiven(table.name, name, column, row, place, old, at, named)
    if (row, place) in table.formulas:
        raise XlmatrixError(
            f"{header} of {name} is a formula: ={table.formulas[row, place]}",
            where=table.name,
            mend=_WRITTEN,
        )
    if _blank(cell):
        return given
    moves = table.name == INCIDENTS.name and column in MOVING
    if old is None or not moves:
        value = shown_stamp(old) if old else repr(show(table.name, column, cell))
        raise XlmatrixError(
            f"{header} of {name} is filled already: {value}", where=table.name, mend=_WRITTEN
        )
    if clock.of(at) - clock.of(old) < TWICE:
        raise XlmatrixError(
            f"{header} of {name} is {shown_stamp(old)}: {shown_stamp(at)} does not move forward",
            where=table.name,
            mend="Nothing to do if that message is the one you mean, else wait a minute",
        )
    return given


def _opening(told: Mapping[str, Any], name: str) -> datetime:
    """When an incident that counts was opened."""
    reason = text_of(plain(told.get("Not counted"))).strip()
    if reason:
        raise XlmatrixError(
            f"{name} is not counted: {reason}",
            where=INCIDENTS.about,
            mend=f"Empty its cell under {INCIDENTS['Not counted'].header}, then press again",
        )
    opened = stamp_typed(told, "Opened")
    if opened is None:
        odd = _blank(told["Opened"])
        raise XlmatrixError(
            f"{name} has no opening" if odd else f"the opening of {name} is no date and time",
            where=INCIDENTS.about,
            mend="Type when it opened, then press again",
        )
    return opened


def _refuse_ahead(at: datetime, now: datetime, clock: Clock) -> None:
    if clock.of(at) > clock.of(now) + AHEAD:
        raise XlmatrixError(
            f"{shown_stamp(at)} has not come yet: it is {shown_stamp(now)}",
            where="stamp",
            mend="Give a time that has passed",
        )


def _refuse_after_the_end(
    tables: Mapping[str, StampTable],
    name: str,
    resolved: datetime | None,
    at: datetime,
    clock: Clock,
) -> None:
    """What happens after the end belongs to another cycle, if the incident was opened again."""
    if resolved is None or clock.of(at) <= clock.of(resolved):
        return
    again = tables.get(REOPENED.name)
    if again is not None and {"Incident", "Reopened"} <= set(again.headers):
        for row in again.rows:
            told = dict(zip(again.headers, row, strict=True))
            begun = stamp_typed(told, "Reopened")
            known = _folded(told["Incident"]) == name.casefold()
            if known and begun is not None and clock.of(begun) >= clock.of(resolved):
                return
    raise XlmatrixError(
        f"{name} was resolved at {shown_stamp(resolved)}",
        where=INCIDENTS.about,
        mend="Give a time before that, or note on Reopened that it began again",
    )


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and cell not in ERRORS and not cell.strip())


def shown_stamp(stamp: datetime) -> str:
    """A stamp as people read it."""
    return f"{stamp:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
