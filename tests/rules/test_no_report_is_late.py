"""Ways in which a row used to say later than the law, or earlier without need: one case each.

The dates are counted by hand from the texts that the rows name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import holidays
import pytest

from xlmatrix.model.obligations import MEMBER, law, published
from xlmatrix.rules.reporting.counting import Authority, WorkingDays
from xlmatrix.rules.reporting.outcome import Due, Own, Situation, due_of
from xlmatrix.rules.reporting.rows import row_of
from xlmatrix.rules.reporting.states import judge
from xlmatrix.worktime import Zone

FIRST, LAST = date(2026, 1, 1), date(2029, 12, 31)
DE = {"eu-member": "DE"}
NIS2 = {"nis2": "essential", "dora": "none", **DE}
BANK = {"dora": "credit", **DE}
OTHER = {"dora": "other", "dora-relief-withdrawn": "no", **DE}


def authority(zone: str | None, calendar: str | None, member: str) -> Authority:
    """The authority of a row; the zone of the matrix is Berlin's."""
    named = law().members.get(member) if zone == MEMBER else zone
    country, certain = (member, False) if calendar == MEMBER else ("", True)
    if calendar in law().calendars:
        country = law().calendars[calendar].country
        certain = law().calendars[calendar].certain
    years = range(FIRST.year, LAST.year + 1)
    closed = holidays.country_holidays(country, years=years) if country else {}
    days = WorkingDays(dict.fromkeys(closed, "closed"), FIRST, LAST, certain)
    return Authority(Zone.load(named or "Europe/Berlin", 2025, 2029), days)


def moment(text: str) -> int:
    """An instant as it is typed: a wall-clock time and its zone."""
    day, hour, zone = text.split()
    wall = datetime.fromisoformat(f"{day} {hour}")
    return int(
        Zone.load(zone, 2025, 2029).to_utc(int((wall - datetime(1970, 1, 1)).total_seconds()))
    )


#: What lies ahead has not happened: the cases are looked at after all of them.
_LATER = moment("2028-12-01 00:00 Europe/Berlin")


@dataclass(frozen=True)
class Case:
    """What is known of an incident, and when a report of it is due."""

    rule: str
    answers: Mapping[str, str] = field(default_factory=dict)
    moments: Mapping[str, str] = field(default_factory=dict)
    filed: Mapping[str, str] = field(default_factory=dict)
    trigger: str = ""
    safe: str = ""
    law: str = ""

    def due(self) -> tuple[Due, str]:
        """When the report is due, and how it stands long before."""
        rule = row_of(published()[self.rule])
        whose = authority(
            rule.zone or None, rule.calendar or None, self.answers.get("eu-member", "")
        )
        stamps = {one: moment(said) for one, said in self.moments.items()}
        filed = {one: moment(said) for one, said in self.filed.items()}
        own = Own(moment(self.trigger) if self.trigger else None)
        known = Situation(self.answers, stamps, filed, _LATER)
        before = replace(known, now=moment("2026-12-01 00:00 Europe/Berlin"))
        stands = judge(rule, own, due_of(rule, own, before, whose), before, whose)
        return due_of(rule, own, known, whose), stands.fine


