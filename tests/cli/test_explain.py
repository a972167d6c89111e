"""One incident in full, and the findings about a workbook in use."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from xlmatrix import api
from xlmatrix.errors import Finding

_CSV = """\
id,opened,title,class,severity,owner,acknowledged
INC-1,2026-11-13 16:45,Outage before the weekend,QLT-01,SEV-3,,
INC-2,2026-11-16 10:00,Leak,PRV-01,SEV-1,,2026-11-16 10:03
"""
_AS_OF = "2026-11-16 10:30"


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explain") / "incidents.csv"
    path.write_text(_CSV, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def spec(export: Path) -> Path:
    path = export.with_name("matrix.yaml")
    path.write_text(api.new(template="enterprise"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def book(spec: Path, export: Path) -> Path:
    path = export.with_name("matrix.xlsx")
    api.build(spec, incidents=export, as_of=_AS_OF, output=path)
    return path


def test_a_clock_over_a_weekend_is_accounted_for_stretch_by_stretch(
    run: Callable[..., Any], spec: Path, export: Path
) -> None:
    result = run("explain", str(spec), "inc-1", "--incidents", str(export), "--as-of", _AS_OF)
    assert result.exit_code == 0
    assert "INC-1  Outage before the weekend" in result.stdout
    assert "Acknowledge: due Mon 2026-11-16 09:15" in result.stdout
    # 45 minutes until Friday's close at 17:30, a quarter of an hour on Monday.
    assert "Fri 2026-11-13 16:45 to Fri 2026-11-13 17:30  counted 0:45:00" in result.stdout
    assert "Mon 2026-11-16 09:00 to Mon 2026-11-16 09:15  counted 0:15:00" in result.stdout
    assert "[breached]" in result.stdout


def test_the_ladder_says_what_fired_and_what_is_not_needed(
    run: Callable[..., Any], spec: Path, export: Path
) -> None:
    result = run("explain", str(spec), "INC-2", "--incidents", str(export), "--as-of", _AS_OF)
    ladder = result.stdout.partition("Ladder")[2].splitlines()
    assert "Mon 2026-11-16 10:00" in ladder[1]
    assert ladder[1].endswith("[fired]")
    assert "Viktor Hansen: response owner of the class: role Security lead" in ladder[2]
    backup = next(line for line in ladder if "Aisha Rahman (page)" in line)
    assert backup.endswith("[not needed: acknowledged]")
    speaker = next(line for line in ladder if "Ines Carvalho (call)" in line)
    assert speaker.endswith("[fired]")  # the worst severity mobilises, acknowledged or not
    executive = next(line for line in ladder if "Ruth Albrecht (call)" in line)
    assert executive.endswith("[fired]")  # this step lasts until the incident is resolved


def test_the_ladder_shows_what_a_time_out_of_the_acknowledgement_brings(
    run: Callable[..., Any], spec: Path, export: Path
) -> None:
    text = spec.read_text(encoding="utf-8")
    timed = spec.with_name("timed.yaml")
    timed.write_text(text.replace("# acknowledgement_timeout", "acknowledgement_timeout", 1))

    def ladder(as_of: str) -> list[str]:
        shown = run("explain", str(timed), "INC-2", "--incidents", str(export), "--as-of", as_of)
        return [line.strip() for line in shown.stdout.partition("Ladder")[2].splitlines()]

    # Acknowledged at 10:03 and never worked on: half an hour later the first level is called again.
    first = ladder(_AS_OF)[1].removeprefix("Mon 2026-11-16 10:00").removesuffix("[fired]")
    assert f"Mon 2026-11-16 10:33{first}[ahead]" in ladder(_AS_OF)
    assert f"Mon 2026-11-16 10:33{first}[fired]" in ladder("2026-11-16 10:35")


def test_a_workbook_and_its_spec_explain_an_incident_alike(
    run: Callable[..., Any], spec: Path, export: Path, book: Path
) -> None:
    shown = run("explain", str(spec), "INC-1", "--incidents", str(export), "--as-of", _AS_OF)
    read = run("explain", str(book), "INC-1")
    assert read.exit_code == 0
    assert read.stdout == shown.stdout


def test_json_holds_the_same_with_ledgers_that_add_up(run: Callable[..., Any], book: Path) -> None:
    found = json.loads(run("explain", str(book), "INC-1", "--json").stdout)
    clocks = {clock["target"]: clock for clock in found["clocks"]}
    ledger = clocks["Acknowledge"]["ledger"]
    assert clocks["Acknowledge"]["due"] == "2026-11-16T09:15:00+01:00"
    assert sum(row["seconds"] for row in ledger["rows"]) == ledger["seconds"] == 3600
    assert found["as_of"] == "2026-11-16T10:30:00+01:00"
    assert found["ladder"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["INC-3"], "there is no incident 'INC-3' in the log"),
        (["INC-1", "--as-of", "tomorrow"], "tomorrow"),
    ],
)
def test_what_cannot_be_explained_is_said_with_a_remedy(
    run: Callable[..., Any], book: Path, arguments: list[str], said: str
) -> None:
    result = run("explain", str(book), *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_spec_alone_holds_no_incidents(run: Callable[..., Any], spec: Path) -> None:
    result = run("explain", str(spec), "INC-1")
    assert result.exit_code == 2
    assert "--incidents" in result.stderr


def test_a_workbook_is_checked_as_it_stands(run: Callable[..., Any], book: Path) -> None:
    result = run("check", str(book), "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)["findings"]
    assert any("counsel" in finding["what"] for finding in found)
    assert {finding["code"] for finding in found} >= {"unconfirmed"}


def test_a_horizon_that_ends_soon_is_a_warning(spec: Path) -> None:
    def ends(day: date) -> list[Finding]:
        found = api.check(spec, today=day, quick=True)
        return [one for one in found if one.code == "horizon-ends"]

    assert not ends(date(2027, 11, 1))
    [finding] = ends(date(2027, 11, 3))
    assert finding.where.startswith(f"{spec}:")


def test_hours_without_anybody_are_listed_with_the_line_of_the_rotation(
    spec: Path, tmp_path: Path
) -> None:
    text = spec.read_text(encoding="utf-8")
    spec = tmp_path / "matrix.yaml"
    spec.write_text(text.replace("Mon-Sun 08:00-20:00", "Mon-Sun 10:00-20:00"), encoding="utf-8")
    found = [f for f in api.check(spec, today=date(2026, 11, 1)) if f.code == "coverage-gap"]
    assert len(found) == 2
    assert "730 stretches" in found[0].what
    line = text[: text.index("\non_call:")].count("\n") + 2
    assert found[0].where == f"{spec}:{line}"


@pytest.mark.parametrize(
    "line",
    [
        "explain {} T-1",
        "message {} T-1 --audience Customer --phase Update",
        "notices {} T-1",
    ],
)
def test_a_mapping_says_what_the_words_of_the_export_mean(
    run: Callable[..., Any], spec: Path, tmp_path: Path, book: Path, line: str
) -> None:
    path, mapping = tmp_path / "tickets.csv", tmp_path / "map.yaml"
    path.write_text(
        "Ticket,Created,Words,Over\nT-1,2026-11-13 16:45,Leak,2026-11-13 17:00\n", encoding="utf-8"
    )
    mapping.write_text("plain: {columns: {title: Words, resolved: Over}}\n", encoding="utf-8")
    base = [*line.format(spec).split(), "--incidents", str(path), "--as-of", _AS_OF]
    without = run(*base).stdout
    done = run(*base, "--mapping", str(mapping))
    assert done.exit_code == 0, done.output
    assert done.stdout != without
    # A workbook has read its export already.
    refused = run(*line.format(book).split(), "--mapping", str(mapping))
    assert refused.exit_code == 2
    assert f"{mapping} would be ignored" in refused.stderr


def test_a_list_and_its_history_are_read_together(run: Callable[..., Any], spec: Path) -> None:
    examples = Path(__file__).parents[2] / "examples"
    both = [f"-i{examples / name}" for name in ("demo_export.csv", "demo_export_audit.csv")]
    for files, count in ((both[:1], 0), (both, 1)):
        done = run("explain", spec, "INC0004101", *files, "--as-of", "2026-11-06 10:00", "--json")
        assert done.exit_code == 0, done.output
        assert len(json.loads(done.stdout)["pauses"]) == count
