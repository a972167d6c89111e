"""Buttons that stamp: one cell of the row that has the ID, a line on Audit, and nothing else.

The row is read again before the cell is written. Where Excel is elsewhere (Server), the page looks
once more, at the very moment of writing; see ``now.js``.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from xlmatrix.addin.bridge import AS_OF_INPUT, STATES, Snapshot, key_of, read
from xlmatrix.addin.ground import refuse_filtered, refuse_protected, table_named, watched
from xlmatrix.addin.placing import Written, place_tables
from xlmatrix.addin.sheets import as_cell, write_tables
from xlmatrix.addin.telling import call_page
from xlmatrix.api.recalculating import LOG
from xlmatrix.api.stamping import (
    COLUMNS,
    TWICE,
    StampGiven,
    known_user,
    refuse_other_release,
    shown_stamp,
    stamp_answer,
    stamp_incident,
    standing,
)
from xlmatrix.errors import XlmatrixError
from xlmatrix.formula.render import column_letters
from xlmatrix.regen import TableData
from xlmatrix.rules.logs.incident_log import ID
from xlmatrix.rules.second_hour import SECOND_HOUR
from xlmatrix.sheets.inputs import plain
from xlmatrix.sheets.recalculated import AUDIT_SHEET, HEADER_ROW, STAMPED_COLUMN
from xlmatrix.tables.drills import DRILLS
from xlmatrix.tables.kinds import KEY, TEXT, stamp_of, text_of
from xlmatrix.tables.results import AUDIT, STAMPED
from xlmatrix.tables.table import Table
from xlmatrix.worktime.zones import now_in

#: The function of the page that looks at the cells once more before they are written.
GUARD: Final = "xlmatrixGuard"
#: How long a stamp may take from one person's Excel to another's.
ON_ITS_WAY_S: Final = 60.0
#: Roles of which one is needed to stamp, where the server names some; with commas between.
ROLES: Final = "XLMATRIX_STAMP_ROLES"


@dataclass(slots=True)
class Given:
    """Stamps that this process gave a moment ago: another person's Excel may not show them yet."""

    last: dict[tuple[str, ...], tuple[float, str, StampGiven]] = field(default_factory=dict)

    def refuse_twice(self, book: Any, given: StampGiven) -> None:
        """Refuse a stamp that somebody else gave in a workbook of this name a moment ago."""
        now = time.monotonic()
        self.last = {k: v for k, v in self.last.items() if now - v[0] < ON_ITS_WAY_S}
        found = self.last.get(_cell_key(book, given))
        if found is not None and abs(given.new - found[2].new) < TWICE:
            raise XlmatrixError(
                f"{found[1]} stamped this a moment ago: {found[2].said()}",
                where=given.table,
                mend="Read again; press once more if it does not stand there in a minute",
            )

    def note(self, book: Any, given: StampGiven, who: str) -> None:
        """Remember a stamp."""
        self.last[_cell_key(book, given)] = (time.monotonic(), who, given)


#: Those of this process.
GIVEN: Final = Given()


def _cell_key(book: Any, given: StampGiven) -> tuple[str, ...]:
    return key_of(book), given.table, given.key.casefold(), given.column


def refuse_role(roles: Collection[str]) -> None:
    """Refuse whoever has none of the roles that may stamp, where the server names some.

    Raises
    ------
    XlmatrixError
        When they have none.
    """
    wanted = [role.strip() for role in os.environ.get(ROLES, "").split(",") if role.strip()]
    if wanted and not set(wanted) & set(roles):
        raise XlmatrixError(
            f"only {' or '.join(wanted)} may stamp here",
            where=ROLES,
            mend="Ask somebody who has that role, or who runs the server",
        )


def stamp(
    book: Any,
    key: str,
    word: str,
    *,
    who: str | None = None,
    guarded: bool = False,
    shared: bool = False,
) -> StampGiven:
    """Stamp an incident, or the record of a drill where ``word`` is one of its columns.

    Parameters
    ----------
    book
        An xlwings Book.
    key, word
        The incident's ID and a word of :data:`xlmatrix.api.stamping.COLUMNS`; or the record and a
        column of it.
    who
        Who pressed the button; None is whom this computer knows.
    guarded
        Let the page look at the cells once more before it writes them (Server).
    shared
        Whether several people stamp through this process (Server).

    Raises
    ------
    XlmatrixError
        What :mod:`xlmatrix.api.stamping` refuses; a table that is protected, filtered or changed
        since; something of a user's where *Audit* has to grow. Nothing is written then.
    """
    seen = read(book)
    refuse_other_release(seen.stamp.version, str(book.name))
    given, when = _allowed(seen, key, word)
    if shared:
        GIVEN.refuse_twice(book, given)
    log = seen.tables[given.table]
    sheet, table = _place(book, given.table)
    refuse_protected(sheet)
    refuse_filtered(table)
    person = known_user() if who is None else who
    audit = _audit(given, person, when)
    home = place_tables(book, audit)[-1].title
    if given.table == LOG:
        watched(book, log)()
    row, column = log.row + 1 + given.row, log.column + given.place
    cell = sheet.range((row, column), (row, column))
    _refuse_changed(cell, log, given)
    beside = _beside(sheet, log, given)
    if guarded:
        call_page(book, GUARD, json.dumps(_expected(sheet, table, log, given) | {"audit": home}))
    if beside is not None and given.named is not None:
        beside.value = [[given.named.new]]
    cell.value = [[as_cell(given.new)]]
    write_tables(book, audit)
    if shared:
        GIVEN.note(book, given, person)
    return given


