"""Targets come in the order they happen, and a worse severity is never the slower one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from xlmatrix.formula import Expr, F, if_, lit
from xlmatrix.rules.lint.line import FIX, LOOK, Facts, Line
from xlmatrix.rules.names import policy_name
from xlmatrix.rules.policy import CODES

Pair = tuple[tuple[int, str], tuple[int, str]]
_CHAIN: Final = (
    ("ack", "resp"),
    ("resp", "cont"),
    ("cont", "mit"),
    ("mit", "res"),
    ("ack", "cust1"),
    ("cust1", "res"),
    ("int", "res"),
    ("cust", "res"),
)


def lines(facts: Facts) -> Iterator[Line]:
    """Order within each severity, response against resolve, and order across severities."""
    severities = facts.context.spec.severities
    for number, severity in enumerate(severities, start=1):
        yield _line(
            facts,
            f"{severity.id}: targets rise in the order things happen",
            [((number, first), (number, then)) for first, then in _CHAIN],
            FIX,
            "Raise the later target or lower the earlier one",
            severity.id,
        )
        yield _line(
            facts,
            f"{severity.id}: first response comes before resolve",
            [((number, "resp"), (number, "res"))],
            FIX,
            "Respond sooner than you resolve",
            severity.id,
        )
    for number, severity in enumerate(severities[1:], start=2):
        worse = severities[number - 2].id
        yield _line(
            facts,
            f"{worse} is never slower than {severity.id}",
            [((number - 1, code), (number, code)) for code in CODES.values()],
            FIX,
            f"Lower the target in {worse} or raise it in {severity.id}",
            severity.id,
        )
    if facts.has("tVendors", "Speed"):
        count, found = facts.saying("tVendors", "Speed", "slower than ours")
        yield Line(
            "Vendors answer within the targets that depend on them",
            count,
            found,
            LOOK,
            "Buy a faster support plan, prepare a fallback, or lengthen the target",
            "Vendors",
        )


def _line(facts: Facts, check: str, pairs: Iterable[Pair], bad: str, mend: str, sheet: str) -> Line:
    """Pairs on one calendar whose first takes longer than the second."""
    count: Expr = lit(0)
    found = 0
    for place, (first, then) in enumerate(pairs):
        longer = _longer(first, then)
        count = longer if place == 0 else count + longer
        found += _is_longer(facts, first, then)
    return Line(check, count, found, bad, mend, sheet)


def _part(target: tuple[int, str], part: str) -> Expr:
    return F.INDEX(policy_name(target[1], part), target[0])


def _longer(first: tuple[int, str], then: tuple[int, str]) -> Expr:
    both = F.AND(F.ISNUMBER(_part(first, "S")), F.ISNUMBER(_part(then, "S")))
    same = _part(first, "C").eq(_part(then, "C"))
    later = if_(_part(first, "S") > _part(then, "S"), 1, 0)
    days = F.AND(F.ISNUMBER(_part(first, "D")), F.ISNUMBER(_part(then, "D")))
    by_days = if_(days, if_(_part(first, "D") > _part(then, "D"), 1, 0), 0)
    return if_(F.AND(both, same), later, by_days)


def _is_longer(facts: Facts, first: tuple[int, str], then: tuple[int, str]) -> bool:
    clocks = facts.context.policy.clocks
    before, after = clocks[first[0] - 1][first[1]], clocks[then[0] - 1][then[1]]
    if before.seconds is not None and after.seconds is not None:
        return before.calendar == after.calendar and before.seconds > after.seconds
    return before.days is not None and after.days is not None and before.days > after.days
