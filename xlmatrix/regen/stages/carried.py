"""Carried: what users added around the template, and what the template has no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xlmatrix.regen.carrying import Cargo, Trip, carried
from xlmatrix.regen.merging.migrate import Glossary, header_now
from xlmatrix.regen.merging.report import SHEET
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.contents import SheetPart
from xlmatrix.regen.reading.tables import Inputs, row_keys, same
from xlmatrix.regen.reading.typed import Addition
from xlmatrix.regen.stages.drawn import Overlaid
from xlmatrix.regen.stages.ground import Ground
from xlmatrix.regen.stages.guest import with_guest
from xlmatrix.regen.stages.merged import ThreeWay
from xlmatrix.regen.stages.request import Request
from xlmatrix.regen.stages.translated import Translated
from xlmatrix.tables.catalogue import TABLES


def carry_over(
    said: Translated, ground: Ground, merged: ThreeWay, overlaid: Overlaid, request: Request
) -> Cargo:
    """Load the new workbook with everything that is no input of the template.

    Raises
    ------
    XlmatrixError
        For a name of a user's that the new workbook needs itself.
    """
    used, inputs, outfit = merged.used, merged.inputs, request.outfit
    planned = {plan.name for plan in overlaid.book.sheets} | {SHEET} | outfit.sheets
    places = {} if request.copies is None else request.copies.mine.keys
    trip = Trip(
        used,
        {**places, **merged.keys},
        ground.same_release,
        ground.same_spec,
        columns=(*used.added, *_dropped_columns(used, inputs, said.words)),
        dropped=tuple(_dropped_sheets(used, inputs, planned)),
        brings_back=outfit.brings_back,
        left_behind=outfit.lost,
    )
    cargo = Cargo(overlaid.book)
    for change in overlaid.lost:
        what = f"{change.table}, {change.key}, {change.column}: {change.before}"
        cargo = cargo.losing(change.table, what)
    for name, sheet in _dropped_tables(used, inputs, planned):
        cargo = cargo.losing(name, f"what was typed in {name} on {sheet}, which is there no more")
    whole = carried(trip, cargo)
    return whole if request.copies is None else with_guest(trip, cargo, whole, request.copies)


def _dropped_tables(used: UsedBook, merged: Inputs, planned: set[str]) -> Iterator[tuple[str, str]]:
    """Tables that a sheet has no more, where somebody typed in them.

    Those of a severity are known by its sheet, whatever their number.
    """
    for sheet, base in used.stamp.sheets.items():
        for name in base.tables if sheet in planned else ():
            declared = TABLES.get(name)
            if declared is not None and name not in merged.tables and _touched(used, name):
                yield name, sheet


def _dropped_columns(used: UsedBook, merged: Inputs, words: Glossary) -> Iterator[Addition]:
    """Columns that the template has no more, where somebody typed in them."""
    for name, table in used.inputs.tables.items():
        now = merged.tables.get(name)
        if now is None:
            continue
        for place, header in enumerate(table.headers):
            if header_now(name, header, words) in (*now.headers, *now.computed):
                continue
            keys = row_keys(name, table.headers, table.rows)
            values = {key: row[place] for key, row in zip(keys, table.rows, strict=True)}
            if any(value is not None for value in values.values()):
                yield Addition(name, header, values, {})


def _dropped_sheets(used: UsedBook, merged: Inputs, planned: set[str]) -> Iterator[SheetPart]:
    """Sheets of ours that the template has no more, where somebody typed: their values alone."""
    for name, base in used.stamp.sheets.items():
        if name in planned:
            continue
        now = used.sheet_names.get(name)
        part = used.contents.sheet(now) if now else None
        touched = any(t not in merged.tables and _touched(used, t) for t in base.tables)
        touched = touched or any(n not in merged.names and _retyped(used, n) for n in base.names)
        if part is not None and touched:
            cells = replace(part.cells, formulas={}, furniture=set())
            yield replace(part, cells=cells, related=frozenset())


def _retyped(used: UsedBook, name: str) -> bool:
    """Whether a named cell holds something else than it did."""
    base, mine = used.stamp.base.names, used.inputs.names
    return name in mine and not same(base.get(name), mine[name])


def _touched(used: UsedBook, table: str) -> bool:
    if any(typed.table == table for typed in used.formulated):
        return True
    base, mine = used.stamp.base.tables.get(table), used.inputs.tables.get(table)
    if base is None and mine is None:
        # A table without a single input cell.
        return False
    if base is None or mine is None or len(base.rows) != len(mine.rows):
        return True
    return not all(
        same(a, b)
        for one, other in zip(base.rows, mine.rows, strict=True)
        for a, b in zip(one, other, strict=True)
    )
