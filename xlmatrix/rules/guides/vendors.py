"""Whether a vendor answers in time for our own targets, and how its fallback and notices stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from xlmatrix.formula import (
    BLANK,
    Expr,
    F,
    col,
    criterion,
    exact,
    if_,
    iferror,
    name,
    place_among_texts,
    place_of,
    this,
)
from xlmatrix.model.calendars import day_seconds
from xlmatrix.model.duration import UNIT_SECONDS
from xlmatrix.model.targets import TARGETS
from xlmatrix.rules import names
from xlmatrix.rules.cells import TODAY, Named, RowCells, day_serial
from xlmatrix.rules.clocks.calendar_rows import is_always
from xlmatrix.rules.frame import Context
from xlmatrix.rules.instants import rounded
from xlmatrix.rules.names import policy_name
from xlmatrix.rules.policy import CODES, Clock
from xlmatrix.tables.column import Column
from xlmatrix.tables.matrix import MATRIX
from xlmatrix.tables.vendors import RETIREMENTS, VENDOR_BOUNDS, VENDORS

OK: Final = "ok"
SLOWER: Final = "slower than ours"
NIGHT: Final = "not around the clock"
NO_FIGURE: Final = "no figure"
NO_TARGET: Final = "no target"
NO_CHANGE: Final = "no change open"
NO_FALLBACK, NEVER, AGAIN = "no fallback", "never tested", "test again"
GONE, CUT_OVER, DECIDE, OPEN, WATCH = "retired", "cut over", "decide", "open a change", "watch"
_CODE_OF: Final = {label: CODES[target] for target, label in TARGETS.items()}
_UNITS: Final[dict[str, int]] = {**UNIT_SECONDS, "days": 86400}


def vendor_rules(
    context: Context, bounds: Callable[[], list[RowCells]], fallback_days: float
) -> list[Column]:
    """The computed columns of tVendors; ``bounds`` gives the rows of tVendorBounds."""
    return [
        VENDORS["Answer (h)"].by(_answer_expr(), lambda row: _answer_h(context, row)),
        *_tested_rules(context, fallback_days),
        VENDORS["Speed"].by(_speed_expr(), lambda row: _speed(row, bounds())),
    ]


def _calendar(context: Context, row: RowCells) -> int | None:
    """The number of a vendor's calendar; None where its clock runs around the clock."""
    known = [calendar.name.casefold() for calendar in context.spec.calendars]
    wanted = row.text("Calendar")
    return known.index(wanted) + 1 if wanted in known else None


def _answer_expr() -> Expr:
    amount, unit = this("Answers within"), this("Unit")
    day = iferror(F.INDEX(names.CAL_DAY, place_of(this("Calendar"), names.CAL_NAMES)), 86400)
    factor = if_(unit.eq("business days"), day, 0)
    for known, seconds in _UNITS.items():
        factor = F.IF(unit.eq(known), seconds, factor)
    return if_(F.AND(F.ISNUMBER(amount), unit.filled()), F.ROUND(amount * factor, 0) / 3600)


def _answer_h(context: Context, row: RowCells) -> float | str:
    amount, unit = row.number("Answers within"), row.text("Unit")
    if amount is None or not unit:
        return ""
    number, day = _calendar(context, row), 86400
    if number is not None:
        day = day_seconds(context.spec.calendars[number - 1])
    factor = day if unit == "business days" else _UNITS.get(unit, 0)
    return rounded(amount * factor) / 3600


def _tested_rules(context: Context, fallback_days: float) -> list[Column]:
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

    def since(row: RowCells) -> float | str:
        day = row.number("Last tested")
        return "" if day is None else today(context) - day

    def twin(row: RowCells) -> str:
        if not row.filled("Vendor"):
            return ""
        if not row.filled("Fallback"):
            return NO_FALLBACK
        days = since(row)
        if isinstance(days, str):
            return NEVER
        return AGAIN if days > fallback_days else OK

    return [
        VENDORS["Days since"].by(if_(F.ISNUMBER(tested), ago), since),
        VENDORS["Fallback check"].by(expr, twin),
    ]


def _speed_expr() -> Expr:
    vendor, flags = col(VENDOR_BOUNDS.name, "Vendor"), col(VENDOR_BOUNDS.name, "Check")
    slow = F.COUNTIFS(vendor, criterion(this("Vendor")), flags, f"{SLOWER}*")
    night = F.COUNTIFS(vendor, criterion(this("Vendor")), flags, f"{NIGHT}*")
    return if_(
        this("Vendor").empty(),
        BLANK,
        if_(
            this("Answer (h)").empty(),
            NO_FIGURE,
            if_(slow > 0, SLOWER, if_(night > 0, NIGHT, OK)),
        ),
    )


def _speed(row: RowCells, bounds: list[RowCells]) -> str:
    if not row.filled("Vendor"):
        return ""
    if row["Answer (h)"] == "":
        return NO_FIGURE
    mine = [bound["Check"] for bound in bounds if bound.text("Vendor") == row.text("Vendor")]
    return next((flag for flag in (SLOWER, NIGHT) if flag in mine), OK)


