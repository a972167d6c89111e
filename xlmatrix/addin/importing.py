"""Import incidents into an open log: new rows below the last, in the columns that people type."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from xlmatrix.addin.ground import Ground, ground_of, refuse_filled, table_named, watched
from xlmatrix.addin.sheets import TEXT_FORMAT, as_cell, as_text, set_format
from xlmatrix.api.recalculating import LOG, plain_text, read_log
from xlmatrix.errors import XlmatrixError, plural
from xlmatrix.exchange import read_incidents
from xlmatrix.formula.render import column_letters
from xlmatrix.model import MatrixSpec
from xlmatrix.regen.reading.tables import TableData
from xlmatrix.rules.logs.incident_log import (
    ID,
    NEEDED_INPUTS,
    STAMP_INPUTS,
    TEXT_INPUTS,
    IncidentLog,
)
from xlmatrix.style.titles import Title
from xlmatrix.tables.catalogue import header_of

#: Where an export is pasted when Excel cannot hand over a file.
PASTED: Final = Title.IMPORT.value
_BESIDE: Final = ("row of its histories is", "rows of its histories are")


def import_into(
    book: Any, tables: Mapping[str, TableData], spec: MatrixSpec, path: str | Path | None
) -> str:
    """Append what is new; incidents whose ID the log has already are left alone."""
    check_unmoved = watched(book, tables[LOG])
    if path is None:
        with tempfile.TemporaryDirectory() as folder:
            pasted = Path(folder) / "Import.csv"
            _save_pasted(book, pasted)
            brought = read_incidents(pasted, spec)
    else:
        brought = read_incidents(Path(path), spec)
    table = tables[LOG]
    rare = [header for header in TEXT_INPUTS if any(brought.log.texts[header])]
    wanted = dict.fromkeys((*NEEDED_INPUTS, *rare))
    if missing := [header for header in wanted if header not in table.headers]:
        raise XlmatrixError(
            f"the table tIncidents has no column {header_of(LOG, missing[0])!r}",
            where="Incidents",
            mend="Give renamed columns their names back, or regenerate the workbook",
        )
    _, used = read_log(table)
    _refuse_nameless(table, used)
    at = headers_of(table)[ID]
    known = {plain_text(row[at]).casefold() for row in table.rows} - {""}
    fresh = [row for row, name in enumerate(brought.log.texts[ID]) if name.casefold() not in known]
    if fresh:
        first = max((row for row, filled in enumerate(used) if filled), default=-1) + 1
        check_unmoved()
        _append(book, table, brought.log, fresh, first)
    again = len(brought.log) - len(fresh)
    unused = brought.tickets.total("refused")
    refused = f" {plural(unused, 'row')} could not be used." if unused else ""
    beside = len({place[:2] for place in brought.typed})
    refused += (
        f" {plural(beside, *_BESIDE)} not brought in; xlmatrix update does that." if beside else ""
    )
    return (
        f"Imported {plural(len(fresh), 'incident')}; "
        f"{plural(again, 'was', 'were')} in the log already.{refused} "
        "Press Recalculate to check them."
    )


def headers_of(table: TableData) -> dict[str, int]:
    """Where each column stands, from 0."""
    return {header: place for place, header in enumerate(table.headers)}


def _save_pasted(book: Any, target: Path) -> None:
    sheet = next((sheet for sheet in book.sheets if sheet.name == PASTED), None)
    cells = sheet.used_range.options(ndim=2).value if sheet is not None else [[None]]
    if all(cell is None for row in cells for cell in row):
        raise XlmatrixError(
            "there is no export to import",
            where=PASTED,
            mend=f"Make a sheet named {PASTED}, paste the export at A1, then import again",
        )
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in cells:
            writer.writerow("" if cell is None else plain_text(cell) for cell in row)


def _refuse_nameless(table: TableData, used: Sequence[bool]) -> None:
    """Refuse a log with an incident that has no ID: whether an export has it, nobody could tell."""
    at = headers_of(table)[ID]
    bare = [
        row for row, filled in enumerate(used) if filled and not plain_text(table.rows[row][at])
    ]
    if bare:
        place = f"{table.sheet}!{column_letters(table.column + at)}{table.row + 1 + bare[0]}"
        count = "one incident" if len(bare) == 1 else f"{len(bare):,} incidents"
        raise XlmatrixError(
            f"{count} of the log without an ID, the first at {place}",
            where=place,
            mend="Give each incident an ID of its own, then import again",
        )


def _append(book: Any, table: TableData, log: IncidentLog, rows: list[int], first: int) -> None:
    found = table_named(book, LOG)
    assert found is not None
    ground = ground_of(*found)
    top, last = table.row + 1 + first, first + len(rows)
    blocks = [(table.column + headers_of(table)[block[0]], block) for block in _blocks(table)]
    _refuse_taken(ground, blocks, top, last)
    sheet = ground.sheet
    if last > len(table.rows):
        corner = (table.row + last, table.column + len(table.headers) - 1)
        ground.table.resize(sheet.range((table.row, table.column), corner))
    for left, block in blocks:
        grid = [[_held(log, header, row) for header in block] for row in rows]
        end = (top + len(rows) - 1, left + len(block) - 1)
        set_format(sheet, (top, end[0], left), block, TEXT_INPUTS, TEXT_FORMAT)
        sheet.range((top, left), end).value = grid


def _refuse_taken(
    ground: Ground, blocks: Sequence[tuple[int, list[str]]], top: int, last: int
) -> None:
    """Refuse cells that are not empty: in the ready rows of the log, and below where it grows."""
    what = "the import"
    stood = len(ground.rows)
    end = ground.top + min(last, stood)
    for left, block in blocks:
        refuse_filled(ground.sheet, top, left, end, left + len(block) - 1, what)
    if last > stood:
        ground.refuse_totals(what)
        bottom, right = ground.top + last, ground.left + ground.width - 1
        refuse_filled(ground.sheet, ground.below, ground.left, bottom, right, what)


def _blocks(table: TableData) -> list[list[str]]:
    """Neighbouring input columns, each of which is one write; computed ones lie between."""
    inputs = {*TEXT_INPUTS, *STAMP_INPUTS}
    blocks: list[list[str]] = [[]]
    for header in table.headers:
        if header in inputs:
            blocks[-1].append(header)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _held(log: IncidentLog, header: str, row: int) -> Any:
    """A cell of an incident as it is set."""
    if header in TEXT_INPUTS:
        return as_text(log.texts[header][row])
    if (header, row) in log.odd:
        return as_cell(log.odd[header, row])
    stamp = log.stamps[header][row]
    return None if np.isnat(stamp) else as_cell(stamp.item())
