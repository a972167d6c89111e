"""Opsgenie: alerts with lengths of either unit, and logs in sentences."""

from __future__ import annotations

from typing import Any

import pytest

from tests.exchange.tools.told import Writer, changes, pauses, read, reopened, said, stamps, words


def alert(tiny: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"a-{tiny}",
        "tinyId": tiny,
        "message": "Slow answers",
        "status": "closed",
        "acknowledged": False,
        "snoozed": False,
        "createdAt": "2026-05-04T08:00:00.000Z",
        "updatedAt": "2026-05-04T12:00:00.000Z",
        "priority": "P2",
        "report": {},
        **more,
    }


@pytest.mark.parametrize(("unit", "title"), [(1, "in seconds"), (1000, "in milliseconds")])
@pytest.mark.parametrize("updated", [True, False])
def test_lengths_are_read_in_the_unit_that_fits(
    json_file: Writer, unit: int, title: str, updated: bool
) -> None:
    one = alert("7", report={"ackTime": 300 * unit, "closeTime": 14_400 * unit})
    if not updated:
        del one["updatedAt"]
    tickets = read(json_file({"data": [alert("6"), one]}))
    assert stamps(tickets, "acknowledged") == {"7": "05-04 08:05"}
    assert stamps(tickets, "resolved")["7"] == "05-04 12:00"
    assert title in tickets.files[0].form


def test_flags_say_more_of_an_open_alert_than_its_status(json_file: Writer) -> None:
    path = json_file(
        {
            "data": [
                alert("1", status="open"),
                alert("2", status="open", acknowledged=True),
                alert("3", status="open", acknowledged=True, snoozed=True),
                alert("4", acknowledged=True),
            ]
        }
    )
    states = {"1": "open", "2": "acknowledged", "3": "waiting", "4": "closed"}
    assert words(read(path), "state") == states


SENTENCES = [
    ("08:00", "Alert created via API"),
    ("08:01", "Sent email notification to ada@example.com: Alert acknowledged"),
    ("08:02", "Escalated to [Bo], because the alert is not acknowledged"),
    ("08:05", "Alert acknowledged via web"),
    ("08:09", "Note added: closed the valve, acknowledged by the vendor"),
    ("08:30", "Alert snoozed via web"),
    ("09:30", "Alert unacknowledged. Snooze expired"),
    ("10:00", "Updated alert priority from [P4] to [P2]"),
    ("12:00", "Alert closed via web"),
]


def log(sentences: list[tuple[str, str]], of: str = "7") -> dict[str, Any]:
    return {
        "data": [
            {"alertTinyId": of, "log": text, "type": "system", "owner": "Ada",
             "createdAt": f"2026-05-04T{at}:00.000Z"}
            for at, text in sentences
        ]
    }  # fmt: skip


@pytest.mark.parametrize("order", [1, -1])
def test_sentences_tell_what_was_done_and_not_what_was_sent(json_file: Writer, order: int) -> None:
    alerts = json_file({"data": [alert("7")]})
    tickets = read(alerts, json_file(log(SENTENCES[::order]), "log.json"))
    assert stamps(tickets, "acknowledged") == {"7": "05-04 08:05"}
    assert stamps(tickets, "responded") == {"7": "05-04 08:09"}
    assert stamps(tickets, "resolved") == {"7": "05-04 12:00"}
    assert pauses(tickets) == [("7", "05-04 08:30", "05-04 09:30", "snoozed")]
    assert changes(tickets) == [("7", "05-04 10:00", "P2")]


def test_a_closed_alert_cannot_be_reopened(json_file: Writer) -> None:
    sentences = [
        ("08:00", "Alert created via API"),
        ("09:00", "Alert closed via web"),
        ("10:00", "Alert acknowledged via web"),
        ("11:00", "Alert closed via web"),
    ]
    tickets = read(json_file({"data": [alert("7")]}), json_file(log(sentences), "log.json"))
    assert stamps(tickets, "acknowledged") == {}
    assert stamps(tickets, "resolved") == {"7": "05-04 11:00"}
    assert reopened(tickets) == []
    assert len(said(tickets, "import-history")) == 1


def test_a_table_of_alerts_is_read(csv_file: Writer) -> None:
    tickets = read(
        csv_file(
            "Tiny ID,Alias,Message,Status,Acknowledged,Priority,Created At",
            "7,x,Slow,open,true,P1,2026-05-04T08:00:00Z",
        )
    )
    assert tickets.tool == "opsgenie"
    assert words(tickets, "state") == {"7": "acknowledged"}
