"""Zammad: tickets by name or id, and histories; expectations are written by hand."""

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
from xlmatrix import import_tickets


def ticket(id_: int, /, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "number": f"84{id_:03}",
        "title": f"Ticket {id_}",
        "group_id": 1,
        "state_id": 2,
        "priority_id": 2,
        "created_at": "2026-03-02T08:00:00.000Z",
        "updated_at": "2026-03-02T12:00:00.000Z",
        "first_response_at": None,
        "close_at": None,
        "last_close_at": None,
    } | more


def step(at: str, attribute: str, before: str, after: str, *ids: int) -> dict[str, Any]:
    made = {"object": "Ticket", "type": "updated", "attribute": attribute,
            "created_at": f"2026-{at}:00.000Z"}  # fmt: skip
    made |= {"value_from": before, "value_to": after}
    return made | dict(zip(("id_from", "id_to"), ids, strict=False))


CREATED = {"object": "Ticket", "type": "created", "created_at": "2026-03-02T08:00:00.000Z"}
#: Taken, waiting twice, closed, opened again by a reply, closed; made worse in between.
LONG = [
    CREATED,
    step("03-02T08:05", "state", "new", "open", 1, 2),
    step("03-02T08:30", "state", "open", "pending reminder", 2, 3),
    step("03-02T09:15", "state", "pending reminder", "open", 3, 2),
    step("03-02T09:20", "priority", "2 normal", "3 high"),
    step("03-02T09:30", "owner", "-", "Ada"),
    step("03-02T09:40", "state", "open", "pending close", 2, 7),
    step("03-02T10:00", "state", "pending close", "closed", 7, 4),
    step("03-03T09:00", "state", "closed", "open", 4, 2),
    step("03-03T09:30", "state", "open", "closed", 2, 4),
    step("03-03T09:30", "title", "a", "b"),
    {"object": "Ticket::Article", "type": "created", "created_at": "2026-03-02T08:01:00.000Z"},
]
CLOSED = {
    "state_id": 4,
    "priority_id": 3,
    "first_response_at": "2026-03-02T08:07:00.000Z",
    "close_at": "2026-03-02T10:00:00.000Z",
    "last_close_at": "2026-03-03T09:30:00.000Z",
}


@pytest.mark.parametrize("order", [1, -1])
def test_a_history_tells_the_story(json_file: Writer, order: int) -> None:
    listed = json_file([ticket(1, **CLOSED), ticket(2, state_id=5), ticket(3, state_id=3)])
    merged = [CREATED, step("03-02T08:10", "state", "new", "merged", 1, 5)]
    waits = [CREATED, step("03-02T08:10", "state", "new", "pending reminder", 1, 3)]
    histories = [
        {"ticket_id": number, "history": entries[::order]}
        for number, entries in ((1, LONG), (2, merged), (3, waits))
    ]
    tickets = read(listed, json_file(histories[::order], "history.json"))
    assert tickets.tool == "zammad"
    assert stamps(tickets, "acknowledged") == {"84001": "03-02 08:05", "84003": "03-02 08:10"}
    assert stamps(tickets, "responded") == {"84001": "03-02 08:07"}
    assert stamps(tickets, "resolved") == {"84001": "03-03 09:30"}
    assert pauses(tickets) == [
        ("84001", "03-02 08:30", "03-02 09:15", "pending reminder"),
        ("84001", "03-02 09:40", "03-02 10:00", "pending close"),
        ("84003", "03-02 08:10", "", "pending reminder"),
    ]
    assert changes(tickets) == [("84001", "03-02 09:20", "3 high")]
    assert reopened(tickets) == [("84001", "03-03 09:00", "03-02 10:00")]
    assert words(tickets, "not_counted")["84002"] == "Duplicate"
    # All that the list does not tell the histories do.
    assert not said(tickets, "import-unknown")
    two = read(listed, json_file(histories[:2], "some.json"))
    assert "(1 ticket has no history)" in said(two, "import-unknown")[0]


def test_a_priority_by_its_name_and_by_its_id_is_asked_once(json_file: Writer) -> None:
    one = ticket(1, priority="3 high", state="open", group="Users")
    two = ticket(2, priority="3", state="open", group="Users")
    found = import_tickets(json_file([one, two]), "standard")
    [asked] = [one for one in found.questions if one.setting == "priority"]
    assert (asked.word, asked.rows) in {("3 high", 2), ("3", 2)}
    answered = found.answered({asked: "SEV-1"})
    assert list(answered.tickets.incidents["severity"]) == ["SEV-1", "SEV-1"]


