"""Numbers in parts that mean something else in the new workbook: of styles, sheets and tables."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from xlmatrix.package import Package, package_of
from xlmatrix.package.cut import attributes, whole_number, with_attributes
from xlmatrix.package.parts import Parts
from xlmatrix.regen.carrying.freight.filters import (
    PIVOT,
    TABLE,
    OldTable,
    Outer,
    tables_by_number,
)
from xlmatrix.regen.carrying.freight.pieces import Piece
from xlmatrix.regen.carrying.looks import Looks

_STYLED: Final = re.compile(r"<[^<>]*\s(?:dxfId|numFmtId)=\"\d{1,9}\"[^<>]*>")
_NUMBERED: Final = frozenset({"pivotTable", "pivotCacheDefinition", "slicerCache", "timelineCache"})


class Renumbered:
    """Puts numbers of the old workbook right for the new one."""

    def __init__(self, old: Package, new: Parts, looks: Looks | None) -> None:
        self.old, self.new, self.looks = old, new, looks

    def text(self, piece: Piece) -> str | None:
        """What a piece says in the new workbook; None for one that stays as it is."""
        if piece.kind not in _NUMBERED:
            return piece.text
        text = self.old.xml(piece.part) if piece.text is None else piece.text
        now = _STYLED.sub(lambda hit: self._styled(hit[0]), text) if self.looks else text
        now = PIVOT.sub(lambda hit: self._sheet(hit[0]), now)
        now = TABLE.sub(lambda hit: self._table(hit[0]), now)
        return piece.text if now == text else now

    def _styled(self, tag: str) -> str:
        assert self.looks is not None
        given = attributes(tag)
        if "dxfId" in given:
            now = self.looks.change(whole_number(given["dxfId"]))
            tag = _with(tag, "dxfId", given["dxfId"], str(now))
        if "numFmtId" in given:
            format_number = self.looks.number_format(whole_number(given["numFmtId"]))
            tag = _with(tag, "numFmtId", given["numFmtId"], format_number)
        return tag

    def _sheet(self, tag: str) -> str:
        """A pivot table that a slicer filters, by the number of its sheet."""
        given = attributes(tag)
        name = self._old_sheets.get(given.get("tabId", ""), "").casefold()
        now = self._new_sheets.get(name)
        return tag if now is None else _with(tag, "tabId", given["tabId"], now)

    def _table(self, tag: str) -> str:
        """A table that a slicer filters, by its number and that of its column."""
        given = attributes(tag)
        table = self._old_tables.get(given.get("tableId", ""))
        found = None if table is None else self._new_tables.get(table.name.casefold())
        if table is None or found is None:
            return tag
        number, now = found
        header = table.columns.get(given.get("column", ""), "").casefold()
        column = next((n for n, h in now.columns.items() if h.casefold() == header), "")
        return with_attributes(tag, tableId=number, column=column) if column else tag

    @cached_property
    def _old_sheets(self) -> dict[str, str]:
        return Outer.of(self.old).sheets

    @cached_property
    def _new_package(self) -> Package:
        return package_of(self.new.to_bytes())

    @cached_property
    def _new_sheets(self) -> dict[str, str]:
        sheets = Outer.of(self._new_package).sheets
        return {name.casefold(): number for number, name in sheets.items()}

    @cached_property
    def _old_tables(self) -> dict[str, OldTable]:
        return tables_by_number(self.old)

    @cached_property
    def _new_tables(self) -> dict[str, tuple[str, OldTable]]:
        tables = tables_by_number(self._new_package)
        return {table.name.casefold(): (number, table) for number, table in tables.items()}


def _with(tag: str, name: str, old: str, new: str) -> str:
    """A tag with one number replaced where it stands."""
    return tag if old == new else re.sub(rf'(\s{name}=")\d+"', rf'\g<1>{new}"', tag)
