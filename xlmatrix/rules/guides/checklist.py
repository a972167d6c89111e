"""What the checklist can find out by itself, and the state of each of its lines.

A check counts what is in order and what there is; the formulas read the live workbook, the twins
the spec and the compiled policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, name, place_among_texts, this
from xlmatrix.rules import names
from xlmatrix.rules.cells import TODAY, RowCells, day_serial, number_of, text_in
from xlmatrix.rules.directory import person_checks, role_checks
from xlmatrix.rules.frame import Context
from xlmatrix.rules.guides.vendors import NO_FIGURE, SLOWER
from xlmatrix.rules.incidents.owners import LABELS
from xlmatrix.rules.ladder.oncall import holders_now
from xlmatrix.rules.names import policy_name
from xlmatrix.rules.policy import Clock
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.drills import DRILL_PLAN
from xlmatrix.tables.guides import CHECKLIST
from xlmatrix.tables.kinds import Raw
from xlmatrix.tables.matrix import CLASS_FAULTS, MATRIX
from xlmatrix.tables.people import NAMED, PEOPLE, PERSON_FAULTS, ROLE_FAULTS, ROLES
from xlmatrix.tables.vendors import VENDORS
from xlmatrix.tables.vocabulary import CHECKLIST as STATUSES

OPEN, DOING, DONE, NOT_NEEDED = STATUSES.words
RENEW, OVERDUE = "renew", "overdue"
_AGAIN: Final = "Done too long ago: do it again"
_SET: Final = ("ack", "resp", "esc", "int", "cont", "res")
_STEPS: Final = (("ack", "resp"), ("resp", "esc"), ("cont", "mit"), ("mit", "res"))
_ACROSS: Final = ("ack", "resp", "esc", "cont", "mit", "res")


@dataclass(frozen=True, slots=True)
class Check:
    """A count of what is in order out of how many, and the words that follow the two numbers."""

    good: Expr
    total: Expr
    words: str
    good_value: int
    total_value: int

    @property
    def state(self) -> str:
        """Done where all of at least one is in order: the twin of :func:`state_expr`."""
        return DONE if self.good_value == self.total_value > 0 else OPEN

    @property
    def finding(self) -> str:
        """Both numbers in words: the twin of :func:`finding_expr`."""
        return f"{self.good_value} of {self.total_value} {self.words}"


def state_expr(good: Expr, total: Expr) -> Expr:
    """The state of a check whose two counts stand in cells of their own."""
    return F.IF(F.AND(total > 0, good.eq(total)), DONE, OPEN)


def finding_expr(good: Expr, total: Expr, words: str) -> Expr:
    """What a check found, in words."""
    return good & " of " & total & f" {words}"


def checks(
    context: Context, vendor_flags: Sequence[object], drills: Sequence[object]
) -> dict[str, Check]:
    """Every check that this workbook can make.

    Parameters
    ----------
    vendor_flags
        The speed column of the vendors; empty where the workbook has no such sheet, and then no
        such check either.
    drills
        The days of the drill plan, None for a drill without; empty where there is no such sheet.
    """
    known = {
        "classes_have_a_severity": _severities(context),
        "owners_are_distinct": _owners(context),
        "roles_are_held": _roles(context),
        "people_are_reachable": _people(context),
        "timings_are_set": _set(context),
        "timings_rise": _rising(context),
        "severities_rise": _across(context),
    }
    if vendor_flags:
        known["vendors_keep_up"] = _vendors(vendor_flags)
    if drills:
        known["drills_are_planned"] = _drills(drills)
    return known


def _severities(context: Context) -> Check:
    column = col(MATRIX.name, "Check")
    total = F.ROWS(column)
    known = {one.id.casefold() for one in context.spec.severities}
    count = sum(one.severity.casefold() in known for one in context.spec.classes)
    good = total - F.COUNTIF(column, "No severity")
    words = "classes have a severity of the list"
    return Check(good, total, words, count, len(context.spec.classes))


def _owners(context: Context) -> Check:
    spec, holders = context.spec, holders_now(context)
    known = {one.id.casefold() for one in spec.severities}
    good = 0
    for kind in spec.classes:
        owners = spec.owners_for(kind)
        roles = [spec.role(getattr(owners, function)).name for function in LABELS]
        pairs = [(holders.primary(role), holders.backup(role)) for role in roles]
        two = all(backup and backup.casefold() != first.casefold() for first, backup in pairs)
        good += two and all(first for first, _ in pairs) and kind.severity.casefold() in known
    total = F.ROWS(col(MATRIX.name, "Check"))
    words = "classes have three owners, each with a backup"
    return Check(total - _saying(MATRIX.name, CLASS_FAULTS), total, words, good, len(spec.classes))


def _among(faults: Sequence[str], said: Sequence[Raw]) -> int:
    return sum(cell in faults for cell in said)


def _saying(table: str, faults: Sequence[str]) -> Expr:
    """How many rows have one of the faults: a flag may stand in the place of "ok"."""
    return F.SUM(*(F.COUNTIF(col(table, "Check"), said) for said in faults))


def _roles(context: Context) -> Check:
    roles = context.spec.roles
    total = F.SUM(col(ROLES.name, NAMED))
    held = total - _saying(ROLES.name, ROLE_FAULTS)
    named = sum(bool(role.name) for role in roles)
    good = named - _among(ROLE_FAULTS, role_checks(context.spec))
    return Check(held, total, "roles have a holder and a backup", good, named)


def _people(context: Context) -> Check:
    total = F.SUM(col(PEOPLE.name, NAMED))
    reached = total - _saying(PEOPLE.name, PERSON_FAULTS)
    named = sum(bool(one.name) for one in context.spec.people)
    good = named - _among(PERSON_FAULTS, person_checks(context.spec))
    return Check(reached, total, "people have two channels", good, named)


def _clocks(context: Context, code: str) -> list[Clock]:
    return [clocks[code] for clocks in context.policy.current]


def _set(context: Context) -> Check:
    levels = len(context.policy.severities)
    # Below the rows of the severities stand those of earlier versions.
    cells = [
        F.INDEX(policy_name(code, part), row)
        for code in _SET
        for part in "SD"
        for row in range(1, levels + 1)
    ]
    # COUNT of INDEX counts empty text in programs that pass values and not references.
    good = reduce(add, (if_(F.ISNUMBER(cell), 1, 0) for cell in cells))
    value = sum(
        clock.seconds is not None or clock.days is not None
        for code in _SET
        for clock in _clocks(context, code)
    )
    total = len(_SET) * F.ROWS(names.POL_SEVERITY)
    return Check(good, total, "targets are set", value, len(_SET) * levels)


def _rising(context: Context) -> Check:
    """Pairs of targets that are measured on one clock, and those of them that rise."""
    pairs = []
    for first, second in _STEPS:
        early, late = _clocks(context, first), _clocks(context, second)
        for row in range(len(context.spec.severities)):
            exprs = [F.INDEX(policy_name(code, "S"), row + 1) for code in (first, second)]
            pairs.append((exprs[0], exprs[1], early[row].seconds, late[row].seconds))
    return _ordered(pairs, "neighbouring targets rise")


def _across(context: Context) -> Check:
    pairs = []
    for code in _ACROSS:
        column, clocks = policy_name(code, "S"), _clocks(context, code)
        for row in range(1, len(context.spec.severities)):
            worse, milder = F.INDEX(column, row), F.INDEX(column, row + 1)
            pairs.append((worse, milder, clocks[row - 1].seconds, clocks[row].seconds))
    return _ordered(pairs, "targets are no slower than the next severity's")


def _ordered(pairs: Sequence[tuple[Expr, Expr, int | None, int | None]], words: str) -> Check:
    """How many pairs of numbers there are, and how many do not fall."""
    good, total = lit(0), lit(0)
    good_value = total_value = 0
    for first, second, early, late in pairs:
        both = F.AND(F.ISNUMBER(first), F.ISNUMBER(second))
        total += F.IF(both, 1, 0)
        # Text is above every number, so a missing second would look like a rise.
        good += F.IF(F.AND(F.ISNUMBER(second), first <= second), 1, 0)
        if early is not None and late is not None:
            total_value += 1
            good_value += early <= late
    return Check(good, total, words, good_value, total_value)


def _vendors(flags: Sequence[object]) -> Check:
    column = col(VENDORS.name, "Speed")
    total = F.COUNTA(col(VENDORS.name, "Vendor"))
    good = total - F.COUNTIF(column, SLOWER) - F.COUNTIF(column, NO_FIGURE)
    named = [flag for flag in flags if flag]
    value = sum(flag not in (SLOWER, NO_FIGURE) for flag in named)
    return Check(good, total, "vendors are known to answer within our targets", value, len(named))


def _drills(days: Sequence[object]) -> Check:
    column = col(DRILL_PLAN.name, "Planned")
    planned = sum(number_of(day) is not None for day in days)  # type: ignore[arg-type]
    return Check(
        F.COUNT(column), F.MAX(12, F.ROWS(column)), "drills have a day", planned,
        max(12, len(days)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What the workbook found about an item: its place among the checks, from 1, and the result."""

    place: int
    state: str
    finding: str


