"""The rows of a file, one like another, whatever kind of file it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

#: Rows that are read at once: what stands in memory besides the table that is kept.
ROWS_AT_ONCE: Final = 5_000
#: Records looked at to see which fields a file has.
_LOOKED_AT: Final = 200
#: A record of a structured file.
Record: TypeAlias = Mapping[str, Any]


@dataclass(slots=True)
class Refused:
    """A row that could not become one of the table: where it stands and why."""

    line: int
    what: str
    mend: str


@dataclass(slots=True)
class Rows:
    """Some rows of a file, by column or as records.

    ``lines`` says where each begins: lines of a text, rows of a sheet, records of a list, from 1.
    """

    lines: list[int]
    columns: Sequence[Sequence[Any]] = ()
    records: Sequence[Record] = ()

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(slots=True)
class Counted:
    """What became of the rows of a file while it was read; filled as the rows go by."""

    rows: int = 0
    blank: int = 0
    refused: list[Refused] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tabled:
    """One table of a file.

    Attributes
    ----------
    name
        What findings call it: ``export.csv``, ``book.xlsx!Sheet1``, ``all.zip/tickets.json``.
    header
        The headers of a table; empty for records.
    looked_at
        The first records of a structured file.
    read
        Gives the rows, some at once, and counts into what it is given. May be asked again.
    encoding
        That of a text.
    flat
        Whether dates stand in cells as wall-clock times, as in a workbook.
    later_days
        By how many days its plain numbers count from a later day than those of other workbooks.
    container
        What the list of records is called in its file; "" for a bare list.
    more
        What the file itself says is missing, such as further pages.
    total
        How many records it says there are in all of its pages; 0 where it does not say.
    first_line
        Where the header stands.
    """

    name: str
    read: Callable[[Counted], Iterator[Rows]]
    header: tuple[str, ...] = ()
    looked_at: tuple[Record, ...] = ()
    encoding: str = ""
    flat: bool = False
    later_days: int = 0
    container: str = ""
    more: str = ""
    total: int = 0
    first_line: int = 1

    @property
    def structured(self) -> bool:
        """Whether its rows are records."""
        return not self.header


def normal(header: str) -> str:
    """A header without what people and programs vary: case, spaces, underscores, signs."""
    return re.sub(r"[\W_]+", "", header).casefold()


_STEP: Final = re.compile(
    r"(?P<name>[^.\[\]]+|\*)?(?:\[(?:(?P<index>-?\d+)|(?P<key>[^=\]]+)=(?P<value>[^\]]*))\])?(?:\.|$)"
)


class Path:
    """A place in a record: ``status.name``, ``cycles[-1].stop``, ``*[name=Fixed].value``.

    ``*`` is any value of a mapping, ``[key=value]`` the first element of a list (or value under
    ``*``) that says so at ``key``, which may be a path itself with ``/`` between its steps.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._steps = [m.groupdict() for m in _STEP.finditer(text) if m.group(0)]

    def of(self, record: Any) -> Any:
        """What stands there; None where there is no such place."""
        for step in self._steps:
            record = _step(record, step)
            if record is None:
                return None
        return record

    def stands_in(self, record: Any) -> bool:
        """Whether a record has the place, be it empty: the first step is enough for lists."""
        *way, last = self._steps
        for step in way:
            record = _step(record, step)
            if record is None:
                return False
        name = last["name"]
        if last["key"] or last["index"] or name == "*":
            return _step(record, last) is not None
        return isinstance(record, Mapping) and name in record


def _step(record: Any, step: Mapping[str, str | None]) -> Any:
    name, index, key = step["name"], step["index"], step["key"]
    if name == "*":
        values: Any = list(record.values()) if isinstance(record, Mapping) else None
        found: Any = values if index or key else next(iter(values or ()), None)
    elif name:
        found = record.get(name) if isinstance(record, Mapping) else None
    else:
        found = record
    if index is not None:
        place = int(index)
        held = isinstance(found, list) and -len(found) <= place < len(found)
        return found[place] if held else None
    if key is not None:
        return _first_that_says(found, key, step["value"] or "")
    return found


def _first_that_says(found: Any, key: str, value: str) -> Any:
    wanted = normal(value)
    for one in found if isinstance(found, list) else ():
        said = one
        for part in key.split("/"):
            said = said.get(part) if isinstance(said, Mapping) else None
        if said is not None and normal(str(said)) == wanted:
            return one
    return None


def looked_at(records: Sequence[Record]) -> tuple[Record, ...]:
    """The records that tell of which form a file is."""
    return tuple(records[:_LOOKED_AT])
