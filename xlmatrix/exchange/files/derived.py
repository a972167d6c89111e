"""Tables that are made of others: with fields that several columns tell, or as records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from xlmatrix.exchange.files.tabled import (
    Counted,
    Record,
    Rows,
    Tabled,
    looked_at,
    normal,
)
from xlmatrix.exchange.tickets.cells import unprinted

Derive = Callable[[Record], Mapping[str, Any]]
#: Rows in which printed objects are looked for.
_LOOKED_AT: Final = 200


def derived(tabled: Tabled, derive: Derive) -> Tabled:
    """A table with the fields that ``derive`` finds in each of its records beside its own."""
    if tabled.structured:
        return replace(
            tabled,
            looked_at=tuple({**one, **derive(one)} for one in tabled.looked_at),
            read=lambda counted: _of_records(tabled, derive, counted),
        )
    names = [normal(header) for header in tabled.header]
    more = tuple(derive(dict.fromkeys(names)))
    return replace(
        tabled,
        header=(*tabled.header, *more),
        read=lambda counted: _of_columns(tabled, derive, names, more, counted),
    )


def _of_records(tabled: Tabled, derive: Derive, counted: Counted) -> Iterator[Rows]:
    for rows in tabled.read(counted):
        yield Rows(rows.lines, records=[{**one, **derive(one)} for one in rows.records])


def _of_columns(
    tabled: Tabled, derive: Derive, names: list[str], more: tuple[str, ...], counted: Counted
) -> Iterator[Rows]:
    for rows in tabled.read(counted):
        columns: list[list[Any]] = [[] for _ in more]
        for cells in zip(*rows.columns, strict=True):
            found = derive(dict(zip(names, cells, strict=True)))
            for column, name in zip(columns, more, strict=True):
                column.append(found[name])
        yield Rows(rows.lines, columns=[*rows.columns, *columns])


def printed(tabled: Tabled) -> Tabled | None:
    """The records that a program printed into the cells of a table; None where there are none.

    Data frames of JSON that were saved as CSV hold ``{'id': 'P1', 'name': 'High'}``.
    """
    if tabled.structured:
        return None
    rows = next(tabled.read(Counted()), Rows([]))
    some = Rows(rows.lines[:_LOOKED_AT], columns=[cells[:_LOOKED_AT] for cells in rows.columns])
    if not any(
        isinstance(unprinted(cell), dict | list) for cells in some.columns for cell in cells
    ):
        return None
    first = _records(tabled, some)
    return replace(
        tabled,
        header=(),
        looked_at=looked_at(first),
        read=lambda counted: _as_records(tabled, counted),
    )


def _as_records(tabled: Tabled, counted: Counted) -> Iterator[Rows]:
    for rows in tabled.read(counted):
        yield Rows(rows.lines, records=_records(tabled, rows))


def _records(tabled: Tabled, rows: Rows) -> list[Record]:
    names = [header.strip() for header in tabled.header]
    return [
        _nested({name: _cell(cell) for name, cell in zip(names, cells, strict=True)})
        for cells in zip(*rows.columns, strict=True)
    ]


def _nested(record: dict[str, Any]) -> Record:
    """A record whose objects were spread over columns: ``priority.name`` in ``priority``."""
    for name in [one for one in record if "." in one]:
        *way, last = name.split(".")
        inner: Any = record
        for step in way:
            if isinstance(inner, dict) and inner.get(step) is None:
                inner[step] = {}
            inner = inner[step] if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            inner[last] = record[name]
    return record


def _cell(cell: Any) -> Any:
    if cell == "":
        return None
    return [] if cell == "[]" else unprinted(cell)
