"""The published reporting duties: whatever a row names is there, and no id is lost."""

from __future__ import annotations

from datetime import date

import holidays
import pytest

from xlmatrix.model.obligations import (
    END_OF_YEAR,
    FILING,
    MEMBER,
    MEMBER_FACT,
    Obligation,
    Obligations,
    law,
    published,
)
from xlmatrix.worktime import Zone

#: What specs may name since the release before clocks had several moments.
_FORMER = """
ai-act-73-2 ai-act-73-3 ai-act-73-4 ai-act-26-5 gpai-9-3-infrastructure gpai-9-3-cyber
gpai-9-3-death gpai-9-3-other gdpr-33 gdpr-34 gdpr-33-2 nis2-23-early nis2-23-notice nis2-23-final
dora-19-initial dora-19-awareness dora-19-inter dora-19-inter-noon dora-19-final cra-14-early
cra-14-notice cra-14-final-fix cra-14-final-incident mdr-87-threat mdr-87-death mdr-87-serious
sec-8k-105 hipaa-404-individuals hipaa-406-media hipaa-408-hhs hipaa-408-hhs-annual
hipaa-410-associate nydfs-500-17 nydfs-500-17-payment nydfs-500-17-explanation circia-incident
circia-payment ca-sb53 ca-sb53-imminent ny-raise ny-raise-imminent uk-gdpr-33 uk-pecr uk-csrb-early
uk-csrb-full in-cert-in in-dpdp-7 in-dpdp-7-detail sg-pdpa-26d sg-pdpa-assess sg-mas-trm
sg-mas-trm-rca au-ndb au-soci-significant au-soci-relevant au-soci-written au-ransom-payment
cn-cac-ciio cn-cac-central cn-cac-others cn-cac-report br-anpd br-anpd-small br-anpd-supplement
contract-example insurer-example review-sev1 review-sev2
"""
FORMER = _FORMER.split()

EVERY = tuple(published().values())
#: Only these have no authority, so that the clock of the matrix counts.
OWN_CLOCK = ("contract", "insurer", "review")


def test_every_former_id_still_stands_for_a_rule() -> None:
    assert len(FORMER) == len(set(FORMER)) == 68
    lost = [one for one in FORMER if not Obligations(rules=[one]).resolved()]  # type: ignore[arg-type]
    assert lost == []


def test_two_former_rows_that_became_one_are_listed_once() -> None:
    both = ("dora-19-initial", "dora-19-awareness", "dora-19-inter-noon", "dora-19-inter")
    given = Obligations(rules=both, decider="legal")  # type: ignore[arg-type]
    assert [one.id for one in given.resolved()] == ["dora-19-initial", "dora-19-inter"]
    assert [rule.use for rule in given.rules] == list(both)  # type: ignore[union-attr]


def test_where_a_row_moved_its_trigger_is_a_moment_of_the_new_one() -> None:
    for moved in law().moved.values():
        rule = published()[moved.to]
        assert moved.trigger is None or moved.trigger in [one.after for one in rule.counted]


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_what_a_rule_names_is_there(rule: Obligation) -> None:
    facts, moments = law().facts, law().moments
    for condition in rule.conditions:
        for fact, answers in condition.items():
            assert set(answers) <= set(facts[fact].answers)
    for name in (
        *(clock.after for clock in rule.counted),
        *(clock.lapses for clock in rule.clocks if clock.lapses),
        *filter(None, (rule.until,)),
    ):
        if name.startswith(FILING):
            assert name.removeprefix(FILING) in published()
        else:
            assert name.removeprefix(END_OF_YEAR) in moments
    assert rule.calendar in (None, MEMBER, *law().calendars)
    assert (rule.zone is None) == (rule.kind in OWN_CLOCK)
    if rule.zone not in (None, MEMBER):
        Zone.load(rule.zone)


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_every_rule_says_where_it_is_from_and_whom_it_binds(rule: Obligation) -> None:
    assert rule.source
    assert rule.asks
    if rule.kind in OWN_CLOCK:
        return
    assert rule.read is not None
    assert date(2026, 9, 1) <= rule.read <= date(2026, 11, 28)
    assert rule.applies_to
    for fact in rule.applies_to:
        assert law().facts[fact].of == "matrix"
    if any(clock.unit == "business days" for clock in rule.counted) or rule.roll != "none":
        # Nobody else's holidays count for an authority.
        assert rule.calendar is not None


def test_facts_and_moments_are_told_apart_and_all_of_them_are_asked_for() -> None:
    facts, moments = law().facts, law().moments
    assert not facts.keys() & moments.keys()
    asked = {fact for rule in EVERY for condition in rule.conditions for fact in condition}
    assert asked == facts.keys()
    for fact in facts.values():
        # A cell of a condition writes answers side by side.
        assert not [one for one in fact.answers if set(one) & set(",;=")]
        assert len({one.casefold() for one in fact.answers}) == len(fact.answers)


def test_every_member_state_has_a_clock_and_holidays() -> None:
    assert {*law().members, "none"} == set(law().facts[MEMBER_FACT].answers)
    assert len(law().members) == 27 + 3
    for code, zone in law().members.items():
        Zone.load(zone)
        assert holidays.country_holidays(code, years=2027)
    for calendar in law().calendars.values():
        assert holidays.country_holidays(calendar.country, years=2027)


def test_a_report_that_counts_from_another_can_be_told_of_its_filing() -> None:
    """Every series ends, and what follows it is a rule of its own."""
    series = [rule for rule in EVERY if rule.until]
    assert [rule.id for rule in series] == ["gpai-9-3-inter"]
    (rule,) = series
    counted = {clock.after for clock in rule.counted}
    first = {f"{FILING}{one.id}" for one in EVERY if one.group == "GPAI 9.3 first"}
    assert counted == first


def test_answers_that_clash_are_answers_of_the_matrix() -> None:
    for clash in law().clashes:
        for fact, answers in clash.scope.items():
            assert law().facts[fact].of == "matrix"
            assert set(answers) <= set(law().facts[fact].answers)


def test_whoever_must_be_told_before_a_deadline_is_missed_is_named() -> None:
    told = {rule.id for rule in EVERY if rule.will_miss}
    assert {"dora-19-initial", "dora-19-inter", "dora-19-final", "gdpr-33"} <= told
