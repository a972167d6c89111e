"""The clock changes that a workbook computes with, from its hidden table."""

from __future__ import annotations

from typing import Final

import numpy as np

from xlmatrix.regen.reading.cells import Cells, read_cells
from xlmatrix.regen.reading.contents import Contents
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.names import TZ_OFFSET, TZ_UTC
from xlmatrix.worktime import Zone
from xlmatrix.worktime.zones import LONG_AGO


def zone_table(contents: Contents, zone: Zone, *, edition: str = "") -> Zone | None:
    """The workbook's own table of a zone; None where it has none that can be read.

    Parameters
    ----------
    zone
        The zone that the workbook was made for, as the newest data have it.
    edition
        The number of the zone data that it was made with, where the stamp says one.
    """
    instants, offsets = contents.place_of(TZ_UTC.text), contents.place_of(TZ_OFFSET.text)
    if instants is None or offsets is None:
        return None
    sheet, row, column = instants
    # Its texts are headings, which nobody needs here.
    cells = read_cells(contents.package, sheet.part, (), (), lenient=True)
    changes = _changes(cells, row, column, offsets[2])
    if not changes:
        return None
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


#: No clock changes later, and none is a day from UTC: such numbers are somebody's own.
FAR_S: Final = 10**11
DAY_S: Final = 86_400


def _changes(cells: Cells, row: int, instants: int, offsets: int) -> list[tuple[int, int]]:
    """(Excel seconds in UTC, offset in seconds) of each row, until the first that has no number."""
    found: list[tuple[int, int]] = []
    while True:
        at, offset = cells.values.get((row, instants)), cells.values.get((row, offsets))
        if not isinstance(at, int | float) or not isinstance(offset, int | float):
            return found
        rises = not found or found[-1][0] < int(at)
        if not rises or not 0 <= at < FAR_S or abs(offset) > DAY_S:
            return found
        found.append((int(at), int(offset)))
        row += 1
