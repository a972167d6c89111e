"""Arithmetic of the implementation audit: shares, concentration, budget and burn.

``day budget = (month budget - spent) / days left``; ``forecast = spent / elapsed x days``;
``burn = last hour x 24 / day budget``. Thresholds are proposed figures that stand on the sheet.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from xlmatrix.formula import (
    BLANK,
    Expr,
    F,
    col,
    criterion,
    if_,
    lit,
    name,
    this,
)
from xlmatrix.formula.guard import ANY_NUMBER, sum_of, text_if_error
from xlmatrix.rules import names
from xlmatrix.rules.cells import TODAY, CellValue, RowCells, day_serial
from xlmatrix.rules.frame import Context
from xlmatrix.rules.instants import serial
from xlmatrix.tables.audit import AUDIT_QUESTIONS, COSTS, STAGES, WORKLOADS
from xlmatrix.tables.column import Column
from xlmatrix.tables.vocabulary import AUDIT as ANSWERS

YES, PARTLY, NO, NOT_ASKED = ANSWERS.words
OPEN, OVERDUE, IN_ORDER = "open", "overdue", "in order"
WITHIN, OUTSIDE, CONCENTRATED, SPREAD = "within", "outside the rule", "concentrated", "spread"
NONE, NEVER, AGAIN, TESTED = "no fallback", "never tested", "test again", "tested"
FINE, WARN, ACT, STOP = "fine", "warn", "act", "stop"


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure of the sheet: its formula and its value."""

    name: str
    label: str
    expr: Expr
    value: CellValue
    role: str = "formula.number"


def question_rule(context: Context) -> Column:
    """The state of a question of the audit."""
    answer, due = this("Answer"), this("Due")
    late = F.AND(F.ISNUMBER(due), F.N(due) < TODAY)
    settled = F.OR(answer.eq(YES), answer.eq(NOT_ASKED))
    expr = if_(this("Question").filled(), F.IF(settled, IN_ORDER, F.IF(late, OVERDUE, OPEN)), BLANK)
    today = day_serial(context.as_of.date())

    def twin(row: RowCells) -> str:
        if not row.filled("Question"):
            return ""
        if row.text("Answer") in (YES, NOT_ASKED):
            return IN_ORDER
        day = row.number("Due")
        return OVERDUE if day is not None and day < today else OPEN

    return AUDIT_QUESTIONS["State"].by(expr, twin)


Rows = Callable[[], Sequence[RowCells]]


def workload_rules(context: Context, rows: Rows, most: float, days: float) -> list[Column]:
    """Shares of calls and spend; ``most`` is a share, ``days`` how long a fallback test holds."""
    return [*_call_rules(rows), *_spend_rules(rows, most), _fallback_rule(context, days)]


def _total(rows: Rows, header: str) -> float:
    return sum(row.number(header) or 0.0 for row in rows())


def _call_rules(rows: Rows) -> list[Column]:
    """Each workload's share of all calls, and whether it stays within its rule."""
    every = sum_of(col(WORKLOADS.name, "Calls"))
    share = if_(F.AND(F.ISNUMBER(this("Calls")), every > 0), F.N(this("Calls")) / every)
    low, high, mine = this("At least"), this("At most"), this("Share of calls")
    bounded = F.OR(F.ISNUMBER(low), F.ISNUMBER(high))
    out = F.OR(F.AND(F.ISNUMBER(low), mine < F.N(low)), F.AND(F.ISNUMBER(high), mine > F.N(high)))
    split = if_(F.AND(mine.filled(), bounded), F.IF(out, OUTSIDE, WITHIN))

    def share_of(row: RowCells) -> float | str:
        number, total = row.number("Calls"), _total(rows, "Calls")
        return "" if number is None or total <= 0 else number / total

    def within(row: RowCells) -> str:
        part, least, top = row["Share of calls"], row.number("At least"), row.number("At most")
        if not isinstance(part, float) or (least is None and top is None):
            return ""
        wrong = (least is not None and part < least) or (top is not None and part > top)
        return OUTSIDE if wrong else WITHIN

    return [WORKLOADS["Share of calls"].by(share, share_of), WORKLOADS["Split"].by(split, within)]


