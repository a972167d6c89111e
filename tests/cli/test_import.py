"""``import``: what is shown, asked, kept and written; and that what was written comes in again."""

from __future__ import annotations

import csv
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.regen.packages import by_openpyxl
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange import read_incidents, read_side_log
from xlmatrix.exchange.written import LOG_COLUMNS
from xlmatrix.model import load_mappings
from xlmatrix.rules.logs.histories import joined_rows

Run = Callable[..., Any]

LIST = """\
number,opened_at,short_description,priority,state,category,assigned_to,sys_updated_on,resolved_at,\
closed_at,hold_reason,close_code
INC1,2026-10-25 00:30:00,=1+1,1 - Critical,Closed,Software,Ann,2026-10-26 09:00:00,\
2026-10-25 01:30:00,2026-10-26 09:00:00,,
INC2,2026-03-03 09:00:00,"Two
lines, 'quoted'",2 - High,On Hold,Gardening,Bob,2026-03-03 11:00:00,,,Awaiting Caller,
INC3,2026-03-04 09:00:00,A test,2 - High,Canceled,Software,,2026-03-04 10:00:00,,,,Duplicate
INC4,2026-03-05 09:00:00,Back again,Wobbly,Parked,,Ann,2026-03-09 09:00:00,2026-03-09 08:00:00,,,
"""
AUDIT = """\
sys_created_on,tablename,documentkey,documentkey.number,fieldname,oldvalue,newvalue,user
2026-03-05 09:05:00,incident,a4,INC4,state,1,2,Ann
2026-03-05 10:00:00,incident,a4,INC4,state,2,6,Ann
2026-03-06 10:00:00,incident,a4,INC4,state,6,2,Bob
2026-03-06 11:00:00,incident,a4,INC4,priority,3,1,Bob
2026-03-06 12:00:00,incident,a4,INC4,state,2,3,Bob
2026-03-06 13:00:00,incident,a4,INC4,state,3,2,Bob
2026-03-03 09:30:00,incident,a2,INC2,state,1,2,Bob
2026-03-03 11:00:00,incident,a2,INC2,state,2,3,Bob
"""
PLAIN = "id,opened,title,severity\nP-1,2026-03-02 09:30,Slow,{}\n"
TWO_WAYS = "id,opened\nP-1,03/02/2026 09:30\nP-2,04/02/2026 09:30\n"


