"""What of our sheets is printed, and which rows and columns on every page, where people set it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

from xlmatrix.formula.render import column_letters, quoted_sheet
from xlmatrix.package.cut import attributes
from xlmatrix.regen.carrying.freight.aim import Box, box_of
from xlmatrix.regen.carrying.state.case import Case, OurSheet
from xlmatrix.regen.carrying.state.desk import BOOK, Desk
from xlmatrix.regen.carrying.state.spots import Spots
from xlmatrix.regen.carrying.state.stay import Finds, OfSheet, left_out
from xlmatrix.regen.reading.contents import column_number
from xlmatrix.regen.reading.frames import Frames
from xlmatrix.sheets.plan import Page

AREA: Final = "_xlnm.Print_Area"
TITLES: Final = "_xlnm.Print_Titles"
_RECTANGLE: Final = re.compile(r"[A-Z]{1,3}\d+(?::[A-Z]{1,3}\d+)?")
_BAND: Final = re.compile(r"(\d+):(\d+)|([A-Z]{1,3}):([A-Z]{1,3})")
_SHEET: Final = re.compile(r"<sheet\b[^<>]*>")
_NAME: Final = re.compile(r"<definedName\b[^<>]*>[^<]*</definedName>")
_NAMES: Final = re.compile(r"<definedNames\s*/>|<definedNames\b[^<>]*>")
_NOTE: Final = "is the template's: where what you chose stands now nobody can tell"


def areas(case: Case) -> Finds:
    """Print areas and repeated rows and columns that are none of ours, where their cells are."""
    named = {name for sheet in case.seen for name in sheet.part.names}
    for sheet in case.seen:
        made: Page | None = None
        for name, find in ((AREA, _area), (TITLES, _titles)):
            texts = _parts(sheet.part.names.get(name, ""))
            if (not texts and name not in named) or texts == _planned(sheet.plan.page, name):
                continue
            made = made or _made(case, sheet)
            if made is None or texts == _planned(made, name) or _only_grew(texts, made, name):
                continue
            now = find(case, sheet, texts)
            what = "the area that is printed" if name == AREA else "what every page repeats"
            if now is None:
                yield left_out(sheet.name, what, _NOTE, ",".join(texts))
            elif now != _planned(sheet.plan.page, name):
                yield PrintName(sheet.name, name, now)


def _made(case: Case, sheet: OurSheet) -> Page | None:
    made = case.as_made(sheet.name)
    return None if made is None else made.page


def _parts(formula: str) -> tuple[str, ...]:
    """The areas of a formula, without sheets and dollars."""
    found = [one.rpartition("!")[2].replace("$", "") for one in formula.split(",") if one]
    return tuple(sorted(found))


def _planned(page: Page, name: str) -> tuple[str, ...]:
    """What our writer says."""
    said = [page.area] if name == AREA else [page.repeat_rows, page.repeat_columns]
    return tuple(sorted(one.replace("$", "") for one in said if one))


def _only_grew(texts: tuple[str, ...], made: Page, name: str) -> bool:
    """Whether an area is ours, as long as a log was when the workbook was made."""
    if name != AREA or len(texts) != 1 or not made.area or not _RECTANGLE.fullmatch(texts[0]):
        return False
    one, ours = box_of(texts[0]), box_of(made.area)
    corners = (one.top, one.left, one.right) == (ours.top, ours.left, ours.right)
    return corners and one.bottom >= ours.bottom


def _area(case: Case, sheet: OurSheet, texts: tuple[str, ...]) -> tuple[str, ...] | None:
    """Where rectangles stand now; None where nobody can tell."""
    if not all(_RECTANGLE.fullmatch(one) for one in texts):
        return None
    spots = Spots(case, sheet)
    found = []
    for one in texts:
        old = box_of(one)
        first, last = spots.spot((old.top, old.left)), spots.spot((old.bottom, old.right))
        if first is None or last is None or first > last or first[1] > last[1]:
            return None
        found.append(Box(*first, *last).address().replace("$", ""))
    return tuple(sorted(found))


def _titles(case: Case, sheet: OurSheet, texts: tuple[str, ...]) -> tuple[str, ...] | None:
    """Where repeated rows and columns stand now."""
    found = []
    for one in texts:
        band = _BAND.fullmatch(one)
        if band is None:
            return None
        if band[1]:
            rows = [_row(case, sheet, int(band[n])) for n in (1, 2)]
            if rows[0] is None or rows[1] is None or rows[0] > rows[1]:
                return None
            found.append(f"{rows[0]}:{rows[1]}")
        else:
            columns = [case.moved(sheet).column(column_number(band[n])) for n in (3, 4)]
            found.append(":".join(column_letters(column) for column in sorted(columns)))
    return tuple(sorted(found))


def _row(case: Case, sheet: OurSheet, row: int) -> int | None:
    """Where a row stands now: that of its first cell that shows something."""
    held = sorted(column for at, column in sheet.part.cells.values if at == row)
    spots = Spots(case, sheet)
    found = (spots.spot((row, column)) for column in held or [1])
    now = next((spot for spot in found if spot is not None), None)
    return None if now is None else now[0]


@dataclass(frozen=True, slots=True)
class PrintName(OfSheet):
    """A print area, or what every page repeats; none at all where somebody took it away."""

    title: str
    areas: tuple[str, ...]

    @property
    def what(self) -> str:
        """Which it is."""
        what = "the area that is printed" if self.title == AREA else "what every page repeats"
        return f"{what} of the sheet {self.sheet!r}: {', '.join(self.areas) or 'none'}"

    def settle(self, desk: Desk) -> None:
        """Write the name in place of ours."""
        text = desk.new.text(BOOK)
        titles = [html.unescape(attributes(tag)["name"]) for tag in _SHEET.findall(text)]
        place = str(titles.index(self.sheet))

        def ours(hit: re.Match[str]) -> str:
            said = attributes(hit[0][: hit[0].index(">") + 1])
            mine = said.get("name") == self.title and said.get("localSheetId") == place
            return "" if mine else hit[0]

        text = _NAME.sub(ours, text)
        if self.areas:
            sheet = quoted_sheet(self.sheet)
            formula = ",".join(f"{sheet}!{_fixed(one)}" for one in self.areas)
            name = (
                f'<definedName name="{self.title}" localSheetId="{place}">'
                f"{html.escape(formula, quote=False)}</definedName>"
            )
            text = _NAMES.sub(lambda hit: f"<definedNames>{name}", text, count=1)
        desk.new.put(BOOK, text)

    def stands(self, there: Frames) -> bool:
        """Whether the sheet has it."""
        part = there.contents.sheet(self.sheet)
        return part is not None and _parts(part.names.get(self.title, "")) == self.areas


def _fixed(area: str) -> str:
    return re.sub(r"[A-Z]+|\d+", lambda hit: f"${hit[0]}", area)
