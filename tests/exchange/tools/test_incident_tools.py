"""Freshservice, Statuspage, incident.io, Rootly, FireHydrant, GoAlert and the AI database."""

from __future__ import annotations

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
from xlmatrix.exchange import read_incidents
from xlmatrix.model import MatrixSpec


def served(id_: int, status: int = 5, priority: int = 3, **more: Any) -> dict[str, Any]:
    stats = {
        "opened_at": None,
        "pending_since": None,
        "resolved_at": "2026-05-04T12:00:00Z" if status >= 4 else None,
        "closed_at": "2026-05-11T12:00:00Z" if status == 5 else None,
        "first_assigned_at": "2026-05-04T08:05:00Z",
        "first_responded_at": None,
        "resolution_time_in_secs": 14_400 if status >= 4 else 0,
    }
    return {
        "id": id_,
        "subject": "Slow answers",
        "status": status,
        "priority": priority,
        "created_at": "2026-05-04T08:00:00Z",
        "updated_at": "2026-05-04T10:00:00Z",
        "due_by": "2026-05-05T08:00:00Z",
        "fr_due_by": "2026-05-04T09:00:00Z",
        "responder_id": 9,
        "spam": False,
        "deleted": False,
        **more,
        "stats": {**stats, **more.get("stats", {})},
    }


def test_freshservice_counts_its_priorities_the_other_way_round(
    spec: MatrixSpec, json_file: Writer
) -> None:
    path = json_file({"tickets": [served(1, priority=4), served(2, priority=1)]})
    assert read_incidents(path, spec).log.texts["Severity set"] == ["SEV-1", "SEV-2"]


def test_freshservice_tells_the_present_pause_and_no_acknowledgement(json_file: Writer) -> None:
    waits = served(3, 3, stats={"pending_since": "2026-05-04T09:00:00Z"})
    again = served(4, stats={"opened_at": "2026-05-04T11:00:00Z"})
    answered = served(5, 2, stats={"first_responded_at": "2026-05-04T08:09:00Z"})
    tickets = read(json_file({"tickets": [served(1), waits, again, answered]}))
    assert pauses(tickets) == [("3", "05-04 09:00", "", "Pending")]
    assert stamps(tickets, "acknowledged") == {}
    assert stamps(tickets, "resolved") == {"1": "05-04 12:00", "4": "05-04 12:00"}
    assert stamps(tickets, "responded") == {"5": "05-04 08:09"}
    assert words(tickets, "state") == {"1": "closed", "3": "waiting", "4": "closed", "5": "open"}


def test_spam_and_what_was_deleted_count_for_nothing(json_file: Writer) -> None:
    path = json_file({"tickets": [served(1), served(2, spam=True), served(3, deleted=True)]})
    tickets = read(path)
    assert words(tickets, "not_counted") == {"1": "", "2": "Rejected", "3": "Rejected"}
    assert stamps(tickets, "resolved") == {"1": "05-04 12:00"}


def test_an_own_status_is_said_and_left_to_the_mapping(json_file: Writer) -> None:
    path = json_file({"tickets": [served(1, 2), served(2, 9, stats={"resolved_at": None})]})
    assert any("'9'" in what for what in said(read(path), "import-state"))
    assert words(read(path, state={"9": "waiting"}), "state")["2"] == "waiting"


def paged(id_: str, *updates: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "name": "Slow answers",
        "status": updates[0][0],
        "impact": "major",
        "created_at": "2026-05-04T03:00:00.000-05:00",
        "resolved_at": None,
        "scheduled_for": None,
        "incident_updates": [
            {"status": status, "display_at": f"2026-05-{at}:00.000-05:00"} for status, at in updates
        ],
        **more,
    }


PUBLIC = (
    ("resolved", "05T04:00"), ("identified", "05T03:00"), ("resolved", "04T07:00"),
    ("monitoring", "04T05:00"), ("identified", "04T03:05"), ("investigating", "04T03:00"),
)  # fmt: skip


@pytest.mark.parametrize("order", [1, -1])
def test_a_status_page_acknowledges_nothing_and_reopens(json_file: Writer, order: int) -> None:
    one = paged("sp1", *PUBLIC)
    one["incident_updates"] = one["incident_updates"][::order]
    watched = paged("sp2", ("monitoring", "04T05:00"), monitoring_at="2026-05-04T05:00:00-05:00")
    tickets = read(json_file({"page": {"id": "p"}, "incidents": [one, watched]}))
    assert stamps(tickets, "acknowledged") == {}
    assert stamps(tickets, "resolved") == {"sp1": "05-05 09:00"}
    assert stamps(tickets, "mitigated") == {"sp2": "05-04 10:00"}
    assert reopened(tickets) == [("sp1", "05-05 08:00", "05-04 12:00")]
    assert words(tickets, "priority") == {"sp1": "major", "sp2": "major"}


