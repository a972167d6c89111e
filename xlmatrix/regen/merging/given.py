"""Names that people gave to roles and calendars, on their way to a new spec."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.merging.migrate import Glossary, renamed_ids
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.names import NAMED, Names

_NOTE: Final = "the name is yours; cells and columns that spoke of it by the old one follow"


def names_now(used: UsedBook, new: MatrixSpec) -> Names:
    """The names that a used workbook gives, by the ids of the new spec."""
    found = {}
    for kind, names in used.names_given().items():
        ids = renamed_ids(getattr(used.base, kind), getattr(new, kind))
        found[kind] = {ids.get(known.casefold(), known): name for known, name in names.items()}
    return found


def with_given(words: Glossary, used: UsedBook) -> Glossary:
    """Words with the names that people gave, whatever the new spec has of them."""
    roles, calendars = dict(words.roles), dict(words.calendars)
    for kind, known in (("roles", roles), ("calendars", calendars)):
        given = used.names_given().get(kind, {})
        for part in getattr(used.base, kind):
            name = given.get(part.id, part.name)
            if name != part.name:
                known[part.name.casefold()] = name
    return replace(words, roles=roles, calendars=calendars)


def name_lines(template: MatrixSpec, new: MatrixSpec, names: Names) -> Iterator[Change]:
    """A line for each name that is not the template's."""
    for kind, given in names.items():
        table, column = NAMED[kind]
        was = {part.id: part.name for part in getattr(template, kind)}
        for part in getattr(new, kind):
            if part.id in given and part.name == given[part.id] != was.get(part.id, part.name):
                at = (table, part.name, column)
                yield Change(Outcome.KEPT, *at, before=was[part.id], after=part.name, note=_NOTE)
