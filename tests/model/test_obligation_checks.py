"""What `check` says of reporting clocks that name what is not there."""

from __future__ import annotations

import pytest

from tests.model.small import SMALL, findings

RULE = (
    "id: own, regime: Own, trigger: It happens, recipient: Somebody, amount: 1, unit: hours, "
    "decider: oncall"
)


def given(rules: str = "", more: str = "") -> str:
    return f"{SMALL}obligations:\n  decider: oncall\n{more}  rules:\n{rules}"


def own(more: str) -> str:
    return f"    - {{{RULE}, {more}}}\n"


@pytest.mark.parametrize(
    ("text", "code", "what", "mend"),
    [
        (given(own("when: {deth: yes}")), "unknown-fact", "no fact 'deth'", "'death'"),
        (given(own("applies_to: {dora: credits}")), "unknown-fact",
         "'credits' is no answer of 'dora'", "'credit'"),
        (given(own("roll_if: {dora: other, relief: yes}")), "unknown-fact", "no fact 'relief'",
         "Declare it"),
        (given(own("clocks: [{after: aware, amount: 2, unit: hours, when: {imminnt: yes}}]")),
         "unknown-fact", "no fact 'imminnt'", "'imminent'"),
        (given(own("after: awre")), "unknown-moment", "no moment 'awre'", "'aware'"),
        (given(own('after: "end of year: discoverd"')), "unknown-moment", "'discoverd'",
         "'discovered'"),
        (given(own("until: resolvd")), "unknown-moment", "'resolvd'", "'resolved'"),
        (given(own("clocks: [{after: aware, amount: 2, unit: hours, lapses: clasified}]")),
         "unknown-moment", "'clasified'", "'classified'"),
        (given(own("zone: Europe/Berln")), "unknown-authority", "Europe/Berln", "Berlin"),
        (given(own("calendar: us-federl")), "unknown-authority", "'us-federl'", "'us-federal'"),
        (given(own("effective: 2027-01-02, until_date: 2027-01-02")), "never-in-force",
         "never binds", "after effective"),
        (given("    - nis2-23-final\n"), "no-filing", "counts from nis2-23-notice",
         "List nis2-23-notice too"),
        (given(own('after: "filing: nobody"')), "no-filing", "counts from nobody", "List nobody"),
        (given("    - dora-19-awareness\n"), "obligation-moved", "part of 'dora-19-initial'",
         "Write dora-19-initial"),
        (given("    - gdpr-34\n", "  scope: {gdpr: controler}\n"), "unknown-fact",
         "'controler' is no answer of 'gdpr'", "'controller'"),
        (given("    - gdpr-34\n", "  scope: {gdrp: controller}\n"), "unknown-fact",
         "no fact 'gdrp'", "'gdpr'"),
        (given("    - gdpr-34\n", '  scope: {death: "no"}\n'), "unknown-fact",
         "asked in every incident", "in the incident"),
        (given("    - dora-19-initial\n", "  scope: {dora: other, nis2: important}\n"),
         "scope-contradicts", "no weekend relief", "nis2 entity"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_named_with_the_way_to_mend_it(
    text: str, code: str, what: str, mend: str
) -> None:
    (found,) = findings(text)
    assert found.code == code
    assert what in found.what
    assert mend in found.mend


@pytest.mark.parametrize(
    "text",
    [
        given(own("when: {Death: YES}, after: Aware, zone: member state, calendar: weekends")),
        given(own("when: {ours: maybe}, after: shown"),
              "  facts: [{id: ours, asks: Is it?, answers: [maybe, surely]}]\n"
              "  moments: [{id: shown, says: It was shown}]\n"),
        given("    - br-anpd\n    - br-anpd-supplement\n", "  scope: {br: standard}\n"),
        given("    - nis2-23-notice\n    - nis2-23-final\n",
              "  scope: {nis2: essential, dora: none, eu-member: DE}\n"),
        given("    - dora-19-initial\n", "  scope: {dora: nis2 entity, nis2: important}\n"),
    ],
)  # fmt: skip
def test_what_is_there_is_not_spoken_of(text: str) -> None:
    assert not findings(text)
