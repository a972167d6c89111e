"""The engine against an oracle that walks every hour and day, and what must hold of any rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.reporting.engine import places as matrix_places
from tests.reporting.oracle import HOLIDAYS, due_in
from tests.reporting.situations import (
    FACTS,
    MOMENTS,
    NEAR,
    Known,
    answered,
    authority,
    cases_known,
    due,
    judged,
    open_worlds,
    rules,
    seconds,
    situation,
    typed,
)
from xlmatrix.model.obligations import MEMBER_FACT, Obligation, law
from xlmatrix.rules.reporting.outcome import Due, Own, due_of
from xlmatrix.rules.reporting.rows import row_of
from xlmatrix.rules.reporting.states import (
    IS_LATE,
    MET,
    MET_LATE,
    NOT_APPLICABLE,
    NOT_IN_FORCE,
    STATE_OF,
    shows_due,
)
from xlmatrix.sheets.reporting.authorities import national

MANY = settings(max_examples=examples(60, 3000), deadline=None)


@pytest.mark.parametrize("country", list(HOLIDAYS))
def test_the_holidays_are_those_that_were_written_by_hand(country: str) -> None:
    found = national(country, 2026, 2027)
    weekdays = {day for day in found if day.weekday() < 5}
    assert weekdays == {day for day in HOLIDAYS[country] if day.weekday() < 5}


@MANY
@given(rules(), cases_known(complete=True))
def test_a_report_of_which_all_is_known_is_due_when_the_walk_ends(
    rule: Obligation, known: Known
) -> None:
    wanted = due_in(rule, known.all_known, known.place, known.now)
    found = due(rule, known)
    if wanted is None:
        assert found.safe is None or judged(rule, known).fine in (NOT_APPLICABLE, NOT_IN_FORCE)
        return
    assert (found.safe, found.law) == (seconds(wanted.safe), seconds(wanted.law))


@MANY
@given(rules(), cases_known())
def test_what_is_not_known_leaves_the_earliest_time_that_is_possible(
    rule: Obligation, known: Known
) -> None:
    possible = [
        due_in(rule, one, known.place, known.now) for one in open_worlds(rule, known, when=False)
    ]
    safes = [seconds(one.safe) for one in possible if one is not None]
    found = due(rule, known)
    if not safes:
        return
    assert found.safe is not None
    assert found.safe <= min(safes)
    # The latest of clocks that stand for each other is not asked for world by world.
    if rule.take == "earliest" or all(clock.mode == "also" for clock in rule.clocks):
        assert found.safe == min(safes)


@MANY
@given(rules(), cases_known())
def test_late_and_met_hold_in_every_world_that_is_possible(rule: Obligation, known: Known) -> None:
    fine = judged(rule, known).fine
    if fine not in (IS_LATE, MET, MET_LATE):
        return
    for world in open_worlds(rule, known):
        found = due_in(rule, world, known.place, known.now)
        if fine == MET:
            assert known.reported is not None
            assert found is None or known.reported <= found.law
        else:
            assert found is not None
            assert found.law < (known.now if fine == IS_LATE else known.reported or known.now)


@MANY
@given(rules(), cases_known(), st.sampled_from(FACTS), st.sampled_from(("yes", "no")))
def test_an_answer_never_makes_a_report_due_earlier(
    rule: Obligation, known: Known, fact: str, answer: str
) -> None:
    before = due(rule, answered(known, fact, ""))
    after = due(rule, answered(known, fact, answer))
    assert before.safe is not None or after.safe is None
    if before.safe is not None and after.safe is not None:
        assert before.safe <= after.safe


@MANY
@given(rules(), cases_known(), st.sampled_from(MOMENTS), NEAR)
def test_only_a_moment_that_was_said_to_be_missing_makes_a_report_due_earlier(
    rule: Obligation, known: Known, moment: str, later: timedelta
) -> None:
    stamps = [at for at in known.moments.values() if at is not None]
    if not stamps or known.moments.get(moment, later) is not None:
        return
    before = due(rule, known)
    after = due(rule, typed(known, moment, min(stamps) + later))
    if before.safe is not None and after.safe is not None and after.safe < before.safe:
        assert moment in before.missing


@MANY
@given(rules(), cases_known(complete=True))
def test_safe_is_never_after_the_law(rule: Obligation, known: Known) -> None:
    found = due(rule, known)
    if found.safe is not None:
        assert found.law is not None
        assert found.safe <= found.law


@MANY
@given(rules(), cases_known(complete=True))
def test_the_earliest_is_none_after_and_the_latest_none_before_each(
    rule: Obligation, known: Known
) -> None:
    also = [
        clock.model_copy(update={"mode": "also", "when": {}, "lapses": None})
        for clock in rule.clocks
    ]
    all_of_them = rule.model_copy(update={"clocks": tuple(also)})
    found = due(all_of_them, known).safe
    for clock in all_of_them.counted:
        alone = {"after": clock.after, "amount": clock.amount, "unit": clock.unit, "clocks": ()}
        one = due(rule.model_copy(update=alone), known).safe
        if one is None:
            continue
        assert found is not None
        assert found <= one if rule.take == "earliest" else found >= one


@MANY
@given(rules(), cases_known(), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_another_holiday_never_makes_the_safe_time_later(
    rule: Obligation, known: Known, holiday: date
) -> None:
    place = replace(known.place, certain=False)
    closed = replace(place, holidays=place.holidays | {holiday})
    before, after = (due(rule, replace(known, place=one)) for one in (place, closed))
    assert before.safe == after.safe


@MANY
@given(rules(), cases_known(), st.integers(0, 60 * 24 * 400))
def test_what_is_late_by_law_stays_late(rule: Obligation, known: Known, later: int) -> None:
    waits = replace(known, reported=None)
    if judged(rule, waits).fine == IS_LATE:
        then = replace(waits, now=waits.now + timedelta(minutes=later))
        assert judged(rule, then).fine == IS_LATE


@MANY
@given(rules(), cases_known())
def test_a_due_time_that_may_bind_is_never_hidden(rule: Obligation, known: Known) -> None:
    waits = replace(known, reported=None)
    found, said = due(rule, waits), judged(rule, waits)
    if found.safe is not None and not shows_due(said.fine):
        assert all(
            due_in(rule, one, known.place, known.now) is None for one in open_worlds(rule, waits)
        )
    if found.safe is not None and seconds(waits.now) > found.safe and shows_due(said.fine):
        assert STATE_OF[said.fine] in ("Late", "Due now")


@pytest.mark.parametrize("unit", ["hours", "days", "weeks", "months", "business days"])
@settings(max_examples=examples(20, 500), deadline=None)
@given(cases_known(complete=True), NEAR, st.integers(1, 30))
def test_a_later_filing_makes_nothing_due_earlier(
    unit: str, known: Known, later: timedelta, amount: int
) -> None:
    rule = Obligation.model_validate({
        "id": "next", "regime": "R", "trigger": "T", "recipient": "Z",
        "after": "filing: first", "amount": min(amount, 6) if unit == "months" else amount,
        "unit": unit, "roll": "eu-1182-71",
    })  # fmt: skip
    filed = known.now
    known = replace(known, now=filed + later)
    one, two = (due(rule, typed(known, "filing: first", at)) for at in (filed, filed + later))
    # By the day: on Saturday at 9 the same working days begin as on Friday at 16.
    assert all(a <= b for a, b in zip(_days(one, known), _days(two, known), strict=True))
    # What is filed changes nothing of the report itself.
    assert due(rule, replace(typed(known, "filing: first", filed), reported=filed)) == one


def _days(found: Due, known: Known) -> tuple[date, date]:
    assert found.safe is not None
    assert found.law is not None
    there = (datetime.fromtimestamp(at, known.place.zone) for at in (found.safe, found.law))
    safe, law_ = (one.date() for one in there)
    return safe, law_


_PUBLISHED = list(law().obligations.values())


@settings(max_examples=examples(120, 6000), deadline=None)
@given(st.sampled_from(_PUBLISHED), cases_known(complete=True), st.data())
def test_every_published_rule_is_due_when_the_walk_ends(
    rule: Obligation, known: Known, data: st.DataObject
) -> None:
    facts = dict.fromkeys(fact for condition in rule.conditions for fact in condition)
    answers = {
        fact: data.draw(st.sampled_from(law().facts[fact].answers), label=fact) for fact in facts
    }
    used = [known.now + data.draw(NEAR) for _ in rule.counted]
    names = dict.fromkeys(clock.after.removeprefix("end of year: ") for clock in rule.counted)
    moments = dict(zip(names, used, strict=False))
    case = replace(known, answers=answers, moments={**moments}, now=max(used, default=known.now))
    wanted = due_in(rule, case.all_known, case.place, case.now)
    found = due(rule, case)
    if wanted is None:
        fine = judged(rule, case).fine
        assert found.safe is None or fine in (NOT_APPLICABLE, NOT_IN_FORCE)
    else:
        assert (found.safe, found.law) == (seconds(wanted.safe), seconds(wanted.law))


@settings(max_examples=examples(40, 1500), deadline=None)
@given(st.sampled_from(_PUBLISHED), cases_known(complete=True), st.data())
def test_the_zone_of_the_matrix_changes_no_instant(
    rule: Obligation, known: Known, data: st.DataObject
) -> None:
    if rule.kind == "review":
        return  # its authority is the matrix itself
    facts = dict.fromkeys(fact for condition in rule.conditions for fact in condition)
    answers = {
        fact: data.draw(st.sampled_from(("", *law().facts[fact].answers)), label=fact)
        for fact in [*facts, MEMBER_FACT]
    }
    names = dict.fromkeys(clock.after.removeprefix("end of year: ") for clock in rule.counted)
    moments = {name: known.now + data.draw(NEAR) for name in names}
    told = situation(replace(known, answers=answers, moments=moments))
    row, member = row_of(rule), answers[MEMBER_FACT]
    one, *others = (
        due_of(row, Own(), told, matrix_places(zone).of(row, member))
        for zone in ("Europe/Berlin", "America/New_York", "Asia/Tokyo")
    )
    assert all((one.safe, one.law, one.late) == (it.safe, it.law, it.late) for it in others)


@MANY
@given(cases_known(complete=True), NEAR, st.integers(1, 6), st.booleans())
def test_a_series_counts_from_its_latest_report_until_it_ends(
    known: Known, later: timedelta, weeks: int, over: bool
) -> None:
    rule = Obligation.model_validate({
        "id": "series", "regime": "R", "trigger": "T", "recipient": "Z", "until": "second",
        "after": "filing: first", "amount": weeks, "unit": "weeks",
    })  # fmt: skip
    filed = known.now + later
    last = seconds(filed)
    ends = filed + timedelta(weeks=weeks) * (1 if over else 2) - timedelta(days=1)
    case = replace(known, now=ends, moments={"filing: first": known.now, "second": ends})
    found = due_of(row_of(rule), Own(filed=last), situation(case), authority(known.place))
    alone = due(rule, replace(case, moments={"filing: first": filed}))
    assert (found.safe, found.law) == (alone.safe, alone.law)
    assert found.over == (found.safe is not None and found.safe > seconds(ends))
    # As long as its end lies ahead, it goes on.
    told = situation(replace(case, now=max(filed, ends - timedelta(minutes=1))))
    assert not due_of(row_of(rule), Own(filed=last), told, authority(known.place)).over
