"""Three ways into one: what was offered (base), what people made of it (mine), the new (theirs).

A user's change wins, and is listed where the template changed too. Deletions are respected. A row
whose key the template dropped stays, as an orphan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from xlmatrix.regen.reading.tables import Inputs, Raw, TableInputs, by_place, row_keys, same
from xlmatrix.tables.catalogue import table_of

Row = tuple[Raw, ...]

#: How the notes of lines about rows begin that are in the new workbook no more.
ROW_DELETED: Final = "row deleted by you"
ROW_DELETED_THERE: Final = "row deleted in the other copy"
ROW_GONE: Final = "row gone with the template"


class Outcome(StrEnum):
    """What became of a difference."""

    KEPT = "kept"
    TAKEN = "taken"
    CONFLICT = "conflict"
    ORPHAN = "orphan"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, what it was, what it is now, and what the template wanted.

    ``column`` is empty for a whole row and ``key`` for a cell with a name or a whole table; both
    are as a reader of the workbook knows them.
    """

    outcome: Outcome
    table: str
    key: str
    column: str
    before: Raw = None
    after: Raw = None
    wanted: Raw = None
    note: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """The inputs of the new workbook, and every difference with what became of it."""

    inputs: Inputs
    changes: tuple[Change, ...]


def merge(base: Inputs, mine: Inputs, theirs: Inputs) -> Merged:
    """Keep the user's changes; report them, and where the template changed too.

    Tables of ``theirs`` make the result; a table that only the others have is not in it.
    """
    changes: list[Change] = []
    tables = {}
    for name, table in theirs.tables.items():
        if name not in base.tables and name not in mine.tables:
            tables[name] = table
            if table.rows:
                note = "table added by the template"
                changes.append(Change(Outcome.TAKEN, name, "", "", note=note))
            continue
        was = base.tables.get(name, TableInputs(table.headers, table.computed, ()))
        now = mine.tables.get(name, was)
        tables[name] = _table(name, was, now, table, changes)
    names: dict[str, Raw] = {}
    for name, value in theirs.names.items():
        before = base.names.get(name, value)
        names[name] = _cell(
            before, mine.names.get(name, before), value, ("", name, "value"), changes
        )
    return Merged(Inputs(tables, names), tuple(changes))


def _cell(
    base: Raw, mine: Raw, theirs: Raw, at: tuple[str, str, str], changes: list[Change]
) -> Raw:
    if same(mine, base):
        if not same(theirs, base):
            changes.append(Change(Outcome.TAKEN, *at, before=mine, after=theirs))
        # Where all agree the new value is taken, for it has all its digits.
        return theirs
    if same(mine, theirs):
        return theirs
    outcome = Outcome.KEPT if same(theirs, base) else Outcome.CONFLICT
    wanted = None if outcome is Outcome.KEPT else theirs
    changes.append(Change(outcome, *at, before=base, after=mine, wanted=wanted))
    return mine


@dataclass(frozen=True, slots=True)
class _Side:
    """A table by folded key, in the headers of the result."""

    keys: tuple[str, ...]
    shown: Mapping[str, str]
    rows: Mapping[str, Row]

    @classmethod
    def of(cls, name: str, table: TableInputs, headers: Sequence[str]) -> _Side:
        keys = row_keys(name, table.headers, table.rows)
        places = [table.headers.index(h) if h in table.headers else None for h in headers]
        rows = (tuple(None if p is None else row[p] for p in places) for row in table.rows)
        folded = tuple(key.casefold() for key in keys)
        return cls(
            folded,
            dict(zip(folded, keys, strict=True)),
            dict(zip(folded, rows, strict=True)),
        )


def _table(
    name: str,
    base: TableInputs,
    mine: TableInputs,
    theirs: TableInputs,
    changes: list[Change],
) -> TableInputs:
    headers = theirs.headers
    sides = [_Side.of(name, table, headers) for table in (base, mine, theirs)]
    # A column that is new in the template has no base but the template's own values.
    fresh = [place for place, header in enumerate(headers) if header not in base.headers]
    absent = [place for place in fresh if headers[place] not in mine.headers]
    b, m, t = sides
    b = _filled(b, t, dict.fromkeys(b.keys, fresh))
    m = _filled(m, t, dict.fromkeys(m.keys, absent))
    sides = [b, m, t]
    rows = _by_place(name, b, m, t, headers, changes) if by_place(name) else None
    if rows is None:
        # What the sheet fills in by itself is news to nobody, unless somebody typed over it.
        b = _filled(b, t, _untouched(b, m, headers, theirs.derived))
        m = _filled(m, t, _untouched(sides[0], m, headers, theirs.derived))
        rows = _by_key(name, b, m, t, headers, changes)
    return TableInputs(headers, theirs.computed, tuple(rows), theirs.derived)


def _filled(side: _Side, theirs: _Side, places: Mapping[str, list[int]]) -> _Side:
    """A side with the template's values at some places of some rows."""
    if not any(places.values()):
        return side
    rows = dict(side.rows)
    for key, numbers in places.items():
        other = theirs.rows.get(key)
        if other is not None and numbers:
            rows[key] = tuple(
                other[n] if n in numbers else value for n, value in enumerate(rows[key])
            )
    return _Side(side.keys, side.shown, rows)


