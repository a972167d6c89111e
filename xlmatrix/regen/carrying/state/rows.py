"""Rows of our sheets that are hidden or grouped: by what stands in them, not by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from xlmatrix.regen.carrying.freight.aim import Box
from xlmatrix.regen.carrying.state.case import Case, OurSheet, OurTable
from xlmatrix.regen.carrying.state.desk import Desk
from xlmatrix.regen.carrying.state.stay import Finds, OfSheet, left_out
from xlmatrix.regen.carrying.state.tablefilters import is_filtered
from xlmatrix.regen.reading.frames import Frames
from xlmatrix.regen.reading.tables import told
from xlmatrix.sheets.plan import Formula

Said = Mapping[str, str]
_HIDDEN: Final = {"hidden": "1"}
_MOST_NAMED: Final = 6


def hidden_rows(case: Case) -> Finds:
    """Rows that somebody hid or grouped, or that a filter hid, where they stand now."""
    for sheet in case.seen:
        if not sheet.frame.rows:
            continue
        finder = _Finder(case, sheet)
        rows: dict[int, dict[str, str]] = {}
        lost = []
        for row, said in sorted(sheet.frame.rows.items()):
            now = finder.row(row)
            if now is None:
                lost += [] if finder.inside(row) else [row]
            else:
                rows.setdefault(now, {}).update(_plain(said))
        for row in finder.also():
            rows.setdefault(row, dict(_HIDDEN))
        if rows:
            yield Rows(sheet.name, tuple((n, tuple(rows[n].items())) for n in sorted(rows)))
        if lost:
            shown = ", ".join(map(str, lost[:_MOST_NAMED]))
            more = f" and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
            note = "rows that you hid or grouped are shown: where they stand now nobody can tell"
            yield left_out(sheet.name, f"rows {shown}{more}", note)


def _plain(said: Said) -> dict[str, str]:
    return {name: "1" if value == "true" else value for name, value in said.items()}


class _Finder:
    """Finds the rows of one sheet on the new one."""

    def __init__(self, case: Case, sheet: OurSheet) -> None:
        self.case, self.sheet = case, sheet
        self.moved = case.moved(sheet)
        tables = case.tables(sheet)
        # Where two tables stand side by side, the one with a filter tells what is hidden.
        self.tables = sorted(tables, key=lambda table: not is_filtered(sheet, table))

    def inside(self, row: int) -> bool:
        """Whether a row belongs to a table."""
        return any(one.place.row <= row <= one.place.last_row for one in self.tables)

    def row(self, row: int) -> int | None:
        """Where a row stands now; None where it is gone or nobody can tell."""
        within = [one for one in self.tables if one.place.row <= row <= one.place.last_row]
        for table in within:
            if row == table.place.row:
                return table.plan.row
            key = self.moved.key_at(table.place, row)
            if key is not None:
                at = self.moved.place_of(table.plan, key)
                return None if at is None else table.plan.row + 1 + at
        for table in within:
            return self._blank(table, row)
        for table in self.tables:
            if table.place.totals and row == table.place.last_row + 1:
                return table.plan.last_row + 1
        box = self.case.aim.box(self.sheet.part, self.sheet.plan, Box(row, 1, row, 1))
        if box is not None:
            return box.top
        return self._alike(row)

    def _blanks(self, table: OurTable) -> tuple[list[int], list[int]]:
        """The blank rows of a table, as they stood and as they stand."""
        place, plan = table.place, table.plan
        rows = range(place.row + 1, place.last_row + 1)
        was = [row for row in rows if self.moved.key_at(place, row) is None]
        filled = self.moved.filled(plan) if len(was) < len(rows) else frozenset()
        return was, [plan.row + 1 + n for n in range(plan.height) if n not in filled]

    def _blank(self, table: OurTable, row: int) -> int | None:
        was, now = self._blanks(table)
        at = was.index(row)
        return now[at] if at < len(now) else None

    def also(self) -> Iterator[int]:
        """Blank rows that a table has more than it had, where its filter hid all of them."""
        hidden = {n for n, said in self.sheet.frame.rows.items() if "hidden" in said}
        for table in self.tables:
            was, now = self._blanks(table)
            if was and is_filtered(self.sheet, table) and set(was) <= hidden:
                yield from now[len(was) :]

    @cached_property
    def _texts(self) -> dict[frozenset[tuple[int, str]], list[int]]:
        """Rows of the new sheet by what stands in them outside of tables."""
        cells: dict[int, set[tuple[int, str]]] = {}
        for (row, column), cell in self.sheet.plan.cells.items():
            if cell.value not in (None, "") and not isinstance(cell.value, Formula):
                cells.setdefault(row, set()).add((column, told_of(cell.value)))
        found: dict[frozenset[tuple[int, str]], list[int]] = {}
        for row, texts in cells.items():
            found.setdefault(frozenset(texts), []).append(row)
        return found

    def _alike(self, row: int) -> int | None:
        """The one row of the new sheet in which the same stands."""
        cells = self.sheet.part.cells
        texts = frozenset(
            (column, told(value))
            for (at, column), value in cells.values.items()
            if at == row and value not in (None, "") and (at, column) not in cells.formulas
        )
        rows = self._texts.get(texts, []) if texts else []
        return rows[0] if len(rows) == 1 else None


def told_of(value: object) -> str:
    """A planned value as text, as the reader tells it."""
    return told(value) if isinstance(value, str | int | float) else str(value)


@dataclass(frozen=True, slots=True)
class Rows(OfSheet):
    """Rows of one sheet with what each says."""

    rows: tuple[tuple[int, tuple[tuple[str, str], ...]], ...]

    @property
    def what(self) -> str:
        """How many they are."""
        return f"{len(self.rows)} hidden or grouped rows of the sheet {self.sheet!r}"

    def settle(self, desk: Desk) -> None:
        """Say it of the rows, and of the sheet how deep they are grouped."""
        sheet = desk.sheet(self.sheet)
        sheet.change_rows({number: dict(said) for number, said in self.rows})
        levels = [int(value) for _, said in self.rows for k, value in said if k == "outlineLevel"]
        if levels:
            sheet.say("sheetFormatPr", outlineLevelRow=str(max(levels)))

    def stands(self, there: Frames) -> bool:
        """Whether the rows say the same."""
        frame = there.sheet(self.sheet)
        return frame is not None and all(
            dict(said).items() <= frame.rows.get(number, {}).items() for number, said in self.rows
        )
