"""A column of a table, declared once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Self

from xlmatrix.formula import Expr
from xlmatrix.style.theme import look as look_of
from xlmatrix.tables.kinds import SECONDS, TEXT, Kind
from xlmatrix.tables.validation import Paint, Validation
from xlmatrix.tables.vocabulary import Vocabulary


class Origin(StrEnum):
    """Where the cells of a column come from."""

    TYPED = "typed"
    """People type them; regenerating keeps them."""
    DERIVED = "derived"
    """The sheet fills them from the spec; a user's only where somebody typed over one."""
    COMPUTED = "computed"
    """A formula."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what its cells hold, where they come from, how they look.

    Attributes
    ----------
    id
        What code, formulas and a regenerated workbook know it by; it never changes. Unless a
        heading is given, it is also what the sheet shows.
    look
        A role of the theme: how the cells look, and nothing else.
    width
        In characters.
    kind
        What a cell holds.
    origin
        Whether people type it.
    heading
        What the sheet shows above the column instead of the id.
    was
        Headers that earlier releases showed.
    note
        A hint beside the header.
    hidden
        A step on the way to other columns.
    rare
        Few need it: the sheet shows it only where something stands in it, or the spec asks for it.
    validation
        What may be typed, where the kind's own does not fit.
    paints
        Looks by condition.
    field
        The path of the value in the spec's model of a row, ``support_response.within``.
    expr
        The formula of a computed column.
    twin
        What Python computes for it, from a frame of the log or the cells of one row. One that is
        declared with its table takes the cells of its row by id and nothing else.
    """

    id: str
    look: str
    width: float = 12.0
    kind: Kind = TEXT
    origin: Origin = Origin.DERIVED
    heading: str = ""
    was: tuple[str, ...] = ()
    note: str = ""
    hidden: bool = False
    rare: bool = False
    validation: Validation | None = None
    paints: tuple[Paint, ...] = ()
    field: str = ""
    expr: Expr | None = None
    twin: Callable[[Any], Any] | None = None
    marked: Callable[[Any], Any] | None = None
    """Rows of a computed column that show a word, such as Paused, instead of an instant."""
    across: Vocabulary | None = None
    """What the headers of repeated columns name: the roles of a RACI table stand side by side."""

    @property
    def header(self) -> str:
        """What the sheet shows above the column."""
        return self.heading or self.id

    @property
    def not_understood(self) -> str:
        """What is said of a cell that does not hold what belongs there."""
        return f"{self.header} is not {self.kind.wants}"

    @property
    def missing(self) -> str:
        """What is said of a cell that is blank and must not be."""
        return f"{self.header} is missing"

    @property
    def typed(self) -> bool:
        """Whether people type its cells."""
        return self.origin is Origin.TYPED

    @property
    def computed(self) -> bool:
        """Whether its cells are formulas."""
        return self.origin is Origin.COMPUTED

    def having(self, **changes: Any) -> Self:
        """The same column with other paints, formula, validation, ..."""
        return replace(self, **changes)

    def by(self, expr: Expr, twin: Callable[[Any], Any] | None = None, **changes: Any) -> Self:
        """The column with the formula that fills it, and its twin."""
        # A formula that somebody enters anew in a cell for text would turn into its own words.
        changes.setdefault("look", self.look.removesuffix(AS_TEXT))
        return replace(self, expr=expr, twin=twin or self.twin, origin=Origin.COMPUTED, **changes)


#: What ends the look of a column whose cells take what is typed as text.
AS_TEXT: Final = ".text"
#: Kinds of which ``00123``, ``3-4`` or ``12E5`` may be a word, that Excel would take for a number.
_WORDS: Final = frozenset({"text", "key", "choice"})


def typed_look(kind: Kind, look: str) -> str:
    """How cells look that people type in: those of words are formatted as text.

    So nothing that looks like a number or a date is taken for one.
    """
    words = kind.id in _WORDS and look_of(look).number_format == "General"
    return look + AS_TEXT if words else look


def typed(id_: str, kind: Kind, look: str, width: float = 12.0, **more: Any) -> Column:
    """A column that people type in; its validation is the kind's unless ``more`` has one."""
    validation = more.pop("validation", kind.validation)
    look = typed_look(kind, look)
    return Column(id_, look, width, kind, Origin.TYPED, validation=validation, **more)


def given(id_: str, look: str, width: float = 12.0, kind: Kind = TEXT, **more: Any) -> Column:
    """A column that the sheet fills from the spec."""
    return Column(id_, look, width, kind, Origin.DERIVED, **more)


def computed(id_: str, look: str, width: float = 12.0, kind: Kind = TEXT, **more: Any) -> Column:
    """A column of formulas, which a rule gives it by :meth:`Column.by`."""
    return Column(id_, look, width, kind, Origin.COMPUTED, **more)


def hidden_step(
    id_: str,
    expr: Expr,
    twin: Callable[[Any], Any] | None = None,
    kind: Kind = SECONDS,
    *,
    look: str = "helper",
    **more: Any,
) -> Column:
    """A hidden column of formulas on the way to others, which no table declares."""
    return Column(id_, look, 10.0, kind, Origin.COMPUTED, hidden=True, expr=expr, twin=twin, **more)