def _spend_rules(rows: Rows, most: float) -> list[Column]:
    """The share of all spend that goes to a workload's provider, and whether that is too much."""
    spend = col(WORKLOADS.name, "Spend")
    provider = criterion(this("Provider"))
    mine = F.SUMIFS(spend, col(WORKLOADS.name, "Provider"), provider, spend, ANY_NUMBER)
    of_provider = mine / sum_of(spend)
    known = F.AND(this("Provider").filled(), sum_of(spend) > 0)
    limit, part = F.N(name("Audit_Concentration")) / 100, this("Provider's share")

    def provider_share(row: RowCells) -> float | str:
        total = _total(rows, "Spend")
        if not row.filled("Provider") or total <= 0:
            return ""
        same = [r for r in rows() if r.text("Provider") == row.text("Provider")]
        return sum(r.number("Spend") or 0.0 for r in same) / total

    def concentrated(row: RowCells) -> str:
        share = row["Provider's share"]
        return "" if not isinstance(share, float) else CONCENTRATED if share > most else SPREAD

    return [
        WORKLOADS["Provider's share"].by(if_(known, of_provider), provider_share),
        WORKLOADS["Concentration"].by(
            if_(part.filled(), F.IF(part > limit, CONCENTRATED, SPREAD)), concentrated
        ),
    ]


def _fallback_rule(context: Context, days: float) -> Column:
    """Whether something stands in for a workload's provider, and when that was last tried."""
    tested = this("Fallback tested")
    age = F.IF(TODAY - F.N(tested) > F.N(name("Audit_Fallback_Days")), AGAIN, TESTED)
    fallback = F.IF(this("Fallback").empty(), NONE, F.IF(F.ISNUMBER(tested), age, NEVER))
    today = day_serial(context.as_of.date())

    def twin(row: RowCells) -> str:
        if not row.filled("Workload"):
            return ""
        if not row.filled("Fallback"):
            return NONE
        day = row.number("Fallback tested")
        return NEVER if day is None else AGAIN if today - day > days else TESTED

    return WORKLOADS["Fallback check"].by(if_(this("Workload").filled(), fallback), twin)


def budget_figures(context: Context, typed: Mapping[str, float]) -> list[Figure]:
    """What the typed amounts say of the month; empty text where there is nothing to divide by.

    Parameters
    ----------
    typed
        Values by the names of the settings (``Budget_Month`` and the others of the sheet).
    """
    now = serial(context.as_of)
    first = float(day_serial(context.as_of.date().replace(day=1)))
    days = monthrange(context.as_of.year, context.as_of.month)[1]
    elapsed = now - first
    left, month, spent = days - elapsed, typed["Budget_Month"], typed["Budget_Spent"]
    day_budget: float | str = (month - spent) / left if month > 0 and left > 0 else ""
    forecast: float | str = spent / elapsed * days if elapsed > 0 and spent > 0 else ""
    burn: float | str = ""
    if isinstance(day_budget, float):
        burn = typed["Budget_Hour"] * 24 / day_budget if day_budget > 0 else ""
    amount = {key: F.IFERROR(F.N(name(key)), 0) for key in typed}
    begin = F.DATE(F.YEAR(names.AS_OF), F.MONTH(names.AS_OF), 1)
    days_expr = F.DAY(F.EOMONTH(names.AS_OF, 0))
    gone, rest = name("Budget_Elapsed"), name("Budget_Left")
    per_day = (amount["Budget_Month"] - amount["Budget_Spent"]) / rest
    run = amount["Budget_Spent"] / gone * name("Budget_Days")
    per = name("Budget_Day")
    return [
        Figure("Budget_Days", "Days in this month", days_expr, days, "formula.int"),
        Figure("Budget_Elapsed", "Days gone", names.AS_OF - begin, elapsed),
        Figure("Budget_Left", "Days left", name("Budget_Days") - gone, left),
        Figure(
            "Budget_Day",
            "Budget of a day from now",
            if_(F.AND(amount["Budget_Month"] > 0, rest > 0), per_day),
            day_budget,
            "formula.money",
        ),
        Figure(
            "Budget_Forecast",
            "Forecast of the month",
            if_(F.AND(gone > 0, amount["Budget_Spent"] > 0), run),
            forecast,
            "formula.money",
        ),
        Figure(
            "Budget_Burn",
            "Burn: days' budgets in a day at this hour's pace",
            if_(F.ISNUMBER(per), if_(F.N(per) > 0, amount["Budget_Hour"] * 24 / per)),
            burn,
        ),
    ]


