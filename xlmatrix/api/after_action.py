"""The after-action report of a drill that was held."""

from __future__ import annotations

import os
from datetime import datetime
from math import isnan
from typing import Final

from xlmatrix.api.briefing import BRIEF_FORMATS, Paper, goal_of, saved, wanted_format, written
from xlmatrix.api.drilling import DrillBook, drills
from xlmatrix.errors import XlmatrixError

REPORT_FORMATS: Final = BRIEF_FORMATS


def drill_report(
    source: str | os.PathLike[str],
    number: int,
    *,
    record: str | None = None,
    output: str | os.PathLike[str] | None = None,
    format: str | None = None,  # noqa: A002
    as_of: datetime | str | None = None,
    overwrite: bool | None = None,
) -> Paper:
    """What a drill was to show, what happened against its targets, and what is done about it.

    Parameters
    ----------
    source
        A workbook in use.
    number
        The drill, as in the plan.
    record
        The record in Drill results, such as ``Repeat 1``; None takes the drill's latest.
    output
        Where to save; its ending says the form where ``format`` does not.
    format
        ``html``, ``pdf`` (by LibreOffice), ``docx`` or ``md``.
    as_of
        The instant that the verdict speaks of; by default the workbook's *As of*, else now.
    overwrite
        True replaces a file and keeps a backup of it; otherwise one that exists stays.

    Raises
    ------
    XlmatrixError
        The drill was not held, the source cannot be read, or the output cannot be written.
    """
    form = wanted_format(output, format, REPORT_FORMATS)
    goal = goal_of(output, form, source, overwrite)
    book = drills(source, as_of=as_of)
    place = _record(book, number, record)
    from xlmatrix.papers import Held, after_action_document

    held = Held(
        book.scene, book.view, place, book.drill(number), book.told(number), book.players(number)
    )
    return saved(written(after_action_document(held), form), form, goal)


def _record(book: DrillBook, number: int, wanted: str | None) -> int:
    """The row of the record: the one that is named, else the drill's latest."""
    book.drill(number)
    frame = book.view.frame
    held = {
        key: place
        for place, key in enumerate(book.view.keys)
        if frame["Drill"][place] == number and not isnan(frame["detected s"][place])
    }
    if not held:
        raise XlmatrixError(
            f"drill {number} has no record that has begun",
            where=book.source,
            mend="Type its times into Drill results, or play it with drill run",
        )
    if wanted is None:
        return max(held.values(), key=lambda place: float(frame["detected s"][place]))
    found = next((at for key, at in held.items() if key.casefold() == wanted.casefold()), None)
    if found is None:
        raise XlmatrixError(
            f"drill {number} has no record {wanted}",
            where=book.source,
            mend=f"Choose from: {', '.join(held)}",
        )
    return found
