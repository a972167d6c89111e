"""Excel formulas as values: built from :class:`Expr`, rendered once, checked against a registry."""

from xlmatrix.formula.expr import (
    BLANK,
    Cell,
    ColumnCells,
    Expr,
    Name,
    Range,
    This,
    ThisSpan,
    col,
    lit,
    name,
    ref,
    span,
    these,
    this,
)
from xlmatrix.formula.functions import (
    F,
    criterion,
    exact,
    if_,
    iferror,
    is_among,
    is_text,
    place_among_texts,
    place_of,
)
from xlmatrix.formula.parts import MOST_CHARS, in_parts
from xlmatrix.formula.render import to_excel
from xlmatrix.formula.typed import could_be_formula

__all__ = [
    "BLANK",
    "MOST_CHARS",
    "Cell",
    "ColumnCells",
    "Expr",
    "F",
    "Name",
    "Range",
    "This",
    "ThisSpan",
    "col",
    "could_be_formula",
    "criterion",
    "exact",
    "if_",
    "iferror",
    "in_parts",
    "is_among",
    "is_text",
    "lit",
    "name",
    "place_among_texts",
    "place_of",
    "ref",
    "span",
    "these",
    "this",
    "to_excel",
]
