"""GLPI: tickets, lists with localised headers, logs."""

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
from xlmatrix.exchange.tools.glpi import TICKETS


def ticket(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Ticket {number}",
        "date": "2026-03-02 09:00:00",
        "date_mod": "2026-03-02 13:00:00",
        "status": 2,
        "priority": 3,
        "itilcategories_id": 4,
        "takeintoaccount_delay_stat": 0,
        "begin_waiting_date": None,
        "waiting_duration": 0,
        "solvedate": None,
        "closedate": None,
        "is_deleted": 0,
    } | more


def log(number: int, at: str, before: Any, after: Any, option: int = 12) -> dict[str, Any]:
    return {
        "id": 1,
        "itemtype": "Ticket",
        "items_id": number,
        "id_search_option": option,
        "old_value": str(before),
        "new_value": str(after),
        "date_mod": f"2026-{at}:00",
    }


def test_stamps_are_in_the_zone_of_the_server(json_file: Writer) -> None:
    path = json_file(
        [
            ticket(1, status=6, solvedate="2026-03-02 11:00:00", closedate="2026-03-09 11:00:00",
                   takeintoaccount_delay_stat=300, waiting_duration=1800),
            ticket(2, status=4, begin_waiting_date="2026-03-02 10:00:00"),
            ticket(3, is_deleted=1),
        ]
    )  # fmt: skip
    tickets = read(path)
    assert tickets.tool == "glpi"
    assert stamps(tickets, "opened") == {"1": "03-02 08:00", "2": "03-02 08:00"}
    # Zero seconds until somebody took it means that nobody did.
    assert stamps(tickets, "acknowledged") == {"1": "03-02 08:05"}
    assert stamps(tickets, "resolved") == {"1": "03-02 10:00"}
    assert tickets.incidents["paused_s"].tolist()[0] == 1800
    assert pauses(tickets) == [("2", "03-02 09:00", "", "pending")]
    assert counts(tickets) == {"read": 3, "incidents": 2, "refused": 1}
    assert any("deleted" in what for what in said(tickets, "import-aside"))
    assert any("Europe/Berlin" in what for what in said(tickets, "import-zone"))
    assert stamps(read(path, zone="UTC"), "opened")["1"] == "03-02 09:00"


def test_each_status_and_each_priority_has_its_meaning(json_file: Writer) -> None:
    states = {1: "open", 2: "acknowledged", 3: "acknowledged", 4: "waiting", 5: "resolved",
              6: "closed", 10: "open"}  # fmt: skip
    path = json_file([ticket(number, status=number) for number in states])
    found = words(read(path), "state")
    assert found == {str(number): state for number, state in states.items()}
    assert words(read(path, state={"Approval": "waiting"}), "state")["10"] == "waiting"
    assert [TICKETS.severities[str(number)] for number in range(1, 7)] == [5, 4, 3, 2, 1, 1]


def test_logs_tell_the_story(json_file: Writer) -> None:
    logs = [
        log(1, "03-02 09:10", 1, 2),
        log(1, "03-02 09:20", 3, 5, option=3),
        log(1, "03-02 09:30", 2, 4),
        log(1, "03-02 10:00", 4, 3),
        log(1, "03-02 10:10", "", "x", option=21),
        log(1, "03-02 11:00", 3, 5),
        log(1, "03-03 09:00", 5, 2),
        log(1, "03-03 10:00", 2, 5),
        log(1, "03-10 10:00", 5, 6),
        log(2, "03-02 09:30", 1, 5) | {"itemtype": "Problem"},
    ]
    listed = json_file(
        [ticket(1, status=6, priority=5, solvedate="2026-03-03 10:00:00"), ticket(2, status=1)]
    )
    for number, entries in enumerate((logs, logs[::-1])):
        tickets = read(listed, json_file(entries, f"logs{number}.json"))
        assert stamps(tickets, "acknowledged") == {"1": "03-02 08:10"}
        assert stamps(tickets, "resolved") == {"1": "03-03 09:00"}
        assert pauses(tickets) == [("1", "03-02 08:30", "03-02 09:00", "pending")]
        assert changes(tickets) == [("1", "03-02 08:20", "5")]
        assert reopened(tickets) == [("1", "03-03 08:00", "03-02 10:00")]


def test_what_was_taken_before_it_was_solved_ends_in_the_second_of_two_equal_hours(
    json_file: Writer,
) -> None:
    hour = {"date": "2026-10-25 02:30:00", "status": 5, "solvedate": "2026-10-25 02:30:00"}
    tickets = read(
        json_file([ticket(1, takeintoaccount_delay_stat=900, **hour), ticket(2, **hour)])
    )
    # Of the second nobody knows: the earlier of the two is taken, and said.
    assert stamps(tickets, "resolved") == {"1": "10-25 01:30", "2": "10-25 00:30"}
    assert len(said(tickets, "import-clock-change")) == 4


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_logs_tells_the_second_hour_from_the_first(
    json_file: Writer, order: int
) -> None:
    # The clock went from 03:00 back to 02:00: 02:45 came before 02:30.
    logs = [log(1, "10-25 02:45", 1, 2), log(1, "10-25 02:30", 2, 5)]
    listed = json_file([ticket(1, date="2026-10-25 02:20:00", status=5,
                               solvedate="2026-10-25 02:30:00")])  # fmt: skip
    tickets = read(listed, json_file(logs[::order], "logs.json"))
    assert stamps(tickets, "acknowledged") == {"1": "10-25 00:45"}
    assert stamps(tickets, "resolved") == {"1": "10-25 01:30"}
    assert not reopened(tickets)
    assert said(tickets, "import-clock-change")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "ID;Title;Status;Opening date;Priority;Solution date;Assigned to - Technician",
            "1\u00a0204;Slow;Processing (assigned);2026-03-02 09:00;Very high;;Ada",
        ),
        (
            "ID;Titre;Statut;Date d'ouverture;Priorité;Date de résolution;Attribué à - Technicien",
            "1\u202f204;Lent;En cours (Attribué);2026-03-02 09:00;Très haute;;Ada",
        ),
        (
            "ID;Titel;Status;Eröffnungsdatum;Priorität;Lösungsdatum;Zugewiesen an - Techniker",
            "1204;Langsam;In Bearbeitung (zugewiesen);2026-03-02 09:00;Sehr hoch;;Ada",
        ),
        (
            "ID;Título;Estado;Fecha de apertura;Prioridad;Fecha de solución;Asignado a - Técnico",
            "1204;Lento;En curso (asignada);2026-03-02 09:00;Muy alta;;Ada",
        ),
    ],
    ids=["English", "French", "German", "Spanish"],
)
def test_lists_have_the_headers_of_a_language(csv_file: Writer, header: str, row: str) -> None:
    tickets = read(csv_file(header, row))
    assert tickets.tool == "glpi"
    assert stamps(tickets, "opened") == {"1204": "03-02 08:00"}
    assert words(tickets, "state") == {"1204": "acknowledged"}
    assert words(tickets, "owner") == {"1204": "Ada"}
    assert tickets.meanings.rank(words(tickets, "priority")["1204"]) == 1


def test_a_search_names_its_fields_by_numbers(json_file: Writer) -> None:
    row = {"1": "Slow", "2": 12, "12": 5, "15": "2026-03-02 09:00:00",
           "17": "2026-03-02 10:00:00", "3": 4}  # fmt: skip
    tickets = read(json_file({"totalcount": 3, "count": 1, "data": [row]}))
    assert tickets.tool == "glpi"
    assert stamps(tickets, "resolved") == {"12": "03-02 09:00"}
    assert said(tickets, "import-pages")
