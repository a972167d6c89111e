"""Every clock of a log recomputed by the engine, and compared with what the formulas say.

Works on plain tables, so that the command line, desktop Excel, xlwings Lite and a server share it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

import numpy as np

from xlmatrix.errors import XlmatrixError
from xlmatrix.formula.errors import ERRORS
from xlmatrix.model import MatrixSpec
from xlmatrix.rules.column import values_of
from xlmatrix.rules.frame import Frame
from xlmatrix.rules.incidents.columns import incident_columns
from xlmatrix.rules.logs.incident_log import (
    ID,
    NEEDED_INPUTS,
    STAMP_INPUTS,
    TEXT_INPUTS,
    IncidentLog,
)
from xlmatrix.sheets.recalculated import (
    AUDIT,
    DISAGREES,
    PARITY,
    RECALCULATED,
    STAMPED,
    Mark,
    Results,
)
from xlmatrix.tables.catalogue import header_of
from xlmatrix.tables.column import Column
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import STAMP, odd_cells, stamp_of, stamp_s, stamps_of
from xlmatrix.version import __version__

LOG: Final = INCIDENTS.name


class AnyTable(Protocol):
    """A table as read from a workbook: column ids, and rows of plain values."""

    @property
    def headers(self) -> Sequence[str]:
        """The ids of the columns, in order."""

    @property
    def rows(self) -> Sequence[Sequence[Any]]:
        """The rows, blank ready rows included."""


@dataclass(frozen=True, slots=True)
class Recalculation:
    """What a recalculation found.

    Attributes
    ----------
    results
        What the sheets Recalculated and Audit shall hold.
    rows
        How many incidents were computed (blank rows do not count).
    changed
        How many of them differ from the recalculation before.
    as_of
        Wall-clock time that the results speak of.
    """

    results: Results
    rows: int
    changed: int
    as_of: datetime

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every cell where the formula and the engine disagree."""
        return self.results.marks


def recalculate(
    spec: MatrixSpec,
    tables: Mapping[str, AnyTable],
    *,
    as_of: datetime,
    shown_as_of: datetime | None = None,
    now: datetime,
    place: tuple[int, int] = (7, 1),
    typed: Mapping[tuple[str, str, str], Any] | None = None,
) -> Recalculation:
    """Recompute every incident of ``tIncidents``.

    Parameters
    ----------
    spec
        Policy, calendars and owners as the workbook has them now.
    tables
        The workbook's tables by name; ``tIncidents`` is needed, earlier results are used if there.
    as_of
        Naive wall-clock time that the results speak of.
    shown_as_of
        What the workbook's own formulas speak of; None means ``as_of``. Formulas are judged at it.
    now
        When the recalculation happens, for the audit row.
    place
        Sheet row and column of the first data cell of ``tIncidents``.
    typed
        Values that spec and log have no place for, as in :func:`xlmatrix.sheets.book.plan_book`.

    Raises
    ------
    XlmatrixError
        Where the log is not in the workbook, or its columns were renamed.
    """
    table = tables.get(LOG)
    if table is None:
        raise _no_log()
    columns = [column for column in incident_columns(spec) if not column.hidden]
    _check_headers(table, columns)
    log, used = read_log(table)

    def computed_at(stamp: datetime) -> dict[str, Sequence[Any]]:
        frame = frame_of(spec, log, stamp, typed)
        return {column.id: values_of(column, frame)[: len(used)] for column in columns}

    computed = computed_at(as_of)
    judged = computed if shown_as_of in (None, as_of) else computed_at(shown_as_of)
    marks = _marks(table, columns, judged, used, place)
    ids = (ID, "Opened", *(column.id for column in columns))
    headers = (*(header_of(LOG, known) for known in ids), DISAGREES)
    rows = _rows(log, computed, ids, used, marks, place)
    changed = _changed(tables.get(RECALCULATED), headers, rows)
    audit = (now, as_of, len(rows), changed, len(marks), f"xlmatrix {__version__}")
    audits = (*_audits(tables.get(AUDIT)), audit)
    stamped = tuple(_audits(tables.get(STAMPED)))
    results = Results(headers, tuple(rows), marks, audits, stamped)
    return Recalculation(results, rows=len(rows), changed=changed, as_of=as_of)


def read_log(table: AnyTable) -> tuple[IncidentLog, list[bool]]:
    """The log's inputs, and which rows hold an incident; a rare column may be missing."""
    headers = list(table.headers)
    values = list(zip(*table.rows, strict=True)) if table.rows else [()] * len(headers)
    nothing: Sequence[Any] = [None] * len(table.rows)
    columns: dict[str, Sequence[Any]] = dict.fromkeys((*TEXT_INPUTS, *STAMP_INPUTS), nothing)
    columns |= dict(zip(headers, values, strict=True))
    texts = {header: [plain_text(value) for value in columns[header]] for header in TEXT_INPUTS}
    stamps = {header: stamps_of(columns[header]) for header in STAMP_INPUTS}
    odd = {
        (header, row): said
        for header in STAMP_INPUTS
        for row, said in odd_cells(columns[header]).items()
    }
    log = IncidentLog(texts=texts, stamps=stamps, odd=odd)
    filled = np.zeros(len(table.rows), dtype=np.bool_)
    for column_texts in texts.values():
        filled |= np.array([bool(text) for text in column_texts], dtype=np.bool_)
    for stamped in stamps.values():
        filled |= ~np.isnat(stamped)
    for _, row in odd:
        filled[row] = True
    return log, filled.tolist()


