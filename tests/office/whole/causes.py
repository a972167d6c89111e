"""Why an engine differs: each cause with its pattern and the words that document it.

A cell that differs is explained by a cause whose pattern its own formula shows, or by a cell it
refers to that differs for an explained cause. What neither explains stays without a cause.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.office.compare import Difference
from tests.office.package import Cell, bounds
from tests.office.whole.translate import Tables, translate


@dataclass(frozen=True, slots=True)
class Cause:
    """What an engine computes in another way than Excel, LibreOffice and IronCalc."""

    engine: str
    name: str
    pattern: str
    """A regular expression, looked for in the formula with addresses instead of names."""
    source: str
    """Where the engine's own documents or source say so."""


#: The criterion that counts filled texts.
PATTERN = '"?*"'

CAUSES = (
    Cause(
        "HyperFormula",
        "? also stands for no character",
        r"\bCOUNTIFS?\([^()]*\"\?\*\"",
        "handsontable/hyperformula, src/interpreter/ArithmeticHelper.ts: escapeNonWildcards()"
        " writes ? as the regular expression .?, which empty text fits too",
    ),
)


def explain(
    engine: str,
    found: Iterable[Difference],
    tables: Tables,
    names: Mapping[str, str],
    known: Iterable[Cause] = CAUSES,
) -> dict[Cell, Cause | None]:
    """Each differing cell with its cause; None where nothing explains it."""
    formulas = {(one.sheet, one.cell): _plain(one, tables, names) for one in found}
    causes = [cause for cause in known if cause.engine == engine]
    answer = {
        cell: next((cause for cause in causes if re.search(cause.pattern, formula)), None)
        for cell, formula in formulas.items()
    }
    users: dict[Cell, set[Cell]] = defaultdict(set)
    for cell, formula in formulas.items():
        for used in _used(formula, cell[0], formulas):
            users[used].add(cell)
    waiting = [cell for cell, cause in answer.items() if cause]
    while waiting:
        cell = waiting.pop()
        for user in users[cell]:
            if answer[user] is None:
                answer[user] = answer[cell]
                waiting.append(user)
    return answer


_ADDRESS = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?"
    r"(?<![\w.])(?P<area>\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![\w(.])"
)


def _plain(one: Difference, tables: Tables, names: Mapping[str, str]) -> str:
    """A formula with addresses for its references and names; of its texts only patterns stay."""
    translated = translate(one.formula, tables, names, row=bounds(one.cell)[1])
    return re.sub(
        r'"(?:[^"]|"")*"', lambda text: text[0] if text[0] == PATTERN else '""', translated
    )


def _used(formula: str, home: str, among: Iterable[Cell]) -> Iterator[Cell]:
    """Those of some cells that a formula on the sheet ``home`` refers to."""
    areas = defaultdict(list)
    for found in _ADDRESS.finditer(formula):
        sheet = (found["sheet"] or home).strip("'").replace("''", "'")
        areas[sheet].append(bounds(found["area"]))
    for sheet, ref in among:
        column, row, _, _ = bounds(ref)
        if any(a <= column <= c and b <= row <= d for a, b, c, d in areas.get(sheet, ())):
            yield sheet, ref
