"""Providers and models: shares of calls, warm fallbacks, concentration, what a call costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from xlmatrix.formula import Expr, F, col, criterion, exact, if_, iferror, name, this
from xlmatrix.formula.errors import named
from xlmatrix.formula.guard import ANY_NUMBER, sum_of, text_if_error
from xlmatrix.rules.cells import TODAY, RowCells, day_serial
from xlmatrix.rules.frame import Context
from xlmatrix.rules.guides.budget import NOT_MEASURED, REFUND, to_millionths
from xlmatrix.tables.column import Column
from xlmatrix.tables.providers import COSTS, NO_SUM, PROVIDER_CALLS, TOKEN_COUNTS, WORKLOADS
from xlmatrix.tables.vocabulary import PARTS, YES_NO

WITHIN, OUTSIDE, CONCENTRATED, SPREAD = "within", "outside the rule", "concentrated", "spread"
NONE, NEVER, AGAIN, TESTED = "no fallback", "never tested", "test again", "tested"
WARM, COLD, NO_VERDICT, MIXED = "warm", "cold", "no verdict", "mixed currencies"
FALLBACK: Final = PARTS.words[1]
YES, NO = YES_NO.words

Rows = Callable[[], Sequence[RowCells]]


def workload_rules(context: Context, rows: Rows, most: float, days: float) -> list[Column]:
    """Shares of calls and spend; ``most`` is a share, ``days`` how long a fallback test holds."""
    return [*_call_rules(rows), *_spend_rules(rows, most), _fallback_rule(context, days)]


def _total(rows: Rows, header: str) -> float:
    return sum(row.number(header) or 0.0 for row in rows())


def _refunded(rows: Rows) -> bool:
    return any((row.number("Spend") or 0.0) < 0 for row in rows())


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
    refunds = F.COUNTIF(spend, "<0")
    there = F.AND(this("Provider").filled(), F.NOT(F.ISERROR(this("Provider"))))
    known = F.AND(there, refunds.eq(0), sum_of(spend) > 0)
    limit, part = F.N(name("Audit_Concentration")) / 100, this("Provider's share")

    def provider_share(row: RowCells) -> float | str:
        total = _total(rows, "Spend")
        if not named(row.text("Provider")) or total <= 0 or _refunded(rows):
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


_WORKLOAD: Final = col(PROVIDER_CALLS.name, "Workload")
_CALLS: Final = col(PROVIDER_CALLS.name, "Calls")
_WANTED: Final = col(PROVIDER_CALLS.name, "Wanted")


def call_rules(rows: Rows, points: float) -> list[Column]:
    """Shares of calls within a workload and what follows of them; ``points`` is a share.

    A share is known where all rows of the workload have a number of calls from 0, not all of them
    0. The split holds within ``points`` of the wanted share to each side, and a fallback is warm
    with calls of no less than the wanted share less ``points``.
    """
    mine = criterion(this("Workload"))
    counted = F.COUNTIFS(_WORKLOAD, mine, _CALLS, ">=0")
    every = F.SUMIFS(_CALLS, _WORKLOAD, mine, _CALLS, ANY_NUMBER)
    whole = F.AND(this("Workload").filled(), counted.eq(F.COUNTIFS(_WORKLOAD, mine)), every > 0)

    def same(row: RowCells) -> list[RowCells]:
        return [one for one in rows() if one.text("Workload") == row.text("Workload")]

    def share_of(row: RowCells) -> float | str:
        if not row.filled("Workload"):
            return ""
        calls = [one.number("Calls") for one in same(row)]
        known = [one for one in calls if one is not None and one >= 0]
        if len(known) != len(calls) or sum(known) <= 0:
            return ""
        return (row.number("Calls") or 0.0) / sum(known)

    return [
        PROVIDER_CALLS["Share of calls"].by(if_(whole, F.N(this("Calls")) / every), share_of),
        *_split_rules(same, points),
    ]


def _split_rules(same: Callable[[RowCells], list[RowCells]], points: float) -> list[Column]:
    share, wanted = this("Share of calls"), this("Wanted")
    off = F.N(name("Audit_Split")) / 100
    mine = criterion(this("Workload"))
    wanted_all = F.ROUND(F.SUMIFS(_WANTED, _WORKLOAD, mine, _WANTED, ANY_NUMBER), 6)
    far = F.ROUND(F.ABS(share - F.N(wanted)), 6) > off
    judged = F.IF(F.ISNUMBER(share), F.IF(far, OUTSIDE, WITHIN), NOT_MEASURED)
    asked = F.AND(this("Workload").filled(), F.ISNUMBER(wanted))
    split = if_(asked, F.IF(wanted_all.eq(1), judged, NO_SUM))

    def split_of(row: RowCells) -> str:
        aim, part = row.number("Wanted"), row["Share of calls"]
        if aim is None or not row.filled("Workload"):
            return ""
        if to_millionths(sum(one.number("Wanted") or 0.0 for one in same(row))) != 1:
            return NO_SUM
        if not isinstance(part, float):
            return NOT_MEASURED
        return OUTSIDE if to_millionths(abs(part - aim)) > points else WITHIN

    few = F.AND(F.ISNUMBER(wanted), F.ROUND(share, 6) < F.ROUND(F.N(wanted) - off, 6))
    warm = F.IF(F.OR(share.eq(0), few), COLD, WARM)
    warm = F.IF(F.ISNUMBER(share), warm, NOT_MEASURED)
    warm = F.IF(this("Split").eq(NO_SUM), NO_VERDICT, warm)
    is_fallback = F.AND(this("Part").eq(FALLBACK), this("Provider").filled())

    def warm_of(row: RowCells) -> str:
        if row.text("Part") != FALLBACK or not row.filled("Provider"):
            return ""
        if row["Split"] == NO_SUM:
            return NO_VERDICT
        part, aim = row["Share of calls"], row.number("Wanted")
        if not isinstance(part, float):
            return NOT_MEASURED
        short = aim is not None and to_millionths(part) < to_millionths(aim - points)
        return COLD if part == 0 or short else WARM

    return [
        PROVIDER_CALLS["Split"].by(split, split_of),
        PROVIDER_CALLS["Warm"].by(if_(is_fallback, warm), warm_of),
    ]


def concentration_rules(rows: Rows, most: float, currency: str) -> list[Column]:
    """The share of all spend that goes to a provider, and whether it is above ``most``.

    ``currency`` is the budget's. Nothing is added up over currencies or where something came back.
    """

    def unit(row: RowCells) -> str:
        return row.text("Currency") or currency.casefold()

    def is_mixed(row: RowCells) -> bool:
        spent = [one for one in rows() if one.number("Spend") is not None]
        return any(unit(one) != unit(row) for one in spent)

    def of_provider(row: RowCells) -> list[float]:
        same = [one for one in rows() if one.text("Provider") == row.text("Provider")]
        return [spent for one in same if (spent := one.number("Spend")) is not None]

    def share_of(row: RowCells) -> float | str:
        total = _total(rows, "Spend")
        if not row.filled("Provider") or total <= 0 or _refunded(rows) or is_mixed(row):
            return ""
        spent = of_provider(row)
        return sum(spent) / total if spent else ""

    def concentrated(row: RowCells) -> str:
        if not row.filled("Provider"):
            return ""
        share = row["Provider's share"]
        if isinstance(share, float):
            return CONCENTRATED if to_millionths(share) > most else SPREAD
        if _refunded(rows):
            return REFUND
        if _total(rows, "Spend") <= 0:
            return ""
        return MIXED if of_provider(row) else NOT_MEASURED

    share, judged = _concentration_exprs()
    return [
        PROVIDER_CALLS["Provider's share"].by(share, share_of),
        PROVIDER_CALLS["Concentration"].by(judged, concentrated),
    ]


def _concentration_exprs() -> tuple[Expr, Expr]:
    """The formulas of the share of a row's provider, and of what it means."""
    spend, given = col(PROVIDER_CALLS.name, "Spend"), col(PROVIDER_CALLS.name, "Currency")
    common = text_if_error(name("Budget_Currency")) & ""
    own = F.IF(this("Currency").filled(), this("Currency") & "", common)
    all_spends = F.COUNTIF(spend, ANY_NUMBER)
    bare = all_spends - F.COUNTIFS(spend, ANY_NUMBER, given, "?*")
    named = F.COUNTIFS(spend, ANY_NUMBER, given, criterion(own))
    alike = F.IF(own.eq(""), 0, named) + F.IF(own.eq(common), bare, 0)
    provider = criterion(this("Provider"))
    mine = F.SUMIFS(spend, col(PROVIDER_CALLS.name, "Provider"), provider, spend, ANY_NUMBER)
    listed = F.AND(this("Provider").filled(), sum_of(spend) > 0)
    sound = F.AND(F.COUNTIF(spend, "<0").eq(0), alike.eq(all_spends))
    of_mine = F.COUNTIFS(col(PROVIDER_CALLS.name, "Provider"), provider, spend, ANY_NUMBER)
    part = this("Provider's share")
    limit = F.N(name("Audit_Concentration")) / 100
    known = F.IF(F.ROUND(part, 6) > limit, CONCENTRATED, SPREAD)
    why = F.IF(
        F.COUNTIF(spend, "<0") > 0, REFUND, if_(listed, F.IF(of_mine > 0, MIXED, NOT_MEASURED))
    )
    judged = F.IF(F.ISNUMBER(part), known, why)
    share = if_(F.AND(listed, sound, of_mine > 0), mine / sum_of(spend))
    return share, if_(this("Provider").filled(), judged)


