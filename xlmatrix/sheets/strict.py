"""Typed stamps that the zone's clock shows twice or never, for a policy that refuses them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import Finding, FindingsError, Level, XlmatrixError
from xlmatrix.formula import ref, to_excel
from xlmatrix.formula.expr import Cell as Reference
from xlmatrix.model.models import MatrixSpec
from xlmatrix.sheets.inputs import column_values, plain
from xlmatrix.sheets.plan import BookPlan, SheetPlan, Table
from xlmatrix.tables.catalogue import table_of
from xlmatrix.tables.kinds import STAMP, stamps_of
from xlmatrix.worktime import Zone

_GAP = 2
#: The column that says on whose clock the stamps of a row are typed.
_ZONE = "Zone"


def strict_findings(book: BookPlan, spec: MatrixSpec, source: str = "") -> tuple[Finding, ...]:
    """An error for each such stamp where the policy says ``strict_dst``, else nothing.

    Looks at every cell of a kind that is an instant: the typed columns of all tables, and the
    single cells that people type in. ``source`` is the file that the cells stand in, for the place
    of each finding.
    """
    if not spec.policy.strict_dst:
        return ()
    return tuple(
        _finding(said, place, stamp, flag, zone, f"{source}!{plan.name}" if source else plan.name)
        for plan in book.sheets
        for said, places, cells, named in _stamped(plan, book)
        for zone, rows in _by_zone(named, len(cells), spec.zone)
        for place, stamp, flag in _odd(
            [places[row] for row in rows], [cells[row] for row in rows], zone
        )
    )


def refuse_odd_stamps(book: BookPlan, spec: MatrixSpec, source: str = "") -> None:
    """Stop where :func:`strict_findings` finds anything.

    Raises
    ------
    FindingsError
        With a finding for each cell.
    """
    found = strict_findings(book, spec, source)
    if found:
        raise FindingsError(found, where=source or "incidents")


def _stamped(
    plan: SheetPlan, book: BookPlan
) -> Iterator[tuple[str, list[tuple[int, int]], Sequence[object], Sequence[object]]]:
    """What each column or cell of stamps is called, its cells with their places and zones.

    No zones are those of the matrix.
    """
    for table in plan.tables:
        ids = [column.id for column in table.columns]
        named = column_values(table.values[ids.index(_ZONE)]) if _ZONE in ids else ()
        for header, column, cells in _columns(table):
            rows = range(table.row + 1, table.row + 1 + len(cells))
            yield header, [(row, column) for row in rows], cells, named
    called = {
        (expr.row, expr.column): name
        for name, expr in book.names.items()
        if isinstance(expr, Reference) and expr.sheet == plan.name
    }
    for place, cell in plan.cells.items():
        if cell.kind is not None and cell.kind.instant:
            yield called.get(place, "The stamp"), [place], [plain(cell.value)], ()


def _by_zone(named: Sequence[object], count: int, zone: str) -> Iterator[tuple[Zone, list[int]]]:
    """The rows of each zone; one that is none counts as the matrix's, as formulas have it."""
    rows: dict[str, list[int]] = {}
    for row in range(count):
        there = named[row] if row < len(named) else None
        rows.setdefault(str(there or zone), []).append(row)
    for name, places in rows.items():
        try:
            found = Zone.load(name)
        except XlmatrixError:
            found = Zone.load(zone)
        # Stamps of years without known clock changes are slips of another kind.
        yield replace(found, open_ended=True), places


def _columns(table: Table) -> Iterator[tuple[str, int, Sequence[object]]]:
    """Header, sheet column and cells of each typed column of stamps."""
    known = table_of(table.name)
    wanted = () if known is None else [one.id for one in known.typed if one.kind.id == STAMP.id]
    for offset, column in enumerate(table.columns):
        if column.id in wanted:
            yield table.headers[offset], table.column + offset, column_values(table.values[offset])


def _odd(
    places: list[tuple[int, int]], cells: Sequence[object], zone: Zone
) -> Iterator[tuple[tuple[int, int], np.datetime64, int]]:
    stamps: NDArray[np.datetime64] = stamps_of(cells)
    known = np.flatnonzero(~np.isnat(stamps))
    flags = np.asarray(zone.flag(stamps[known].astype(np.int64)))
    for at in np.flatnonzero(flags):
        yield places[known[at]], stamps[known[at]], int(flags[at])


def _finding(
    said: str, place: tuple[int, int], stamp: np.datetime64, flag: int, zone: Zone, where: str
) -> Finding:
    shown = f"{stamp.item():%Y-%m-%d %H:%M}"
    what = "does not exist" if flag == _GAP else "occurs twice"
    return Finding(
        Level.ERROR,
        "strict-dst",
        f"{said} {shown} {what} in {zone.name} because the clocks change",
        f"{where}!{to_excel(ref(*place, absolute=False))}",
        "Type the time that was meant, or say strict_dst: false in the policy",
    )
