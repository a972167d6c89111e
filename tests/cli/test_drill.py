"""``xlmatrix drill``: plan, card, calendar file, verdicts, simulation, and a played drill."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from typer.testing import CliRunner

from tests.regen.small import few_sheets
from xlmatrix import api
from xlmatrix.cli import app
from xlmatrix.resources import template_text

Run = Callable[..., Any]

KEYS = "a 4\nd 6\nl 7\nc 25\nr 200\nx 50\nq 200\n"
ANSWERS = "SEV-1\n10\n9\nyes\n4\nyes\nyes\n"


def played(*args: str | Path, keys: str) -> Any:
    given = ["drill", "run", *(str(arg) for arg in args), "--speed", "60000"]
    return CliRunner().invoke(app, given, input=keys, env={"COLUMNS": "200"})


def test_the_plan_lists_twelve_drills_and_names_no_gap(run: Run) -> None:
    said = run("drill", "plan", "enterprise")
    assert said.exit_code == 0
    assert "Cache across tenants" in said.stdout
    assert "No gaps: 12 classes" in said.stdout
    plan = json.loads(run("drill", "plan", "enterprise", "--json").stdout)
    assert len(plan["drills"]) == 12
    assert plan["gaps"] == []
    assert all(plan["classes"].values())


def test_a_gap_is_printed(run: Run, tmp_path: Path) -> None:
    text = template_text("standard").replace(
        "    primary: Lena Fischer\n    backup: Bruno Keller\n", "    primary: Lena Fischer\n"
    )
    (tmp_path / "matrix.yaml").write_text(text, encoding="utf-8")
    assert "gap: FinOps lead has no backup" in run("drill", "plan", "matrix.yaml").stdout


def test_the_players_card_gives_nothing_away(run: Run) -> None:
    full = run("drill", "card", "2", "standard").stdout
    players = run("drill", "card", "2", "standard", "--players").stdout
    assert "A screenshot of it arrives" in full
    for secret in ("Personal data", "PRV-01", "screenshot", "Inject"):
        assert secret in full
        assert secret not in players
    assert "| Role | As | Person |" in players


def test_a_drill_that_does_not_exist_is_a_planned_error(run: Run) -> None:
    said = run("drill", "card", "13", "standard")
    assert said.exit_code == 2
    assert "Choose one from 1 to 12" in said.stderr


def test_a_spec_without_drills_is_a_planned_error(run: Run) -> None:
    said = run("drill", "plan", "basic")
    assert said.exit_code == 2
    assert "has no drills" in said.stderr


def test_the_calendar_file_holds_every_drill_in_the_zone_and_no_scenario(
    run: Run, tmp_path: Path
) -> None:
    assert run("drill", "ics", "standard", "-o", "drills.ics").exit_code == 0
    raw = (tmp_path / "drills.ics").read_bytes()
    events = Calendar.from_ical(raw).walk("VEVENT")
    assert len(events) == 12
    first = events[0]
    berlin = ZoneInfo("Europe/Berlin")
    assert first.decoded("dtstart") == datetime(2026, 12, 8, 10, 0, tzinfo=berlin)
    assert b"outage" not in raw.lower()
    assert b"\r\nATTENDEE" in raw
    assert len({str(event["uid"]) for event in events}) == 12


@pytest.mark.slow
def test_a_played_drill_stands_in_the_workbook_and_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_sheets(monkeypatch)
    book = tmp_path / "matrix.xlsx"
    api.build(api.template("standard"), as_of="2026-11-16 10:30", output=book)
    said = played("1", book, keys=KEYS + ANSWERS)
    assert said.exit_code == 0, said.output
    assert "T+0 min  Server errors reach 60 %" in said.stdout
    assert said.stdout.splitlines()[-1] == "pass"
    now = api.drills(book)
    (verdict,) = api.drill_verdicts(now)
    assert (verdict.record, verdict.drill, verdict.result) == ("Drill 1", 1, "pass")
    assert dict(verdict.minutes) == {"TTA": 4, "TTE": 7, "TTFC": 25, "TTD": 200, "TTC": 50}
    paper = CliRunner().invoke(app, ["drill", "report", "1", str(book), "-o", "-"])
    assert "| Result | pass |" in paper.stdout
    assert "| T+50 min | ▸ Contained |  |  |" in paper.stdout
    for words, mend in (
        (["2", str(book)], "play it with drill run"),
        (["1", str(book), "--held", "Repeat 3"], "Choose from: Drill 1"),
        (["1", str(book), "-o", str(tmp_path / "aar.odt")], "End the name in .html, .pdf, .docx"),
    ):
        wrong = CliRunner().invoke(app, ["drill", "report", *words], env={"COLUMNS": "200"})
        assert wrong.exit_code == 2
        assert mend in wrong.stderr
    # Played again, it goes into a row for repetitions; another drill has a row of its own.
    assert (api.free_record(now, 1), api.free_record(now, 2)) == ("Repeat 1", "Drill 2")
    # The file that was replaced stays beside it.
    assert list(tmp_path.glob("matrix.backup-*.xlsx"))


def test_a_drill_without_a_workbook_is_recorded_as_json(tmp_path: Path) -> None:
    said = played("2", "standard", "--record", tmp_path / "drill.json", keys=KEYS + ANSWERS)
    assert said.exit_code == 0, said.output
    told = json.loads((tmp_path / "drill.json").read_text(encoding="utf-8"))
    assert told["record"] == "Drill 2"
    assert told["values"]["Severity called"] == "SEV-1"


def test_an_agent_drill_asks_when_the_agent_stopped(tmp_path: Path) -> None:
    # Drill 6 of the standard matrix is the one in which an agent deletes records.
    answers = "SEV-1\n10\n9\nyes\n3\n4.5\nyes\nyes\n"
    said = played("6", "standard", "--record", tmp_path / "drill.json", keys=KEYS + answers)
    assert said.exit_code == 0, said.output
    told = json.loads((tmp_path / "drill.json").read_text(encoding="utf-8"))["values"]
    assert told["Kill switch found (min)"] == 3
    assert told["Agent stopped (min)"] == 4.5
    assert told["One timeline"] == "yes"
    assert "Minutes until the agent was stopped (after T0)" in said.output


def test_a_drill_with_nowhere_to_write_is_refused_before_it_is_played() -> None:
    said = played("1", "standard", keys="")
    assert said.exit_code == 2
    assert "--record" in said.stderr


def test_the_simulation_names_the_weakest_level(run: Run) -> None:
    said = run("drill", "simulate", "standard")
    assert said.exit_code == 0
    assert "SEV-1: level" in said.stdout
    told = json.loads(run("drill", "simulate", "standard", "--json").stdout)
    missed = {(row["severity"], row["target"]): row["missed"][0] for row in told["targets"]}
    assert 0 < missed["SEV-1", "acknowledge"] < 1
    assert [row["measured"] for row in told["targets"]] == [False] * len(missed)
    assert "SEV-1 contain" in told["left_out"]
    under = json.loads(run("drill", "simulate", "standard", "--cause", "night", "--json").stdout)[
        "targets"
    ][0]
    assert under["missed"][0] > missed["SEV-1", "acknowledge"]
    wrong = run("drill", "simulate", "standard", "--cause", "rain")
    assert wrong.exit_code == 2
    assert "There are: night, chat-down" in str(wrong.stderr)


@pytest.mark.parametrize("command", ["plan", "card", "ics", "score", "report", "simulate", "run"])
def test_every_command_of_drill_has_help_with_an_example(run: Run, command: str) -> None:
    said = run("drill", command, "--help")
    assert said.exit_code == 0
    assert f"xlmatrix drill {command}" in said.stdout
