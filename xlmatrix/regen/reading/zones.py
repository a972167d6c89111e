"""The clock changes that a workbook computes with, from its hidden tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from xlmatrix.regen.reading.cells import Cells, read_cells
from xlmatrix.regen.reading.contents import Contents
from xlmatrix.rules.names import TZ_KEY, TZ_KEY_OFFSET, TZ_OFFSET, TZ_UTC
from xlmatrix.worktime import Zone
from xlmatrix.worktime.serials import EPOCH_S, ZONE_SCALE
from xlmatrix.worktime.zones import LONG_AGO

#: No clock changes later, and none is a day from UTC: such numbers are somebody's own.
_FAR_S: Final = 10**11
_DAY_S: Final = 86_400


def zone_tables(contents: Contents, zones: Sequence[Zone], *, edition: str = "") -> list[Zone]:
    """The workbook's own tables of its zones, without those that cannot be read.

    Parameters
    ----------
    zones
        The zones that the workbook was made for, the matrix's first, as the newest data have them.
    edition
        The number of the zone data that it was made with, where the stamp says one.
    """
    found = []
    for number, zone in enumerate(zones, start=1):
        changes = list(_changes(contents, number))
        if changes:
            found.append(_zone(zone, changes, edition))
    return found


def _zone(zone: Zone, changes: list[tuple[int, int]], edition: str) -> Zone:
    return Zone(
        name=zone.name,
        info=zone.info,
        first_year=1900,
        last_year=2100,
        # The first row holds for all time before, whatever number stands in it.
        utc=np.array([LONG_AGO, *(at - EPOCH_S for at, _ in changes[1:])], dtype=np.int64),
        offset=np.array([offset for _, offset in changes], dtype=np.int64),
        open_ended=True,
        edition=edition,
    )


def _changes(contents: Contents, number: int) -> Iterator[tuple[int, int]]:
    """(Excel seconds in UTC, offset in seconds) of a zone, until the first row that has none.

    The matrix's own zone has a table of its own; all zones share another, which workbooks of
    earlier releases have not.
    """
    of_matrix = number == 1
    names = (TZ_UTC, TZ_OFFSET) if of_matrix else (TZ_KEY, TZ_KEY_OFFSET)
    first, offsets = (contents.place_of(name.text) for name in names)
    if first is None or offsets is None:
        return
    sheet, row, column = first
    # Their texts are headings, which nobody needs here.
    cells = read_cells(contents.package, sheet.part, (), (), lenient=True)
    low = 0 if of_matrix else number * ZONE_SCALE
    before = -1
    for at, offset in _numbers(cells, row, column, offsets[2]):
        if at < low:
            continue
        if not before < at - low < _FAR_S or abs(offset) > _DAY_S:
            return
        before = at - low
        yield before, offset


def _numbers(cells: Cells, row: int, one: int, other: int) -> Iterator[tuple[int, int]]:
    """The numbers of two columns from a row on, as long as there are some."""
    while True:
        pair = cells.values.get((row, one)), cells.values.get((row, other))
        if not isinstance(pair[0], int | float) or not isinstance(pair[1], int | float):
            return
        yield int(pair[0]), int(pair[1])
        row += 1
