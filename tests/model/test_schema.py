"""A spec of the wrong shape: every fault with its line, its path and how to mend it."""

from __future__ import annotations

import pytest

from tests.model.small import SMALL, changed, findings, line, place
from xlmatrix.errors import FindingsError, Level
from xlmatrix.model import loads


@pytest.mark.parametrize(
    ("old", "new", "path", "what", "mend"),
    [
        ("title: Esc", "titel: Esc", "titel", "'titel' is not known", "Did you mean 'title'"),
        ("      mitigate: 4 h", "      mitigat: 4 h", "severities[0].targets.mitigat",
         "not known", "Did you mean 'mitigate'"),
        ("{interactions: 250k-1M,", "{interactions: 250k-2M,", "scope.interactions",
         "'250k-2M' is not one of", "Did you mean '250k-1M'"),
        ("acknowledge: 5 min", "acknowledge: 5", "severities[0].targets.acknowledge",
         "no unit", "10 min"),
        ("acknowledge: 5 min", "acknowledge: 0 min", "severities[0].targets.acknowledge",
         "zero", "Give it some time"),
        ("acknowledge: 5 min", "acknowledge: [5 min]", "severities[0].targets.acknowledge",
         "keys with values", "key: value"),
        ("      acknowledge: 5 min\n", "      acknowledge:\n", "severities[0].targets.acknowledge",
         "not nothing", "key: value"),
        ("pauses: true", "pauses: perhaps", "severities[0].targets.resolve.pauses",
         "true or false", "true or false"),
        ("2026-12-24: Chr", "2026-02-30: Chr", "calendars[1].holidays.dates.2026-02-30",
         "does not exist", "Correct the day"),
        ("end: 2027-12-31", "end: 31.12.2027", "horizon.end", "date", "2026-12-24"),
        ("end: 2027-12-31", "end: 2999-12-31", "horizon.end", "out of range", "2100"),
        ("xlmatrix: 1", "xlmatrix: 3", "xlmatrix", "version 3", "xlmatrix: 2"),
        ("xlmatrix: 1", "xlmatrix: one", "xlmatrix", "whole number", "whole number"),
        ("repeat: 1}", "repeat: 10}", "severities[0].ladder[2].repeat", "range", "at most 9"),
        ("name: Outage", "name: ''", "classes[0].name", "empty", "remove the key"),
        ("name: Outage", "name: [a, b]", "classes[0].name", "text is expected", "one text"),
        ("name: Outage", 'name: "a\\x07b"', "classes[0].name", "U+0007", "Remove"),
        ("name: Outage", 'name: "a\\nb"', "classes[0].name", "characters", "one line"),
        ("  - id: REL-01", "  - id: REL/01", "classes[0].id", "characters", "Use letters"),
        ("  - id: SEV-2", "  - id: Matrix", "severities[1]", "names another sheet", "SEV-1"),
        ("country: DE, subdivision", "subdivision", "calendars[1].holidays",
         "without a country", "country: DE"),
        ("{id: always,", "{id: always, day: 2 days,", "calendars[0]", "business day", "7 h 45 min"),
        ("after: 5 min", "after: 2 days", "severities[0].ladder[1].after", "calendar days", "48 h"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_found_with_line_path_and_mend(
    old: str, new: str, path: str, what: str, mend: str
) -> None:
    text = changed((old, new))
    with pytest.raises(FindingsError) as caught:
        loads(text)
    found = [f for f in caught.value.findings if f.path.removesuffix(".within") == path]
    assert len(found) == 1, [str(f) for f in caught.value.findings]
    assert found[0].level is Level.ERROR
    assert found[0].where == place(old)
    assert what in found[0].what
    assert mend in found[0].mend


def test_a_missing_key_is_found_at_what_it_is_missing_from() -> None:
    text = changed(("    severity: SEV-1\n", ""))
    (found,) = findings(text)
    assert found.where == line("id: REL-01", text)
    assert found.path == "classes[0].severity"
    assert found.what == "'severity' is missing"


def test_an_empty_list_of_severities_is_refused() -> None:
    text = SMALL[: SMALL.index("severities:")] + "severities: []\nclasses: []\n"
    assert {f.path for f in findings(text)} == {"severities", "classes"}


def test_all_faults_are_found_at_once_also_across_a_faulty_shape() -> None:
    text = changed(
        ("title: Escalation matrix", "titel: Escalation matrix"),
        ("zone: Europe/Berlin", "zone: Europe/Berlim"),
        ("hours: Mon-Fri 09:00-12:30,13", "hours: Mon-Fri 09:00-13:30,13"),
        ("backup: Tom Weiss}", "backup: Priya Raman}"),
        ("acknowledge: 5 min", "acknowledge: 5"),
        ("role: oncall, contact: backup", "role: onkall, contact: backup"),
        ("contain: 1 h", "contain: 6 h"),
        ("    severity: SEV-2\n    owners", "    severity: SEV-9\n    owners"),
        ("end: 2027-12-31", "end: 2025-12-31"),
        ("2026-12-31: 09:00-12:00", "2026-12-32: 09:00-12:00"),
    )
    errors = {f.path for f in findings(text) if f.level is Level.ERROR}
    assert errors == {
        "titel",
        "title",
        "zone",
        "horizon",
        "calendars[1].hours",
        "calendars[1].exceptions.2026-12-32",
        "roles[0].backup",
        "severities[0].targets.acknowledge.within",
        "severities[0].ladder[1].role",
        "severities[0].targets.mitigate",
        "classes[1].severity",
    }


def test_what_names_a_faulty_entry_is_not_called_dangling() -> None:
    text = changed(
        ("id: SEV-2\n    name: Moderate\n    definition: Can", "id: SEV-2\n    def: Can")
    )
    assert {f.path for f in findings(text)} == {
        "severities[1].def",
        "severities[1].name",
        "severities[1].definition",
    }


def test_paths_count_entries_as_written_although_a_faulty_one_stands_before() -> None:
    text = changed(
        ("{level: 1, after: 5 min, role: oncall,", "{level: one, after: 5 min, role: oncall,"),
        ("{level: 2, after: 15 min, role: quality,", "{level: 2, after: 15 min, role: qualiti,"),
    )
    assert {f.path for f in findings(text)} == {
        "severities[0].ladder[1].level",
        "severities[0].ladder[2].role",
    }


def test_findings_stand_in_the_order_of_the_lines() -> None:
    text = changed(
        ("    severity: SEV-2\n    owners", "    severity: SEV-9\n    owners"),
        ("title: Escalation", "titel: Escalation"),
        ("backup: Tom Weiss}", "backup: Nobody}"),
    )
    lines = [int(f.where.rpartition(":")[2]) for f in findings(text)]
    assert lines == sorted(lines)
    assert len(lines) == 4


def test_the_message_reads_as_one_sentence_with_its_place() -> None:
    text = changed(("resolve: {within: 24 h, pauses: true}", "resolve: 2 h"))
    message = str(findings(text)[0])
    place = line("resolve: 2 h", text)
    assert message == (
        f"{place} severities[0].targets.resolve: 2 h is shorter than mitigate (4 h)."
        " Raise resolve or lower mitigate."
    )


def test_a_list_whose_items_are_all_faulty_is_not_called_empty() -> None:
    text = "xlmatrix: 1\nseverities:\n  - id: '*'\n  - id: '?'\n"
    with pytest.raises(FindingsError) as caught:
        loads(text, source="matrix.yaml")
    assert [f for f in caught.value.findings if f.path.startswith("severities[0]")]
    assert not [f for f in caught.value.findings if f.path == "severities"]