def test_what_a_status_page_never_tells_is_not_recorded_while_it_is_open(
    json_file: Writer,
) -> None:
    tickets = read(json_file({"incidents": [paged("sp1", ("investigating", "04T03:00"))]}))
    assert words(tickets, "state") == {"sp1": "open"}
    assert words(tickets, "not_recorded") == {"sp1": "Acknowledge, First response"}


def test_planned_maintenance_counts_for_nothing(json_file: Writer) -> None:
    planned = paged("sp1", ("completed", "04T05:00"), scheduled_for="2026-05-04T03:00:00-05:00")
    tickets = read(json_file({"incidents": [planned, paged("sp2", *PUBLIC)]}))
    assert words(tickets, "not_counted") == {"sp1": "Maintenance", "sp2": ""}


def live(number: int, category: str, name: str = "", **more: Any) -> dict[str, Any]:
    named = {"Reported at": "08:00", **more.pop("at", {})}
    return {
        "id": f"01INC{number}",
        "reference": f"INC-{number}",
        "name": "Slow answers",
        "mode": "standard",
        "created_at": "2026-05-04T08:30:00.000Z",
        "updated_at": "2026-05-04T10:00:00.000Z",
        "incident_status": {"name": name or category.title(), "category": category},
        "severity": {"name": "Major", "rank": 3},
        "incident_timestamp_values": [
            {
                "incident_timestamp": {"name": stamp},
                "value": {"value": f"2026-05-04T{at}:00.000Z"} if at else None,
            }
            for stamp, at in named.items()
        ],
        **more,
    }


def test_the_category_of_a_status_decides_whatever_its_name(json_file: Writer) -> None:
    rows = [
        live(1, "live", "Closed for now", at={"Accepted at": "08:05", "Resolved at": ""}),
        live(2, "learning", "Open questions", at={"Fixed at": "12:00"}),
        live(3, "declined", "Done"),
        live(4, "merged", "Done"),
        live(5, "canceled", "Done"),
        live(6, "live", mode="test"),
        live(7, "paused", "Parked"),
    ]
    tickets = read(json_file({"incidents": rows}))
    assert words(tickets, "state") == {
        "INC-1": "acknowledged", "INC-2": "resolved", "INC-3": "not counted",
        "INC-4": "not counted", "INC-5": "not counted", "INC-6": "not counted", "INC-7": "waiting",
    }  # fmt: skip
    assert list(words(tickets, "not_counted").values()) == [
        "", "", "Rejected", "Duplicate", "Cancelled", "Test", "",
    ]  # fmt: skip
    # Reported before it was declared.
    assert stamps(tickets, "opened")["INC-1"] == "05-04 08:00"
    assert stamps(tickets, "acknowledged") == {"INC-1": "05-04 08:05"}
    assert stamps(tickets, "resolved") == {"INC-2": "05-04 12:00"}


def update(at: str, category: str, severity: str, of: str = "01INC1") -> dict[str, Any]:
    return {
        "incident_id": of,
        "new_incident_status": {"name": "Whatever", "category": category},
        "new_severity": {"name": severity},
        "merged_into_incident_id": None,
        "created_at": f"2026-05-{at}:00.000Z",
    }


UPDATES = [
    update("04T08:02", "live", "Minor"),
    update("04T08:20", "live", "Major"),
    update("04T08:30", "paused", "Major"),
    update("04T09:30", "live", "Major"),
    update("04T11:00", "learning", "Major"),
    update("05T08:00", "live", "Major"),
    update("05T09:00", "closed", "Major"),
]


@pytest.mark.parametrize("order", [1, -1])
def test_updates_tell_pauses_changes_and_reopenings(json_file: Writer, order: int) -> None:
    listed = json_file({"incidents": [live(1, "closed", at={"Accepted at": "08:05"})]})
    tickets = read(listed, json_file({"incident_updates": UPDATES[::order]}, "updates.json"))
    # The stamp that people keep wins over a status that somebody set meanwhile.
    assert stamps(tickets, "acknowledged") == {"INC-1": "05-04 08:05"}
    assert stamps(tickets, "resolved") == {"INC-1": "05-05 09:00"}
    assert pauses(tickets) == [("INC-1", "05-04 08:30", "05-04 09:30", "Whatever")]
    assert changes(tickets) == [("INC-1", "05-04 08:20", "Major")]
    assert reopened(tickets) == [("INC-1", "05-05 08:00", "05-04 11:00")]


ROOTLY = {
    "sequential_id": 7, "title": "Slow", "kind": "normal", "status": "mitigated",
    "started_at": "2026-05-04T08:00:00Z", "detected_at": "2026-05-04T08:01:00Z",
    "acknowledged_at": "2026-05-04T08:05:00Z", "mitigated_at": "2026-05-04T11:00:00Z",
    "resolved_at": None, "cancelled_at": None, "severity": {"name": "High"},
}  # fmt: skip


