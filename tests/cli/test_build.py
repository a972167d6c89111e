"""``build``: what it writes, and that bad input leaves the workbook of before as it was."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import xlmatrix
from tests.examples import examples
from xlmatrix import resources
from xlmatrix.errors import XlmatrixError

Run = Callable[..., Any]

BASIC = resources.template_text("basic")
AS_OF = "2026-03-30 10:30"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "matrix.yaml"
    path.write_text(BASIC, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def demo_bytes() -> bytes:
    """A workbook built by the library, to compare the command line with."""
    return xlmatrix.build(xlmatrix.template("basic"), as_of=datetime(2026, 3, 30, 10, 30)).data


def test_a_template_becomes_a_workbook_named_after_it(
    run: Run, tmp_path: Path, demo_bytes: bytes
) -> None:
    result = run("build", "--template", "basic", "--as-of", AS_OF)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "basic.xlsx").read_bytes() == demo_bytes
    assert ZipFile(BytesIO(demo_bytes)).testzip() is None
    assert "basic.xlsx: 6 classes, 0 incidents" in result.stdout


def test_the_frozen_time_also_comes_from_the_environment(
    shell: Callable[..., Any], tmp_path: Path, demo_bytes: bytes
) -> None:
    # 2026-03-30 10:30 in Berlin, which is two hours ahead of UTC by then.
    done = shell("build", "-t", "basic", "-o", "env.xlsx", SOURCE_DATE_EPOCH="1774859400")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "env.xlsx").read_bytes() == demo_bytes


def test_incidents_stretch_the_horizon_and_every_row_is_accounted_for(
    run: Run, tmp_path: Path, spec: Path
) -> None:
    export = tmp_path / "export.csv"
    export.write_text(
        "number,opened_at,priority,category,assigned_to,resolved_at,closed_at\n"
        "A,1/3/2024 09:00,1 - Critical,Network,?,22/3/2024 09:00,?\n"
        "A,1/3/2024 09:00,2 - High,Network,?,23/3/2024 09:00,?\n"
        "B,31/2/2024 09:00,2 - High,Network,?,?,?\n",
        encoding="utf-8",
    )
    result = run("build", spec, "-i", export, "-o", "out.xlsx", "--as-of", AS_OF, "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["rows"] == {
        "format": "servicenow", "read": 3, "incidents": 1, "superseded": 1, "not_counted": 0,
        "entries": 0, "refused": 1, "blank": 0,
    }  # fmt: skip
    assert answer["horizon"] == {"start": "2024-02-23", "end": "2027-12-31"}
    assert {"horizon-stretched", "import-date"} <= {f["code"] for f in answer["findings"]}
    assert (tmp_path / "out.xlsx").stat().st_size == answer["bytes"]


def test_a_horizon_that_is_over_is_stretched_to_today(run: Run, spec: Path) -> None:
    spec.write_text(
        BASIC.replace("start: 2026-01-01, end: 2027-12-31", "start: 2024-01-01, end: 2024-12-31"),
        encoding="utf-8",
    )
    result = run("build", spec, "--as-of", AS_OF, "--json")
    assert json.loads(result.stdout)["horizon"] == {"start": "2024-01-01", "end": "2027-05-04"}


def test_many_values_that_are_not_mapped_are_one_line_and_each_in_json(
    run: Run, tmp_path: Path
) -> None:
    rows = [
        f"I-{n},2026-03-0{n} 09:30,Slow,{word}"
        for n, word in enumerate(("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Beta"), start=1)
    ]
    csv = tmp_path / "classes.csv"
    csv.write_text("\n".join(("id,opened,title,class", *rows)), encoding="utf-8")
    told = run("build", "--template", "basic", "-i", csv).stderr
    [line] = [line for line in told.splitlines() if "is not mapped" in line]
    assert "classes.csv:2: category 'Alpha' is not mapped" in line
    assert "likewise 'Beta', 'Gamma', 'Delta' and 1 more, 6 rows in all" in line
    listed = json.loads(run("build", "--template", "basic", "-i", csv, "--json").stdout)
    found = [f for f in listed["findings"] if f["code"] == "import-category"]
    assert [(f["about"], f["rows"]) for f in found] == [
        ("Alpha", 1), ("Beta", 2), ("Gamma", 1), ("Delta", 1), ("Epsilon", 1)
    ]  # fmt: skip


def test_what_the_import_found_goes_to_stderr_and_the_result_to_stdout(
    run: Run, spec: Path, incidents: Path
) -> None:
    result = run("build", spec, "-i", incidents, "--as-of", AS_OF)
    assert result.exit_code == 0, result.output
    assert "matrix.xlsx: 6 classes, 2 incidents, as of 2026-03-30 10:30" in result.stdout
    assert "2 rows read as a plain table of incidents: 2 incidents" in result.stderr


def broken(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


SPECS = {
    "not YAML": "title: [",
    "binary": "\x00\x01",
    "wrong types": broken(BASIC, "zone: Europe/Berlin", "zone: [1, 2]"),
    "unknown zone": broken(BASIC, "zone: Europe/Berlin", "zone: Europe/Berln"),
    "empty horizon": broken(BASIC, "start: 2026-01-01", "start: 2028-01-01"),
    "hours that overlap": broken(BASIC, "hours: 24x7", "hours: Mon 09:00-12:00,11:00-13:00"),
    "a date that does not exist": broken(BASIC, "start: 2026-01-01", "start: 2026-02-30"),
}
CSVS = {
    "a missing column": "number,opened_at,priority,category,assigned_to,resolved_at\n1,,,,,\n",
    "a date that does not exist": "id,opened\n1,2026-02-30 10:00\n",
    "nothing": "",
    "an open quote": 'id,opened\n1,"2026-02-20\n',
}


def test_one_row_of_an_absurd_year_is_named_and_the_others_go_on(
    run: Run, tmp_path: Path, spec: Path
) -> None:
    export = tmp_path / "export.csv"
    export.write_text("id,opened\nA,2026-01-05 10:00\nB,2099-01-01 10:00\n", encoding="utf-8")
    result = run("build", spec, "-i", export, "--as-of", AS_OF)
    assert result.exit_code == 0, result.output
    assert "export.csv:3: row not used: 'B' was opened in the year 2099" in result.stderr
    assert "1 incident" in result.stdout


@pytest.fixture
def before(tmp_path: Path, demo_bytes: bytes) -> Callable[[], bool]:
    """Puts a workbook as it was made in place; the function says whether it is still untouched."""
    path = tmp_path / "matrix.xlsx"
    path.write_bytes(demo_bytes)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    others = {p.name for p in tmp_path.iterdir()}

    def untouched() -> bool:
        left = {p.name for p in tmp_path.iterdir()} - others
        same = path.read_bytes() == demo_bytes
        return same and path.stat().st_mtime == 1_000_000_000 and not any("part" in n for n in left)

    return untouched


def refused(result: Any) -> None:
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert "error: " in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("text", SPECS.values(), ids=SPECS.keys())
def test_a_bad_spec(run: Run, before: Callable[[], bool], tmp_path: Path, text: str) -> None:
    (tmp_path / "matrix.yaml").write_text(text, encoding="utf-8")
    refused(run("build", "matrix.yaml"))
    assert before()


@pytest.mark.parametrize("text", CSVS.values(), ids=CSVS.keys())
def test_a_bad_export(
    run: Run, before: Callable[[], bool], tmp_path: Path, spec: Path, text: str
) -> None:
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    refused(run("build", spec, "--incidents", "export.csv"))
    assert before()


@pytest.mark.parametrize(
    "args",
    [
        ["missing.yaml"],
        ["."],
        ["matrix.yaml", "-i", "."],
        ["matrix.yaml", "-i", "missing.csv"],
        ["matrix.yaml", "-i", "huge.csv"],
        ["matrix.yaml", "-i", "incidents.csv", "--format", "jira"],
        ["huge.csv"],
        ["matrix.yaml", "--as-of", "2026-02-30 10:00"],
        ["matrix.yaml", "--as-of", ""],
        ["matrix.yaml", "--template", "basic"],
        ["--template", "basik"],
        [],
    ],
)
def test_bad_arguments(
    run: Run,
    before: Callable[[], bool],
    tmp_path: Path,
    spec: Path,
    incidents: Path,
    args: list[str],
) -> None:
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(1 << 30)
    refused(run("build", *args))
    assert before()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "output", [".", "no/such/folder.xlsx", "matrix.pdf", "matrix.yaml", "x" * 300 + ".xlsx"]
)
def test_a_bad_output(run: Run, before: Callable[[], bool], spec: Path, output: str) -> None:
    refused(run("build", spec, "-o", output))
    assert before()
    assert spec.read_text(encoding="utf-8") == BASIC


@pytest.mark.usefixtures("quick")
def test_an_output_that_is_open_elsewhere(
    run: Run, before: Callable[[], bool], spec: Path, tmp_path: Path
) -> None:
    (tmp_path / "~$matrix.xlsx").touch()
    refused(run("build", spec))
    assert before()


@pytest.mark.usefixtures("quick")
def test_an_output_that_may_not_be_replaced(
    run: Run, before: Callable[[], bool], spec: Path
) -> None:
    refused(run("build", spec, "--no-overwrite"))
    assert before()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT])
def test_a_disk_that_does_not_take_it(
    run: Run,
    before: Callable[[], bool],
    spec: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
) -> None:
    def fails(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr("xlmatrix.write.store.os.write", fails)
        result = run("build", spec)
    refused(result)
    assert before()


def test_an_environment_that_names_no_time(
    run: Run, spec: Path, before: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    refused(run("build", spec))
    assert before()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, demo_bytes: bytes) -> None:
    """Skip the making of the workbook where only the saving is looked at."""
    monkeypatch.setattr("xlmatrix.api.building._workbook", lambda *_, **__: demo_bytes[:-1])


def test_a_fault_of_ours_exits_1_and_shows_its_traceback_only_on_demand(
    run: Run, spec: Path, before: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object, **__: object) -> bytes:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("xlmatrix.api.building._workbook", faulty)
    result = run("build", spec)
    assert result.exit_code == 1
    assert "fault in xlmatrix" in result.stderr
    assert "Traceback" not in result.output
    assert "Traceback" in run("--debug", "build", spec).stderr
    assert before()


def test_an_interrupt_exits_130_and_changes_nothing(
    run: Run, spec: Path, before: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("xlmatrix.api.building._workbook", interrupted)
    result = run("build", spec)
    assert (result.exit_code, "Interrupted" in result.stderr) == (130, True)
    assert before()


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
@settings(
    max_examples=examples(20, 40), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    line=st.integers(0, BASIC.count("\n")),
    change=st.sampled_from(
        ["drop", "twice", "empty", "number", "list", "quote", "long", "control"]
    ),
)
def test_no_changed_line_of_a_spec_brings_a_traceback_from_build(
    run: Run, spec: Path, line: int, change: str
) -> None:
    lines = BASIC.splitlines()
    key, colon, _ = lines[min(line, len(lines) - 1)].partition(":")
    put = {
        "drop": [],
        "twice": [lines[line - 1], lines[line - 1]],
        "empty": [f"{key}{colon}"],
        "number": [f"{key}{colon} 7"],
        "list": [f"{key}{colon} [a, b]"],
        "quote": [f"{key}{colon} '=1+1"],
        "long": [f"{key}{colon} {'x' * 400}"],
        "control": [f'{key}{colon} "a\\u0007\\u2028b"'],
    }[change]
    lines[line - 1 : line] = put
    spec.write_text("\n".join(lines), encoding="utf-8")
    result = run("build", spec, "--as-of", AS_OF)
    assert result.exit_code in (0, 2), result.output
    assert "Traceback" not in result.output


VALUES = {
    "title": ["=1+1", "'quoted'", "x" * 250, "a\tb", "Ünïcödé 🚨", "@SUM(A1)", "-1", "</t>", '"'],
    "organisation": ["=cmd|' /C calc'!A0", "+1", "\u200b", "A & B <C>"],
    "zone": ["UTC", "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns", "Asia/Tehran"],
}


@pytest.mark.slow
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_odd_but_valid_specs_are_built(run: Run, spec: Path, data: st.DataObject) -> None:
    text = BASIC
    for key, values in VALUES.items():
        old = next(line for line in text.splitlines() if line.startswith(f"{key}:"))
        text = text.replace(old, f"{key}: {json.dumps(data.draw(st.sampled_from(values)))}")
    spec.write_text(text, encoding="utf-8")
    result = run("build", spec, "--as-of", AS_OF)
    assert result.exit_code in (0, 2), result.output
    assert "Traceback" not in result.output


def test_the_library_builds_from_a_path_a_spec_and_a_template_alike(
    spec: Path, tmp_path: Path, demo_bytes: bytes
) -> None:
    built = xlmatrix.build(spec, as_of=AS_OF, output=tmp_path / "o.xlsx")
    assert built.path == tmp_path / "o.xlsx"
    assert built.path.read_bytes() == built.data == demo_bytes
    with pytest.raises(XlmatrixError):
        xlmatrix.build(tmp_path / "none.yaml")