@pytest.fixture
def export(tmp_path: Path) -> list[Path]:
    """A list of tickets and its audit history."""
    paths = [tmp_path / "incident.csv", tmp_path / "sys_audit.csv"]
    for path, text in zip(paths, (LIST, AUDIT), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def put(folder: Path, text: str, name: str = "plain.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def brought(run: Run, *args: str | Path) -> Any:
    return run("import", *args, "--template", "basic")


# -- shown


def test_without_an_output_it_shows_and_writes_nothing(
    run: Run, export: list[Path], tmp_path: Path
) -> None:
    done = brought(run, *export)
    assert done.exit_code == 0, done.output
    for said in (
        "incident.csv: a ServiceNow incident list, 4 rows",
        "sys_audit.csv: the audit history of ServiceNow, 8 rows",
        "opened_at",
        "2026-10-25 00:30:00",
        "\n4 rows (stamps in UTC)",
        "not counted: Duplicate",
        "To decide",
        "What is the state 'Parked'?",
    ):
        assert said in done.stdout
    assert "nobody knows what the state 'Parked' is" in done.stderr
    assert sorted(tmp_path.iterdir()) == sorted(export)


def test_json_is_whole_and_its_counts_add_up(run: Run, export: list[Path]) -> None:
    told = json.loads(brought(run, *export, "--json").stdout)
    for one in [*told["files"], told["rows"]]:
        parts = ("incidents", "superseded", "not_counted", "entries", "refused", "blank")
        assert one["read"] == sum(one[name] for name in parts)
    assert told["rows"]["read"] == 12
    assert told["states"]["not counted"] == 1
    opened = next(one for one in told["files"][0]["fields"] if one["field"] == "opened")
    assert opened == {"field": "opened", "called": "opened_at", "sample": "2026-10-25 00:30:00"}
    words = {one["word"]: one["how"] for one in told["words"]["state"]}
    assert words["Parked"] == "not known"
    asked = {(one["setting"], one["word"]): one["default"] for one in told["questions"]}
    assert asked["state", "Parked"] == "leave"
    assert asked["category", "Gardening"] == "REL-02"
    assert {"import-state", "import-counts"} <= {one["code"] for one in told["findings"]}
    assert told["written"] == []


# -- decided


def test_yes_takes_the_defaults_lists_each_and_keeps_them(
    run: Run, export: list[Path], tmp_path: Path
) -> None:
    done = brought(run, *export, "--yes", "-o", "incidents.csv")
    assert done.exit_code == 0, done.output
    assert "Taken by default" in done.stdout
    assert "map.yaml: the answers" in done.stdout
    own = load_mappings(tmp_path / "map.yaml", api.template("basic").spec)["servicenow"]
    assert own.category["Gardening"] == "REL-02"
    assert own.priority["1 - Critical"] == "SEV-1"
    again = brought(run, *export, "--mapping", "map.yaml", "-o", "again.csv")
    assert again.exit_code == 0, again.output
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "incidents.csv").read_bytes()


def test_without_a_terminal_what_is_to_decide_stops_it_and_names_the_two_ways(
    run: Run, export: list[Path], tmp_path: Path
) -> None:
    done = brought(run, *export, "-o", "incidents.csv")
    assert done.exit_code == 2
    assert "state 'Parked' (leave)" in done.stderr
    assert "--yes" in done.stderr
    assert "--mapping FILE" in done.stderr
    assert sorted(tmp_path.iterdir()) == sorted(export)


def test_day_or_month_first_has_no_default(run: Run, tmp_path: Path) -> None:
    put(tmp_path, TWO_WAYS)
    done = brought(run, "plain.csv", "--yes", "-o", "incidents.csv")
    assert done.exit_code == 2
    for said in ("03 February 2026 day-first", "02 March 2026 month-first",
                 "plain:\n  date_order: day-first"):  # fmt: skip
        assert said in done.stderr
    put(tmp_path, "plain: {date_order: month-first, zone: UTC}\n", "own.yaml")
    done = brought(run, "plain.csv", "--mapping", "own.yaml", "-o", "incidents.csv")
    assert done.exit_code == 0, done.output
    assert "2026-03-02T09:30:00Z" in (tmp_path / "incidents.csv").read_text(encoding="utf-8")


def test_a_zone_that_is_given_is_used_and_kept(run: Run, tmp_path: Path) -> None:
    put(tmp_path, PLAIN.format("SEV-1"))
    done = brought(run, "plain.csv", "--zone", "Asia/Tokyo", "-o", "incidents.csv", "--yes")
    assert done.exit_code == 0, done.output
    assert "2026-03-02T00:30:00Z" in (tmp_path / "incidents.csv").read_text(encoding="utf-8")
    assert "zone: Asia/Tokyo" in (tmp_path / "map.yaml").read_text(encoding="utf-8")


def at_terminal(folder: Path, keys: str, *args: str) -> tuple[int, str]:
    """Run the command at a terminal where somebody types; its exit code and all that was shown."""
    terminal, inner = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "xlmatrix", "import", *args, "--template", "basic"],
        cwd=folder, stdin=inner, stdout=inner, stderr=inner, close_fds=True,
    )  # fmt: skip
    os.close(inner)
    os.write(terminal, keys.encode())
    shown = b""
    while True:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    os.close(terminal)
    return process.wait(), shown.decode()


def test_at_a_terminal_it_asks_and_keeps_the_answers(tmp_path: Path) -> None:
    rows = TWO_WAYS.replace("opened\n", "opened,priority\n").replace("9:30\n", "9:30,Purple\n")
    put(tmp_path, rows)
    # The order of the dates: not an answer, then one. A zone that is none, one; a severity that is
    # none, one; and Enter for what is left.
    keys = "neither\nday-first\nMars/Base\nAsia/Tokyo\nworst\nsev-2\nall\n"
    code, shown = at_terminal(tmp_path, keys, "plain.csv", "-o", "incidents.csv")
    assert code == 0, shown
    assert "Please type one of: day-first, month-first" in shown
    assert "there is no time zone 'Mars/Base'" in shown
    own = load_mappings(tmp_path / "map.yaml")["plain"]
    assert (own.date_order, own.zone, own.priority) == (
        "day-first", "Asia/Tokyo", {"Purple": "SEV-2"},
    )  # fmt: skip
    text = (tmp_path / "incidents.csv").read_text(encoding="utf-8")
    assert "2026-02-03T00:30:00Z" in text
    assert "SEV-2,SEV-2" in text


# -- written


