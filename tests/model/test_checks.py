"""What is wrong or doubtful across a spec that has the right shape."""

from __future__ import annotations

import pytest

from tests.model.small import SMALL, changed, findings, place
from xlmatrix.errors import Level
from xlmatrix.model import check_spec, loads


def test_the_small_spec_has_nothing_to_find() -> None:
    assert findings(SMALL) == ()


@pytest.mark.parametrize(
    ("old", "new", "path", "what"),
    [
        ("owners: {response: oncall, qu", "owners: {response: oncal, qu", "owners.response",
         "no role 'oncal'"),
        ("primary: Priya Raman, b", "primary: Prya Raman, b", "roles[0].primary",
         "no person 'Prya Raman'"),
        ("backup: Tom Weiss}", "backup: Tim Weiss}", "roles[0].backup", "no person 'Tim Weiss'"),
        ("    calendar: business\n", "    calendar: busines\n", "severities[1].calendar",
         "no calendar 'busines'"),
        ("days, calendar: business}", "days, calendar: night}",
         "severities[1].targets.review.calendar", "no calendar 'night'"),
        ("after: 0 min, role: oncall}\n      - {level: 1, a",
         "after: 0 min, role: nobody}\n      - {level: 1, a", "severities[0].ladder[0].role",
         "no role 'nobody'"),
        ("    severity: SEV-1\n", "    severity: SEV1\n", "classes[0].severity",
         "no severity 'SEV1'"),
        ("    owners: {response: quality}", "    owners: {response: qa}",
         "classes[1].owners.response", "no role 'qa'"),
        ("4 - Low: SEV-2", "4 - Low: SEV-4", "import.servicenow.priority.4 - Low",
         "no severity 'SEV-4'"),
        ("Software: QLT-01", "Software: QLT-9", "import.servicenow.category.Software",
         "no class 'QLT-9'"),
        ("default_class: REL-01", "default_class: REL-9", "import.servicenow.default_class",
         "no class 'REL-9'"),
    ],
)  # fmt: skip
def test_a_dangling_reference_is_an_error(old: str, new: str, path: str, what: str) -> None:
    text = changed((old, new))
    (found,) = findings(text)
    assert (found.level, found.path, found.code) == (Level.ERROR, path, "dangling")
    assert what in found.what
    assert found.where == place(old)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("  - {id: quality, name", "  - {id: Oncall, name", "roles[1].id"),
        ("  - {name: Tom Weiss, e", "  - {name: PRIYA RAMAN, e", "people[1].name"),
        ("  - id: QLT-01", "  - id: REL-01", "classes[1].id"),
        ("  - id: SEV-2", "  - id: sev-1", "severities[1].id"),
        ("  - id: business", "  - id: always", "calendars[1].id"),
    ],
)
def test_an_id_stands_once_whatever_its_case(old: str, new: str, path: str) -> None:
    text = changed((old, new))
    found = [f for f in findings(text) if f.code == "duplicate"]
    assert [(f.level, f.path, f.where) for f in found] == [(Level.ERROR, path, place(old))]


@pytest.mark.parametrize(
    ("old", "new", "path", "what"),
    [
        ("acknowledge: 5 min", "acknowledge: 11 min", "severities[0].targets.first_response",
         "10 min is shorter than acknowledge (11 min)"),
        ("contain: 1 h", "contain: 5 h", "severities[0].targets.mitigate",
         "4 h is shorter than contain (5 h)"),
        ("customer_first: 30 min", "customer_first: 25 h", "severities[0].targets.resolve",
         "24 h is shorter than customer_first (25 h)"),
        ("customer_first: 30 min", "customer_first: 4 min", "severities[0].targets.customer_first",
         "4 min is shorter than acknowledge (5 min)"),
        ("contain: 2 business days", "contain: 78 h", "severities[1].targets.resolve",
         "10 business days is shorter than contain (78 h)"),
        ("    calendar: business\n    targets:\n      acknowledge: 60 min",
         "    calendar: always\n    targets:\n      acknowledge: 4 min",
         "severities[1].targets.acknowledge", "4 min in SEV-2 is shorter than the 5 min in SEV-1"),
    ],
)  # fmt: skip
def test_targets_out_of_order_are_errors(old: str, new: str, path: str, what: str) -> None:
    found = [f for f in findings(changed((old, new))) if f.path == path and what in f.what]
    assert [f.level for f in found] == [Level.ERROR]


def test_severities_that_are_no_neighbours_are_compared_where_none_between_has_the_target() -> None:
    # SEV-2 has no mitigation target, so SEV-3's is compared with the 4 h of SEV-1.
    third = (
        "classes:",
        "  - {id: SEV-3, name: Low, definition: Little., calendar: always, targets:\n"
        "     {acknowledge: 12 days, first_response: 12 days, mitigate: 3 h, resolve: 40 days}}\n"
        "classes:",
    )
    across = [f for f in findings(changed(third)) if f.code == "order-across"]
    found = {f.path: f.what for f in across}["severities[2].targets.mitigate"]
    assert "3 h in SEV-3 is shorter than the 4 h in SEV-1" in found


def test_ten_business_days_outlast_11_days_around_the_clock() -> None:
    # Ten working days hold a weekend at least once, so they end at the earliest on the second
    # Friday after a Monday: 11 days and 8 h 30 min from 09:00 to 17:30. The Easter of 2026 and
    # the lunch breaks only lengthen that.
    text = changed(("resolve: {within: 24 h, pauses: true}", "resolve: 272 h 30 min"))
    assert findings(text) == ()
    text = changed(("resolve: {within: 24 h, pauses: true}", "resolve: 272 h 31 min"))
    assert [f.path for f in findings(text)] == ["severities[1].targets.resolve"]


