"""Roles and calendars that people of a copy gave another name: rows of the base, not other rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from xlmatrix.regen.copies.deciding import Decisions
from xlmatrix.regen.copies.tables import Joined
from xlmatrix.regen.merging.merge import Change
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.names import NAMED
from xlmatrix.regen.reading.tables import Inputs, Raw
from xlmatrix.tables.catalogue import column_of

#: By table, the name of a row to another.
_Moves = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Renames:
    """The names in which roles and calendars of both copies are joined, and the ones that stand.

    Attributes
    ----------
    mine, theirs
        From the names of a copy to those of the base.
    chosen
        From the names of the base to those that stand.
    contested
        Rows that one copy renamed and the other has no more, by table and folded name.
    """

    mine: _Moves = field(default_factory=dict)
    theirs: _Moves = field(default_factory=dict)
    chosen: _Moves = field(default_factory=dict)
    contested: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def between(
        cls, base: UsedBook | None, mine: UsedBook, theirs: UsedBook, decisions: Decisions
    ) -> Renames:
        """What either copy renamed; where both did otherwise, that is a conflict."""
        moves: dict[str, tuple[dict[str, str], ...]] = {}
        contested = set()
        for kind, (table, column) in NAMED.items():
            copies = [_names(book, kind) for book in (mine, theirs)]
            listed = [_listed(book.inputs, table, column) for book in (mine, theirs)]
            was = _names(base, kind) if base is not None else _offered(mine, kind)
            back: tuple[dict[str, str], ...] = ({}, {}, {})
            for known, old in was.items():
                new = [copy.get(known, old) for copy in copies]
                if new == [old, old]:
                    continue
                there = [n for n, rows in zip(new, listed, strict=True) if n.casefold() in rows]
                if len(there) == len(new):
                    stands = decisions.cell((table, old, column), old, *new)
                else:
                    stands = next((name for name in there if name != old), old)
                    contested.add((table, old.casefold()))
                for side, name in zip(back[:2], new, strict=True):
                    if name != old:
                        side[name] = old
                back[2][old] = str(stands)
            moves[table] = back
        ours, other, on = ({table: back[n] for table, back in moves.items()} for n in range(3))
        return cls(ours, other, on, frozenset(contested))

    def follow(self, found: Joined) -> Joined:
        """What was joined under the names of the base, under those that stand."""
        for side, moves in ((found.mine, self.mine), (found.theirs, self.theirs)):
            for table, chosen in self.chosen.items():
                named = {old: new for new, old in moves.get(table, {}).items()}
                for old, now in chosen.items():
                    side[table, named.get(old, old)] = now
        found.inputs = in_names(found.inputs, self.chosen)
        found.brought = {(t, self.key(t, k).casefold()) for t, k in found.brought}
        return found

    def key(self, table: str, key: str) -> str:
        """What a row of the base is called now."""
        return _folded(self.chosen.get(table, {})).get(key.casefold(), key)

    def now(self, name: str) -> str:
        """What a role or a calendar that was called so is called now."""
        for chosen in map(_folded, self.chosen.values()):
            name = chosen.get(name.casefold(), name)
        return name

    def line(self, change: Change) -> Change:
        """A line under the names that stand."""
        column = column_of(change.table, change.column) if change.column else None
        words = column.kind.vocabulary if column is not None else None
        after: Raw = change.after
        if words is not None and words.renamed and isinstance(after, str):
            after = self.now(after)
        return replace(change, key=self.key(change.table, change.key), after=after)


def in_names(inputs: Inputs, moves: _Moves) -> Inputs:
    """The inputs with other names in the rows of roles and calendars."""
    tables = dict(inputs.tables)
    for table, column in NAMED.values():
        held, names = tables.get(table), _folded(moves.get(table, {}))
        if held is None or not names or column not in held.headers:
            continue
        at = held.headers.index(column)
        rows = (
            (*row[:at], names.get(str(row[at]).casefold(), row[at]), *row[at + 1 :])
            for row in held.rows
        )
        tables[table] = replace(held, rows=tuple(rows))
    return replace(inputs, tables=tables)


def _listed(inputs: Inputs, table: str, column: str) -> set[str]:
    """The names in a table of a workbook, folded."""
    held = inputs.tables.get(table)
    return {str(row[column]).casefold() for row in held.records()} if held is not None else set()


def _folded(names: Mapping[str, str]) -> dict[str, str]:
    return {name.casefold(): other for name, other in names.items()}


def _names(book: UsedBook, kind: str) -> dict[str, str]:
    """The names in a workbook, by id."""
    given = book.names_given().get(kind, {})
    return {known: given.get(known, name) for known, name in _offered(book, kind).items()}


def _offered(book: UsedBook, kind: str) -> dict[str, str]:
    return {part.id: part.name for part in getattr(book.base, kind)}
