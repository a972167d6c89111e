"""What Excel's client sends to a script: the workbook as JSON, made from a file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

#: Hidden sheets of thousands of rows that the client is told to leave out.
LEFT_OUT = frozenset({"Calendar", "Week", "Tz", "Policy"})
VERSION = "0.37.8"


@cache
def payload(path: Path, *, active: str = "Incidents") -> dict[str, Any]:
    """The body of a script call for a workbook, with values as they are cached in the file."""
    shown, kept = load_workbook(path, data_only=True), load_workbook(path)
    names = kept.sheetnames
    return {
        "client": "Office.js",
        "version": VERSION,
        "book": {
            "name": path.name,
            "active_sheet_index": names.index(active),
            "selection": "A1",
        },
        "names": [entry for name in kept.defined_names.values() for entry in _name(name, names)],
        "sheets": [
            {
                "name": sheet.title,
                "values": [[]]
                if sheet.title in LEFT_OUT
                else [[_cell(c) for c in row] for row in sheet.iter_rows(values_only=True)],
                "pictures": [],
                "tables": [_table(t) for t in kept[sheet.title].tables.values()],
                "visible": sheet.sheet_state == "visible",
            }
            for sheet in shown.worksheets
        ],
    }


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


def _table(table: Any) -> dict[str, Any]:
    left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(table.ref))
    first, last = get_column_letter(left), get_column_letter(right)
    return {
        "name": table.name,
        "range_address": table.ref,
        "header_row_range_address": f"{first}{top}:{last}{top}",
        "data_body_range_address": f"{first}{top + 1}:{last}{bottom}",
        "total_row_range_address": None,
        "show_headers": True,
        "show_totals": False,
        "table_style": "",
        "show_autofilter": True,
    }


def _name(name: Any, sheets: list[str]) -> list[dict[str, Any]]:
    if name.type != "RANGE" or "[" in name.attr_text:
        return []
    return [
        {
            "name": name.name,
            "sheet_index": sheets.index(title),
            "address": place.replace("$", ""),
            "scope_sheet_name": None,
            "scope_sheet_index": None,
            "book_scope": True,
            "refers_to": f"={name.attr_text}",
        }
        for title, place in name.destinations
    ]
