"""Defined names: what they may be called and what they point at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tests.office.integrity.book import Book
from tests.office.integrity.formulas import looks_like_a_cell

_BUILT_IN = {"print_area", "print_titles", "_filterdatabase", "criteria", "extract", "sheet_title"}


def faults(book: Book) -> Iterator[str]:
    """Faults of the defined names."""
    keys = Counter(
        ((name.get("name") or "").lower(), name.get("localSheetId")) for name in book.defined_names
    )
    for (key, sheet), count in keys.items():
        if count > 1:
            yield f"name {key}: defined {count} times" + (f" on sheet {sheet}" if sheet else "")
    tables = {table.name.lower() for table in book.table_parts}
    for element in book.defined_names:
        name = element.get("name") or ""
        yield from (f"name {name}: {fault}" for fault in spelling(name))
        if name.lower() in tables:
            yield f"name {name}: a table has the same name"
        local = element.get("localSheetId")
        if local is not None and int(local) >= len(book.sheets):
            yield f"name {name}: belongs to sheet {local}, which does not exist"
        yield from (f"name {name}: {fault}" for fault in book.formulas.faults(element.text or ""))


def spelling(name: str) -> Iterator[str]:
    """Why Excel would not take this as the name of a range or a table."""
    if name.lower().startswith("_xlnm."):
        if name[6:].lower() not in _BUILT_IN:
            yield "no such built-in name"
        return
    if not 1 <= len(name) <= 255:
        yield f"{len(name)} characters; 1 to 255 may be"
    if not re.fullmatch(r"(?:[^\W\d]|\\)[\w.\\?]*", name):
        yield "must begin with a letter and hold letters, digits, _ and . only"
    if looks_like_a_cell(name):
        yield "reads as a cell reference"
