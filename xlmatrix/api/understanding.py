"""What the tables of an open workbook say, whatever program reads them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from xlmatrix.api.flagging import with_flags
from xlmatrix.errors import Finding, XlmatrixError
from xlmatrix.model import Horizon, MatrixSpec, loads
from xlmatrix.regen import TableData, spec_from_tables, typed_from_tables, with_names
from xlmatrix.regen.mapping import log_from_tables
from xlmatrix.regen.reading.tables import Inputs, TableInputs
from xlmatrix.sheets.inputs import plain
from xlmatrix.sheets.recalculated import AUDIT, PARITY, RECALCULATED, STAMPED
from xlmatrix.sheets.stamp import NAME, TITLE, Stamp, read_stamp
from xlmatrix.tables.catalogue import header_of
from xlmatrix.tables.incidents import INCIDENTS

STAMP_SHEET: Final = NAME
LOG: Final = INCIDENTS.name
#: What a recalculation writes and nobody types.
RESULTS: Final = (RECALCULATED, AUDIT, PARITY, STAMPED)


@dataclass(frozen=True, slots=True)
class Understood:
    """A workbook's policy as its tables have it now.

    ``typed`` holds what neither spec nor log has a place for, by (table, row key, column).
    """

    spec: MatrixSpec
    typed: Mapping[tuple[str, str, str], Any]
    findings: tuple[Finding, ...]


def stamp_from_cells(rows: Sequence[Sequence[Any]]) -> Stamp:
    """The stamp from the first two columns of its sheet."""
    if not rows or not rows[0] or rows[0][0] != TITLE:
        raise lost_stamp()
    return read_stamp(
        [(str(row[0]), str(row[1] or "")) for row in rows[1:] if row[0]], "the workbook"
    )


def lost_stamp() -> XlmatrixError:
    """What to say of a workbook without a stamp."""
    return XlmatrixError(
        "this workbook was not made by xlmatrix, or has lost its stamp",
        where="workbook",
        mend="Open a workbook that xlmatrix has built, and make it the active one",
    )


def understand(
    tables: Mapping[str, TableData],
    names: Mapping[str, Any],
    stamp: Stamp,
    *,
    flags: bool = True,
) -> Understood:
    """The spec that a workbook's inputs say.

    Parameters
    ----------
    tables
        Every table by name, computed columns included or not; without the log the spec is the same.
    names
        The values of input cells with a defined name; those left out stay as the workbook was made.
    flags
        Whether to name what the sheets flag beside their cells as well, where the log is there.

    Raises
    ------
    XlmatrixError
        Where a table or a column was deleted or renamed.
    """
    base = loads(stamp.spec, source="the workbook's spec").spec
    start, end = stamp.horizon
    base = base.model_copy(update={"horizon": Horizon(start=start, end=end)})
    base = with_names(base, stamp.renamed)
    typed_tables = {
        name: _typed_columns(name, tables.get(name), known.headers)
        for name, known in stamp.base.tables.items()
        if name not in RESULTS and (name in tables or name != LOG)
    }
    values = {**stamp.base.names, **{k: v for k, v in names.items() if k in stamp.base.names}}
    spec, findings = spec_from_tables(typed_tables, values, base)
    typed = typed_from_tables(typed_tables, values)
    if not flags or LOG not in typed_tables:
        return Understood(spec, typed, tuple(findings))
    made = stamp.base
    cells = {
        name: TableInputs(
            table.headers,
            made.tables[name].computed,
            tuple(tuple(map(plain, row)) for row in table.rows),
        )
        for name, table in typed_tables.items()
    }
    inputs = Inputs(cells, {known: plain(value) for known, value in values.items()})
    log = log_from_tables(typed_tables)
    found = with_flags(findings, spec, log, typed, (inputs, made))
    return Understood(spec, typed, found)


def _typed_columns(name: str, table: TableData | None, headers: Sequence[str]) -> TableData:
    """A table as people typed it: its input columns, without the blank rows."""
    if table is None:
        raise XlmatrixError(
            f"the table {name} was deleted",
            where="workbook",
            mend="Undo that, or take a backup of the workbook",
        )
    missing = [header for header in headers if header not in table.headers]
    if missing:
        raise XlmatrixError(
            f"the table {name} has no column {header_of(name, missing[0])!r}",
            where=table.sheet or name,
            mend="Give the renamed column its name back, or regenerate the workbook",
        )
    places = [table.headers.index(header) for header in headers]
    rows = (tuple(row[place] for place in places) for row in table.rows)
    filled = tuple(row for row in rows if any(value not in (None, "") for value in row))
    return replace(table, headers=tuple(headers), rows=filled, formulas={})
