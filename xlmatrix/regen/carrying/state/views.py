"""How people look at our sheets and tables, and what they set for the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from xlmatrix.package.cut import cut
from xlmatrix.regen.carrying.state.case import Case, OurTable
from xlmatrix.regen.carrying.state.desk import Desk
from xlmatrix.regen.carrying.state.desktables import put_in_table
from xlmatrix.regen.carrying.state.sheetxml import element
from xlmatrix.regen.carrying.state.stay import Finds, OfSheet, Stay, left_out
from xlmatrix.regen.carrying.state.tablefilters import table_there
from xlmatrix.regen.reading.frames import Frame, Frames, is_on, plain_attributes
from xlmatrix.sheets.plan import SheetPlan

#: What a view says of itself where it says nothing.
VIEW: Final = {
    "showFormulas": "0", "showGridLines": "1", "showRowColHeaders": "1", "showZeros": "1",
    "rightToLeft": "0", "view": "normal", "zoomScale": "100",
}  # fmt: skip
#: Settings of the workbook, as they are where nothing is said.
SETTINGS: Final = {
    "showObjects": "all", "showBorderUnselectedTables": "1", "filterPrivacy": "0",
    "promptedSolutions": "0", "showInkAnnotation": "1", "backupFile": "0",
    "saveExternalLinkValues": "1", "updateLinks": "userSet", "hidePivotFieldList": "0",
    "showPivotChartFilter": "0", "allowRefreshQuery": "0", "publishItems": "0",
    "checkCompatibility": "0", "autoCompressPictures": "1", "refreshAllConnections": "0",
}  # fmt: skip
_STYLE: Final = "tableStyleInfo"
_STRIPES: Final = ("showFirstColumn", "showLastColumn", "showRowStripes", "showColumnStripes")
#: The style that our writer gives to tables.
_OURS: Final = "TableStyleLight1"
_TRUTHS: Final = {"true": "1", "false": "0"}


def views(case: Case) -> Finds:
    """Views and styles of a workbook of this release, and settings, that are none of ours."""
    said = _said(case.frames.book.said("workbookPr"), SETTINGS)
    chosen = tuple((k, v) for k, v in said.items() if v != SETTINGS[k])
    if chosen:
        yield Settings(chosen)
    if not case.trip.same_release:
        # Another release has views and styles of its own.
        return
    found = {sheet.name: _view(sheet.frame) for sheet in case.seen}
    # What a program made of all sheets alike is nobody's wish.
    mixed = [k for k in VIEW if len({said[k] for said in found.values() if said}) > 1]
    for sheet in case.seen:
        was = _planned(sheet.plan)
        now = found[sheet.name]
        differs = tuple((name, now[name]) for name in mixed if now and now[name] != was[name])
        if differs:
            yield View(sheet.name, differs)
    yield from _styles(case)


def _said(given: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    return {k: _TRUTHS.get(given.get(k, v), given.get(k, v)) for k, v in known.items()}


def _view(frame: Frame) -> dict[str, str]:
    """What the first view of a sheet says; nothing where there is none."""
    for text in frame.of("sheetViews"):
        for view in cut(text).of("sheetView"):
            return _said(plain_attributes(view), VIEW)
    return {}


def _planned(plan: SheetPlan) -> dict[str, str]:
    """What our writer says of a view."""
    lines = "1" if plan.page.gridlines else "0"
    return {**VIEW, "showGridLines": lines, "zoomScale": str(plan.page.zoom)}


def _styles(case: Case) -> Finds:
    tables = [(sheet, table) for sheet in case.seen for table in case.tables(sheet)]
    said = {table.plan.name: _style(table) for _, table in tables}
    alike = len({one for one in said.values() if one is not None}) <= 1
    for sheet, table in tables:
        style = said[table.plan.name]
        if style is None or alike or style == (_OURS, *_stripes(table)):
            continue
        if not style[0].startswith("TableStyle"):
            note = f"the style {style[0]!r} of the table is not kept; it has ours"
            yield left_out(sheet.name, table.plan.name, note)
        else:
            yield TableStyle(table.plan.name, style)


def _stripes(table: OurTable) -> tuple[bool, bool, bool, bool]:
    return False, False, table.plan.banded, False


def _style(table: OurTable) -> tuple[str, bool, bool, bool, bool] | None:
    said = table.frame.said(_STYLE) if table.frame is not None else {}
    if not said.get("name"):
        return None
    first, last, rows, columns = (is_on(said.get(name)) for name in _STRIPES)
    return said["name"], first, last, rows, columns


@dataclass(frozen=True, slots=True)
class View(OfSheet):
    """How one sheet is looked at, where that is not as it was made."""

    said: tuple[tuple[str, str], ...]

    @property
    def what(self) -> str:
        """What is other about it."""
        return f"the view of the sheet {self.sheet!r}: {', '.join(name for name, _ in self.said)}"

    def settle(self, desk: Desk) -> None:
        """Say it of the sheet's view."""
        said = dict(self.said)
        if "zoomScale" in said:
            said["zoomScaleNormal"] = said["zoomScale"]
        desk.sheet(self.sheet).say_inside("sheetViews", "sheetView", said)

    def stands(self, there: Frames) -> bool:
        """Whether the view says it."""
        frame = there.sheet(self.sheet)
        return frame is not None and set(self.said) <= set(_view(frame).items())


@dataclass(frozen=True, slots=True)
class Settings(Stay):
    """Settings of the workbook."""

    said: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """They go together."""
        return "settings"

    @property
    def what(self) -> str:
        """Which they are."""
        return f"settings of the workbook: {', '.join(name for name, _ in self.said)}"

    def settle(self, desk: Desk) -> None:
        """Say them of the workbook."""
        desk.say_in_book("workbookPr", dict(self.said))

    def stands(self, there: Frames) -> bool:
        """Whether the workbook says them."""
        return set(self.said) <= set(_said(there.book.said("workbookPr"), SETTINGS).items())


@dataclass(frozen=True, slots=True)
class TableStyle(Stay):
    """The style of a table, of those that every program knows."""

    table: str
    style: tuple[str, bool, bool, bool, bool]

    @property
    def name(self) -> str:
        """The table."""
        return self.table

    @property
    def what(self) -> str:
        """Which it is."""
        return f"the style {self.style[0]} of the table {self.table}"

    def settle(self, desk: Desk) -> None:
        """Write it in place of ours."""
        put_in_table(desk.new, self.table, {_STYLE: element(_STYLE, self._said())})

    def _said(self) -> list[tuple[str, str]]:
        stripes = zip(_STRIPES, self.style[1:], strict=True)
        return [("name", self.style[0]), *((name, str(int(on))) for name, on in stripes)]

    def stands(self, there: Frames) -> bool:
        """Whether the table has it."""
        frame = table_there(there, self.table)
        return frame is not None and frame.said(_STYLE) == dict(self._said())
