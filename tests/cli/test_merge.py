"""``xlmatrix merge`` asks at a terminal, and elsewhere ends with every conflict by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.regen.pairs import copy, original, put, read
from tests.regen.small import few_sheets
from xlmatrix import api
from xlmatrix.cli import app
from xlmatrix.cli import merge as command
from xlmatrix.errors import XlmatrixError


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """Two copies in which the same duty was changed otherwise, and another in one."""
    folder = tmp_path_factory.mktemp("copies")
    with pytest.MonkeyPatch.context() as patch:
        few_sheets(patch)
        path = original(folder)
        roles = read(path).tables["tRoles"]
        more = put(roles, "Comms lead", "Duty", "Writes")
        yield (
            copy(path, folder / "mine.xlsx", [put(roles, "Quality", "Duty", "Reads all")]),
            copy(path, folder / "theirs.xlsx", [put(roles, "Quality", "Duty", "Reads some"), more]),
        )


def test_a_conflict_ends_the_run_by_name_where_nobody_can_be_asked(
    run: Callable[..., Any], copies: tuple[Path, Path], tmp_path: Path
) -> None:
    done = run("merge", *copies, "-o", "merged.xlsx")
    assert done.exit_code == 2
    said = " ".join(done.output.split())
    assert "Quality · Duty" in said
    assert "'Reads all'" in said
    assert "'Reads some'" in said
    assert not (tmp_path / "merged.xlsx").exists()


def test_an_option_decides_every_conflict(
    run: Callable[..., Any], copies: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run("merge", *copies, "--ours", "--dry-run", "--json")
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    lines = {(one["row"], one["column"]): one for one in said["changes"]}
    assert lines["Quality", "Duty"]["after"] == "Reads all"
    assert lines["Quality", "Duty"]["outcome"] == "conflict"
    assert lines["Comms lead", "Duty"]["outcome"] == "taken"
    asked: list[str] = []

    def refuse(*_: Path, conflicts: str, **__: Any) -> None:
        asked.append(conflicts)
        raise XlmatrixError("enough", where="here", mend="Nothing")

    monkeypatch.setattr(api, "merge", refuse)
    assert run("merge", *copies, "--theirs", "--dry-run").exit_code == 2
    assert asked == ["theirs"]


def test_at_a_terminal_each_conflict_is_asked(
    copies: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "at_a_terminal", lambda: True)
    words = ["merge", *map(str, copies), "--dry-run"]
    done = CliRunner().invoke(app, words, input="perhaps\ntheirs\n", env={"COLUMNS": "200"})
    assert done.exit_code == 0
    assert "Both copies changed Owners · Quality · Duty" in done.output
    assert "Please type one of: mine, theirs" in done.output
    assert "theirs.xlsx stands, mine.xlsx has the other" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mine.xlsx"], "1 workbook given"),
        (["a", "b", "c", "d"], "4 workbooks given"),
        (["a.xlsx", "b.xlsx", "--ours", "--theirs"], "exclude each other"),
        (["a.xlsx", "b.xlsx"], "say where the merged workbook goes"),
        (["a.xlsx", "a.xlsx", "-o", "c.xlsx"], "the same file was given twice"),
        (["a.xlsx", "b.xlsx", "-o", "c.xlsx"], "a.xlsx"),
    ],
)
def test_what_cannot_be_meant_is_said(run: Callable[..., Any], words: list[str], said: str) -> None:
    done = run("merge", *words)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
