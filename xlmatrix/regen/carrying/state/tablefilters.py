"""Filters and sort orders of our tables, by column and not by place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from xlmatrix.formula.render import column_letters
from xlmatrix.package.cut import (
    attributes,
    cut,
    opened,
    replaced_start,
    start_tag,
    whole_number,
    with_attributes,
)
from xlmatrix.regen.carrying.freight.aim import box_of
from xlmatrix.regen.carrying.freight.drawings import self_contained
from xlmatrix.regen.carrying.looks import Looks
from xlmatrix.regen.carrying.state.case import Case, OurSheet, OurTable
from xlmatrix.regen.carrying.state.desk import Desk
from xlmatrix.regen.carrying.state.desktables import put_in_table
from xlmatrix.regen.carrying.state.stay import Finds, Stay, left_out
from xlmatrix.regen.reading.frames import Frame, Frames, plain_attributes
from xlmatrix.sheets.plan import Table
from xlmatrix.tables.catalogue import header_of

_WHAT: Final = "filter of the column"
#: Attributes that name a column, cells or a look by its number.
_MOVES: Final = frozenset({"colId", "ref", "dxfId"})
_TAG: Final = re.compile(r"<[^/<>][^<>]*>")
_NAME: Final = re.compile(r"<[\w.:-]+")
Order = tuple[tuple[tuple[str, str], ...], list[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class View:
    """A filter as a part says it: the element and its root, and the column it begins at."""

    text: str
    root: str
    left: int

    def criteria(self) -> Iterator[tuple[int, str]]:
        """The sheet column of each criterion, and its element."""
        for item in cut(self.text).of("filterColumn"):
            number = whole_number(plain_attributes(item).get("colId", "0"))
            yield self.left + number, self_contained(item, self.root)


def is_of_table(table: OurTable, text: str) -> bool:
    """Whether a sheet's filter is that of a table, whose frame a program may have left out."""
    area = plain_attributes(text).get("ref", "")
    box = box_of(area) if area else None
    return box is not None and _covers(table, box.top, box.left, box.right)


def view_of(sheet: OurSheet, table: OurTable) -> View | None:
    """The filter of a table, or the one of the sheet that stands where the table stood."""
    frame = table.frame if table.frame is not None else sheet.frame
    for text in frame.of("autoFilter"):
        if is_of_table(table, text):
            return View(text, frame.tag, box_of(plain_attributes(text)["ref"]).left)
    return None


def _covers(table: OurTable, top: int, left: int, right: int) -> bool:
    place = table.place
    return top == place.row and place.column <= left and right <= place.last_column


def is_filtered(sheet: OurSheet, table: OurTable) -> bool:
    """Whether a filter hides rows of a table, or may."""
    view = view_of(sheet, table)
    return view is not None and any(True for _ in view.criteria())


def filters(case: Case) -> Finds:
    """Criteria, orders and buttons of our tables that are other than this release writes."""
    all_tables = [(sheet, table) for sheet in case.seen for table in case.tables(sheet)]
    alike = {
        offered: {view_of(s, t) is not None for s, t in all_tables if t.plan.filtered is offered}
        for offered in (True, False)
    }
    for sheet, table in all_tables:
        view = view_of(sheet, table)
        frame = table.frame if table.frame is not None else sheet.frame
        kept = []
        for column, text in view.criteria() if view is not None else ():
            known = _column(table, column)
            if known is None:
                yield left_out(sheet.name, table.plan.name, _lost(table, column))
            else:
                kept.append((known, text))
        order, conditions = _order(frame, view)
        sorted_by = [(_column(table, column), text) for column, text in conditions]
        if any(known is None for known, _ in sorted_by):
            note = "the order of the table named a column that is gone; the order is not kept"
            yield left_out(sheet.name, table.plan.name, note)
            sorted_by = []
        known_order = tuple((known, text) for known, text in sorted_by if known is not None)
        # What a program made of all tables alike is nobody's wish.
        buttons = view is not None
        if buttons is not table.plan.filtered and len(alike[table.plan.filtered]) == 1:
            buttons = table.plan.filtered or bool(kept)
        if kept or known_order or buttons is not table.plan.filtered:
            yield Filtered(sheet.name, table.plan, tuple(kept), order, known_order, buttons=buttons)


def _lost(table: OurTable, column: int) -> str:
    header = table.place.headers[column - table.place.column]
    return f"the {_WHAT} {header!r} is left out with its column; its rows are shown"


def _column(table: OurTable, column: int) -> str | None:
    """The id of a column that the new table has as well."""
    header = table.place.headers[column - table.place.column]
    return header if any(one.id == header for one in table.plan.columns) else None


