"""JSON files: a list of records, alone or under a name, or a record a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.files.tabled import (
    ROWS_AT_ONCE,
    Counted,
    Record,
    Refused,
    Rows,
    Tabled,
    looked_at,
)

#: A structured text takes some ten times its size in memory.
MAX_BYTES: Final = 200 * 1024 * 1024
MAX_NESTED: Final = 100
_AGAIN: Final = "Export it again"


def tabled(text: str, name: str) -> list[Tabled]:
    """The tables of a JSON text: one for each list of records under a name.

    Raises
    ------
    XlmatrixError
        No JSON, a text that ends in the middle, too many levels, or no records.
    """
    try:
        content = _loaded(text)
    except json.JSONDecodeError as error:
        if (lines := _records_by_line(text)) is not None:
            return [_by_line(lines, name)]
        raise _broken(error, text, name) from None
    except (RecursionError, ValueError) as fault:
        raise XlmatrixError(f"this JSON {_why(fault)}", where=name, mend=_AGAIN) from None
    return _tables_of(content, name)


class _NestedError(ValueError):
    """More levels than :data:`MAX_NESTED`."""


def _loaded(text: str) -> Any:
    """What a JSON text holds.

    Raises
    ------
    ValueError
        No JSON, a number of thousands of digits, or too many levels.
    RecursionError
        So many levels that Python's own reader gave up.
    """
    content = json.loads(text, parse_constant=_no_number)
    level = [content] if isinstance(content, dict | list) else []
    for _ in range(MAX_NESTED):
        if not level:
            return content
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
    raise _NestedError


def _why(fault: Exception) -> str:
    if isinstance(fault, RecursionError | _NestedError):
        return f"is nested in more than {MAX_NESTED} levels"
    return "holds a number of thousands of digits"


def _no_number(_: str) -> None:
    """What programs write for a number that is none: ``NaN`` and ``Infinity`` say nothing."""


def _broken(error: json.JSONDecodeError, text: str, name: str) -> XlmatrixError:
    line = f"{name}:{error.lineno}"
    if error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated"):
        return XlmatrixError(
            "the JSON ends in the middle: the file is cut off", where=line, mend=_AGAIN
        )
    return XlmatrixError(
        f"this is no JSON: {error.msg.lower()} at column {error.colno}", where=line, mend=_AGAIN
    )


def _tables_of(content: Any, name: str) -> list[Tabled]:
    if isinstance(content, list) and content:
        return [_table(content, name, "", "")]
    if isinstance(content, Mapping):
        more = _more(content)
        found = [
            _table(value, name, str(key), *more)
            for key, value in content.items()
            if isinstance(value, list) and (any(isinstance(one, Mapping) for one in value))
        ]
        empty = [key for key, value in content.items() if value == []]
        if found:
            return found
        if not empty:
            # One record by itself, as an API gives it for one ticket.
            inner = [value for value in content.values() if isinstance(value, Mapping)]
            alone = inner[0] if len(content) == 1 and inner else content
            return [_table([alone], name, "", "")]
    raise XlmatrixError(
        "this JSON holds no records", where=name, mend="Give the file that lists the tickets"
    )


def _more(content: Mapping[str, Any]) -> tuple[str, int]:
    """What the file says is missing, as one page of several, and how many records there are."""
    total = content.get("total", content.get("totalcount"))
    for value in content.values():
        if isinstance(value, list) and isinstance(total, int) and total > len(value) > 0:
            return f"it holds {len(value):,} of {total:,} records", total
    last = content.get("end_of_stream") is False or content.get("isLast") is False
    if content.get("more") is True or last or _has_next(content):
        return "it is one page of several", 0
    return "", 0


def _has_next(content: Mapping[str, Any]) -> bool:
    """Whether the file says where the next page is."""
    inner = (content.get(name) for name in ("meta", "paging", "links", "pagination_meta"))
    parts = [content, *(part for part in inner if isinstance(part, Mapping))]
    places = ("next_page", "next", "after")
    named = any(isinstance(part.get(name), str) and part[name] for part in parts for name in places)
    return named or any(part.get("has_more") is True for part in parts)


def _table(values: list[Any], name: str, container: str, more: str, total: int = 0) -> Tabled:
    values = [_unwrapped(value) for value in values]
    records = [value for value in values if isinstance(value, Mapping)]

    def read(counted: Counted) -> Iterator[Rows]:
        for first in range(0, len(values), ROWS_AT_ONCE):
            lines: list[int] = []
            kept: list[Record] = []
            for place, value in enumerate(values[first : first + ROWS_AT_ONCE], start=first + 1):
                counted.rows += 1
                if isinstance(value, Mapping):
                    lines.append(place)
                    kept.append(value)
                elif value is None:
                    counted.blank += 1
                else:
                    what = "record not used: it is no object with named fields"
                    counted.refused.append(Refused(place, what, _AGAIN))
            yield Rows(lines, records=kept)

    return Tabled(
        name, read, looked_at=looked_at(records), container=container, more=more, total=total
    )


def _records_by_line(text: str) -> list[str] | None:
    """The lines of a file that holds a record a line; None where its first line is none."""
    # Not by splitlines: texts within a record may hold the other ends of lines as they are.
    lines = text.removesuffix("\n").split("\n")
    first = next((line for line in lines if line.strip()), "")
    return lines if _record(first) is not None and len(lines) > 1 else None


def _by_line(lines: list[str], name: str) -> Tabled:
    first = [_record(line) for line in lines[:400]]

    def read(counted: Counted) -> Iterator[Rows]:
        for start in range(0, len(lines), ROWS_AT_ONCE):
            places: list[int] = []
            kept: list[Record] = []
            for place, line in enumerate(lines[start : start + ROWS_AT_ONCE], start=start + 1):
                counted.rows += 1
                record = _record(line)
                if record is not None:
                    places.append(place)
                    kept.append(record)
                elif not line.strip():
                    counted.blank += 1
                else:
                    cut = place == len(lines)
                    why = "the file ends in it" if cut else "it is no JSON object"
                    counted.refused.append(Refused(place, f"record not used: {why}", _AGAIN))
            yield Rows(places, records=kept)

    return Tabled(name, read, looked_at=looked_at([one for one in first if one is not None]))


def _record(line: str) -> Record | None:
    try:
        found = _loaded(line)
    except (ValueError, RecursionError):
        return None
    return _unwrapped(found) if isinstance(found, Mapping) else None


def _unwrapped(value: Any) -> Any:
    """A record out of the wrapper that archives put around it."""
    inner = value.get("data") if isinstance(value, Mapping) and "backend_name" in value else None
    return inner if isinstance(inner, Mapping) else value


def is_json(start: str) -> bool:
    """Whether a text begins as a JSON list or object does, not as a header in brackets."""
    lead = start.lstrip("\ufeff \t\r\n")
    if lead[:1] == "{":
        return lead[1:].lstrip()[:1] in ('"', "}", "")
    return lead[:1] == "[" and lead[1:].lstrip()[:1] in ("{", "]", "[", "", '"')


def read(path: Path, encoding: str, name: str) -> list[Tabled]:
    """The tables of a JSON file; errors as of :func:`tabled`, and for one too large."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise XlmatrixError(
            f"the file has {size / 2**20:,.0f} MiB; {MAX_BYTES >> 20} MiB of JSON are read",
            where=name,
            mend="Export fewer tickets at once, or as CSV",
        )
    return tabled(path.read_text(encoding=encoding), name)
