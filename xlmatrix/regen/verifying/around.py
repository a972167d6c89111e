"""What stands around cells, looked for in the finished workbook: names, frames, what formats mean.

What the carrying stages made of it is not asked: it is taken as it was read from the old workbook,
and must be in the new one or in a line of the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from xlmatrix.package import Package
from xlmatrix.regen.carrying.looks import Sheaf, Signature, signatures
from xlmatrix.regen.carrying.strangers import CHART_NAME
from xlmatrix.regen.reading.contents import Contents, SheetPart
from xlmatrix.regen.reading.shared import is_date_format
from xlmatrix.regen.verifying.debt import Debt
from xlmatrix.regen.verifying.finished import Finished
from xlmatrix.regen.verifying.missing import Missing

_STYLES: Final = "xl/styles.xml"
#: Per sheet of ours the cells that people painted, with a style number of the old workbook.
Painted = Mapping[str, Mapping[tuple[int, int], int]]


def not_around(debt: Debt, painted: Painted, finished: Finished) -> Iterator[Missing]:
    """Names, tables of users, dates and colours that are neither there nor named."""
    yield from _names(debt, finished)
    yield from _tables(debt, finished)
    yield from _dates(debt, finished)
    yield from _colours(debt.used.contents, painted, finished)


def _names(debt: Debt, finished: Finished) -> Iterator[Missing]:
    """Names that people defined."""
    ours = {name.casefold() for base in debt.used.stamp.sheets.values() for name in base.names}
    there = {name.casefold() for name in finished.contents.names}
    for name in debt.used.contents.names:
        known = name.casefold() in ours or name.startswith(("_xlnm", CHART_NAME))
        if not known and name.casefold() not in there and not _said(debt, name):
            yield Missing(name, f"the name {name}")


def _tables(debt: Debt, finished: Finished) -> Iterator[Missing]:
    """Tables that people made."""
    used = debt.used
    parts = [part for part in used.contents.sheets if part.state == "visible"]
    own = {part.name for part in used.own_sheets}
    ours = {*used.sheet_names.values()} | own
    for part in (part for part in parts if part.name in ours and not debt.leaves(part.name)):
        for place in used.guests_on(part):
            there = place.name.casefold() in {n.casefold() for n in finished.headers}
            empty = place.last_row <= place.row
            if not there and not empty and not _said(debt, place.name):
                yield Missing(place.name, f"the table {place.name} on {part.name}")


def _said(debt: Debt, name: str) -> bool:
    """Whether the report names something that did not come along."""
    named = {folded for _, folded, _ in debt.refused} | {t.casefold() for t, *_ in debt.refused}
    return debt.leaves(name) or name.casefold() in named


def _dates(debt: Debt, finished: Finished) -> Iterator[Missing]:
    """Dates on users' sheets, which would be numbers without their format."""
    for part in debt.used.own_sheets:
        there = finished.sheet(part.name)
        if there is None or debt.leaves(part.name):
            continue
        now = _dated(finished.contents, there)
        for spot in sorted(_dated(debt.used.contents, part) - now):
            if spot in there.cells.values:
                yield Missing.at(part.name, spot, "a date, and no number")


def _dated(contents: Contents, part: SheetPart) -> set[tuple[int, int]]:
    return {
        spot
        for spot, value in part.cells.values.items()
        if isinstance(value, int | float)
        and is_date_format(contents.code_of(part.cells.styles.get(spot, 0)))
    }


def _colours(old: Contents, painted: Painted, finished: Finished) -> Iterator[Missing]:
    """Cells of ours that people painted."""
    if not painted:
        return
    before, now = _looks(old.package), _looks(finished.contents.package)
    for sheet, spots in painted.items():
        part = finished.sheet(sheet)
        # Only of cells with values does the reader know the looks.
        filled = part.cells.values if part is not None else {}
        for spot in sorted(spots.keys() & filled.keys()):
            number = part.cells.styles.get(spot, 0) if part is not None else 0
            if number >= len(now) or now[number] != before[spots[spot]]:
                yield Missing.at(sheet, spot, "the colours that it was given")


def _looks(package: Package) -> list[Signature]:
    return signatures(Sheaf.of(package.xml(_STYLES))) if _STYLES in package else []
