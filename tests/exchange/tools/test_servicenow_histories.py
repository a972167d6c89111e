"""ServiceNow: what its audits, metrics and SLAs say of incidents, against what a person reads."""

from __future__ import annotations

from typing import Any

import pytest

from tests.exchange.tools.told import Writer, changes, pauses, read, reopened, said, stamps, words

LIST = (
    "number,sys_id,opened_at,priority,state,hold_reason,sys_updated_on,resolved_at,closed_at,"
    "close_code"
)
ROWS = (
    "INC1,aa1,2026-05-04 08:00:00,2 - High,Closed,,2026-05-11 12:00:00,2026-05-05 10:00:00,"
    "2026-05-12 10:00:00,Solved",
    "INC2,aa2,2026-05-04 09:00:00,3 - Moderate,On Hold,Awaiting Vendor,2026-05-04 10:00:00,,,",
    "INC3,aa3,2026-05-04 09:30:00,1 - Critical,Canceled,,2026-05-04 10:30:00,,"
    "2026-05-04 10:30:00,Duplicate",
)
AUDIT = "sys_created_on,tablename,documentkey,fieldname,oldvalue,newvalue"
# Of INC1: taken 08:10, raised 08:20, waits for the caller 08:30 to 09:30 and for the vendor 10:00
# to 11:00, resolved 12:00, reopened the next day 09:00, resolved 10:00. Of INC2: taken 09:15,
# waits since 10:00. Of INC3: cancelled 10:30.
STEPS = (
    ("04 08:00", "aa1", "priority", "", "4"),
    ("04 08:00", "aa1", "state", "", "1"),
    ("04 08:10", "aa1", "state", "1", "2"),
    ("04 08:20", "aa1", "priority", "4", "2"),
    ("04 08:30", "aa1", "hold_reason", "", "1"),
    ("04 08:30", "aa1", "state", "2", "3"),
    ("04 09:30", "aa1", "state", "3", "2"),
    ("04 09:30", "aa1", "hold_reason", "1", ""),
    ("04 10:00", "aa1", "state", "2", "3"),
    ("04 10:00", "aa1", "hold_reason", "", "4"),
    ("04 11:00", "aa1", "state", "3", "2"),
    ("04 11:30", "aa1", "assigned_to", "x", "y"),
    ("04 12:00", "aa1", "state", "2", "6"),
    ("05 09:00", "aa1", "state", "6", "2"),
    ("05 10:00", "aa1", "state", "2", "6"),
    ("12 10:00", "aa1", "state", "6", "7"),
    ("04 09:00", "aa2", "state", "", "1"),
    ("04 09:15", "aa2", "state", "1", "2"),
    ("04 10:00", "aa2", "hold_reason", "", "4"),
    ("04 10:00", "aa2", "state", "2", "3"),
    ("04 09:30", "aa3", "state", "", "1"),
    ("04 10:30", "aa3", "state", "1", "8"),
    ("04 10:30", "zz9", "state", "1", "8"),
)


def audit_rows(order: int) -> list[str]:
    return [
        f"2026-05-{at}:00,incident,{of},{name},{before},{after}"
        for at, of, name, before, after in STEPS[::order]
    ]


@pytest.mark.parametrize("order", [1, -1], ids=["oldest first", "newest first"])
def test_the_audit_tells_everything_but_the_first_response(csv_file: Writer, order: int) -> None:
    history = csv_file(AUDIT, *audit_rows(order), name="audit.csv")
    tickets = read(csv_file(LIST, *ROWS), history)
    assert stamps(tickets, "acknowledged") == {"INC1": "05-04 08:10", "INC2": "05-04 09:15"}
    assert stamps(tickets, "responded") == {}
    assert stamps(tickets, "resolved") == {"INC1": "05-05 10:00"}
    assert pauses(tickets) == [
        ("INC1", "05-04 08:30", "05-04 09:30", "Awaiting Caller"),
        ("INC1", "05-04 10:00", "05-04 11:00", "Awaiting Vendor"),
        ("INC2", "05-04 10:00", "", "Awaiting Vendor"),
    ]
    assert changes(tickets) == [("INC1", "05-04 08:20", "2")]
    assert reopened(tickets) == [("INC1", "05-05 09:00", "05-04 12:00")]
    assert words(tickets, "not_counted") == {"INC1": "", "INC2": "", "INC3": "Duplicate"}
    assert any("zz9" in what for what in said(tickets, "import-history"))


METRIC = "definition,id,field,value,start,end,duration,calculation_complete"
SPANS = (
    ("New", "04 08:00", "04 08:10"),
    ("In Progress", "04 08:10", "04 08:30"),
    ("On Hold", "04 08:30", "04 09:30"),
    ("In Progress", "04 09:30", "04 12:00"),
    ("Resolved", "04 12:00", "05 09:00"),
    ("In Progress", "05 09:00", "05 10:00"),
    ("Resolved", "05 10:00", "12 10:00"),
    ("Closed", "12 10:00", ""),
)


