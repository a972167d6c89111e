"""Recalculated and Audit: values that the engine wrote, beside the formulas it leaves alone.

Only workbooks that can recalculate have them. A cell of the log where formula and engine disagree
is listed in ``tParity`` and painted on Incidents until the next recalculation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from xlmatrix.formula import Expr, F, lit, name, ref, span
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Drawn, back_link, heading
from xlmatrix.sheets.plan import BookPlan, SheetPlan, Table
from xlmatrix.tables import results
from xlmatrix.tables.column import Column
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import STAMP
from xlmatrix.tables.validation import Paint

RECALCULATED: Final = results.RECALCULATED.name
AUDIT: Final = results.AUDIT.name
PARITY: Final = results.PARITY.name
SHEET, AUDIT_SHEET = "Recalculated", "Audit"
DISAGREES: Final = results.RECALCULATED.ids[-1]
AUDIT_HEADERS: Final = results.AUDIT.ids
PARITY_HEADERS: Final = results.PARITY.ids
STAMPED: Final = results.STAMPED.name
STAMPED_HEADERS: Final = results.STAMPED.ids
#: Data starts below this row on both sheets.
HEADER_ROW: Final = 6
PARITY_COLUMN: Final = 9
STAMPED_COLUMN: Final = PARITY_COLUMN + len(PARITY_HEADERS) + 1
PARITY_KEYS: Final = name("Parity_Keys")
STAMPED_HEADING: Final = "Stamps by a button or a command"
#: How many disagreements are painted on Incidents; all are listed.
MARKED_ROWS: Final = 5000
_KEY_ROWS: Final = 1000


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell of the log (sheet row and column, from 1) where formula and engine disagree."""

    row: int
    column: int
    incident: str
    header: str
    shown: str
    engine: str

    @property
    def key(self) -> int:
        """What the conditional format on Incidents looks up."""
        return self.row * _KEY_ROWS + self.column

    @property
    def cells(self) -> tuple[Any, ...]:
        """The row of tParity."""
        from xlmatrix.formula.render import column_letters

        place = f"{column_letters(self.column)}{self.row}"
        return (self.key, place, self.incident, self.header, self.shown, self.engine)


@dataclass(frozen=True, slots=True)
class Results:
    """What the two sheets hold: ``audits`` are the rows of tAudit, oldest first.

    ``stamped`` are the rows of tStamped, a table that is there once something was stamped.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    marks: tuple[Mark, ...]
    audits: tuple[tuple[Any, ...], ...]
    stamped: tuple[tuple[Any, ...], ...] = ()

    @property
    def stamps(self) -> frozenset[str]:
        """The headers of dates and times."""
        declared = results.RECALCULATED.columns
        return frozenset(column.header for column in declared if column.kind is STAMP)


def with_results(book: BookPlan, found: Results) -> BookPlan:
    """The workbook with the sheets that a recalculation writes, and marks on Incidents."""
    drawn = [_results_sheet(found), _audit_sheet(found)]
    sheets = tuple(marked(sheet) if sheet.name == "Incidents" else sheet for sheet in book.sheets)
    names = {key: value for sheet in drawn for key, value in sheet.names.items()}
    return replace(
        book,
        sheets=(*sheets, *(sheet.plan for sheet in drawn)),
        names={**book.names, **names},
    )


def _results_sheet(found: Results) -> Drawn:
    draft = Draft(SHEET)
    heading(
        draft,
        "Recalculated",
        "What the engine computed when Recalculate was pressed last. The log keeps its formulas.",
        column=1,
    )
    draft.widths.pop(1, None)
    back_link(draft, 3, 1)
    draft.put(4, 1, "A red cell differs from the formula in the log; Audit lists both.", "note")

    columns = [_results_column(header, len(found.headers)) for header in found.headers]
    draft.table(_table(RECALCULATED, 1, columns, found.rows))
    draft.set_page(freeze=f"B{HEADER_ROW + 1}", repeat_rows=f"{HEADER_ROW}:{HEADER_ROW}")
    return Drawn(draft.plan(), {})


def _results_column(header: str, width: int) -> Column:
    column = results.RECALCULATED[results.RECALCULATED.id_of(header)]
    if header == DISAGREES:
        return column
    said = F.SEARCH(lit(f", {header},"), lit(", ") & _disagrees(width) & ",")
    return column.having(paints=(Paint(F.ISNUMBER(said), "bad"),))


def _disagrees(width: int) -> Expr:
    # The column is fixed while the row moves with the painted cell.
    return ref(HEADER_ROW + 1, width, absolute=False)


def _audit_sheet(found: Results) -> Drawn:
    draft = Draft(AUDIT_SHEET)
    heading(
        draft,
        "Audit",
        "Every recalculation, and the cells where formula and engine disagreed in the last one.",
        column=1,
    )
    draft.widths.pop(1, None)
    back_link(draft, 3, 1)
    draft.put(5, 1, "Recalculations", "heading")
    draft.put(5, PARITY_COLUMN, "Formula and engine disagree", "heading")
    draft.table(_table(AUDIT, 1, results.AUDIT.columns, found.audits))
    marks = tuple(mark.cells for mark in found.marks)
    draft.table(_table(PARITY, PARITY_COLUMN, results.PARITY.columns, marks))
    if found.stamped:
        draft.put(5, STAMPED_COLUMN, STAMPED_HEADING, "heading")
        draft.table(_table(STAMPED, STAMPED_COLUMN, results.STAMPED.columns, found.stamped))
    draft.set_page(freeze=f"A{HEADER_ROW + 1}")
    # Further than the table reaches now: a script that makes it longer stretches no name.
    last = HEADER_ROW + MARKED_ROWS
    keys = span(HEADER_ROW + 1, PARITY_COLUMN, last, PARITY_COLUMN, AUDIT_SHEET)
    return Drawn(draft.plan(), {PARITY_KEYS.text: keys})


def _table(
    known: str, left: int, columns: Sequence[Column], rows: Sequence[Sequence[Any]]
) -> Table:
    cells = list(rows) or [(None,) * len(columns)]
    return Table(
        known,
        HEADER_ROW,
        left,
        tuple(columns),
        tuple([_plain(row[place]) for row in cells] for place in range(len(columns))),
        reach=HEADER_ROW + max(len(cells), 2000),
        filtered=False,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    return None if value == "" else value


def marked(sheet: SheetPlan) -> SheetPlan:
    """Incidents with the cells painted in which formulas and engine disagree."""
    tables = tuple(_marked_table(t) if t.name == INCIDENTS.name else t for t in sheet.tables)
    return replace(sheet, tables=tables)


def _marked_table(table: Table) -> Table:
    columns = []
    for place, column in enumerate(table.columns, start=table.column):
        if column.expr is None or column.hidden:
            columns.append(column)
            continue
        key = F.ROW() * _KEY_ROWS + place
        paint = Paint(F.ISNUMBER(F.MATCH(key, PARITY_KEYS, 0)), "bad")
        columns.append(replace(column, paints=(paint, *column.paints)))
    return replace(table, columns=tuple(columns))
