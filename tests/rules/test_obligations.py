"""When a report is due, against dates counted by hand and against published rules."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.model.small import changed, findings
from xlmatrix.model import loads
from xlmatrix.model.obligations import NoticeUnit, Roll, published
from xlmatrix.rules.clocks.obligations import (
    IN_TIME,
    OVERDUE,
    PAST_SAFE,
    REPORTED_LATE,
    RUNNING,
    SOON,
    Dues,
    Period,
    WorkingDays,
    dues,
    state_of,
)
from xlmatrix.worktime import Zone

BERLIN = Zone.load("Europe/Berlin", 2025, 2028)
# Good Friday and Easter Monday 2026, Labour Day, Christmas.
HOLIDAYS = {
    date(2026, 4, 3): "Good Friday",
    date(2026, 4, 6): "Easter Monday",
    date(2026, 5, 1): "Labour Day",
    date(2026, 12, 25): "Christmas",
}
DAYS = WorkingDays(HOLIDAYS, date(2026, 1, 1), date(2027, 12, 31))


def due(trigger: str, amount: int, unit: NoticeUnit, roll: Roll = "none") -> tuple[str, str]:
    found = dues(Period(amount, unit, roll), datetime.fromisoformat(trigger), BERLIN, DAYS)

    def shown(instant: int | None) -> str:
        if instant is None:
            return "beyond"
        wall = datetime.fromtimestamp(instant, BERLIN.info)
        return wall.strftime("%Y-%m-%d %H:%M")

    return shown(found.safe), shown(found.law)


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
        ("2026-11-10 17:00", 0, "immediately", "none", "2026-11-10 17:00", "2026-11-10 17:00"),
        # Nothing is said beyond the horizon.
        ("2027-12-30 17:00", 72, "hours", "none", "beyond", "beyond"),
        ("2025-12-30 17:00", 72, "hours", "none", "beyond", "beyond"),
        ("2027-12-29 17:00", 2, "days", "eu-1182-71", "2027-12-31 17:00", "2027-12-31 23:59"),
        ("2027-12-30 17:00", 2, "business days", "none", "beyond", "beyond"),
    ],
)
def test_a_due_time_is_the_one_counted_by_hand(
    trigger: str, amount: int, unit: NoticeUnit, roll: Roll, safe: str, law: str
) -> None:
    assert due(trigger, amount, unit, roll) == (safe, law)


def test_the_safe_time_is_never_the_later_one() -> None:
    for rule in published().values():
        for day in range(1, 29):
            period = Period(rule.amount, rule.unit, rule.roll)
            found = dues(period, datetime(2026, 5, day, 15, 30), BERLIN, DAYS)
            assert found.safe is not None
            assert found.law is not None
            assert found.safe <= found.law


@pytest.mark.parametrize(
    ("now", "reported", "state"),
    [
        (100, None, RUNNING),
        (175, None, SOON),
        (200, None, SOON),
        (201, None, PAST_SAFE),
        (300, None, PAST_SAFE),
        (301, None, OVERDUE),
        (400, 300, IN_TIME),
        (400, 301, REPORTED_LATE),
    ],
)
def test_exactly_at_the_due_time_is_in_time(now: int, reported: int | None, state: str) -> None:
    assert state_of(Dues(200, 300), 100, reported, now) == state


def test_every_published_obligation_says_where_it_comes_from() -> None:
    for rule in published().values():
        assert rule.source, rule.id
        assert rule.status, rule.id
        assert rule.recipient, rule.id


def test_obligations_are_taken_by_id_or_written_out() -> None:
    own = (
        "obligations:\n  decider: quality\n  rules:\n    - gdpr-33\n"
        "    - {use: nis2-23-final, decider: oncall}\n"
        "    - {id: acme, regime: Acme contract, trigger: We know, recipient: Acme,"
        " amount: 8, unit: hours}\n"
    )
    spec = loads(changed(("severities:\n", f"{own}severities:\n"))).spec
    first, second, third = spec.obligations.resolved()
    assert (first.amount, first.unit, first.decider) == (72, "hours", "quality")
    assert (second.unit, second.roll, second.decider) == ("months", "eu-1182-71", "oncall")
    assert (third.period, third.decider) == ("8 hours", "quality")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("[gdpr-34, gdpr-35]", "there is no published obligation 'gdpr-35'"),
        ("[gdpr-33, GDPR-33]", "listed twice"),
        ("[{use: gdpr-33, decider: nobody}]", "there is no role 'nobody'"),
        ("[{id: x, regime: R, trigger: T, recipient: Z, unit: hours}]", "0 hours is not a period"),
        ("[gdpr-33]", "nobody decides whether 'gdpr-33' applies"),
    ],
)
def test_a_faulty_obligation_is_found_with_its_line(rules: str, said: str) -> None:
    text = changed(("severities:\n", f"obligations: {rules}\nseverities:\n"))
    found = [finding for finding in findings(text) if said in finding.what]
    assert len(found) == 1, [str(finding) for finding in findings(text)]
    line = next(n for n, row in enumerate(text.splitlines(), 1) if row.startswith("obligations:"))
    assert found[0].where == f"matrix.yaml:{line}"
