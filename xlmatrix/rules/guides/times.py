"""How often each severity kept its targets in the last whole month, by the log.

Counted are the incidents opened in that month of which it is known by now: done on time, done late,
or overdue. The month is the one before that of *As of*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, lit, name, this
from xlmatrix.rules import intervals as told
from xlmatrix.rules import names
from xlmatrix.rules.cells import CellValue, RowCells, day_serial
from xlmatrix.rules.frame import Floats, Frame, to_utc
from xlmatrix.rules.incidents.states import BREACHED, MET
from xlmatrix.rules.instants import rounded, utc_of, wall_seconds
from xlmatrix.tables.audit import KPI_TIMES
from xlmatrix.tables.column import Column
from xlmatrix.tables.incidents import INCIDENTS

NO_TARGET, NO_CASES = "no target", "no cases"
#: What stands where no number of cases can prove a target.
NEVER: Final = "none can"
DIGITS: Final = 9
#: The codes of the targets whose times are shown by severity.
TIMED: Final = {"ack": "acknowledge", "res": "resolve"}


@dataclass(frozen=True, slots=True)
class Period:
    """The last whole month: its first day and the day after it, as dates and as instants."""

    first: float
    after: float
    first_s: float
    after_s: float


#: The formulas of the period's days, and the defined names of its instants in UTC seconds.
FIRST_DAY: Final = F.DATE(F.YEAR(names.AS_OF), F.MONTH(names.AS_OF) - 1, 1)
AFTER_DAY: Final = F.DATE(F.YEAR(names.AS_OF), F.MONTH(names.AS_OF), 1)
PERIOD: Final = ("Kpi_From", "Kpi_After", "Kpi_From_S", "Kpi_After_S")


def instant_of(day: Expr) -> Expr:
    """The instant at which a day begins, in the formulas' seconds."""
    return utc_of(day * 86400)


def period_of(frame: Frame) -> Period:
    """The twin of the period's formulas."""
    now = frame.context.as_of
    after = datetime(now.year, now.month, 1)
    first = datetime(now.year - (now.month == 1), (now.month - 2) % 12 + 1, 1)
    stamps = np.array([first, after], dtype="datetime64[s]")
    begin, end = map(float, to_utc(frame.context.zone, wall_seconds(stamps)))
    return Period(float(day_serial(first.date())), float(day_serial(after.date())), begin, end)


def within(header: str) -> tuple[Expr, Expr, Expr, Expr]:
    """The criteria of ``COUNTIFS`` for a moment in the period."""
    at = col(INCIDENTS.name, header)
    return at, ">=" & name("Kpi_From_S"), at, "<" & name("Kpi_After_S")


def inside(at: Floats, period: Period) -> NDArray[np.bool_]:
    """Which moments lie in the period."""
    known = ~np.isnan(at)
    at = np.nan_to_num(at)
    return known & (at >= period.first_s) & (at < period.after_s)


def time_rules(frame: Frame, period: Period) -> list[Column]:
    """How often a severity kept a target in the period: cases opened in it and decided by now."""
    severity, opened = col(INCIDENTS.name, "Severity"), within("opened s")
    opened_then = inside(frame["opened s"], period)

    def by_code(made: Mapping[str, Expr]) -> Expr:
        return F.IF(this("Target time").eq(TIMED["ack"]), made["ack"], made["res"])

    def count(word: str) -> Expr:
        return by_code(
            {
                code: F.COUNTIFS(
                    severity, this("Severity"), col(INCIDENTS.name, f"{code} state"), word, *opened
                )
                for code in TIMED
            }
        )

    masks: dict[str, NDArray[np.bool_]] = {}

    def mask(row: RowCells) -> NDArray[np.bool_]:
        known = str(row["Severity"])
        if known not in masks:
            masks[known] = opened_then & (frame["Severity"] == row["Severity"]).astype(bool)
        return masks[known]

    def counted(row: RowCells, word: str) -> float:
        return float((mask(row) & (frame[f"{_code(row)} state"] == word)).sum())

    def mean(row: RowCells) -> float | str:
        done = frame[f"{_code(row)} done s"]
        took = (done - frame["opened s"])[mask(row) & ~np.isnan(done)]
        return rounded(float(took.sum()) / took.size / 60, DIGITS) if took.size else ""

    return [
        KPI_TIMES["On time"].by(count(MET), lambda row: counted(row, MET)),
        KPI_TIMES["Cases"].by(
            count(MET) + count(BREACHED), lambda row: counted(row, MET) + counted(row, BREACHED)
        ),
        *_time_verdicts(),
        KPI_TIMES["Mean (min)"].by(by_code({code: _mean_expr(code) for code in TIMED}), mean),
    ]


def _code(row: RowCells) -> str:
    return next(code for code, word in TIMED.items() if word == row["Target time"])


def _mean_expr(code: str) -> Expr:
    """The mean minutes of those that are done, on the clock on the wall."""
    done, opened = col(INCIDENTS.name, f"{code} done s"), col(INCIDENTS.name, "opened s")
    which = col(INCIDENTS.name, "Severity"), this("Severity"), *within("opened s"), done, ">0"
    took = F.SUMIFS(done, *which) - F.SUMIFS(opened, *which)
    return iferror(F.ROUND(took / F.COUNTIFS(*which) / 60, DIGITS))


def _time_verdicts() -> list[Column]:
    cases, target = this("Cases"), this("Wanted")
    share = iferror(this("On time") / cases)
    ends = [if_(cases > 0, end) for end in told.wilson_exprs(this("Share on time"), cases)]
    judged = told.verdict_expr(this("From"), this("To"), target, BLANK, lit(False))
    state = F.IF(F.ISNUMBER(target), F.IF(cases > 0, judged, NO_CASES), NO_TARGET)
    fewest = if_(F.ISNUMBER(target), told.fewest_expr(F.N(target), lit(False), NEVER))

    def part(row: RowCells) -> float | str:
        return row.counted("On time") / row.counted("Cases") if row["Cases"] else ""

    def end(row: RowCells, place: int) -> float | str:
        value = row["Share on time"]
        if not isinstance(value, float):
            return ""
        return told.wilson(value, row.counted("Cases"))[place]

    def state_of(row: RowCells) -> str:
        wanted = row.number("Wanted")
        if wanted is None:
            return NO_TARGET
        if not row["Cases"]:
            return NO_CASES
        return told.verdict(row.counted("From"), row.counted("To"), wanted, None, lower=False)

    def fewest_of(row: RowCells) -> CellValue:
        wanted = row.number("Wanted")
        if wanted is None:
            return ""
        found = told.fewest_cases(wanted, lower=False)
        return NEVER if found is None else found

    return [
        KPI_TIMES["Share on time"].by(share, part),
        KPI_TIMES["From"].by(ends[0], lambda row: end(row, 0)),
        KPI_TIMES["To"].by(ends[1], lambda row: end(row, 1)),
        KPI_TIMES["Fewest cases"].by(fewest, fewest_of),
        KPI_TIMES["State"].by(state, state_of),
    ]
