"""PagerDuty: what its incidents, its log and its analytics tell, and what they cannot."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

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


def incident(number: int, status: str = "resolved", **more: Any) -> dict[str, Any]:
    return {
        "incident_number": number,
        "id": f"PQ{number}",
        "title": "Slow answers",
        "created_at": "2026-05-04T08:00:00Z",
        "status": status,
        "urgency": "high",
        "resolved_at": "2026-05-04T12:00:00Z" if status == "resolved" else None,
        "acknowledgements": [],
        "assignments": [],
        **more,
    }


def entry(of: str, at: str, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "type": f"{kind}_log_entry",
        "created_at": f"2026-05-{at}:00Z",
        "agent": {"type": "user_reference", "summary": "Ada Lind"},
        "channel": {"type": "website"},
        "incident": {"id": of, "type": "incident_reference"},
        **more,
    }


def test_an_acknowledgement_is_told_only_while_it_holds(json_file: Writer) -> None:
    held = [{"at": "2026-05-04T08:07:00Z", "acknowledger": {"summary": "Ada Lind"}}]
    path = json_file(
        {"incidents": [incident(1), incident(2, "acknowledged", acknowledgements=held)]}
    )
    tickets = read(path)
    assert stamps(tickets, "acknowledged") == {"2": "05-04 08:07"}
    assert stamps(tickets, "resolved") == {"1": "05-04 12:00"}
    assert words(tickets, "state") == {"1": "resolved", "2": "acknowledged"}
    assert any("cancelled" in what for what in said(tickets, "import-unknown"))


def test_a_merged_incident_is_a_duplicate(json_file: Writer) -> None:
    merged = {"type": "merge_resolve_reason", "incident": {"id": "PQ1"}}
    path = json_file({"incidents": [incident(1), incident(2, resolve_reason=merged)]})
    tickets = read(path)
    assert words(tickets, "not_counted") == {"1": "", "2": "Duplicate"}
    assert counts(tickets) == {"read": 2, "incidents": 1, "not_counted": 1}


def test_urgency_stands_in_where_there_is_no_priority(json_file: Writer) -> None:
    path = json_file(
        {"incidents": [incident(1, priority={"name": "P3"}), incident(2, priority=None)]}
    )
    assert words(read(path), "priority") == {"1": "P3", "2": "high"}


LOG = [
    entry("PQ1", "04T08:00", "trigger"),
    entry("PQ1", "04T08:05", "acknowledgement"),
    entry("PQ1", "04T08:06", "annotate", agent={"type": "service_reference"}),
    entry("PQ1", "04T08:09", "annotate", note="On it"),
    entry("PQ1", "04T08:30", "snooze", changed_actions=[{"type": "unacknowledge"}]),
    entry("PQ1", "04T09:30", "unacknowledge"),
    entry("PQ1", "04T09:31", "acknowledge"),
    entry(
        "PQ1",
        "04T10:00",
        "field_value_change",
        changeset=[
            {"name": "urgency", "old_value": "low", "new_value": "high"},
            {"name": "priority", "old_value": "P4", "new_value": "P2"},
        ],
    ),
    entry("PQ1", "04T11:00", "notify"),
    entry("PQ1", "04T12:00", "resolve"),
]


@pytest.mark.parametrize("order", [1, -1], ids=["oldest first", "newest first"])
def test_the_log_tells_pauses_changes_and_the_first_acknowledgement(
    json_file: Writer, order: int
) -> None:
    incidents = json_file({"incidents": [incident(1)]})
    log = json_file({"log_entries": LOG[::order]}, "log.json")
    tickets = read(incidents, log)
    assert stamps(tickets, "acknowledged") == {"1": "05-04 08:05"}
    assert stamps(tickets, "responded") == {"1": "05-04 08:09"}
    assert pauses(tickets) == [("1", "05-04 08:30", "05-04 09:30", "snoozed")]
    assert changes(tickets) == [("1", "05-04 10:00", "P2")]
    assert reopened(tickets) == []
    assert any("responded" in what for what in said(tickets, "import-approximate"))


def test_what_is_acknowledged_after_the_end_is_not_used(json_file: Writer) -> None:
    late = [
        entry("PQ1", "04T08:00", "trigger"),
        entry("PQ1", "04T12:00", "resolve"),
        entry("PQ1", "05T08:10", "acknowledge"),
        entry("PQ1", "05T09:00", "resolve"),
    ]
    incidents = json_file({"incidents": [incident(1, resolved_at="2026-05-05T09:00:00Z")]})
    tickets = read(incidents, json_file({"log_entries": late}, "log.json"))
    assert stamps(tickets, "acknowledged") == {}
    assert stamps(tickets, "resolved") == {"1": "05-05 09:00"}
    assert reopened(tickets) == []
    assert any("after the end" in what for what in said(tickets, "import-history"))


def test_the_log_alone_opens_incidents_at_their_first_entry(json_file: Writer) -> None:
    tickets = read(json_file({"log_entries": LOG[::-1]}))
    assert stamps(tickets, "opened") == {"PQ1": "05-04 08:00"}
    assert stamps(tickets, "resolved") == {"PQ1": "05-04 12:00"}
    assert counts(tickets)["entries"] == 10


ROW = {
    "id": "PQ1", "incident_number": 1, "description": "Slow", "service_name": "AI",
    "created_at": "2026-05-04T08:00:00", "resolved_at": "2026-05-04T12:00:00",
    "seconds_to_first_ack": 300, "seconds_to_resolve": 14_400, "snoozed_seconds": 3_600,
    "status": "resolved", "urgency": "high", "priority_name": "P2", "priority_order": 64,
}  # fmt: skip


def test_the_analytics_tell_lengths_in_utc(json_file: Writer) -> None:
    never = {**ROW, "incident_number": 2, "seconds_to_first_ack": None, "snoozed_seconds": 0}
    tickets = read(json_file({"data": [ROW, never]}))
    assert stamps(tickets, "opened") == {"1": "05-04 08:00", "2": "05-04 08:00"}
    assert stamps(tickets, "acknowledged") == {"1": "05-04 08:05"}
    assert pauses(tickets) == []
    assert tickets.incidents["paused_s"].tolist()[0] == 3_600


@pytest.mark.parametrize("names", [str, lambda name: name.replace("_", " ").title()])
@pytest.mark.parametrize("suffix", ["_at", "_on"])
def test_the_analytics_are_read_as_csv_too(csv_file: Writer, names: Any, suffix: str) -> None:
    header = ",".join(names(name.replace("_at", suffix)) for name in ROW)
    tickets = read(csv_file(header, ",".join(str(cell) for cell in ROW.values())))
    assert tickets.tool == "pagerduty"
    assert stamps(tickets, "acknowledged") == {"1": "05-04 08:05"}
    assert stamps(tickets, "resolved") == {"1": "05-04 12:00"}
    assert words(tickets, "priority") == {"1": "P2"}


def test_objects_that_a_program_printed_into_cells_are_read(tmp_path: Path) -> None:
    merged = {"type": "merge_resolve_reason"}
    held = [{"at": "2026-05-04T08:07:00Z", "acknowledger": {"summary": "Ada Lind"}}]
    rows = [
        incident(1, "acknowledged", priority={"name": "P1"}, acknowledgements=held),
        incident(2, resolve_reason=merged, priority={"name": "P2"}),
    ]
    path = tmp_path / "frame.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[1]), restval="")
        writer.writeheader()
        writer.writerows(rows)
    tickets = read(path)
    assert words(tickets, "priority") == {"1": "P1", "2": "P2"}
    assert words(tickets, "not_counted") == {"1": "", "2": "Duplicate"}
    assert stamps(tickets, "acknowledged") == {"1": "05-04 08:07"}


def test_columns_that_a_program_spread_objects_over_are_read(csv_file: Writer) -> None:
    path = csv_file(
        "incident_number,title,created_at,status,urgency,priority.name,acknowledgements",
        "1,Slow,2026-05-04T08:00:00Z,acknowledged,high,P1,\"[{'at': '2026-05-04T08:07:00Z'}]\"",
    )
    tickets = read(path)
    assert words(tickets, "priority") == {"1": "P1"}
    assert stamps(tickets, "acknowledged") == {"1": "05-04 08:07"}


def test_a_page_of_several_is_said(json_file: Writer) -> None:
    tickets = read(json_file({"incidents": [incident(1)], "more": True}))
    assert len(said(tickets, "import-pages")) == 1
