"""What a regeneration owes to whoever typed: everything, found on a road of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.regen.sheets import Book, is_formula, plain

#: Names that the newer edition gives to what the old one called otherwise.
RENAMED = {"Comms lead": "Communications"}

#: What edits put beside the tables.
BESIDE = {"remember the milk", "=COUNTA(tPeople[Name])"}


def lost(  # noqa: PLR0912
    base: Book, edited: Book, new: Book, called: Mapping[str, str] | None = None
) -> list[str]:
    """Every value that stood in the edited workbook because of a user and stands no more.

    A cell counts as the user's where it differs from the workbook as built, and in rows that the
    user added. ``called`` are names of rows and what the user has called them since, which rows of
    other tables follow.
    """
    found: list[str] = []
    for name, grid in edited.tables.items():
        if name == "tRegenerated" or name not in base.tables:
            continue
        before, now = (
            base.tables[name].by_key(),
            new.tables[name].by_key() if name in new.tables else {},
        )
        if name not in new.tables:
            if grid.rows != base.tables[name].rows:
                found.append(f"{name}: the table is gone")
            continue
        for key, row in grid.by_key().items():
            was = before.get(key)
            typed = {h: v for h, v in row.items() if was is None or not same(was.get(h), v)}
            if not typed:
                continue
            if set(row) - set(base.tables[name].headers) and not any(
                value for header, value in row.items() if header in base.tables[name].headers
            ):
                # Only the user's own column is filled, and that row has no key to be found by.
                shown = [list(r.values()) for r in now.values()]
                if not any(set(typed.values()) <= set(values) for values in shown):
                    found.append(f"{name}: {typed} is gone")
                continue
            keys = [key, _renamed(key), *(key.replace(a, b) for a, b in (called or {}).items())]
            after = next((now[one] for one in keys if one in now), None)
            if after is None:
                found.append(f"{name} {key}: the row is gone")
                continue
            for header, value in typed.items():
                if is_formula(value) and is_formula((was or {}).get(header)):
                    # One of ours, in words of the program that saved it.
                    continue
                wanted = (value, RENAMED.get(value, value))
                if not any(same(after.get(header), one) for one in wanted):
                    found.append(f"{name} {key} {header}: {value!r} became {after.get(header)!r}")
        for key in before.keys() - grid.by_key().keys():
            if key in now and not name.startswith("tLadder"):
                found.append(f"{name} {key}: a deleted row came back")
    for known, value in edited.names.items():
        own = known in base.names and not same(base.names[known], value)
        if own and not same(new.names.get(known), value):
            found.append(f"{known}: {value!r} became {new.names.get(known)!r}")
    there = {
        (spot_of(new, sheet, number, column), text) for sheet, number, column, text in new.comments
    }
    for sheet, number, column, text in edited.comments:
        spot = spot_of(edited, sheet, number, column)
        if (spot, text) not in there:
            found.append(f"comment {text!r} is not at {spot}")
    found += _sheets(base, edited, new)
    return found


def spot_of(book: Book, sheet: str, row: int, column: int) -> tuple[str, ...]:
    """A cell by table, row key and header; elsewhere by address."""
    for name, grid in book.tables.items():
        if grid.sheet == sheet and row in grid.numbers:
            place = column - grid.column
            if 0 <= place < len(grid.headers):
                key = _renamed(grid.keys()[grid.numbers.index(row)])
                return name, key, grid.headers[place]
    return sheet, str(row), str(column)


def same(one: Any, other: Any) -> bool:
    if one in (None, "") and other in (None, ""):
        return True
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 2e-6
    return bool(one == other)


def _renamed(key: str) -> str:
    for old, new in RENAMED.items():
        key = key.replace(old.casefold(), new.casefold())
    return key


def _sheets(base: Book, edited: Book, new: Book) -> Iterable[str]:
    own = [s for s in edited.sheets if s.startswith("Mine")]
    for sheet in own:
        if sheet not in new.sheets:
            yield f"sheet {sheet} is gone"
            continue
        for (title, row, column), value in edited.cells.items():
            if title == sheet and not same(
                _unquoted(plain(new.cells.get((title, row, column)))), _unquoted(plain(value))
            ):
                yield f"{sheet} {row},{column}: {value!r}"
    for (title, row, column), value in edited.cells.items():
        if value in BESIDE and value not in new.cells.values():
            yield f"{title} {row},{column}: {value!r} is gone"
    for at, width in edited.widths.items():
        # LibreOffice measures columns in hundredths of a millimetre.
        if 76 < width < 78 and not any(76 < other < 78 for other in new.widths.values()):
            yield f"the width of {at} is gone"
    for at in edited.hidden - base.hidden:
        if at[0] in new.sheets and at not in new.hidden:
            yield f"{at} was hidden and is not"


def _unquoted(value: Any) -> Any:
    """A formula without quotes that a sheet's name may have or not."""
    return re.sub(r"'(\w+)'!", r"\1!", value) if is_formula(value) else value
