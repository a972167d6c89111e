"""Jira exports as CSV: columns in several languages, stamps in the user's zone."""

from __future__ import annotations

import pytest

from tests.exchange.tools.told import Writer, counts, pauses, read, said, stamps, words
from xlmatrix.exchange.tickets.dates import DateOrderError

HEADER = "Summary,Issue key,Status,Priority,Resolution,Reporter,Created,Updated,Resolved"
CATEGORY = f"{HEADER},Status Category,Status Category Changed"
RESPONSE = "Custom field ([CHART] Date of First Response)"


def test_stamps_are_in_the_zone_of_the_person_who_exported(csv_file: Writer) -> None:
    path = csv_file(
        HEADER,
        "Slow,OPS-1,Closed,High,Done,Ivo,02/Mar/26 9:05 AM,09/Mar/26 1:00 PM,02/Mar/26 12:30 PM",
    )
    tickets = read(path)
    assert tickets.tool == "jira"
    assert stamps(tickets, "opened") == {"OPS-1": "03-02 08:05"}
    assert stamps(tickets, "resolved") == {"OPS-1": "03-02 11:30"}
    assert stamps(read(path, zone="America/New_York"), "opened") == {"OPS-1": "03-02 14:05"}


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Zusammenfassung,Vorgangsschlüssel,Vorgangs-ID,Vorgangstyp,Status,Priorität,Lösung,"
            "Zugewiesene Person,Autor,Erstellt,Aktualisiert,Erledigt,Statuskategorie",
            "Langsam,OPS-1,7,Störung,Im Prüflauf,Hoch,Fertig,Ada,Ivo,"
            "02/Dez/26 9:05 AM,02/Dez./26 1:00 PM,02/dez/26 12:30 PM,Fertig",
        ),
        (
            "Resumen,Clave de incidencia,ID de la incidencia,Tipo de Incidencia,Estado,Prioridad,"
            "Resolución,Persona asignada,Informador,Creada,Actualizada,Resuelta,"
            "Categoría de estado",
            "Lento,OPS-1,7,Fallo,Desplegado,Alta,Listo,Ada,Ivo,"
            "02/dic/26 9:05 a. m.,02/dic/26 1:00 p. m.,02/dic/26 12:30 p. m.,Listo",
        ),
        (
            "Résumé,Clé de ticket,ID de ticket,Type de ticket,État,Priorité,Résolution,"
            "Personne assignée,Rapporteur,Créé,Mise à jour,Résolue,Catégorie d'état",
            "Lent,OPS-1,7,Panne,Livré,Haute,Terminé,Ada,Ivo,"
            "02/déc./26 9:05 AM,02/déc./26 1:00 PM,02/déc./26 12:30 PM,Terminé",
        ),
        (
            "Resumo,Chave da item,ID da item,Tipo de item,Status,Prioridade,Resolução,"
            "Responsável,Relator,Criado,Atualizado(a),Resolvido,Categoria do status",
            "Lento,OPS-1,7,Falha,Publicado,Alta,Concluído,Ada,Ivo,"
            "02/dez/26 9:05 AM,02/dez/26 1:00 PM,02/dez/26 12:30 PM,Itens concluídos",
        ),
    ],
    ids=["German", "Spanish", "French", "Portuguese"],
)
def test_headers_and_months_are_read_in_the_language_of_the_file(
    csv_file: Writer, header: str, row: str
) -> None:
    tickets = read(csv_file(header, row))
    assert stamps(tickets, "opened") == {"OPS-1": "12-02 08:05"}
    assert stamps(tickets, "resolved") == {"OPS-1": "12-02 11:30"}
    assert words(tickets, "state") == {"OPS-1": "resolved"}
    assert words(tickets, "owner") == {"OPS-1": "Ada"}
    assert words(tickets, "external_id") == {"OPS-1": "7"}


