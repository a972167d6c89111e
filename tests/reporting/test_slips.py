"""What people type by a slip hides no due time."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.model.small import changed
from xlmatrix.model import loads
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.rules.reporting import states
from xlmatrix.sheets.book import make_scene
from xlmatrix.sheets.plan import Value
from xlmatrix.sheets.reporting.reports import Report, desk, notice_reports, reports_of

NOW = datetime(2026, 12, 12, 9, 0)
RULES = "obligations: {decider: quality, rules: [gdpr-33, ai-act-73-4]}\nseverities:\n"
SCOPE = {"gdpr": "controller", "eu-member": "DE", "ai-role": "provider", "ai-high-risk": "annex3"}
ANSWERS = {"personal-data": "yes", "people-risk": "high", "death": "yes"}


def reports(
    scope: dict[str, str], answers: dict[str, str], notice: dict[str, Value] | None = None
) -> dict[str, Report]:
    """The reports of an incident known since Friday 22:00, by obligation."""
    typed: dict[tuple[str, str, str], Value] = {}
    for fact, answer in scope.items():
        typed["tScope", fact, "Answer"] = answer
    aware: dict[str, Value] = {"When": datetime(2026, 12, 11, 22, 0)}
    lines: list[tuple[str, dict[str, Value]]] = [("aware", aware)]
    lines += [(fact, {"Answer": answer}) for fact, answer in answers.items()]
    for number, (what, cells) in enumerate(lines, start=1):
        typed |= {
            ("tMoments", f"M{number:02}", header): value
            for header, value in {"Incident": "INC-1", "What": what, **cells}.items()
        }
    for header, value in (notice or {}).items():
        typed["tNotices", "N01", header] = value
    spec = loads(changed(("severities:\n", RULES))).spec
    scene = make_scene(spec, IncidentLog.empty(), as_of=NOW, created=NOW, typed=typed)
    found = desk(scene)
    if notice is not None:
        return {"notice": notice_reports(found)[0]}
    return {one.rule.row.id: one for one in reports_of(found, "INC-1") if one.rule is not None}


@pytest.mark.parametrize("slip", ["ja", "yes.", "controler", "x"])
def test_an_answer_that_is_none_counts_as_not_known(slip: str) -> None:
    scoped = reports({**SCOPE, "gdpr": slip}, ANSWERS)["gdpr-33"]
    asked = reports(SCOPE, {**ANSWERS, "people-risk": slip})["gdpr-33"]
    assert (scoped.judged.fine, scoped.detail) == (
        states.RUNS,
        "running, provisional; no answer yet: gdpr",
    )
    assert (asked.judged.fine, asked.detail) == (
        states.RUNS,
        "running, provisional; no answer yet: people-risk",
    )
    died = reports(SCOPE, {**ANSWERS, "death": slip})["ai-act-73-4"]
    assert "no answer yet: death" in died.detail


@pytest.mark.parametrize("answer", ["High", " high ", "HIGH"])
def test_an_answer_is_read_whatever_its_case_and_spaces(answer: str) -> None:
    assert reports(SCOPE, {**ANSWERS, "people-risk": answer})["gdpr-33"].detail == states.RUNS


def test_a_report_of_tomorrow_has_not_been_made() -> None:
    made: dict[str, Value] = {
        "Incident": "INC-1",
        "Obligation": "gdpr-33",
        "Trigger": datetime(2026, 12, 11, 22, 0),
    }
    ahead = reports(SCOPE, ANSWERS, {**made, "Reported": datetime(2026, 12, 13, 9, 0)})["notice"]
    assert ahead.judged.fine == states.RUNS
    done = reports(SCOPE, ANSWERS, {**made, "Reported": datetime(2026, 12, 12, 9, 0)})["notice"]
    assert done.judged.fine == states.MET
