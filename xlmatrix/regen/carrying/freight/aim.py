"""Where formulas outside of cells point in the new workbook: those of charts, pivots, controls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from xlmatrix.formula.render import column_letters, quoted_sheet
from xlmatrix.regen.carrying.cargo import Trip
from xlmatrix.regen.carrying.moved import Moved
from xlmatrix.regen.carrying.references import Known, dangling, mentioned_sheets, renamed
from xlmatrix.regen.carrying.strangers import CHART_NAME
from xlmatrix.regen.reading.contents import Place, SheetPart, column_number
from xlmatrix.sheets.plan import BookPlan, SheetPlan, Table

#: What a program writes where what a formula spoke of is gone.
GONE: Final = "#REF!"
_CORNER: Final = r"\$?([A-Z]{1,3})\$?(\d{1,7})"
_AREA: Final = re.compile(
    rf"((?<!')'(?:[^']|'')+'|[A-Za-z_][\w.]*)!({_CORNER}(?::{_CORNER})?)(?![\w(.:])"
)


@dataclass(frozen=True, slots=True)
class Aimed:
    """A formula as it stands in the new workbook.

    ``gone`` is what it spoke of and is not there, ``unsure`` whether it speaks of cells of ours by
    an address that may mean others now.
    """

    text: str
    gone: str = ""
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of cells, its edges included."""

    top: int
    left: int
    bottom: int
    right: int

    def address(self) -> str:
        """As a formula writes it, fixed."""
        first = f"${column_letters(self.left)}${self.top}"
        last = f"${column_letters(self.right)}${self.bottom}"
        return first if first == last else f"{first}:{last}"

    @classmethod
    def of_table(cls, table: Table) -> Box:
        """Where a planned table stands, its header included."""
        return cls(table.row, table.column, table.last_row, table.column + len(table.columns) - 1)

    def holds(self, spot: tuple[int, int]) -> bool:
        """Whether a cell stands in it."""
        row, column = spot
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def meets(self, other: Box) -> bool:
        """Whether two have a cell in common."""
        rows = self.top <= other.bottom and other.top <= self.bottom
        return rows and self.left <= other.right and other.left <= self.right


#: Where a link to a sheet leads.
_FIRST: Final = Box(1, 1, 1, 1)


