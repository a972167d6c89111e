"""Recalculate a workbook in a file: the button's work without Excel."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from xlmatrix.api.recalculating import Recalculation, recalculate, wall_stamp
from xlmatrix.api.stamps import as_of_stamp
from xlmatrix.api.understanding import LOG
from xlmatrix.errors import Finding, XlmatrixError


@dataclass(frozen=True, slots=True)
class Recalculated:
    """A recalculation of a file; ``path`` is the new workbook, None where none was asked for."""

    found: Recalculation
    findings: tuple[Finding, ...]
    path: Path | None = None


def recalc(
    book: str | os.PathLike[str],
    *,
    as_of: datetime | str | None = None,
    output: str | os.PathLike[str] | None = None,
    overwrite: bool = True,
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

    Raises
    ------
    XlmatrixError
        The workbook is none of ours or cannot be read, or the output cannot be written.
    """
    from xlmatrix.regen import read_book, read_contents

    path = Path(book)
    used = read_book(path)
    contents = read_contents(path)
    tables = contents.tables()
    if LOG not in tables:
        raise XlmatrixError("the table tIncidents was deleted", where=str(path), mend="Undo that")
    zone = used.spec.zone
    now = datetime.now(ZoneInfo(zone)).replace(microsecond=0, tzinfo=None)
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
    target = None
    if output is not None:
        target = Path(output)
        _write(used, found, target, overwrite=overwrite)
    return Recalculated(found, tuple(used.findings), target)


def _shown(contents: Any) -> datetime | None:
    """What the workbook's formulas spoke of when they were computed last."""
    for name in ("AsOf", "AsOf_Input"):
        stamp = wall_stamp(contents.value_of(name))
        if stamp is not None:
            shown: datetime = stamp.astype(datetime)
            return shown
    return None


def _write(used: Any, found: Recalculation, path: Path, *, overwrite: bool) -> None:
    from xlmatrix.sheets.book import plan_book
    from xlmatrix.sheets.recalculated import with_results
    from xlmatrix.sheets.stamp import stamped
    from xlmatrix.write import render, save

    if path.suffix.lower() == ".xlsm":
        raise XlmatrixError(
            "recalc writes a plain workbook, which is no .xlsm",
            where=str(path),
            mend=f"Write to {path.with_suffix('.xlsx').name}",
        )
    if used.own_sheets or used.added:
        what = ", ".join([s.name for s in used.own_sheets] + [a.header for a in used.added])
        raise XlmatrixError(
            f"the workbook has sheets or columns of your own, which would be lost: {what}",
            where=used.where,
            mend="Press Recalculate in Excel, or leave out -o for the report alone",
        )
    frozen = wall_stamp(used.contents.value_of("AsOf_Input"))
    as_of = None if frozen is None else frozen.astype(datetime)
    book = plan_book(used.spec, used.log, as_of=as_of, created=found.as_of, typed=used.typed)
    book = stamped(with_results(book, found.results), used.stamp)
    save(render(book), path, overwrite=overwrite)
