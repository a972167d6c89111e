"""Names that people gave to rows which sheets, columns and texts of ours speak of.

A role or a calendar is known by its id. Who types another name over its own renames it, and what
mentions it follows, as it does where a template renames it. The stamp keeps such names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.reading.tables import Inputs, Raw, TableInputs, same, text_of
from xlmatrix.tables.hours import CALENDARS
from xlmatrix.tables.people import ROLES

#: What may be renamed, by its name in a spec: its table and the column of names.
NAMED: Final = {"roles": (ROLES.name, "Role"), "calendars": (CALENDARS.name, "Calendar")}
#: By what is named and its id, the name that somebody gave it.
Names = Mapping[str, Mapping[str, str]]
_Row = tuple[str, tuple[Raw, ...]]


def with_names(spec: MatrixSpec, names: Names) -> MatrixSpec:
    """A spec with the names that people gave; the spec itself where it has them already."""
    update = {}
    for kind, given in names.items():
        parts = getattr(spec, kind)
        taken = {part.name.casefold() for part in parts}
        wanted = {p.id: n for p in parts if (n := given.get(p.id, p.name)) != p.name}
        free = {known: name for known, name in wanted.items() if name.casefold() not in taken}
        if free:
            named = (p.model_copy(update={"name": free.get(p.id, p.name)}) for p in parts)
            update[kind] = tuple(named)
    return spec.model_copy(update=update) if update else spec


def names_given(base: MatrixSpec, offered: Inputs, typed: Inputs, before: Names) -> Names:
    """The names that stand in a workbook for what its spec calls otherwise.

    Parameters
    ----------
    base
        The spec of its stamp, with the names ``before`` that its stamp has already.
    offered, typed
        What was offered, and what stands there.
    """
    found: dict[str, dict[str, str]] = {}
    for kind, (table, column) in NAMED.items():
        was, now = offered.tables.get(table), typed.tables.get(table)
        if was is None or now is None or column not in was.headers:
            continue
        ids = {part.name.casefold(): part.id for part in getattr(base, kind)}
        listed = {name.casefold() for name, _ in _rows(now, column)}
        kept = before.get(kind, {})
        names = {known: name for known, name in kept.items() if name.casefold() in listed}
        for old, new in _renamed(list(_rows(was, column)), list(_rows(now, column))):
            if old.casefold() in ids:
                names[ids[old.casefold()]] = new
        if names:
            found[kind] = names
    return found


def _rows(table: TableInputs, column: str) -> Iterator[_Row]:
    """Each row's name, and what else stands in it."""
    at = table.headers.index(column)
    for row in table.rows:
        yield text_of(row[at]).strip(), (*row[:at], *row[at + 1 :])


def _renamed(was: list[_Row], now: list[_Row]) -> Iterator[tuple[str, str]]:
    """Old and new names of the rows over whose names somebody typed.

    Such a row says else what it said; or it stands where it stood, and says some of it.
    """
    old_names = {name.casefold() for name, _ in was}
    new_names = {name.casefold() for name, _ in now}
    gone = [(n, *row) for n, row in enumerate(was) if row[0].casefold() not in new_names]
    come = [(n, *row) for n, row in enumerate(now) if row[0] and row[0].casefold() not in old_names]
    for place, old, values in gone:
        alike = [new for _, new, others in come if _alike(values, others)]
        twins = [other for _, other, others in gone if _alike(values, others)]
        if len(alike) == 1 and len(twins) == 1:
            yield old, alike[0]
        elif not alike and len(was) == len(now):
            there = [new for n, new, others in come if n == place and _share(values, others)]
            yield from ((old, new) for new in there)


def _alike(one: Iterable[Raw], other: Iterable[Raw]) -> bool:
    pairs = list(zip(one, other, strict=True))
    return all(same(a, b) for a, b in pairs) and any(a not in (None, "") for a, _ in pairs)


def _share(one: Iterable[Raw], other: Iterable[Raw]) -> bool:
    return any(a not in (None, "") and same(a, b) for a, b in zip(one, other, strict=True))
