"""What Excel's client sends to a script: the workbook as JSON, made from a file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from xlmatrix.formula.render import column_letters
from xlmatrix.package import open_package
from xlmatrix.regen.reading.contents import Place
from xlmatrix.regen.reading.outline import outline

#: Hidden sheets of thousands of rows that the client is told to leave out.
LEFT_OUT = frozenset({"Calendar", "Week", "Tz", "Policy", "Ladder"})
VERSION = "0.37.8"


@cache
def payload(path: Path, *, active: str = "Incidents") -> dict[str, Any]:
    """The body of a script call for a workbook, with values as they are cached in the file."""
    values, contents = CalamineWorkbook.from_path(str(path)), outline(open_package(path))
    names = [sheet.name for sheet in contents.sheets]
    return {
        "client": "Office.js",
        "version": VERSION,
        "book": {
            "name": path.name,
            "active_sheet_index": names.index(active),
            "selection": "A1",
        },
        "names": [_name(n, text, names) for n, text in contents.names.items() if "!" in text],
        "sheets": [
            {
                "name": sheet.name,
                "values": [[]] if sheet.name in LEFT_OUT else _values(values, sheet.name),
                "pictures": [],
                "tables": [_table(place) for place in sheet.tables],
                "visible": sheet.state == "visible",
            }
            for sheet in contents.sheets
        ],
    }


def _values(book: CalamineWorkbook, sheet: str) -> list[list[Any]]:
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [[_cell(cell) for cell in row] for row in rows] or [[""]]


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds") + "Z"
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00.000Z"
    if isinstance(value, timedelta):
        return value.total_seconds() / 86400
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    return value


def _table(table: Place) -> dict[str, Any]:
    first, last = column_letters(table.column), column_letters(table.last_column)
    return {
        "name": table.name,
        "range_address": f"{first}{table.row}:{last}{table.last_row}",
        "header_row_range_address": f"{first}{table.row}:{last}{table.row}",
        "data_body_range_address": f"{first}{table.row + 1}:{last}{table.last_row}",
        "total_row_range_address": None,
        "show_headers": True,
        "show_totals": False,
        "table_style": "",
        "show_autofilter": True,
    }


def _name(name: str, text: str, sheets: list[str]) -> dict[str, Any]:
    title, _, place = text.lstrip("=").rpartition("!")
    if title.startswith("'"):
        title = title[1:-1].replace("''", "'")
    return {
        "name": name,
        "sheet_index": sheets.index(title),
        "address": place.replace("$", ""),
        "scope_sheet_name": None,
        "scope_sheet_index": None,
        "book_scope": True,
        "refers_to": f"={text.lstrip('=')}",
    }
