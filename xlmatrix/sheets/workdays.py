"""The hidden sheet of working days that obligations count on, and the choices of their tables."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, lit, ref, span
from xlmatrix.rules.clocks import obligations as rule
from xlmatrix.rules.policy import calendar_number
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.notices import working_days
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Visibility
from xlmatrix.tables.hours import HOLIDAYS, PER_DAY, SPEAKS_OF
from xlmatrix.tables.vocabulary import DECISIONS, NOTICE_UNITS, ROLLS, Vocabulary

NAME: Final = "Workdays"
#: First column of a list, what it holds, and the title above it.
_CHOICES: Final[tuple[tuple[int, Vocabulary, tuple[str, ...]], ...]] = (
    (5, NOTICE_UNITS, ("immediately", "hours", "days", "business days", "months")),
    (7, ROLLS, ("none", "eu-1182-71", "noon")),
    (9, DECISIONS, ("report", rule.NO_REPORT)),
)


def workdays_sheet(scene: Scene) -> Drawn:
    """Every date of the horizon, whether it is a working day, and the working days up to it."""
    draft = Draft(NAME, visibility=Visibility.HIDDEN, protected=True)
    draft.row(
        1, 1, ["Date", "Working", "Count", "", "Units", "", "Rolls", "", "Decisions"], "header"
    )
    last = _days(draft, scene)
    lists: dict[str, Expr] = {}
    for column, words, choices in _CHOICES:
        for place, choice in enumerate(choices, start=2):
            draft.put(place, column, choice, "helper")
        lists[words.list_name] = span(2, column, 1 + len(choices), column, NAME)
    draft.widths.update(dict.fromkeys(range(1, 8), 14))
    days = {
        rule.WD_FIRST.text: ref(2, 1, NAME),
        rule.WD_OPEN.text: span(2, 2, last, 2, NAME),
        rule.WD_COUNT.text: span(2, 3, last, 3, NAME),
    }
    return Drawn(draft.plan(), days | lists)


def _days(draft: Draft, scene: Scene) -> int:
    """A row a date, below one for the eve of the first; the last row."""
    days = working_days(scene)
    draft.put(2, 1, days.first - timedelta(days=1), "helper.date")
    draft.row(2, 2, [0, 0], "helper.seconds")
    day, row, count = days.first, 2, 0
    while day <= days.last:
        row += 1
        works = days.is_working(day)
        count += works
        free = lit(0) if day.weekday() > 4 else if_(_holiday_expr(scene, row) > 0, 0, 1)
        draft.put(row, 1, day, "helper.date")
        draft.put(row, 2, Formula(free, int(works)), "helper.seconds")
        draft.put(row, 3, Formula(ref(row - 1, 3) + ref(row, 2), count), "helper.seconds")
        day += timedelta(days=1)
    return row


def _holiday_expr(scene: Scene, row: int) -> Expr:
    """How many holidays of the calendar, or of all, fall on the date of a row."""
    chosen = rule.notice_calendar(scene.spec)
    dates, key = col(HOLIDAYS.name, SPEAKS_OF), ref(row, 1) * PER_DAY
    closed: Expr = F.COUNTIF(dates, key)
    if not chosen:
        return closed
    return closed + F.COUNTIF(dates, key + calendar_number(scene.spec, chosen))
