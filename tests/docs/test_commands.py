"""The commands that the README and the docs show are run, in the order in which they stand."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.regen.small import few_sheets
from xlmatrix.cli import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
#: Commands, and what one of them prints at its end where the page shows it.
BLOCK = re.compile(r"<!-- commands -->\n```sh\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.S)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
# Made by the pictures target, which needs LibreOffice.
MADE = {"docs/pictures"}


def blocks(page: Path) -> list[tuple[list[str], str]]:
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [([one for one in lines.splitlines() if one.strip()], shown) for lines, shown in found]


def commands(page: Path) -> list[str]:
    return [line for lines, _ in blocks(page) for line in lines]


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [page for page in PAGES if commands(page)], ids=lambda page: page.name
)
def test_the_commands_of_a_page_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the workbooks hold is looked at elsewhere; here it is the commands.
    few_sheets(monkeypatch)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for lines, shown in blocks(page):
        printed = [_printed(line) for line in lines]
        assert any(text.endswith(shown) for text in printed), f"{shown}\n{printed}"


def _printed(line: str) -> str:
    program, *args = shlex.split(line, comments=True)
    if program == "pip":
        return ""
    assert program == "xlmatrix", line
    result = CliRunner().invoke(app, args)
    assert result.exit_code == 0, f"{line}\n{result.output}"
    return result.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    missing = [
        target
        for target in targets
        if not (page.parent / target).exists() and str(Path(target).parent) not in MADE
    ]
    assert not missing


def test_the_ledger_that_the_docs_show_is_the_one_that_is_printed() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    shown = re.search(r"```text\n(.*?)```", page, re.S)
    assert shown
    command = next(line for line in commands(ROOT / "docs" / "cli.md") if " deadline " in line)
    assert CliRunner().invoke(app, shlex.split(command)[1:]).stdout == shown[1]