def burn_severity(
    levels: Sequence[str], typed: Mapping[str, float], burn: CellValue
) -> tuple[Expr, str]:
    """The severity that the burn means: worst from ``Burn_Worst`` or at the hard cap."""
    pace = name("Budget_Burn")
    steps = list(zip(("Burn_Worst", "Burn_Second", "Burn_Third"), levels, strict=False))
    found: Expr = lit("within budget")
    for known, level in reversed(steps):
        found = F.IF(F.N(pace) >= F.N(name(known)), level, found)
    capped = F.N(name("Budget_Cap"))
    hit = F.AND(capped > 0, F.N(name("Budget_Spent")) >= capped)
    expr = F.IF(hit, levels[0], if_(F.ISNUMBER(pace), found))
    if typed["Budget_Cap"] > 0 and typed["Budget_Spent"] >= typed["Budget_Cap"]:
        return expr, levels[0]
    if not isinstance(burn, float):
        return expr, ""
    said = next((level for known, level in steps if burn >= typed[known]), "within budget")
    return expr, said


def stage_rules(typed: Mapping[str, float], chosen: str) -> list[Column]:
    """Daily caps by stage of traffic; ``chosen`` is the stage that traffic is in."""
    usual, today = F.N(name("Budget_Usual_Day")), F.N(name("Budget_Today"))
    fixed, factor = this("Fixed cap"), this("Cap × forecast")
    by_factor = if_(usual * F.N(factor) > 0, usual * F.N(factor))
    cap = F.IF(F.ISNUMBER(fixed), fixed + 0, by_factor)
    use = if_(F.ISNUMBER(this("Daily cap")), if_(F.N(this("Daily cap")) > 0,
              today / this("Daily cap")))  # fmt: skip
    used = this("Used today")
    judged = F.IF(
        used >= F.N(this("Stop at")),
        STOP,
        F.IF(used >= F.N(this("Act at")), ACT, F.IF(used >= F.N(this("Warn at")), WARN, FINE)),
    )
    here = this("Stage").eq(text_if_error(name("Audit_Stage")))

    def cap_of(row: RowCells) -> float | str:
        own = row.number("Fixed cap")
        if own is not None:
            return own
        made = typed["Budget_Usual_Day"] * row.counted("Cap × forecast")
        return made if made > 0 else ""

    def use_of(row: RowCells) -> float | str:
        top = row["Daily cap"]
        return typed["Budget_Today"] / top if isinstance(top, float) and top > 0 else ""

    def state_of(row: RowCells) -> str:
        part = row["Used today"]
        if row.text("Stage") != chosen.casefold() or not isinstance(part, float):
            return ""
        steps = (("Stop at", STOP), ("Act at", ACT), ("Warn at", WARN))
        return next((word for at, word in steps if part >= row.counted(at)), FINE)

    return [
        STAGES["Daily cap"].by(cap, cap_of),
        STAGES["Used today"].by(use, use_of),
        STAGES["Now"].by(if_(F.AND(here, F.ISNUMBER(used)), judged), state_of),
    ]


def cost_rule() -> Column:
    """What a call costs: tokens by their prices a million, and tools."""
    parts = (("Tokens in", "Price in"), ("Cached", "Price cached"), ("Tokens out", "Price out"))
    total: Expr = lit(0)
    for index, (tokens, price) in enumerate(parts):
        part = F.N(this(tokens)) * F.N(this(price)) / 1_000_000
        total = part if index == 0 else total + part
    expr = if_(this("Model").filled(), total + F.N(this("Tools")))

    def twin(row: RowCells) -> float | str:
        if not row.filled("Model"):
            return ""
        made = sum(row.counted(tokens) * row.counted(price) / 1_000_000 for tokens, price in parts)
        return made + row.counted("Tools")

    return COSTS["Cost per call"].by(expr, twin)
