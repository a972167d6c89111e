"""Every route into Excel answers the same questions alike; see :mod:`tests.addin.conformance`."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.addin.conformance import (
    AS_OF,
    LOG,
    MOMENTS,
    NOTICES,
    OBLIGATIONS,
    QUESTIONS,
    Question,
    differences,
)
from tests.addin.fake import FakeBook
from tests.addin.payload import VERSION, payload
from tests.addin.serving import call, run, serving
from tests.addin.test_functions import Caller, serial
from tests.addin.test_lite import files
from tests.addin.test_macros import shipped
from tests.addin.test_who import _NEW, _OLD, _ROTA
from tests.model.small import changed
from xlmatrix import api
from xlmatrix.addin import functions
from xlmatrix.addin.problems import SHOWN
from xlmatrix.cli import app
from xlmatrix.routes.dress import lite_book

#: Asks a route one question; None where it has no such answer.
Route = Callable[[Question], Any]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook that all are asked about."""
    folder = tmp_path_factory.mktemp("conformance")
    spec = folder / "handover.yaml"
    person = "  - {name: Tom Weiss, email"
    viktor = "  - {name: Viktor Hansen, email: v@example.com, phone: '1'}\n"
    text = changed((_OLD, _NEW), (person, viktor + person)) + _ROTA + OBLIGATIONS
    spec.write_text(text, encoding="utf-8")
    log = spec.with_suffix(".csv")
    log.write_text(LOG, encoding="utf-8")
    built = folder / "handover.xlsx"
    logs = {"notices": folder / "notices.csv", "moments": folder / "moments.csv"}
    for name, rows in (("notices", NOTICES), ("moments", MOMENTS)):
        logs[name].write_text(rows, encoding="utf-8")
    api.build(spec, incidents=log, logs=logs, as_of=AS_OF, output=built, dress=lite_book())
    return built


def check(route: Route, fewest: int = len(QUESTIONS)) -> None:
    """Ask a route every question that it can answer."""
    asked = [(question, route(question)) for question in QUESTIONS]
    answers = [(question, found) for question, found in asked if found is not None]
    assert len(answers) >= fewest
    assert not [said for question, found in answers if (said := differences(question, found))]


def test_python_answers(path: Path) -> None:
    offered: Any = functions
    caller = Caller(FakeBook(path))
    check(lambda asked: getattr(offered, asked.function)(*asked.given, caller=caller))


def test_the_text_of_the_macros_asks_for_the_same(path: Path) -> None:
    """Each function of the baked text is carried out as VBA would: its call, then its errors."""
    text, caller = shipped("xlwings_udfs.bas"), Caller(FakeBook(path))
    pattern = (
        r"^Function (?P<name>\w+)\((?P<arguments>.*)\)$(?s:.*?)"
        r'= AsErrors\(XLPy\.CallUDF\("(?P<module>[\w.]+)", "(?P<called>\w+)", '
        r"Array\((?P<handed>.*)\), ThisWorkbook, Application\.Caller\)\)$"
    )
    calls = {found["name"]: found for found in re.finditer(pattern, text, re.M)}
    turned = set(re.findall(r'Case "(.*?)": AsError = CVErr', text))

    def route(asked: Question) -> Any:
        found = calls[asked.function]
        names = [part.removeprefix("Optional ") for part in found["arguments"].split(", ")]
        held = dict(zip(names, asked.given, strict=False)) | {"Nothing": caller}
        handed = [held.get(name) for name in found["handed"].split(", ")]
        grid = getattr(importlib.import_module(found["module"]), found["called"])(*handed)
        errors = {cell for row in grid for cell in row if cell in SHOWN}
        assert errors <= turned
        return grid

    check(route)


def test_the_sheet_says_the_same_of_its_incidents(path: Path) -> None:
    """As its cells store it; ``tests/office`` has other engines confirm what is stored."""
    book = FakeBook(path)
    ids = book.column("tIncidents", "ID")
    columns = (book.column("tNotices", header) for header in ("Incident", "Obligation"))
    notices = list(zip(*columns, strict=True))

    def route(asked: Question) -> Any:
        headers = [header for header in asked.column.split(",") if header]
        table = "tNotices" if asked.obligation else "tIncidents"
        if asked.obligation:
            row = notices.index((asked.incident, asked.obligation.lower()))
        else:
            row = ids.index(asked.incident) if headers else 0
        found = [book.column(table, header)[row] for header in headers]
        cells = [serial(cell) if isinstance(cell, datetime) else cell for cell in found]
        return [cells] if cells else None

    check(route, 11)


