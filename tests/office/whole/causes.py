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


CAUSES = (
    Cause(
        "BetterOffice",
        "no DECIMAL",
        r"\bDECIMAL\(",
        "openooxml/betteroffice, crates/xlsx-calc/src/functions/mod.rs: the table of functions"
        " has no DECIMAL",
    ),
    Cause(
        "BetterOffice",
        "CHOOSE gives values, no ranges",
        # An argument may hold brackets in brackets; the range that is chosen holds none.
        r"\bCHOOSE\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*,(?:'[^']+'!|\w+!)?\$?[A-Z]+\$?\d+:",
        "openooxml/betteroffice, crates/xlsx-calc/src/functions/lookups.rs: choose() evaluates"
        " what it chose to one value, and match_() and index() take an area alone",
    ),
    Cause(
        "HyperFormula",
        "COUNT of single INDEX counts empty text",
        r"\bCOUNT\(INDEX\(",
        "handsontable/hyperformula, docs/guide/known-limitations.md: INDEX gives the contents of a"
        " cell, not a reference; src/interpreter/plugin/NumericAggregationPlugin.ts: reduce()"
        " turns an argument that is no reference into a number, and empty text into 0",
    ),
    Cause(
        "HyperFormula",
        "COUNTBLANK passes over empty text",
        r"\bCOUNTBLANK\(",
        "handsontable/hyperformula, docs/guide/built-in-functions.md: COUNTBLANK gives the number"
        " of empty cells; src/interpreter/plugin/CountBlankPlugin.ts: empty text is none",
    ),
)


def explain(
    engine: str, found: Iterable[Difference], tables: Tables, names: Mapping[str, str]
) -> dict[Cell, Cause | None]:
    """Each differing cell with its cause; None where nothing explains it."""
    formulas = {(one.sheet, one.cell): _plain(one, tables, names) for one in found}
    causes = [cause for cause in CAUSES if cause.engine == engine]
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
    """A formula with addresses for its references and names, and without its texts."""
    translated = translate(one.formula, tables, names, row=bounds(one.cell)[1])
    return re.sub(r'"(?:[^"]|"")*"', '""', translated)


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
