"""The commands on a used workbook say what they did, and end well or with a planned error."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.regen.editions import NEWER, OLD
from xlmatrix import api
from xlmatrix.model import loads


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "matrix.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    return path


def test_regenerate_prints_what_was_taken(
    run: Callable[..., Any], book: Path, tmp_path: Path
) -> None:
    (tmp_path / "newer.yaml").write_text(NEWER, encoding="utf-8")
    result = run("regenerate", book, "-t", "newer.yaml", "--dry-run", "--json")
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert said["workbook"] is None
    taken = [c for c in said["changes"] if c["outcome"] == "taken"]
    assert {"before": 5, "after": 4}.items() <= next(
        c for c in taken if (c["row"], c["column"]) == ("Acknowledge", "Within")
    ).items()


def test_regenerate_asks_where_to_write(run: Callable[..., Any], book: Path) -> None:
    result = run("regenerate", book)
    assert result.exit_code == 2
    assert "--in-place" in result.output


def test_spec_prints_the_spec_of_a_workbook(run: Callable[..., Any], book: Path) -> None:
    result = run("spec", book, "-o", "-")
    assert result.exit_code == 0
    assert OLD in result.stdout


def test_diff_of_a_workbook_with_itself_is_empty(run: Callable[..., Any], book: Path) -> None:
    result = run("diff", book, book)
    assert result.exit_code == 0
    assert "0 differences" in result.stdout


def test_a_bar_moves_at_a_terminal(
    run: Callable[..., Any], book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = StringIO()
    terminal = Console(file=seen, force_terminal=True, width=100, _environ={})
    monkeypatch.setattr("xlmatrix.cli.report.stderr", lambda: terminal)
    assert run("regenerate", book, "-o", "new.xlsx").exit_code == 0
    shown = seen.getvalue()
    assert "━" in shown
    for doing in ("reading Incidents", "merging", "writing Incidents", "saving"):
        assert doing in shown


def test_nothing_is_said_of_progress_where_no_one_looks(
    shell: Callable[..., Any], book: Path
) -> None:
    done = shell("regenerate", book, "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_rescue_takes_no_other_place(run: Callable[..., Any], book: Path) -> None:
    result = run("regenerate", book, "--rescue", "-o", "mine.xlsx")
    assert result.exit_code == 2
    assert "beside the workbook" in result.output
