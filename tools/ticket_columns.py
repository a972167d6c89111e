"""Writes the columns of the table of incidents into ``docs/import.md``, from their declarations."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import BaseModel

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from xlmatrix.exchange.tickets.schema import STAMP_DTYPE, Change, Pause, Reopening, State, Ticket
from xlmatrix.exchange.written import LOG_COLUMNS
from xlmatrix.model import ImportMapping

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "import.md"
_BLOCK: Final = re.compile(r"(<!-- (\w+): made by make columns -->\n)(.*?)(<!-- end -->)", re.S)
_KINDS: Final = {STAMP_DTYPE: "stamp", "str": "text", "float64": "number", "int64": "whole number"}
_LOGS: Final[Mapping[str, type[BaseModel]]] = {
    "pauses": Pause,
    "changes": Change,
    "reopened": Reopening,
}
#: What a key of a mapping takes, and what for.
_KEYS: Final = {
    "priority": ("word: severity", "the tool's words for severity, urgency or priority"),
    "category": ("word: class", "the tool's categories; classes by their id"),
    "state": ("word: state", "what a state is to the clocks, in the words below"),
    "reason": ("word: state", "what a ticket waits for, its resolution or its close code"),
    "default_class": ("class", "the class of categories that are not mapped"),
    "default_severity": ("severity", "the severity of words that are not mapped, and of none"),
    "columns": ("field: header", "the export's own header for a field of ours"),
    "date_order": ("order", "`day-first`, `month-first` or `year-first`"),
    "zone": ("zone", "the zone of stamps that name none, such as `Europe/Berlin`"),
}


def page() -> str:
    """The page with its tables as the declarations make them."""
    made = {"columns": _columns, "logs": _logs, "keys": _keys}

    def filled(hit: re.Match[str]) -> str:
        return hit[1] + "\n".join(made[hit[2]]()) + "\n" + hit[4]

    return _BLOCK.sub(filled, PAGE.read_text(encoding="utf-8"))


def _columns() -> Iterator[str]:
    yield from ("| column | holds | |", "|---|---|---|")
    dtypes = Ticket.columns()
    for name, field in Ticket.model_fields.items():
        called = field.alias or name
        words = f": {', '.join(get_args(State))}" if called == "state" else ""
        yield f"| `{called}` | {_KINDS[dtypes[called]]} | {field.description}{words} |"


def _logs() -> Iterator[str]:
    yield from ("| file | columns |", "|---|---|")
    for name, columns in LOG_COLUMNS.items():
        fields: dict[str, Any] = {
            field.alias or own: field for own, field in _LOGS[name].model_fields.items()
        }
        told = [f"`{shown}` ({fields[own].description})" for own, shown in columns.items()]
        yield f"| `incidents-{name}.csv` | {', '.join(told)} |"


def _keys() -> Iterator[str]:
    yield from ("| key | takes | |", "|---|---|---|")
    for name in ImportMapping.model_fields:
        yield f"| `{name}` | {_KEYS[name][0]} | {_KEYS[name][1]} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
