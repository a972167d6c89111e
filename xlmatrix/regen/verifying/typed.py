"""Every value that people typed, looked for in the finished workbook on a road of its own.

What the merge and the carrying stages made of the values is not asked: each is taken as it was read
from the old workbook, and must stand in the new one or be named as lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from xlmatrix.regen.carrying.columns import YOURS
from xlmatrix.regen.carrying.ourformulas import is_one_of_several
from xlmatrix.regen.reading.contents import Place, SheetPart
from xlmatrix.regen.reading.tables import COMPUTED, Raw, TableInputs, by_place, same, told
from xlmatrix.regen.reading.typed import NAMELESS
from xlmatrix.regen.verifying.debt import Debt
from xlmatrix.regen.verifying.finished import Finished, plain_formula, rows_by_key, shows
from xlmatrix.regen.verifying.missing import Missing

Typed = tuple[str, str, Raw]


def not_kept(debt: Debt, finished: Finished) -> Iterator[Missing]:
    """What people typed, and stands neither in the workbook nor in a line about a loss."""
    yield from _inputs(debt, finished)
    yield from _dropped(debt, finished)
    yield from _names(debt, finished)
    yield from _in_tables(debt, finished)
    yield from _own_sheets(debt, finished)
    yield from _comments(debt, finished)
    yield from _beside(debt, finished)


# --- inputs ---------------------------------------------------------------------------------------


def _inputs(debt: Debt, finished: Finished) -> Iterator[Missing]:
    refused = debt.refused
    for name, mine in debt.mine.tables.items():
        base = debt.base.tables.get(name, TableInputs(mine.headers, (), ()))
        if name not in finished.rows or mine == base:
            # What becomes of tables that the template has no more is seen on their sheets.
            continue
        missing = _placed if by_place(name) else _keyed
        for key, column, value in missing(name, (base, mine), debt, finished):
            if (name, key.casefold(), column) not in refused and not debt.leaves(name, column):
                yield Missing.of_cell(name, key, column, value)


def _keyed(
    name: str, sides: tuple[TableInputs, TableInputs], debt: Debt, finished: Finished
) -> Iterator[Typed]:
    """Values under their key and column."""
    before, now = (rows_by_key(name, side) for side in sides)
    offered = debt.offered.tables.get(name)
    derived = offered.derived if offered is not None else ()
    for key, row in now.items():
        was = before.get(key, {})
        for column, value in row.items():
            untouched = same(value, was.get(column)) and key in before
            # What a sheet derives is a user's only where it was offered otherwise.
            if value in (None, "", COMPUTED) or untouched or (column in derived and not was):
                continue
            found = finished.cell(name, key, column)
            if found is None and column.casefold() not in finished.headers.get(name, ()):
                found = finished.cell(name, key, f"{column}{YOURS}")
            if not shows(found, value):
                yield key, column, value


def _placed(
    name: str, sides: tuple[TableInputs, TableInputs], _: Debt, finished: Finished
) -> Iterator[Typed]:
    """Values of rows that go by their place, which others may change: in their column somewhere."""
    base, mine = sides
    rows = finished.rows[name].values()
    shown = Counter((column, told(value)) for row in rows for column, value in row.items())
    for place, row in enumerate(mine.rows):
        was = base.rows[place] if place < len(base.rows) else (None,) * len(row)
        for column, value, before in zip(mine.headers, row, was, strict=True):
            if value in (None, "", COMPUTED) or same(value, before):
                continue
            if not shown[column, told(value)]:
                yield str(place + 1), column, value


def _dropped(debt: Debt, finished: Finished) -> Iterator[Missing]:
    """What was typed in tables that the template has no more: on their sheet all the same."""
    home = {table: s for s, base in debt.used.stamp.sheets.items() for table in base.tables}
    for name, mine in debt.mine.tables.items():
        base = debt.base.tables.get(name)
        sheet = debt.used.sheet_names.get(home.get(name, ""), "")
        if name in finished.rows or mine == base or debt.leaves(name, sheet, home.get(name, "")):
            continue
        part = finished.sheet(sheet)
        shown = {told(value) for value in part.cells.values.values()} if part else set()
        offered = {told(value) for row in base.rows for value in row} if base else set()
        for row in mine.rows:
            for column, value in zip(mine.headers, row, strict=True):
                typed = value not in (None, "", COMPUTED) and told(value) not in offered
                if typed and told(value) not in shown:
                    yield Missing.of_cell(name, "", column, value)


def _names(debt: Debt, finished: Finished) -> Iterator[Missing]:
    for name, value in debt.mine.names.items():
        if name not in finished.names or same(value, debt.base.names.get(name)):
            continue
        if not same(finished.names[name], value) and not debt.leaves(name):
            yield Missing(name, f"typed at {name}: {value}")


# --- beyond inputs --------------------------------------------------------------------------------


def _in_tables(debt: Debt, finished: Finished) -> Iterator[Missing]:
    """Users' columns, formulas in input cells and values over formulas."""
    for table, key, header, value in debt.used.beyond_inputs():
        if table in finished.rows:
            names = (header, f"{header}{YOURS}")
            stands = any(
                finished.stands(table, key, name, value)
                or (key.startswith(NAMELESS) and finished.stands_somewhere(table, name, value))
                for name in names
            )
        else:
            # The sheet of a table that the template has no more comes along as it is.
            there = finished.contents.table(table)
            stands = there is not None and any(same(v, value) for row in there.rows for v in row)
        if not stands and not debt.leaves(header, table):
            yield Missing.of_cell(table, key, header, value)


