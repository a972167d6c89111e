"""Reads a workbook back, whoever saved it: tables, named cells, comments, widths, loose cells.

The XML is read as it streams by, with values as the file has them (serial numbers, not dates), so
that nothing is interpreted twice and a long log costs memory only for what people typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.package import Package, open_package
from xlmatrix.package.limits import MOST_CELLS, MOST_LOG_CELLS, RefusedError
from xlmatrix.regen.reading.cells import read_cells
from xlmatrix.regen.reading.contents import Contents, Place, SheetPart
from xlmatrix.regen.reading.outline import outline
from xlmatrix.regen.reading.shared import is_date_format, shared_strings
from xlmatrix.regen.reading.tables import whole
from xlmatrix.tables.catalogue import ids_of

_DAYS_1904: Final = 1462
_MOST_BLANK_ROWS: Final = 10_000
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a workbook's cells is read.

    Attributes
    ----------
    computed
        The computed columns of each table, whose formula cells nobody needs.
    sheet
        Whether anybody needs a sheet's cells.
    most_rows
        How many rows with values a sheet may have; None is any number.
    """

    computed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sheet: Callable[[SheetPart], bool] = lambda _: True
    most_rows: Callable[[SheetPart], int | None] = lambda _: None


def read_contents(
    source: Path | Package,
    wanted: Wanted | None = None,
    *,
    rescue: bool = False,
    progress: Progress | None = None,
) -> Contents:
    """Read a workbook from its file, or from its package where that is open already.

    Parameters
    ----------
    rescue
        Read as much as can be read of a damaged file; what cannot stands in ``broken``.

    Raises
    ------
    XlmatrixError
        When the file is no workbook or is damaged.
    """
    package = source if isinstance(source, Package) else open_package(source, salvage=rescue)
    contents = outline(package, rescue=rescue)
    strings = shared_strings(package, rescue=rescue)
    fill(contents, strings, wanted or Wanted(), rescue=rescue, progress=progress)
    return contents


def fill(
    contents: Contents,
    strings: Sequence[str],
    wanted: Wanted,
    *,
    rescue: bool = False,
    progress: Progress | None = None,
) -> None:
    """Read the cells into an outline; ``strings`` are the workbook's shared texts."""
    left = MOST_CELLS
    for sheet in contents.sheets:
        if not wanted.sheet(sheet):
            continue
        if progress:
            progress(f"reading {sheet.name}")
        try:
            sheet.cells = read_cells(
                contents.package,
                sheet.part,
                strings,
                _passed(sheet, wanted.computed),
                most_rows=(most_rows := wanted.most_rows(sheet)),
                most_cells=left if most_rows is None else MOST_LOG_CELLS,
                lenient=rescue,
            )
            if most_rows is None:
                left -= len(sheet.cells.values)
        except RefusedError:
            raise
        except XlmatrixError:
            if not rescue:
                raise
            contents.broken.append(sheet.name)
        sheet.tables = [
            _within(_headed(place, sheet), sheet.cells.last_row) for place in sheet.tables
        ]
        if contents.from_1904:
            _shift_1904(contents, sheet)


def _passed(sheet: SheetPart, computed: Mapping[str, frozenset[str]]) -> list[tuple[int, int, int]]:
    """(first row, last row, column) of a sheet's computed columns."""
    return [
        (place.row + 1, place.last_row, place.column + offset)
        for place in sheet.tables
        for offset, header in enumerate(place.headers)
        if header in computed.get(place.name, ())
    ]


def _headed(place: Place, sheet: SheetPart) -> Place:
    """A table whose file names fewer columns than it has, with what stands above them."""
    if all(place.headers):
        return place
    shown = (
        sheet.cells.values.get((place.row, place.column + n)) for n in range(len(place.headers))
    )
    headers = [
        str(text or known or f"Column {number}")
        for number, (text, known) in enumerate(zip(shown, place.headers, strict=True), start=1)
    ]
    return replace(place, headers=ids_of(place.name, headers))


def _within(place: Place, last_row: int) -> Place:
    """A table that somebody drew over a million rows ends some rows below what stands in it."""
    most = max(place.row, last_row) + _MOST_BLANK_ROWS
    return place if place.last_row <= most else replace(place, last_row=most)


def _shift_1904(contents: Contents, sheet: SheetPart) -> None:
    """A workbook that counts days from 1904: bring what its format shows as date to 1900."""
    for place, value in sheet.cells.values.items():
        code = contents.code_of(sheet.cells.styles.get(place, 0))
        if place in sheet.cells.dated or isinstance(value, bool):
            continue
        if isinstance(value, int | float) and is_date_format(code) and value >= 1:
            sheet.cells.values[place] = whole(value + _DAYS_1904)