def state_rules(context: Context, found: Mapping[str, Found]) -> list[Column]:
    """The computed columns of tChecklist; ``found`` by the lowered id of the item."""
    place = iferror(place_among_texts(this("ID"), name("Check_Item")))
    status, done_on, valid = this("Status"), this("Done on"), this("Valid (days)")
    expired = F.AND(
        status.eq(DONE),
        F.ISNUMBER(valid),
        F.OR(F.NOT(F.ISNUMBER(done_on)), F.N(done_on) + F.N(valid) < TODAY),
    )
    typed = if_(expired, RENEW, if_(status.empty(), OPEN, status & ""))
    of_check = F.INDEX(name("Check_State"), this("check row"))
    base = if_(
        status.eq(NOT_NEEDED), NOT_NEEDED, F.IF(this("check row").filled(), of_check & "", typed)
    )
    running = F.AND(this("state in time").ne(DONE), this("state in time").ne(NOT_NEEDED))
    late = F.AND(running, F.ISNUMBER(this("Due")), F.N(this("Due")) < TODAY)
    again = if_(this("state in time").eq(RENEW), _AGAIN)
    finding = if_(
        this("check row").filled(), F.INDEX(name("Check_Finding"), this("check row")) & "", again
    )
    today = day_serial(context.as_of.date())

    def of(row: RowCells) -> Found | None:
        return found.get(row.text("ID"))

    def base_of(row: RowCells) -> str:
        answer, status = of(row), row.text("Status")
        if status == NOT_NEEDED:
            return NOT_NEEDED
        if answer:
            return answer.state
        days, day = row.number("Valid (days)"), row.number("Done on")
        if status == DONE and days is not None and (day is None or day + days < today):
            return RENEW
        return text_in(row["Status"]) if status else OPEN

    def state_of(row: RowCells) -> str:
        due, state = row.number("Due"), str(row["state in time"])
        waits = state.casefold() not in (DONE, NOT_NEEDED)
        return OVERDUE if waits and due is not None and due < today else state

    def finding_of(row: RowCells) -> str:
        answer = of(row)
        return answer.finding if answer else _AGAIN if row["state in time"] == RENEW else ""

    return [
        hidden_step("check row", place, lambda row: answer.place if (answer := of(row)) else ""),
        hidden_step("state in time", base, base_of),
        CHECKLIST["State"].by(F.IF(late, OVERDUE, this("state in time")), state_of),
        CHECKLIST["Finding"].by(finding, finding_of),
    ]
