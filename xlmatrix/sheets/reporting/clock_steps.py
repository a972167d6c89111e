"""The steps of each clock of a report in formulas: its start, its two instants, if it counts."""

from __future__ import annotations

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, lit, this
from xlmatrix.model.obligations import END_OF_YEAR, FILING, TRIGGER
from xlmatrix.rules import names
from xlmatrix.rules.instants import utc_of, wall_of
from xlmatrix.rules.reporting.counting import DAY_S, END_OF_DAY_S
from xlmatrix.sheets.reporting.day_exprs import (
    BEYOND_S,
    LATER_FROM,
    WD_FIRST,
    WD_LAST,
    day_of,
    in_days,
    nth_working,
)
from xlmatrix.sheets.reporting.rule_steps import binds, key_of, line_answer
from xlmatrix.tables.obligations import NOTICES
from xlmatrix.tables.reporting import MOMENTS


def clock_steps(number: int) -> dict[str, Expr]:
    """The steps of one clock by its number."""
    after, start = this(f"after {number}"), this(f"start {number}")
    stands = this("rule row").filled() if number == 1 else after.ne("")
    found = moment_steps(f"start {number}", after, stands, first=number == 1)
    if number > 1:
        lapses = this(f"lapses {number}")
        found |= moment_steps(f"lapse {number}", lapses, lapses.ne(""))
    zone, unit = this("zone no"), this(f"unit {number}")
    raw, raw_law = this(f"raw {number}"), this(f"raw law {number}")
    ended = F.AND(in_days(unit), F.ISNUMBER(this("ends s")), raw < BEYOND_S)
    cut = utc_of(day_of(wall_of(raw, zone)) * DAY_S + this("ends s"), zone)
    ends = utc_of(day_of(wall_of(raw_law, zone)) * DAY_S + this("ends s"), zone)
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
        f"may count {number}": _may_count(number),
        f"binds {number}": if_(F.ISNUMBER(start), binds(day_of(this(f"wall {number}"))), 1),
        f"counts {number}": if_(this(f"binds {number}").eq(1), this(f"may count {number}"), 0),
    }
    able = F.IF(this(f"counts {number}") > 0, F.ISNUMBER(raw), lit(False))
    found[f"able {number}"] = if_(able, this(f"safe {number}"))
    lasting: Expr = lit(True)
    if number > 1:
        known = F.AND(this(f"lapse {number}").ne(""), F.NOT(_lies_ahead(f"lapse {number}")))
        lasting = F.OR(this(f"lapses {number}").eq(""), known)
    certain = F.AND(
        F.ISNUMBER(this(f"able {number}")),
        this(f"counts {number}").eq(1),
        lasting,
        unit.ne("immediately"),
    )
    found[f"sure law {number}"] = if_(certain, this(f"law {number}"))
    found[f"begun {number}"] = if_(able, _begun(number))
    return found


def _begun(number: int) -> Expr:
    """When the moment was; if only its year is typed, the begin of that."""
    after, start = this(f"after {number}"), this(f"start {number}")
    yearly = F.LEFT(after, len(END_OF_YEAR)).eq(END_OF_YEAR)
    known = F.AND(F.NOT(_is_typed(after)), F.ISNUMBER(this(f"at start {number}")))
    return if_(yearly, if_(known, this(f"at start {number}"), start - 366 * DAY_S), start)


def _is_typed(moment: Expr) -> Expr:
    """Whether the row's trigger is that moment itself."""
    return F.AND(F.ISNUMBER(this("trigger s")), this("mine").eq(moment))


def moment_steps(step: str, moment: Expr, stands: Expr, *, first: bool = False) -> dict[str, Expr]:
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
        F.MAX(col(MOMENTS.name, "key").eq(key_of(moment)) * col(MOMENTS.name, "later"))
    )
    never = iferror(line_answer(moment)).eq("no")
    return if_(later > 0, LATER_FROM - later, if_(never, "no", BLANK))


def _filed(obligation: Expr) -> Expr:
    latest = F.SUMPRODUCT(
        F.MAX(col(NOTICES.name, "file key").eq(key_of(obligation)) * col(NOTICES.name, "filed s"))
    )
    return if_(latest > 0, latest)


def _end_of_year(instant: Expr, moment: Expr) -> Expr:
    """The last second of its year; of the year before where a January is typed as its end."""
    zone = this("zone no")
    day = wall_of(instant, zone) / DAY_S
    january = F.AND(_is_typed(moment), F.MONTH(day).eq(1))
    last = F.DATE(F.YEAR(day) - F.IF(january, 1, 0), 12, 31)
    return utc_of(last * DAY_S + END_OF_DAY_S, zone)


def _end(number: int) -> Expr:
    """The end of a clock before cut-off hours; an error for beyond."""
    start, wall, zone = this(f"start {number}"), this(f"wall {number}"), this("zone no")
    amount, unit = this(f"amount {number}"), this(f"unit {number}")
    ends: Expr = start
    for known, instant in (
        ("months", utc_of(F.EDATE(day_of(wall), amount) * DAY_S + F.MOD(wall, DAY_S), zone)),
        ("business days", _business_end(number, this("safe no"))),
        ("weeks", utc_of(wall + amount * 7 * DAY_S, zone)),
        ("days", utc_of(wall + amount * DAY_S, zone)),
        ("hours", start + amount * 3600),
    ):
        ends = if_(unit.eq(known), instant, ends)
    return ends


def _business_end(number: int, calendar: Expr) -> Expr:
    wall, amount = this(f"wall {number}"), this(f"amount {number}")
    day = day_of(wall)
    nth = F.IF(amount > 0, nth_working(day, amount, calendar), day)
    return utc_of(nth * DAY_S + F.MOD(wall, DAY_S), this("zone no"))


def _held(instant: Expr, number: int) -> Expr:
    """An instant, beyond where the calendar does not hold its date or that of its start."""
    last = iferror(day_of(wall_of(instant, this("zone no"))), WD_LAST + 1)
    outside = F.OR(day_of(this(f"wall {number}")) < WD_FIRST, last > WD_LAST)
    return if_(outside, BEYOND_S, instant)


def _may_count(number: int) -> Expr:
    start, safe = this(f"start {number}"), this(f"safe {number}")
    if number == 1:
        return if_(start.eq("no"), 0, 1 - this("instead"))
    counts: Expr = F.MIN(this(f"if {number}"), 1 - this("instead"))
    counts = if_(this(f"mode {number}").eq("instead"), this(f"if {number}"), counts)
    lapse = this(f"lapse {number}")
    past = F.AND(lapse > safe, F.NOT(_lies_ahead(f"lapse {number}")))
    lapsed = F.IF(F.AND(F.ISNUMBER(lapse), F.ISNUMBER(safe)), past, lit(False))
    gone = F.OR(this(f"after {number}").eq(""), start.eq("no"), lapsed)
    return if_(gone, 0, counts)


def _lies_ahead(step: str) -> Expr:
    """Whether a moment lies ahead: it has not happened."""
    return F.IF(F.ISNUMBER(this(step)), this(step) > names.AS_OF_S, lit(False))


def waits(number: int) -> Expr:
    """Whether a clock waits for a moment that people type."""
    return F.AND(
        this(f"counts {number}") > 0,
        this(f"start {number}").eq(""),
        F.LEFT(this(f"after {number}"), len(FILING)).ne(FILING),
    )
