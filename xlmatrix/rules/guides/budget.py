"""Budget guardrails: the month and its forecast, the burn of each window, caps by stage of traffic.

The whole month's budget is spread evenly over its hours. A window's burn is what was spent in it by
that even budget: 1 is exactly on plan and never an alarm. An alarm needs a long and a short window
above the same figure. Where there is no ground for a verdict, the reason stands in its place.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from xlmatrix.formula import (
    BLANK,
    Expr,
    F,
    col,
    exact,
    if_,
    iferror,
    lit,
    name,
    this,
)
from xlmatrix.formula.guard import text_if_error
from xlmatrix.model import IncidentClass
from xlmatrix.rules import names
from xlmatrix.rules.cells import CellValue, RowCells, day_serial
from xlmatrix.rules.frame import Context
from xlmatrix.rules.instants import is_stamp, rounded, serial
from xlmatrix.tables.budget import BURN_ALARMS
from xlmatrix.tables.column import Column
from xlmatrix.tables.kinds import stamp_of
from xlmatrix.tables.matrix import MATRIX

NO_BUDGET, NOT_MEASURED, REFUND = "no budget", "not measured", "refund: no verdict"
NO_LAST, DISAGREE, NO_LIMIT = "no budget of last month", "windows disagree", "no figure above"
CAPPED, SPENT, OVER, WITHIN = (
    "hard cap reached",
    "budget spent",
    "forecast over budget",
    "within budget",
)
ALARM, NO_ALARM = "alarm", "no alarm"
NO_CLASS: Final = "This matrix has no class for cost"
NO_SEVERITY: Final = "no severity"
#: The defined names of the windows, by their minutes.
NAMES: Final = {
    5: "Budget_5min",
    30: "Budget_30min",
    60: "Budget_Hour",
    360: "Budget_6h",
    4320: "Budget_3days",
}
_SECOND: Final = 1 / 86400


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure of the sheet: its formula and its value."""

    name: str
    label: str
    expr: Expr
    value: CellValue
    role: str = "formula.number"


@dataclass(frozen=True, slots=True)
class Month:
    """The month that the figures speak of: the instant they go up to, and how long months are."""

    at: float
    first: float
    days: int
    days_before: int

    @property
    def elapsed(self) -> float:
        """Days of the month up to the instant, to the second."""
        return rounded((self.at - self.first) * 86400) / 86400

    @property
    def hours(self) -> float:
        """The same in hours, to a millionth."""
        return to_millionths(self.elapsed * 24)


def to_millionths(value: float) -> float:
    """What ``ROUND(value, 6)`` gives."""
    return rounded(value, 6)


def month_of(context: Context, until: CellValue) -> Month:
    """The month of an instant; midnight of a 1st that somebody typed ends the month before it."""
    stamp = stamp_of(until)
    at = context.as_of if stamp is None else stamp
    base = at if stamp is None else at - timedelta(seconds=1)
    first = base.replace(day=1)
    before = first - timedelta(days=1)
    return Month(
        serial(at),
        float(day_serial(first.date())),
        monthrange(base.year, base.month)[1],
        monthrange(before.year, before.month)[1],
    )


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is typed of a month; None is what holds no number."""

    month: float | None
    last: float | None
    spent: float | None
    cap: float | None
    row_minutes: float | None
    windows: Mapping[int, float | None]

    @property
    def budget(self) -> float | None:
        """The month's budget where there is one."""
        return self.month if self.month is not None and self.month > 0 else None


def month_figures(context: Context, until: CellValue, amounts: Amounts) -> list[Figure]:
    """What the amounts say of the month; empty text where there is no ground."""
    month = month_of(context, until)
    typed = name("Budget_Until")
    known = is_stamp(typed)
    at = F.IF(known, typed + 0, names.AS_OF)
    base = F.IF(known, typed - _SECOND, names.AS_OF)
    first, gone = name("Budget_First"), name("Budget_Elapsed")
    elapsed, days = month.elapsed, month.days
    seconds = F.ROUND((name("Budget_At") - first) * 86400, 0)
    return [
        Figure("Budget_At", "Figures until", at, month.at, "formula.stamp"),
        Figure(
            "Budget_First",
            "Month from",
            F.DATE(F.YEAR(base), F.MONTH(base), 1),
            month.first,
            "formula.date",
        ),
        Figure("Budget_Days", "Days in the month", F.DAY(F.EOMONTH(first, 0)), days, "formula.int"),
        Figure("Budget_Elapsed", "Days gone", seconds / 86400, elapsed),
        Figure("Budget_Left", "Days left", name("Budget_Days") - gone, days - elapsed),
        *_outlook(month, amounts),
        *_standing(context, month, amounts),
    ]  # fmt: skip


def _number(known: str) -> tuple[Expr, Expr]:
    """Whether a figure is a number, and that number."""
    return F.ISNUMBER(name(known)), F.IFERROR(F.N(name(known)), 0)


