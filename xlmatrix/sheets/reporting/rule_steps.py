"""The steps of a report in formulas that its rule decides: cells, conditions, standing."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, exact, if_, iferror, lit, place_of, this
from xlmatrix.model.obligations import END_OF_YEAR, MEMBER, MEMBER_FACT, MOST_ASKED, TRIGGER
from xlmatrix.rules.instants import is_stamp
from xlmatrix.rules.reporting.counting import END_OF_DAY_S, MOST
from xlmatrix.sheets.reporting.authorities import WEEKENDS_NO
from xlmatrix.sheets.reporting.day_exprs import WD_CERTAIN
from xlmatrix.sheets.reporting.parsing import MEMBER_KNOWN
from xlmatrix.tables.obligations import OBLIGATIONS
from xlmatrix.tables.reporting import FURTHER, MOMENTS, RULES, SCOPE, clock_headers
from xlmatrix.tables.reporting_doubts import answers_step, fact_step

_DIGITS: Final = lit("0123456789")


def _rule(header: str) -> Expr:
    """What the row of rules says, in lower case; "" where the obligation has none."""
    cell = F.INDEX(col(RULES.name, header), this("rules row"))
    return if_(this("rules row").filled(), iferror(F.LOWER(cell & "")))


def _step_of_rule(header: str, otherwise: Expr | float | str) -> Expr:
    cell = F.INDEX(col(RULES.name, header), this("rules row"))
    return if_(this("rules row").filled(), iferror(cell, otherwise), otherwise)


def _listed(header: str) -> Expr:
    """What the row of obligations says, in lower case."""
    cell = F.INDEX(col(OBLIGATIONS.name, header), this("rule row"))
    return if_(this("rule row").filled(), iferror(F.LOWER(cell & "")))


def _or_else(said: Expr, otherwise: str) -> Expr:
    return if_(said.eq(""), lit(otherwise), said)


def _amount(cell: Expr) -> Expr:
    return iferror(F.INT(F.MIN(F.MAX(F.N(cell), 0), MOST)), 0)


def rule_steps() -> dict[str, Expr]:
    """What the rows of obligations and rules say, by step."""
    listed = F.INDEX(col(OBLIGATIONS.name, "ID"), this("rule row"))
    rules_row = iferror(place_of(listed, col(RULES.name, "ID")))
    certain = F.INDEX(WD_CERTAIN, this("holidays no")).eq(1)
    first = {
        "rules row": if_(this("rule row").filled(), rules_row),
        "zone no": _step_of_rule("zone no", 1),
        "holidays no": _step_of_rule("holidays no", 1),
        "safe no": if_(certain, this("holidays no"), WEEKENDS_NO),
        "takes": _or_else(_rule("Takes"), "earliest"),
        "until": _rule("Series until"),
        "declared": F.IF(
            F.OR(F.TRIM(_rule("Zone")).eq(MEMBER), F.TRIM(_rule("Holidays")).eq(MEMBER)),
            MEMBER_KNOWN,
            1,
        ),
        "ends s": if_(this("declared").eq(1), _ends_s(_or_else(_rule("Ends"), "clock"))),
        "cut off": if_(_rule("Ends").eq("day"), 0, 1),
        "roll": _or_else(_listed("Roll"), "none"),
        "after 1": _or_else(_rule("Counts from"), TRIGGER),
        "amount 1": _amount(F.INDEX(col(OBLIGATIONS.name, "Amount"), this("rule row"))),
        "unit 1": _listed("Unit"),
    }
    for number in FURTHER:
        header = clock_headers(number)
        first |= {
            f"after {number}": _rule(header["after"]),
            f"amount {number}": _amount(
                F.INDEX(col(RULES.name, header["amount"]), this("rules row"))
            ),
            f"unit {number}": _rule(header["unit"]),
            f"mode {number}": _or_else(_rule(header["mode"]), "also"),
            f"lapses {number}": _rule(header["lapses"]),
        }
    first |= _standing_steps()
    first["mine"] = if_(_knows(this("trigger of")), this("trigger of"), this("after 1"))
    return first


def _knows(moment: Expr) -> Expr:
    """Whether the rule counts from a moment or ends with it."""
    after = [this(f"after {number}") for number in (1, *FURTHER)]
    ends = [this("until"), *(this(f"lapses {number}") for number in FURTHER)]
    yearly = lit(END_OF_YEAR) & moment
    named = F.OR(*(one.eq(moment) for one in (*after, *ends)), *(one.eq(yearly) for one in after))
    return F.IF(moment.eq(""), lit(False), named)


def date_of_rule(header: str) -> Expr:
    """The date in a cell of the row of rules; "" for none."""
    cell = F.INDEX(col(RULES.name, header), this("rules row"))
    return if_(this("rules row").filled(), if_(is_stamp(cell), F.INT(cell)))


def _standing_steps() -> dict[str, Expr]:
    force = this("standing")
    never = F.OR(force.eq("bill"), F.AND(force.eq("enacted"), F.NOT(F.ISNUMBER(this("from day")))))
    return {
        "standing": if_(this("rules row").filled(), _or_else(_rule("Standing"), "in force")),
        "from day": date_of_rule("In force from"),
        "to day": date_of_rule("In force to"),
        "never binds": F.IF(never, 1, 0),
    }


def binds(day: Expr) -> Expr:
    """1 where the rule binds on a day of its authority, else 0."""
    since, until = this("from day"), this("to day")
    early = F.IF(F.ISNUMBER(since), day < since, lit(False))
    late = F.IF(F.ISNUMBER(until), day >= until, lit(False))
    return F.IF(F.OR(this("never binds").eq(1), early, late), 0, 1)


def _ends_s(ends: Expr) -> Expr:
    """The end of the day or the cut-off hour in seconds; "" for neither."""
    places = (F.LEFT(ends, 1), F.MID(ends, 2, 1), F.MID(ends, 4, 1), F.MID(ends, 5, 1))
    ten, one, tens, ones = (F.FIND(digit, _DIGITS) - 1 for digit in places)
    hours, minutes = ten * 10 + one, tens * 10 + ones
    fits = F.AND(F.LEN(ends).eq(5), F.MID(ends, 3, 1).eq(":"), hours < 24, minutes < 60)
    clock = iferror(if_(fits, hours * 3600 + minutes * 60))
    return if_(ends.eq("day"), END_OF_DAY_S, clock)


#: Conditions of a report with the column of rules that says them, in the order in which they ask.
_ASKING: Final = {
    "applies": "Applies if",
    "reportable": "Reportable if",
    "may roll": "Rolls if",
    **{f"if {number}": clock_headers(number)["when"] for number in FURTHER},
}


def asked_step(condition: str, part: int) -> str:
    """The step that says whether a part of a condition holds: 0, 0.5 for perhaps, 1."""
    return f"{condition} {part}"


def condition_steps(*, scoped: bool) -> dict[str, Expr]:
    """Whether each condition holds: 0, 0.5 for perhaps, 1."""
    found: dict[str, Expr] = {}
    for condition, header in _ASKING.items():
        parts = range(1, MOST_ASKED + 1)
        for part in parts:
            holds = _holds(header, part, scoped=scoped)
            if condition.startswith("if "):
                # A clock that does not stand asks nothing.
                holds = if_(this(condition.replace("if", "after")).eq(""), 1, holds)
            found[asked_step(condition, part)] = holds
        found[condition] = F.MIN(*(this(asked_step(condition, part)) for part in parts))
    instead = [
        F.IF(F.AND(this(f"mode {k}").eq("instead"), this(f"after {k}").ne("")), this(f"if {k}"), 0)
        for k in FURTHER
    ]
    found["instead"] = F.MAX(*instead)
    return found


def _holds(header: str, part: int, *, scoped: bool) -> Expr:
    fact = _step_of_rule(fact_step(header, part), BLANK)
    allowed = _step_of_rule(answers_step(header, part), lit(",,"))
    said = "," & F.LOWER(F.TRIM(_answer(fact, scoped=scoped))) & ","
    unknown = F.OR(F.ISNUMBER(F.FIND(said, lit(",,not known,"))), allowed.eq(",,"))
    answered = if_(unknown, 0.5, if_(F.ISNUMBER(F.FIND(said, allowed)), 1, 0))
    return if_(fact.eq(""), 1, answered)


def _answer(fact: Expr, *, scoped: bool) -> Expr:
    """What answers a fact: the scope, else the first line of the incident that speaks of it."""
    if not scoped:
        return iferror(line_answer(fact))
    scope = F.INDEX(col(SCOPE.name, "told"), F.MATCH(exact(fact), col(SCOPE.name, "Fact"), 0))
    return iferror(scope & "", iferror(line_answer(fact)))


def key_of(what: Expr) -> Expr:
    """What the table of moments knows a moment or a fact of the incident by."""
    return this("incident text") & "|" & what


def line_answer(what: Expr) -> Expr:
    """The answer in the first line that speaks of it; an error where none does."""
    place = F.MATCH(exact(key_of(what)), col(MOMENTS.name, "key"), 0)
    return F.INDEX(col(MOMENTS.name, "told"), place) & ""


def open_expr() -> Expr:
    """The first fact that is not answered and could change something."""
    found: Expr = if_(this("adrift").eq(1), MEMBER_FACT)
    asking = [one for one in _ASKING if one != "may roll"]
    for condition in reversed([*asking, "may roll"]):
        header = _ASKING[condition]
        facts = [_step_of_rule(fact_step(header, part), BLANK) for part in (1, 2)]
        which = if_(this(asked_step(condition, 1)).eq(0.5), facts[0], facts[1])
        asks: Expr = this(condition).eq(0.5)
        if condition == "may roll":
            asks = F.AND(asks, this("rolled s").ne(this("law s")))
        found = if_(asks, which, found)
    return found


def against_expr() -> Expr:
    """The first fact whose answer rules a report out; "" where none does."""
    found: Expr = BLANK
    for condition in ("reportable", "applies"):
        header = _ASKING[condition]
        for part in (2, 1):
            fact = _step_of_rule(fact_step(header, part), BLANK)
            found = if_(this(asked_step(condition, part)).eq(0), fact, found)
    return found