def plain_text(value: Any) -> str:
    """A cell as text; a whole number loses the fraction that Excel gives it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _no_log() -> XlmatrixError:
    return XlmatrixError(
        "this workbook has no table tIncidents",
        where="workbook",
        mend="Open a workbook that xlmatrix has built, and make it the active one",
    )


def _check_headers(table: AnyTable, columns: Sequence[Column]) -> None:
    needed = [*NEEDED_INPUTS, *(column.id for column in columns)]
    missing = [header for header in needed if header not in table.headers]
    if missing:
        raise XlmatrixError(
            "the table tIncidents has no column "
            + ", ".join(repr(header_of(LOG, known)) for known in missing[:4]),
            where="Incidents",
            mend="Give renamed columns their names back, or regenerate the workbook",
        )


def frame_of(
    spec: MatrixSpec,
    log: IncidentLog,
    as_of: datetime,
    typed: Mapping[tuple[str, str, str], Any] | None,
) -> Frame:
    """The log as arrays, with the columns that rules compute when asked."""
    # Drawing sheets takes imports that the functions in cells can do without.
    from xlmatrix.sheets.book import make_scene

    return make_scene(spec, log, as_of=as_of, created=as_of, typed=typed).frame


def _same(shown: Any, engine: Any, *, stamp: bool) -> bool:
    if type(shown) is type(engine) and shown == engine:
        # By far the most cells, in which nothing has to be understood first.
        return True
    if shown is None or shown == "":
        return engine is None or engine == ""
    if stamp:
        one, other = stamp_s(shown), stamp_s(engine)
        if one is not None or other is not None:
            return one == other
    return bool(shown == engine) or plain_text(shown) == plain_text(engine)


def _marks(
    table: AnyTable,
    columns: Sequence[Column],
    computed: Mapping[str, Sequence[Any]],
    used: Sequence[bool],
    place: tuple[int, int],
) -> tuple[Mark, ...]:
    headers, marks = list(table.headers), []
    filled = [(row, cells) for row, cells in enumerate(table.rows) if used[row]]
    first_row, first_column = place
    ids = headers.index(ID)
    for column in columns:
        offset, stamp = headers.index(column.id), column.kind is STAMP
        engine = computed[column.id]
        for row, cells in filled:
            if not _same(cells[offset], engine[row], stamp=stamp):
                marks.append(
                    Mark(
                        row=first_row + row,
                        column=first_column + offset,
                        incident=plain_text(cells[ids]),
                        header=column.header,
                        shown=_told(cells[offset], stamp),
                        engine=_told(engine[row], stamp),
                    )
                )
    return tuple(sorted(marks, key=lambda mark: (mark.row, mark.column)))


def _told(value: Any, stamp: bool) -> str:
    known = stamp_of(value) if stamp else None
    if known is not None:
        return f"{known:%Y-%m-%d %H:%M:%S}"
    text = plain_text(value)
    return f"error {text}" if text in ERRORS else text


def _rows(
    log: IncidentLog,
    computed: Mapping[str, Sequence[Any]],
    ids: Sequence[str],
    used: Sequence[bool],
    marks: Sequence[Mark],
    place: tuple[int, int],
) -> list[tuple[Any, ...]]:
    disagree: dict[int, list[str]] = {}
    for mark in marks:
        disagree.setdefault(mark.row - place[0], []).append(mark.header)
    opened = log.stamps["Opened"]
    inner = [computed[known] for known in ids[2:]]
    rows = []
    for row, filled in enumerate(used):
        if not filled:
            continue
        start = None if np.isnat(opened[row]) else opened[row].item()
        cells = (_cell(column[row]) for column in inner)
        rows.append((log.texts[ID][row], start, *cells, ", ".join(disagree.get(row, ()))))
    return rows


def _cell(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _changed(before: AnyTable | None, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    if before is None or list(before.headers) != list(headers):
        return len(rows)
    old: dict[str, list[Sequence[Any]]] = {}
    for cells in before.rows:
        old.setdefault(plain_text(cells[0]), []).append(cells)
    changed = 0
    for cells in rows:
        known = old.get(cells[0])
        same = known and all(
            _same(a, b, stamp=isinstance(b, float | datetime))
            for a, b in zip(known.pop(0), cells, strict=True)
        )
        changed += not same
    return changed


def _audits(before: AnyTable | None) -> list[tuple[Any, ...]]:
    if before is None:
        return []
    return [tuple(cells) for cells in before.rows if any(cell not in (None, "") for cell in cells)]


__all__ = ["AUDIT", "LOG", "PARITY", "RECALCULATED", "AnyTable", "Recalculation", "recalculate"]