def forecast_of(month: Month, amounts: Amounts) -> float | str:
    """What the month costs at the pace so far; "" where nothing can be told."""
    elapsed, spent = month.elapsed, amounts.spent
    if spent is None or spent < 0 or elapsed <= 0:
        return ""
    return to_millionths(spent / elapsed * month.days)


def _outlook(month: Month, amounts: Amounts) -> list[Figure]:
    is_month, budget = _number("Budget_Month")
    is_spent, spent = _number("Budget_Spent")
    left, gone = name("Budget_Left"), name("Budget_Elapsed")
    rest = month.days - month.elapsed
    forecast = forecast_of(month, amounts)
    day: float | str = ""
    if amounts.budget and amounts.spent is not None and amounts.spent >= 0 and rest > 0:
        day = max(0.0, amounts.budget - amounts.spent) / rest
    share: float | str = ""
    if amounts.budget and isinstance(forecast, float):
        share = forecast / amounts.budget
    known = F.AND(is_month, budget > 0, is_spent, spent >= 0, left > 0)
    run = F.ROUND(spent / gone * name("Budget_Days"), 6)
    far = name("Budget_Forecast")
    return [
        Figure(
            "Budget_Day",
            "Budget of a day from now",
            if_(known, F.MAX(0, budget - spent) / left),
            day,
            "formula.money",
        ),
        Figure(
            "Budget_Forecast",
            "Forecast of the month",
            if_(F.AND(is_spent, spent >= 0, gone > 0), run),
            forecast,
            "formula.money",
        ),
        Figure(
            "Budget_Share",
            "Forecast by budget",
            if_(F.AND(F.ISNUMBER(far), is_month, budget > 0), F.N(far) / budget),
            share,
            "formula.percent",
        ),
    ]


def state_of(month: Month, amounts: Amounts) -> str:
    """How the month stands: the first of these that holds."""
    spent, budget, cap = amounts.spent, amounts.budget, amounts.cap
    if spent is not None and cap is not None and cap > 0 and spent >= cap:
        return CAPPED
    if budget is None:
        return NO_BUDGET
    if spent is None:
        return NOT_MEASURED
    if spent < 0:
        return REFUND
    forecast = forecast_of(month, amounts)
    if spent >= budget:
        return SPENT
    if not isinstance(forecast, float):
        return NOT_MEASURED
    return OVER if forecast > budget else WITHIN


def _state_expr() -> Expr:
    is_month, budget = _number("Budget_Month")
    is_spent, spent = _number("Budget_Spent")
    is_cap, cap = _number("Budget_Cap")
    far = name("Budget_Forecast")
    running = F.IF(F.ISNUMBER(far), F.IF(F.N(far) > budget, OVER, WITHIN), NOT_MEASURED)
    known = F.IF(spent < 0, REFUND, F.IF(spent >= budget, SPENT, running))
    judged = F.IF(is_spent, known, NOT_MEASURED)
    no_cap = F.IF(F.AND(is_month, budget > 0), judged, NO_BUDGET)
    return F.IF(F.AND(is_spent, is_cap, cap > 0, spent >= cap), CAPPED, no_cap)


def _standing(context: Context, month: Month, amounts: Amounts) -> list[Figure]:
    state, said = name("Budget_State"), state_of(month, amounts)
    named = F.OR(*(state.eq(word) for word in (CAPPED, SPENT, OVER)))
    incident = incident_of(context) if said in (CAPPED, SPENT, OVER) else ""
    return [
        Figure("Budget_State", "The month is", _state_expr(), said, "formula.center"),
        Figure(
            "Budget_Incident",
            "Open an incident",
            if_(named, incident_expr(context)),
            incident,
            "formula.wrap",
        ),
    ]


def cost_class(context: Context) -> IncidentClass | None:
    """The first class of the family of cost; None in a tier without one."""
    return next((kind for kind in context.spec.classes if kind.family == "cost"), None)


def incident_of(context: Context) -> str:
    """The tier's own class for cost with its severity."""
    kind = cost_class(context)
    if kind is None:
        return NO_CLASS
    place = context.policy.row(kind.severity)
    severity = NO_SEVERITY if place is None else context.spec.severities[place].id
    return f"{severity}: {kind.name} ({kind.id})"


def incident_expr(context: Context) -> Expr:
    """The formula of :func:`incident_of`, with the severity that stands on Matrix."""
    kind = cost_class(context)
    if kind is None:
        return lit(NO_CLASS)
    place = F.MATCH(kind.id, col(MATRIX.name, "ID"), 0)
    typed = F.INDEX(col(MATRIX.name, "Severity"), place)
    known = F.INDEX(names.POL_SEVERITY, F.MATCH(exact(typed), names.POL_SEVERITY, 0))
    return iferror(known, NO_SEVERITY) & f": {kind.name} ({kind.id})"


