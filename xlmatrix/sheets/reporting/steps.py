"""The steps of a report in formulas: which of its clocks is due, and its instants.

The twin of :mod:`xlmatrix.rules.reporting.outcome`, a column a step. Instants are UTC in Excel
seconds; a start is "" while it is missing and ``no`` for never. A table that uses these steps has
some of its own besides: ``incident text``, ``rule row``, ``trigger s``, ``trigger of``, ``reported
s``, ``filed before s``, ``decision text`` and ``decided``.
"""

from __future__ import annotations

from collections.abc import Sequence

from xlmatrix.formula import BLANK, Expr, F, if_, iferror, lit, this
from xlmatrix.rules import names
from xlmatrix.rules.instants import utc_of, wall_of
from xlmatrix.rules.reporting.counting import DAY_S, END_OF_DAY_S
from xlmatrix.sheets.reporting.clock_steps import clock_steps, moment_steps, waits
from xlmatrix.sheets.reporting.day_exprs import (
    BEYOND_S,
    CLOCKS,
    day_of,
    in_days,
    nth_working,
    several,
    works,
)
from xlmatrix.sheets.reporting.rule_steps import (
    against_expr,
    condition_steps,
    open_expr,
    rule_steps,
)


def step_exprs(*, scoped: bool) -> dict[str, Expr]:
    """Every shared step by header, each after those that it reads.

    ``scoped`` says whether the workbook has a sheet of the matrix's own answers.
    """
    found = rule_steps()
    found |= condition_steps(scoped=scoped)
    for number in CLOCKS:
        found |= clock_steps(number)
    return found | _due_steps()


def _due_steps() -> dict[str, Expr]:
    latest = this("takes").eq("latest")
    ables = several("able")
    sure = [F.IF(F.AND(F.ISNUMBER(able), this(f"counts {k}").eq(1)), 1, 0)
            for k, able in zip(CLOCKS, ables, strict=True)]  # fmt: skip
    found: dict[str, Expr] = {
        "sure": _sum(sure),
        "first able": if_(F.COUNT(*ables) > 0, F.MIN(*ables)),
    }
    for number, able in zip(CLOCKS, ables, strict=True):
        earlier = [one.eq(this("first able")) for one in ables[: number - 1]]
        first = able.eq(this("first able"))
        first = F.AND(first, F.NOT(F.OR(*earlier))) if earlier else first
        among = F.IF(this("sure") > 0, this(f"counts {number}").eq(1), first)
        takes = F.IF(latest, among, lit(True))
        found[f"due {number}"] = if_(F.ISNUMBER(able), if_(takes, able))
        found[f"due law {number}"] = if_(F.ISNUMBER(this(f"due {number}")), this(f"law {number}"))
    safes = several("due")
    some = F.COUNT(*safes) > 0
    return {
        **found,
        "safe s": if_(some, if_(latest, F.MAX(*safes), F.MIN(*safes))),
        **_chosen_steps("", "due law"),
        "missing": if_(this("rule row").filled(), _missing()),
        **moment_steps("until s", this("until"), this("until").ne("")),
        "over": F.IF(
            F.AND(F.ISNUMBER(this("until s")), some),
            F.IF(F.AND(this("safe s") > this("until s"), this("until s") <= names.AS_OF_S), 1, 0),
            0,
        ),
        "begun s": if_(F.COUNT(*ables) > 0, F.MIN(*several("begun"))),
        "law s": if_(this("may roll").eq(1), this("rolled s"), this("chosen law")),
        "adrift": _adrift(ables),
        "open": open_expr(),
        "against": against_expr(),
        **_chosen_steps("last ", "sure law"),
        "late s": _late(latest),
    }


def _sum(cells: Sequence[Expr]) -> Expr:
    total = cells[0]
    for cell in cells[1:]:
        total = total + cell
    return total


