"""The steps of a report in formulas: whether each clock counts, its start, its two instants.

The twin of :mod:`xlmatrix.rules.reporting.outcome`, a column a step. Instants are UTC in Excel
seconds; a start is "" while it is missing and ``no`` for never. A table that uses these steps has
the ones of :data:`GIVEN` besides.
"""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, exact, if_, iferror, lit, name, place_of, this
from xlmatrix.model.obligations import (
    END_OF_YEAR,
    FILING,
    MOST_ASKED,
    MOST_CLOCKS,
    TRIGGER,
)
from xlmatrix.rules.instants import utc_of, wall_of
from xlmatrix.rules.reporting.counting import DAY_S, END_OF_DAY_S, MOST
from xlmatrix.sheets.reporting.parsing import answers_step, fact_step
from xlmatrix.tables.obligations import NOTICES, OBLIGATIONS
from xlmatrix.tables.reporting import FURTHER, MOMENTS, RULES, SCOPE, clock_headers

#: Steps that say what stands in the row of a report, given by its table.
GIVEN: Final = (
    "incident text",
    "rule row",
    "trigger s",
    "trigger of",
    "reported s",
    "filed before s",
    "decision text",
    "decided",
)
#: Later than every instant, in Excel seconds.
BEYOND_S: Final = 10**12
#: What an instant is taken from, so that the earliest has the greatest number.
LATER_FROM: Final = 10**11
#: Keys of working days hold the calendar's number and a count.
WD_SCALE: Final = 10**6
WD_FIRST: Final = name("Wd_First")
WD_LAST: Final = name("Wd_Last")
WD_DATES: Final = name("Wd_Dates")
WD_KEY: Final = name("Wd_Key")
WD_OPEN: Final = name("Wd_Open")
WD_CERTAIN: Final = name("Wd_Certain")
WEEKENDS_NO: Final = 2
#: Numbers of all clocks of a report.
CLOCKS: Final = tuple(range(1, MOST_CLOCKS + 2))
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


def step_exprs(*, scoped: bool) -> dict[str, Expr]:
    """Every shared step by header, each after those that it reads.

    ``scoped`` says whether the workbook has a sheet of the matrix's own answers.
    """
    found = _rule_steps()
    found |= _conditions(scoped=scoped)
    for number in CLOCKS:
        found |= _clock_steps(number)
    return found | _due_steps()


def _rule_steps() -> dict[str, Expr]:
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
        "ends s": _ends_s(_or_else(_rule("Ends"), "clock")),
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
    first["mine"] = if_(this("trigger of").eq(""), this("after 1"), this("trigger of"))
    return first


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


def _conditions(*, scoped: bool) -> dict[str, Expr]:
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
    found["open"] = _open_expr()
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
        return iferror(_line_answer(fact))
    scope = F.INDEX(col(SCOPE.name, "Answer"), F.MATCH(exact(fact), col(SCOPE.name, "Fact"), 0))
    return iferror(scope & "", iferror(_line_answer(fact)))


def _key(what: Expr) -> Expr:
    return this("incident text") & "|" & what


def _line_answer(what: Expr) -> Expr:
    place = F.MATCH(exact(_key(what)), col(MOMENTS.name, "key"), 0)
    return F.INDEX(col(MOMENTS.name, "Answer"), place) & ""


def _open_expr() -> Expr:
    """The first fact that is not answered and could change something."""
    found: Expr = BLANK
    for condition, header in reversed(_ASKING.items()):
        facts = [_step_of_rule(fact_step(header, part), BLANK) for part in (1, 2)]
        which = if_(this(asked_step(condition, 1)).eq(0.5), facts[0], facts[1])
        found = if_(this(condition).eq(0.5), which, found)
    return found


def _clock_steps(number: int) -> dict[str, Expr]:
    after, start = this(f"after {number}"), this(f"start {number}")
    stands = this("rule row").filled() if number == 1 else after.ne("")
    found = _moment_steps(f"start {number}", after, stands, first=number == 1)
    if number > 1:
        lapses = this(f"lapses {number}")
        found |= _moment_steps(f"lapse {number}", lapses, lapses.ne(""))
    zone, unit = this("zone no"), this(f"unit {number}")
    raw, raw_law = this(f"raw {number}"), this(f"raw law {number}")
    in_days = F.OR(*(unit.eq(one) for one in ("days", "weeks", "months", "business days")))
    ended = F.AND(in_days, F.ISNUMBER(this("ends s")), raw < BEYOND_S)
    cut = utc_of(_day(wall_of(raw, zone)) * DAY_S + this("ends s"), zone)
    ends = utc_of(_day(wall_of(raw_law, zone)) * DAY_S + this("ends s"), zone)
    found |= {
        f"wall {number}": if_(F.ISNUMBER(start), wall_of(start, zone)),
        f"end {number}": if_(F.ISNUMBER(start), iferror(_end(number), BEYOND_S)),
        f"raw {number}": if_(F.ISNUMBER(start), _held(this(f"end {number}"), number)),
        f"end law {number}": if_(
            F.AND(F.ISNUMBER(start), unit.eq("business days")),
            iferror(_business_end(number, this("holidays no")), BEYOND_S),
            this(f"end {number}"),
        ),
        f"raw law {number}": if_(F.ISNUMBER(start), _held(this(f"end law {number}"), number)),
        f"safe {number}": if_(
            F.ISNUMBER(raw),
            if_(F.IF(ended, this("cut off").eq(1), lit(False)), F.MIN(raw, iferror(cut, raw)), raw),
        ),
        f"law {number}": if_(
            F.ISNUMBER(raw),
            if_(F.IF(ended, raw_law < BEYOND_S, lit(False)), iferror(ends, raw_law), raw_law),
        ),
        f"counts {number}": _counts(number),
    }
    due = F.IF(this(f"counts {number}") > 0, F.ISNUMBER(raw), lit(False))
    found[f"due {number}"] = if_(due, this(f"safe {number}"))
    found[f"due law {number}"] = if_(due, this(f"law {number}"))
    return found