def _untouched(
    base: _Side, mine: _Side, headers: Sequence[str], derived: Sequence[str]
) -> dict[str, list[int]]:
    """By row, the places of derived cells that stand as they were offered."""
    places = [headers.index(header) for header in derived]
    return {
        key: [n for n in places if same(row[n], mine.rows[key][n])]
        for key, row in base.rows.items()
        if key in mine.rows
    }


def _by_place(
    name: str, b: _Side, m: _Side, t: _Side, headers: Sequence[str], changes: list[Change]
) -> list[Row] | None:
    """A ladder is one thing where somebody added, took out or moved steps; None elsewhere."""
    mine, theirs = [m.rows[key] for key in m.keys], [t.rows[key] for key in t.keys]
    base = [b.rows[key] for key in b.keys]
    if len(base) == len(mine) == len(theirs) and not (_moved(base, mine) or _moved(base, theirs)):
        return None
    if _alike(mine, base):
        if not _alike(theirs, base):
            _whole(name, headers, (base, theirs, theirs), Outcome.TAKEN, changes)
        return theirs
    outcome = Outcome.KEPT if _alike(theirs, base) else Outcome.CONFLICT
    if not _alike(mine, theirs):
        _whole(name, headers, (base, mine, theirs), outcome, changes)
    return mine


def _moved(base: list[Row], other: list[Row]) -> bool:
    """Whether a row stands at another place than it did, where something else stands now."""
    changed = [place for place, row in enumerate(base) if not _alike([row], [other[place]])]
    return any(
        _alike([base[place]], [other[at]]) for place in changed for at in changed if at != place
    )


def _whole(
    name: str,
    headers: Sequence[str],
    sides: tuple[list[Row], list[Row], list[Row]],
    outcome: Outcome,
    changes: list[Change],
) -> None:
    """Every cell in which ladders (as it was, as it is now, as offered) differ, place by place."""
    blank: Row = (None,) * len(headers)
    clash = outcome is Outcome.CONFLICT
    for place in range(max(map(len, sides))):
        rows = [side[place] if place < len(side) else blank for side in sides]
        for header, was, now, offer in zip(headers, *rows, strict=True):
            if not same(was, now) or (clash and not same(now, offer)):
                wanted = offer if clash else None
                changes.append(Change(outcome, name, str(place + 1), header, was, now, wanted))


def _alike(one: list[Row], other: list[Row]) -> bool:
    return len(one) == len(other) and all(
        same(a, b) for left, right in zip(one, other, strict=True)
        for a, b in zip(left, right, strict=True)
    )  # fmt: skip


def _by_key(
    name: str, b: _Side, m: _Side, t: _Side, headers: Sequence[str], changes: list[Change]
) -> list[Row]:
    rows: dict[str, Row] = {}
    for key in t.keys:
        if key in m.rows:
            rows[key] = _row(
                (name, m.shown[key]), b.rows.get(key), m.rows[key], t.rows[key], headers, changes
            )
        elif key in b.rows:
            _deleted(name, key, b, t, headers, changes)
        else:
            rows[key] = t.rows[key]
            changes.append(
                Change(Outcome.TAKEN, name, t.shown[key], "", note="row added by the template")
            )
    for key in m.keys:
        if key in t.rows:
            continue
        if key not in b.rows:
            rows[key] = m.rows[key]
            changes.append(Change(Outcome.KEPT, name, m.shown[key], "", note="row added by you"))
        elif _offered(name) and _alike([m.rows[key]], [b.rows[key]]):
            changes.append(Change(Outcome.TAKEN, name, m.shown[key], "", note=ROW_GONE))
        else:
            rows[key] = _orphan(name, key, b, m, headers, changes)
    # While the template brings or drops no row, the order is the user's.
    if set(t.keys) == set(b.keys):
        return [rows[key] for key in m.keys if key in rows]
    return list(rows.values())


def _row(
    at: tuple[str, str],
    base: Row | None,
    mine: Row,
    theirs: Row,
    headers: Sequence[str],
    changes: list[Change],
) -> Row:
    if base is not None and base == mine == theirs:
        return theirs
    cells = []
    for place, header in enumerate(headers):
        # A row that both added has no base: the user's cells stand, the empty ones are filled.
        was = None if base is None else base[place]
        cells.append(_cell(was, mine[place], theirs[place], (*at, header), changes))
    return tuple(cells)


def _deleted(
    name: str,
    key: str,
    b: _Side,
    t: _Side,
    headers: Sequence[str],
    changes: list[Change],
) -> None:
    changed = not _alike([b.rows[key]], [t.rows[key]])
    outcome = Outcome.CONFLICT if changed else Outcome.KEPT
    note = ROW_DELETED + (", changed by the template" if changed else "")
    changes.append(Change(outcome, name, b.shown[key], "", note=note))


def _offered(name: str) -> bool:
    """Whether rows that nobody touched go when the spec drops them, instead of staying orphans."""
    known = table_of(name)
    return known is not None and known.offered


def _orphan(
    name: str, key: str, b: _Side, m: _Side, headers: Sequence[str], changes: list[Change]
) -> Row:
    shown = m.shown[key]
    note = "the template has no such row any more; it stays"
    changes.append(Change(Outcome.ORPHAN, name, shown, "", note=note))
    for header, was, now in zip(headers, b.rows[key], m.rows[key], strict=True):
        if not same(was, now):
            changes.append(Change(Outcome.KEPT, name, shown, header, was, now))
    return m.rows[key]
