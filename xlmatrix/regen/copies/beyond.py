"""What people put into tables besides inputs: columns of their own, formulas, values over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from xlmatrix.regen.copies.deciding import Conflict, Decisions, Side
from xlmatrix.regen.copies.tables import Joined, Rows
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.tables import Raw, row_keys, same
from xlmatrix.regen.reading.typed import NAMELESS, Addition, Formulated

Keys = Mapping[tuple[str, str], str]
Books = tuple[UsedBook | None, UsedBook, UsedBook]


def touched(base: UsedBook | None, copy: UsedBook) -> Rows:
    """Rows in whose own columns, or over whose formulas, somebody typed."""
    was = set() if base is None else {*_typed(base)}
    return frozenset((table, key) for table, key, *_ in {*_typed(copy)} - was)


def _typed(book: UsedBook) -> Iterator[tuple[str, str, str, str]]:
    for column in book.added:
        for key, value in column.values.items():
            if value not in (None, ""):
                yield column.table, key.casefold(), column.header, str(value)
    for one in book.formulated:
        yield one.table, one.key.casefold(), one.header, one.formula or str(one.value)


# --- columns --------------------------------------------------------------------------------------


def columns_of_both(books: Books, found: Joined, decisions: Decisions) -> list[Addition]:
    """Users' columns of both copies, cell by cell where both have one of a name."""
    base, mine, theirs = books
    was = {} if base is None else {_named(one): one for one in base.added}
    rows = _cells(found)
    others = {
        _named(one): _present(_rekeyed(one, found.theirs), rows, decisions) for one in theirs.added
    }
    merged: list[Addition] = []
    for one in mine.added:
        ours = _present(_rekeyed(one, found.mine), rows, decisions)
        other = others.pop(_named(one), None)
        before = was.get(_named(one))
        if other is None:
            if before is not None and _equal(before, one):
                note = f"column deleted in {decisions.theirs}"
                decisions.note((one.table, "", ""), f"{note}: {one.header}")
                continue
            merged.append(ours)
        else:
            merged.append(_column(ours, other, before, decisions))
    for other in others.values():
        before = was.get(_named(other))
        if before is not None and _equal(before, other):
            continue
        decisions.note((other.table, "", other.header), f"column added in {decisions.theirs}")
        merged.append(_apart(other, merged))
    return merged


def _present(
    one: Addition, rows: Mapping[tuple[str, str], object], decisions: Decisions
) -> Addition:
    """A column without the cells of rows that are gone, each with a line."""

    def stays(key: str) -> bool:
        return key.startswith(NAMELESS) or (one.table, key.casefold()) in rows

    for key, value in one.values.items():
        if not stays(key) and value not in (None, ""):
            at, note = (one.table, key, one.header), "the row is gone"
            decisions.lines.append(Change(Outcome.CONFLICT, *at, wanted=value, note=note))
    return replace(
        one,
        values={key: value for key, value in one.values.items() if stays(key)},
        formulas={key: text for key, text in one.formulas.items() if stays(key)},
    )


def _named(one: Addition) -> tuple[str, str]:
    return one.table, one.header.casefold()


def _equal(one: Addition, other: Addition) -> bool:
    return one.formulas == other.formulas and all(
        same(one.values.get(key), other.values.get(key)) for key in {*one.values, *other.values}
    )


def _rekeyed(one: Addition, keys: Keys) -> Addition:
    return replace(
        one,
        values={keys.get((one.table, k), k): value for k, value in one.values.items()},
        formulas={keys.get((one.table, k), k): text for k, text in one.formulas.items()},
    )


def _column(
    mine: Addition, theirs: Addition, base: Addition | None, decisions: Decisions
) -> Addition:
    """A column that both have: each cell with its formula, if it has one."""
    theirs = _apart(theirs, [mine])
    values, formulas = dict(mine.values), dict(mine.formulas)
    for key, value in theirs.values.items():
        said = theirs.formulas.get(key, "")
        was = None if base is None else _said(base, key)
        if _said(mine, key) == _said(theirs, key) or same(_said(theirs, key), was):
            continue
        if same(_said(mine, key), was):
            at, note = (mine.table, key, mine.header), f"typed in {decisions.theirs}"
            if not said and not key.startswith(NAMELESS):
                decisions.lines.append(_taken(at, mine.values.get(key), value, note))
            stands = Side.THEIRS
        else:
            stands = decisions.side(
                Conflict(mine.table, key, mine.header, was, _said(mine, key), _said(theirs, key))
            )
        if stands is Side.THEIRS:
            values[key] = value
            formulas.pop(key, None)
            if said:
                formulas[key] = said
    return replace(mine, values=values, formulas=formulas)