def _moment_steps(step: str, moment: Expr, stands: Expr, *, first: bool = False) -> dict[str, Expr]:
    """When a moment was, as ``step``; its name without the year before, and its own instant."""
    yearly = F.LEFT(moment, len(END_OF_YEAR)).eq(END_OF_YEAR)
    of, at = this(f"of {step}"), this(f"at {step}")
    mine = F.OR(this("mine").eq(moment), this("mine").eq(of))
    known = if_(
        F.LEFT(of, len(FILING)).eq(FILING), _filed(F.MID(of, len(FILING) + 1, 255)), _moment_at(of)
    )
    known = if_(of.eq(TRIGGER), BLANK, known)
    end = if_(F.ISNUMBER(at), iferror(_end_of_year(at, moment), BEYOND_S), at)
    plain: Expr = at
    if first:
        again = F.AND(this("until").ne(""), F.ISNUMBER(this("filed before s")))
        plain = if_(again, this("filed before s"), at)
    return {
        f"of {step}": if_(yearly, F.MID(moment, len(END_OF_YEAR) + 1, 255), moment),
        f"at {step}": if_(
            stands, if_(F.AND(F.ISNUMBER(this("trigger s")), mine), this("trigger s"), known)
        ),
        step: if_(stands, if_(yearly, end, plain)),
    }


def _moment_at(moment: Expr) -> Expr:
    later = F.SUMPRODUCT(
        F.MAX(col(MOMENTS.name, "key").eq(_key(moment)) * col(MOMENTS.name, "later"))
    )
    never = iferror(_line_answer(moment)).eq("no")
    return if_(later > 0, LATER_FROM - later, if_(never, "no", BLANK))


def _filed(obligation: Expr) -> Expr:
    latest = F.SUMPRODUCT(
        F.MAX(col(NOTICES.name, "file key").eq(_key(obligation)) * col(NOTICES.name, "filed s"))
    )
    return if_(latest > 0, latest)


def _end_of_year(instant: Expr, moment: Expr) -> Expr:
    """The last second of its year; of the year before where a January is typed as its end."""
    zone = this("zone no")
    day = wall_of(instant, zone) / DAY_S
    january = F.AND(this("mine").eq(moment), F.MONTH(day).eq(1))
    last = F.DATE(F.YEAR(day) - F.IF(january, 1, 0), 12, 31)
    return utc_of(last * DAY_S + END_OF_DAY_S, zone)


def _day(wall_s: Expr) -> Expr:
    return F.INT(wall_s / DAY_S)


def _end(number: int) -> Expr:
    """The end of a clock before cut-off hours; an error for beyond."""
    start, wall, zone = this(f"start {number}"), this(f"wall {number}"), this("zone no")
    amount, unit = this(f"amount {number}"), this(f"unit {number}")
    ends: Expr = start
    for known, instant in (
        ("months", utc_of(F.EDATE(_day(wall), amount) * DAY_S + F.MOD(wall, DAY_S), zone)),
        ("business days", _business_end(number, this("safe no"))),
        ("weeks", utc_of(wall + amount * 7 * DAY_S, zone)),
        ("days", utc_of(wall + amount * DAY_S, zone)),
        ("hours", start + amount * 3600),
    ):
        ends = if_(unit.eq(known), instant, ends)
    return ends


def _business_end(number: int, calendar: Expr) -> Expr:
    wall, amount = this(f"wall {number}"), this(f"amount {number}")
    day = _day(wall)
    nth = F.IF(amount > 0, nth_working(day, amount, calendar), day)
    return utc_of(nth * DAY_S + F.MOD(wall, DAY_S), this("zone no"))


def _held(instant: Expr, number: int) -> Expr:
    """An instant, beyond where the calendar does not hold its date or that of its start."""
    last = iferror(_day(wall_of(instant, this("zone no"))), WD_LAST + 1)
    outside = F.OR(_day(this(f"wall {number}")) < WD_FIRST, last > WD_LAST)
    return if_(outside, BEYOND_S, instant)


def _place(day: Expr, calendar: Expr) -> Expr:
    return (calendar - 1) * WD_DATES + day - WD_FIRST + 1