@pytest.mark.parametrize("wrapped", [True, False])
def test_rootly_is_read_flat_and_in_attributes(json_file: Writer, wrapped: bool) -> None:
    rows = [
        ROOTLY,
        {**ROOTLY, "sequential_id": 8, "kind": "test"},
        {**ROOTLY, "sequential_id": 9, "status": "cancelled"},
        {**ROOTLY, "sequential_id": 10, "kind": "scheduled", "status": "in_progress"},
    ]
    data = [{"id": str(n), "attributes": row} if wrapped else row for n, row in enumerate(rows)]
    tickets = read(json_file({"data": data}))
    assert tickets.tool == "rootly"
    assert list(words(tickets, "not_counted").values()) == ["", "Test", "Cancelled", "Maintenance"]
    assert stamps(tickets, "acknowledged")["7"] == "05-04 08:05"
    assert stamps(tickets, "mitigated")["7"] == "05-04 11:00"
    assert words(tickets, "state")["7"] == "acknowledged"
    assert words(tickets, "priority")["7"] == "High"


def test_firehydrant_is_read(json_file: Writer) -> None:
    one = {
        "id": "f1", "number": 3, "name": "Slow", "started_at": "2026-05-04T08:00:00Z",
        "acknowledged_at": "2026-05-04T08:05:00Z", "resolved_at": "2026-05-04T12:00:00Z",
        "severity": "SEV2", "priority": "P1", "current_milestone": "postmortem_completed",
    }  # fmt: skip
    tickets = read(json_file({"data": [one]}))
    assert tickets.tool == "firehydrant"
    assert stamps(tickets, "acknowledged") == {"3": "05-04 08:05"}
    assert stamps(tickets, "resolved") == {"3": "05-04 12:00"}
    assert words(tickets, "state") == {"3": "closed"}


GOALERT = (
    "Created At (CET +1),Closed At (CET +1),Time to Ack,Time to Close,Alert ID,Noise Reason,Status,"
    "Summary"
)


def test_the_lengths_of_goalert_win_over_the_wall_clock(csv_file: Writer) -> None:
    tickets = read(
        csv_file(
            GOALERT,
            "2026-05-04 10:00:00.000,2026-05-05 11:00:00.000,00:05:00,25:00:00,1,,Closed,Slow",
            # In the hour that the clock shows twice.
            "2026-10-25 02:30:00.000,2026-10-25 02:30:00.000,00:15:00,01:00:00,2,,Closed,Slow",
            "2026-05-04 10:00:00.000,2026-05-04 11:00:00.000,Invalid Duration,01:00:00,3,,Closed,x",
        )
    )
    assert tickets.tool == "goalert"
    assert stamps(tickets, "opened") == {"1": "05-04 08:00", "2": "10-25 00:30", "3": "05-04 08:00"}
    assert stamps(tickets, "acknowledged") == {"1": "05-04 08:05", "2": "10-25 00:45"}
    assert stamps(tickets, "resolved") == {
        "1": "05-05 09:00", "2": "10-25 01:30", "3": "05-04 09:00",
    }  # fmt: skip


@pytest.mark.parametrize(("zone", "strange"), [("CET +1", 0), ("CEST +2", 0), ("EST -5", 1)])
def test_an_offset_that_the_zone_never_has_is_a_warning(
    csv_file: Writer, zone: str, strange: int
) -> None:
    row = "2026-05-04 10:00:00,2026-05-04 11:00:00,00:05:00,01:00:00,1,,Closed,Slow"
    path = csv_file(GOALERT.replace("CET +1", zone), row)
    told = said(read(path), "import-zone")
    assert sum("-05:00" in what for what in told) == strange
    assert not any("-05:00" in w for w in said(read(path, zone="America/New_York"), "import-zone"))


def test_the_ai_incident_database_knows_days_and_no_clocks(csv_file: Writer) -> None:
    tickets = read(
        csv_file(
            "_id,incident_id,date,reports,Alleged deployer of AI system,description,title",
            'ObjectId(1),17,2026-05-04,[4],"[""example""]",What happened,A title',
        )
    )
    assert tickets.tool == "aiid"
    assert words(tickets, "title") == {"17": "A title"}
    assert "Resolve" in words(tickets, "not_recorded")["17"]
    assert len(said(tickets, "import-date-only")) == 1
    assert counts(tickets) == {"read": 1, "incidents": 1}


def test_a_field_that_only_later_records_have_is_read(json_file: Writer) -> None:
    rows = [live(n, "live") for n in range(1, 260)]
    rows.append(live(300, "learning", at={"Resolved at": "12:00"}))
    assert stamps(read(json_file({"incidents": rows})), "resolved") == {"INC-300": "05-04 12:00"}
