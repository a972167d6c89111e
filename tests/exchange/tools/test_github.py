"""GitHub issues: what labels say that a mapping names, and what timelines tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.exchange.tools.told import (
    Writer,
    changes,
    counts,
    pauses,
    read,
    reopened,
    said,
    stamps,
    words,
)
from xlmatrix.exchange import read_incidents
from xlmatrix.model import ImportMapping, MatrixSpec

LABELS: dict[str, Any] = {
    "priority": {"sev:high": "SEV-1", "sev:low": "SEV-2"},
    "state": {"blocked-by-vendor": "waiting", "bogus": "rejected"},
}


def issue(number: int, opened: str, **more: Any) -> dict[str, Any]:
    labels = [{"name": name} for name in more.pop("labels", ())]
    made = {
        "id": 5000 + number,
        "number": number,
        "title": f"Issue {number}",
        "state": "closed" if more.get("closed_at") else "open",
        "state_reason": None,
        "labels": labels,
        "assignees": [],
        "user": {"login": "ivo"},
        "created_at": f"2026-{opened}:00Z",
        "updated_at": "2026-03-09T00:00:00Z",
        "closed_at": None,
    }
    return made | more


def entry(number: int, event: str, at: str, **more: Any) -> dict[str, Any]:
    if name := more.pop("label", ""):
        more["label"] = {"name": name}
    return {"issue": number, "event": event, "created_at": f"2026-{at}:00Z", **more}


def test_an_issue_is_open_or_closed_and_no_more(json_file: Writer) -> None:
    tickets = read(
        json_file(
            [
                issue(1, "03-02T08:00", closed_at="2026-03-02T09:00:00Z", state_reason="completed"),
                issue(2, "03-02T08:00"),
                issue(3, "03-02T08:00", closed_at="2026-03-02T09:00:00Z",
                      state_reason="not_planned"),
                issue(4, "03-02T08:00", closed_at="2026-03-02T09:00:00Z", state_reason="duplicate"),
                issue(5, "03-02T08:00", state_reason="reopened"),
                issue(6, "03-02T08:00", pull_request={"url": "https://example.com/pull/6"}),
            ]
        )
    )  # fmt: skip
    assert tickets.tool == "github"
    assert words(tickets, "state") == {
        "1": "closed", "2": "open", "3": "not counted", "4": "not counted", "5": "open",
    }  # fmt: skip
    assert words(tickets, "not_counted")["3"] == "Rejected"
    assert words(tickets, "not_counted")["4"] == "Duplicate"
    assert stamps(tickets, "resolved") == {"1": "03-02 09:00"}
    assert counts(tickets) == {"read": 6, "incidents": 3, "not_counted": 2, "refused": 1}
    assert any("pull request" in what for what in said(tickets, "import-aside"))
    # Without a timeline nobody knows whether somebody took it in time.
    assert words(tickets, "not_recorded")["2"] == "Acknowledge, First response"


def test_only_labels_that_the_mapping_names_say_severity_and_state(json_file: Writer) -> None:
    path = json_file(
        [
            issue(1, "03-02T08:00", labels=["bug", "sev:low", "sev:high"]),
            issue(2, "03-02T08:00", labels=["urgent", "on-hold"]),
            issue(3, "03-02T08:00", labels=["blocked-by-vendor"]),
            issue(4, "03-02T08:00", labels=["bogus"], closed_at="2026-03-02T09:00:00Z"),
            issue(5, "03-02T08:00", labels=["blocked-by-vendor"],
                  closed_at="2026-03-02T09:00:00Z"),
        ]
    )  # fmt: skip
    tickets = read(path, **LABELS)
    assert words(tickets, "priority")["2"] == ""
    assert words(tickets, "priority")["1"] in ("sev:low", "sev:high")
    assert words(tickets, "state") == {
        "1": "open", "2": "open", "3": "waiting", "4": "not counted", "5": "closed",
    }  # fmt: skip
    (silent,) = said(tickets, "import-labels")
    assert "bug, urgent, on-hold" in silent
    assert not said(tickets, "import-unused")
    assert words(read(path), "state")["3"] == "open"


def test_the_worst_of_several_labels_is_the_severity(json_file: Writer, spec: MatrixSpec) -> None:
    path = json_file(
        [
            issue(1, "03-02T08:00", labels=["sev:low", "sev:high"]),
            issue(2, "03-02T08:00", labels=["SEV 2", "urgent"]),
        ]
    )
    mapping = {"github": ImportMapping(**LABELS)}
    found = read_incidents(path, spec, mapping=mapping).log.texts["Severity set"]
    # A label that is called like a severity of the matrix names it as well.
    assert found == ["SEV-1", "SEV-2"]


TIMELINE = [
    entry(1, "labeled", "03-02T08:00", label="sev:low"),
    entry(1, "commented", "03-02T08:03", user={"login": "ivo"}, author_association="MEMBER"),
    entry(1, "assigned", "03-02T08:05", assignee={"login": "ada"}),
    entry(1, "commented", "03-02T08:06", user={"login": "eve"}, author_association="NONE"),
    entry(1, "commented", "03-02T08:09", user={"login": "ada"}, author_association="OWNER"),
    entry(1, "labeled", "03-02T08:20", label="blocked-by-vendor"),
    entry(1, "assigned", "03-02T08:25", assignee={"login": "bo"}),
    entry(1, "unlabeled", "03-02T09:00", label="blocked-by-vendor"),
    entry(1, "unlabeled", "03-02T09:10", label="sev:low"),
    entry(1, "labeled", "03-02T09:10", label="sev:high"),
    entry(1, "labeled", "03-02T09:30", label="blocked-by-vendor"),
    entry(1, "closed", "03-02T10:00", state_reason="completed"),
    entry(1, "reopened", "03-03T10:00"),
    entry(1, "unlabeled", "03-03T10:30", label="blocked-by-vendor"),
    entry(1, "closed", "03-03T11:00", state_reason="completed"),
    entry(2, "closed", "03-02T08:30", state_reason="completed"),
]
ISSUES = [
    issue(1, "03-02T08:00", labels=["sev:high"], closed_at="2026-03-03T11:00:00Z",
          state_reason="completed"),
    issue(2, "03-02T08:00", closed_at="2026-03-02T08:30:00Z", state_reason="completed"),
]  # fmt: skip


def test_a_timeline_tells_the_story(json_file: Writer) -> None:
    backwards = [*reversed(TIMELINE)]
    # Of one moment the order is that of the file.
    ordered = sorted(backwards, key=lambda one: one["event"] != "unlabeled")
    for number, timeline in enumerate((TIMELINE, ordered)):
        tickets = read(json_file(ISSUES), json_file(timeline, f"timeline{number}.json"), **LABELS)
        assert stamps(tickets, "acknowledged") == {"1": "03-02 08:05"}
        assert stamps(tickets, "responded") == {"1": "03-02 08:09"}
        assert stamps(tickets, "resolved") == {"1": "03-03 11:00", "2": "03-02 08:30"}
        # A label that is left when an issue is closed pauses nothing until it is opened again.
        assert pauses(tickets) == [
            ("1", "03-02 08:20", "03-02 09:00", "blocked-by-vendor"),
            ("1", "03-02 09:30", "03-02 10:00", "blocked-by-vendor"),
            ("1", "03-03 10:00", "03-03 10:30", "blocked-by-vendor"),
        ]
        assert changes(tickets) == [("1", "03-02 09:10", "sev:high")]
        assert reopened(tickets) == [("1", "03-03 10:00", "03-02 10:00")]
        approximate = said(tickets, "import-approximate")
        assert any("assigned" in what for what in approximate)
        assert any("first comment" in what for what in approximate)


def test_entries_name_their_issue_in_several_ways(json_file: Writer) -> None:
    ways: list[dict[str, Any]] = [
        {"issue": {"number": 1}},
        {"issue_url": "https://api.example.com/repos/a/b/issues/2"},
        {"issue": 9},
    ]
    entries = [{"event": "assigned", "created_at": "2026-03-02T08:05:00Z", **way} for way in ways]
    tickets = read(json_file(ISSUES), json_file(entries, "events.json"))
    assert stamps(tickets, "acknowledged") == {"1": "03-02 08:05", "2": "03-02 08:05"}
    assert any("9" in what for what in said(tickets, "import-history"))


def test_lists_of_the_command_line_are_read(json_file: Writer) -> None:
    listed = {
        "number": 7,
        "title": "Slow",
        "state": "CLOSED",
        "stateReason": "NOT_PLANNED",
        "labels": [],
        "author": {"login": "ivo"},
        "createdAt": "2026-03-02T08:00:00Z",
        "closedAt": "2026-03-02T09:00:00Z",
        "comments": [
            {"author": {"login": "ada"}, "authorAssociation": "MEMBER",
             "createdAt": "2026-03-02T08:10:00Z"}
        ],
    }  # fmt: skip
    tickets = read(json_file([listed, listed | {"number": 8, "stateReason": "COMPLETED"}]))
    assert words(tickets, "not_counted") == {"7": "Rejected", "8": ""}
    assert stamps(tickets, "responded")["8"] == "03-02 08:10"
    assert stamps(tickets, "resolved") == {"8": "03-02 09:00"}


def test_issues_in_the_wrapper_of_an_archive_are_read(json_file: Writer, tmp_path: Path) -> None:
    wrapped = [
        {"backend_name": "GitHub", "category": "issue", "data": one}
        for one in (ISSUES[1], issue(3, "03-02T08:00", pull_request={"url": "u"}))
    ]
    lines = tmp_path / "issues.jsonl"
    lines.write_text("\n".join(map(json.dumps, wrapped)), encoding="utf-8")
    for path in (json_file(wrapped), lines):
        tickets = read(path)
        assert stamps(tickets, "resolved") == {"2": "03-02 08:30"}
        assert counts(tickets) == {"read": 2, "incidents": 1, "refused": 1}


def test_a_timeline_alone_opens_issues_at_their_first_entry(json_file: Writer) -> None:
    tickets = read(json_file(TIMELINE), **LABELS)
    assert stamps(tickets, "opened") == {"1": "03-02 08:00", "2": "03-02 08:30"}
    assert words(tickets, "priority")["1"] == "sev:high"
    assert said(tickets, "import-history")