def _order(frame: Frame, view: View | None) -> Order:
    """What a sort order says of itself, and its conditions by sheet column."""
    found = [(text, frame.tag) for text in frame.of("sortState")]
    if view is not None:
        found += [(text, view.root) for text in cut(view.text).of("sortState")]
    for text, root in found:
        said = tuple((k, v) for k, v in plain_attributes(text).items() if k != "ref")
        conditions = [
            (box_of(plain_attributes(item)["ref"]).left, self_contained(item, root))
            for item in cut(text).of("sortCondition")
        ]
        return said, conditions
    return (), []


@dataclass(frozen=True)
class Filtered(Stay):
    """The view of one table: criteria and order by the ids of columns, buttons in its header."""

    sheet: str
    table: Table
    criteria: tuple[tuple[str, str], ...]
    order: tuple[tuple[str, str], ...]
    conditions: tuple[tuple[str, str], ...]
    buttons: bool

    @property
    def name(self) -> str:
        """The table."""
        return self.table.name

    @property
    def what(self) -> str:
        """Which columns are filtered, or what else."""
        shown = [header_of(self.table.name, known) for known, _ in self.criteria]
        if shown:
            return f"the filter of {self.table.name} on {', '.join(shown)}"
        kind = "sort order" if self.conditions else "filter buttons"
        return f"the {kind} of {self.table.name}"

    def settle(self, desk: Desk) -> None:
        """Write both for the columns and rows as they stand now."""
        elements = {"autoFilter": "", "sortState": ""}
        if self.buttons:
            ref = self._area(self.table.column, len(self.table.columns), self.table.row)
            inner = "".join(self._criteria(desk.looks))
            elements["autoFilter"] = f'<autoFilter ref="{ref}">{inner}</autoFilter>'
        if self.conditions:
            tag = f'<sortState ref="{self._area(self.table.column, len(self.table.columns))}">'
            for name, value in self.order:
                tag = with_attributes(tag, **{name: value})
            inner = ""
            for known, text in self.conditions:
                at = with_attributes(start_tag(text), ref=self._at(known))
                inner += _dressed(replaced_start(text, at), desk.looks)
            elements["sortState"] = f"{opened(tag)}{inner}</sortState>"
        put_in_table(desk.new, self.table.name, elements)

    def _area(self, left: int, width: int, top: int = 0) -> str:
        """Cells of the table, from its first row of values where no other row is said."""
        first = f"{column_letters(left)}{top or self.table.row + 1}"
        return f"{first}:{column_letters(left + width - 1)}{self.table.last_row}"

    def _at(self, known: str) -> str:
        return self._area(self.table.column_of(known), 1)

    def _criteria(self, looks: Looks | None) -> Iterator[str]:
        at = {known: self.table.column_of(known) - self.table.column for known, _ in self.criteria}
        for known, text in sorted(self.criteria, key=lambda one: at[one[0]]):
            tag = with_attributes(start_tag(text), colId=str(at[known]))
            whole = cut(replaced_start(text, tag))
            inner = "".join(_dressed(child, looks) for _, child in whole.children)
            yield f"{opened(whole.start)}{inner}</filterColumn>"

    def stands(self, there: Frames) -> bool:
        """Whether the table in the finished workbook has the same criteria and conditions."""
        frame = table_there(there, self.table.name)
        if frame is None:
            return False
        views = frame.of("autoFilter")
        found = [
            (self.table.columns[whole_number(plain_attributes(item)["colId"])].id, bare(item))
            for item in (cut(views[0]).of("filterColumn") if views else ())
        ]
        sorts = [bare(i) for text in frame.of("sortState") for i in cut(text).of("sortCondition")]
        return (
            bool(views) is self.buttons
            and sorted(found) == sorted((known, bare(text)) for known, text in self.criteria)
            and sorts == [bare(text) for _, text in self.conditions]
        )


def _dressed(text: str, looks: Looks | None) -> str:
    """A criterion or condition by colour, with the number that its look has now."""
    number = attributes(start_tag(text)).get("dxfId")
    if number is None or looks is None:
        return text
    now = str(looks.change(whole_number(number)))
    return replaced_start(text, with_attributes(start_tag(text), dxfId=now))


def table_there(there: Frames, table: str) -> Frame | None:
    """The part of a table in a finished workbook."""
    for part in there.package.listed:
        if part.startswith("xl/tables/") and f' displayName="{table}"' in there.package.text(part):
            return there.part(part)
    return None


def bare(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What an element says, without numbers that mean other columns, rows and looks now."""
    found = []
    for tag in _TAG.findall(text):
        said = [(k, v) for k, v in attributes(tag).items() if k not in _MOVES and "xmlns" not in k]
        found.append((_NAME.match(tag)[0], sorted(said)))  # type: ignore[index]
    return found
