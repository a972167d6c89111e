"""What a cell shows where there is no answer: an error of Excel's, whose sentence ``SLA_WHY`` says.

A sentence in the cell would be text, and Excel sorts every text above every number: each comparison
with a time would then read it as a deadline that lies far ahead.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlmatrix.addin.cells import Grid, When, error_in
from xlmatrix.errors import XlmatrixError

NOT_KNOWN: Final = "#N/A"
NOT_MEANT: Final = "#VALUE!"
OUT_OF_REACH: Final = "#NUM!"
#: What every route can show. The others (#SPILL!, #CALC! ...) no function can give back.
SHOWN: Final = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no answer, and the error that the cell shows instead of one."""

    said: str
    code: str = NOT_KNOWN


def passed_on(code: str) -> Problem:
    """The problem of a cell that holds an error itself."""
    return Problem(f"a cell that this is computed from shows {code}", _shown(code))


def errors_among(cells: Mapping[str, Sequence[Any]]) -> list[Problem | None]:
    """For each row of arguments the first error among them, as Excel's own functions pass it on."""
    found: list[Problem | None] = [None] * len(next(iter(cells.values())))
    for column in cells.values():
        if not any(map(error_in, column)):
            continue
        for row, cell in enumerate(column):
            if found[row] is None and (code := error_in(cell)):
                found[row] = passed_on(code)
    return found


def refuse_errors(cells: Iterable[Any]) -> Problem | None:
    """The first error among single cells."""
    return next((passed_on(code) for cell in cells if (code := error_in(cell))), None)


def of_error(error: XlmatrixError) -> Problem:
    """A planned error as a cell shows it."""
    return Problem(f"{error.what}. {error.mend}.", NOT_MEANT if _is_misuse(error) else NOT_KNOWN)


def answered(function: Callable[[], Grid], when: Callable[[When], Any] = float) -> Grid:
    """The answers, with an error of Excel's for each problem; never a sentence or a traceback.

    ``when`` makes a cell's value of a time: its serial number, or what a route formats as a date.
    """
    return [[_cell(cell, when) for cell in row] for row in _safe(function)]


def _cell(cell: Any, when: Callable[[When], Any]) -> Any:
    kind = type(cell)
    return when(cell) if kind is When else cell.code if kind is Problem else cell


def told(function: Callable[[], Grid]) -> Grid:
    """The sentences of the problems; an empty text where there is an answer."""
    return [
        [cell.said if isinstance(cell, Problem) else "" for cell in row] for row in _safe(function)
    ]


def _safe(function: Callable[[], Grid]) -> Grid:
    try:
        return function()
    except XlmatrixError as error:
        return [[of_error(error)]]
    except Exception as error:
        logging.getLogger("xlmatrix").exception("a function failed")
        said = f"this is a fault in xlmatrix, not in your cells ({type(error).__name__})"
        return [[Problem(said)]]


def _shown(code: str) -> str:
    return code if code in SHOWN else NOT_KNOWN


def _is_misuse(error: XlmatrixError) -> bool:
    """Whether the arguments have the wrong shape, rather than name what is not there."""
    return error.where in {"function", "opened", "minutes"}
