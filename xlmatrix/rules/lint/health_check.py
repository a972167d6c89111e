"""One check of the Health sheet: what is counted, by formula and by Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlmatrix.formula import Expr, F, col
from xlmatrix.rules.cells import text_in
from xlmatrix.rules.frame import Context

#: Something is wrong, or something deserves a look.
FIX: Final = "fix"
LOOK: Final = "look"
OK: Final = "ok"


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A check: ``count`` and ``found`` are how often it fails, ``bad`` what it says then.

    ``mend`` says what to do, ``sheet`` where. ``terms`` are the parts of a long sum, each with what
    it finds.
    """

    check: str
    count: Expr
    found: float
    bad: str
    mend: str
    sheet: str
    terms: tuple[tuple[Expr, float], ...] = ()

    @property
    def state(self) -> str:
        """The twin of :meth:`state_expr`."""
        return self.bad if self.found > 0 else OK


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checks read: the context, the columns of the drawn tables, the defined names."""

    context: Context
    columns: Mapping[tuple[str, str], Sequence[Any]]
    names: frozenset[str]

    def has(self, table: str, header: str) -> bool:
        """Whether the workbook has that column."""
        return (table, header) in self.columns

    def saying(self, table: str, header: str, text: str) -> tuple[Expr, int]:
        """How many cells of a column say ``text``; case does not count."""
        found = sum(_text(value) == text.casefold() for value in self.columns[table, header])
        return F.COUNTIF(col(table, header), text), found

    def filled(self, table: str, header: str) -> tuple[Expr, int]:
        """How many cells of a column of texts show anything."""
        found = sum(bool(_text(value)) for value in self.columns[table, header])
        return F.COUNTIF(col(table, header), "?*"), found

    def without(self, table: str, key: str, header: str) -> tuple[Expr, int]:
        """How many rows whose key is text lack text in a column; a number there names nobody."""
        pairs = list(zip(self.columns[table, key], self.columns[table, header], strict=True))
        keyed = sum(_is_text(one) for one, _ in pairs)
        both = sum(_is_text(one) and _is_text(other) for one, other in pairs)
        known, said = (col(table, known) for known in (key, header))
        return F.COUNTIF(known, "?*") - F.COUNTIFS(known, "?*", said, "?*"), keyed - both


def _is_text(value: Any) -> bool:
    """Whether the pattern ``?*`` counts a cell."""
    return isinstance(value, str) and value != ""


def _text(value: Any) -> str:
    return text_in(value).casefold()
