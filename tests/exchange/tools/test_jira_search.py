"""Issues of Jira's REST search with their changelogs; expectations are written by hand."""

from __future__ import annotations

import random
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

Item = tuple[str, str, str | None, str | None]


def issue(key: str, created: str, *histories: tuple[str, *tuple[Item, ...]], **more: Any) -> Any:
    """An issue as the search gives it, its changelog newest first as in the cloud."""
    made = [
        {
            "id": str(number),
            "author": {"displayName": "Ada"},
            "created": at,
            "items": [
                {"field": field, "fieldtype": "jira", "fromString": before, "toString": after}
                for _, field, before, after in items
            ],
        }
        for number, (at, *items) in enumerate(histories)
    ]
    status = more.pop("status", ("Closed", "done"))
    fields = {
        "summary": f"Summary of {key}",
        "created": created,
        "status": {"name": status[0], "statusCategory": {"key": status[1], "name": "?"}},
        "priority": {"name": more.pop("priority", "High")},
        "resolution": None,
        "resolutiondate": None,
        "reporter": {"displayName": "Ivo", "accountId": "acc:ivo"},
    }
    log = {"startAt": 0, "total": more.pop("total", len(made)), "histories": made[::-1]}
    number = key.rpartition("-")[2]
    return {"key": key, "id": f"9{number}", "fields": fields | more, "changelog": log}


def status(before: str, after: str) -> Item:
    return ("", "status", before, after)


def resolution(before: str | None, after: str | None) -> Item:
    return ("", "resolution", before, after)


def priority(before: str, after: str) -> Item:
    return ("", "priority", before, after)


#: Two pauses, one of them for two reasons in a row; solved, reopened, solved again.
LONG = issue(
    "OPS-1",
    "2026-03-02T09:00:00.000+0100",
    ("2026-03-02T09:10:00.000+0100", status("Open", "In Progress")),
    ("2026-03-02T09:30:00.000+0100", status("In Progress", "Waiting for customer")),
    ("2026-03-02T10:00:00.000+0100", status("Waiting for customer", "Pending")),
    ("2026-03-02T11:00:00.000+0100", status("Pending", "In Progress")),
    ("2026-03-02T11:30:00.000+0100", priority("Medium", "High")),
    (
        "2026-03-02T12:00:00.000+0100",
        status("In Progress", "Resolved"),
        resolution(None, "Done"),
    ),
    (
        "2026-03-03T08:00:00.000+0100",
        status("Resolved", "Reopened"),
        resolution("Done", None),
    ),
    ("2026-03-03T08:20:00.000+0100", status("Reopened", "In Progress")),
    (
        "2026-03-03T09:00:00.000+0100",
        status("In Progress", "Resolved"),
        resolution(None, "Done"),
    ),
    ("2026-03-10T09:00:00.000+0100", status("Resolved", "Closed")),
    resolutiondate="2026-03-03T09:00:00.000+0100",
    resolution={"name": "Done"},
)
#: Solved in the hour that the clock in Berlin shows twice.
AUTUMN = issue(
    "OPS-2",
    "2026-10-25T02:30:00.000+0200",
    ("2026-10-25T02:45:00.000+0200", status("Open", "In Progress")),
    ("2026-10-25T02:30:00.000+0100", status("In Progress", "Resolved")),
    status=("Resolved", "done"),
)
#: Reopened and running: its resolution date was cleared.
RUNNING = issue(
    "OPS-3",
    "2026-03-04T09:00:00.000+0100",
    ("2026-03-04T09:30:00.000+0100", status("Open", "Resolved"), resolution(None, "Done")),
    ("2026-03-04T10:00:00.000+0100", status("Resolved", "Reopened"), resolution("Done", None)),
    ("2026-03-04T10:30:00.000+0100", status("Reopened", "Waiting for customer")),
    status=("Waiting for customer", "indeterminate"),
)
DECLINED = issue(
    "OPS-4",
    "2026-03-05T09:00:00.000+0100",
    ("2026-03-05T09:30:00.000+0100", status("Open", "Closed"), resolution(None, "Won't Do")),
    resolution={"name": "Won't Do"},
)
ALL = (LONG, AUTUMN, RUNNING, DECLINED)