def test_the_column_of_the_first_response_is_in_utc(csv_file: Writer) -> None:
    path = csv_file(
        f"{HEADER},{RESPONSE},Custom field (Time to first response)",
        "Slow,OPS-1,Open,High,,Ivo,02/Mar/26 9:05 AM,,,2026-03-02 08:20:58.679,3:45",
    )
    # Also where somebody names the zone of the other stamps.
    for tickets in (read(path), read(path, zone="America/New_York")):
        assert stamps(tickets, "responded") == {"OPS-1": "03-02 08:20"}
        assert any(
            "First Response" in what and "UTC" in what for what in said(tickets, "import-zone")
        )


def test_what_is_left_of_a_service_level_is_no_stamp(csv_file: Writer) -> None:
    header = f"{HEADER},Custom field (Time to first response),Custom field (Time to resolution)"
    tickets = read(csv_file(header, "Slow,OPS-1,Open,High,,Ivo,02/Mar/26 9:05 AM,,,2:18,-1:05"))
    assert stamps(tickets, "responded") == {}
    assert stamps(tickets, "resolved") == {}


def test_the_first_comment_of_somebody_else_stands_in_for_the_first_response(
    csv_file: Writer,
) -> None:
    tickets = read(
        csv_file(
            f"{HEADER},Comment,Comment,Comment,{RESPONSE}",
            "A,OPS-1,Open,High,,Ivo,02/Mar/26 9:05 AM,,,02/Mar/26 9:10 AM;Ivo;Any news?,"
            "02/Mar/26 9:40 AM;acc:1;On it; we look,02/Mar/26 9:30 AM;acc:2;Seen,",
            "B,OPS-2,Open,High,,Ivo,02/Mar/26 9:05 AM,,,02/Mar/26 9:10 AM;acc:1;On it,,,"
            "2026-03-02 08:08:00.0",
            "C,OPS-3,Open,High,,Ivo,02/Mar/26 9:05 AM,,,,,,",
        )
    )
    assert stamps(tickets, "responded") == {"OPS-1": "03-02 08:30", "OPS-2": "03-02 08:08"}
    assert any("first comment" in what for what in said(tickets, "import-approximate"))


def test_done_without_a_resolution_date_ended_when_its_category_changed(csv_file: Writer) -> None:
    tickets = read(
        csv_file(
            CATEGORY,
            "A,OPS-1,Shipped,High,,Ivo,02/Mar/26 9:00 AM,09/Mar/26 9:00 AM,,Done,03/Mar/26 9:00 AM",
            "B,OPS-2,In Progress,High,,Ivo,02/Mar/26 9:00 AM,09/Mar/26 9:00 AM,,In Progress,"
            "03/Mar/26 9:00 AM",
        )
    )
    assert stamps(tickets, "resolved") == {"OPS-1": "03-03 08:00"}
    assert any("Status Category Changed" in what for what in said(tickets, "import-closed"))


def test_an_export_without_resolved_is_read(csv_file: Writer) -> None:
    header = "Issue key,Summary,Status,Created,Updated"
    tickets = read(
        csv_file(
            header,
            "OPS-1,A,Done,02/Mar/26 9:00 AM,03/Mar/26 9:00 AM",
            "OPS-2,B,Open,02/Mar/26 9:00 AM,03/Mar/26 9:00 AM",
        )
    )
    assert stamps(tickets, "resolved") == {"OPS-1": "03-03 08:00"}
    assert any("last update" in what for what in said(tickets, "import-closed"))


def test_the_category_of_a_state_says_whether_the_work_is_over(csv_file: Writer) -> None:
    row = "{0},{0},{1},High,,Ivo,02/Mar/26 9:00 AM,09/Mar/26 9:00 AM,,{2},03/Mar/26 9:00 AM"
    states = [
        ("A", "Live", "Done"),
        ("B", "Fixed", "In Progress"),
        ("C", "Vendor desk", "In Progress"),
        ("D", "Inbox", "To Do"),
        ("E", "Pending", "In Progress"),
    ]
    tickets = read(csv_file(CATEGORY, *(row.format(*state) for state in states)))
    assert words(tickets, "state") == {
        "A": "resolved",
        "B": "acknowledged",
        "C": "acknowledged",
        "D": "open",
        "E": "waiting",
    }