def stands(seen: Snapshot, given: StampGiven) -> str:
    """What stands where a stamp was written, in a sentence."""
    now = standing(seen.tables, given)
    if now == given.new:
        return given.said()
    other = "nothing" if now is None else shown_stamp(now)
    return (
        f"{given.key}: {given.header} was written as {shown_stamp(given.new)}, and {other} "
        "stands there: somebody else wrote at the same time, or undid it"
    )


def now_of(seen: Snapshot, zone: str) -> datetime:
    """The present of a workbook: its frozen *As of*, else the wall clock of its zone."""
    return stamp_of(seen.names.get(AS_OF_INPUT)) or now_in(zone)


def selected(book: Any) -> str:
    """The ID of the incident in the row that is selected.

    Raises
    ------
    XlmatrixError
        Nothing is selected, or no row of the log.
    """
    sheet, table = _place(book, LOG)
    area, chosen = table.range, getattr(book, "selection", None)
    rows = range(area.row + 1, area.row + area.shape[0])
    if chosen is None or chosen.sheet.name != sheet.name or chosen.row not in rows:
        raise XlmatrixError(
            "no incident is selected",
            where=sheet.name,
            mend="Click on a cell in the incident's row, then press again",
        )
    headers = area.options(ndim=2, err_to_str=True).value[0]
    if ID not in headers:
        return ""
    column = area.column + headers.index(ID)
    cell = sheet.range((chosen.row, column), (chosen.row, column))
    return text_of(plain(cell.options(ndim=2, err_to_str=True).value[0][0])).strip()


def _allowed(seen: Snapshot, key: str, word: str) -> tuple[StampGiven, datetime]:
    zone = STATES.take(seen).spec.zone
    when = now_in(zone)
    if word in DRILLS.ids and word not in COLUMNS:
        # A drill is played in life's time, whatever time the workbook speaks of.
        return stamp_answer(seen.tables, key, word, at=when, now=when), when
    now = now_of(seen, zone)
    return stamp_incident(seen.tables, key, word, at=now, now=now, zone=zone), when


def _place(book: Any, name: str) -> tuple[Any, Any]:
    found = table_named(book, name)
    if found is None:
        raise XlmatrixError(
            f"this workbook has no table {name}",
            where="workbook",
            mend="Undo what removed it, or take a backup of the workbook",
        )
    return found


def _audit(given: StampGiven, who: str, when: datetime) -> list[Written]:
    """The line on *Audit*, beside the table of recalculations, which comes into being with it."""
    return [
        _appended(AUDIT, 1, []),
        _appended(STAMPED, STAMPED_COLUMN, [given.audit(who, when)]),
    ]


def _appended(table: Table, column: int, rows: list[tuple[Any, ...]]) -> Written:
    kinds = {known.header: known.kind for known in table.columns}
    return Written(
        table.name,
        AUDIT_SHEET,
        HEADER_ROW,
        column,
        tuple(kinds),
        rows,
        stamps=frozenset(header for header, kind in kinds.items() if kind.instant),
        texts=frozenset(header for header, kind in kinds.items() if kind in (TEXT, KEY)),
        added=True,
    )


def _refuse_changed(cell: Any, log: TableData, given: StampGiven) -> None:
    """Read the cell itself once more: a co-author may have been faster."""
    [[now]] = cell.options(ndim=2, err_to_str=True).value
    if stamp_of(now) != given.old or (given.old is None and now not in (None, "")):
        raise XlmatrixError(
            f"{given.header} of {given.key} was changed while it was read",
            where=log.sheet,
            mend="Read again, and see what stands there",
        )


def _beside(sheet: Any, log: TableData, given: StampGiven) -> Any:
    """The cell that is to name the stamp as of a second passing, read once more; None for none."""
    if given.named is None:
        return None
    place = (log.row + 1 + given.row, log.column + given.named.place)
    cell = sheet.range(place, place)
    [[now]] = cell.options(ndim=2, err_to_str=True).value
    if text_of(plain(now)) != given.named.old:
        raise XlmatrixError(
            f"{SECOND_HOUR} of {given.key} was changed while it was read",
            where=log.sheet,
            mend="Read again, and see what stands there",
        )
    return cell


def _expected(sheet: Any, table: Any, log: TableData, given: StampGiven) -> dict[str, Any]:
    """What must stand in the row and above it, for the page to look at."""
    row = log.row + 1 + given.row
    key = log.column + log.headers.index(ID if given.table == LOG else DRILLS.ids[0])
    column = log.column + given.place
    old = None if given.old is None else as_cell(given.old)
    named = {}
    if given.named is not None:
        beside = f"{column_letters(log.column + given.named.place)}{row}"
        said = f"{SECOND_HOUR} of {given.key}"
        named = {"named": {"address": beside, "old": given.named.old, "said": said}}
    return {
        **named,
        "sheet": sheet.name,
        "table": table.name,
        "key": {"address": f"{column_letters(key)}{row}", "text": given.key},
        "cell": {"address": f"{column_letters(column)}{row}", "old": old},
        "header": {"address": f"{column_letters(column)}{log.row}", "text": given.header},
        "said": f"{given.header} of {given.key}",
    }
