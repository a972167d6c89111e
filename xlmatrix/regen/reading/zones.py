"""The clock changes that a workbook computes with, from its hidden table."""

from __future__ import annotations

import numpy as np

from xlmatrix.regen.reading.cells import Cells, read_cells
from xlmatrix.regen.reading.contents import Contents
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.names import TZ_OFFSET, TZ_UTC
from xlmatrix.worktime import Zone
from xlmatrix.worktime.database import zone_info
from xlmatrix.worktime.zones import LONG_AGO


def zone_table(contents: Contents, zone: str, *, edition: str = "") -> Zone | None:
    """The workbook's own table of a zone; None where it has none that can be read.

    Parameters
    ----------
    zone
        The zone that the workbook was made for.
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
        name=zone,
        info=zone_info(zone),
        first_year=1900,
        last_year=2100,
        # The first row holds for all time before, whatever number stands in it.
        utc=np.array([LONG_AGO, *(at - EPOCH_S for at, _ in changes[1:])], dtype=np.int64),
        offset=np.array([offset for _, offset in changes], dtype=np.int64),
        open_ended=True,
        edition=edition,
    )


def _changes(cells: Cells, row: int, instants: int, offsets: int) -> list[tuple[int, int]]:
    """(Excel seconds in UTC, offset in seconds) of each row, until the first that has no number."""
    found: list[tuple[int, int]] = []
    while True:
        at, offset = cells.values.get((row, instants)), cells.values.get((row, offsets))
        if not isinstance(at, int | float) or not isinstance(offset, int | float):
            return found
        if found and int(at) <= found[-1][0]:
            return found
        found.append((int(at), int(offset)))
        row += 1