def burn_of(spend: float | None, minutes: int, month: Month, amounts: Amounts) -> float | str:
    """How many times the even budget was spent in a window, to a millionth; or why nobody knows.

    A window that begins in last month counts the hours there by last month's budget.
    """
    if amounts.budget is None:
        return NO_BUDGET
    if spend is None:
        return NOT_MEASURED
    if spend < 0:
        return REFUND
    longest = max(float(minutes), amounts.row_minutes or 0.0)
    hours = longest / 60
    inside = min(hours, month.hours)
    last = amounts.last if amounts.last is not None and amounts.last > 0 else None
    if inside < hours and last is None:
        return NO_LAST
    even = amounts.budget * inside / (24 * month.days)
    even += (hours - inside) * (last or 0.0) / (24 * month.days_before)
    return to_millionths(spend / even)


def _burn_expr(spend: Expr, minutes: Expr) -> Expr:
    is_month, budget = _number("Budget_Month")
    is_last, last = _number("Budget_Last")
    is_row, row = _number("Budget_Row")
    hours = F.MAX(minutes, F.IF(is_row, row, 0)) / 60
    inside = F.MIN(hours, F.ROUND(name("Budget_Elapsed") * 24, 6))
    outside = (hours - inside) * F.IF(is_last, F.MAX(last, 0), 0)
    before = F.DAY(name("Budget_First") - 1)
    even = budget * inside / (24 * name("Budget_Days")) + outside / (24 * before)
    no_last = F.AND(inside < hours, F.NOT(F.AND(is_last, last > 0)))
    known = F.IF(no_last, NO_LAST, F.ROUND(spend / even, 6))
    measured = F.IF(F.ISNUMBER(spend), F.IF(spend < 0, REFUND, known), NOT_MEASURED)
    return F.IF(F.AND(is_month, budget > 0), measured, NO_BUDGET)


_Twin = Callable[[RowCells], float | str]
_Part = Callable[[tuple[int, int]], Expr]
#: A pair of windows by what the sheet calls it: the minutes of the long and of the short one.
Pairs = Mapping[str, tuple[int, int]]


def alarm_rules(context: Context, pairs: Pairs, month: Month, amounts: Amounts) -> list[Column]:
    """The computed columns of tBurnAlarms."""
    known = {label.casefold(): pair for label, pair in pairs.items()}

    def spend_expr(place: int) -> Expr:
        return _by_pair(pairs, lambda pair: text_if_error(name(NAMES[pair[place]])))

    def burn(place: int) -> tuple[Expr, _Twin]:
        minutes = _by_pair(pairs, lambda pair: lit(pair[place]))

        def twin(row: RowCells) -> float | str:
            pair = known.get(row.text("Windows"))
            if pair is None:
                return ""
            return burn_of(amounts.windows.get(pair[place]), pair[place], month, amounts)

        listed = F.OR(*(this("Windows").eq(label) for label in pairs))
        return if_(listed, _burn_expr(spend_expr(place), minutes)), twin

    def state(row: RowCells) -> str:
        pair = known.get(row.text("Windows"))
        burns = row["Long burn"], row["Short burn"]
        if pair is None:
            return ""
        unknown = next((str(one) for one in burns if not isinstance(one, float)), None)
        if unknown is not None:
            return unknown
        long, short = (amounts.windows.get(minutes) or 0.0 for minutes in pair)
        above = row.number("Above")
        if short > long:
            return DISAGREE
        if above is None or above <= 1:
            return NO_LIMIT
        return ALARM if all(isinstance(one, float) and one > above for one in burns) else NO_ALARM

    columns = [
        BURN_ALARMS[header].by(expr, twin)
        for header, (expr, twin) in (("Long burn", burn(0)), ("Short burn", burn(1)))
    ]
    incident = incident_of(context)
    return [
        *columns,
        BURN_ALARMS["State"].by(_alarm_expr(spend_expr(0), spend_expr(1)), state),
        BURN_ALARMS["Incident"].by(
            if_(this("State").eq(ALARM), incident_expr(context)),
            lambda row: incident if row["State"] == ALARM else "",
        ),
    ]


def _by_pair(pairs: Pairs, part: _Part) -> Expr:
    found: Expr = BLANK
    for label, pair in reversed(list(pairs.items())):
        found = F.IF(this("Windows").eq(label), part(pair), found)
    return found


def _alarm_expr(long_spend: Expr, short_spend: Expr) -> Expr:
    long, short, above = this("Long burn"), this("Short burn"), this("Above")
    both = F.AND(F.ISNUMBER(long), F.ISNUMBER(short))
    limit = F.AND(F.ISNUMBER(above), F.N(above) > 1)
    over = F.IF(F.AND(long > above, short > above), ALARM, NO_ALARM)
    judged = F.IF(short_spend > long_spend, DISAGREE, F.IF(limit, over, NO_LIMIT))
    return F.IF(both, judged, F.IF(F.ISNUMBER(long), short, long))
