"""Each line of the report held against the finished workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xlmatrix.regen.carrying.guests import ADDED
from xlmatrix.regen.carrying.overtyped import EMPTIED
from xlmatrix.regen.carrying.rows import NO_KEY
from xlmatrix.regen.merging.merge import ROW_DELETED, ROW_DELETED_THERE, ROW_GONE, Change, Outcome
from xlmatrix.regen.reading.contents import cell_place
from xlmatrix.regen.reading.tables import by_place
from xlmatrix.regen.verifying.finished import Finished, shows
from xlmatrix.regen.verifying.missing import Missing


def not_borne_out(changes: Iterable[Change], finished: Finished) -> Iterator[Missing]:
    """What lines say and the finished workbook does not show."""
    for change in changes:
        holds = _holds_in_table if change.table else _holds_on_sheet
        if not holds(change, finished):
            yield Missing.of_line(change)


def _holds_on_sheet(change: Change, finished: Finished) -> bool:
    """A line about a cell with a name, a cell by its address, a name or a sheet."""
    if change.column:
        return shows((finished.names.get(change.key), ""), change.after)
    sheet, mark, address = change.key.rpartition("!")
    sheet = sheet if mark else change.sheet
    spot = cell_place(address)
    if spot is not None and (change.after is not None or change.note == EMPTIED):
        return shows(finished.at(sheet, spot), change.after)
    if change.outcome not in (Outcome.KEPT, Outcome.ORPHAN):
        return True
    if change.key and not change.sheet:
        return change.key in finished.contents.names
    return finished.has_sheet(sheet)


def _holds_in_table(change: Change, finished: Finished) -> bool:
    """A line about a cell, a row or a column of a table."""
    if change.outcome is Outcome.REFUSED and change.after is None:
        return True
    if not change.key:
        headers = finished.headers.get(change.table, frozenset())
        if not change.column:
            return change.note != ADDED or bool(headers)
        return change.column.casefold() in headers
    if change.key == NO_KEY:
        return any(
            shows(found, change.after)
            for (table, _, column), found in finished.beyond.items()
            if (table, column) == (change.table, change.column.casefold())
        )
    if change.column:
        return shows(finished.cell(change.table, change.key, change.column), change.after)
    there = change.key.casefold() in finished.rows.get(change.table, {})
    # Rows that go by their place move up when one is deleted.
    gone = (ROW_DELETED, ROW_DELETED_THERE, ROW_GONE)
    return by_place(change.table) or there != change.note.startswith(gone)