def _taken(at: tuple[str, str, str], before: Raw, after: Raw, note: str) -> Change:
    return Change(Outcome.TAKEN, *at, before=before, after=after, note=note)


def _said(one: Addition, key: str) -> Raw:
    formula = one.formulas.get(key)
    return f"={formula}" if formula else one.values.get(key)


def _apart(theirs: Addition, mine: Sequence[Addition]) -> Addition:
    """A column whose cells beside blank rows go below those of mine."""
    held = {
        key: value
        for one in mine
        if one.table == theirs.table
        for key, value in one.values.items()
        if key.startswith(NAMELESS)
    }
    if not held:
        return theirs
    last = max(int(key.removeprefix(NAMELESS)) for key in held) + 1
    alike = {key for key in theirs.values if key in held and same(held[key], theirs.values[key])}

    def moved(key: str) -> str:
        if not key.startswith(NAMELESS) or key in alike:
            return key
        return f"{NAMELESS}{int(key.removeprefix(NAMELESS)) + last}"

    return replace(
        theirs,
        values={moved(key): value for key, value in theirs.values.items()},
        formulas={moved(key): text for key, text in theirs.formulas.items()},
    )


# --- formulas and values over formulas ------------------------------------------------------------

Place = tuple[str, str, str]


def formulas_of_both(books: Books, found: Joined, decisions: Decisions) -> list[Formulated]:
    """Formulas in input cells and values over formulas, of the copy whose cell stands."""
    base, mine, theirs = books
    was = {} if base is None else {_at(one): one for one in base.formulated}
    ours = {_at(one): one for one in _under(mine, found.mine)}
    others = {_at(one): one for one in _under(theirs, found.theirs)}
    cells = _cells(found)
    stands: list[Formulated] = []
    for at in dict.fromkeys((*ours, *others)):
        row = cells.get(at[:2])
        if row is None and not at[1].startswith(NAMELESS):
            # Its row is gone, and a line says so.
            continue
        three = was.get(at), ours.get(at), others.get(at)
        typed = row is not None and at[2] in row
        if row is not None and typed:
            one = _in_input(three, row[at[2]], decisions)
        else:
            one = _over_formula(three, decisions)
        if one is None:
            continue
        if one is three[2] and three[1] is None:
            decisions.taken.add(at)
        stands.append(one)
    return stands


def _at(one: Formulated) -> Place:
    return one.table, one.key.casefold(), one.header


def _under(book: UsedBook, keys: Keys) -> Iterator[Formulated]:
    for one in book.formulated:
        yield replace(one, key=keys.get((one.table, one.key), one.key))


def _cells(found: Joined) -> dict[tuple[str, str], Mapping[str, Raw]]:
    """The rows of the merged inputs."""
    return {
        (name, key.casefold()): row
        for name, table in found.inputs.tables.items()
        for key, row in zip(row_keys(name, table.headers, table.rows), table.records(), strict=True)
    }


_Three = tuple[Formulated | None, Formulated | None, Formulated | None]


def _in_input(three: _Three, stands: Raw, decisions: Decisions) -> Formulated | None:
    """The formula of the cell whose value stands."""
    _, mine, theirs = three
    fits = [one for one in (mine, theirs) if one is not None and same(one.value, stands)]
    if len(fits) == 2:
        return _over_formula(three, decisions)
    silent = theirs is not None and theirs.value is None and not fits
    if silent and not _alike(three[0], theirs):
        return _over_formula((three[0], mine or _plain(theirs, stands), theirs), decisions)
    return fits[0] if fits else None


def _plain(one: Formulated | None, value: Raw) -> Formulated | None:
    """A cell with a value alone."""
    return None if one is None else replace(one, value=value, formula="")


def _over_formula(three: _Three, decisions: Decisions) -> Formulated | None:
    """Which of three stands, one of which may be no more than what the workbook computes."""
    base, mine, theirs = three
    if _alike(mine, theirs) or _alike(base, theirs):
        return mine
    if _alike(base, mine):
        return theirs
    some = mine or theirs
    assert some is not None
    conflict = Conflict(
        some.table, some.key, some.header, _said_in(base), _said_in(mine), _said_in(theirs)
    )
    return mine if decisions.side(conflict) is Side.MINE else theirs


def _alike(one: Formulated | None, other: Formulated | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.formula == other.formula and (bool(one.formula) or same(one.value, other.value))


def _said_in(one: Formulated | None) -> Raw:
    if one is None:
        return None
    return f"={one.formula}" if one.formula else one.value