def test_a_state_that_nobody_knows_is_said_and_not_guessed(csv_file: Writer) -> None:
    row = "A,OPS-1,Moonshot,High,,Ivo,02/Mar/26 9:00 AM,,"
    assert any("Moonshot" in what for what in said(read(csv_file(HEADER, row)), "import-state"))
    mapped = read(csv_file(HEADER, row), state={"Moonshot": "waiting"})
    assert words(mapped, "state") == {"OPS-1": "waiting"}


@pytest.mark.parametrize(
    ("state", "resolution", "why"),
    [
        ("Canceled", "Not an incident", "Cancelled"),
        ("Canceled", "Duplicate", "Duplicate"),
        ("Closed", "Won't Do", "Rejected"),
        ("Done", "Cannot Reproduce", "Rejected"),
        ("Erledigt", "Duplikat", "Duplicate"),
        ("Resuelta", "No se hará", "Rejected"),
        ("Done", "Done", ""),
        ("In Progress", "", ""),
    ],
)
def test_resolutions_and_states_say_what_counts(
    csv_file: Writer, state: str, resolution: str, why: str
) -> None:
    row = f"A,OPS-1,{state},High,{resolution},Ivo,02/Mar/26 9:00 AM,,03/Mar/26 9:00 AM"
    assert words(read(csv_file(HEADER, row)), "not_counted") == {"OPS-1": why}


def test_a_file_that_a_spreadsheet_or_pandas_saved_again_is_read(csv_file: Writer) -> None:
    path = csv_file(
        ",Summary,Issue key,Status,Created,Resolved",
        "0,A,OPS-1,Done,10/12/2022 13:52,10/13/2022 09:00",
        "1,B,OPS-2,Open,10/12/2022 14:00,",
    )
    assert stamps(read(path), "opened") == {"OPS-1": "10-12 11:52", "OPS-2": "10-12 12:00"}
    with pytest.raises(DateOrderError):
        read(csv_file(",Issue key,Created", "0,OPS-1,10/12/2022 13:52"))


def test_columns_that_stand_several_times_are_no_fault(csv_file: Writer) -> None:
    organisations = "Custom field (Organizations),Custom field (Organizations)"
    tickets = read(
        csv_file(
            f"{HEADER},Labels,Labels,{organisations},Comment,Comment",
            "A,OPS-1,Open,High,,Ivo,02/Mar/26 9:00 AM,,,x,y,Acme,Borealis,,",
        )
    )
    assert words(tickets, "customer") == {"OPS-1": "Acme"}


def test_the_smallest_export_is_one(csv_file: Writer) -> None:
    tickets = read(csv_file("Issue key,Created", "OPS-1,02/Mar/26 9:00 AM", ",", "OPS-2,"))
    assert tickets.tool == "jira"
    assert counts(tickets) == {"read": 3, "incidents": 1, "refused": 1, "blank": 1}


def test_a_waiting_ticket_waits_since_its_last_update(csv_file: Writer) -> None:
    tickets = read(
        csv_file(HEADER, "A,OPS-1,Pending,High,,Ivo,02/Mar/26 9:00 AM,02/Mar/26 11:00 AM,")
    )
    assert pauses(tickets) == [("OPS-1", "03-02 10:00", "", "Pending")]
    assert said(tickets, "import-waiting")


def test_own_exports_with_the_names_of_the_api_are_read(csv_file: Writer) -> None:
    flat = csv_file(
        "key,summary,status,priority,created,resolutiondate",
        "OPS-1,A,Done,High,2026-03-02T09:00:00.000+0300,2026-03-02T12:00:00.000+0300",
    )
    dotted = csv_file(
        "key,fields.summary,fields.status.name,fields.created,fields.resolutiondate",
        "OPS-1,A,Done,2026-03-02T09:00:00.000+0300,2026-03-02T12:00:00.000+0300",
        name="dotted.csv",
    )
    for path in (flat, dotted):
        tickets = read(path)
        assert tickets.tool == "jira"
        assert stamps(tickets, "opened") == {"OPS-1": "03-02 06:00"}
        assert stamps(tickets, "resolved") == {"OPS-1": "03-02 09:00"}
