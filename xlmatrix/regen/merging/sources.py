"""What the column *Source* says of stamps that people typed over: that they are typed.

An export says where each stamp comes from (``a list of tickets; opened: created_at, resolved:
closed_at``). Where a typed stamp stands against the export, that would be wrong of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from xlmatrix.regen.reading.tables import Raw, TableInputs, same
from xlmatrix.rules.logs.incident_log import ID, STAMP_INPUTS

SOURCE: Final = "Source"
TYPED: Final = "typed"
#: Each stamp as a source names it, by its column.
_NAMES: Final = {header: header.lower().replace(" ", "_") for header in STAMP_INPUTS}
_PART: Final = re.compile(
    r"(?<=[;,] )({0}): (.*?)(?=, (?:{0}): |$)".format("|".join(map(re.escape, _NAMES.values())))
)


def with_typed(base: TableInputs, mine: TableInputs, theirs: TableInputs) -> TableInputs:
    """What an export says now, its sources saying what is typed in the workbook.

    A source changes only where the export says something new of the row, or said so before.

    Parameters
    ----------
    base, mine, theirs
        What exports said before, what stands in the workbook, what the export says; all with the
        same columns.
    """
    if SOURCE not in theirs.headers:
        return theirs
    at = theirs.headers.index(SOURCE)
    before, here = _by_id(base), _by_id(mine)
    rows = []
    for given in theirs.rows:
        row, id_ = tuple(given), _id_of(theirs, given)
        text = str(row[at] or "")
        if text and id_ in before and id_ in here:
            typed = set(_typed(theirs.headers, before[id_], here[id_], row))
            text = _told(text, str(before[id_][at] or ""), typed)
        rows.append((*row[:at], text or None, *row[at + 1 :]))
    return replace(theirs, rows=tuple(rows))


def _by_id(table: TableInputs) -> dict[str, tuple[Raw, ...]]:
    return {_id_of(table, row): tuple(row) for row in table.rows}


def _id_of(table: TableInputs, row: Sequence[Raw]) -> str:
    return str(row[table.headers.index(ID)] or "").casefold()


def _typed(
    headers: Sequence[str], was: Sequence[Raw], stands: Sequence[Raw], now: Sequence[Raw]
) -> Iterator[tuple[str, bool]]:
    """The stamps that people typed against the export, and whether it says another one now."""
    for header, old, mine, new in zip(headers, was, stands, now, strict=True):
        filled = mine not in (None, "")
        if header in _NAMES and filled and not same(mine, old) and not same(mine, new):
            yield _NAMES[header], not same(old, new)


def _told(text: str, before: str, typed: Collection[tuple[str, bool]]) -> str:
    """A source with what is typed; as it is where nothing of it is new."""
    known = {hit[1] for hit in _PART.finditer(before) if hit[2] == TYPED}
    names = {name for name, _ in typed}
    if not any(new for _, new in typed) and _replaced(text, known) == before:
        # What was not said before goes unsaid, or the same export twice would not be the same.
        names &= known
    return _replaced(text, names)


def _replaced(text: str, names: Collection[str]) -> str:
    return _PART.sub(lambda hit: f"{hit[1]}: {TYPED if hit[1] in names else hit[2]}", text)
