"""Long formulas in parts: what is joined one by one goes into several cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from xlmatrix.formula.expr import Expr
from xlmatrix.formula.render import to_excel

#: No formula is longer; Excel takes 8,192 characters, and people read none of that length.
MOST_CHARS: Final = 4000
#: A part is shorter, which leaves room for what is written around it.
PART_CHARS: Final = 3000

Item = TypeVar("Item")


def in_parts(
    items: Iterable[Item], expr_of: Callable[[Item], Expr], table: str = ""
) -> list[list[Item]]:
    """Items in groups, in order, whose formulas together have at most :data:`PART_CHARS`.

    An item that is longer by itself is a group of its own. ``table`` is where the formulas stand.

    >>> from xlmatrix.formula import lit
    >>> [len(part) for part in in_parts(["word" * 50] * 40, lit)]
    [14, 14, 12]
    """
    groups: list[list[Item]] = []
    room = 0
    for item in items:
        # One more for the operator between two.
        length = len(to_excel(expr_of(item), table)) + 1
        if not groups or length > room:
            groups.append([])
            room = PART_CHARS
        groups[-1].append(item)
        room -= length
    return groups