CASES = {
    # The written report after an oral one: 48 h unless the impact is known to be significant.
    "written report, relevant impact": Case(
        "au-soci-written", {"soci-impact": "relevant"},
        trigger="2026-11-30 15:00 Australia/Sydney", safe="2026-12-02 15:00 Australia/Sydney"),
    "written report, impact not known": Case(
        "au-soci-written", trigger="2026-11-30 15:00 Australia/Sydney",
        safe="2026-12-02 15:00 Australia/Sydney"),
    "written report, significant impact": Case(
        "au-soci-written", {"soci-impact": "significant"},
        trigger="2026-11-30 15:00 Australia/Sydney", safe="2026-12-04 03:00 Australia/Sydney"),
    "a trust service is hit": Case(
        "nis2-23-notice", {**NIS2, "nis2-trust": "yes", "trust-hit": "yes"},
        trigger="2026-11-30 09:30 Europe/Berlin", safe="2026-12-01 09:30 Europe/Berlin"),
    "no trust service": Case(
        "nis2-23-notice", {**NIS2, "nis2-trust": "no"},
        trigger="2026-11-30 09:30 Europe/Berlin", safe="2026-12-03 09:30 Europe/Berlin"),
    "SEC, cut-off hour": Case(
        "sec-8k-105", trigger="2026-11-30 20:00 America/New_York",
        safe="2026-12-04 17:30 America/New_York", law="2026-12-04 17:30 America/New_York"),
    "SEC, typed in Berlin": Case(
        "sec-8k-105", trigger="2026-12-01 02:00 Europe/Berlin",
        safe="2026-12-04 17:30 America/New_York"),
    "SEC, no German holidays": Case(
        "sec-8k-105", trigger="2027-03-24 10:00 America/New_York",
        safe="2027-03-30 10:00 America/New_York", law="2027-03-30 17:30 America/New_York"),
    "ANPD, no holiday skipped to be safe": Case(
        "br-anpd", {"br": "standard"}, trigger="2027-03-25 12:00 America/Sao_Paulo",
        safe="2027-03-30 12:00 America/Sao_Paulo", law="2027-03-31 23:59:59 America/Sao_Paulo"),
    "DORA, 24 hours from awareness cap the four": Case(
        "dora-19-initial", BANK, {"aware": "2026-12-07 08:00 Europe/Berlin"},
        trigger="2026-12-08 06:00 Europe/Berlin", safe="2026-12-08 08:00 Europe/Berlin"),
    "DORA, a late classification is no false alarm": Case(
        "dora-19-initial", BANK, {"aware": "2026-12-07 08:00 Europe/Berlin"},
        trigger="2026-12-09 15:00 Europe/Berlin", safe="2026-12-09 19:00 Europe/Berlin"),
    "DORA, a bank has no noon": Case(
        "dora-19-inter", BANK, trigger="2026-12-24 10:00 Europe/Berlin",
        safe="2026-12-27 10:00 Europe/Berlin", law="2026-12-27 10:00 Europe/Berlin"),
    "DORA, others have noon": Case(
        "dora-19-inter", OTHER, trigger="2026-12-24 10:00 Europe/Berlin",
        safe="2026-12-27 10:00 Europe/Berlin", law="2026-12-28 12:00 Europe/Berlin"),
    "DORA, the authority withdrew noon": Case(
        "dora-19-inter", {**OTHER, "dora-relief-withdrawn": "yes"},
        trigger="2026-12-24 10:00 Europe/Berlin", law="2026-12-27 10:00 Europe/Berlin"),
    "DORA, an entity of NIS2 has no noon": Case(
        "dora-19-initial", {**OTHER, "dora": "nis2 entity"},
        trigger="2026-12-11 22:00 Europe/Berlin", law="2026-12-12 02:00 Europe/Berlin"),
    "DORA, final: noon for banks too, after the last update": Case(
        "dora-19-final", {**BANK, "dora-relief-withdrawn": "no"},
        filed={"dora-19-inter": "2027-01-04 11:00 Europe/Berlin",
               "dora-19-inter-update": "2027-01-31 11:00 Europe/Berlin"},
        safe="2027-02-28 11:00 Europe/Berlin", law="2027-03-01 12:00 Europe/Berlin"),
    "CRA, a workaround starts the clock": Case(
        "cra-14-final-fix", {"cra": "yes", **DE},
        {"measure available": "2026-12-14 10:00 Europe/Berlin"},
        safe="2026-12-28 10:00 Europe/Berlin", law="2026-12-28 23:59:59 Europe/Berlin"),
    "HHS with the notice to people": Case(
        "hipaa-408-hhs", {"hipaa": "covered"},
        filed={"hipaa-404-individuals": "2027-01-05 09:00 America/New_York"},
        trigger="2026-11-30 10:00 America/New_York", safe="2027-01-05 09:00 America/New_York"),
    "CRA, a month of the authority's zone": Case(
        "cra-14-final-incident", {"cra": "yes", **DE}, trigger="2027-03-01 05:00 Asia/Tokyo",
        safe="2027-03-28 21:00 Europe/Berlin", law="2027-03-30 23:59:59 Europe/Berlin"),
    "GPAI, four weeks after whichever was first": Case(
        "gpai-9-3-inter", filed={"gpai-9-3-cyber": "2026-12-04 18:00 Europe/Berlin"},
        safe="2027-01-01 18:00 Europe/Berlin"),
    "GPAI, final": Case(
        "gpai-9-3-final", trigger="2027-01-20 12:00 Europe/Berlin",
        safe="2027-03-21 12:00 Europe/Berlin"),
    "NIS2, progress report of a lasting incident": Case(
        "nis2-23-progress", {**NIS2, "ongoing": "yes"}, trigger="2026-12-31 16:00 Europe/Berlin",
        safe="2027-01-31 16:00 Europe/Berlin"),
    "NIS2, final after handling": Case(
        "nis2-23-final", {**NIS2, "ongoing": "yes"},
        {"handled": "2027-03-10 12:00 Europe/Berlin"}, trigger="2026-12-31 16:00 Europe/Berlin",
        safe="2027-04-10 12:00 Europe/Berlin", law="2027-04-12 23:59:59 Europe/Berlin"),
    "NIS2, Croatia counts days": Case(
        "nis2-23-final", {**NIS2, "eu-member": "HR"}, trigger="2026-12-31 16:00 Europe/Zagreb",
        safe="2027-01-30 16:00 Europe/Zagreb"),
    "NIS2, Finland counts from detection": Case(
        "nis2-23-early", {**NIS2, "eu-member": "FI"},
        {"detected": "2026-12-01 06:00 Europe/Helsinki"},
        trigger="2026-12-01 20:00 Europe/Helsinki", safe="2026-12-02 06:00 Europe/Helsinki"),
    "NIS2, Portugal after the end of the impact": Case(
        "nis2-23-final-pt", {**NIS2, "eu-member": "PT"}, trigger="2027-06-01 10:00 Europe/Lisbon",
        safe="2027-07-13 10:00 Europe/Lisbon"),
    "AI Act, the deployer without a provider": Case(
        "ai-act-26-5", {"provider-reached": "no", "death": "no", "disruption": "neither", **DE},
        {}, trigger="2028-02-01 09:00 Europe/Berlin", safe="2028-02-16 09:00 Europe/Berlin"),
    "AI Act, two days": Case(
        "ai-act-73-3", DE, trigger="2026-12-04 10:00 Europe/Berlin",
        safe="2026-12-06 10:00 Europe/Berlin", law="2026-12-08 23:59:59 Europe/Berlin"),
    "HHS, the year's end typed as New Year's noon": Case(
        "hipaa-408-hhs-annual", trigger="2027-01-01 12:00 America/New_York",
        safe="2027-03-01 23:59:59 America/New_York"),
    "HHS, the year's end of a leap year": Case(
        "hipaa-408-hhs-annual", {}, {"discovered": "2027-05-05 10:00 America/New_York"},
        safe="2028-02-29 23:59:59 America/New_York"),
    "a ransom that somebody else paid": Case(
        "au-ransom-payment", {"payer": "somebody for us"},
        {"payment known": "2026-12-05 09:00 Australia/Sydney"},
        trigger="2026-12-04 11:00 Australia/Sydney", safe="2026-12-08 09:00 Australia/Sydney"),
    "ANPD, supplement of a small agent": Case(
        "br-anpd-supplement", {"br": "small"},
        filed={"br-anpd-small": "2026-12-29 15:00 America/Sao_Paulo"},
        safe="2027-02-23 15:00 America/Sao_Paulo"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_report_is_due_when_the_law_says(case: Case) -> None:
    found, _ = case.due()
    assert found.safe is not None
    if case.safe:
        assert found.safe == moment(case.safe)
    if case.law:
        assert found.law == moment(case.law)
    assert found.law is not None
    assert found.safe <= found.law


def test_a_series_counts_from_its_last_report_until_it_ends() -> None:
    rule = row_of(published()["gpai-9-3-inter"])
    whose = authority(rule.zone, None, "")
    first = {"gpai-9-3-cyber": moment("2026-12-04 18:00 Europe/Berlin")}
    last = Own(filed=moment("2027-01-01 18:00 Europe/Berlin"))
    found = due_of(rule, last, Situation({}, {}, first, _LATER), whose)
    assert (found.safe, found.over) == (moment("2027-01-29 18:00 Europe/Berlin"), False)
    resolved = {"resolved": moment("2027-01-20 12:00 Europe/Berlin")}
    assert due_of(rule, last, Situation({}, resolved, first, _LATER), whose).over


@pytest.mark.parametrize(
    ("case", "fine"),
    [
        (Case("ny-raise", trigger="2026-12-20 08:00 America/New_York"), "not in force"),
        (Case("in-dpdp-7", trigger="2026-12-20 08:00 Asia/Kolkata"), "not in force"),
        (Case("circia-incident", trigger="2028-01-03 08:00 America/New_York"), "not in force"),
        (Case("uk-csrb-early", trigger="2028-01-03 08:00 Europe/London"), "not in force"),
        (Case("ai-act-26-5", trigger="2026-12-20 08:00 Europe/Berlin"), "not in force"),
        (Case("cra-14-early", trigger="2026-09-10 08:00 Europe/Berlin"), "not in force"),
        (Case("nis2-23-early", {"nis2": "essential", "dora": "credit"},
              trigger="2026-12-20 08:00 Europe/Berlin"), "does not apply"),
        (Case("ny-raise", {"frontier": "small"}, trigger="2027-01-03 08:00 America/New_York"),
         "running"),
    ],
)  # fmt: skip
def test_what_does_not_bind_does_not_run(case: Case, fine: str) -> None:
    assert case.due()[1] == fine


def test_one_report_under_article_73_is_due_by_its_shortest_period() -> None:
    group = [rule for rule in published().values() if rule.group == "AI Act 73"]
    assert {rule.id: rule.amount for rule in group} == {
        "ai-act-73-2": 15, "ai-act-73-3": 2, "ai-act-73-4": 10,
    }  # fmt: skip
