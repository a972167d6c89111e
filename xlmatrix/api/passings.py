"""Which passing of a doubled hour a stamp is of: as its row says, and as it shall say.

A wall-clock time bears its passing as ``fold`` (PEP 495); a row names it under *Second hour*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from xlmatrix.errors import XlmatrixError
from xlmatrix.rules.second_hour import SECOND_HOUR, names_second, renamed
from xlmatrix.sheets.inputs import plain
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import stamp_of, text_of
from xlmatrix.worktime.database import zone_info


class StampTable(Protocol):
    """A table as read: column ids, rows of plain values, and where its header begins."""

    @property
    def name(self) -> str:
        """Its name in the workbook."""

    @property
    def headers(self) -> Sequence[str]:
        """The ids of the columns, in order."""

    @property
    def rows(self) -> Sequence[Sequence[Any]]:
        """The rows, blank ones included."""

    @property
    def formulas(self) -> Mapping[tuple[int, int], str]:
        """Formulas by (row, column) from 0, as far as they are known."""


@dataclass(frozen=True, slots=True)
class Named:
    """The cell *Second hour* of a row: its place from 0, what stands there, and what shall."""

    place: int
    old: str
    new: str

    def stands(self, table: StampTable | None, row: int) -> bool:
        """Whether the cell of a row holds what it shall."""
        if table is None or SECOND_HOUR not in table.headers:
            return False
        return text_of(plain(table.rows[row][table.headers.index(SECOND_HOUR)])) == self.new


@dataclass(frozen=True, slots=True)
class Clock:
    """Wall-clock times of a zone as instants, which tell the two passings of an hour apart."""

    zone: str

    def of(self, wall: datetime) -> datetime:
        """The instant, in UTC."""
        return wall.replace(tzinfo=zone_info(self.zone)).astimezone(UTC)


def stamp_typed(told: Mapping[str, Any], column: str) -> datetime | None:
    """A stamp of a row, with the passing of a doubled hour that the row means."""
    stamp = stamp_of(told[column])
    text = text_of(plain(told.get(SECOND_HOUR)))
    second = stamp is not None and names_second(text, column)
    return stamp.replace(fold=1) if stamp is not None and second else stamp


def named_by(table: StampTable, row: int, column: str, name: str, *, second: bool) -> Named | None:
    """What a row shall name once a stamp of it is written; None where it names that already.

    Raises
    ------
    XlmatrixError
        Where it would have to name the stamp, and the column is gone or holds a formula.
    """
    if SECOND_HOUR not in table.headers:
        if second and table.name == INCIDENTS.name:
            raise XlmatrixError(
                f"the clock shows this hour twice, and {table.name} has no column {SECOND_HOUR!r}",
                where=table.name,
                mend="Give the renamed column its name back",
            )
        return None
    place = table.headers.index(SECOND_HOUR)
    old = text_of(plain(table.rows[row][place]))
    if second == names_second(old, column):
        return None
    if (row, place) in table.formulas:
        raise XlmatrixError(
            f"{SECOND_HOUR} of {name} is a formula: ={table.formulas[row, place]}",
            where=table.name,
            mend="Type its words instead",
        )
    return Named(place, old, renamed(old, column, second=second))
