"""Rows of totals that people gave to our tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from xlmatrix.formula.render import column_letters, escaped
from xlmatrix.package.cut import cut, opened, start_tag, with_attributes
from xlmatrix.regen.carrying.references import dangling, has_addresses, renamed
from xlmatrix.regen.carrying.state.case import Case, OurSheet, OurTable
from xlmatrix.regen.carrying.state.desk import Desk
from xlmatrix.regen.carrying.state.desktables import put_in_table, table_of
from xlmatrix.regen.carrying.state.spots import text_of
from xlmatrix.regen.carrying.state.stay import Finds, Stay, left_out
from xlmatrix.regen.carrying.state.tablefilters import table_there
from xlmatrix.regen.reading.frames import Frames, plain_attributes
from xlmatrix.regen.reading.tables import Raw, unescape
from xlmatrix.sheets.plan import Table

#: What a total is called in a table, and its number in the formula of its cell.
_FUNCTIONS: Final = {
    "average": 101, "countNums": 102, "count": 103, "max": 104, "min": 105, "stdDev": 107,
    "sum": 109, "var": 110,
}  # fmt: skip
_STYLE: Final = re.compile(r"\ss=\"(\d+)\"")


@dataclass(frozen=True, slots=True)
class Total:
    """What stands below one column: a text, a function of the list, or a formula of one's own."""

    column: str
    label: str = ""
    function: str = ""
    formula: str = ""
    value: Raw = None


def totals(case: Case) -> Finds:
    """Rows of totals, where the row below the table is free."""
    for sheet in case.seen:
        for table in case.tables(sheet):
            if not table.place.totals or table.frame is None:
                continue
            kept = []
            for total, note in _totals(case, sheet, table):
                if note:
                    before = f"={total.formula}" if total.formula else total.label
                    yield left_out(sheet.name, table.plan.name, note, before)
                else:
                    kept.append(total)
            if _is_free(sheet, table.plan):
                yield Totals(sheet.name, table.plan, tuple(kept))
            else:
                note = "the row of totals is left out: something stands below the table now"
                yield left_out(sheet.name, table.plan.name, note)


def _totals(case: Case, sheet: OurSheet, table: OurTable) -> Iterator[tuple[Total, str]]:
    """What stands below each column, and why it cannot be kept; empty where it can."""
    place, cells = table.place, sheet.part.cells
    assert table.frame is not None
    items = [item for text in table.frame.of("tableColumns") for item in cut(text).children]
    for offset, (header, (_, item)) in enumerate(zip(place.headers, items, strict=False)):
        spot = (place.last_row + 1, place.column + offset)
        said, value = plain_attributes(item), cells.values.get(spot)
        function = said.get("totalsRowFunction", "none")
        formula = cells.formulas.get(spot, "")
        if function in ("none", "custom") or function not in _FUNCTIONS:
            function = ""
        label = "" if function or formula or value in (None, "") else str(value)
        if not (label or function or formula):
            continue
        total = Total(header, label, function, "" if function else formula, value)
        if all(one.id != header for one in table.plan.columns):
            yield total, f"the total below {header!r} is left out with its column"
        elif not total.formula:
            yield total, ""
        else:
            yield _own(case, total)


def _own(case: Case, total: Total) -> tuple[Total, str]:
    """A total with a formula of its own, as far as that means the same now."""
    text = renamed(total.formula, case.trip.names_back)
    if has_addresses(text) or dangling(text, case.aim.known):
        return total, f"the total below {total.column!r} speaks of cells by address; it is left out"
    return Total(total.column, formula=text, value=total.value), ""


def _is_free(sheet: OurSheet, table: Table) -> bool:
    """Whether nothing stands in the row below a table, nor right below that."""
    row, first, last = table.last_row + 1, table.column, table.column + len(table.columns) - 1
    taken = any(
        at == row and first <= column <= last and text_of(cell)
        for (at, column), cell in sheet.plan.cells.items()
    )
    return not taken and not any(
        other.name != table.name
        and other.row <= row <= other.last_row
        and other.column <= last
        and first <= other.column + len(other.columns) - 1
        for other in sheet.plan.tables
    )