_PLACE: Final = F.MATCH(exact(this("Provider")), col(TOKEN_COUNTS.name, "Provider"), 0)
#: Tokens that may be within those that go in, and where their provider says so.
_PARTS_OF_IN: Final = {
    "Cached": "Cached within tokens in",
    "Cache writes": "Writes within tokens in",
}
_PRICES: Final = {
    "Cached": "Price cached",
    "Tokens out": "Price out",
    "Cache writes": "Price of writes",
}


def cost_rule(providers: Mapping[str, RowCells]) -> Column:
    """What a call costs: tokens by their prices a million, and tools.

    What the provider counts within tokens in is taken out of them. Where there are such tokens and
    nobody says how the provider counts, or they are more than tokens in, there is no cost.
    ``providers`` are the rows of tTokenCounts by lowered name.
    """
    fresh: Expr = F.N(this("Tokens in"))
    unknown: list[Expr] = []
    for tokens, header in _PARTS_OF_IN.items():
        said = iferror(F.INDEX(col(TOKEN_COUNTS.name, header), _PLACE))
        some = F.N(this(tokens)).ne(0)
        fresh = fresh - F.IF(said.eq(YES), F.N(this(tokens)), 0)
        unknown.append(F.AND(some, said.ne(YES), said.ne(NO)))
    total: Expr = fresh * F.N(this("Price in")) / 1_000_000
    for tokens, price in _PRICES.items():
        total = total + F.N(this(tokens)) * F.N(this(price)) / 1_000_000
    sound = F.AND(F.NOT(F.OR(*unknown)), fresh >= 0)
    expr = if_(this("Model").filled(), if_(sound, total + F.N(this("Tools"))))

    def twin(row: RowCells) -> float | str:
        if not row.filled("Model"):
            return ""
        left = row.counted("Tokens in")
        provider = providers.get(row.text("Provider")) if row.filled("Provider") else None
        for tokens, header in _PARTS_OF_IN.items():
            said = "" if provider is None else provider.text(header)
            if row.counted(tokens) != 0 and said not in (YES, NO):
                return ""
            left -= row.counted(tokens) if said == YES else 0
        if left < 0:
            return ""
        made = left * row.counted("Price in") / 1_000_000
        for tokens, price in _PRICES.items():
            made += row.counted(tokens) * row.counted(price) / 1_000_000
        return made + row.counted("Tools")

    return COSTS["Cost per call"].by(expr, twin)
