"""One table of the functions in cells: how each is answered, and why it is not (``SLA_WHY``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from xlmatrix.addin import answers, moments, reports
from xlmatrix.addin.bridge import State
from xlmatrix.addin.cells import GivenCells, Grid, When, error_in, text
from xlmatrix.addin.problems import answered, passed_on, told
from xlmatrix.errors import XlmatrixError

#: Gives the state of the workbook that is meant, as far as it is of this version of its policy.
StateOf = Callable[[Any], State]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: what answers it, and how many arguments that takes beside the state."""

    answer: Callable[..., Grid]
    arguments: int
    #: Whether it can do without a workbook where its last argument is given.
    alone: bool = False

    def __call__(self, state_of: StateOf, given: tuple[Any, ...]) -> Grid:
        """The answers of one call; the argument after its own ones is the policy's version."""
        *own, version = (*given, *[None] * (self.arguments + 1))[: self.arguments + 1]
        if not self.alone:
            return self.answer(state_of(version), *own)
        try:
            state = state_of(version)
        except XlmatrixError:
            if all(cell in (None, "") for cell in GivenCells.of(own[-1]).cells):
                raise
            return self.answer(None, *own)
        return self.answer(state, *own)


FUNCTIONS: Final[dict[str, Function]] = {
    "SLA_DUE": Function(answers.due, 4),
    "SLA_ELAPSED": Function(answers.elapsed, 3),
    "SLA_STATUS": Function(moments.status, 3, alone=True),
    "SLA_LADDER": Function(answers.ladder, 3),
    "SLA_NEXT": Function(answers.next_call, 4),
    "SLA_EXPLAIN": Function(answers.explain, 3),
    "SLA_ONCALL": Function(answers.on_call, 2),
    "SLA_REPORT": Function(reports.report, 4),
}


def ask(name: str, state_of: StateOf, *given: Any) -> Grid:
    """What a function shows in its cells: answers, and an error of Excel's where there is none."""
    return answered(lambda: FUNCTIONS[name](state_of, given))


def ask_formatted(name: str, state_of: StateOf, *given: Any) -> Grid:
    """The same with times as such, for routes that give a cell its format."""
    return answered(lambda: FUNCTIONS[name](state_of, given), When.shown)


def why(state_of: StateOf, name: Any, *given: Any) -> Grid:
    """Why a function with these arguments shows an error: a sentence, or "" where it does not."""
    return told(lambda: _named(name)(state_of, given))


def _named(given: Any) -> Callable[..., Grid]:
    cell = GivenCells.of(given).cells[0]
    code = error_in(cell)
    if code:
        return lambda *_: [[passed_on(code)]]
    wanted = text(cell).upper().rpartition(".")[2]
    known = FUNCTIONS.get(wanted if wanted.startswith("SLA_") else f"SLA_{wanted}")
    if known is None:
        raise XlmatrixError(
            f"there is no function {text(cell)!r}",
            where="function",
            mend=f"Use one of {', '.join(FUNCTIONS)}",
        )
    return known
