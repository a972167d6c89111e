from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.office.package import bounds
from tests.regen.small import few_sheets
from xlmatrix import api

ROOT = Path(__file__).parents[2]
AS_OF = "2026-11-16 10:30"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recalc") / "matrix.xlsx"
    incidents = ROOT / "examples" / "demo_incidents.csv"
    template = api.template("basic")
    with pytest.MonkeyPatch.context() as patch:
        few_sheets(patch)
        api.build(template, incidents=incidents, as_of="2026-11-16 10:30", output=path)
    return path


def test_a_workbook_as_built_agrees_everywhere(run: Callable[..., Any], built: Path) -> None:
    result = run("recalc", str(built), "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["incidents"] == 42
    assert told["as_of"] == "2026-11-16T10:30:00"
    assert told["disagreements"] == []


def test_a_value_typed_over_a_formula_is_found(
    run: Callable[..., Any], built: Path, tmp_path: Path
) -> None:
    # openpyxl keeps values or formulas, so the values stand as if typed over every formula.
    book = load_workbook(built, data_only=True)
    log = book["Incidents"]
    _, top, *_ = bounds(log.tables["tIncidents"].ref)
    headers = [cell.value for cell in log[top]]
    log.cell(top + 2, headers.index("Status") + 1).value = "Fine"
    path = tmp_path / "typed.xlsx"
    book.save(path)
    result = run("recalc", str(path), "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)["disagreements"]
    assert [(entry["row"], entry["column"], entry["formula"]) for entry in found] == [
        (top + 2, "Status", "Fine")
    ]


@pytest.mark.slow
def test_a_new_workbook_gets_the_sheets_of_results(
    run: Callable[..., Any], built: Path, tmp_path: Path
) -> None:
    before = built.read_bytes()
    result = run("recalc", str(built), "-o", str(tmp_path / "new.xlsx"))
    assert result.exit_code == 0, result.output
    assert built.read_bytes() == before
    book = load_workbook(tmp_path / "new.xlsx")
    assert "tRecalculated" in book["Recalculated"].tables
    assert set(book["Audit"].tables) == {"tAudit", "tParity"}
    again = run("recalc", str(tmp_path / "new.xlsx"), "--json")
    assert json.loads(again.stdout)["changed"] == 0


def test_another_as_of_leaves_the_judgement_of_formulas_at_theirs(
    run: Callable[..., Any], built: Path
) -> None:
    result = run("recalc", str(built), "--as-of", "2026-12-24 12:00", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["as_of"] == "2026-12-24T12:00:00"


@pytest.mark.parametrize("name", ["missing.xlsx", "text.xlsx", "foreign.xlsx"])
def test_what_is_no_workbook_of_ours_is_refused(
    run: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    from openpyxl import Workbook

    (tmp_path / "text.xlsx").write_text("no workbook", encoding="utf-8")
    Workbook().save(tmp_path / "foreign.xlsx")
    result = run("recalc", str(tmp_path / name))
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.mark.slow
def test_macros_and_lite_build_each_its_own_kind(run: Callable[..., Any], tmp_path: Path) -> None:
    for option, name in (("--macros", "a.xlsm"), ("--lite", "b.xlsx")):
        result = run("build", "-t", "basic", option, "-o", str(tmp_path / name))
        assert result.exit_code == 0, result.output
        assert (tmp_path / name).exists()
    both = run("build", "-t", "basic", "--macros", "--lite", "-o", str(tmp_path / "c.xlsm"))
    assert both.exit_code == 2
    wrong = run("build", "-t", "basic", "--macros", "-o", str(tmp_path / "c.xlsx"))
    assert wrong.exit_code == 2
    assert not (tmp_path / "c.xlsx").exists()


def test_the_add_in_commands_write_what_they_name(run: Callable[..., Any], tmp_path: Path) -> None:
    for command in (
        ("xlam", "-o", str(tmp_path / "x.xlam")),
        ("lite", "-o", str(tmp_path / "main.py")),
        ("server", str(tmp_path / "server")),
    ):
        result = run("addin", *command)
        assert result.exit_code == 0, result.output
    assert (tmp_path / "x.xlam").read_bytes()[:2] == b"PK"
    assert "def sla_due" in (tmp_path / "main.py").read_text(encoding="utf-8")
    assert (tmp_path / "server" / "custom_scripts" / "scripts.py").exists()
    again = run("addin", "lite", "-o", str(tmp_path / "main.py"))
    assert again.exit_code == 2


def test_the_status_names_python_and_xlwings(run: Callable[..., Any]) -> None:
    told = json.loads(run("addin", "status", "--json").stdout)
    assert {"Python", "xlwings"} <= {check["about"] for check in told["checks"]}


def test_a_copy_on_disk_is_as_good(run: Callable[..., Any], built: Path, tmp_path: Path) -> None:
    shutil.copy(built, tmp_path / "copy of matrix.xlsx")
    assert run("recalc", str(tmp_path / "copy of matrix.xlsx")).exit_code == 0


@pytest.mark.office
@pytest.mark.slow
def test_formulas_and_engine_agree_on_what_people_typed_since(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    from tests.office.libre import recalculate

    path, typed = tmp_path / "matrix.xlsx", tmp_path / "typed.xlsx"
    incidents = ROOT / "examples" / "demo_incidents.csv"
    api.build(api.template("standard"), incidents=incidents, as_of=AS_OF, output=path)
    book = load_workbook(path)
    put(book, "tTargets1", "Within", 0, 7)
    put(book, "tHours", "Close 2", 0, 0.6)
    put(book, "tIncidents", "Opened", 3, datetime(2026, 11, 13, 16, 30))
    put(book, "tIncidents", "Severity set", 4, "SEV-1")
    row = next(n for n in range(60) if put(book, "tHolidays", "Date", n) is None)
    put(book, "tHolidays", "Date", row, date(2026, 11, 16))
    put(book, "tHolidays", "Calendar", row, "All calendars")
    incident = put(book, "tIncidents", "ID", 3)
    put(book, "tTargets1", "Pauses", 7, "yes")
    for header, value in (
        ("Incident", incident),
        ("From", datetime(2026, 11, 13, 16, 45)),
        ("To", datetime(2026, 11, 16, 9, 30)),
    ):
        put(book, "tPauses", header, 0, value)
    for header, value in (
        ("Incident", incident),
        ("At", datetime(2026, 11, 13, 17, 0)),
        ("To", "SEV-1"),
    ):
        put(book, "tChanges", header, 0, value)
    book.save(typed)
    result = run("recalc", str(recalculate(typed)), "--json")
    assert json.loads(result.stdout)["disagreements"] == []


def put(book: Any, table: str, header: str, row: int, value: Any = None) -> Any:
    """The cell of a table, after typing into it where a value is given."""
    sheet = next(s for s in book.worksheets if table in s.tables)
    edges = bounds(sheet.tables[table].ref)
    left, top, right = (int(edge or 0) for edge in edges[:3])
    headers = [sheet.cell(top, column).value for column in range(left, right + 1)]
    cell = sheet.cell(top + 1 + row, left + headers.index(header))
    if value is not None:
        cell.value = value
    return cell.value


@pytest.mark.slow
def test_a_persons_own_sheet_comes_along(
    run: Callable[..., Any], built: Path, tmp_path: Path
) -> None:
    path = tmp_path / "own.xlsx"
    book = load_workbook(built)
    book.create_sheet("My notes")["A1"] = "remember"
    book.save(path)
    result = run("recalc", str(path), "-o", str(tmp_path / "new.xlsx"))
    assert result.exit_code in {0, 1}, result.output
    assert load_workbook(tmp_path / "new.xlsx")["My notes"]["A1"].value == "remember"
