"""Tables of three workbooks made one: the base, and the two copies that people changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xlmatrix.regen.copies.deciding import Conflict, Decisions, Side
from xlmatrix.regen.copies.identity import LOGS, NUMBERED, matched
from xlmatrix.regen.merging.merge import ROW_DELETED, ROW_DELETED_THERE, Outcome
from xlmatrix.regen.reading.tables import Inputs, Raw, TableInputs, by_place, row_keys, same
from xlmatrix.tables.catalogue import header_of, keys_of, show

Cells = tuple[Raw, ...]


@dataclass(slots=True)
class Joined:
    """The inputs of both copies, and what the rows of each are called in them.

    ``mine`` and ``theirs`` map (table, key of the copy) to another key, ``brought`` are rows that
    only theirs has, by table and folded key.
    """

    inputs: Inputs = field(default_factory=Inputs)
    mine: dict[tuple[str, str], str] = field(default_factory=dict)
    theirs: dict[tuple[str, str], str] = field(default_factory=dict)
    brought: set[tuple[str, str]] = field(default_factory=set)


#: Rows of a copy, by table and folded key.
Rows = frozenset[tuple[str, str]]


def joined(
    base: Inputs,
    mine: Inputs,
    theirs: Inputs,
    decisions: Decisions,
    touched: tuple[Rows, Rows] = (frozenset(), frozenset()),
) -> Joined:
    """Merge every table, and every cell with a name.

    ``touched`` are rows of mine and of theirs in which somebody typed beside the inputs.
    """
    found = Joined()
    tables = {}
    for name, ours in mine.tables.items():
        empty = replace(ours, rows=())
        sides = _Sides(
            name,
            ours,
            _rows(base.tables.get(name, empty), ours),
            list(ours.rows),
            _rows(theirs.tables.get(name, empty), ours),
            decisions,
            found,
            touched,
        )
        tables[name] = replace(ours, rows=tuple(_merged(sides)))
    names = {}
    for name, value in mine.names.items():
        was, other = base.names.get(name, value), theirs.names.get(name, value)
        names[name] = decisions.cell(("", name, "value"), was, value, other)
    found.inputs = Inputs(tables, names)
    return found


def _rows(table: TableInputs, like: TableInputs) -> list[Cells]:
    """The rows of a table with the columns of another."""
    if table.headers == like.headers:
        return list(table.rows)
    places = [table.headers.index(h) if h in table.headers else None for h in like.headers]
    return [tuple(None if p is None else row[p] for p in places) for row in table.rows]


@dataclass(frozen=True, slots=True)
class _Sides:
    """One table of three workbooks, and where what becomes of it is noted."""

    name: str
    like: TableInputs
    base: list[Cells]
    mine: list[Cells]
    theirs: list[Cells]
    decisions: Decisions
    found: Joined
    touched: tuple[Rows, Rows]

    def keys(self, rows: Sequence[Cells]) -> list[str]:
        return row_keys(self.name, self.like.headers, rows)

    def row(self, key: str, base: Cells | None, mine: Cells, theirs: Cells) -> Cells:
        """A row that both copies have."""
        if mine == theirs:
            return mine
        was = base or (None,) * len(mine)
        at = zip(self.like.headers, was, mine, theirs, strict=True)
        return tuple(self.decisions.cell((self.name, key, h), *cells) for h, *cells in at)

    def told(self, row: Cells, was: Cells | None = None) -> str:
        """A row in words; of one that stood before, what was typed in it since."""
        cells = zip(self.like.headers, row, was or row, strict=True)
        typed = [(h, value) for h, value, before in cells if was is None or not same(value, before)]
        shown = (
            f"{header_of(self.name, header)} {show(self.name, header, value) or '(empty)'}"
            for header, value in typed
            if was is not None or value not in (None, "")
        )
        return ", ".join(shown if was is not None else [*shown][:6])

    def rekey(self, moves: Mapping[str, str]) -> None:
        """Note that rows have other keys now than in the copies."""
        for was, now in moves.items():
            self.found.mine[self.name, was] = self.found.theirs[self.name, was] = now
        folded = {was.casefold(): now.casefold() for was, now in moves.items()}
        brought = [k for t, k in self.found.brought if t == self.name and k in folded]
        self.found.brought -= {(self.name, key) for key in brought}
        self.found.brought |= {(self.name, folded[key]) for key in brought}
        self.decisions.rekey(self.name, moves)

    def bring(self, key: str) -> None:
        """Note a row that only theirs has."""
        self.found.brought.add((self.name, key.casefold()))
        self.decisions.note((self.name, key, ""), f"row added in {self.decisions.theirs}")


def _merged(sides: _Sides) -> list[Cells]:
    if sides.mine == sides.theirs:
        return sides.mine
    if sides.name in LOGS:
        return _log(sides)
    if by_place(sides.name):
        return _whole(sides)
    if sides.name in NUMBERED:
        sides = _moved_on(sides)
    return _keyed(sides)


# --- rows with a key ------------------------------------------------------------------------------


def _keyed(sides: _Sides) -> list[Cells]:
    base, mine, theirs = (
        {key.casefold(): (key, row) for key, row in zip(sides.keys(rows), rows, strict=True)}
        for rows in (sides.base, sides.mine, sides.theirs)
    )
    rows: list[tuple[str, Cells]] = []
    for key, (shown, row) in mine.items():
        was = base[key][1] if key in base else None
        if key in theirs:
            rows.append((shown, sides.row(shown, was, row, theirs[key][1])))
        elif was is None or not _gone(sides, shown, was, (row, None)):
            rows.append((shown, row))
    for key, (shown, row) in theirs.items():
        if key in mine:
            continue
        if key not in base:
            rows.append((shown, row))
            sides.bring(shown)
        elif not _gone(sides, shown, base[key][1], (None, row)):
            rows.append((shown, row))
            sides.found.brought.add((sides.name, key))
    joined_rows = [row for _, row in rows]
    keys = sides.keys(joined_rows)
    # Of two rows under one name the second is the first where the other one is deleted.
    sides.rekey({was: now for (was, _), now in zip(rows, keys, strict=True) if was != now})
    return joined_rows


def _gone(sides: _Sides, key: str, was: Cells, rows: tuple[Cells | None, Cells | None]) -> bool:
    """Whether a row goes that one copy has no more; the other may have changed it."""
    left = rows[0] or rows[1]
    assert left is not None
    mine_has = rows[0] is not None
    if all(map(same, left, was)) and not _touched(sides, rows, key):
        if mine_has:
            sides.decisions.deleted(sides.name, key)
        return True
    told, typed = sides.told(left), sides.told(left, was)
    told += f" ({typed})" if typed and typed not in told else ""
    words = (told, ROW_DELETED_THERE) if mine_has else (ROW_DELETED, told)
    side = sides.decisions.side(Conflict(sides.name, key, "", words=words))
    return (side is Side.MINE) != mine_has


def _touched(sides: _Sides, rows: tuple[Cells | None, Cells | None], key: str) -> bool:
    """Whether somebody typed beside the inputs of a row that one copy alone has."""
    return (sides.name, key.casefold()) in sides.touched[0 if rows[0] is not None else 1]


def _moved_on(sides: _Sides) -> _Sides:
    """The sides with rows of theirs on free numbers where mine filled the same one otherwise."""
    tells = NUMBERED[sides.name]
    places = [sides.like.headers.index(h) for h in tells if h in sides.like.headers]
    keys = sides.keys(sides.mine)
    at = {key.casefold(): n for n, key in enumerate(keys)}
    was = dict(zip(map(str.casefold, sides.keys(sides.base)), sides.base, strict=True))
    rows = list(sides.theirs)
    number = {key.casefold(): n for n, key in enumerate(sides.keys(rows))}
    free = iter(
        key for key, n in number.items()
        if key in at and _unfilled(rows[n], places) and _unfilled(sides.mine[at[key]], places)
    )  # fmt: skip
    for key, n in list(number.items()):
        row, ours = rows[n], sides.mine[at[key]] if key in at else None
        offered = was.get(key)
        if ours is None or offered is None or not _unfilled(offered, places):
            continue
        if _unfilled(row, places) or _unfilled(ours, places) or _told_alike(row, ours, places):
            continue
        twin = next((k for k, m in at.items() if _told_alike(row, sides.mine[m], places)), None)
        target = twin or next(free, None)
        if target is None or target not in number:
            continue
        _swap(sides, rows, n, number[target])
        shown = keys[at[target]]
        sides.found.theirs[sides.name, keys[at[key]]] = shown
        if twin is None:
            note = f"was {keys[at[key]]} in {sides.decisions.theirs}"
            sides.decisions.note((sides.name, shown, ""), note)
    return replace(sides, theirs=rows)


def _unfilled(row: Cells, places: Sequence[int]) -> bool:
    return all(row[place] in (None, "") for place in places)


def _told_alike(one: Cells, other: Cells, places: Sequence[int]) -> bool:
    return all(same(one[place], other[place]) for place in places)


def _swap(sides: _Sides, rows: list[Cells], here: int, there: int) -> None:
    """Exchange what two rows hold besides their keys."""
    keys = keys_of(sides.name, sides.like.headers)
    fixed = [header in keys for header in sides.like.headers]
    pairs = list(zip(fixed, rows[here], rows[there], strict=True))
    rows[here] = tuple(a if stays else b for stays, a, b in pairs)
    rows[there] = tuple(b if stays else a for stays, a, b in pairs)


# --- rows without a key ---------------------------------------------------------------------------


def _log(sides: _Sides) -> list[Cells]:
    """A log: rows of both, each once; what one changed in a row of the base is changed."""
    tells = LOGS[sides.name]
    mine = matched(sides.like, sides.mine, sides.base, tells, by_place=True)
    theirs = matched(sides.like, sides.theirs, sides.base, tells, by_place=True)
    at_base = {b: n for n, b in theirs.items()}
    new = [n for n in range(len(sides.theirs)) if n not in theirs]
    own = [n for n in range(len(sides.mine)) if n not in mine]
    twins = matched(
        sides.like,
        [sides.mine[n] for n in own],
        [sides.theirs[n] for n in new],
        tells,
        by_place=False,
    )
    pairs = {own[a]: new[b] for a, b in twins.items()}
    rows: list[Cells] = []
    for n, row in enumerate(sides.mine):
        key = str(len(rows) + 1)
        was = sides.base[mine[n]] if n in mine else None
        other = at_base.get(mine[n]) if n in mine else pairs.get(n)
        if other is not None:
            _called(sides, other, key)
            rows.append(sides.row(key, was, row, sides.theirs[other]))
        elif was is None or not _gone(sides, key, was, (row, None)):
            rows.append(row)
        else:
            continue
        sides.found.mine[sides.name, str(n + 1)] = key
    kept = {*mine.values()}
    seen = {*pairs.values()}
    for n, row in enumerate(sides.theirs):
        key = str(len(rows) + 1)
        if n in seen or (n in theirs and theirs[n] in kept):
            continue
        if n in theirs:
            if _gone(sides, key, sides.base[theirs[n]], (None, row)):
                continue
            sides.found.brought.add((sides.name, key))
        else:
            sides.bring(key)
        _called(sides, n, key)
        rows.append(row)
    return rows


def _called(sides: _Sides, number: int, key: str) -> None:
    sides.found.theirs[sides.name, str(number + 1)] = key


def _whole(sides: _Sides) -> list[Cells]:
    """A ladder: cell by cell while its steps stay where they are, else one thing."""
    base, mine, theirs = sides.base, sides.mine, sides.theirs
    if len(base) == len(mine) == len(theirs):
        rows = zip(base, mine, theirs, strict=True)
        return [sides.row(str(n), *cells) for n, cells in enumerate(rows, start=1)]
    if _alike(theirs, base):
        return mine
    if _alike(mine, base):
        sides.decisions.note((sides.name, "", ""), f"steps as in {sides.decisions.theirs}")
        sides.found.brought |= {(sides.name, str(n + 1)) for n in range(len(theirs))}
        return theirs
    words = f"{len(mine)} steps", f"{len(theirs)} steps"
    side = sides.decisions.side(Conflict(sides.name, "", "", words=words))
    if side is Side.THEIRS:
        sides.found.brought |= {(sides.name, str(n + 1)) for n in range(len(theirs))}
    else:
        _leave(sides, theirs, mine)
    return mine if side is Side.MINE else theirs


def _leave(sides: _Sides, left: list[Cells], stands: list[Cells]) -> None:
    """Name the steps of a ladder that does not stand."""
    for row in _without(left, stands):
        note = f"a step of {sides.decisions.theirs} that does not stand: {sides.told(row)}"
        sides.decisions.note((sides.name, "", ""), note, Outcome.CONFLICT)


def _without(rows: Sequence[Cells], others: Sequence[Cells]) -> Iterator[Cells]:
    return (row for row in rows if not any(all(map(same, row, other)) for other in others))


def _alike(one: Sequence[Cells], other: Sequence[Cells]) -> bool:
    return len(one) == len(other) and all(
        all(map(same, a, b)) for a, b in zip(one, other, strict=True)
    )


def keys_between(before: Inputs, after: Inputs) -> Mapping[tuple[str, str], str]:
    """New keys of rows by table and old key, where only what rows say was changed."""
    found: dict[tuple[str, str], str] = {}
    for name, table in before.tables.items():
        now = after.tables[name]
        old, new = (row_keys(name, one.headers, one.rows) for one in (table, now))
        found |= {(name, a): b for a, b in zip(old, new, strict=True) if a != b}
    return found