def _chosen_steps(prefix: str, among: str) -> dict[str, Expr]:
    """The clock that is due by law among some, and its instant if it rolls."""
    laws, law = several(among), this(f"{prefix}chosen law")
    some = F.COUNT(*laws) > 0
    extreme = if_(this("takes").eq("latest"), F.MAX(*laws), F.MIN(*laws))
    place: Expr = lit(CLOCKS[-1])
    for number in reversed(CLOCKS[:-1]):
        one = laws[number - 1]
        place = if_(F.IF(F.ISNUMBER(one), one.eq(law), lit(False)), number, place)
    chosen = this(f"{prefix}chosen")
    return {
        f"{prefix}chosen law": if_(some, extreme),
        f"{prefix}chosen": if_(some, place),
        f"{prefix}start s": if_(some, F.CHOOSE(chosen, *several("start"))),
        f"{prefix}chosen unit": if_(some, F.CHOOSE(chosen, *several("unit"))),
        f"{prefix}chosen amount": if_(some, F.CHOOSE(chosen, *several("amount"))),
        **_roll_steps(prefix),
    }


def _missing() -> Expr:
    """The first moment that waits for its time."""
    missing: Expr = BLANK
    for number in reversed(CLOCKS):
        missing = if_(waits(number), this(f"after {number}"), missing)
    return missing


def _adrift(ables: list[Expr]) -> Expr:
    by_day = F.OR(
        *(
            F.IF(F.ISNUMBER(able), in_days(this(f"unit {number}")), lit(False))
            for number, able in zip(CLOCKS, ables, strict=True)
        )
    )
    matters = F.OR(this("roll").ne("none"), by_day)
    return F.IF(F.AND(this("declared").eq(0), F.COUNT(*ables) > 0, matters), 1, 0)


def _late(latest: Expr) -> Expr:
    """After this it is late by law whatever else becomes known; "" while nothing says so."""
    moving = F.OR(*(F.OR(waits(number), this(f"counts {number}").eq(0.5)) for number in CLOCKS))
    unsure = F.OR(
        this("applies") < 1,
        this("reportable") < 1,
        this("adrift").eq(1),
        F.IF(latest, moving, lit(False)),
        F.NOT(F.ISNUMBER(this("last chosen law"))),
    )
    rolls = if_(this("may roll") > 0, this("last rolled s"), this("last chosen law"))
    return if_(unsure, BLANK, rolls)


def _roll_steps(prefix: str) -> dict[str, Expr]:
    """Working days on the way to the instant to which a clock rolls."""

    def of(step: str) -> Expr:
        return this(f"{prefix}{step}")

    law, zone, calendar = of("chosen law"), this("zone no"), this("holidays no")
    unit, roll, day = of("chosen unit"), this("roll"), of("law day")
    several = F.OR(unit.eq("weeks"), unit.eq("months"), of("chosen amount") >= 2)
    last = F.IF(of("law works").eq(1), day, of("next day"))
    moves = F.AND(F.ISNUMBER(law), roll.ne("none"), this("declared").eq(1))
    by_eu = utc_of(F.MAX(last, F.IF(several, of("second day"), 0)) * DAY_S + END_OF_DAY_S, zone)
    noon = utc_of(of("next day") * DAY_S + DAY_S // 2, zone)
    same = utc_of(of("next day") * DAY_S + F.MOD(of("law wall"), DAY_S), zone)
    free = if_(roll.eq("noon"), noon, if_(roll.eq("next-working-day"), same, law))
    by_works = if_(of("law works").eq(1), law, free)
    moved = if_(F.AND(roll.eq("eu-1182-71"), in_days(unit)), by_eu, by_works)
    second = nth_working(day_of(wall_of(of("start s"), zone)), 2, calendar)
    return {
        f"{prefix}law wall": if_(F.IF(moves, law < BEYOND_S, lit(False)), wall_of(law, zone)),
        f"{prefix}law day": if_(of("law wall").filled(), day_of(of("law wall"))),
        f"{prefix}law works": if_(day.filled(), iferror(F.IF(works(day, calendar), 1, 0), 0)),
        f"{prefix}next day": if_(day.filled(), iferror(nth_working(day, 1, calendar))),
        f"{prefix}second day": if_(day.filled(), iferror(second)),
        f"{prefix}rolled s": if_(day.filled(), iferror(moved, BEYOND_S), law),
    }
