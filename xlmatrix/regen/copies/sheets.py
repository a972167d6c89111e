"""Sheets of two copies: users' own ones, and what stands on ours outside of the tables."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.formula.render import column_letters
from xlmatrix.package import Package
from xlmatrix.regen.carrying.beside import typed_beside
from xlmatrix.regen.carrying.cargo import as_made
from xlmatrix.regen.carrying.freight.pieces import relations_of
from xlmatrix.regen.carrying.references import renamed
from xlmatrix.regen.copies.deciding import Conflict, Decisions, Side
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.contents import SheetPart
from xlmatrix.regen.reading.tables import same
from xlmatrix.regen.verifying.finished import plain_formula
from xlmatrix.sheets.plan import Formula

Spot = tuple[int, int]
Books = tuple[UsedBook | None, UsedBook, UsedBook]
_MOST_CHARS: Final = 31
#: Kinds of parts on a sheet that make it another one.
_SHOWN: Final = frozenset({"drawing", "vmlDrawing", "image", "pivotTable", "chart", "media"})
_TEXT: Final = re.compile(r">([^<>]+)<")
_PLACE: Final = re.compile(r"(?:'(?:[^']|'')+'|[\w.]+)!")
_TABLE_NAME: Final = r"(?<![\w.]){}(?=\[)"


@dataclass(slots=True)
class Sheets:
    """Both copies without what stands in the other already; ``renames`` are theirs' own sheets."""

    mine: UsedBook
    theirs: UsedBook
    renames: Mapping[str, str] = field(default_factory=dict)


def sheets_of_both(books: Books, decisions: Decisions) -> Sheets:
    """Leave out of each copy what the other brings, and rename what would stand twice.

    Raises
    ------
    XlmatrixError
        For a table of users' that both have, on sheets that differ, with a chart over it.
    """
    base, mine, theirs = books
    mine, theirs = _own(mine), _own(theirs)
    _beside((base, mine, theirs), decisions)
    renames = _own_sheets((base, mine, theirs), decisions)
    _without_names(mine, theirs)
    return Sheets(mine, theirs, renames)


def _own(book: UsedBook) -> UsedBook:
    """A copy of what was read, which may be changed."""
    parts = {
        part.name: replace(
            part,
            comments=dict(part.comments),
            names=dict(part.names),
            cells=replace(
                part.cells, values=dict(part.cells.values), formulas=dict(part.cells.formulas)
            ),
        )
        for part in book.contents.sheets
    }
    contents = replace(book.contents, sheets=list(parts.values()), names=dict(book.contents.names))
    own = [parts[part.name] for part in book.own_sheets]
    return replace(book, contents=contents, own_sheets=own, sheet_names=dict(book.sheet_names))


def _without_names(mine: UsedBook, theirs: UsedBook) -> None:
    """Names that both copies define alike stand once; those of our cells find these."""
    ours = {name.casefold() for sheet in theirs.stamp.sheets.values() for name in sheet.names}
    held = {name.casefold(): text for name, text in mine.contents.names.items()}
    for name, text in list(theirs.contents.names.items()):
        if name.casefold() not in ours and held.get(name.casefold()) == text:
            del theirs.contents.names[name]


# --- users' own sheets ----------------------------------------------------------------------------


def _own_sheets(books: Books, decisions: Decisions) -> dict[str, str]:
    """Drop sheets of theirs that mine has alike, and give the others names that are free."""
    base, mine, theirs = books
    held = {part.name.casefold(): part for part in mine.own_sheets}
    was = {} if base is None else {part.name.casefold(): part for part in base.own_sheets}
    digests = [_digest(mine.contents.package, part) for part in mine.own_sheets]
    taken = {part.name.casefold() for part in mine.contents.sheets}
    taken |= {part.name.casefold() for part in theirs.contents.sheets}
    taken |= {name.casefold() for name in mine.stamp.sheets}
    renames: dict[str, str] = {}
    for part in list(theirs.own_sheets):
        ours, before = held.get(part.name.casefold()), was.get(part.name.casefold())
        said = _digest(theirs.contents.package, part)
        old = None if base is None or before is None else _digest(base.contents.package, before)
        if said in digests or said == old:
            theirs.own_sheets.remove(part)
        elif ours is None:
            pass
        elif old is not None and _digest(mine.contents.package, ours) == old:
            _drop(mine, ours)
            note = f"the sheet as it is in {decisions.theirs}"
            decisions.lines.append(_line(note, part.name))
        else:
            renames[part.name] = _free(part.name, taken)
            taken.add(renames[part.name].casefold())
    for part in theirs.own_sheets:
        if part.name in renames:
            note = f"was {part.name!r} in {decisions.theirs}; {decisions.mine} has another"
            decisions.lines.append(_line(note, renames[part.name]))
    _rename(theirs, renames, _tables(mine))
    return renames


def _line(note: str, sheet: str) -> Change:
    return Change(Outcome.TAKEN, "", "", "", note=note, sheet=sheet)


def _drop(book: UsedBook, part: SheetPart) -> None:
    book.own_sheets.remove(part)


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while True:
        tail = f" ({number})"
        found = f"{name[: _MOST_CHARS - len(tail)]}{tail}"
        if found.casefold() not in taken:
            return found
        number += 1


def _tables(book: UsedBook) -> set[str]:
    return {place.name.casefold() for part in book.contents.sheets for place in part.tables}


