"""What ``import`` shows and keeps of words and columns, so that nobody is asked twice."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from xlmatrix import api
from xlmatrix.cli.import_shown import show
from xlmatrix.model import load_mappings

Run = Callable[..., Any]
ROWS = """\
Ticket,Created,Subject,Urgency,Kind,State,Owner
T-1,2026-03-02 09:30,Slow,SEV-1,Wobbly,New,Ann
T-2,2026-03-02 09:40,Wrong,Purple,Wobbly,Parked,Bob
T-3,2026-03-02 09:50,Down,Urgent,,Closed,Ann
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.csv"
    path.write_text(ROWS.replace("Kind", "Category"), encoding="utf-8")
    return path


def brought(run: Run, *args: str | Path) -> Any:
    return run("import", *args, "--template", "basic")


def test_what_each_word_was_taken_as_stands_in_a_line(run: Run, table: Path) -> None:
    shown = brought(run, table).stdout
    [line] = [line for line in shown.splitlines() if line.startswith("Words of priority")]
    assert "SEV-1 = SEV-1 (by its name)" in line
    assert "Urgent = SEV-1 (by default)" in line
    assert "Purple = nothing (not known)" in line
    assert "Words of state: New = open (by its name), Parked = nothing (not known)" in shown


@pytest.mark.parametrize("width", [80, 200])
def test_no_column_of_the_preview_is_lost(table: Path, width: int) -> None:
    text = StringIO()
    show(api.import_tickets(table, "basic"), Console(file=text, width=width))
    shown = text.getvalue()
    blocks = [line.split() for line in shown.splitlines() if line.split()[:1] == ["id"]]
    assert len(blocks) == (1 if width == 200 else 2)
    for name in ("opened", "title", "class", "severity", "state", "acknowledged", "resolved"):
        assert any(name in block for block in blocks), name
    assert "more columns stand in the table that -o writes" in shown


def test_what_is_left_is_kept_and_asked_no_more(run: Run, table: Path, tmp_path: Path) -> None:
    assert brought(run, table, "--yes", "-o", "incidents.csv").exit_code == 0
    spec = api.template("basic").spec
    own = load_mappings(tmp_path / "map.yaml", spec)["plain"]
    assert own.priority == {"Purple": "leave", "Urgent": "SEV-1"}
    assert own.state == {"Parked": "leave"}
    assert (own.category["Wobbly"], own.default_class) == ("leave", "leave")
    # Under import in the spec it is as good.
    holding = spec.model_copy(update={"imports": {"plain": own}})
    found = api.import_tickets(table, holding)
    assert found.questions == ()
    assert not {"import-state", "import-category"} & {one.code for one in found.findings}
    again = brought(run, table, "--mapping", "map.yaml", "-o", "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "incidents.csv").read_bytes()
    assert "Parked" not in again.stderr


NEAR = {
    "openned: Created": "there is no such field. Did you mean 'opened'?",
    "title: Subjekt": "no such column but Ticket, Created, Subject, Urgency, Category, State, Owner"
    ". Did you mean 'Subject'?",
    "title: Zzz": "no such column but Ticket, Created",
}


@pytest.mark.parametrize("text", NEAR)
def test_a_column_that_is_not_there_says_what_is(
    run: Run, table: Path, tmp_path: Path, text: str
) -> None:
    (tmp_path / "own.yaml").write_text(f"plain: {{columns: {{{text}}}}}\n", encoding="utf-8")
    assert NEAR[text] in " ".join(brought(run, table, "--mapping", "own.yaml").stderr.split())


def test_words_that_no_row_has_are_said_of_a_mapping_that_was_given_alone(
    run: Run, table: Path, tmp_path: Path
) -> None:
    text = "plain:\n  priority: {Green: SEV-2}\n  state: {Gone: closed}\n"
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    shown = brought(run, table, "--mapping", "own.yaml").stderr
    [line] = [line for line in shown.splitlines() if "own.yaml" in line]
    assert "no row has 'Green', 'Gone'" in line
    (tmp_path / "matrix.yaml").write_text(api.new(template="standard"), encoding="utf-8")
    assert "no row has" not in run("import", table, "--spec", "matrix.yaml").stderr


def test_a_build_says_that_a_plain_table_is_read_by_no_mapping_of_a_tool(
    run: Run, table: Path
) -> None:
    said = run("build", "--template", "standard", "-i", table, "-o", "a.xlsx").stderr
    assert said.count("of the spec is not used") == 1
    assert "a plain table of incidents; import.servicenow" in said


# -- one file of mappings

FIRST = """\
# Ours since March.
jira:
  zone: UTC  # as agreed
  priority: {'High': SEV-1}
"""


@pytest.mark.parametrize("under", ["", "import:\n"])
@pytest.mark.parametrize("named", [False, True])
def test_a_file_of_mappings_grows_by_a_tool_and_keeps_its_comments(
    run: Run, table: Path, tmp_path: Path, under: str, *, named: bool
) -> None:
    path = tmp_path / "map.yaml"
    text = "".join(f"{'  ' if under else ''}{line}\n" for line in FIRST.splitlines())
    path.write_text(under + text, encoding="utf-8")
    more = ("--mapping", "map.yaml") if named else ()
    done = brought(run, table, *more, "--yes", "-o", "incidents.csv")
    assert done.exit_code == 0, done.output
    assert "map.yaml: the answers" in done.stdout
    assert path.read_text(encoding="utf-8").startswith(under + text)
    known = load_mappings(path)
    assert known["plain"].priority["Urgent"] == "SEV-1"
    assert known["jira"].priority == {"High": "SEV-1"}
    assert not list(tmp_path.glob("*backup*"))


def test_a_mapping_that_is_named_grows_by_new_words_alone(
    run: Run, table: Path, tmp_path: Path
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("plain:\n  zone: UTC # ours\n  priority:\n    Purple: SEV-2\n")
    assert brought(run, table, "-m", "own.yaml", "--yes", "-o", "a.csv").exit_code == 0
    assert path.read_text() == (
        "plain:\n  zone: UTC # ours\n  priority:\n    Purple: SEV-2\n    Urgent: SEV-1\n"
    )
    before = path.stat().st_mtime_ns
    assert brought(run, table, "-m", "own.yaml", "-o", "b.csv").exit_code == 0
    assert path.stat().st_mtime_ns == before


def test_a_mapping_of_the_same_tool_is_replaced_when_that_is_said_and_others_stay(
    run: Run, table: Path, tmp_path: Path
) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(FIRST + "plain: {zone: Asia/Tokyo}\n")
    done = brought(run, table, "--yes", "-o", "a.csv")
    assert done.exit_code == 2
    assert "--mapping map.yaml" in done.stderr
    assert not (tmp_path / "a.csv").exists()
    assert brought(run, table, "--yes", "--overwrite", "-o", "a.csv").exit_code == 0
    assert path.read_text().startswith(FIRST)
    assert load_mappings(path)["plain"].zone != "Asia/Tokyo"
    assert "Tokyo" in (tmp_path / "map.backup-1.yaml").read_text()