@pytest.mark.parametrize("order", [1, -1])
def test_the_metrics_tell_states_and_no_severities(csv_file: Writer, order: int) -> None:
    rows = [
        f"Incident State Duration,INC1,incident_state,{state},2026-05-{start}:00,"
        f"{f'2026-05-{end}:00' if end else ''},,true"
        for state, start, end in SPANS
    ]
    other = "Assigned to Duration,INC1,assigned_to,Ada,2026-05-04 08:02:00,,,false"
    history = csv_file(METRIC, *rows[::order], other, name="metric.csv")
    tickets = read(csv_file(LIST, *ROWS), history)
    assert stamps(tickets, "acknowledged") == {"INC1": "05-04 08:10"}
    assert pauses(tickets)[0] == ("INC1", "05-04 08:30", "05-04 09:30", "On Hold")
    assert reopened(tickets) == [("INC1", "05-05 09:00", "05-04 12:00")]
    assert changes(tickets) == []


def test_slas_tell_only_the_sum_of_pauses_and_the_one_that_lasts(csv_file: Writer) -> None:
    slas = csv_file(
        "task,sla,stage,has_breached,start_time,end_time,pause_duration,pause_time",
        "INC1,P2 response,Completed,false,2026-05-04 08:00:00,2026-05-04 08:10:00,0,",
        "INC1,P2 resolve,Completed,false,2026-05-04 08:00:00,2026-05-05 10:00:00,7200,",
        # Another priority cancels an SLA: the incident goes on.
        "INC1,P4 resolve,Cancelled,false,2026-05-04 08:00:00,2026-05-04 08:20:00,0,",
        "INC2,P3 resolve,Paused,false,2026-05-04 09:00:00,,600,2026-05-04 10:00:00",
        name="sla.csv",
    )
    tickets = read(csv_file(LIST, *ROWS), slas)
    assert tickets.incidents["paused_s"].tolist()[:2] == [7_200, 600]
    assert pauses(tickets) == [("INC2", "05-04 10:00", "", "Awaiting Vendor")]
    assert stamps(tickets, "acknowledged") == {}
    assert words(tickets, "not_counted")["INC1"] == ""


def record(**more: Any) -> dict[str, Any]:
    return {
        "number": "INC1",
        "opened_at": "2026-05-04 08:00:00",
        "priority": "1",
        "state": "3",
        "hold_reason": "4",
        "sys_updated_on": "2026-05-04 10:00:00",
        "assigned_to": {"link": "https://x.example/u", "value": "c" * 32},
        **more,
    }


def test_codes_are_words_in_pauses_and_an_id_is_no_name(json_file: Writer) -> None:
    tickets = read(json_file({"result": [record(), record(number="INC2", hold_reason="")]}))
    why = [("INC1", "Awaiting Vendor"), ("INC2", "on hold")]
    assert [(id_, reason) for id_, _, _, reason in pauses(tickets)] == why
    assert words(tickets, "owner") == {"INC1": "", "INC2": ""}


def both(shown: str, value: str) -> dict[str, str]:
    return {"display_value": shown, "value": value}


def test_of_both_values_the_stored_stamp_and_the_shown_word_are_taken(json_file: Writer) -> None:
    one = {
        "number": both("INC1", "INC1"),
        "opened_at": both("04.05.2026 10:00:00", "2026-05-04 08:00:00"),
        "resolved_at": both("04.05.2026 14:00:00", "2026-05-04 12:00:00"),
        "priority": both("1 - Critical", "1"),
        "state": both("Resolved", "6"),
        "assigned_to": {**both("Ada Lind", "c" * 32), "link": "https://x.example/u"},
    }
    tickets = read(json_file({"result": [one]}))
    assert stamps(tickets, "opened") == {"INC1": "05-04 08:00"}
    assert stamps(tickets, "resolved") == {"INC1": "05-04 12:00"}
    assert words(tickets, "priority") == {"INC1": "1 - Critical"}
    assert words(tickets, "state") == {"INC1": "resolved"}
    assert words(tickets, "owner") == {"INC1": "Ada Lind"}


def test_where_only_shown_values_are_exported_stamps_are_the_users(json_file: Writer) -> None:
    one = record(state="On Hold", hold_reason="Awaiting Vendor", priority="1 - Critical")
    tickets = read(json_file({"result": [one]}))
    assert stamps(tickets, "opened") == {"INC1": "05-04 06:00"}
    assert any("Europe/Berlin" in what for what in said(tickets, "import-zone"))


def test_a_log_of_updates_of_the_older_model_pauses_too(csv_file: Writer) -> None:
    tickets = read(
        csv_file(
            "number,incident_state,sys_mod_count,sys_updated_at,opened_at",
            "INC1,New,0,29/2/2016 01:16,29/2/2016 01:16",
            "INC1,Active,1,29/2/2016 01:30,29/2/2016 01:16",
            "INC1,Awaiting User Info,2,29/2/2016 02:00,29/2/2016 01:16",
            "INC1,Active,3,29/2/2016 03:00,29/2/2016 01:16",
            "INC1,Resolved,4,29/2/2016 04:00,29/2/2016 01:16",
            "INC1,Closed,5,5/3/2016 04:00,29/2/2016 01:16",
        )
    )
    assert pauses(tickets) == [("INC1", "02-29 01:00", "02-29 02:00", "Awaiting User Info")]
    assert stamps(tickets, "acknowledged") == {"INC1": "02-29 00:30"}
    assert stamps(tickets, "resolved") == {"INC1": "02-29 03:00"}
