"""Recalculate a workbook in a file: the button's work without Excel."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlmatrix.api.horizon import covering
from xlmatrix.api.outputs import workbook_output, write
from xlmatrix.api.recalculating import Recalculation, recalculate
from xlmatrix.api.regenerating import finished, outfit_of
from xlmatrix.api.stamps import as_of_stamp
from xlmatrix.api.understanding import LOG
from xlmatrix.api.unstamped import UNSTAMPED, unstamped_note
from xlmatrix.api.zones import workbook_zone_findings
from xlmatrix.errors import Finding, XlmatrixError
from xlmatrix.regen import read_book, read_contents
from xlmatrix.sheets.recalculated import AUDIT_SHEET, SHEET, with_results
from xlmatrix.tables.kinds import stamp_of
from xlmatrix.version import __version__
from xlmatrix.worktime.zones import now_in

if TYPE_CHECKING:
    from xlmatrix.model import MatrixSpec
    from xlmatrix.regen.mapping import Typed
    from xlmatrix.regen.reading.book import UsedBook
    from xlmatrix.regen.stages.request import Clothe
    from xlmatrix.sheets.plan import BookPlan
    from xlmatrix.write.outputs import Output

_RENEWED: Final = "Nothing to do: the new workbook has the newer table"


@dataclass(frozen=True, slots=True)
class Recalculated:
    """A recalculation of a file.

    ``path`` is the new workbook, None where none was asked for, and ``backup`` the copy of a file
    that it replaced and that might be missed.
    """

    found: Recalculation
    findings: tuple[Finding, ...]
    path: Path | None = None
    backup: Path | None = None


# Long because: every parameter is explained to those who call the library.
def recalc(
    book: str | os.PathLike[str],
    *,
    as_of: datetime | str | None = None,
    output: str | os.PathLike[str] | None = None,
    overwrite: bool | None = None,
    without_stamp: bool = False,
) -> Recalculated:
    """Recompute every incident of a workbook and say where its formulas disagree.

    Parameters
    ----------
    book
        A workbook that xlmatrix made, saved by any program.
    as_of
        The instant the results speak of; None means what the workbook shows.
    output
        Where to write a workbook with the sheets Recalculated and Audit; the old one stays as it
        is. None writes nothing.
    overwrite
        Whether the output may replace a file, as in :func:`xlmatrix.api.build`.
    without_stamp
        Leave out the stamp, a hidden copy of the spec and of every value as it was offered. Such a
        workbook cannot be regenerated, recalculated or checked.

    Raises
    ------
    XlmatrixError
        The workbook is none of ours or cannot be read, or the output cannot be written.
    """
    path = Path(book)
    if without_stamp and output is None:
        raise XlmatrixError(
            f"nothing is written that could be {UNSTAMPED}",
            where=str(path),
            mend="Give -o COPY.xlsx",
        )
    used = read_book(path)
    goal = None
    if output is not None:
        goal = workbook_output(output, inputs=(path,), overwrite=overwrite, source=used)
    contents = read_contents(used.contents.package)
    tables = contents.tables()
    if LOG not in tables:
        raise XlmatrixError("the table tIncidents was deleted", where=str(path), mend="Undo that")
    zone = used.spec.zone
    now = now_in(zone)
    shown = _shown(contents) or now
    log = tables[LOG]
    found = recalculate(
        used.spec,
        tables,
        as_of=as_of_stamp(as_of, zone) or shown,
        shown_as_of=shown,
        now=now,
        place=(log.row + 1, log.column),
        typed=used.typed,
    )
    mend = "Regenerate the workbook, so that its formulas agree" if output is None else _RENEWED
    notes = (*used.findings, *workbook_zone_findings(used, mend))
    if goal is None:
        return Recalculated(found, notes)
    backup = _write(used, found, goal, without_stamp=without_stamp)
    if without_stamp:
        notes += (unstamped_note(str(goal.path)),)
    return Recalculated(found, notes, goal.path, backup)


def _shown(contents: Any) -> datetime | None:
    """What the workbook's formulas spoke of when they were computed last."""
    for name in ("AsOf", "AsOf_Input"):
        stamp = stamp_of(contents.value_of(name))
        if stamp is not None:
            return stamp
    return None


def _write(
    used: UsedBook, found: Recalculation, goal: Output, *, without_stamp: bool
) -> Path | None:
    """Write the workbook with the results; gives the backup of what it replaced."""

    def shown(book: BookPlan, *_: object) -> BookPlan:
        return with_results(book, found.results)

    data = rewritten(used, goal.path, shown, found.as_of, without_stamp=without_stamp)
    return write(data, goal)


def rewritten(
    used: UsedBook, target: Path, results: Clothe, now: datetime, *, without_stamp: bool = False
) -> bytes:
    """A workbook made anew of its own spec, with the sheets of results that ``results`` adds.

    Everything that people typed or added comes along, as in a regeneration to the same spec.
    """
    from xlmatrix.regen.renew import Request, renew

    dress, outfit = outfit_of(used, target, without_stamp=without_stamp)

    def clothed(book: BookPlan, spec: MatrixSpec, typed: Typed, made: datetime) -> BookPlan:
        kept = tuple(s for s in book.sheets if s.name not in {SHEET, AUDIT_SHEET})
        shown = results(replace(book, sheets=kept), spec, typed, made)
        return shown if dress is None else dress.plan(shown)

    request = Request(
        used.loaded,
        template=used.stamp.template,
        version=__version__,
        now=now,
        stretch=covering,
        outfit=replace(outfit, clothe=clothed, sheets=frozenset({SHEET, AUDIT_SHEET})),
        keeps_past=not without_stamp,
    )
    return finished(used, renew(used, request), dress)
