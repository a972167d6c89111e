"""Whether a vendor answers in time for our own targets, and how its fallback and notices stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, lit, name, this
from xlmatrix.rules import names
from xlmatrix.rules.calendar_rows import is_always
from xlmatrix.rules.cells import TODAY, Cells, Rule, day_serial
from xlmatrix.rules.frame import Context
from xlmatrix.rules.names import policy_name
from xlmatrix.rules.policy import CODES, Clock
from xlmatrix.spec.calendars import day_seconds
from xlmatrix.spec.severity import TARGETS

OK: Final = "ok"
SLOWER: Final = "slower than ours"
NIGHT: Final = "not around the clock"
NO_FIGURE: Final = "no figure"
NO_TARGET: Final = "no target"
NO_FALLBACK, NEVER, AGAIN = "no fallback", "never tested", "test again"
GONE, CUT_OVER, DECIDE, OPEN, WATCH = "retired", "cut over", "decide", "open a change", "watch"
_CODE_OF: Final = {label: CODES[target] for target, label in TARGETS.items()}
_UNITS: Final = {"s": 1, "min": 60, "h": 3600, "days": 86400}


def vendor_rules(
    context: Context, bounds: Callable[[], list[Cells]], fallback_days: float
) -> list[Rule]:
    """The computed columns of tVendors; ``bounds`` gives the rows of tVendorBounds."""
    return [
        Rule("cal", _calendar_expr(), lambda row: _calendar(context, row)),
        Rule("answer s", _answer_expr(), lambda row: answer_s(context, row)),
        *_tested_rules(context, fallback_days),
        Rule("Speed", _speed_expr(), lambda row: _speed(row, bounds())),
    ]


def _calendar_expr() -> Expr:
    return if_(this("Calendar").filled(), iferror(F.MATCH(this("Calendar"), names.CAL_NAMES, 0)))


def _calendar(context: Context, row: Cells) -> int | str:
    known = [calendar.name.casefold() for calendar in context.spec.calendars]
    wanted = row.text("Calendar")
    return known.index(wanted) + 1 if wanted in known else ""


def _answer_expr() -> Expr:
    amount, unit = this("Answers within"), this("Unit")
    day = if_(F.ISNUMBER(this("cal")), F.INDEX(names.CAL_DAY, this("cal")), 86400)
    factor = if_(unit.eq("business days"), day, 0)
    for known, seconds in _UNITS.items():
        factor = F.IF(unit.eq(known), seconds, factor)
    return if_(F.AND(F.ISNUMBER(amount), unit.filled()), F.ROUND(amount * factor, 0))


def answer_s(context: Context, row: Cells) -> float | str:
    """Seconds until the vendor's support answers, on the vendor's clock; "" where none is known."""
    amount, unit = row.number("Answers within"), row.text("Unit")
    if amount is None or not unit:
        return ""
    number = row["cal"]
    day = 86400
    if isinstance(number, int):
        day = day_seconds(context.spec.calendars[number - 1])
    factor = day if unit == "business days" else _UNITS.get(unit, 0)
    return float(round(amount * factor))


def _tested_rules(context: Context, fallback_days: float) -> list[Rule]:
    tested = this("Last tested")
    ago = TODAY - tested
    expr = if_(
        this("Vendor").empty(),
        BLANK,
        if_(
            this("Fallback").empty(),
            NO_FALLBACK,
            if_(
                F.ISNUMBER(tested),
                if_(ago > F.N(name("Vendor_Fallback_Days")), AGAIN, OK),
                NEVER,
            ),
        ),
    )

    def since(row: Cells) -> float | str:
        day = row.number("Last tested")
        return "" if day is None else today(context) - day

    def twin(row: Cells) -> str:
        if not row.filled("Vendor"):
            return ""
        if not row.filled("Fallback"):
            return NO_FALLBACK
        days = since(row)
        if isinstance(days, str):
            return NEVER
        return AGAIN if days > fallback_days else OK

    return [
        Rule("Days since", if_(F.ISNUMBER(tested), ago), since),
        Rule("Fallback check", expr, twin),
    ]


def _speed_expr() -> Expr:
    vendor, flags = col("tVendorBounds", "Vendor"), col("tVendorBounds", "Check")
    slow = F.COUNTIFS(vendor, this("Vendor"), flags, SLOWER)
    night = F.COUNTIFS(vendor, this("Vendor"), flags, NIGHT)
    return if_(
        this("Vendor").empty(),
        BLANK,
        if_(
            this("answer s").empty(),
            NO_FIGURE,
            if_(slow > 0, SLOWER, if_(night > 0, NIGHT, OK)),
        ),
    )


def _speed(row: Cells, bounds: list[Cells]) -> str:
    if not row.filled("Vendor"):
        return ""
    if row["answer s"] == "":
        return NO_FIGURE
    mine = [bound["Check"] for bound in bounds if bound.text("Vendor") == row.text("Vendor")]
    return next((flag for flag in (SLOWER, NIGHT) if flag in mine), OK)


def bound_rules(
    context: Context, vendors: Mapping[str, Cells], words: Callable[[Clock], str]
) -> list[Rule]:
    """The computed columns of tVendorBounds.

    ``vendors`` are the rows of tVendors by lowered name; ``words`` says a target as Policy does.
    """
    severity = iferror(
        F.INDEX(col("tMatrix", "Severity"), F.MATCH(this("Class"), names.LIST_CLASSES, 0)) & ""
    )
    severities: dict[str, str] = {}
    for kind in context.spec.classes:
        severities.setdefault(kind.name.casefold(), kind.severity)
    k = iferror(F.MATCH(this("Severity"), names.POL_SEVERITY, 0))
    vendor = iferror(F.MATCH(this("Vendor"), col("tVendors", "Vendor"), 0))
    rows = list(vendors)

    def row_of_policy(row: Cells) -> int | str:
        number = context.policy.row(row.text("Severity"))
        return "" if number is None else number + 1

    def row_of_vendor(row: Cells) -> int | str:
        wanted = row.text("Vendor")
        return rows.index(wanted) + 1 if wanted in vendors else ""

    return [
        Rule(
            "Severity",
            if_(this("Class").filled(), severity),
            lambda row: severities.get(row.text("Class"), ""),
        ),
        Rule("k", if_(this("Severity").filled(), k), row_of_policy),
        Rule("v", if_(this("Vendor").filled(), vendor), row_of_vendor),
        Rule("ours s", _ours_expr(), lambda row: _ours(context, row)),
        Rule("Our target", _words_expr(), lambda row: _words(context, row, words)),
        Rule("Check", _check_expr(), lambda row: _check(context, row, vendors)),
    ]


def _by_target(part: Callable[[str], Expr]) -> Expr:
    found: Expr = BLANK
    for label, code in reversed(_CODE_OF.items()):
        found = F.IF(this("Target").eq(label), part(code), found)
    return if_(this("k").filled(), found)


def _ours_expr() -> Expr:
    def seconds(code: str) -> Expr:
        by_clock = F.INDEX(policy_name(code, "S"), this("k"))
        by_days = F.INDEX(policy_name(code, "D"), this("k"))
        return F.IF(F.ISNUMBER(by_clock), by_clock, if_(F.ISNUMBER(by_days), by_days * 86400))

    return _by_target(seconds)


def _ours(context: Context, row: Cells) -> float | str:
    k, code = row["k"], _code(row)
    if not isinstance(k, int) or code is None:
        return ""
    clock = context.policy.clocks[k - 1][code]
    if clock.seconds is not None:
        return float(clock.seconds)
    return "" if clock.days is None else clock.days * 86400.0


def _code(row: Cells) -> str | None:
    wanted = row.text("Target")
    return next((code for label, code in _CODE_OF.items() if label.casefold() == wanted), None)


def _words_expr() -> Expr:
    return _by_target(lambda code: F.INDEX(policy_name(code, "T"), this("k")) & "")


def _words(context: Context, row: Cells, words: Callable[[Clock], str]) -> str:
    k, code = row["k"], _code(row)
    if not isinstance(k, int) or code is None:
        return ""
    return words(context.policy.clocks[k - 1][code])


def _check_expr() -> Expr:
    theirs = F.INDEX(col("tVendors", "answer s"), this("v"))
    calendar = F.INDEX(col("tVendors", "cal"), this("v"))
    mode = name("Cal_Mode")
    ours_day_and_night = _by_target(
        lambda code: F.INDEX(mode, F.INDEX(policy_name(code, "C"), this("k")))
    ).eq("always")
    sleeps = if_(F.ISNUMBER(calendar), F.INDEX(mode, calendar).ne("always"), lit(False))
    judged = if_(theirs > this("ours s"), SLOWER, if_(F.AND(ours_day_and_night, sleeps), NIGHT, OK))
    known = if_(theirs.empty(), NO_FIGURE, if_(this("ours s").empty(), NO_TARGET, judged))
    return if_(this("v").filled(), known)


def _check(context: Context, row: Cells, vendors: Mapping[str, Cells]) -> str:
    if row["v"] == "":
        return ""
    vendor = vendors[row.text("Vendor")]
    theirs, ours = vendor["answer s"], row["ours s"]
    if isinstance(theirs, str) or theirs is None:
        return NO_FIGURE
    if isinstance(ours, str):
        return NO_TARGET
    if float(theirs) > float(ours):  # type: ignore[arg-type]
        return SLOWER
    k, code, theirs_on = row["k"], _code(row), vendor["cal"]
    assert isinstance(k, int)
    assert code is not None
    ours_on = context.calendars[context.policy.clocks[k - 1][code].calendar - 1]
    sleeps = isinstance(theirs_on, int) and not is_always(context.calendars[theirs_on - 1])
    return NIGHT if is_always(ours_on) and sleeps else OK


def retirement_rules(context: Context) -> list[Rule]:
    """The countdown of tRetirements: open a change at 180 days, decide at 90, cut over at 30."""
    retires = this("Retires")
    left = this("Days left")
    stage = if_(
        F.ISNUMBER(left),
        if_(
            left <= 0,
            GONE,
            if_(
                left <= 30,
                CUT_OVER,
                if_(left <= 90, DECIDE, if_(left <= 180, OPEN, WATCH)),
            ),
        ),
    )
    late = F.AND(F.ISNUMBER(left), this("Change").empty())
    check = if_(
        late,
        if_(left <= 180, "no change open", OK),
        if_(F.ISNUMBER(left), OK),
    )

    def days_left(row: Cells) -> float | str:
        day = row.number("Retires")
        return "" if day is None else day - today(context)

    def stage_of(row: Cells) -> str:
        days = row["Days left"]
        if not isinstance(days, float):
            return ""
        steps = ((0, GONE), (30, CUT_OVER), (90, DECIDE), (180, OPEN))
        return next((word for most, word in steps if days <= most), WATCH)

    def check_of(row: Cells) -> str:
        days = row["Days left"]
        if not isinstance(days, float):
            return ""
        return "no change open" if days <= 180 and not row.filled("Change") else OK

    def before(days: int) -> Rule:
        return Rule(
            f"T−{days}",
            if_(F.ISNUMBER(retires), retires - days),
            lambda row: "" if (day := row.number("Retires")) is None else day - days,
        )

    return [
        before(180),
        before(90),
        before(30),
        Rule("Days left", if_(F.ISNUMBER(retires), retires - TODAY), days_left),
        Rule("Stage", stage, stage_of),
        Rule("Check", check, check_of),
    ]


def today(context: Context) -> float:
    """The date of the *As of* instant as a serial number."""
    return float(day_serial(context.as_of.date()))