@dataclass(frozen=True)
class Totals(Stay):
    """The row of totals of one table."""

    sheet: str
    table: Table
    totals: tuple[Total, ...]

    @property
    def name(self) -> str:
        """The table."""
        return self.table.name

    @property
    def what(self) -> str:
        """Whose row it is."""
        return f"the row of totals of {self.table.name}"

    def settle(self, desk: Desk) -> None:
        """Say it of the table and its columns, and fill the row."""
        _, whole = table_of(desk.new, self.table.name)
        by_column = {one.column: one for one in self.totals}
        columns = cut(next(text for known, text in whole.children if known == "tableColumns"))
        items = [
            _with_total(item, by_column.get(column.id))
            for column, (_, item) in zip(self.table.columns, columns.children, strict=True)
        ]
        first, last = self.table.column, self.table.column + len(self.table.columns) - 1
        row = self.table.last_row + 1
        ref = f"{column_letters(first)}{self.table.row}:{column_letters(last)}{row}"
        elements = {"tableColumns": f"{columns.start}{''.join(items)}{columns.end}"}
        put_in_table(desk.new, self.table.name, elements, ref=ref, totalsRowCount="1")
        sheet = desk.sheet(self.sheet)
        cells = {}
        for one in self.totals:
            column = self.table.column_of(one.column)
            above = sheet.cell(f"{column_letters(column)}{self.table.last_row}")
            style = _STYLE.search(above)
            cells[column] = self._cell(one, f"{column_letters(column)}{row}", style)
        sheet.put_cells(row, cells)

    def _cell(self, total: Total, place: str, style: re.Match[str] | None) -> str:
        head = f'<c r="{place}"{style[0] if style is not None else ""}'
        if total.label:
            space = ' xml:space="preserve"' if total.label != total.label.strip() else ""
            return f'{head} t="inlineStr"><is><t{space}>{escape(total.label)}</t></is></c>'
        formula = total.formula
        if total.function:
            header = self.table.headers[self.table.column_of(total.column) - self.table.column]
            formula = f"SUBTOTAL({_FUNCTIONS[total.function]},{self.table.name}[{escaped(header)}])"
        if isinstance(total.value, str):
            value = f"<v>{escape(total.value)}</v>"
            return f'{head} t="str"><f>{escape(formula)}</f>{value}</c>'
        value = "" if total.value is None else f"<v>{float(total.value):.15g}</v>"
        return f"{head}><f>{escape(formula)}</f>{value}</c>"

    def stands(self, there: Frames) -> bool:
        """Whether the table says so, and the cells of its row hold it."""
        frame, part = table_there(there, self.table.name), there.contents.sheet(self.sheet)
        if frame is None or part is None:
            return False
        row = self.table.last_row + 1
        said = plain_attributes(frame.tag).get("totalsRowCount") == "1"
        spots = [((row, self.table.column_of(one.column)), one) for one in self.totals]
        return said and all(
            unescape(str(part.cells.values.get(spot, ""))) == one.label
            if one.label
            else spot in part.cells.formulas
            for spot, one in spots
        )


def _with_total(item: str, total: Total | None) -> str:
    """A column of a table with what stands below it."""
    tag = start_tag(item)
    if total is None:
        return item
    if total.label:
        label = escape(total.label, {'"': "&quot;"})
        tag = with_attributes(tag, totalsRowLabel=label)
        return tag + item[len(start_tag(item)) :]
    tag = with_attributes(tag, totalsRowFunction=total.function or "custom")
    if not total.formula:
        return tag + item[len(start_tag(item)) :]
    inner = "".join(child for _, child in cut(item).children)
    own = f"<totalsRowFormula>{escape(total.formula)}</totalsRowFormula>"
    return f"{opened(tag)}{inner}{own}</tableColumn>"