@pytest.mark.parametrize("name", ["incidents.csv", "incidents.parquet"])
def test_what_was_written_comes_in_again_and_means_the_same(
    run: Run, export: list[Path], tmp_path: Path, name: str
) -> None:
    done = brought(run, *export, "--yes", "-o", name)
    assert done.exit_code == 0, done.output
    spec = api.template("basic").spec
    first = read_incidents(export, spec, mapping=load_mappings(tmp_path / "map.yaml"))
    again = read_incidents(tmp_path / name, spec)
    assert again.log.texts == first.log.texts
    for header, column in first.log.stamps.items():
        assert list(again.log.stamps[header].astype(str)) == list(column.astype(str)), header
    # What waits has its pause in the log beside, and none of its own.
    assert not again.typed
    logs = {log: tmp_path / f"incidents-{log}.csv" for log in LOG_COLUMNS}
    typed = joined_rows(*(read_side_log(path, spec, log).cells for log, path in logs.items()))
    assert typed == joined_rows(first.typed)
    kept = ["source", "not_counted", "severity", "severity_at_opening", "class", "state_word"]
    for column_name in [*kept, "state", "not_recorded"]:
        told = again.tickets.incidents[column_name]
        assert list(told) == list(first.tickets.incidents[column_name]), column_name


def test_build_takes_a_list_with_its_history_and_a_mapping(
    run: Run, export: list[Path], tmp_path: Path
) -> None:
    put(tmp_path, "servicenow: {state: {Parked: waiting}}\n", "own.yaml")
    put(tmp_path, "jira: {zone: UTC}\n", "other.yaml")
    base = ("build", "--template", "basic", "-i", export[0], "-i", export[1], "--json")
    told = json.loads(run(*base, "--mapping", "own.yaml", "-o", "a.xlsx").stdout)
    assert told["rows"]["entries"] == 8
    assert not any("nobody knows" in one["what"] for one in told["findings"])
    told = json.loads(run(*base, "--mapping", "other.yaml", "-o", "b.xlsx").stdout)
    assert "other.yaml" in {
        one["where"] for one in told["findings"] if one["code"] == "import-unused"
    }


def test_no_cell_of_a_csv_is_a_formula(run: Run, export: list[Path], tmp_path: Path) -> None:
    assert brought(run, *export, "--yes", "-o", "incidents.csv").exit_code == 0
    with (tmp_path / "incidents.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["title"] == "'=1+1"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_a_workbook_has_a_sheet_a_log_and_no_formula(
    run: Run, export: list[Path], tmp_path: Path
) -> None:
    done = brought(run, *export, "--yes", "-o", "incidents.xlsx")
    assert done.exit_code == 0, done.output
    seen: dict[str, Any] = {}

    def look(book: Any) -> None:
        seen["sheets"] = book.sheetnames
        sheet = book["Incidents"]
        headers = [cell.value for cell in sheet[1]]
        title = sheet.cell(2, headers.index("title") + 1)
        opened = sheet.cell(2, headers.index("opened") + 1)
        seen["title"] = (title.value, title.data_type, title.quotePrefix)
        seen["opened"] = (str(opened.value), opened.number_format)

    by_openpyxl((tmp_path / "incidents.xlsx").read_bytes(), look)
    assert seen["sheets"] == ["Incidents", "Pauses", "Severity changes", "Reopened"]
    assert seen["title"] == ("=1+1", "s", True)
    assert seen["opened"] == ("2026-10-25 00:30:00", 'yyyy\\-mm\\-dd"T"hh:mm:ss"Z"')
    spec = api.template("basic").spec
    first = read_incidents(export, spec, mapping=load_mappings(tmp_path / "map.yaml"))
    again = read_incidents(tmp_path / "incidents.xlsx", spec)
    assert again.log.texts == first.log.texts


def test_files_that_exist_stay_unless_they_are_to_go(
    run: Run, export: list[Path], tmp_path: Path
) -> None:
    args: tuple[str | Path, ...] = (*export, "--yes", "-o", "incidents.csv")
    assert brought(run, *args).exit_code == 0
    assert brought(run, *args).exit_code == 2
    (tmp_path / "incidents.csv").unlink()
    done = brought(run, *args)
    assert done.exit_code == 2
    assert "--mapping map.yaml" in done.stderr
    put(tmp_path, "typed", "incidents.csv")
    (tmp_path / "incidents-pauses.csv").write_text("old", encoding="utf-8")
    assert brought(run, *args, "--overwrite").exit_code == 0
    assert (tmp_path / "incidents.backup-1.csv").read_text(encoding="utf-8") == "typed"
    assert (tmp_path / "incidents-pauses.backup-1.csv").read_text(encoding="utf-8") == "old"


