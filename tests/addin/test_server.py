"""The server route with the genuine server and client.

They are free for non-commercial use, which a test run of this project is: the key is set for the
server's own process and nowhere else. Deselect these tests with ``-m 'not noncommercial'``.
"""

from __future__ import annotations

import ast
import http.client
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import range_boundaries

from tests.addin.payload import payload
from tests.addin.serving import (
    STUB,
    Server,
    call,
    chromium,
    driven,
    environment,
    post,
    run,
    serving,
)
from tests.office.programs import missing
from xlmatrix import resources
from xlmatrix.addin.asking import FUNCTIONS
from xlmatrix.addin.bridge import VERSION
from xlmatrix.addin.server import project_files, write_project
from xlmatrix.addin.wheel import make_wheel
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import TARGETS

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
EPOCH = datetime(1899, 12, 30)

noncommercial = pytest.mark.noncommercial


def texts() -> dict[str, str]:
    """The project's files but for the wheel."""
    return {name: text for name, text in project_files().items() if isinstance(text, str)}


def test_the_project_holds_what_the_server_looks_for(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    written = {path.relative_to(folder).as_posix() for path in write_project(folder)}
    assert {
        ".env.template",
        ".gitignore",
        "README.md",
        "auth/tokens/__init__.py",
        "custom_functions/__init__.py",
        "custom_functions/functions.py",
        "custom_scripts/__init__.py",
        "custom_scripts/now.py",
        "custom_scripts/scripts.py",
        "lifespan.py",
        "pyproject.toml",
        "requirements.txt",
        "run.py",
        "static/js/auth.js",
        "static/js/now.js",
        "static/js/forms.js",
        "templates/taskpane.html",
    } == {name for name in written if not name.endswith(".whl")}
    for name in written:
        if name.endswith(".py"):
            ast.parse((folder / name).read_text(encoding="utf-8"))


def test_the_project_sets_no_key_and_names_the_duty() -> None:
    files = texts()
    assert "XLWINGS_LICENSE_KEY=\n" in files[".env.template"]
    assert "licence key" in files["README.md"]
    assert "noncommercial" not in "".join(files.values())


def test_the_pane_has_a_button_for_every_script() -> None:
    files = texts()
    scripts = {
        node.name
        for node in ast.parse(files["custom_scripts/scripts.py"]).body
        if isinstance(node, ast.FunctionDef)
    }
    assert len(scripts) == 5
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
def server() -> Iterator[Server]:
    """A genuine server of a fresh project, for this computer alone."""
    if find_spec("xlwings_server") is None:
        missing("xlwings-server", "tools")
    with serving() as running:
        yield running


@noncommercial
@pytest.mark.slow
def test_the_genuine_server_recalculates_a_posted_workbook(server: Server, lite_path: Path) -> None:
    actions = run(server, "recalculate_escalations", payload(lite_path))
    writes = [action for action in actions if action["func"] == "setValues"]
    # Three headers as they stand, so that a protected sheet is noticed, and the three tables.
    assert [len(action["values"]) for action in writes[:3]] == [1, 1, 1]
    assert len(writes) == 6
    writes = writes[3:]
    headers, *rows = writes[0]["values"]
    assert headers[:3] == ["ID", "Opened", "Severity"]
    assert len(rows) == 42
    alert = next(action for action in actions if action["func"] == "alert")
    assert "Recalculated 42 incidents" in alert["args"][0]
    assert "agree everywhere" in alert["args"][0]


@noncommercial
@pytest.mark.slow
def test_the_genuine_server_says_what_is_wrong_and_writes_nothing(
    server: Server, lite_path: Path
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
    server: Server, lite_path: Path
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
    wrong = {"type": "Error", "errorType": "Value"}
    assert column[1:] == [[wrong], [""], [missing]]
    why = call(server, "sla_why", [["SLA_DUE"]], [["x"]], [["SEV-1"]], [["Resolve"]])
    assert why == [["not a date and time"]]
    ladder = call(server, "sla_ladder", [[start]], [["SEV-1"]])
    assert ladder[0][0] == 1
    ours = call(server, "sla_ladder", [[start]], [["SEV-1"]], [["DAT-01"]])
    assert ours != ladder
    lines = call(server, "sla_explain", [[start]], [[240]], [["Business hours"]])
    assert lines[-1] == ["due Mon 2026-11-16 12:00 (Europe/Berlin)"]


def clicked(server: Server, book: dict[str, Any], folder: Path, *asked: str) -> Any:
    """What is in the grid, and what was said, after a click in the genuine client."""
    browser, workbook = chromium(), folder / "workbook.json"
    workbook.write_text(json.dumps(book), encoding="utf-8")
    return driven("click.mjs", server.address, STUB, workbook, browser, *asked, timeout_s=120)


@noncommercial
@pytest.mark.slow
@pytest.mark.parametrize(
    "asked",
    [("recalculate_escalations",), ("recalculate_as_of", "as-of", "2026-11-16T10:30")],
    ids=["as of now", "as of a time in the form"],
)
def test_in_a_browser_the_genuine_client_recalculates_the_grid_at_a_click(
    server: Server, lite_path: Path, tmp_path: Path, asked: tuple[str, ...]
) -> None:
    book = deepcopy(payload(lite_path))
    results = next(sheet for sheet in book["sheets"] if sheet["name"] == "Recalculated")
    kept = [list(row) for row in results["values"]]
    for row in results["values"][6:]:
        row[3:] = ["stale"] * (len(row) - 3)
    seen = clicked(server, book, tmp_path, *asked)
    # After the page itself has asked what is open.
    assert seen["asked"][-1] == f"/xlwings/custom-scripts-call/{asked[0]}"
    assert seen["alerted"] is not None, seen["logged"]
    assert "Recalculated 42 incidents" in seen["alerted"]
    after = next(sheet for sheet in seen["grid"]["sheets"] if sheet["name"] == "Recalculated")
    assert not [cell for row in after["values"] for cell in row if cell == "stale"]
    status = kept[5].index("Status")
    assert [row[status] for row in after["values"][6:48]] == [row[status] for row in kept[6:48]]
    log = next(sheet for sheet in seen["grid"]["sheets"] if sheet["name"] == "Incidents")
    assert "written" not in log
    assert seen["grid"]["calculated"] == 1


def own(name: str, *rows: list[Any]) -> dict[str, Any]:
    """A sheet of somebody's own."""
    return {"name": name, "values": list(rows), "tables": [], "pictures": [], "visible": True}


@noncommercial
@pytest.mark.slow
def test_in_a_browser_sheets_of_somebodys_own_are_left_alone(
    server: Server, plain_path: Path, tmp_path: Path
) -> None:
    book = deepcopy(payload(plain_path))
    book["sheets"].append(own("AUDIT", ["mine"], ["", "also mine"]))
    seen = clicked(server, book, tmp_path, "recalculate_escalations")
    assert seen["alerted"] is not None, seen["failed"]
    titles = [sheet["name"] for sheet in seen["grid"]["sheets"]]
    assert titles[-3:] == ["AUDIT", "Recalculated", "Audit 2"]
    assert {write["old"] for write in seen["grid"]["log"]} == {""}
    assert {write["sheet"] for write in seen["grid"]["log"]} == {"Recalculated", "Audit 2"}
    # A structure that no sheet can be added to: what Excel refuses comes before any writing.
    book["book"]["protected"] = True
    seen = clicked(server, book, tmp_path, "recalculate_escalations")
    assert "structure of the workbook is protected" in seen["failed"]
    assert (seen["alerted"], seen["grid"]["log"]) == (None, [])


@noncommercial
@pytest.mark.slow
def test_in_a_browser_ids_that_look_like_numbers_and_dates_stay_text(
    server: Server, plain_path: Path, tmp_path: Path
) -> None:
    book = deepcopy(payload(plain_path))
    ids = ["00124", "3-4", "12E5", "1/2"]
    rows = [[name, "2026-11-15T09:00:00.000Z", "=1+1"] for name in ids]
    book["sheets"].append(own("Import", ["ID", "Opened", "Title"], *rows))
    seen = clicked(server, book, tmp_path, "import_incidents")
    assert "Imported 4 incidents" in (seen["alerted"] or seen["failed"])
    new = {write["new"] for write in seen["grid"]["log"]}
    assert {*ids, "=1+1"} <= new
    assert {write["old"] for write in seen["grid"]["log"]} == {""}


@pytest.fixture(scope="module")
def shared() -> Iterator[Server]:
    """A genuine server that two people may use."""
    with serving("ada", "bob") as running:
        yield running


def refused(action: Any) -> tuple[int, str]:
    """The status and the words of a request that is refused."""
    with pytest.raises(urllib.error.HTTPError) as fault:
        action()
    return fault.value.code, fault.value.read().decode()


@noncommercial
@pytest.mark.slow
def test_nobody_without_a_token_gets_an_answer_from_the_genuine_server(
    shared: Server, lite_path: Path
) -> None:
    start = [[46_340.5]]
    run(shared, "read_this_workbook", payload(lite_path), by="ada")
    assert refused(lambda: call(shared, "sla_due", start, [["SEV-1"]], [["Resolve"]]))[0] == 401
    assert refused(lambda: run(shared, "recalculate_escalations", payload(lite_path)))[0] == 401
    address = f"{shared.address}/xlwings/custom-scripts-call/recalculate_escalations"
    status, words = refused(lambda: post(address, payload(lite_path), "a guess"))
    assert (status, "opens nothing here" in words) == (401, True)
    # The pane and the names of the functions are what every add-in shows.
    for place in ("taskpane", "xlwings/custom-functions-meta", "manifest"):
        with urllib.request.urlopen(f"{shared.address}/{place}", timeout=20) as answer:
            assert answer.status == 200
            assert b"Nowak" not in answer.read()


@noncommercial
@pytest.mark.slow
def test_a_second_persons_functions_do_not_answer_from_the_firsts_workbook(
    shared: Server, lite_path: Path
) -> None:
    start = [[46_340.5]]
    run(shared, "read_this_workbook", payload(lite_path), by="ada")
    asked = ("sla_due", start, [["SEV-1"]], [["Resolve"]])
    [[due]] = call(shared, *asked, by="ada")
    assert isinstance(due, float)
    missing = {"type": "Error", "errorType": "NotAvailable"}
    why = ("sla_why", [["SLA_DUE"]], *asked[1:])
    for by, book in (("bob", "lite.xlsx"), ("ada", "other.xlsx")):
        assert call(shared, *asked, by=by, book=book) == [[missing]]
        [[said]] = call(shared, *why, by=by, book=book)
        assert said.startswith(f"{book} has not been read yet.")
    run(shared, "read_this_workbook", payload(lite_path), by="bob")
    assert call(shared, *asked, by="bob") == [[due]]
    # Two people by two workbooks: each cell answers by its own.
    other = quicker(payload(lite_path))
    run(shared, "read_this_workbook", other, by="ada")
    run(shared, "recalculate_escalations", other, by="ada")
    [[sooner]] = call(shared, *asked, by="ada", book="other.xlsx")
    assert sooner < due
    assert call(shared, *asked, by="ada") == call(shared, *asked, by="bob") == [[due]]
    assert call(shared, *asked, by="bob", book="other.xlsx") == [[missing]]
    # A cell that was told of another policy than the one that was read does not answer from it.
    version = policy_version(other)
    told = (*asked, None, [[version]])
    assert call(shared, *told, by="ada", book="other.xlsx") == [[sooner]]
    told = (*asked, None, [[version + 1]])
    assert call(shared, *told, by="ada", book="other.xlsx") == [[missing]]
    [[said]] = call(shared, *why, None, [[version + 1]], by="ada", book="other.xlsx")
    assert said.startswith("the policy of other.xlsx was changed since it was read.")


def quicker(book: dict[str, Any]) -> dict[str, Any]:
    """The same workbook under another name, whose targets of the first severity are shorter."""
    other = deepcopy(book)
    other["book"]["name"] = "other.xlsx"
    for sheet in other["sheets"]:
        for table in sheet["tables"]:
            if table["name"] == "tTargets1":
                left, top, _, bottom = corners(table["range_address"])
                place = sheet["values"][top - 1].index("Within")
                assert place >= left - 1
                for row in sheet["values"][top:bottom]:
                    row[place] = 1
    return other


def corners(address: str) -> list[int]:
    """First column and row, and last ones."""
    return [edge or 0 for edge in range_boundaries(address)]


def policy_version(book: dict[str, Any]) -> float:
    """What a posted workbook calls its policy."""
    name = next(name for name in book["names"] if name["name"] == VERSION)
    left, top, *_ = corners(name["address"])
    return float(book["sheets"][name["sheet_index"]]["values"][top - 1][left - 1])


@noncommercial
@pytest.mark.slow
def test_excel_is_told_what_follows_the_clock_which_targets_there_are_and_of_no_stream(
    server: Server,
) -> None:
    with urllib.request.urlopen(f"{server.address}/xlwings/custom-functions-meta") as answer:
        told = json.load(answer)
    assert told["allowErrorForDataTypeAny"]
    functions = {function["id"]: function for function in told["functions"]}
    assert set(functions) == {*FUNCTIONS, "SLA_WHY"}
    volatile = {name for name, f in functions.items() if f["options"].get("volatile")}
    assert volatile == {"SLA_STATUS", "SLA_NEXT", "SLA_ONCALL", "SLA_REPORT", "SLA_WHY"}
    choices = {enum["id"]: [v["stringValue"] for v in enum["values"]] for enum in told["enums"]}
    assert choices["SLA_DUE.TARGET"] == list(TARGETS.values())
    target = functions["SLA_DUE"]["parameters"][2]
    assert target["customEnumId"] == "SLA_DUE.TARGET"
    for place in ("static/js/forms.js", "static/js/auth.js"):
        with urllib.request.urlopen(f"{server.address}/{place}", timeout=20) as script:
            assert b"addEventListener" in script.read()


@noncommercial
@pytest.mark.slow
def test_a_script_takes_a_time_from_its_form(server: Server, lite_path: Path) -> None:
    book = deepcopy(payload(lite_path)) | {"args": ["2026-11-20T08:00"]}
    actions = run(server, "recalculate_as_of", book)
    alert = next(action for action in actions if action["func"] == "alert")
    assert "as of 2026-11-20 08:00" in alert["args"][0]


@noncommercial
@pytest.mark.slow
@pytest.mark.parametrize("token", ["ada", ""])
def test_a_body_of_80_mb_is_refused_and_costs_nothing(shared: Server, token: str) -> None:
    host = shared.address.removeprefix("http://")
    before = _resident_kb(shared.process)
    for head in ({"Content-Length": str(80 * 2**20)}, {"Transfer-Encoding": "chunked"}):
        link = http.client.HTTPConnection(host, timeout=30)
        link.putrequest("POST", "/xlwings/custom-scripts-call/recalculate_escalations")
        for name, value in (head | {"Authorization": shared.tokens.get(token, "")}).items():
            link.putheader(name, value)
        link.endheaders()
        with suppress(OSError):
            for _ in range(80):
                piece = b" " * 2**20
                chunked = "Transfer-Encoding" in head
                link.send(b"100000\r\n%s\r\n" % piece if chunked else piece)
        with suppress(OSError):
            # Who is cut off while sending may not get to hear why.
            assert link.getresponse().status == (413 if token else 401)
        link.close()
    assert _resident_kb(shared.process) - before < 120_000
    with urllib.request.urlopen(f"{shared.address}/xlwings/custom-scripts-meta") as answer:
        assert answer.status == 200


def _resident_kb(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1])


@noncommercial
@pytest.mark.slow
def test_the_project_does_not_start_without_login_or_past_its_guard(tmp_path: Path) -> None:
    write_project(tmp_path)
    own = [sys.executable, "run.py", "--port", "0"]
    past = [sys.executable, "-m", "uvicorn", "xlwings_server.main:main_app", "--port", "0"]
    for command, code, words in (
        (own, 2, "nobody would be asked who they are"),
        ([*own, "--without-login", "--host", "0.0.0.0"], 2, "this computer alone"),
        (past, 1, "started by `python run.py`"),
    ):
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=environment(tmp_path) | {"XLWINGS_PROJECT_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, words in done.stderr) == (code, True), done.stderr
        assert code == 1 or "Traceback" not in done.stderr


def test_the_wheel_in_the_project_installs_and_runs_without_the_checkout(tmp_path: Path) -> None:
    name, data = make_wheel()
    assert make_wheel() == (name, data)
    (tmp_path / name).write_bytes(data)
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", "--quiet"]
    subprocess.run([*pip, "--target", str(site), str(tmp_path / name)], check=True, timeout=120)
    program = (
        "import sys\n"
        "sys.meta_path = [f for f in sys.meta_path if 'editable' not in repr(f).lower()]\n"
        "import xlmatrix\nfrom xlmatrix import resources\n"
        "print(xlmatrix.__file__, len(resources.macro_names()), *resources.template_names())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    where, macros, *templates = done.stdout.split()
    assert where.startswith(str(site)), done.stderr
    assert int(macros) == len(resources.macro_names())
    assert tuple(templates) == resources.template_names()


def test_excel_knows_a_project_again_after_it_was_written_anew(tmp_path: Path) -> None:
    write_project(tmp_path)
    identity = (tmp_path / "pyproject.toml").read_text(encoding="utf-8")
    write_project(tmp_path, overwrite=True)
    assert (tmp_path / "pyproject.toml").read_text(encoding="utf-8") == identity
    write_project(tmp_path / "another")
    assert (tmp_path / "another" / "pyproject.toml").read_text(encoding="utf-8") != identity
