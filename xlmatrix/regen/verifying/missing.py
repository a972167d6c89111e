"""What the finished workbook lacks, as an error names it."""

from __future__ import annotations

from dataclasses import dataclass

from xlmatrix.formula.render import column_letters
from xlmatrix.regen.merging.merge import Change
from xlmatrix.regen.reading.tables import Raw
from xlmatrix.tables.catalogue import header_of, show


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that should stand in the finished workbook.

    ``name`` is what ``--allow-loss`` takes for it: a table, a sheet, a column, a cell by address.
    """

    name: str
    what: str

    @classmethod
    def of_line(cls, change: Change) -> Missing:
        """A line of the report that the workbook does not bear out."""
        column = header_of(change.table, change.column)
        places = (change.sheet, change.table, change.key, column)
        at = " · ".join(dict.fromkeys(place for place in places if place))
        said = change.note if change.after is None else show(change.table, column, change.after)
        name = change.table or change.key or change.sheet
        return cls(name, f"the report says {change.outcome.value} of {at}: {said}")

    @classmethod
    def of_cell(cls, table: str, key: str, column: str, value: Raw) -> Missing:
        """A value that somebody typed in a table of ours."""
        column = header_of(table, column)
        at = " · ".join(part for part in (table, key, column) if part)
        return cls(table, f"typed at {at}: {show(table, column, value)}")

    @classmethod
    def at(cls, sheet: str, spot: tuple[int, int], value: Raw) -> Missing:
        """A value that somebody typed outside of our tables."""
        place = f"{sheet}!{column_letters(spot[1])}{spot[0]}"
        return cls(place, f"typed at {place}: {value}")