def bound_rules(
    context: Context, vendors: Mapping[Named, RowCells], words: Callable[[Clock], str]
) -> list[Column]:
    """The computed columns of tVendorBounds.

    ``vendors`` are the rows of tVendors by their names; ``words`` says a target as Policy does.
    """
    row = place_among_texts(this("Class"), names.LIST_CLASSES)
    typed = F.INDEX(col(MATRIX.name, "Severity"), row)
    # As the policy writes it, so that what looks it up need not doubt it.
    severity = iferror(F.INDEX(names.POL_SEVERITY, F.MATCH(exact(typed), names.POL_SEVERITY, 0)))
    severities: dict[str, str] = {}
    for kind in context.spec.classes:
        place = context.policy.row(kind.severity)
        known = "" if place is None else context.spec.severities[place].id
        severities.setdefault(kind.name.casefold(), known)
    return [
        VENDOR_BOUNDS["Severity"].by(
            if_(this("Class").filled(), severity),
            lambda row: severities.get(row.text("Class"), ""),
        ),
        VENDOR_BOUNDS["Our target"].by(_words_expr(), lambda row: _words(context, row, words)),
        VENDOR_BOUNDS["Ours (h)"].by(_ours_expr(), lambda row: _ours_h(context, row)),
        VENDOR_BOUNDS["Check"].by(_check_expr(), lambda row: _check(context, row, vendors)),
    ]


# Helper columns would stand under visible ones of the tables above, so each formula looks up anew.
_K: Final = F.MATCH(this("Severity"), names.POL_SEVERITY, 0)
_V: Final = place_of(this("Vendor"), col(VENDORS.name, "Vendor"))


def _by_target(part: Callable[[str], Expr]) -> Expr:
    found: Expr = BLANK
    for label, code in reversed(_CODE_OF.items()):
        found = F.IF(this("Target").eq(label), part(code), found)
    return if_(this("Severity").filled(), iferror(if_(F.ISTEXT(this("Target")), found)))


def _ours_expr() -> Expr:
    def hours(code: str) -> Expr:
        by_clock, by_days = (F.INDEX(policy_name(code, part), _K) for part in "SD")
        return F.IF(F.ISNUMBER(by_clock), by_clock / 3600, if_(F.ISNUMBER(by_days), by_days * 24))

    return _by_target(hours)


def _clock(context: Context, row: RowCells) -> Clock | None:
    """Our clock of a row's severity and target."""
    level, wanted = context.policy.row(row.text("Severity")), row.text("Target")
    code = next((code for label, code in _CODE_OF.items() if label.casefold() == wanted), None)
    return None if level is None or code is None else context.policy.clocks[level][code]


def _ours_h(context: Context, row: RowCells) -> float | str:
    clock = _clock(context, row)
    if clock is not None and clock.seconds is not None:
        return clock.seconds / 3600
    return "" if clock is None or clock.days is None else clock.days * 24.0


def _words_expr() -> Expr:
    return _by_target(lambda code: F.INDEX(policy_name(code, "T"), _K) & "")


def _words(context: Context, row: RowCells, words: Callable[[Clock], str]) -> str:
    clock = _clock(context, row)
    return "" if clock is None else words(clock)


def _check_expr() -> Expr:
    theirs, calendar = (F.INDEX(col(VENDORS.name, part), _V) for part in ("Answer (h)", "Calendar"))
    mode = name("Cal_Mode")
    ours_mode = iferror(F.INDEX(mode, _by_target(lambda code: F.INDEX(policy_name(code, "C"), _K))))
    their_mode = iferror(F.INDEX(mode, F.MATCH(exact(calendar), names.CAL_NAMES, 0)), "always")
    sleeps = F.AND(ours_mode.eq("always"), their_mode.ne("always"))
    judged = if_(theirs > this("Ours (h)"), SLOWER, if_(sleeps, NIGHT, OK))
    known = if_(theirs.empty(), NO_FIGURE, if_(this("Ours (h)").empty(), NO_TARGET, judged))
    return if_(this("Vendor").filled(), iferror(known))


def _check(context: Context, row: RowCells, vendors: Mapping[Named, RowCells]) -> str:
    named = row.named("Vendor")
    vendor = None if named is None else vendors.get(named)
    if vendor is None:
        return ""
    theirs, ours, clock = vendor.number("Answer (h)"), row.number("Ours (h)"), _clock(context, row)
    if theirs is None:
        return NO_FIGURE
    if ours is None or clock is None:
        return NO_TARGET
    if theirs > ours:
        return SLOWER
    number = _calendar(context, vendor)
    sleeps = number is not None and not is_always(context.calendars[number - 1])
    return NIGHT if sleeps and is_always(context.calendars[clock.calendar - 1]) else OK


def retirement_rules(context: Context) -> list[Column]:
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
        if_(left <= 180, NO_CHANGE, OK),
        if_(F.ISNUMBER(left), OK),
    )

    def days_left(row: RowCells) -> float | str:
        day = row.number("Retires")
        return "" if day is None else day - today(context)

    def stage_of(row: RowCells) -> str:
        days = row["Days left"]
        if not isinstance(days, float):
            return ""
        steps = ((0, GONE), (30, CUT_OVER), (90, DECIDE), (180, OPEN))
        return next((word for most, word in steps if days <= most), WATCH)

    def check_of(row: RowCells) -> str:
        days = row["Days left"]
        if not isinstance(days, float):
            return ""
        return NO_CHANGE if days <= 180 and not row.filled("Change") else OK

    def before(days: int) -> Column:
        return RETIREMENTS[f"T−{days}"].by(
            if_(F.ISNUMBER(retires), retires - days),
            lambda row: "" if (day := row.number("Retires")) is None else day - days,
        )

    return [
        before(180),
        before(90),
        before(30),
        RETIREMENTS["Days left"].by(if_(F.ISNUMBER(retires), retires - TODAY), days_left),
        RETIREMENTS["Stage"].by(stage, stage_of),
        RETIREMENTS["Check"].by(check, check_of),
    ]


def today(context: Context) -> float:
    """The date of the *As of* instant as a serial number."""
    return float(day_serial(context.as_of.date()))