def shuffled(issues: Any, seed: int) -> list[Any]:
    """The same in another order, and so their changelogs."""
    chance = random.Random(seed)
    mixed = [
        one | {"changelog": one["changelog"] | {
            "histories": chance.sample(one["changelog"]["histories"],
                                       len(one["changelog"]["histories"]))}}
        for one in issues
    ]  # fmt: skip
    chance.shuffle(mixed)
    return mixed


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_the_changelog_tells_the_story(json_file: Writer, seed: int | None) -> None:
    issues = list(ALL) if seed is None else shuffled(ALL, seed)
    tickets = read(json_file({"startAt": 0, "total": 4, "issues": issues}))
    assert tickets.tool == "jira"
    assert stamps(tickets, "acknowledged") == {
        "OPS-1": "03-02 08:10",
        "OPS-2": "10-25 00:45",
    }
    assert stamps(tickets, "resolved") == {"OPS-1": "03-03 08:00", "OPS-2": "10-25 01:30"}
    assert sorted(pauses(tickets)) == [
        ("OPS-1", "03-02 08:30", "03-02 09:00", "Waiting for customer"),
        ("OPS-1", "03-02 09:00", "03-02 10:00", "Pending"),
        ("OPS-3", "03-04 09:30", "", "Waiting for customer"),
    ]
    assert changes(tickets) == [("OPS-1", "03-02 10:30", "High")]
    assert sorted(reopened(tickets)) == [
        ("OPS-1", "03-03 07:00", "03-02 11:00"),
        ("OPS-3", "03-04 09:00", "03-04 08:30"),
    ]
    assert words(tickets, "not_counted")["OPS-4"] == "Rejected"
    assert counts(tickets) == {"read": 4, "incidents": 3, "not_counted": 1}


def test_a_service_level_tells_the_first_response_and_no_comment_does(json_file: Writer) -> None:
    comment = {
        "author": {"accountId": "acc:1", "displayName": "Ada"},
        "created": "2026-03-02T09:05:00.000+0100",
    }
    own = {
        "author": {"accountId": "acc:ivo", "displayName": "Ivo"},
        "created": "2026-03-02T09:01:00.000+0100",
    }
    inner = comment | {"created": "2026-03-02T09:02:00.000+0100", "jsdPublic": False}
    level = {
        "name": "Time to first response",
        "completedCycles": [{"stopTime": {"iso8601": "2026-03-02T09:12:00.000+0100",
                                          "epochMillis": 1772439120000}}],
    }  # fmt: skip
    ran = {"name": "Time to resolution", "ongoingCycle": {"paused": False}}
    comments = {"comments": [comment, own, inner]}
    one, two = (
        issue(f"OPS-{n}", "2026-03-02T09:00:00.000+0100", comment=comments, **more)
        for n, more in ((1, {"customfield_7": ran, "customfield_8": level}), (2, {}))
    )
    tickets = read(json_file([one, two]))
    assert stamps(tickets, "responded") == {"OPS-1": "03-02 08:12", "OPS-2": "03-02 08:05"}


def test_pages_and_changelogs_that_are_cut_are_said(json_file: Writer) -> None:
    cut = issue("OPS-9", "2026-03-02T09:00:00.000+0100", total=130)
    tickets = read(json_file({"total": 80, "issues": [LONG, cut]}))
    assert any("2 of 80" in what for what in said(tickets, "import-pages"))
    assert any("part of its history" in what for what in said(tickets, "import-pages"))
    assert said(read(json_file({"isLast": False, "issues": [LONG]})), "import-pages")


def test_two_pages_are_one_import(json_file: Writer) -> None:
    first = json_file({"startAt": 0, "total": 4, "issues": ALL[:2]}, "one.json")
    second = json_file({"startAt": 2, "total": 4, "issues": ALL[2:]}, "two.json")
    tickets = read(first, second)
    assert words(tickets, "id").keys() == {"OPS-1", "OPS-2", "OPS-3", "OPS-4"}
    assert not said(tickets, "import-pages")
    assert counts(tickets)["read"] == 4


def test_states_of_histories_are_known_by_the_category_that_tickets_have(
    json_file: Writer,
) -> None:
    desk = issue(
        "OPS-5",
        "2026-03-02T09:00:00.000+0100",
        ("2026-03-02T09:10:00.000+0100", status("Inbox", "Vendor desk")),
        ("2026-03-02T10:00:00.000+0100", status("Vendor desk", "Shipped")),
        status=("Shipped", "done"),
    )
    working = issue(
        "OPS-6", "2026-03-02T09:00:00.000+0100", status=("Vendor desk", "indeterminate")
    )
    alone = read(json_file([desk]))
    assert any("Vendor desk" in what for what in said(alone, "import-state"))
    tickets = read(json_file([desk, working]))
    assert stamps(tickets, "acknowledged") == {"OPS-5": "03-02 08:10"}
    assert stamps(tickets, "resolved") == {"OPS-5": "03-02 09:00"}
    assert not any("Vendor desk" in what for what in said(tickets, "import-state"))