def test_rows_of_a_history_and_ids_alone_say_the_same(json_file: Writer) -> None:
    rows = []
    for entry in LONG:
        kept = {name: value for name, value in entry.items() if not name.startswith("value")}
        named = {name: value for name, value in entry.items() if "priority" in entry.values()}
        rows.append({"o_id": 1, "attribute": None, "type": None} | kept | named)
    tickets = read(json_file([ticket(1, **CLOSED)]), json_file({"history": rows}, "history.json"))
    assert stamps(tickets, "acknowledged") == {"84001": "03-02 08:05"}
    assert [one[1:] for one in pauses(tickets)] == [
        ("03-02 08:30", "03-02 09:15", "pending reminder"),
        ("03-02 09:40", "03-02 10:00", "pending close"),
    ]
    assert changes(tickets) == [("84001", "03-02 09:20", "3 high")]


def test_the_first_close_is_not_the_end_of_a_ticket_that_was_closed_twice(
    json_file: Writer,
) -> None:
    once = ticket(2, state_id=4, close_at="2026-03-02T11:00:00.000Z")
    tickets = read(json_file([ticket(1, **CLOSED), once]))
    assert stamps(tickets, "resolved") == {"84001": "03-03 09:30", "84002": "03-02 11:00"}
    assert stamps(tickets, "responded") == {"84001": "03-02 08:07"}


def test_ids_are_read_as_a_new_zammad_has_them_and_that_is_said(json_file: Writer) -> None:
    path = json_file([ticket(number, state_id=number) for number in range(1, 8)])
    tickets = read(path)
    assert list(words(tickets, "state").values()) == [
        "open", "acknowledged", "waiting", "closed", "not counted", "not counted", "waiting",
    ]  # fmt: skip
    assert any("ids" in what for what in said(tickets, "import-state"))
    # A mapping may use the number or the name.
    for setting in ({"3": "acknowledged"}, {"Pending reminder": "acknowledged"}):
        mapped = read(path, state=setting)
        assert words(mapped, "state")["84003"] == "acknowledged"
        assert not said(mapped, "import-unused")


def test_names_are_taken_where_the_file_has_them(json_file: Writer) -> None:
    named = ticket(
        1, state="pending close", priority="3 high", group="Users", owner="-",
        organization="Acme",
    )  # fmt: skip
    tickets = read(json_file([named]))
    assert words(tickets, "state") == {"84001": "waiting"}
    assert words(tickets, "priority") == {"84001": "3 high"}
    assert words(tickets, "owner") == {"84001": ""}
    assert words(tickets, "customer") == {"84001": "Acme"}
    assert not any("ids" in what for what in said(tickets, "import-state"))


def test_a_history_names_tickets_by_id_even_where_another_has_that_number(
    json_file: Writer,
) -> None:
    one, other = ticket(1, number="7"), ticket(7, number="1")
    entries = [step("03-02T08:30", "state", "new", "open", 1, 2)]
    tickets = read(
        json_file([one, other]), json_file([{"ticket_id": 7, "history": entries}], "h.json")
    )
    assert stamps(tickets, "acknowledged") == {"1": "03-02 08:30"}


def test_a_history_alone_opens_tickets_when_they_were_created(json_file: Writer) -> None:
    tickets = read(json_file([{"ticket_id": 1, "history": LONG}]))
    assert stamps(tickets, "opened") == {"1": "03-02 08:00"}
    assert stamps(tickets, "acknowledged") == {"1": "03-02 08:05"}
    assert stamps(tickets, "resolved") == {"1": "03-03 09:30"}


def test_states_that_nobody_knows_and_tickets_that_are_not_there_are_said(
    json_file: Writer,
) -> None:
    odd = [step("03-02T08:30", "state", "new", "at the lab")]
    listed = json_file([ticket(1, state="at the lab", group="G"), ticket(2, created_at=None)])
    tickets = read(listed, json_file([{"ticket_id": 1, "history": odd},
                                      {"ticket_id": 55, "history": odd}], "h.json"))  # fmt: skip
    assert any("at the lab" in what for what in said(tickets, "import-state"))
    assert any("55" in what for what in said(tickets, "import-history"))
    assert counts(tickets) == {"read": 4, "incidents": 1, "entries": 1, "refused": 2}
