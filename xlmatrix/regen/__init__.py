"""Brings a used workbook to a new template and keeps what people typed."""

from __future__ import annotations

from xlmatrix.regen.mapping import (
    TypedSpec,
    log_from_tables,
    spec_from_tables,
    typed_from_tables,
)
from xlmatrix.regen.reading.book import UsedBook, read_book, understand
from xlmatrix.regen.reading.contents import Contents
from xlmatrix.regen.reading.names import with_names
from xlmatrix.regen.reading.reader import read_contents
from xlmatrix.regen.reading.tables import TableData

__all__ = [
    "Contents",
    "TableData",
    "TypedSpec",
    "UsedBook",
    "log_from_tables",
    "read_book",
    "read_contents",
    "spec_from_tables",
    "typed_from_tables",
    "understand",
    "with_names",
]
