"""Typed stamps that the zone's clock shows twice or never, for a policy that refuses them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import Finding, FindingsError, Level, XlmatrixError
from xlmatrix.formula import ref, to_excel
from xlmatrix.formula.expr import Cell as Reference
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.second_hour import SECOND_HOUR, named_second, words_of
from xlmatrix.sheets.inputs import column_values, plain
from xlmatrix.sheets.plan import BookPlan, SheetPlan, Table
from xlmatrix.tables.catalogue import table_of
from xlmatrix.tables.kinds import STAMP, stamps_of, text_of
from xlmatrix.worktime import Zone
from xlmatrix.worktime.zones import GAP

Place = tuple[int, int]
#: The column that says on whose clock the stamps of a row are typed.
_ZONE = "Zone"


def strict_findings(book: BookPlan, spec: MatrixSpec, source: str = "") -> tuple[Finding, ...]:
    """An error for each such stamp where the policy says ``strict_dst``, else nothing.

    One that its row names as of the second passing of a doubled hour is no such stamp. Looks at
    every cell of a kind that is an instant: the typed columns of all tables, and the single cells
    that people type in. ``source`` is the file that the cells stand in, for the place of each
    finding.
    """
    if not spec.policy.strict_dst:
        return ()
    return tuple(
        _finding(said, place, stamp, flag, zone, f"{source}!{plan.name}" if source else plan.name)
        for plan in book.sheets
        for said, places, cells, named, second in _stamped(plan, book)
        for zone, rows in _by_zone(named, len(cells), spec.zone)
        for place, stamp, flag in _odd(
            [places[row] for row in rows], [cells[row] for row in rows], zone
        )
        if flag == GAP or place not in second
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
) -> Iterator[tuple[str, list[Place], Sequence[object], Sequence[object], set[Place]]]:
    """What each column or cell of stamps is called, its cells with their places and zones.

    No zones are those of the matrix. The last are the places that the rows name as of a second
    passing.
    """
    for table in plan.tables:
        ids = [column.id for column in table.columns]
        named = column_values(table.values[ids.index(_ZONE)]) if _ZONE in ids else ()
        second = column_values(table.values[ids.index(SECOND_HOUR)]) if SECOND_HOUR in ids else ()
        words = words_of(text_of(plain(cell)) for cell in second)
        for id_, header, column, cells in _columns(table):
            places = [(table.row + 1 + row, column) for row in range(len(cells))]
            meant = set(compress(places, named_second(words, id_)))
            yield header, places, cells, named, meant
    called = {
        (expr.row, expr.column): name
        for name, expr in book.names.items()
        if isinstance(expr, Reference) and expr.sheet == plan.name
    }
    for place, cell in plan.cells.items():
        if cell.kind is not None and cell.kind.instant:
            yield called.get(place, "The stamp"), [place], [plain(cell.value)], (), set()


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


def _columns(table: Table) -> Iterator[tuple[str, str, int, Sequence[object]]]:
    """Id, header, sheet column and cells of each typed column of stamps."""
    known = table_of(table.name)
    wanted = () if known is None else [one.id for one in known.typed if one.kind.id == STAMP.id]
    for offset, column in enumerate(table.columns):
        if column.id in wanted:
            cells = column_values(table.values[offset])
            yield column.id, table.headers[offset], table.column + offset, cells


def _odd(
    places: list[Place], cells: Sequence[object], zone: Zone
) -> Iterator[tuple[Place, np.datetime64, int]]:
    stamps: NDArray[np.datetime64] = stamps_of(cells)
    known = np.flatnonzero(~np.isnat(stamps))
    flags = np.asarray(zone.flag(stamps[known].astype(np.int64)))
    for at in np.flatnonzero(flags):
        yield places[known[at]], stamps[known[at]], int(flags[at])


def _finding(
    said: str, place: Place, stamp: np.datetime64, flag: int, zone: Zone, where: str
) -> Finding:
    shown = f"{stamp.item():%Y-%m-%d %H:%M}"
    what = "does not exist" if flag == GAP else "occurs twice"
    named = "" if flag == GAP else f", name it under {SECOND_HOUR} where its row has that column"
    return Finding(
        Level.ERROR,
        "strict-dst",
        f"{said} {shown} {what} in {zone.name} because the clocks change",
        f"{where}!{to_excel(ref(*place, absolute=False))}",
        f"Type the time that was meant{named}, or say strict_dst: false in the policy",
    )
