"""Obligations of earlier releases under the ids that they have now, with what was typed of them.

A published obligation may become part of another one. Its notices go there, and say which moment
their trigger was; its row goes too, unless somebody typed figures over it, which then stay as a
rule of one's own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from xlmatrix.model.obligations import Moved, law
from xlmatrix.regen.merging.merge import Change, Outcome, Row
from xlmatrix.regen.reading.tables import Inputs, Raw, TableInputs, row_keys, same, text_of
from xlmatrix.tables.obligations import NOTICES, OBLIGATIONS

_ID: Final = OBLIGATIONS.keys[0]
#: What makes a rule another one where it is typed over.
_FIGURES: Final = frozenset({"Amount", "Unit", "Roll"})
_SAYS: Final = "Trigger is"


@dataclass(frozen=True, slots=True)
class Rehoused:
    """Two sides of a merge with their obligations under the ids of today.

    Attributes
    ----------
    keys
        New keys of rows, by table and old key.
    lines
        A line for each obligation that moved.
    stays
        What is said of each row that stays as a rule of one's own, by its key in lower case.
    """

    base: Inputs
    mine: Inputs
    keys: Mapping[tuple[str, str], str] = field(default_factory=dict)
    lines: tuple[Change, ...] = ()
    stays: Mapping[str, str] = field(default_factory=dict)


def rehoused(
    base: Inputs, mine: Inputs, listed: Collection[str], held: Collection[str] = ()
) -> Rehoused:
    """Move what stands under ids of earlier releases.

    Parameters
    ----------
    listed
        The ids of the new workbook's obligations.
    held
        Keys of rows in which somebody put more than values of their columns, in lower case: these
        become part of no other row.
    """
    known = {one.casefold() for one in listed}
    moves = {
        old: gone
        for old, gone in law().moved.items()
        if old.casefold() not in known and gone.to.casefold() in known
    }
    if not moves or OBLIGATIONS.name not in mine.tables:
        return Rehoused(base, mine)
    rows = _Rows.of(base, mine)
    stays = {old for old, gone in moves.items() if not rows.move(old, gone.to, held)}
    moves = {old: gone for old, gone in moves.items() if old not in stays}
    if not (rows.keys or stays or _notices(mine, moves)):
        return Rehoused(base, mine)
    return Rehoused(
        _with(base, rows.base, moves),
        _with(mine, rows.mine, moves),
        rows.keys,
        tuple(_lines(rows, mine, moves)),
        {
            old: f"{old} is part of {law().moved[old].to} now; as you changed its row it stays, "
            "as a rule of your own, with its notices"
            for old in stays
        },
    )


@dataclass(slots=True)
class _Rows:
    """The rows of obligations on both sides, by folded key."""

    headers: Sequence[str]
    base: dict[str, Row]
    mine: dict[str, Row]
    keys: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, base: Inputs, mine: Inputs) -> _Rows:
        now = mine.tables[OBLIGATIONS.name]
        was = base.tables.get(OBLIGATIONS.name, replace(now, rows=()))
        return cls(now.headers, _keyed(was), _keyed(now))

    def move(self, old: str, to: str, held: Collection[str]) -> bool:
        """Move a row; False where it stays."""
        was, now, target = self.base.get(old), self.mine.get(old), to.casefold()
        if now is None:
            if was is not None:
                # It was deleted: alone, and so is what it became; beside that, which stays.
                _rename(self.base, old, to, None if target in self.base else self._named(was, to))
            return True
        if was is None:
            return False
        edits = [n for n, header in enumerate(self.headers)
                 if header != _ID and not same(now[n], was[n])]  # fmt: skip
        beside, offered = self.mine.get(target), self.base.get(target)
        if any(self.headers[n] in _FIGURES for n in edits) or (beside is not None and old in held):
            return False
        goal = beside or offered or self._named(was, to)
        theirs = offered or (None,) * len(goal)
        if any(not same(goal[n], now[n]) and not same(goal[n], theirs[n]) for n in edits) and (
            beside is not None
        ):
            return False
        cells = [now[n] if n in edits else cell for n, cell in enumerate(goal)]
        _rename(self.mine, old, to, None if beside is not None else tuple(cells))
        if beside is not None:
            self.mine[target] = tuple(cells)
        _rename(self.base, old, to, None if offered is not None else self._named(was, to))
        self.keys[OBLIGATIONS.name, text_of(now[self.headers.index(_ID)])] = to
        return True

    def _named(self, row: Row, to: str) -> Row:
        place = self.headers.index(_ID)
        return (*row[:place], to, *row[place + 1 :])


def _keyed(table: TableInputs) -> dict[str, Row]:
    keys = row_keys(OBLIGATIONS.name, table.headers, table.rows)
    return {key.casefold(): row for key, row in zip(keys, table.rows, strict=True)}


def _rename(rows: dict[str, Row], old: str, to: str, row: Row | None) -> None:
    """Put a row where an old one stood; without one, take that away."""
    order = [(to.casefold(), row) if key == old else (key, value) for key, value in rows.items()]
    rows.clear()
    rows.update({key: value for key, value in order if value is not None})


def _with(inputs: Inputs, rows: Mapping[str, Row], moves: Mapping[str, Moved]) -> Inputs:
    tables = dict(inputs.tables)
    if OBLIGATIONS.name in tables:
        tables[OBLIGATIONS.name] = replace(tables[OBLIGATIONS.name], rows=tuple(rows.values()))
    if NOTICES.name in tables:
        tables[NOTICES.name] = _renamed(tables[NOTICES.name], moves)
    return Inputs(tables, inputs.names)


def _renamed(table: TableInputs, moves: Mapping[str, Moved]) -> TableInputs:
    """Notices of obligations that moved, with what their trigger was where nobody said so."""
    wanted = {_obligation(row) for row in table.records()} & set(moves)
    if not wanted:
        return table
    headers = table.headers if _SAYS in table.headers else (*table.headers, _SAYS)
    rows = []
    for row, record in zip(table.rows, table.records(), strict=True):
        cells: dict[str, Raw] = {**dict.fromkeys(headers), **record}
        gone = moves.get(_obligation(record))
        if gone is not None:
            cells["Obligation"] = gone.to
            if cells[_SAYS] in (None, "") and cells.get("Trigger") not in (None, ""):
                cells[_SAYS] = gone.trigger
            rows.append(tuple(cells[header] for header in headers))
        else:
            rows.append((*row, *(None,) * (len(headers) - len(row))))
    return replace(table, headers=headers, rows=tuple(rows))


def _obligation(record: Mapping[str, Raw]) -> str:
    return text_of(record.get("Obligation")).strip().casefold()


def _notices(inputs: Inputs, moves: Collection[str]) -> int:
    table = inputs.tables.get(NOTICES.name)
    return sum(_obligation(one) in moves for one in table.records()) if table is not None else 0


def _lines(rows: _Rows, mine: Inputs, moves: Mapping[str, Moved]) -> list[Change]:
    moved = {old.casefold() for _, old in rows.keys}
    lines = []
    for old, gone in moves.items():
        count = _notices(mine, [old])
        if not count and old not in moved:
            continue
        also = f": {count} {'notice' if count == 1 else 'notices'} moved" if count else ""
        if count and gone.trigger:
            also += f", with {gone.trigger!r} as what the trigger is"
        note = f"{old} is part of {gone.to} now{also}"
        lines.append(Change(Outcome.TAKEN, OBLIGATIONS.name, gone.to, "", note=note))
    return lines
