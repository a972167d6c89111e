"""One clock against dates counted by hand and against published rules of counting."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from xlmatrix.model.obligations import Obligation
from xlmatrix.rules.reporting.counting import BEYOND, Authority, WorkingDays
from xlmatrix.rules.reporting.outcome import Due, Own, Situation, due_of
from xlmatrix.rules.reporting.rows import RuleRow, row_of
from xlmatrix.rules.reporting.states import UNJUDGED, judge
from xlmatrix.worktime import Zone

BERLIN = Zone.load("Europe/Berlin", 2024, 2029)
# Good Friday and Easter Monday 2026, Labour Day, Christmas.
HOLIDAYS = {
    date(2026, 4, 3): "Good Friday",
    date(2026, 4, 6): "Easter Monday",
    date(2026, 5, 1): "Labour Day",
    date(2026, 12, 25): "Christmas",
}
DAYS = WorkingDays(HOLIDAYS, date(2026, 1, 1), date(2027, 12, 31))
AUTHORITY = Authority(BERLIN, DAYS)


def a_rule(amount: int, unit: str, roll: str = "none", ends: str = "clock") -> RuleRow:
    return row_of(Obligation.model_validate({
        "id": "own", "regime": "R", "trigger": "T", "recipient": "Z", "after": "aware",
        "amount": amount, "unit": unit, "roll": roll, "ends": ends,
    }))  # fmt: skip


def utc(typed: str) -> int:
    """Epoch seconds of an instant on the clock of Berlin."""
    wall = datetime.fromisoformat(typed) - datetime(1970, 1, 1)
    return int(BERLIN.to_utc(int(wall.total_seconds())))


def due(typed: str, rule: RuleRow, authority: Authority = AUTHORITY) -> Due:
    return due_of(rule, Own(), Situation({}, {"aware": utc(typed)}), authority)


def shown(at: int | None) -> str:
    assert at is not None
    if at >= BEYOND:
        return "beyond"
    return datetime.fromtimestamp(at, BERLIN.info).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("trigger", "amount", "unit", "roll", "safe", "law"),
    [
        # Hours run through weekends and do not roll (Reg. 1182/71 Art. 3(4)).
        ("2026-11-13 17:00", 72, "hours", "eu-1182-71", "2026-11-16 17:00", "2026-11-16 17:00"),
        # 24 h are absolute, a day is the same wall-clock time: the clock goes back in between.
        ("2026-10-24 12:00", 24, "hours", "none", "2026-10-25 11:00", "2026-10-25 11:00"),
        ("2026-10-24 12:00", 1, "days", "none", "2026-10-25 12:00", "2026-10-25 12:00"),
        # 15 days from Friday 13 November end on Saturday 28: Monday 30, at the end of the day.
        ("2026-11-13 17:00", 15, "days", "eu-1182-71", "2026-11-28 17:00", "2026-11-30 23:59"),
        # 10 days end on a working day: the end of that day.
        ("2026-11-13 17:00", 10, "days", "eu-1182-71", "2026-11-23 17:00", "2026-11-23 23:59"),
        # Two days from Friday hold only Monday as a working day until it: Tuesday (Art. 3(5)).
        ("2026-11-13 17:00", 2, "days", "eu-1182-71", "2026-11-15 17:00", "2026-11-17 23:59"),
        # One day need not hold two working days.
        ("2026-11-13 17:00", 1, "days", "eu-1182-71", "2026-11-14 17:00", "2026-11-16 23:59"),
        # Over Easter: Thursday + 2 is Saturday; Tuesday is the first, Wednesday the second day.
        ("2026-04-02 09:00", 2, "days", "eu-1182-71", "2026-04-04 09:00", "2026-04-08 23:59"),
        # One month later by date, clamped at the end of February, and rolled over the weekend.
        ("2026-01-31 10:00", 1, "months", "none", "2026-02-28 10:00", "2026-02-28 10:00"),
        ("2026-01-31 10:00", 1, "months", "eu-1182-71", "2026-02-28 10:00", "2026-03-02 23:59"),
        ("2026-11-30 10:00", 3, "months", "none", "2027-02-28 10:00", "2027-02-28 10:00"),
        # Four business days from Thursday before Easter: Tue, Wed, Thu, Fri.
        ("2026-04-02 09:00", 4, "business days", "none", "2026-04-10 09:00", "2026-04-10 09:00"),
        # From a Saturday, the first business day is Monday.
        ("2026-11-14 09:00", 1, "business days", "none", "2026-11-16 09:00", "2026-11-16 09:00"),
        # DORA for entities that may wait: noon of the next working day.
        ("2026-11-11 17:00", 72, "hours", "noon", "2026-11-14 17:00", "2026-11-16 12:00"),
        ("2026-11-10 17:00", 72, "hours", "noon", "2026-11-13 17:00", "2026-11-13 17:00"),
        ("2026-11-11 17:00", 72, "hours", "next-working-day",
         "2026-11-14 17:00", "2026-11-16 17:00"),
        ("2026-11-10 17:00", 0, "immediately", "none", "2026-11-10 17:00", "2026-11-10 17:00"),
        # An hour that the clock skips, and one that it shows twice.
        ("2026-03-28 02:30", 1, "days", "none", "2026-03-29 03:30", "2026-03-29 03:30"),
        ("2026-10-24 02:30", 1, "days", "none", "2026-10-25 02:30", "2026-10-25 02:30"),
        # Nothing is said beyond the horizon.
        ("2027-12-30 17:00", 72, "hours", "none", "beyond", "beyond"),
        ("2025-12-30 17:00", 72, "hours", "none", "beyond", "beyond"),
        ("2027-12-29 17:00", 2, "days", "eu-1182-71", "2027-12-31 17:00", "2027-12-31 23:59"),
        ("2027-12-30 17:00", 2, "business days", "none", "beyond", "beyond"),
    ],
)  # fmt: skip
def test_a_due_time_is_the_one_counted_by_hand(
    trigger: str, amount: int, unit: str, roll: str, safe: str, law: str
) -> None:
    found = due(trigger, a_rule(amount, unit, roll))
    assert (shown(found.safe), shown(found.law)) == (safe, law)


@pytest.mark.parametrize(
    ("trigger", "ends", "safe", "law"),
    [
        # Four business days from Monday 16 November: Friday 20.
        ("2026-11-16 10:00", "17:30", "2026-11-20 10:00", "2026-11-20 17:30"),
        ("2026-11-16 20:00", "17:30", "2026-11-20 17:30", "2026-11-20 17:30"),
        ("2026-11-16 17:30", "17:30", "2026-11-20 17:30", "2026-11-20 17:30"),
        ("2026-11-16 20:00", "day", "2026-11-20 20:00", "2026-11-20 23:59"),
    ],
)
def test_an_hour_at_which_the_authority_closes_makes_it_earlier_only(
    trigger: str, ends: str, safe: str, law: str
) -> None:
    found = due(trigger, a_rule(4, "business days", ends=ends))
    assert (shown(found.safe), shown(found.law)) == (safe, law)


def test_holidays_that_the_authority_may_not_keep_move_the_law_alone() -> None:
    unsure = Authority(BERLIN, WorkingDays(HOLIDAYS, DAYS.first, DAYS.last, certain=False))
    found = due("2026-04-02 09:00", a_rule(4, "business days"), unsure)
    assert (shown(found.safe), shown(found.law)) == ("2026-04-08 09:00", "2026-04-10 09:00")


@pytest.mark.parametrize(
    ("now", "reported", "fine"),
    [
        (0, None, "running"),
        (56, None, "running"),
        (57, None, "due soon"),
        (76, None, "due soon"),
        (76.01, None, "past the safe time"),
        (124, None, "past the safe time"),
        (124.01, None, "late by law"),
        (200, 0, "met"),
        (200, 124, "met"),
        (200, 124.01, "met late"),
        (200, -0.01, "reported before it began"),
    ],
)
def test_exactly_at_the_due_time_is_in_time(now: float, reported: float | None, fine: str) -> None:
    # 76 h from Wednesday 08:00 end on Saturday at noon; noon of Monday is 124 h after the start.
    rule, began = (
        a_rule(76, "hours", "noon"),
        int(datetime(2026, 11, 11, 7, tzinfo=UTC).timestamp()),
    )

    def after(hours: float) -> int:
        return began + round(hours * 3600)

    known = Situation({}, {"aware": began}, {}, after(now))
    own = Own(reported=None if reported is None else after(reported))
    assert judge(rule, own, due_of(rule, own, known, AUTHORITY), known, AUTHORITY).fine == fine


@pytest.mark.parametrize(
    ("reported", "fine"), [("2026-11-28 17:00", "met"), ("2026-11-28 17:01", UNJUDGED)]
)
def test_a_report_is_in_time_by_the_safe_time_where_the_calendar_ends_before_the_law(
    reported: str, fine: str
) -> None:
    # 15 days end on Saturday 28 November; the Monday that they roll to is not held any more.
    until = Authority(BERLIN, WorkingDays(HOLIDAYS, date(2026, 1, 1), date(2026, 11, 29)))
    rule = a_rule(15, "days", "eu-1182-71")
    found = due("2026-11-13 17:00", rule, until)
    assert (shown(found.safe), shown(found.law)) == ("2026-11-28 17:00", "beyond")
    known = Situation({}, {"aware": utc("2026-11-13 17:00")}, {}, utc("2026-11-29 12:00"))
    own = Own(reported=utc(reported))
    assert judge(rule, own, found, known, until).fine == fine


@pytest.mark.parametrize(("amount", "instead"), [(96, 48), (48, 96)])
def test_of_clocks_that_only_may_count_the_one_that_ends_first_is_due(
    amount: int, instead: int
) -> None:
    # Nobody has answered yet whether the second takes the place of the first.
    rule = row_of(Obligation.model_validate({
        "id": "own", "regime": "R", "trigger": "T", "recipient": "Z", "after": "aware",
        "amount": amount, "unit": "hours", "take": "latest",
        "clocks": [{"mode": "instead", "after": "aware", "amount": instead, "unit": "hours",
                    "when": {"wide": "yes"}}],
    }))  # fmt: skip
    found = due("2026-11-13 17:00", rule)
    assert (shown(found.safe), shown(found.law)) == ("2026-11-15 17:00", "2026-11-15 17:00")