def test_the_length_of_a_business_day_can_be_given() -> None:
    text = changed(
        ("    hours: Mon-Fri", "    day: 2 h\n    hours: Mon-Fri"),
        ("contain: 2 business days", "contain: 5 h"),
        ("      resolve: 10 business days", "      resolve: 2 business days"),
    )
    found = [f.what for f in findings(text) if f.path == "severities[1].targets.resolve"]
    assert "2 business days is shorter than contain (5 h)" in found


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("after: 5 min, role: oncall, c", "after: 11 min, role: oncall, c", "escalation-late",
         "severities[0].ladder[1].after"),
        ("after: 30 min", "after: 61 min", "escalation-late", "severities[1].ladder[1].after"),
        ("after: 15 min", "after: 24 h", "escalation-late", "severities[0].ladder[2].after"),
        ("after: 15 min", "after: 4 min", "ladder-order", "severities[0].ladder[2].after"),
        ("{level: 1, after: 5 min", "{level: 3, after: 12 min", "ladder-order",
         "severities[0].ladder[2].level"),
        ("phone: +493023125101", "chat: priya", "no-contact", "people[0]"),
        ("hours: 24x7}", "hours: 24x7, holidays: {country: DE}}", "always-closed",
         "calendars[0].holidays"),
        ("2026-12-31: 09:00", "2028-12-31: 09:00", "outside-horizon",
         "calendars[1].exceptions.2028-12-31"),
        ("2026-12-24: Chr", "2025-12-24: Chr", "outside-horizon",
         "calendars[1].holidays.dates.2025-12-24"),
        ("effective: 2026-01-01", "effective: 2028-01-01", "policy-outside", "policy.effective"),
        (", primary: Tom Weiss, backup: Priya Raman}", ", primary: Tom Weiss}", "no-backup",
         "roles[1]"),
        ("on_call: 24x7", "on_call: business-hours", "on-call-gap", "severities[0]"),
    ],
)  # fmt: skip
def test_what_is_doubtful_is_a_warning_and_loads(old: str, new: str, code: str, path: str) -> None:
    loaded = loads(changed((old, new)))
    found = [f for f in loaded.findings if (f.code, f.path) == (code, path)]
    assert [f.level for f in found] == [Level.WARNING], [str(f) for f in loaded.findings]
    assert found[0].mend


def test_the_red_gap_names_the_targets_that_nobody_covers() -> None:
    (gap,) = findings(changed(("on_call: 24x7", "on_call: business-hours")))
    assert "red gap" in gap.what
    assert "acknowledge" in gap.what
    assert "review" not in gap.what


def test_a_severity_without_a_ladder_is_a_warning() -> None:
    text = changed(
        (
            "role: oncall}\n      - {level: 1, contact: backup, role: oncall, after: 30 min}\n"
            "      - {level: 2, after: 1 business day, role: quality}\n",
            "role: oncall}\n",
        ),
        ("    ladder:\n      - {level: 1, after: 0 min, role: oncall}\nclasses", "classes"),
    )
    assert [f.code for f in findings(text)] == ["ladder-empty"]


@pytest.mark.parametrize(
    ("old", "new", "path", "what"),
    [
        ("zone: Europe/Berlin", "zone: Mars/Phobos", "zone", "Mars/Phobos"),
        ("zone: Europe/Lisbon", "zone: Lisbon", "people[1].zone", "Lisbon"),
        ("start: 2026-01-01", "start: 2028-01-01", "horizon", "empty"),
        ("end: 2027-12-31", "end: 2099-12-31", "horizon", "30 years"),
        ("09:00-12:30,13:15", "09:00-13:30,13:15", "calendars[1].hours", "overlap"),
        ("hours: Mon-Fri", "hours: Mo-Fr", "calendars[1].hours", "Mo"),
        ("2026-12-31: 09:00-12:00", "2026-12-31: mornings", "calendars[1].exceptions.2026-12-31",
         "mornings"),
        ("country: DE", "country: Germany", "calendars[1].holidays.country", "Germany"),
        ("subdivision: BE", "subdivision: XX", "calendars[1].holidays.subdivision", "XX"),
        ("backup: Tom Weiss}", "backup: Priya Raman}", "roles[0].backup", "both primary and"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_or_kept_is_an_error(
    old: str, new: str, path: str, what: str
) -> None:
    text = changed((old, new))
    found = [f for f in findings(text) if f.level is Level.ERROR]
    assert [f.path for f in found] == [path]
    assert what in found[0].what
    assert found[0].where == place(old)


def test_a_country_given_by_name_is_answered_with_its_code() -> None:
    (found,) = findings(changed(("country: DE", "country: Germany")))
    assert found.mend == "Write its code: DE"


def test_a_spec_made_in_python_is_checked_without_lines() -> None:
    spec = loads(SMALL).spec
    scope = spec.scope.model_copy(update={"on_call": "business-hours"})
    (found,) = check_spec(spec.model_copy(update={"scope": scope}))
    assert (found.where, found.path) == ("", "severities[0]")


def test_a_former_id_that_another_has_now_is_refused() -> None:
    text = changed(("  - id: SEV-2\n", "  - id: SEV-2\n    renamed_from: [sev-1, SEV-9]\n"))
    found = [(f.path, f.what) for f in findings(text) if f.code == "renamed"]
    assert [path for path, _ in found] == ["severities[1].renamed_from[0]"]
    assert "'sev-1' is the id of another severity now" in found[0][1]
