"""One check of the Health sheet: what is counted, by formula and by Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

from xlmatrix.formula import Expr, F, Range, col, if_
from xlmatrix.rules.cells import text_in
from xlmatrix.rules.frame import Context
from xlmatrix.tables.catalogue import table_of
from xlmatrix.tables.flags import MARK

#: Something is wrong, or something deserves a look.
FIX: Final = "fix"
LOOK: Final = "look"
#: It fails, and the spec says why that may be.
ACCEPTED: Final = "accepted"
OK: Final = "ok"


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A check: ``count`` and ``found`` are how often it fails, ``bad`` what it says then.

    ``mend`` says what to do, ``sheet`` where. ``terms`` are the parts of a long sum, each with what
    it finds.

    ``code`` is that of the finding (:mod:`xlmatrix.model.findings`) and ``path`` the place in the
    spec that the line is about, "" for the whole. ``allowed`` is how often it may fail because the
    spec accepts it, for ``reason``; ``entries`` are the places in the spec's ``accept``. ``over``
    gives the count instead of ``count`` where it needs cells of its own: it is asked with the
    range of the ``helpers``. So is ``told``, which says what to do where that depends on them;
    ``homes`` are then what each helper counts, with the sheets that this is.
    """

    check: str
    count: Expr
    found: float
    bad: str
    mend: str
    sheet: str
    terms: tuple[tuple[Expr, float], ...] = ()
    code: str = field(kw_only=True)
    path: str = ""
    allowed: float = 0
    reason: str = ""
    entries: frozenset[int] = frozenset()
    helpers: tuple[tuple[Expr, int | str], ...] = ()
    over: Callable[[Range], Expr] | None = None
    told: Callable[[Range], Expr] | None = None
    homes: tuple[tuple[str, frozenset[str]], ...] = ()
    example: str = ""
    """The first that it found, in words, for those who have no sheet to look at."""

    def state_expr(self, found: Expr) -> Expr:
        """What the line says of the count in the cell ``found``."""
        if not self.allowed:
            return if_(found > 0, self.bad, OK)
        failing = if_(found > 0, ACCEPTED, OK)
        return failing if self.allowed == inf else if_(found > self.allowed, self.bad, failing)

    @property
    def state(self) -> str:
        """The twin of :meth:`state_expr`."""
        if self.found > self.allowed:
            return self.bad
        return ACCEPTED if self.found > 0 else OK


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checks read: the context, the columns of the drawn tables, the defined names.

    ``homes`` are the sheets of the tables.
    """

    context: Context
    columns: Mapping[tuple[str, str], Sequence[Any]]
    names: frozenset[str]
    homes: Mapping[str, str] = field(default_factory=dict)
    below: Mapping[str, int] = field(default_factory=dict)
    """How many cells are typed below the table of a log."""

    def has(self, table: str, header: str) -> bool:
        """Whether the workbook has that column."""
        return (table, header) in self.columns

    def saying(self, table: str, header: str, text: str) -> tuple[Expr, int]:
        """How many cells of a column say ``text``; case does not count."""
        found = sum(_text(value) == text.casefold() for value in self.columns[table, header])
        return F.COUNTIF(col(table, header), text), found

    def filled(self, table: str, header: str) -> tuple[Expr, int]:
        """How many cells of a column of texts show anything, but for flags counted elsewhere."""
        declared = table_of(table)
        flags = declared is not None and declared.flag == header
        cells = [_text(value) for value in self.columns[table, header]]
        found = sum(bool(cell) and not (flags and cell.startswith(MARK)) for cell in cells)
        count = F.COUNTIF(col(table, header), "?*")
        return (count - F.COUNTIF(col(table, header), f"{MARK}*") if flags else count), found


def _text(value: Any) -> str:
    return text_in(value).casefold()
