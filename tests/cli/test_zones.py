"""What the commands say where a workbook's clock changes are not those of the law any more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.old_zones import write_old_zones
from tests.regen.small import few_sheets
from xlmatrix import resources
from xlmatrix.worktime.database import editions

INCIDENTS = """\
id,opened,title,class,severity
V1,2026-10-31 23:00,night,REL-01,SEV-1
V2,2026-11-20T18:00Z,utc stamped,REL-01,SEV-1
"""
#: Runs the command line as it is where the package tzdata is not installed.
_WITHOUT_PACKAGE = """
from xlmatrix.worktime import database
database._package = lambda: None
from xlmatrix.cli import main
main()
"""
AS_OF = ("--as-of", "2026-11-21 10:00")
MOVED = "V1 Resolve due 2026-11-01 22:00 to 2026-11-01 23:00"
CLOCK = "UTC-07:00, not UTC-08:00, from 2026-11-01 09:00 to 2027-03-14 10:00 UTC"


@pytest.fixture(autouse=True)
def _few_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written anew here is looked at for what is said of it."""
    few_sheets(monkeypatch)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spec for Vancouver, two incidents, and ``old.xlsx``, made with data of 2025."""
    folder = tmp_path_factory.mktemp("zones")
    text = resources.template_text("basic").replace("Europe/Berlin", "America/Vancouver")
    (folder / "matrix.yaml").write_text(text, encoding="utf-8")
    (folder / "log.csv").write_text(INCIDENTS, encoding="utf-8")
    zones = write_old_zones(folder / "zones")
    made = ["build", "matrix.yaml", "-i", "log.csv", *AS_OF, "-o", "old.xlsx"]
    subprocess.run(
        [sys.executable, "-c", _WITHOUT_PACKAGE, *made],
        cwd=folder,
        env={**os.environ, "PYTHONTZPATH": str(zones)},
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def old(folder: Path, tmp_path: Path) -> Path:
    """The workbook with the old table, for this test alone."""
    book = tmp_path / "old.xlsx"
    book.write_bytes((folder / "old.xlsx").read_bytes())
    return book


def zone_findings(told: str) -> dict[str, str]:
    findings = json.loads(told)["findings"]
    return {f["code"]: f["what"] for f in findings if f["code"] in ("zone-changed", "zone-moves")}


@pytest.mark.parametrize(
    "command",
    [["check"], ["recalc"], ["recalc", "-o", "new.xlsx"], ["regenerate", "--dry-run"]],
    ids=" ".join,
)
def test_commands_say_which_clock_and_which_deadlines(
    run: Callable[..., Any], old: Path, command: list[str]
) -> None:
    result = run(command[0], str(old), *command[1:], "--json")
    told = zone_findings(result.stdout)
    assert CLOCK in told["zone-changed"]
    assert "IANA 2025b" in told["zone-changed"]
    assert MOVED in told["zone-moves"]
    assert "V2" not in told["zone-moves"]


def test_a_build_over_it_says_so_too_and_after_it_nobody_does(
    run: Callable[..., Any], folder: Path, old: Path
) -> None:
    made = ["build", folder / "matrix.yaml", "-i", folder / "log.csv", *AS_OF, "-o", old, "--json"]
    assert MOVED in zone_findings(run(*made).stdout)["zone-moves"]
    assert zone_findings(run(*made).stdout) == {}
    assert zone_findings(run("check", old, "--json").stdout) == {}


def test_a_workbook_says_by_whose_rules_its_clocks_change(
    run: Callable[..., Any], old: Path
) -> None:
    from openpyxl import load_workbook

    from xlmatrix.regen import read_book

    assert read_book(old).stamp.zone_data == "2025b"
    run("regenerate", old, "-o", "new.xlsx")
    new = old.parent / "new.xlsx"
    number = editions().used.number
    assert read_book(new).stamp.zone_data == number
    said = [str(cell.value) for row in load_workbook(new)["Start"] for cell in row if cell.value]
    assert any(f"zone data IANA {number}" in text for text in said)


def test_an_old_computer_is_told_that_other_programs_on_it_differ(
    shell: Callable[..., subprocess.CompletedProcess[str]], folder: Path
) -> None:
    told = shell("check", folder / "matrix.yaml", "--json", PYTHONTZPATH=str(folder / "zones"))
    found = {f["code"]: f for f in json.loads(told.stdout)["findings"]}
    assert CLOCK in found["zone-data"]["what"]
    assert found["zone-data"]["level"] == "note"
    assert told.returncode == 0


def test_the_zone_of_a_person_or_a_layer_is_compared_too(folder: Path, tmp_path: Path) -> None:
    """Somebody who lives by the clock of Edmonton, in a matrix of Berlin."""
    text = resources.template_text("basic")
    person = text.index("\npeople:\n")
    at = text.index("email:", person)
    with_zone = f"{text[:at]}zone: America/Edmonton\n    {text[at:]}"
    (tmp_path / "matrix.yaml").write_text(with_zone, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-c", _WITHOUT_PACKAGE, "build", "matrix.yaml", "-o", "old.xlsx"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONTZPATH": str(folder / "zones")},
        check=True,
        capture_output=True,
    )
    from xlmatrix import api

    found = [f for f in api.check(tmp_path / "old.xlsx") if f.code == "zone-changed"]
    assert [f.about for f in found] == ["America/Edmonton"]
    assert "UTC-06:00, not UTC-07:00, from 2026-11-01 08:00" in found[0].what
