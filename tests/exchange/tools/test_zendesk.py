"""Zendesk: tickets, their metrics, metric events and audits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.tools.told import Writer, changes, pauses, read, reopened, said, stamps, words


def ticket(id_: int, status: str = "closed", **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "subject": "Slow answers",
        "created_at": "2026-05-04T08:00:00Z",
        "updated_at": "2026-05-11T12:00:00Z",
        "status": status,
        "priority": "high",
        "requester_id": 77,
        "assignee_id": 9,
        "tags": [],
        **more,
    }


def metrics(id_: int, **more: Any) -> dict[str, Any]:
    return {
        "ticket_id": id_,
        "created_at": "2026-05-04T08:00:00Z",
        "assigned_at": "2026-05-04T08:03:00Z",
        "solved_at": "2026-05-04T12:00:00Z",
        "reply_time_in_minutes": {"calendar": 9, "business": 4},
        "on_hold_time_in_minutes": {"calendar": 60, "business": 60},
        **more,
    }


def test_the_metrics_of_a_ticket_tell_the_reply_and_the_sum_of_pauses(json_file: Writer) -> None:
    tickets = read(json_file({"tickets": [ticket(1, metric_set=metrics(1))]}))
    assert stamps(tickets, "responded") == {"1": "05-04 08:09"}
    assert stamps(tickets, "resolved") == {"1": "05-04 12:00"}
    assert tickets.incidents["paused_s"].tolist() == [3_600]
    assert pauses(tickets) == []
    # An assignment is no acknowledgement.
    assert stamps(tickets, "acknowledged") == {}
    assert any("acknowledgements" in what for what in said(tickets, "import-unknown"))


def test_metrics_that_are_a_file_of_their_own_tell_the_same(json_file: Writer) -> None:
    listed = json_file({"tickets": [ticket(1)]})
    beside = json_file({"ticket_metrics": [metrics(1)]}, "metrics.json")
    tickets = read(listed, beside)
    assert stamps(tickets, "responded") == {"1": "05-04 08:09"}
    assert stamps(tickets, "resolved") == {"1": "05-04 12:00"}
    assert tickets.incidents["paused_s"].tolist() == [3_600]
    assert stamps(tickets, "acknowledged") == {}


def test_a_merged_ticket_is_a_duplicate_and_other_tags_are_for_the_mapping(
    json_file: Writer,
) -> None:
    rows = [ticket(1, tags=["gold"]), ticket(2, tags=["a", "closed_by_merge"])]
    path = json_file({"tickets": [*rows, ticket(3, tags=["no_case"])]})
    assert words(read(path), "not_counted") == {"1": "", "2": "Duplicate", "3": ""}
    mapped = read(path, state={"no_case": "cancelled"})
    assert words(mapped, "not_counted") == {"1": "", "2": "Duplicate", "3": "Cancelled"}


def test_a_record_a_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tickets.json"
    path.write_text("\n".join(json.dumps(ticket(n)) for n in (1, 2)) + "\n", encoding="utf-8")
    assert words(read(path), "state") == {"1": "closed", "2": "closed"}


@pytest.mark.parametrize(
    "says",
    [{"next_page": "https://x.example/2"}, {"meta": {"has_more": True}}, {"links": {"next": "u"}}],
)
def test_a_page_is_no_loss_where_the_last_one_is_there_too(
    json_file: Writer, says: dict[str, Any]
) -> None:
    first = json_file({"tickets": [ticket(1)], **says})
    last = json_file({"tickets": [ticket(2)], "next_page": None}, "last.json")
    assert len(said(read(first), "import-pages")) == 1
    assert said(read(first, last), "import-pages") == []


def test_a_ticket_that_waits_has_waited_since_its_status_changed(json_file: Writer) -> None:
    waits = metrics(1, solved_at=None, status_updated_at="2026-05-04T09:00:00Z")
    tickets = read(json_file({"tickets": [ticket(1, "hold", metric_set=waits)]}))
    assert pauses(tickets) == [("1", "05-04 09:00", "", "hold")]


def events(*rows: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "ticket_metric_events": [
            {"id": n, "ticket_id": 1, "metric": metric, "type": kind,
             "time": f"2026-05-{at}:00Z"}
            for n, (metric, kind, at) in enumerate(rows)
        ]
    }  # fmt: skip


def test_events_of_the_agents_clock_are_pauses_and_acknowledge_nothing(json_file: Writer) -> None:
    told = events(
        ("agent_work_time", "activate", "04T08:00"),
        ("agent_work_time", "pause", "04T08:30"),
        ("requester_wait_time", "pause", "04T08:45"),
        ("agent_work_time", "activate", "04T09:30"),
        ("agent_work_time", "fulfill", "04T11:00"),
        ("agent_work_time", "activate", "05T08:00"),
        ("agent_work_time", "fulfill", "05T09:00"),
        ("reply_time", "fulfill", "04T08:09"),
    )
    tickets = read(json_file({"tickets": [ticket(1)]}), json_file(told, "events.json"))
    assert pauses(tickets) == [("1", "05-04 08:30", "05-04 09:30", "pending or on-hold")]
    assert stamps(tickets, "responded") == {"1": "05-04 08:09"}
    assert stamps(tickets, "acknowledged") == {}
    assert stamps(tickets, "resolved") == {"1": "05-05 09:00"}
    assert reopened(tickets) == [("1", "05-05 08:00", "05-04 11:00")]


def audit(at: str, *changed: dict[str, Any], author: int = 9) -> dict[str, Any]:
    return {
        "ticket_id": 1,
        "created_at": f"2026-05-{at}:00Z",
        "author_id": author,
        "events": list(changed),
    }


def change(name: str, before: str | None, after: str) -> dict[str, Any]:
    return {"type": "Change", "field_name": name, "previous_value": before, "value": after}


SAID = {"type": "Comment", "public": True}
AUDITS = [
    audit("04T08:00", {"type": "Create", "field_name": "status", "value": "new"}, SAID, author=77),
    audit("04T08:02", SAID, author=77),
    audit("04T08:05", change("status", "new", "open")),
    audit("04T08:07", {"type": "Comment", "public": False}),
    audit("04T08:09", SAID),
    audit("04T08:20", change("priority", "low", "high")),
    audit("04T08:30", change("status", "open", "pending")),
    audit("04T09:30", change("status", "pending", "open"), change("group_id", "1", "2")),
    audit("04T10:00", change("status", "open", "hold")),
    audit("04T11:00", change("status", "hold", "solved")),
    audit("11T11:00", change("status", "solved", "closed")),
]


@pytest.mark.parametrize("order", [1, -1])
def test_audits_tell_states_priorities_and_the_first_public_answer(
    json_file: Writer, order: int
) -> None:
    listed = json_file({"tickets": [ticket(1)]})
    tickets = read(listed, json_file({"audits": AUDITS[::order]}, "audits.json"))
    assert stamps(tickets, "acknowledged") == {"1": "05-04 08:05"}
    assert stamps(tickets, "responded") == {"1": "05-04 08:09"}
    assert stamps(tickets, "resolved") == {"1": "05-04 11:00"}
    assert pauses(tickets) == [
        ("1", "05-04 08:30", "05-04 09:30", "pending"),
        ("1", "05-04 10:00", "05-04 11:00", "hold"),
    ]
    assert changes(tickets) == [("1", "05-04 08:20", "high")]
    assert "Acknowledged is the first time" in said(tickets, "import-acknowledged")[0]


def test_a_reply_time_is_better_than_a_guess_from_the_audits(json_file: Writer) -> None:
    listed = json_file(
        {
            "tickets": [
                ticket(
                    1, metric_set=metrics(1, reply_time_in_minutes={"calendar": 40})
                )
            ]
        }
    )  # fmt: skip
    tickets = read(listed, json_file({"audits": AUDITS}, "audits.json"))
    assert stamps(tickets, "responded") == {"1": "05-04 08:40"}


def test_a_view_is_read_in_the_zone_of_its_user(csv_file: Writer) -> None:
    tickets = read(
        csv_file(
            "Id,Requester,Subject,Status,Priority,Assignee,Created at,Solved at,Tags,"
            "First reply time in minutes,On hold time in minutes",
            "1,Ivo,Slow,Solved,Urgent,Ada,2026-05-04 10:00,2026-05-04 14:00,x closed_by_merge,9,0",
            "2,Ivo,Slow,Solved,Urgent,Ada,2026-05-04 10:00,2026-05-04 14:00,x,9,60",
        )
    )
    assert tickets.tool == "zendesk"
    assert stamps(tickets, "opened") == {"1": "05-04 08:00", "2": "05-04 08:00"}
    assert stamps(tickets, "responded")["2"] == "05-04 08:09"
    assert words(tickets, "not_counted") == {"1": "Duplicate", "2": ""}
    assert tickets.incidents["paused_s"].tolist()[1] == 3_600