def _own_sheets(debt: Debt, finished: Finished) -> Iterator[Missing]:
    """Cells of users' sheets, which never move; a table of ours among them has gone home."""
    for part in debt.used.own_sheets:
        if debt.leaves(part.name):
            continue
        gone = _gone_home(debt, finished, part)
        for spot, value in part.cells.values.items():
            if any(place.holds(spot) for place in gone):
                continue
            found = finished.at(part.name, spot)
            if found is None or not (found[1] or shows(found, value)):
                yield Missing.at(part.name, spot, value)
        for spot, formula in part.cells.formulas.items():
            if any(place.holds(spot) for place in gone):
                continue
            found, missing = (
                finished.at(part.name, spot),
                Missing.at(part.name, spot, f"={formula}"),
            )
            if found in (None, (None, "")) and not debt.names(missing.name):
                yield missing


def _gone_home(debt: Debt, finished: Finished, part: SheetPart) -> list[Place]:
    """The tables of ours that stood on a user's sheet, and stand on another one now."""
    there = finished.sheet(part.name)
    here = {place.name for place in there.tables} if there is not None else set()
    ours = debt.used.ours_on(part)
    return [place for place in ours if place.name not in here and place.name in finished.headers]


def _comments(debt: Debt, finished: Finished) -> Iterator[Missing]:
    parts = debt.used.contents.sheets
    owed = Counter(comment.text for part in parts for comment in part.comments.values())
    owed.subtract(finished.comments)
    for text, count in owed.items():
        left = sum(text in what for entries in debt.lost.values() for what in entries)
        if count > left and debt.copies is not None:
            # What both copies say of one cell stands in one comment.
            left += sum(n for said, n in finished.comments.items() if text in said)
        if count > left:
            yield Missing("comment", f"the comment {text!r}")


def _beside(debt: Debt, finished: Finished) -> Iterator[Missing]:
    """Whatever stands on our sheets outside of our tables, and is no text of ours.

    A value may have moved on its sheet; it must stand there as often as it did.
    """
    for name, now in debt.used.sheet_names.items():
        part = debt.used.contents.sheet(now)
        if part is None or part.state != "visible" or debt.leaves(name, now):
            continue
        spots = list(_strange(debt, name, part))
        there = finished.sheet(name) or finished.sheet(now)
        shown = Counter(map(told, there.cells.values.values())) if there is not None else Counter()
        for spot in spots:
            value = part.cells.values[spot]
            missing = Missing.at(name, spot, value)
            if shown[told(value)]:
                shown[told(value)] -= 1
            elif debt.names(missing.name) and any(told(value) in one for one in finished.comments):
                # A formula of ours is back in its place, and the value in a note on it.
                continue
            elif not debt.leaves(missing.name, Missing.at(now, spot, value).name):
                yield missing
        if debt.alike and there is not None:
            yield from _formulas_beside(debt, name, part, there)


def _formulas_beside(debt: Debt, name: str, part: SheetPart, there: SheetPart) -> Iterator[Missing]:
    """Formulas outside of tables whose cell is empty now, though the sheet is drawn as it was."""
    written = set(map(plain_formula, there.cells.formulas.values()))
    for spot, formula in part.cells.formulas.items():
        filled = spot in there.cells.values or spot in there.cells.formulas
        boxed = any(place.holds(spot, below=1) for place in part.tables)
        if filled or boxed or plain_formula(formula) in written:
            continue
        missing = Missing.at(name, spot, f"={formula}")
        if debt.leaves(missing.name) or debt.names(missing.name):
            continue
        plan = next((plan for plan in debt.as_made.sheets if plan.name == name), None)
        pushed = is_one_of_several(part, spot, plan)
        if plan is None or (spot not in plan.cells and not pushed):
            yield missing


def _strange(debt: Debt, name: str, part: SheetPart) -> Iterator[tuple[int, int]]:
    """Cells with values outside of our tables and inputs that hold no text of ours."""
    used, stamp = debt.used, debt.used.stamp
    ours = {told(text) for text in stamp.sheets[name].loose}
    spots = (used.contents.place_of(named) for named in stamp.base.names)
    inputs = {at[1:] for at in spots if at is not None and at[0] is part}
    known = used.made_tables | {one.name for one in used.guests_on(part) if debt.leaves(one.name)}
    boxes = []
    for place in part.tables:
        if place.name in known:
            table = used.contents.table(place.name)
            last = place.row + (len(table.rows) if table is not None else 0) + place.totals
            boxes.append((place.row, last, place.column, place.last_column))
    for spot, value in part.cells.values.items():
        if value in (None, "") or spot in inputs or spot in part.cells.formulas:
            continue
        row, column = spot
        inside = any(a <= row <= b and c <= column <= d for a, b, c, d in boxes)
        if not inside and told(value) not in ours:
            yield spot
