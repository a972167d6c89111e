"""The server route with the genuine server and client.

They are free for non-commercial use, which a test run of this project is: the key is set for the
server's own process and nowhere else. Deselect these tests with ``-m 'not noncommercial'``.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.addin.payload import payload
from tests.addin.serving import call, run, serving
from xlmatrix.addin.server import project_files, write_project
from xlmatrix.errors import XlmatrixError

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
EPOCH = datetime(1899, 12, 30)
ALLOW_MISSING = os.environ.get("XLMATRIX_ALLOW_MISSING") == "1"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

noncommercial = pytest.mark.noncommercial


def test_the_project_holds_what_the_server_looks_for(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    written = {path.relative_to(folder).as_posix() for path in write_project(folder)}
    assert {
        "README.md",
        ".env.template",
        "requirements.txt",
        "custom_functions/__init__.py",
        "custom_functions/functions.py",
        "custom_scripts/__init__.py",
        "custom_scripts/scripts.py",
        "templates/taskpane.html",
    } == written
    for name in written:
        if name.endswith(".py"):
            ast.parse((folder / name).read_text(encoding="utf-8"))


def test_the_project_sets_no_key_and_names_the_duty() -> None:
    files = project_files()
    assert "XLWINGS_LICENSE_KEY=\n" in files[".env.template"]
    assert "licence key" in files["README.md"]
    assert "noncommercial" not in "".join(files.values())


def test_the_pane_has_a_button_for_every_script() -> None:
    files = project_files()
    scripts = {
        node.name
        for node in ast.parse(files["custom_scripts/scripts.py"]).body
        if isinstance(node, ast.FunctionDef)
    }
    assert len(scripts) == 4
    for name in scripts:
        assert f'xw-click="{name}"' in files["templates/taskpane.html"]


def test_a_project_that_stands_there_is_not_written_over(tmp_path: Path) -> None:
    write_project(tmp_path)
    (tmp_path / "custom_scripts" / "scripts.py").write_text("mine", encoding="utf-8")
    with pytest.raises(XlmatrixError, match="exists already"):
        write_project(tmp_path)
    assert (tmp_path / "custom_scripts" / "scripts.py").read_text(encoding="utf-8") == "mine"
    write_project(tmp_path, overwrite=True)
    assert "recalculate" in (tmp_path / "custom_scripts" / "scripts.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def server(lite_path: Path) -> Iterator[str]:
    """The address of a genuine server that serves a fresh project."""
    if find_spec("xlwings_server") is None:
        if ALLOW_MISSING:
            pytest.skip("xlwings-server is not installed")
        pytest.fail("make tools installs xlwings-server; XLMATRIX_ALLOW_MISSING=1 skips this")
    with serving() as address:
        yield address


@noncommercial
@pytest.mark.slow
def test_the_genuine_server_recalculates_a_posted_workbook(server: str, lite_path: Path) -> None:
    actions = run(server, "recalculate_escalations", payload(lite_path))
    writes = [action for action in actions if action["func"] == "setValues"]
    assert len(writes) == 3
    headers, *rows = writes[0]["values"]
    assert headers[:3] == ["ID", "Opened", "Severity"]
    assert len(rows) == 42
    alert = next(action for action in actions if action["func"] == "alert")
    assert "Recalculated 42 incidents" in alert["args"][0]
    assert "agree everywhere" in alert["args"][0]


@noncommercial
@pytest.mark.slow
def test_the_genuine_server_says_what_is_wrong_and_writes_nothing(
    server: str, lite_path: Path
) -> None:
    book = deepcopy(payload(lite_path))
    for sheet in book["sheets"]:
        sheet["tables"] = [t for t in sheet["tables"] if t["name"] != "tHours"]
    actions = run(server, "recalculate_escalations", book)
    assert [action["func"] for action in actions] == ["alert"]
    assert "the table tHours was deleted" in actions[0]["args"][0]


@noncommercial
@pytest.mark.slow
def test_the_genuine_server_answers_functions_with_the_posted_workbook(
    server: str, lite_path: Path
) -> None:
    run(server, "read_this_workbook", payload(lite_path))
    start = (datetime(2026, 11, 13, 16, 30) - EPOCH).total_seconds() / 86400
    [[due]] = call(server, "sla_due", [[start]], [[240]], None, [["Business hours"]])
    assert EPOCH + timedelta(seconds=round(due * 86400)) == datetime(2026, 11, 16, 12, 0)
    error = {"type": "Error", "errorType": "NotAvailable", "basicValue": "#N/A"}
    column = call(
        server, "sla_due", [[start], ["x"], [""], [error]], [["SEV-1"]], [["Resolve"]], None
    )
    # What the client turns into a genuine #N/A.
    missing = {"type": "Error", "errorType": "NotAvailable"}
    assert column[1:] == [["not a date and time"], [""], [missing]]
    ladder = call(server, "sla_ladder", [[start]], [["SEV-1"]])
    assert ladder[0][0] == 1
    lines = call(server, "sla_explain", [[start]], [[240]], [["Business hours"]])
    assert lines[-1] == ["due Mon 2026-11-16 12:00 (Europe/Berlin)"]


@noncommercial
@pytest.mark.slow
def test_in_a_browser_the_genuine_client_recalculates_the_grid_at_a_click(
    server: str, lite_path: Path, tmp_path: Path
) -> None:
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    web = ROOT / ".tools" / "web"
    if browser is None or not (web / "node_modules" / "playwright-core").is_dir():
        if ALLOW_MISSING:
            pytest.skip("no Chromium or no playwright-core")
        pytest.fail("make tools installs Chromium; XLMATRIX_ALLOW_MISSING=1 skips this")
    book = deepcopy(payload(lite_path))
    results = next(sheet for sheet in book["sheets"] if sheet["name"] == "Recalculated")
    kept = [list(row) for row in results["values"]]
    for row in results["values"][6:]:
        row[3:] = ["stale"] * (len(row) - 3)
    workbook = tmp_path / "workbook.json"
    workbook.write_text(json.dumps(book), encoding="utf-8")
    done = subprocess.run(
        [
            "node",
            str(HERE / "click.mjs"),
            server,
            str(HERE / "office_stub.js"),
            str(workbook),
            browser,
            "recalculate_escalations",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"XLMATRIX_WEB": str(web)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["asked"] == ["/xlwings/custom-scripts-call/recalculate_escalations"]
    assert seen["alerted"] is not None, seen["logged"]
    assert "Recalculated 42 incidents" in seen["alerted"]
    after = next(sheet for sheet in seen["grid"]["sheets"] if sheet["name"] == "Recalculated")
    assert not [cell for row in after["values"] for cell in row if cell == "stale"]
    status = kept[5].index("Status")
    assert [row[status] for row in after["values"][6:48]] == [row[status] for row in kept[6:48]]
    log = next(sheet for sheet in seen["grid"]["sheets"] if sheet["name"] == "Incidents")
    assert "written" not in log
