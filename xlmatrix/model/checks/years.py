"""Every year of the horizon has its holidays."""

from __future__ import annotations

from collections.abc import Iterator

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Problem, warning
from xlmatrix.model.calendars import holiday_dates, weekly_hours
from xlmatrix.model.models import MatrixSpec


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """Years of the horizon without a holiday, of calendars that have some in other years.

    A calendar without any may be meant so; the workbook's Health sheet still asks for a look.
    """
    start, end = spec.horizon.start, spec.horizon.end
    if end < start:
        return
    for place, calendar in enumerate(spec.calendars):
        try:
            if weekly_hours(calendar).always:
                continue
            years = {day.year for day in holiday_dates(spec, calendar.id)}
        except XlmatrixError:
            continue  # hours and countries have findings of their own
        missing = [str(y) for y in range(start.year, end.year + 1) if y not in years]
        if missing and years:
            yield warning(
                "holidays-missing",
                ("calendars", place, "holidays"),
                f"'{calendar.id}' has no holiday in {', '.join(missing)}",
                "Name a country, or list the dates",
            )
