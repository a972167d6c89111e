"""Finds what makes Excel repair or refuse a workbook, and schema validation does not see.

``check(path)`` gives one sentence a fault, each beginning with the place. It reads the package on
its own and shares no code with the writer that it judges.
"""

from __future__ import annotations

from pathlib import Path

from tests.office.integrity import cells, names, parts, rules, sheets, styles, tables
from tests.office.integrity.book import Book

__all__ = ["assert_sound", "check"]


def check(path: Path) -> list[str]:
    """Every fault found in a workbook file; empty when it is sound."""
    # A package that is broken as such cannot be read any further.
    if faults := list(parts.faults(path)):
        return faults
    book = Book(path)
    if faults := list(sheets.faults(book)):
        return faults
    return [fault for room in (names, styles, tables, cells, rules) for fault in room.faults(book)]


def assert_sound(path: Path) -> None:
    """Fail with the faults unless the workbook has none."""
    faults = check(path)
    assert not faults, f"{len(faults)} faults in {path.name}:\n" + "\n".join(faults[:40])
