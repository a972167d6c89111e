"""Health: what is doubtful about this matrix, counted live, with where to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final

from xlmatrix.formula import Expr, F, if_, in_parts, name, ref, span
from xlmatrix.rules.lint import FIX, LOOK, Facts, HealthCheck, lint
from xlmatrix.rules.lint.health_check import OK
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


def health_sheet(scene: Scene, drawn: Sequence[Drawn]) -> Drawn:
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
    )
    draft.set_page(
        landscape=True,
        fit_height=1,
        freeze=f"A{_HEADER + 1}",
        area=area(1, 1, last, len(_WIDTHS)),
    )
    return Drawn(draft.plan(), {HEALTH_STATES.text: span(_HEADER + 1, 3, last, 3, NAME)})


@dataclass(frozen=True, slots=True)
class Shown:
    """One failing check as a drawn Health sheet shows it."""

    check: str
    state: str
    found: float
    mend: str
    sheet: str


def read_lines(plan: SheetPlan) -> list[Shown]:
    """The checks of a drawn Health sheet that are not ok."""
    answer = []
    rows = sorted(row for row, column in plan.cells if column == 2 and row > _HEADER)
    for row in rows:
        values = []
        for column in range(2, 7):
            value = plan.cells[row, column].value
            values.append(value.value if isinstance(value, Formula) else value)
        check, state, found, mend, sheet = values
        if state != OK:
            number = float(found) if isinstance(found, int | float) else 0.0
            answer.append(Shown(str(check), str(state), number, str(mend), str(sheet)))
    return answer


def _facts(scene: Scene, drawn: Sequence[Drawn]) -> Facts:
    columns = {
        (table.name, column.id): list(table.values[place])
        for sheet in drawn
        for table in sheet.plan.tables
        for place, column in enumerate(table.columns)
    }
    known = frozenset(known for sheet in drawn for known in sheet.names)
    return Facts(scene.context, columns, known)


def _summary(draft: Draft, lines: list[HealthCheck], last: int) -> None:
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
    draft.put(row, 3, Formula(if_(found > 0, line.bad, OK), line.state), "formula.center")
    draft.put(row, 4, Formula(_count(draft, row, line), float(line.found)), "formula.number")
    draft.put(row, 5, line.mend, "fixed.wrap")
    draft.put(row, 6, line.sheet, "link", link=f"{line.sheet}!A1")


def _count(draft: Draft, row: int, line: HealthCheck) -> Expr:
    """How often a check fails; a long sum stands in hidden cells to the right, part by part."""
    parts = in_parts(line.terms, lambda term: term[0])
    if len(parts) < 2:
        return line.count
    for column, part in enumerate(parts, start=_HELP):
        exprs, found = zip(*part, strict=True)
        draft.put(row, column, Formula(reduce(add, exprs), sum(found)), "helper")
        draft.hidden_columns.add(column)
    return F.SUM(span(row, _HELP, row, _HELP + len(parts) - 1))