def nth_working(day: Expr, count: Expr | int, calendar: Expr) -> Expr:
    """The date of the Nth working day after a date, an error for beyond."""
    wanted = F.INDEX(WD_KEY, _place(day, calendar)) + count
    row = F.MATCH(wanted - 0.5, WD_KEY, 1) + 1
    found = WD_FIRST + row - 1 - (calendar - 1) * WD_DATES
    # The first row of the next calendar is none of this one.
    return found / F.AND(F.INDEX(WD_KEY, row).eq(wanted), day >= WD_FIRST, day <= WD_LAST)


def _works(day: Expr, calendar: Expr) -> Expr:
    return F.INDEX(WD_OPEN, _place(day, calendar)).eq(1)


def _counts(number: int) -> Expr:
    start, safe = this(f"start {number}"), this(f"safe {number}")
    if number == 1:
        return if_(start.eq("no"), 0, 1 - this("instead"))
    counts: Expr = F.MIN(this(f"if {number}"), 1 - this("instead"))
    counts = if_(this(f"mode {number}").eq("instead"), this(f"if {number}"), counts)
    lapse = this(f"lapse {number}")
    lapsed = F.IF(F.AND(F.ISNUMBER(lapse), F.ISNUMBER(safe)), lapse > safe, lit(False))
    gone = F.OR(this(f"after {number}").eq(""), start.eq("no"), lapsed)
    return if_(gone, 0, counts)


def _several(header: str) -> list[Expr]:
    return [this(f"{header} {number}") for number in CLOCKS]


def _due_steps() -> dict[str, Expr]:
    latest = this("takes").eq("latest")
    safes, laws = _several("due"), _several("due law")
    some = F.COUNT(*safes) > 0
    law, chosen = this("chosen law"), this("chosen")
    place: Expr = lit(CLOCKS[-1])
    for number in reversed(CLOCKS[:-1]):
        place = if_(F.IF(F.ISNUMBER(laws[number - 1]), laws[number - 1].eq(law), lit(False)),
                    number, place)  # fmt: skip
    missing: Expr = BLANK
    for number in reversed(CLOCKS):
        after = this(f"after {number}")
        waits = F.AND(
            this(f"counts {number}") > 0,
            this(f"start {number}").eq(""),
            F.LEFT(after, len(FILING)).ne(FILING),
        )
        missing = if_(waits, after, missing)
    until = this("until s")
    return {
        "safe s": if_(some, if_(latest, F.MAX(*safes), F.MIN(*safes))),
        "chosen law": if_(some, if_(latest, F.MAX(*laws), F.MIN(*laws))),
        "chosen": if_(some, place),
        "start s": if_(some, F.CHOOSE(chosen, *_several("start"))),
        "chosen unit": if_(some, F.CHOOSE(chosen, *_several("unit"))),
        "chosen amount": if_(some, F.CHOOSE(chosen, *_several("amount"))),
        **_roll_steps(),
        "missing": if_(this("rule row").filled(), missing),
        **_moment_steps("until s", this("until"), this("until").ne("")),
        "over": F.IF(F.AND(F.ISNUMBER(until), some), F.IF(this("safe s") > until, 1, 0), 0),
    }


def _roll_steps() -> dict[str, Expr]:
    """The clock that is due, rolled once: working days on the way, then the instant by law."""
    law, zone, calendar = this("chosen law"), this("zone no"), this("holidays no")
    unit, roll, day = this("chosen unit"), this("roll"), this("law day")
    several = F.OR(unit.eq("weeks"), unit.eq("months"), this("chosen amount") >= 2)
    in_days = F.OR(*(unit.eq(one) for one in ("days", "weeks", "months", "business days")))
    last = F.IF(this("law works").eq(1), day, this("next day"))
    moves = F.IF(F.ISNUMBER(law), F.AND(law < BEYOND_S, roll.ne("none"), this("may roll").eq(1)),
                 lit(False))  # fmt: skip
    by_eu = utc_of(F.MAX(last, F.IF(several, this("second day"), 0)) * DAY_S + END_OF_DAY_S, zone)
    noon = utc_of(this("next day") * DAY_S + DAY_S // 2, zone)
    same = utc_of(this("next day") * DAY_S + F.MOD(this("law wall"), DAY_S), zone)
    free = if_(roll.eq("noon"), noon, if_(roll.eq("next-working-day"), same, law))
    by_works = if_(this("law works").eq(1), law, free)
    moved = if_(F.AND(roll.eq("eu-1182-71"), in_days), by_eu, by_works)
    return {
        "law wall": if_(moves, wall_of(law, zone)),
        "law day": if_(this("law wall").filled(), _day(this("law wall"))),
        "law works": if_(day.filled(), iferror(F.IF(_works(day, calendar), 1, 0), 0)),
        "next day": if_(day.filled(), iferror(nth_working(day, 1, calendar))),
        "second day": if_(
            day.filled(), iferror(nth_working(_day(wall_of(this("start s"), zone)), 2, calendar))
        ),
        "law s": if_(day.filled(), iferror(moved, BEYOND_S), law),
    }