def _rename(theirs: UsedBook, renames: Mapping[str, str], held: set[str]) -> None:
    """Give sheets of theirs their new names, and their tables names that mine does not have."""
    folded = {old.casefold(): new for old, new in renames.items()}
    tables: dict[str, str] = {}
    for part in theirs.own_sheets:
        for place in part.tables:
            if place.name.casefold() in held:
                number = 2
                while (new := f"{place.name}_{number}").casefold() in held:
                    number += 1
                held.add(new.casefold())
                tables[place.name] = new
                _refuse_over(theirs, part, place.name)
    for part in theirs.own_sheets:
        part.name = renames.get(part.name, part.name)
        part.tables = [
            replace(place, name=tables.get(place.name, place.name), sheet=part.name)
            for place in part.tables
        ]
    for part in theirs.contents.sheets if folded or tables else ():
        formulas = part.cells.formulas
        for spot, formula in list(formulas.items()):
            text = renamed(formula, folded) if part in theirs.own_sheets else formula
            for old, new in tables.items():
                text = re.sub(_TABLE_NAME.format(re.escape(old)), new, text)
            formulas[spot] = text


def _refuse_over(theirs: UsedBook, part: SheetPart, table: str) -> None:
    kinds = {one.kind for one in relations_of(theirs.contents.package, part.part)}
    if kinds & {"drawing", "pivotTable", "slicer"}:
        raise XlmatrixError(
            f"both copies have a table {table!r} of their own, and on sheet {part.name!r} of this"
            " one charts or pivot tables may speak of it",
            where=theirs.where,
            mend="Give the table another name in one of the copies",
        )


def _digest(package: Package, part: SheetPart) -> str:
    """What is on a sheet, whatever program saved it and whatever its name is."""
    cells = part.cells
    said = [
        *(f"{spot}={_number(value)}" for spot, value in sorted(cells.values.items())),
        *(f"{spot}={_PLACE.sub('!', text)}" for spot, text in sorted(cells.formulas.items())),
        *(f"{spot}#{one.text}" for spot, one in sorted(part.comments.items())),
        *sorted(f"{_PLACE.sub('!', text)}" for text in _parts(package, part.part, set())),
    ]
    joined = "\x1f".join(said)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


def _number(value: object) -> str:
    return f"{value:.11g}" if isinstance(value, float) else str(value)


def _parts(package: Package, part: str, seen: set[str]) -> list[str]:
    """What the drawings and pictures on a sheet say."""
    found: list[str] = []
    for one in relations_of(package, part):
        if one.outside or one.kind not in _SHOWN or one.target in seen:
            continue
        if one.target not in package:
            continue
        seen.add(one.target)
        if one.target.casefold().endswith(".xml"):
            found.append("".join(_TEXT.findall(package.xml(one.target))))
        elif one.kind != "vmlDrawing":
            found.append(hashlib.sha256(package.read(one.target)).hexdigest())
        found += _parts(package, one.target, seen)
    return found


# --- beside our tables ----------------------------------------------------------------------------


def _beside(books: Books, decisions: Decisions) -> None:
    """Notes and comments on our sheets: what both have stands once, and mine where they differ."""
    base, mine, theirs = books
    for name, now in theirs.sheet_names.items():
        other = theirs.contents.sheet(now)
        ours = mine.contents.sheet(mine.sheet_names.get(name, ""))
        if other is None or ours is None or other.state != "visible":
            continue
        was = None if base is None else base.contents.sheet(base.sheet_names.get(name, ""))
        sides = (
            {} if base is None or was is None else _loose(base, was, name),
            _loose(mine, ours, name),
            _loose(theirs, other, name),
        )
        for spot in sorted({*sides[1], *sides[2]}):
            said = [str(side.get(spot, "")) for side in sides[1:]]
            if all(text.startswith("=") for text in said) and (
                plain_formula(said[0]) == plain_formula(said[1]) or _is_ours(mine, name, spot)
            ):
                _empty(other, spot)
            else:
                _cell((name, spot), sides, (ours, other), decisions)


def _is_ours(book: UsedBook, name: str, spot: Spot) -> bool:
    """Whether a formula on a sheet of ours is one that we wrote, as some program gives it back."""
    plan = next((plan for plan in as_made(book).sheets if plan.name == name), None)
    cell = None if plan is None else plan.cells.get(spot)
    return cell is not None and isinstance(cell.value, Formula)


def _loose(book: UsedBook, part: SheetPart, name: str) -> dict[Spot, Any]:
    """What a user typed on one of our sheets outside of its tables."""
    found: dict[Spot, Any] = dict(typed_beside(book, part, book.stamp.sheets[name]))
    boxes = [(p.row, p.last_row + 1, p.column, p.last_column) for p in part.tables]
    for (row, column), formula in part.cells.formulas.items():
        if not any(a <= row <= b and c <= column <= d for a, b, c, d in boxes):
            found[row, column] = f"={formula}"
    return found


def _cell(
    at: tuple[str, Spot],
    sides: tuple[Mapping[Spot, Any], Mapping[Spot, Any], Mapping[Spot, Any]],
    parts: tuple[SheetPart, SheetPart],
    decisions: Decisions,
) -> None:
    name, spot = at
    was, mine, theirs = (side.get(spot) for side in sides)
    if theirs is None:
        if was is not None and same(was, mine):
            _empty(parts[0], spot)
        return
    if mine is None and (was is None or not same(was, theirs)):
        return
    if same(mine, theirs) or (was is not None and same(was, theirs)):
        _empty(parts[1], spot)
    elif was is not None and same(was, mine):
        _empty(parts[0], spot)
    else:
        key = f"{name}!{column_letters(spot[1])}{spot[0]}"
        conflict = Conflict("", key, "", was, mine, theirs, name)
        _empty(parts[1 if decisions.side(conflict) is Side.MINE else 0], spot)


def _empty(part: SheetPart, spot: Spot) -> None:
    part.cells.values.pop(spot, None)
    part.cells.formulas.pop(spot, None)
