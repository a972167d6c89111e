"""The tables of the budget: its figures, alarms of its burn, stages of traffic, their caps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from xlmatrix.formula import Expr, F, lit, name, this
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import KEY, NUMBER, SHARE, STAMP, TEXT, choice, number_of, text_of
from xlmatrix.tables.settings import settings_table
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import Validation

MONTH, LAST, SPENT = "Budget of this month", "Budget of last month", "Spent this month"
CAP, USUAL, TODAY = "Hard cap of the month", "Forecast of a usual day", "Spent today"
ROW: Final = "A row of spend is"
#: The windows of the burn in minutes, by the row of the figures that each is typed in.
WINDOWS: Final = {
    "Spent in the last 5 min": 5,
    "Spent in the last 30 min": 30,
    "Spent in the last hour": 60,
    "Spent in the last 6 h": 360,
    "Spent in the last 3 days": 4320,
}
_ABOVE_NOTHING: Final = (MONTH, LAST, CAP, USUAL, ROW)
_REFUNDABLE: Final = (SPENT, TODAY, *WINDOWS)
NOT_ABOVE: Final = "Not above 0: no verdict"
REFUNDED: Final = "Below 0, a refund: no verdict"


def not_above(column_id: str) -> Doubt:
    """An amount that must be above nothing."""
    return Doubt(
        "typed-number",
        f"{column_id} is not above 0: no verdict",
        F.AND(F.ISNUMBER(this(column_id)), this(column_id) <= 0),
        lambda row, _, __: (one := number_of(row.get(column_id))) is not None and one <= 0,
    )


def refunded(column_id: str) -> Doubt:
    """A spend below nothing, which says nothing of the pace."""
    return Doubt(
        "typed-number",
        f"{column_id} is below 0, a refund: no verdict",
        F.AND(F.ISNUMBER(this(column_id)), this(column_id) < 0),
        lambda row, _, __: (one := number_of(row.get(column_id))) is not None and one < 0,
    )


def _of_setting(labels: Sequence[str]) -> Expr:
    return F.OR(*(this("Setting").eq(label) for label in labels))


def _value(row: Row, labels: Sequence[str]) -> float | None:
    """The number in a row of one of the settings."""
    known = text_of(row.get("Setting")).casefold()
    return number_of(row.get("Value")) if known in map(str.casefold, labels) else None


def _first(lists: Lists, known: str) -> float | None:
    return number_of(next(iter(lists(known)), None))


def _begins_before(row: Row, _: Sequence[Row], lists: Lists) -> bool:
    """Whether a window reaches into last month, whose budget nobody typed."""
    elapsed, last = _first(lists, "Budget_Elapsed"), _first(lists, "Budget_Last")
    return (
        elapsed is not None
        and (last is None or last <= 0)
        and any(
            _value(row, (label,)) is not None and round(elapsed * 24, 6) < minutes / 60
            for label, minutes in WINDOWS.items()
        )
    )


def _budget_doubts(_: Sequence[str]) -> tuple[Doubt, ...]:
    value = this("Value")
    low = F.AND(_of_setting(_ABOVE_NOTHING), F.ISNUMBER(value), value <= 0)
    refund = F.AND(_of_setting(_REFUNDABLE), F.ISNUMBER(value), value < 0)
    hours = F.ROUND(F.N(name("Budget_Elapsed")) * 24, 6)
    early = F.OR(
        *(
            F.AND(this("Setting").eq(label), hours < minutes / 60)
            for label, minutes in WINDOWS.items()
        )
    )
    no_last = F.IFERROR(F.N(name("Budget_Last")), 0) <= 0

    def is_low(row: Row, _: Sequence[Row], __: Lists) -> bool:
        number = _value(row, _ABOVE_NOTHING)
        return number is not None and number <= 0

    def is_refund(row: Row, _: Sequence[Row], __: Lists) -> bool:
        number = _value(row, _REFUNDABLE)
        return number is not None and number < 0

    said = "Begins in last month, whose budget is missing: no verdict"
    return (
        Doubt("typed-number", NOT_ABOVE, low, is_low),
        Doubt("typed-number", REFUNDED, refund, is_refund),
        Doubt("typed-half", said, F.AND(F.ISNUMBER(value), early, no_last), _begins_before),
    )


BUDGET: Final = replace(
    settings_table(
        "tBudget", "The month's budget, what is spent of it, and what was spent in each window"
    ),
    doubts=_budget_doubts,
)


def _fact_doubts(_: Sequence[str]) -> tuple[Doubt, ...]:
    until, now = this("Figures until"), name("AsOf")

    def later(row: Row, _: Sequence[Row], lists: Lists) -> bool:
        stamp, at = number_of(row.get("Figures until")), _first(lists, "AsOf")
        return stamp is not None and at is not None and stamp > at + 1e-6

    def old(row: Row, _: Sequence[Row], lists: Lists) -> bool:
        stamp, at = number_of(row.get("Figures until")), _first(lists, "AsOf")
        return stamp is not None and at is not None and stamp < at - 1

    late = F.IF(F.ISNUMBER(until), until > now + 1e-6, lit(False))
    early = F.IF(F.ISNUMBER(until), until < now - 1, lit(False))
    return (
        Doubt("typed-stamp", "Figures until is later than As of", late, later),
        Doubt("typed-stamp", "The figures are older than a day", early, old),
    )


BUDGET_FACTS: Final = Table(
    "tBudgetFacts",
    (
        given("Of", "key", 32, KEY),
        typed("Currency", TEXT, "input", 40, note="All amounts of the budget are in it"),
        typed(
            "Figures until",
            STAMP,
            "input.stamp",
            24,
            note="The end of all windows; empty means As of. Midnight of the 1st ends a month.",
        ),
        flag_column(30),
    ),
    flag="Check",
    doubts=_fact_doubts,
    about="The currency of the budget, and the instant up to which its figures go",
)

BURN_ALARMS: Final = Table(
    "tBurnAlarms",
    (
        given("ID", "key", 10, KEY),
        given("Windows", "fixed", 32),
        computed("Incident", "formula.wrap", 40),
        computed("State", "formula.center", 24),
        typed(
            "Above",
            NUMBER,
            "input.number",
            18,
            note="1 is exactly on plan; both windows must be above",
        ),
        computed("Long burn", "formula.number", 20),
        computed("Short burn", "formula.number", 24),
        given("Standing", "fixed.center", 13),
        flag_column(30),
    ),
    flag="Check",
    doubts=lambda _: (
        Doubt(
            "typed-number",
            "1 is on plan: never an alarm",
            F.AND(F.ISNUMBER(this("Above")), this("Above") <= 1),
            lambda row, _, __: (one := number_of(row.get("Above"))) is not None and one <= 1,
        ),
    ),
    about="Alarms of the burn: a long and a short window, both above a multiple of the plan",
)

AUDIT_STAGE: Final = Table(
    "tAuditStage",
    (
        given("Choose", "key", 32, KEY),
        typed("Stage now", TEXT, "input", 40),
        flag_column(30),
    ),
    flag="Check",
    about="Which stage the traffic as a whole is in",
)

_OF_CAP: Final = Validation(
    "decimal", 0, 10, title="Not a share of the cap", message="Type a share such as 80% or 1.1."
)


def _do_not_rise() -> Doubt:
    steps = ("Warn at", "Act at", "Stop at")
    warn, act, stop = map(this, steps)

    def holds(row: Row, _: Sequence[Row], __: Lists) -> bool:
        found = [number_of(row.get(step)) for step in steps]
        numbers = [one for one in found if one is not None]
        return len(numbers) == len(steps) and numbers != sorted(numbers)

    numbers = F.AND(*(F.ISNUMBER(one) for one in (warn, act, stop)))
    falls = F.OR(warn > act, act > stop)
    when = F.IF(numbers, falls, lit(False))
    return Doubt("typed-share", "Warn, act and stop do not rise", when, holds)


STAGES: Final = Table(
    "tStages",
    (
        given("ID", "key", 10, KEY),
        typed("Stage", TEXT, "input", 32),
        typed("Action at the stop", TEXT, "input.wrap", 40),
        typed("Share of traffic up to", SHARE, "input.percent", 24, validation=None),
        typed(
            "Cap × forecast",
            NUMBER,
            "input.number",
            18,
            validation=None,
            heading="Multiple",
            was=("Cap × forecast",),
            note="The cap is the usual day at full traffic × share × multiple",
        ),
        typed(
            "Fixed cap",
            NUMBER,
            "input.money",
            20,
            note="A pilot's or an event's own envelope goes before the factor",
        ),
        computed("Daily cap", "formula.money", 24, NUMBER),
        typed("Warn at", SHARE, "input.percent", 13, validation=_OF_CAP),
        typed("Act at", SHARE, "input.percent", 13, validation=_OF_CAP),
        typed("Stop at", SHARE, "input.percent", 13, validation=_OF_CAP),
        computed("Used today", "formula.percent", 13, SHARE),
        computed("Now", "formula.center", 15),
        typed(
            "Needs a cap",
            choice(words.YES_NO),
            "input.center",
            15,
            note="yes: no factor makes a cap in this stage, somebody types one",
        ),
        flag_column(30),
    ),
    flag="Check",
    doubts=lambda _: (not_above("Fixed cap"), not_above("Cap × forecast"), _do_not_rise()),
    about="Stages of traffic: their share, how a daily cap is made, where to warn, act and stop",
)

CAPS: Final = Table(
    "tCaps",
    (
        typed("ID", TEXT, "input", 10),
        typed("Workload", TEXT, "input.wrap", 32),
        computed("Action at the stop", "formula.wrap", 40),
        typed("Stage", choice(words.TRAFFIC), "input", 24),
        computed("Now", "formula.center", 18),
        typed("Usual day", NUMBER, "input.money", 20, note="At full traffic"),
        typed("Cap", NUMBER, "input.money", 24, note="Typed, it goes before the factor"),
        typed("Share", SHARE, "input.percent", 13, note="Empty means all that the stage may have"),
        typed("Spent today", NUMBER, "input.money", 13),
        computed("Daily cap", "formula.money", 13, NUMBER),
        computed("Used", "formula.percent", 13, SHARE),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    doubts=lambda _: (not_above("Usual day"), not_above("Cap"), refunded("Spent today")),
    about="The stage and the daily cap of each workload, and how much of it is used",
)
