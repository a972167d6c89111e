"""The worksheet functions a workbook may use.

Only those that Excel 2007+, LibreOffice 7.4, IronCalc and Google Sheets all compute. A name or an
arity outside this registry is an error at build time, not a ``#NAME?`` on a manager's screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from xlmatrix.formula.expr import BLANK, Binary, Call, Expr, Literal, Operand, lit

# name: (fewest arguments, most arguments)
REGISTRY: Final[dict[str, tuple[int, int]]] = {
    "ABS": (1, 1),
    "AND": (1, 30),
    "AVERAGE": (1, 30),
    "AVERAGEIFS": (3, 30),
    "CHAR": (1, 1),
    "CHOOSE": (2, 30),
    "COLUMNS": (1, 1),
    "CONCATENATE": (1, 30),
    "COUNT": (1, 30),
    "COUNTA": (1, 30),
    "COUNTBLANK": (1, 1),
    "COUNTIF": (2, 2),
    "COUNTIFS": (2, 30),
    "DATE": (3, 3),
    "DAY": (1, 1),
    "EDATE": (2, 2),
    "EOMONTH": (2, 2),
    "EXACT": (2, 2),
    "EXP": (1, 1),
    "FIND": (2, 3),
    "HOUR": (1, 1),
    "IF": (2, 3),
    "IFERROR": (2, 2),
    "INDEX": (2, 3),
    "INT": (1, 1),
    "ISBLANK": (1, 1),
    "ISERROR": (1, 1),
    "ISNUMBER": (1, 1),
    "ISTEXT": (1, 1),
    "LARGE": (2, 2),
    "LEFT": (1, 2),
    "LEN": (1, 1),
    "LN": (1, 1),
    "LOWER": (1, 1),
    "MATCH": (2, 3),
    "MAX": (1, 30),
    "MID": (3, 3),
    "MIN": (1, 30),
    "MINUTE": (1, 1),
    "MOD": (2, 2),
    "MONTH": (1, 1),
    "N": (1, 1),
    "NA": (0, 0),
    "NETWORKDAYS": (2, 3),
    "NOT": (1, 1),
    "NOW": (0, 0),
    "OR": (1, 30),
    "PERCENTILE": (2, 2),
    "RIGHT": (1, 2),
    "ROUND": (2, 2),
    "ROUNDDOWN": (2, 2),
    "ROUNDUP": (2, 2),
    "ROW": (0, 1),
    "ROWS": (1, 1),
    "SEARCH": (2, 3),
    "SIGN": (1, 1),
    "SMALL": (2, 2),
    "SQRT": (1, 1),
    "SUBSTITUTE": (3, 4),
    "SUM": (1, 30),
    "SUMIF": (2, 3),
    "SUMIFS": (3, 30),
    "SUMPRODUCT": (1, 30),
    "T": (1, 1),
    "TRIM": (1, 1),
    "UPPER": (1, 1),
    "VALUE": (1, 1),
    "VLOOKUP": (3, 4),
    "WEEKDAY": (1, 2),
    "WORKDAY": (2, 3),
    "YEAR": (1, 1),
}


def call(function: str, *arguments: Operand | None) -> Call:
    """A call of a registered function.

    Raises
    ------
    LookupError
        For a function that is not in the registry.
    TypeError
        For a number of arguments that the function does not take.
    """
    if function not in REGISTRY:
        raise LookupError(f"{function} is not computed alike by every engine we support")
    fewest, most = REGISTRY[function]
    if not fewest <= len(arguments) <= most:
        raise TypeError(f"{function} takes {fewest} to {most} arguments, not {len(arguments)}")
    return Call(
        function,
        tuple(
            [part if part is None or isinstance(part, Expr) else lit(part) for part in arguments]
        ),
    )


class _Functions:
    """Attribute access to the registry: ``F.INDEX(column, row)``."""

    def __getattr__(self, function: str) -> Callable[..., Call]:
        if function not in REGISTRY:
            raise AttributeError(f"{function} is not a registered worksheet function")

        def build(*arguments: Operand | None) -> Call:
            return call(function, *arguments)

        # The next time it is there without asking.
        setattr(self, function, build)
        return build


F: Final = _Functions()


def if_(condition: Expr, then: Operand, otherwise: Operand = BLANK) -> Expr:
    """``IF`` whose missing last branch is empty text, never ``FALSE``."""
    return call("IF", condition, then, otherwise)


def iferror(value: Expr, otherwise: Operand = BLANK) -> Expr:
    """``IFERROR`` with empty text by default."""
    return call("IFERROR", value, otherwise)


def exact(text: Expr) -> Expr:
    """A text for an exact look-up: ``MATCH`` and ``COUNTIF`` read ``* ? ~`` as wildcards."""
    for wildcard in "~*?":
        if isinstance(text, Literal) and isinstance(text.value, str):
            text = lit(text.value.replace(wildcard, "~" + wildcard))
        else:
            text = call("SUBSTITUTE", text, wildcard, "~" + wildcard)
    return text


def place_of(text: Expr, cells: Expr) -> Expr:
    """The place from 1 of a typed text among cells, an error where it stands nowhere.

    What is no text (a number, a blank) is looked for as it is. LibreOffice finds a number by text
    that looks like it, so text must have found text.
    """
    if _always_text(text):
        place = call("MATCH", exact(text), cells, 0)
        return place if _surely(text) else place / call("ISTEXT", call("INDEX", cells, place))
    is_text = call("ISTEXT", text)
    place = call("MATCH", call("IF", is_text, exact(text), text), cells, 0)
    return place / call("ISTEXT", call("INDEX", cells, place)).eq(is_text)


def place_among_texts(text: Expr, cells: Expr) -> Expr:
    """The same, shorter, where no cell holds anything but text."""
    if _always_text(text):
        return call("MATCH", exact(text), cells, 0)
    return call("MATCH", call("IF", call("ISTEXT", text), exact(text), text), cells, 0)


def _surely(text: Expr) -> bool:
    """Whether no cell with a number, a date or a boolean is shown as a text is written out."""
    told = str(text.value) if isinstance(text, Literal) else ""
    return any(map(str.isalpha, told)) and told.upper() not in ("TRUE", "FALSE")


def _always_text(expr: Expr) -> bool:
    """Whether an expression can give text alone, or an error value; or is written out."""
    if isinstance(expr, Call) and expr.function in ("IF", "IFERROR"):
        answers = expr.arguments[-2:]
        return len(answers) == 2 and all(one and _always_text(one) for one in answers)
    if isinstance(expr, Call) and expr.function == "T":
        return True
    return isinstance(expr, Literal) or (isinstance(expr, Binary) and expr.operator == "&")


def is_text(cell: Expr) -> Expr:
    """Whether text stands in a cell; not in an empty one, and in none with an error value."""
    return call("IF", call("ISTEXT", cell), cell.filled(), False)


def is_among(text: Expr, cells: Expr) -> Expr:
    """Whether a typed text stands among cells; false for an error value, never an error."""
    found = call("ISTEXT", call("INDEX", cells, call("MATCH", exact(text), cells, 0)))
    if _always_text(text):
        return found
    return call("IF", call("ISTEXT", text), found, call("ISNUMBER", call("MATCH", text, cells, 0)))


def criterion(text: Operand) -> Expr:
    """What counts the cells of ``COUNTIFS`` that hold a text, whatever signs it has.

    Alone, a text such as ``<5`` or ``a*`` would be an order or a pattern. Excel counts a number as
    well whose digits are the text.
    """
    told = exact(lit(text))
    if not isinstance(told, Literal):
        return lit("=") & told
    plain = told == lit(text) and not str(text).startswith(("=", "<", ">"))
    return told if plain else lit(f"={told.value}")
