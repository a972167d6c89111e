"""From roles to style numbers: named styles for Excel's gallery, one cell format for each role."""

from __future__ import annotations

from typing import Any, Final

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.styleable import StyleableObject
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.workbook import Workbook

from xlmatrix.sheets.plan import BookPlan
from xlmatrix.style import Align, Look, look, roles
from xlmatrix.tables.column import Column

DEFAULT_POINTS: Final = 11.0
# What the style gallery calls each kind, and Excel's number where the style is one of its own.
_GALLERY: Final[dict[str, tuple[str, int | None]]] = {
    "input": ("Input", 20),
    "formula": ("Computed", None),
    "note": ("Note", 10),
    "good": ("Good", 26),
    "bad": ("Bad", 27),
    "title": ("Title", 15),
    "link": ("Hyperlink", 8),
    "header": ("Table header", None),
    "header.soft": ("Soft header", None),
}


class OrderedFont(Font):
    """A font whose children stand in the order the file format asks for."""

    __attrs__ = Font.__attrs__
    __nested__ = Font.__nested__
    __elements__ = (
        "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz",
        "color", "name", "family", "charset", "scheme",
    )  # fmt: skip


class Styles:
    """The style numbers of one workbook."""

    def __init__(self, book: Workbook) -> None:
        # The stubs leave out what they count as private: the tables of fonts and named styles.
        made: Any = book
        self._book: Any = made
        self._parent = book.worksheets[0]
        self._numbers: dict[tuple[str, bool], int] = {}
        # The default font decides how wide a column of n characters is.
        plain = OrderedFont(name="Calibri", family=2, sz=DEFAULT_POINTS, scheme="minor")
        made._fonts = IndexedList([plain])
        made._named_styles["Normal"].font = plain

    def number(self, role: str, *, quoted: bool = False) -> int:
        """The cell format of a role; ``quoted`` marks text that must never turn into a formula."""
        key = role, quoted
        if key not in self._numbers:
            self._numbers[key] = self._make(role, quoted)
        return self._numbers[key]

    def _make(self, role: str, quoted: bool) -> int:
        wish = look(role)
        carrier = StyleableObject(self._parent)
        carrier.style = self._named(kind_of(role))
        carrier.font = _font(wish)
        carrier.fill = _fill(wish)
        carrier.border = _border(wish)
        carrier.number_format = wish.number_format
        carrier.alignment = _alignment(wish)
        carrier.protection = Protection(locked=wish.locked)
        if quoted:
            carrier.quotePrefix = 1
        return int(carrier.style_id)

    def _named(self, kind: str) -> str:
        name, builtin = _GALLERY.get(kind, (kind.replace(".", " ").capitalize(), None))
        if name not in self._book._named_styles.names:
            wish = look(kind)
            style = NamedStyle(
                name=name,
                font=_font(wish),
                fill=_fill(wish),
                border=_border(wish),
                alignment=_alignment(wish),
                number_format=wish.number_format,
                protection=Protection(locked=wish.locked),
                builtinId=builtin,
            )
            self._book.add_named_style(style)
        return name


def kind_of(role: str) -> str:
    """The kind of a role: ``input.date`` is an ``input``."""
    return role if role in roles() else role.rpartition(".")[0]


def differential(role: str) -> DifferentialStyle:
    """What conditional formatting changes: font and fill, never size or number format."""
    wish = look(role)
    return DifferentialStyle(
        font=OrderedFont(b=wish.bold or None, i=wish.italic or None, color=wish.ink),
        fill=PatternFill("solid", fgColor=wish.fill, bgColor=wish.fill) if wish.fill else None,
    )


def _font(wish: Look) -> OrderedFont:
    return OrderedFont(
        name=wish.font,
        family=2,
        sz=wish.size,
        b=wish.bold,
        i=wish.italic,
        u="single" if wish.underline else None,
        color=wish.ink,
    )


def _fill(wish: Look) -> PatternFill:
    return PatternFill("solid", fgColor=wish.fill) if wish.fill else PatternFill()


def _border(wish: Look) -> Border:
    if not wish.border:
        return Border()
    side = Side(style="thin", color=wish.border)
    return Border(left=side, right=side, top=side, bottom=side)


def _alignment(wish: Look) -> Alignment:
    return Alignment(
        horizontal=wish.align.value if wish.align else None,
        # Beside a wrapped text of several lines, short cells read best at its first line.
        vertical="center" if wish.middle else "top",
        wrap_text=wish.wrap or None,
        indent=wish.indent,
    )


def header_role(column: Column, *, filtered: bool) -> str:
    """A header stands as its values do: centred over what is centred.

    In a table with filters it keeps to the top, for the arrows stand at the bottom.
    """
    centred = look(column.look).align is Align.CENTER
    if filtered:
        return "header.center_top" if centred else "header.top"
    return "header.center" if centred else "header"


def register_roles(styles: Styles, book: BookPlan) -> None:
    """Give every role of a book its numbers, before the style part is written.

    A role gets the format for risky text as well: which cells need it is known only row by row.
    """
    used = {cell.role for plan in book.sheets for cell in plan.cells.values()}
    columns = [(c, t.filtered) for plan in book.sheets for t in plan.tables for c in t.columns]
    used |= {column.look for column, _ in columns}
    used |= {header_role(column, filtered=filtered) for column, filtered in columns}
    for role in sorted(used):
        styles.number(role)
        styles.number(role, quoted=True)