def test_a_log_of_an_earlier_import_is_named(run: Run, export: list[Path], tmp_path: Path) -> None:
    put(tmp_path, "Incident,At,To\n", "incidents-changes.csv")
    done = brought(run, export[0], "--yes", "-o", "incidents.csv")
    assert "incidents-changes.csv is of an earlier import: remove it" in done.stdout


def test_parquet_without_pyarrow_is_a_planned_error(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ImportError("pyarrow")

    # What pandas does; a pyarrow that vanishes later on is another fault.
    monkeypatch.setattr("pandas.DataFrame.to_parquet", missing)
    put(tmp_path, PLAIN.format("SEV-1"))
    done = brought(run, "plain.csv", "--yes", "-o", "incidents.parquet")
    assert done.exit_code == 2, done.output
    assert "xlmatrix[parquet]" in done.stderr
    assert not (tmp_path / "map.yaml").exists()


def test_an_export_with_a_header_alone_is_shown_as_empty(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bare.csv").write_text("number,opened_at\n", encoding="utf-8")
    done = brought(run, "bare.csv", "--yes")
    assert done.exit_code == 0, done.output


# -- bad input

BAD_MAPPINGS = {
    "servicenow: {colour: red}": "own.yaml:1 servicenow.colour: the key 'colour' is not known",
    "servicenow:\n  zone: Mars/Base": "own.yaml:2 servicenow.zone: there is no time zone",
    "servicenow:\n  state: {Parked: asleep}": "own.yaml:2 servicenow.state.Parked: 'asleep'",
    "servicenow:\n  priority:\n    High: SEV-9": "own.yaml:3 servicenow.priority.High: there is no",
    "import:\n  Jira: {}": "own.yaml:2 import.Jira: 'Jira' is not one of",
    "- a": "own.yaml:1: this is not a mapping",
    "# nothing": "own.yaml: the mapping is empty",
    "a: [": "own.yaml:1",
}


@pytest.mark.parametrize("text", BAD_MAPPINGS)
def test_a_bad_mapping_is_named_with_its_line(
    run: Run, export: list[Path], tmp_path: Path, text: str
) -> None:
    put(tmp_path, text, "own.yaml")
    for args in (("import", export[0]), ("build", "-i", export[0])):
        done = run(*args, "--template", "basic", "--mapping", "own.yaml")
        assert done.exit_code == 2, done.output
        assert BAD_MAPPINGS[text] in done.stderr


def test_the_word_of_another_command_is_no_file(run: Run, tmp_path: Path) -> None:
    put(tmp_path, PLAIN.format("SEV-1"), "policy")
    done = run("import", "policy")
    assert done.exit_code == 2
    assert "./policy" in done.stderr
    assert run("import", "./policy").exit_code == 0


def test_bad_input_exits_2_and_writes_nothing(run: Run, export: list[Path], tmp_path: Path) -> None:
    put(tmp_path, PLAIN.format("SEV-1"))
    (tmp_path / "book.xlsx").write_bytes(api.build(api.template("basic")).data)
    (tmp_path / "locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    before = sorted(tmp_path.iterdir())
    wrong: tuple[tuple[str | Path, ...], ...] = (
        ("none.csv",),
        (export[0], "plain.csv"),
        ("book.xlsx",),
        ("locked.xlsx",),
        ("plain.csv", "--format", "pigeon"),
        ("plain.csv", "--zone", "Mars/Base"),
        ("plain.csv", "-o", "plain.csv"),
        ("plain.csv", "-o", "out.pdf"),
        ("plain.csv", "-o", "none/out.csv"),
        ("plain.csv", "-o", "out.csv", "--mapping", "none/map.yaml"),
        ("plain.csv", "--mapping", "plain.csv"),
        ("plain.csv", "--spec", "none.yaml"),
    )
    for args in wrong:
        done = brought(run, *args, "--yes")
        assert done.exit_code == 2, (args, done.output)
        assert "Traceback" not in done.output
        assert sorted(tmp_path.iterdir()) == before


def test_the_library_reads_with_a_mapping_of_its_own(export: list[Path]) -> None:
    found = api.import_tickets(export, spec=api.template("basic"))
    with pytest.raises(XlmatrixError, match="to be decided"):
        raise api.undecided(found)
    [state] = [one for one in found.questions if one.setting == "state"]
    answered = found.answered({state: "waiting"})
    assert answered.kept.state == {"Parked": "waiting"}
    row = answered.tickets.incidents.set_index("id").loc["INC4"]
    assert row["state"] == "waiting"
