"""Health: what is doubtful about this matrix, counted live, with where to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Final

from xlmatrix.formula import Expr, F, Range, if_, in_parts, name, ref, span
from xlmatrix.rules.lint import FIX, LOOK, Facts, HealthCheck, lint
from xlmatrix.rules.lint.health_check import ACCEPTED, OK
from xlmatrix.rules.lint.records import override_share
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula, SheetPlan
from xlmatrix.tables.validation import Paint

NAME: Final = "Health"
HEALTH_STATES: Final = name("Health_States")
_HEADER: Final = 7
_HEADERS: Final = ("Check", "State", "Found", "What to do", "Where")
_WIDTHS: Final = (2.5, 54, 10, 10, 68, 18)
#: Hidden from here on.
_HELP: Final = len(_WIDTHS) + 2


@dataclass(frozen=True, slots=True)
class DrawnHealth(Drawn):
    """The sheet with the checks that it shows."""

    lines: tuple[HealthCheck, ...]


def health_sheet(scene: Scene, drawn: Sequence[Drawn]) -> DrawnHealth:
    """One row a check. ``drawn`` are the sheets whose tables and names the checks read."""
    draft = Draft(NAME)
    draft.widths.update(dict(enumerate(_WIDTHS, start=1)))
    heading(draft, "Health", "What to mend in this matrix. Every state follows the workbook.")
    back_link(draft, 3, 2)
    facts = _facts(scene, drawn)
    lines = lint(facts)
    share = override_share(facts)
    if share is not None:
        draft.put(3, 5, "Overrides of a severity without reason or approver", "label")
        draft.put(3, 6, Formula(*share), "formula.percent")
    last = _HEADER + len(lines)
    end = _accepted(draft, scene, last)
    _summary(draft, lines, last)
    draft.row(_HEADER, 2, list(_HEADERS), "header")
    for row, line in enumerate(lines, start=_HEADER + 1):
        _row(draft, row, line)
    state = ref(_HEADER + 1, 3, absolute=False)
    draft.paint(
        area(_HEADER + 1, 3, last, 3),
        Paint(state.eq(FIX), "bad"),
        Paint(state.eq(LOOK), "soon"),
        Paint(state.eq(OK), "good"),
        *((Paint(state.eq(ACCEPTED), "label"),) if scene.spec.accept else ()),
    )
    draft.set_page(
        landscape=True,
        fit_height=1,
        freeze=f"A{_HEADER + 1}",
        area=area(1, 1, end, len(_WIDTHS)),
    )
    names = {HEALTH_STATES.text: span(_HEADER + 1, 3, last, 3, NAME)}
    return DrawnHealth(draft.plan(), names, tuple(lines))


def _accepted(draft: Draft, scene: Scene, last: int) -> int:
    """What the spec accepts and why, below the checks; gives the last row of the sheet."""
    entries = scene.spec.accept
    if not entries:
        return last
    top = last + 2
    draft.put(top, 2, "Accepted, and why", "bold")
    draft.row(top + 1, 2, ["Finding", "State", "", "Reason", "Place"], "header")
    for row, entry in enumerate(entries, start=top + 2):
        draft.put(row, 2, entry.finding, "fixed.wrap")
        draft.put(row, 3, ACCEPTED, "formula.center")
        draft.put(row, 5, entry.reason, "fixed.wrap")
        draft.put(row, 6, entry.where or "everywhere", "fixed.wrap")
    return top + 1 + len(entries)


def _facts(scene: Scene, drawn: Sequence[Drawn]) -> Facts:
    columns = {
        (table.name, column.id): list(table.values[place])
        for sheet in drawn
        for table in sheet.plan.tables
        for place, column in enumerate(table.columns)
    }
    known = frozenset(known for sheet in drawn for known in sheet.names)
    homes = {table.name: sheet.plan.name for sheet in drawn for table in sheet.plan.tables}
    return Facts(scene.context, columns, known, homes, scene.below)


def _summary(draft: Draft, lines: Sequence[HealthCheck], last: int) -> None:
    states = span(_HEADER + 1, 3, last, 3)
    for column, state in ((2, FIX), (5, LOOK)):
        count = sum(line.state == state for line in lines)
        words = if_(F.COUNTIF(states, state).eq(1), " check says ", " checks say ")
        text = F.COUNTIF(states, state) & words & state
        shown = f"{count} {'check says' if count == 1 else 'checks say'} {state}"
        draft.put(5, column, Formula(text, shown), "bold")


def _row(draft: Draft, row: int, line: HealthCheck) -> None:
    found = ref(row, 4)
    draft.put(row, 2, line.check, "fixed.wrap")
    draft.put(row, 3, Formula(line.state_expr(found), line.state), "formula.center")
    draft.put(row, 4, Formula(_count(draft, row, line), float(line.found)), "formula.number")
    told = line.told and Formula(line.told(_helper_cells(row, line)), line.mend)
    draft.put(row, 5, told or line.mend, "fixed.wrap")
    draft.put(row, 6, line.sheet, "link", link=f"{line.sheet}!A1")


def _helper_cells(row: int, line: HealthCheck) -> Range:
    return span(row, _HELP, row, _HELP + len(line.helpers) - 1)


def redrawn(plan: SheetPlan, lines: Sequence[HealthCheck]) -> SheetPlan:
    """The sheet with other counts in the same lines; any other sheet as it is."""
    if plan.name != NAME:
        return plan
    draft = Draft(NAME)
    _summary(draft, lines, _HEADER + len(lines))
    for row, line in enumerate(lines, start=_HEADER + 1):
        _row(draft, row, line)
    return replace(plan, cells={**plan.cells, **draft.cells})


def _count(draft: Draft, row: int, line: HealthCheck) -> Expr:
    """How often a check fails; helpers and parts of a long sum stand in hidden cells."""
    if line.over is not None:
        for column, helper in enumerate(line.helpers, start=_HELP):
            draft.put(row, column, Formula(*helper), "helper")
            draft.hidden_columns.add(column)
        return line.over(_helper_cells(row, line))
    parts = in_parts(line.terms, lambda term: term[0])
    if len(parts) < 2:
        return line.count
    for column, part in enumerate(parts, start=_HELP):
        exprs, found = zip(*part, strict=True)
        draft.put(row, column, Formula(reduce(add, exprs), sum(found)), "helper")
        draft.hidden_columns.add(column)
    return F.SUM(span(row, _HELP, row, _HELP + len(parts) - 1))
