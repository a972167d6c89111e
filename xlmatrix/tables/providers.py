"""The tables of providers and models: workloads, calls and spend of each, what a call costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import F, name, this
from xlmatrix.formula.guard import text_if_error
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.budget import refunded
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import DATE, NUMBER, SHARE, TEXT, choice, number_of, text_of
from xlmatrix.tables.settings import settings_table
from xlmatrix.tables.table import Table

#: What is said of wanted shares of a workload that make something else than the whole.
NO_SUM: Final = "shares do not sum"


def _crossed(row: Row, _: Sequence[Row], __: Lists) -> bool:
    low, high = number_of(row.get("At least")), number_of(row.get("At most"))
    return low is not None and high is not None and low > high


WORKLOADS: Final = Table(
    "tWorkloads",
    (
        typed("ID", TEXT, "input", 10),
        typed("Workload", TEXT, "input.wrap", 32),
        typed("Split rule", TEXT, "input.wrap", 40),
        typed("Primary", TEXT, "input.wrap", 24),
        typed("Provider", TEXT, "input.wrap", 18),
        typed("Fallback", TEXT, "input.wrap", 20),
        typed("Fallback provider", TEXT, "input.wrap", 24),
        typed("At least", SHARE, "input.percent", 13),
        typed("At most", SHARE, "input.percent", 13),
        typed("Calls", NUMBER, "input.int", 13),
        typed("Spend", NUMBER, "input.money", 13),
        typed("Fallback tested", DATE, "input.date", 15),
        computed("Share of calls", "formula.percent", 15, SHARE),
        computed("Split", "formula.center", 15),
        computed("Provider's share", "formula.percent", 15, SHARE),
        computed("Concentration", "formula.center", 15),
        computed("Fallback check", "formula.center", 15),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    doubts=lambda _: (
        refunded("Spend"),
        Doubt(
            "typed-share",
            "At least is above At most",
            F.AND(
                F.ISNUMBER(this("At least")),
                F.ISNUMBER(this("At most")),
                this("At least") > this("At most"),
            ),
            _crossed,
        ),
    ),
    about="How calls and spend are split between providers, and what stands in for each",
)

AUDIT_SETTINGS: Final = settings_table(
    "tAuditSettings",
    "When one provider is too much, how far a split may be off, how long a fallback test holds",
)


def _call_doubts(_: Sequence[str]) -> tuple[Doubt, ...]:
    own, common = this("Currency"), text_if_error(name("Budget_Currency"))

    def other(row: Row, _: Sequence[Row], lists: Lists) -> bool:
        mine = text_of(row.get("Currency")).casefold()
        theirs = text_of(next(iter(lists("Budget_Currency")), None)).casefold()
        return bool(mine and theirs) and mine != theirs

    def do_not_sum(row: Row, _: Sequence[Row], __: Lists) -> bool:
        return row.get("Split") == NO_SUM

    def below(row: Row, _: Sequence[Row], __: Lists) -> bool:
        calls = number_of(row.get("Calls"))
        return calls is not None and calls < 0

    few = F.AND(F.ISNUMBER(this("Calls")), this("Calls") < 0)
    mixed = F.AND(own.filled(), common.filled(), own.ne(common))
    said = "Another currency than the budget's: nothing is added up"
    return (
        refunded("Spend"),
        Doubt("typed-number", "Calls is below 0: not measured", few, below),
        Doubt("typed-word", said, mixed, other),
        Doubt(
            "typed-share",
            "The wanted shares of the workload do not make 100 %",
            this("Split").eq(NO_SUM),
            do_not_sum,
        ),
    )


PROVIDER_CALLS: Final = Table(
    "tProviderCalls",
    (
        typed("ID", TEXT, "input", 10),
        typed("Workload", TEXT, "input.wrap", 32),
        typed("Model", TEXT, "input.wrap", 40),
        typed("Provider", TEXT, "input.wrap", 24),
        typed("Part", choice(words.PARTS), "input.center", 18),
        computed("Split", "formula.center", 20),
        computed("Warm", "formula.center", 24),
        typed("Wanted", SHARE, "input.percent", 13, note="Of the workload's calls"),
        typed("Calls", NUMBER, "input.int", 13),
        typed("Spend", NUMBER, "input.money", 13),
        typed("Currency", TEXT, "input.center", 13, note="Empty means the budget's"),
        computed("Share of calls", "formula.percent", 15, SHARE),
        computed("Provider's share", "formula.percent", 15, SHARE),
        computed("Concentration", "formula.center", 15),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    doubts=_call_doubts,
    about="Calls and spend by provider and model: whether the split holds and the fallback is warm",
)

TOKEN_COUNTS: Final = Table(
    "tTokenCounts",
    (
        typed("ID", TEXT, "input", 10),
        typed("Provider", TEXT, "input", 32),
        given("Source", "fixed.wrap", 40),
        typed("Cached within tokens in", choice(words.YES_NO), "input.center", 24),
        typed("Writes within tokens in", choice(words.YES_NO), "input.center", 18),
        given("Standing", "fixed.center", 20),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    about="Whether a provider's count of tokens in holds those read from and written to its cache",
)


def _no_cost(row: Row, _: Sequence[Row], __: Lists) -> bool:
    return row.get("Model") not in (None, "") and row.get("Cost per call") in (None, "")


COSTS: Final = Table(
    "tCosts",
    (
        typed("ID", TEXT, "input", 10),
        typed("Model", TEXT, "input.wrap", 32),
        typed("Note", TEXT, "input.wrap", 40),
        typed("Provider", TEXT, "input.wrap", 24, note="As in the table of how providers count"),
        typed("Tokens in", NUMBER, "input.int", 18),
        typed("Cached", NUMBER, "input.int", 20, note="Tokens read from the cache"),
        typed("Tokens out", NUMBER, "input.int", 24),
        typed("Price in", NUMBER, "input.number", 13),
        typed("Price cached", NUMBER, "input.number", 13),
        typed("Price out", NUMBER, "input.number", 13),
        typed("Cache writes", NUMBER, "input.int", 13, note="Tokens written to the cache"),
        typed("Price of writes", NUMBER, "input.number", 15),
        typed("Tools", NUMBER, "input", 15, note="A call, not a million tokens"),
        computed("Cost per call", "formula", 15),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    doubts=lambda _: (
        Doubt(
            "typed-half",
            "No cost: Provider does not say what tokens in hold, or they hold less than cached",
            F.AND(this("Model").filled(), this("Cost per call").empty()),
            _no_cost,
        ),
    ),
    about="What a call costs, from its tokens and their prices a million",
)
