"""A stamp into a workbook in a file, where Excel is not at hand."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlmatrix.api.building import Typed, recalculated
from xlmatrix.api.outputs import workbook_output
from xlmatrix.api.recalculating import AnyTable
from xlmatrix.api.regenerating import saved, state_of_file
from xlmatrix.api.rewriting import rewritten
from xlmatrix.api.stamping import (
    StampGiven,
    audited,
    known_user,
    refuse_other_release,
    stamp_incident,
    standing,
)
from xlmatrix.api.stamps import as_of_stamp, given_stamp
from xlmatrix.errors import XlmatrixError
from xlmatrix.package import package_of
from xlmatrix.regen.reading.book import read_book, understand
from xlmatrix.regen.reading.contents import Contents
from xlmatrix.regen.reading.locked import is_locked
from xlmatrix.regen.reading.reader import read_contents
from xlmatrix.regen.reading.tables import TableData
from xlmatrix.rules.second_hour import SECOND_HOUR
from xlmatrix.sheets.inputs import plain
from xlmatrix.sheets.recalculated import AUDIT
from xlmatrix.tables.kinds import stamp_of
from xlmatrix.tables.results import STAMPED
from xlmatrix.worktime.database import zone_info
from xlmatrix.worktime.zones import now_in

if TYPE_CHECKING:
    from xlmatrix.model import MatrixSpec
    from xlmatrix.regen.reading.book import UsedBook
    from xlmatrix.sheets.plan import BookPlan


@dataclass(frozen=True, slots=True)
class StampWritten:
    """A stamp that stands in a file: what was written, where, and the copy of what it replaced."""

    given: StampGiven
    path: Path
    backup: Path | None = None


# Long because: every parameter is explained to those who call the library.
def stamp(
    book: str | os.PathLike[str],
    incident: str,
    word: str,
    *,
    at: datetime | str | None = None,
    output: str | os.PathLike[str] | None = None,
    in_place: bool = False,
    overwrite: bool | None = None,
    who: str | None = None,
) -> StampWritten:
    """Write one stamp into one empty cell of an incident's row, and a line on *Audit*.

    The workbook is written anew with everything that people typed, as by a regeneration to its own
    spec, and computed; then the stamp is read back.

    Parameters
    ----------
    book
        A workbook that this release of xlmatrix made.
    incident, word
        The incident's ID, and a word of :data:`xlmatrix.api.stamping.COLUMNS`.
    at
        When it was, as wall-clock time of the matrix unless it bears an offset; None is the
        workbook's frozen *As of*, else now.
    output, in_place
        One is needed: the new workbook, or this one, of which a copy stays beside it.
    overwrite
        Whether ``output`` may replace a file, as in :func:`xlmatrix.api.build`.
    who
        Who did it, for *Audit*; None is the name that this computer knows.

    Raises
    ------
    XlmatrixError
        What :func:`xlmatrix.api.stamping.stamp_incident` refuses, a workbook of another release or
        one that another program has open, and what regenerating refuses. Nothing is written then.
    """
    source = Path(book)
    if (output is not None) == in_place:
        raise XlmatrixError(
            "say where the stamp goes",
            where=str(source),
            mend="Give -o NEW.xlsx, or --in-place, which keeps a backup",
        )
    read, used = state_of_file(source, closed=True), read_book(source)
    refuse_other_release(used.stamp.version, str(source))
    goal = None
    if output is not None:
        goal = workbook_output(output, inputs=(source,), overwrite=overwrite, source=used)
    zone = used.spec.zone
    shown = read_contents(used.contents.package)
    now = _frozen(shown) or now_in(zone)
    tables = shown.tables()
    given = stamp_incident(tables, incident, word, at=_wall(at, zone) or now, now=now, zone=zone)
    person = known_user() if who is None else who
    lines = audited(tables, given, person, now_in(zone))
    past: dict[str, AnyTable] = {AUDIT: tables[AUDIT]} if AUDIT in tables else {}
    past[STAMPED.name] = TableData(STAMPED.name, STAMPED.ids, _raw(lines))
    target = source if goal is None else goal.path

    def results(book: BookPlan, spec: MatrixSpec, typed: Typed, made: datetime) -> BookPlan:
        return recalculated(book, spec, made, typed, past)

    data = rewritten(_typed(used, given), target, results, now)
    _read_back(data, str(source), given)
    return StampWritten(given, target, saved(data, goal, source, read))


def _frozen(contents: Contents) -> datetime | None:
    return stamp_of(contents.value_of("AsOf_Input"))


def _wall(at: datetime | str | None, zone: str) -> datetime | None:
    if at is None:
        return as_of_stamp(None, zone)
    found = given_stamp(at, zone)
    return (found.astimezone(zone_info(zone)) if found.tzinfo else found).replace(tzinfo=None)


def _raw(rows: Sequence[Sequence[Any]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(plain(cell) for cell in row) for row in rows)


def _typed(used: UsedBook, given: StampGiven) -> UsedBook:
    """The workbook as if somebody had typed the stamp."""
    contents = used.contents
    for sheet in contents.sheets:
        for place in sheet.tables:
            if place.name != given.table:
                continue
            cells = {given.column: plain(given.new)}
            if given.named is not None:
                cells[SECOND_HOUR] = given.named.new or None
            for id_, value in cells.items():
                spot = (place.row + 1 + given.row, place.column + place.headers.index(id_))
                if is_locked(contents.package, sheet, spot):
                    raise XlmatrixError(
                        f"the sheet {sheet.name} is protected",
                        where=used.where,
                        mend="Unprotect it (Review, Unprotect Sheet), then try again",
                    )
                sheet.cells.values[spot] = value
    return understand(contents, used.stamp)


def _read_back(data: bytes, where: str, given: StampGiven) -> None:
    """Hold the finished workbook against the stamp before it replaces anything."""
    tables = read_contents(package_of(data, where)).tables()
    named = given.named is None or given.named.stands(tables.get(given.table), given.row)
    if standing(tables, given) != given.new or not named:
        raise AssertionError(f"the stamp {given.said()} is not in the workbook that was written")