def test_the_command_line_says_the_same_of_its_incidents(path: Path) -> None:
    told: dict[str, Any] = {}

    def route(asked: Question) -> Any:
        if not asked.told:
            return None
        if asked.incident not in told:
            result = CliRunner().invoke(app, ["explain", str(path), asked.incident, "--json"])
            assert result.exit_code == 0, result.output
            told[asked.incident] = json.loads(result.stdout)
        known = told[asked.incident]
        if asked.obligation:
            wanted = asked.obligation.lower()
            one = next(one for one in known["obligations"] if one["obligation"] == wanted)
            due = [_wall(one[key]) for key in ("safe_due", "due_by_law")]
            return [[*due, one["state"], one["detail"]]]
        if asked.told == "ladder":
            return [
                [step["level"], _wall(step["at"]), step["call"]]
                for step in known["ladder"]
                if not step["state"].startswith("not needed")
            ]
        return next(_wall(c["due"]) for c in known["clocks"] if c["target"] == asked.told)

    check(route, 11)


def _wall(text: str) -> float:
    return serial(datetime.fromisoformat(text).replace(tzinfo=None))


LITE = """
import asyncio, json, sys, time, types
sys.path = [p for p in sys.path if not __import__("os").path.isfile(f"{p}/xlmatrix/__init__.py")]
sys.meta_path = [f for f in sys.meta_path if "editable" not in repr(f).lower()]
import xlwings.server as server
main = types.ModuleType("main")
sys.modules["main"] = main
exec(open("main.py", encoding="utf-8").read(), main.__dict__)
async def ask(name, given):
    body = {"client": "Office.js", "func_name": name, "args": given, "version": "%s",
            "caller_address": "[handover.xlsx]Incidents!D2", "runtime": "1.4",
            "culture_info_name": "en-US", "date_format": "m/d/yyyy", "session_id": "x"}
    caller = server.caller_from_address(body["caller_address"])
    return await server.custom_functions_call(body, main, typehint_to_value={server.Caller: caller})
async def stream(due, zone):
    shown = []
    body = {"client": "Office.js", "func_name": "sla_clock", "args": [[[due]], [[zone]]],
            "version": "%s", "task_key": "sla_clock", "runtime": "1.4", "date_format": "m/d/yyyy",
            "culture_info_name": "en-US"}
    task = await server.custom_functions_call(body, main, streaming_callback=shown.append)
    while len(shown) < 2 and not task.done():
        await asyncio.sleep(0.05)
    task.cancel()
    return shown
async def all_of(asked):
    answers = [await ask(*one) for one in asked]
    soon = time.time() / 86400 + 25569 + 600 / 86400
    return [answers, await stream(soon, "UTC"), await stream("soon", "UTC"),
            server.custom_functions_meta(main)]
print(json.dumps(asyncio.run(all_of(json.load(sys.stdin)))))
"""


def _posted(asked: Question) -> list[Any]:
    """Arguments as Excel posts them: ranges as grids, errors as what Excel makes of them."""
    return [given if isinstance(given, list) else [[_cell(given)]] for given in asked.given]


def _cell(given: Any) -> Any:
    error = isinstance(given, str) and given.startswith("#")
    return {"type": "Error", "basicValue": given} if error else "" if given is None else given


_ERRORS = {
    "Div0": "#DIV/0!",
    "NotAvailable": "#N/A",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}


def _read(answer: Any) -> Any:
    """An answer as the client shows it: errors are errors."""
    if isinstance(answer, list):
        return [_read(part) for part in answer]
    if isinstance(answer, dict) and answer["type"] == "FormattedNumber":
        assert answer["numberFormat"] == "yyyy-mm-dd hh:mm"
        return answer["basicValue"]
    return _ERRORS[answer["errorType"]] if isinstance(answer, dict) else answer


@pytest.mark.noncommercial
def test_the_script_of_lite_answers_by_the_genuine_decorators(path: Path, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(files(path)["main.py"], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LITE % (VERSION, VERSION)],
        cwd=tmp_path,
        input=json.dumps([[asked.function.lower(), _posted(asked)] for asked in QUESTIONS]),
        env=os.environ | {"XLWINGS_LICENSE_KEY": "noncommercial", "XLWINGS_ON_SERVER": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found, running, wrong, meta = json.loads(done.stdout.splitlines()[-1])
    names = [asked.name for asked in QUESTIONS]
    answers = dict(zip(names, found, strict=True))
    check(lambda asked: _read(answers[asked.name]))
    # The one function that streams: numbers that fall, or an error.
    [[first]], [[second]] = running
    # A stamp is a whole second, so that half of one may be left beyond the ten minutes.
    assert 5 < second < first <= 10.01
    assert _read(wrong) == [[["#VALUE!"]]]
    options = {function["id"]: function["options"] for function in meta["functions"]}
    assert [name for name, told in options.items() if told.get("stream")] == ["SLA_CLOCK"]


@pytest.mark.noncommercial
@pytest.mark.slow
def test_the_genuine_server_answers(path: Path) -> None:
    with serving() as server:
        run(server, "read_this_workbook", payload(path))
        check(
            lambda asked: _read(
                call(
                    server,
                    asked.function.lower(),
                    *_posted(asked),
                    book="handover.xlsx",
                    formatted=True,
                )
            )
        )
