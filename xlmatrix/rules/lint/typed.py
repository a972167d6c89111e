"""What means nothing among all that people typed: one line, whatever sheet it stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Final

from xlmatrix.errors import Finding
from xlmatrix.formula import Expr, F, Range, col, if_, lit, ref
from xlmatrix.formula.expr import Call, ColumnCells, Literal
from xlmatrix.rules.lint.health_check import FIX, Facts, HealthCheck
from xlmatrix.tables.catalogue import table_of
from xlmatrix.tables.flags import MARK
from xlmatrix.tables.settings import FIGURES, FIGURES_HOME, means_expr

_CODE: Final = "typed-odd"
#: Severities have a sheet each: one count for all of them.
_SEVERITIES: Final = "the severities"
_MEND: Final = "Mend or empty what the Check column flags"


def checks(facts: Facts) -> Iterator[HealthCheck]:
    """Rows of any table whose flags say something, counted by sheet."""
    by_sheet: dict[str, list[str]] = {}
    for name, sheet in facts.homes.items():
        declared = table_of(name)
        if declared is not None and declared.flag and facts.has(name, declared.flag):
            home = _SEVERITIES if declared.numbered else sheet
            by_sheet.setdefault(home, []).append(name)
    if not by_sheet:
        return
    counted = [_counted(facts, tables) for tables in by_sheet.values()]
    homes = [
        (sheet, frozenset(facts.homes[table] for table in tables))
        for sheet, tables in by_sheet.items()
    ]
    figures = [figure for figure in FIGURES if figure.id in facts.names]
    if figures:
        counted.append((reduce(add, (F.IF(means_expr(one), 0, 1) for one in figures)), 0))
        homes.append((FIGURES_HOME, frozenset((FIGURES_HOME,))))
    line = HealthCheck(
        "Typed cells and rows that mean nothing",
        reduce(add, (count for count, _ in counted)),
        sum(found for _, found in counted),
        FIX,
        _MEND,
        next(iter(facts.homes[table] for table in next(iter(by_sheet.values())))),
        code=_CODE,
        helpers=tuple(counted),
        over=F.SUM,
        told=_told([sheet for sheet, _ in homes]),
        homes=tuple(homes),
    )
    yield replace(line, mend=_said(line))


def _counted(facts: Facts, tables: list[str]) -> tuple[Expr, int]:
    """How many rows of the tables are flagged."""
    terms, found = [], 0
    for name in tables:
        declared = table_of(name)
        assert declared is not None
        cells, flags = facts.columns[name, declared.flag], col(name, declared.flag)
        # Not every program counts in the single cell of a table of one row.
        alone = F.IF(F.ISNUMBER(F.FIND(MARK, flags)), 1, 0)
        terms.append(alone if len(cells) == 1 else F.COUNTIF(flags, f"*{MARK}*"))
        found += sum(isinstance(cell, str) and MARK in cell for cell in cells)
    return reduce(add, terms), found


def _told(sheets: list[str]) -> Callable[[Range], Expr]:
    """From the cells with the counts to what to do, and where."""

    def told(counts: Range) -> Expr:
        first = counts.first
        said: Expr = lit(_MEND)
        for offset, sheet in enumerate(sheets):
            count = ref(first.row, first.column + offset)
            said = said & if_(count > 0, f" · {sheet}")
        return said

    return told


def said_once(findings: Iterable[Finding], flags: Sequence[Finding]) -> list[Finding]:
    """All findings: of a row that is flagged, only what its flag says."""
    paths = {one.path for one in flags}
    others = (one for one in findings if one.code != _CODE or one.path not in paths)
    return [*others, *flags]


def recounted(
    line: HealthCheck, columns: Mapping[tuple[str, str], Sequence[object]]
) -> HealthCheck:
    """A line that counts a word in one of the columns, with as many as there are now."""
    call = line.count
    if not isinstance(call, Call) or call.function != "COUNTIF":
        return line
    cells, word = call.arguments
    if not isinstance(cells, ColumnCells) or not isinstance(word, Literal):
        return line
    known = columns.get((cells.table, cells.header))
    if known is None:
        return line
    wanted = str(word.value).casefold()
    found = sum(isinstance(cell, str) and cell.casefold() == wanted for cell in known)
    return replace(line, found=found)


def with_found(line: HealthCheck, counts: Mapping[str, int]) -> HealthCheck:
    """The line with as many flags as each sheet has."""
    if line.code != _CODE or not line.homes:
        return line
    helpers = tuple(
        (expr, sum(counts.get(sheet, 0) for sheet in sheets))
        for (expr, _), (_, sheets) in zip(line.helpers, line.homes, strict=True)
    )
    found = sum(int(count) for _, count in helpers)
    line = replace(line, helpers=helpers, found=found)
    return replace(line, mend=_said(line))


def _said(line: HealthCheck) -> str:
    on = [
        home for (home, _), (_, count) in zip(line.homes, line.helpers, strict=True) if int(count)
    ]
    return _MEND + "".join(f" · {home}" for home in on)
