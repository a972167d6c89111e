"""Where cells of an old sheet stand on the new one."""

from __future__ import annotations

from xlmatrix.regen.carrying.cargo import Trip
from xlmatrix.regen.carrying.rows import keys_by_row
from xlmatrix.regen.reading.contents import Place, SheetPart
from xlmatrix.regen.reading.tables import blank, row_keys
from xlmatrix.sheets.plan import SheetPlan, Table


class Moved:
    """Looks up places of one sheet: by table, row key and header, else the same place."""

    def __init__(self, trip: Trip, part: SheetPart, plan: SheetPlan) -> None:
        self.trip, self.part = trip, part
        self.tables = {table.name: table for table in plan.tables}
        self.rows: dict[str, dict[str, int]] = {}
        self.old_keys: dict[str, dict[int, str]] = {}

    def column(self, column: int) -> int:
        """The new column of an old one: by table and header, else the same."""
        for place in self.part.tables:
            table = self.tables.get(place.name)
            if table is not None and place.column <= column <= place.last_column:
                now = _column_of(place, table, column)
                if now is not None:
                    return now
        return column

    def spot(self, row: int, column: int) -> tuple[int, int] | None:
        """The new place of an old cell; None where its row or column is gone."""
        for place in self.part.tables:
            inside = place.column <= column <= place.last_column and row >= place.row
            table = self.tables.get(place.name)
            if not inside or table is None or row > place.last_row:
                continue
            now = _column_of(place, table, column)
            if now is None:
                return None
            if row == place.row:
                return table.row, now
            at = self._row(place, table, row)
            return None if at is None else (table.row + 1 + at, now)
        return row, column

    def _row(self, place: Place, table: Table, row: int) -> int | None:
        key = self.key_at(place, row)
        if key is None:
            # A comment on a blank row stays at its distance from the header.
            distance = row - place.row - 1
            return distance if distance < table.height else None
        return self.place_of(table, key)

    def key_at(self, place: Place, row: int) -> str | None:
        """The key of a row of an old table; None for a blank one."""
        if place.name not in self.old_keys:
            self.old_keys[place.name] = self._old_keys(place)
        return self.old_keys[place.name].get(row)

    def place_of(self, table: Table, key: str) -> int | None:
        """Which row of the new table, from 0, has an old key; None where it is gone."""
        key = self.trip.keys.get((table.name, key), key)
        return self._rows_of(table).get(key.casefold())

    def filled(self, table: Table) -> frozenset[int]:
        """The rows of the new table, from 0, that are not blank."""
        return frozenset(self._rows_of(table).values())

    def _rows_of(self, table: Table) -> dict[str, int]:
        if table.name not in self.rows:
            found = keys_by_row(table)
            self.rows[table.name] = {k.casefold(): n for n, k in found.items()}
        return self.rows[table.name]

    def _old_keys(self, place: Place) -> dict[int, str]:
        base = self.trip.used.stamp.base.tables.get(place.name)
        if base is None:
            return {}
        values = self.part.cells.values
        spots = {header: place.column + n for n, header in enumerate(place.headers)}
        rows, numbers = [], []
        for row in range(place.row + 1, place.last_row + 1):
            typed = tuple(values.get((row, spots[h])) if h in spots else None for h in base.headers)
            if not blank(typed):
                rows.append(typed)
                numbers.append(row)
        return dict(zip(numbers, row_keys(place.name, base.headers, rows), strict=True))


def _column_of(place: Place, table: Table, column: int) -> int | None:
    """The new column of a table's old one; None where its header is gone."""
    header = place.headers[column - place.column]
    for number, known in enumerate(table.columns):
        if known.id == header:
            return table.column + number
    return None
