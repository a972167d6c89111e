"""Reads the incidents that other tools export."""

from __future__ import annotations

from pathlib import Path

from xlmatrix.exchange import plain, servicenow
from xlmatrix.exchange.columns import FORMS, layout_of
from xlmatrix.exchange.gather import Imported, Reading
from xlmatrix.exchange.lookup import Lookup
from xlmatrix.exchange.notes import Notes
from xlmatrix.exchange.side_logs import LOGS, SideRows, read_side_log
from xlmatrix.exchange.source import open_csv
from xlmatrix.exchange.stamps import DateOrder, StampReader
from xlmatrix.model import MatrixSpec

__all__ = ["FORMATS", "LOGS", "Imported", "SideRows", "read_incidents", "read_side_log"]

#: Names of the formats that can be read.
FORMATS = tuple(FORMS)

_READERS = {"servicenow": servicenow.read, "plain": plain.read}


def read_incidents(path: str | Path, spec: MatrixSpec, *, format: str | None = None) -> Imported:  # noqa: A002
    """Read the incidents of an export.

    Parameters
    ----------
    path
        A CSV file: a ServiceNow incident export or a plain one; UTF-8 (with or without a byte order
        mark), UTF-16 or Windows-1252; separated by comma, semicolon, tab or bar.
    spec
        Its ``import`` section maps priorities and categories, its zone is the zone of stamps that
        name none.
    format
        ``servicenow`` or ``plain``; None tells by the header.

    Returns
    -------
    Imported
        The log, and a finding for each row that cannot be used. The counts of rows add up.

    Raises
    ------
    XlmatrixError
        The file cannot be read, is no CSV text, or lacks a column.
    FindingsError
        Not one of its rows can be used.
    """
    file = open_csv(Path(path))
    layout = layout_of(file, format, {name: m.columns for name, m in spec.imports.items()})
    mapping = spec.imports.get(layout.form.name)
    # Exports write day-first; a date typed by hand must not be guessed at.
    fallback: DateOrder | None = "day-first" if layout.form.name == "servicenow" else None
    notes = Notes(file.name)
    reading = Reading(
        spec=spec,
        file=file,
        layout=layout,
        stamps=StampReader(spec.zone, mapping.date_order if mapping else fallback),
        notes=notes,
        lookup=Lookup(spec, mapping, notes),
    )
    return _READERS[layout.form.name](reading)
