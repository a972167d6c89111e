"""What the people of each copy typed, looked for in the finished workbook, whatever merged it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from xlmatrix.regen.copies.book import Copies, Copy
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.tables import COMPUTED, Raw, by_place, row_keys, same, told
from xlmatrix.regen.reading.typed import NAMELESS
from xlmatrix.regen.verifying.finished import Finished, shows
from xlmatrix.regen.verifying.missing import Missing


def owed(copies: Copies, changes: Iterable[Change], finished: Finished) -> Iterator[Missing]:
    """What a copy's people typed and stands neither in the workbook nor in a line about it."""
    named = _Named.of(changes)
    for copy in (copies.mine, copies.theirs):
        yield from _inputs(copy, copies, named, finished)
        yield from _beyond(copy, named, finished)


@dataclass(slots=True)
class _Named:
    """Rows, tables and cells that lines speak of, and the values that they name."""

    rows: set[tuple[str, str]] = field(default_factory=set)
    cells: set[tuple[str, str, str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, changes: Iterable[Change]) -> _Named:
        found = cls()
        for one in changes:
            if one.outcome not in (Outcome.CONFLICT, Outcome.REFUSED):
                continue
            at = one.table, one.key.casefold()
            if not one.column:
                found.rows.add(at)
            for value in (one.before, one.wanted):
                found.cells.add((*at, one.column, told(value)))
        return found

    def has(self, table: str, key: str, column: str, value: Raw) -> bool:
        """Whether a line says what became of a value."""
        at = table, key.casefold()
        return {at, (table, "")} & self.rows != set() or (*at, column, told(value)) in self.cells


def _inputs(copy: Copy, copies: Copies, named: _Named, finished: Finished) -> Iterator[Missing]:
    base = copies.base
    for name, table in copy.book.inputs.tables.items():
        offered = base.tables.get(name)
        if name not in finished.rows or (offered is not None and offered.rows == table.rows):
            continue
        records = [] if offered is None else offered.records()
        old = [] if offered is None else row_keys(name, offered.headers, offered.rows)
        was = dict(zip(map(str.casefold, old), records, strict=True))
        shown = {(h, told(v)) for row in finished.rows[name].values() for h, v in row.items()}
        keys = row_keys(name, table.headers, table.rows)
        for key, row in zip(keys, table.records(), strict=True):
            now, before = copy.keys.get((name, key), key), was.get(key.casefold(), {})
            for column, value in row.items():
                if value in (None, "", COMPUTED) or same(value, before.get(column)):
                    continue
                there = finished.cell(name, now, column)
                # What somebody renamed has its new name wherever it is named.
                now_named = copies.names.now(value) if isinstance(value, str) else value
                if shows(there, value) or shows(there, now_named):
                    continue
                # A renumbered incident is another value wherever it is mentioned.
                moved = (name, key) in copy.keys or by_place(name) or column in ("ID", "Incident")
                if moved and (column, told(_now(copy, value))) in shown:
                    continue
                if not named.has(name, now, column, value):
                    yield Missing.of_cell(name, now, column, value)
    for known, value in copy.book.inputs.names.items():
        stands = finished.names.get(known, value)
        if same(value, base.names.get(known)) or same(stands, value):
            continue
        if not named.has("", known, "value", value):
            yield Missing(known, f"typed at {known}: {value}")


def _now(copy: Copy, value: Raw) -> Raw:
    """An incident under its new ID."""
    return copy.keys.get(("tIncidents", str(value)), value)


def _beyond(copy: Copy, named: _Named, finished: Finished) -> Iterator[Missing]:
    """Users' columns, formulas in input cells and values over formulas."""
    for table, key, header, value in copy.book.beyond_inputs():
        now, nameless = copy.keys.get((table, key), key), key.startswith(NAMELESS)
        stands = (
            finished.stands_somewhere(table, header, value)
            if nameless
            else finished.stands(table, now, header, value)
        )
        row = nameless or now.casefold() in finished.rows.get(table, {})
        if row and not stands and not named.has(table, now, header, value):
            yield Missing.of_cell(table, now, header, value)
