"""The tables of a workbook as data frames, with the values that stand in its cells."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.late import pandas
from xlmatrix.model.yamltree import parse
from xlmatrix.package import open_package
from xlmatrix.regen.reading.contents import Contents, Place, SheetPart, table_data
from xlmatrix.regen.reading.outline import outline
from xlmatrix.regen.reading.reader import Wanted, fill
from xlmatrix.regen.reading.recognised import recognise, recognise_names
from xlmatrix.regen.reading.shared import is_date_format, shared_strings
from xlmatrix.regen.reading.stamped import find_stamp
from xlmatrix.sheets.inputs import blank
from xlmatrix.sheets.stamp import Stamp
from xlmatrix.tables.catalogue import table_of
from xlmatrix.tables.column import Column
from xlmatrix.tables.kinds import (
    DATE,
    SECONDS,
    STAMP,
    TEXT,
    TIME,
    Raw,
    number_of,
    stamps_of,
    text_of,
)
from xlmatrix.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS: Final = frozenset({"number", "share", "amount", SECONDS.id})
_INSTANTS: Final = frozenset({STAMP.id, DATE.id})


def frames(book: str | os.PathLike[str], *, steps: bool = False) -> dict[str, pd.DataFrame]:
    """Every table of a workbook, as its cells have it, whatever program saved it.

    Parameters
    ----------
    book
        A workbook that xlmatrix made; the tables of any other are given too.
    steps
        Whether to give the hidden columns that lead to others too.

    Returns
    -------
    dict of str to pandas.DataFrame
        By the table's name. Columns are called by their ids (``docs/columns.md``), whatever the
        sheet shows above them, and those of users by their headers. Stamps and dates are
        ``datetime64[s]`` as the cells show them: on the wall clock of the matrix's zone, which is
        ``attrs["zone"]``. Times of day are ``timedelta64[s]``, numbers ``float64``, all else text,
        ``""`` where nothing stands. What stands in a column of stamps or numbers and is none, such
        as *Paused*, is missing there and stands in ``attrs["words"]``, by column and row. Ready
        rows in which nobody typed anything are left out. Values are those that the last program
        computed: nothing is recomputed.

    Raises
    ------
    XlmatrixError
        The file is no workbook, or is damaged.
    """
    contents = outline(open_package(Path(book)))
    strings = shared_strings(contents.package)
    stamp = _stamp(contents, strings)
    if stamp is not None:
        recognise_names(contents, stamp)
    fill(contents, strings, Wanted())
    zone = ""
    if stamp is not None:
        contents.ours = stamp.loose
        recognise(contents, stamp, frozenset(stamp.base.tables))
        zone = _zone(stamp)
    return {
        place.name: _frame(contents, sheet, place, stamp, zone, steps=steps)
        for sheet in contents.sheets
        for place in sheet.tables
    }


def _stamp(contents: Contents, strings: Sequence[str]) -> Stamp | None:
    try:
        return find_stamp(contents, strings)
    except XlmatrixError:
        # Its tables stand there all the same.
        return None


def _zone(stamp: Stamp) -> str:
    """The zone of the matrix that a workbook was made from."""
    tree, _ = parse(stamp.spec, "stamp")
    written = tree.child("zone")
    return (written.text if written else None) or ""


def _frame(
    contents: Contents,
    sheet: SheetPart,
    place: Place,
    stamp: Stamp | None,
    zone: str,
    *,
    steps: bool,
) -> pd.DataFrame:
    table, data = table_of(place.name), table_data(sheet, place, contents.ours)
    rows = _filled(table, data.headers, data.rows)
    columns: dict[str, Any] = {}
    words: dict[str, dict[int, str]] = {}
    left_out = frozenset() if steps else _steps(place.name, table, stamp)
    for at, header in enumerate(data.headers):
        if header in left_out:
            continue
        cells = [data.rows[row][at] for row in rows]
        declared = None if table is None else table.get(header)
        kind = _kind(declared, cells) if declared else _shown(contents, sheet, place, at, cells)
        columns[header], odd = _column(kind, cells)
        if odd:
            words[header] = odd
    frame: pd.DataFrame = pandas().DataFrame(columns)
    frame.attrs = {"zone": zone, "words": words}
    return frame


def _steps(name: str, table: Table | None, stamp: Stamp | None) -> frozenset[str]:
    """The columns of a table of ours that nobody reads: computed, and declared by rules alone."""
    made = stamp.base.tables.get(name) if stamp else None
    if table is None or made is None:
        return frozenset()
    return frozenset(one for one in made.computed if table.get(one) is None)


def _filled(
    table: Table | None, headers: Sequence[str], rows: Sequence[Sequence[Raw]]
) -> list[int]:
    """The rows of which somebody typed anything, or that are not blank."""
    typed = range(len(headers))
    if table is not None and table.grows:
        mine = [one.id for one in table.typed]
        typed_at = [at for at, header in enumerate(headers) if header in mine]
        return [n for n, row in enumerate(rows) if not blank(row[at] for at in typed_at)]
    return [n for n, row in enumerate(rows) if not blank(row[at] for at in typed)]


def _kind(declared: Column, cells: Iterable[Raw]) -> str:
    """What a declared column holds; formulas that are no stamps tell by their values."""
    kind = declared.kind.id
    if declared.typed or kind != TEXT.id:
        return kind
    values = [cell for cell in cells if cell not in (None, "")]
    return "number" if values and all(number_of(cell) is not None for cell in values) else kind


def _shown(
    contents: Contents, sheet: SheetPart, place: Place, at: int, cells: Sequence[Raw]
) -> str:
    """What a column holds that is not declared: numbers, stamps by their format, or texts."""
    values = [cell for cell in cells if cell not in (None, "")]
    if not values or any(number_of(cell) is None for cell in values):
        return TEXT.id
    column = place.column + at
    styles = sheet.cells.styles
    codes = {
        contents.code_of(styles.get((row, column), 0))
        for row in range(place.row + 1, place.last_row + 1)
        if sheet.cells.values.get((row, column)) is not None
    }
    return STAMP.id if codes and all(map(is_date_format, codes)) else "number"


def _column(kind: str, cells: Sequence[Raw]) -> tuple[Any, dict[int, str]]:
    """The values of a column, and what stands in it that is none of its kind."""
    if kind in _INSTANTS:
        values: Any = stamps_of(cells)
        return values, _others(cells, np.isnat(values))
    if kind in _NUMBERS:
        found = [number_of(cell) for cell in cells]
        values = np.array([np.nan if one is None else one for one in found], dtype=np.float64)
        return values, _others(cells, np.isnan(values))
    if kind == TIME.id:
        seconds = [TIME.read(cell) for cell in cells]
        values = np.array(
            ["NaT" if one is None else one for one in seconds], dtype="timedelta64[s]"
        )
        return values, _others(cells, np.isnat(values))
    return pandas().Series([text_of(cell) for cell in cells], dtype=object), {}


def _others(cells: Sequence[Raw], missing: Any) -> dict[int, str]:
    odd = (row for row in np.flatnonzero(missing).tolist() if cells[row] not in (None, ""))
    return {row: text_of(cells[row]) for row in odd}
