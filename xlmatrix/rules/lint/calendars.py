"""Calendars hold holidays for every year, and reach far enough ahead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, lit
from xlmatrix.rules import names
from xlmatrix.rules.clocks.calendar_rows import is_always
from xlmatrix.rules.frame import horizon
from xlmatrix.rules.lint.health_check import FIX, LOOK, Facts, HealthCheck
from xlmatrix.tables.hours import CLOSES, HOLIDAYS, PER_DAY, SPEAKS_OF

#: A horizon that ends sooner than this is worth a regeneration.
FEWEST_DAYS: Final = 60


def checks(facts: Facts) -> Iterator[HealthCheck]:
    """Years of the horizon without a holiday, a calendar a line, and the end of the horizon."""
    context = facts.context
    both = zip(context.spec.calendars, context.calendars, strict=True)
    for number, (written, calendar) in enumerate(both):
        if is_always(calendar):
            continue
        years = range(calendar.plan.start.year, calendar.plan.end.year + 1)
        held = {day.year for day in calendar.plan.holidays}
        count: Expr = lit(0)
        for place, year in enumerate(years):
            missing = if_(_holidays(number + 1, year).eq(0), 1, 0)
            count = missing if place == 0 else count + missing
        yield HealthCheck(
            f"{written.name}: years without any holiday",
            count,
            sum(year not in held for year in years),
            LOOK,
            "Add the year's holidays, or regenerate with a country in the spec",
            "Holidays",
            code="holidays-missing",
            path=f"calendars[{number}]",
        )
    _, high = horizon(context)
    short = high - context.as_of_s < FEWEST_DAYS * 86_400
    yield HealthCheck(
        f"Deadlines can be computed for {FEWEST_DAYS} days ahead",
        if_(names.HORIZON_END - names.AS_OF_S < FEWEST_DAYS * 86_400, 1, 0),
        short,
        FIX,
        "Regenerate the workbook with a later end of its horizon",
        "Start",
        code="horizon-ends",
    )


def _holidays(number: int, year: int) -> Expr:
    """How many rows speak of a date of the year, for a calendar by its number from 1 or for all."""
    speaks, closes = (col(HOLIDAYS.name, known) for known in (SPEAKS_OF, CLOSES))
    # Serial numbers as numbers: a criterion with a date in words depends on the computer.
    first, last = (F.DATE(y, 1, 1) * PER_DAY for y in (year, year + 1))
    inside = (speaks, lit(">=") & first, speaks, lit("<") & last)
    return F.COUNTIFS(*inside, closes, number) + F.COUNTIFS(*inside, closes, 0)
