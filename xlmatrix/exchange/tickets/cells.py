"""Cells of exports as text: what APIs wrap, what programs print, what a workbook cannot hold."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.exchange.files.plain_text import TextColumn

#: A cell of a workbook holds 32,767 characters; a little less leaves room for a note.
MAX_TEXT: Final = 32_000
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_EMPTY: Final = frozenset({"?", "-", "null", "NULL", "None", "nan", "NaN", "<NA>"})
#: What says a thing's name, best first, where an API gives an object for it.
_NAMES: Final = ("display_value", "displayName", "name", "summary", "login", "value", "id")
#: Larger numbers are no days of a spreadsheet.
_MOST_DAYS: Final = 100_000
#: A longer time is a slip, and its sum with a stamp would be no stamp: a hundred years.
_MOST_SECONDS: Final = 100 * 366 * 86_400.0
#: A printed object is longer in no export that was seen.
_MOST_PRINTED: Final = 10_000
#: Rows that tell whether a column has few texts.
_LOOKED_AT: Final = 1_000


def unprinted(cell: Any) -> Any:
    """An object that a program printed into a cell, as the object; any other cell as it is."""
    if isinstance(cell, str) and cell[:2] in ("{'", "[{") and len(cell) <= _MOST_PRINTED:
        try:
            return ast.literal_eval(cell)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return cell
    return cell


def text_of(cell: Any) -> str:
    """What a cell says, in one text; "" for what is empty."""
    cell = unprinted(cell)
    match cell:
        case str():
            text = cell.strip()
            return "" if text in _EMPTY else text
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float():
            whole = cell.is_integer()
            return "" if math.isnan(cell) else str(int(cell)) if whole else repr(cell)
        case Mapping():
            named = (cell[key] for key in _NAMES if cell.get(key) not in (None, ""))
            return text_of(next(named, None))
        case list() | tuple():
            return ", ".join(filter(None, map(text_of, cell)))
        case _:
            return str(cell).strip()


def stamp_cell(cell: Any) -> Any:
    """A cell where a stamp belongs: of an object, what programs store."""
    cell = unprinted(cell)
    if isinstance(cell, Mapping):
        for key in ("epochMillis", "iso8601", "value", "dateTime"):
            if cell.get(key) not in (None, ""):
                return cell[key]
        return None
    return cell if isinstance(cell, str | int | float) or hasattr(cell, "year") else None


def stamp_cells(cells: Sequence[Any], later_days: int) -> Sequence[Any]:
    """A column of stamps; plain numbers are days that may count from ``later_days`` later."""
    if all_texts(cells):
        return cells
    found = list(map(stamp_cell, cells))
    if not later_days:
        return found
    return [
        cell + later_days if type(cell) in (int, float) and abs(cell) < _MOST_DAYS else cell
        for cell in found
    ]


def texts_of(cells: Sequence[Any]) -> list[str]:
    """A column of texts, quickly where all are texts."""
    if all_texts(cells):
        stripped = list(map(str.strip, cells))
        whole = "\n".join(stripped)
        if _EMPTY.isdisjoint(stripped) and "{'" not in whole and "[{" not in whole:
            return stripped
    return list(map(text_of, cells))


def all_texts(cells: Sequence[Any]) -> bool:
    """Whether a column holds nothing but texts."""
    return isinstance(cells, TextColumn) or set(map(type, cells)) <= {str}


def cleaned(
    cells: Sequence[Any], *, one_line: bool = False
) -> tuple[Sequence[str] | NDArray[np.object_], list[int], list[int]]:
    """A column as a workbook can hold it, with the rows that were changed, as of :func:`held`.

    What stands in many rows is looked at once. ``one_line`` makes one space of any between words.
    """
    if numbered := cells.few() if isinstance(cells, TextColumn) else None:
        which, few = numbered
        told, *places = cleaned(few, one_line=one_line)
        odd, long = (np.flatnonzero(np.isin(which, one)).tolist() for one in places)
        return np.array(told, dtype=object)[which], odd, long
    listed = _few(cells)
    texts, odd, long = held(texts_of(listed or cells))
    if one_line:
        whole = "".join(texts)
        if long or "  " in whole or not whole.isprintable():
            texts = [" ".join(text.split()) for text in texts]
    if listed is None:
        return texts, odd, long
    known = dict(zip(listed, texts, strict=True))
    changed, cut = ({listed[place] for place in places} for places in (odd, long))
    return (
        list(map(known.__getitem__, cells)),
        [row for row, cell in enumerate(cells) if cell in changed] if changed else [],
        [row for row, cell in enumerate(cells) if cell in cut] if cut else [],
    )


def _few(cells: Sequence[Any]) -> list[str] | None:
    """The different texts of a column in which most stand many times; None for any other."""
    if isinstance(cells, TextColumn) or len(cells) < _LOOKED_AT or not all_texts(cells):
        return None
    if len(set(cells[:_LOOKED_AT])) > _LOOKED_AT // 2:
        return None
    found = list(dict.fromkeys(cells))
    return found if len(found) <= len(cells) // 2 else None


def held(texts: list[str]) -> tuple[list[str], list[int], list[int]]:
    """A column as cells of a workbook can hold it, with the rows that had to be changed.

    The second list has the rows with control characters, the third those that were too long.
    """
    whole = "".join(texts)
    if "\r" in whole:
        texts = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    odd: list[int] = []
    if not whole.isprintable() and _FORBIDDEN.search(whole):
        odd = [row for row, text in enumerate(texts) if _FORBIDDEN.search(text)]
        texts = [_FORBIDDEN.sub("", text).strip() for text in texts]
    if max(map(len, texts), default=0) <= MAX_TEXT:
        return texts, odd, []
    long = [row for row, text in enumerate(texts) if len(text) > MAX_TEXT]
    return [text[:MAX_TEXT] for text in texts], odd, long


_CLOCK: Final = re.compile(r"(?:(\d{1,9}) days?,? )?(\d{1,9}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")


def seconds_of(cell: Any, per_second: float) -> float | None:
    """A length of time in seconds: a number of units, or ``1:30:00``; None where there is none.

    Zero is none, as the tools write it where nothing happened yet; so is what is no length, and
    what is longer than a life.
    """
    text = text_of(cell)
    try:
        number = float(text)
    except ValueError:
        found = _CLOCK.fullmatch(text)
        if found is None:
            return None
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        number, per_second = days * 86_400 + hours * 3_600 + minutes * 60 + seconds, 1.0
    return number / per_second if 0 < number / per_second < _MOST_SECONDS else None


def ungrouped(id_: str) -> str:
    """An id without the no-break spaces that some tools put between its digits."""
    return id_ if id_.isascii() else re.sub("(?<=[0-9])[\u00a0\u202f](?=[0-9]{3})", "", id_)


def count_of(cell: Any) -> float:
    """A cell as a count; NaN for what is none."""
    text = text_of(cell)
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else math.nan