class Aim:
    """Aims formulas of the old workbook at the new one."""

    def __init__(self, trip: Trip, book: BookPlan, known: Known) -> None:
        self.trip, self.known = trip, known
        self.steady = trip.same_spec and trip.same_release
        self.ours = {part.name.casefold(): (part, plan) for _, part, plan in trip.our_sheets(book)}
        self._moved: dict[str, Moved] = {}
        # A formula without another name in it stays as it is, to the letter.
        self.back = {now: was for now, was in trip.names_back.items() if was.casefold() != now}

    def formula(self, text: str) -> Aimed:
        """A formula, unescaped."""
        bare = text.strip()
        if bare.startswith(CHART_NAME):
            bare = self.trip.used.contents.names.get(bare, bare)
        if GONE in bare:
            return Aimed(text, gone=GONE)
        unsure = False

        def turn(hit: re.Match[str]) -> str:
            nonlocal unsure
            now = self._area(hit)
            unsure = unsure or now is None
            return hit[0] if now is None else now

        aimed = renamed(_AREA.sub(turn, bare), self.back)
        missing = dangling(aimed, self.known)
        if missing:
            return Aimed(GONE, gone=missing)
        if not self.steady and not unsure and not _AREA.search(bare):
            unsure = bool(mentioned_sheets(bare) & self.ours.keys())
        return Aimed(text if aimed == text.strip() else aimed, unsure=unsure)

    def _area(self, hit: re.Match[str]) -> str | None:
        """A rectangle with its sheet; None for one that may mean other cells now."""
        sheet = hit[1][1:-1].replace("''", "'") if hit[1].startswith("'") else hit[1]
        if sheet.casefold() not in self.ours:
            return hit[0]
        part, plan = self.ours[sheet.casefold()]
        now = self.box(part, plan, box_of(hit[2]))
        if now is None:
            return None
        return hit[0] if now == box_of(hit[2]) else f"{hit[1]}!{now.address()}"

    def box(self, part: SheetPart, plan: SheetPlan, old: Box) -> Box | None:
        """Where a rectangle of a sheet of ours stands now; None where nobody can tell."""
        for place in part.tables:
            table = next((one for one in plan.tables if one.name == place.name), None)
            if table is None or not _all_in(place, old):
                continue
            return self._in_table(part, plan, (place, table), old)
        if old == _FIRST:
            return old
        return old if self.steady and not _below_what_grew(part, plan, old) else None

    def _in_table(
        self, part: SheetPart, plan: SheetPlan, table: tuple[Place, Table], old: Box
    ) -> Box | None:
        place, now = table
        moved = self.moved(part, plan)
        columns = [_column(place, now, column) for column in range(old.left, old.right + 1)]
        whole = old.top <= place.row + 1 and old.bottom == place.last_row > place.row
        if whole:
            top = now.row + old.top - place.row
            rows: list[int | None] = list(range(top, now.last_row + 1))
        else:
            spots = (moved.spot(row, old.left) for row in range(old.top, old.bottom + 1))
            rows = [None if spot is None else spot[0] for spot in spots]
        if not _in_a_run(columns) or not _in_a_run(rows):
            return None
        first, last = (rows[0], columns[0]), (rows[-1], columns[-1])
        return Box(first[0] or 0, first[1] or 0, last[0] or 0, last[1] or 0)

    def moved(self, part: SheetPart, plan: SheetPlan) -> Moved:
        """Where cells of a sheet of ours stand now."""
        if part.name not in self._moved:
            self._moved[part.name] = Moved(self.trip, part, plan)
        return self._moved[part.name]

    def source(self, sheet: str, area: str) -> tuple[str, str, str, Aimed]:
        """What a pivot table is made of: sheet, area, or the table that the area is the whole of.

        ``sheet`` and ``area`` are as its cache names them.
        """
        known = self.ours.get(sheet.casefold())
        place = re.fullmatch(rf"{_CORNER}(?::{_CORNER})?", area)
        if known is not None and place is not None:
            part, plan = known
            box = box_of(area)
            for table in part.tables:
                edges = Box(table.row, table.column, table.last_row, table.last_column)
                if box == edges and any(one.name == table.name for one in plan.tables):
                    return "", "", table.name, Aimed("")
        aimed = self.formula(f"{quoted_sheet(sheet)}!{area}")
        if aimed.gone or place is None:
            return sheet, area, "", aimed
        now, _, address = aimed.text.rpartition("!")
        plain = now[1:-1].replace("''", "'") if now.startswith("'") else now
        return plain, address.replace("$", ""), "", aimed


def box_of(area: str) -> Box:
    """``B2:C9``, with or without dollars, as a rectangle."""
    corners = [(int(row), column_number(letters)) for letters, row in re.findall(_CORNER, area)]
    rows, columns = [row for row, _ in corners], [column for _, column in corners]
    return Box(min(rows), min(columns), max(rows), max(columns))


def _all_in(place: Place, box: Box) -> bool:
    return place.holds((box.top, box.left)) and place.holds((box.bottom, box.right))


def _column(place: Place, table: Table, column: int) -> int | None:
    header = place.headers[column - place.column]
    return next((table.column + n for n, c in enumerate(table.columns) if c.id == header), None)


def _in_a_run(numbers: list[int | None]) -> bool:
    """Whether each number follows the one before it."""
    first = numbers[0] if numbers else None
    return first is not None and numbers == list(range(first, first + len(numbers)))


def _below_what_grew(part: SheetPart, plan: SheetPlan, box: Box) -> bool:
    """Whether a table that ends above or around a rectangle ends elsewhere now."""
    ends = {
        table.name: (table.last_row, table.column + len(table.columns)) for table in plan.tables
    }
    return any(
        place.row <= box.bottom
        and place.column <= box.right
        and ends.get(place.name) != (place.last_row, place.last_column + 1)
        for place in part.tables
    )