def test_a_state_that_only_histories_have_may_be_mapped(json_file: Writer) -> None:
    parked = issue(
        "OPS-7",
        "2026-03-02T09:00:00.000+0100",
        ("2026-03-02T09:10:00.000+0100", status("Open", "Parked")),
        ("2026-03-02T09:40:00.000+0100", status("Parked", "Closed")),
    )
    tickets = read(json_file([parked]), state={"Parked": "waiting"})
    assert pauses(tickets) == [("OPS-7", "03-02 08:10", "03-02 08:40", "Parked")]
    assert not said(tickets, "import-unused")


def test_a_resolution_that_changes_later_counts(json_file: Writer) -> None:
    late = issue(
        "OPS-8",
        "2026-03-02T09:00:00.000+0100",
        ("2026-03-02T10:00:00.000+0100", status("Open", "Closed"), resolution(None, "Done")),
        ("2026-03-03T10:00:00.000+0100", resolution("Done", "Duplicate")),
        resolution={"name": "Duplicate"},
    )
    assert words(read(json_file([late])), "not_counted") == {"OPS-8": "Duplicate"}


def test_issues_lack_what_they_lack(json_file: Writer) -> None:
    bare = {"key": "OPS-1", "fields": {"created": "2026-03-02T09:00:00.000+0000"}}
    empty = {"key": "OPS-2", "fields": {"created": None}, "changelog": None}
    tickets = read(json_file({"issues": [bare, empty]}))
    assert stamps(tickets, "opened") == {"OPS-1": "03-02 09:00"}
    assert counts(tickets) == {"read": 2, "incidents": 1, "refused": 1}


def test_a_search_without_changelogs_says_what_it_lacks(json_file: Writer) -> None:
    bare = {name: value for name, value in LONG.items() if name != "changelog"}
    tickets = read(json_file({"issues": [bare]}))
    assert stamps(tickets, "resolved") == {"OPS-1": "03-03 08:00"}
    assert any("acknowledged" in what for what in said(tickets, "import-unknown"))
    assert not said(read(json_file({"issues": [LONG]})), "import-unknown")


def test_issues_in_the_wrapper_of_an_archive_are_read(json_file: Writer) -> None:
    wrapped = [{"backend_name": "Jira", "category": "issue", "data": one} for one in ALL]
    assert len(read(json_file(wrapped)).incidents) == 4


def test_changelogs_by_themselves_join_the_list(csv_file: Writer, json_file: Writer) -> None:
    exported = csv_file(
        "Issue key,Issue id,Status,Created,Resolved",
        "OPS-1,91,Closed,02/Mar/26 9:00 AM,03/Mar/26 9:00 AM",
    )
    bulk = {
        "issueId": "91",
        "changeHistories": LONG["changelog"]["histories"],
    }
    tickets = read(exported, json_file({"issueChangeLogs": [bulk], "nextPageToken": None}))
    assert stamps(tickets, "acknowledged") == {"OPS-1": "03-02 08:10"}
    assert [one[1:3] for one in pauses(tickets)] == [
        ("03-02 08:30", "03-02 09:00"),
        ("03-02 09:00", "03-02 10:00"),
    ]


def test_a_place_of_a_field_may_be_named(json_file: Writer) -> None:
    one = issue("OPS-1", "2026-03-02T09:00:00.000+0100", customfield_3=[{"name": "Borealis"}])
    tickets = read(json_file([one]), columns={"customer": "fields.customfield_3"})
    assert words(tickets, "customer") == {"OPS-1": "Borealis"}


def test_severities_that_tickets_only_had_before_are_said_too(
    json_file: Writer, spec: MatrixSpec
) -> None:
    raised = issue(
        "OPS-1",
        "2026-03-02T09:00:00.000+0100",
        ("2026-03-02T09:10:00.000+0100", priority("Lowest", "Medium")),
        ("2026-03-02T09:20:00.000+0100", priority("Medium", "High")),
    )
    found = read_incidents(json_file([raised]), spec)
    texts = [one.what for one in found.findings if one.code == "import-priority"]
    assert [word for word in ("Lowest", "Medium", "High") if any(word in one for one in texts)] == [
        "Lowest", "Medium", "High",
    ]  # fmt: skip
