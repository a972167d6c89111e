"""A used workbook's stamp, and its sheets under the names that they have now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlmatrix.errors import XlmatrixError
from xlmatrix.package import RESCUE
from xlmatrix.regen.reading.cells import read_cells
from xlmatrix.regen.reading.contents import Contents
from xlmatrix.sheets.stamp import NAME, TITLE, SheetBase, Stamp, read_stamp
from xlmatrix.tables.incidents import INCIDENTS


def find_stamp(contents: Contents, strings: Sequence[str]) -> Stamp:
    """The stamp, from the sheet of that name or whatever it is called now.

    Raises
    ------
    XlmatrixError
        When there is none, or it is damaged.
    """
    named = [s for s in contents.sheets if s.name.casefold() == NAME.casefold()]
    for sheet in named or [s for s in contents.sheets if s.state != "visible"]:
        values = read_cells(contents.package, sheet.part, strings, ()).values
        if values.get((1, 1)) == TITLE:
            rows = sorted(row for row, column in values if column == 1 and row > 1)
            pieces = [(str(values[row, 1]), str(values.get((row, 2), ""))) for row in rows]
            return read_stamp(pieces, contents.where)
    raise _no_stamp(contents)


def _no_stamp(contents: Contents) -> XlmatrixError:
    ours = any(place.name == INCIDENTS.name for s in contents.sheets for place in s.tables)
    return XlmatrixError(
        "the workbook has lost its stamp, or was made --without-stamp, so nobody can tell what was"
        " typed since it was made"
        if ours
        else "this workbook was not made by xlmatrix",
        where=contents.where,
        mend=f"Take a backup that has it; {RESCUE}" if ours else "Name a workbook that it built",
    )


def sheet_names(contents: Contents, bases: Mapping[str, SheetBase]) -> dict[str, str]:
    """Each sheet of the stamp with the name it has now, told by its tables and defined names."""
    by_table = {place.name: sheet.name for sheet in contents.sheets for place in sheet.tables}
    present = {sheet.name for sheet in contents.sheets}
    found: dict[str, str] = {}
    for name, base in bases.items():
        if name in present:
            found[name] = name
            continue
        now = next((by_table[table] for table in base.tables if table in by_table), None)
        if now is None:
            places = (contents.place_of(known) for known in base.names)
            now = next((place[0].name for place in places if place is not None), None)
        if now is not None and now not in bases:
            found[name] = now
    return found
