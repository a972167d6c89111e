"""The tables that a mapping reads, and what it found odd in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xlmatrix.errors import Finding, Level
from xlmatrix.formula.errors import ERRORS
from xlmatrix.regen.reading.tables import Raw, TableData, text_of

Record = dict[str, Raw]


@dataclass(slots=True)
class Source:
    """Tables and named values of a workbook, and the findings made while they are read."""

    tables: Mapping[str, TableData]
    names: Mapping[str, Raw]
    findings: list[Finding] = field(default_factory=list)

    def records(self, table: str) -> list[Record] | None:
        """The rows of a table that are not blank; None where there is no such table."""
        found = self.tables.get(table)
        return None if found is None else found.records()

    def odd(self, table: str, key: str, what: str, mend: str) -> None:
        """Note what stands in a row and has no place in a spec."""
        where = self.tables[table].sheet if table in self.tables else table
        self.findings.append(
            Finding(Level.WARNING, "typed-odd", what, where, mend, f"{table}, {key}")
        )


def text(record: Record, header: str) -> str:
    """A cell's text without spaces around it; empty for nothing."""
    return text_of(record.get(header)).strip()


def word(record: Mapping[str, Raw], header: str) -> str:
    """A cell's text as formulas compare it: in any case, with blanks around it; "" for no text."""
    cell = record.get(header)
    return cell.casefold() if isinstance(cell, str) and cell not in ERRORS else ""


def words(record: Record, header: str) -> str | None:
    """A cell's text, None for nothing."""
    return text(record, header) or None
