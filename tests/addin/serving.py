"""The genuine xlwings server in a process of its own, and the requests that Excel sends it.

The non-commercial key is set for that process alone.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.addin.payload import VERSION
from tests.office.programs import missing
from xlmatrix.addin.server import write_project
from xlmatrix.addin.tokens import FILE, add

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WEB = ROOT / ".tools" / "web"
#: What stands for Excel in the browser.
STUB = HERE / "office_stub.js"


@dataclass(frozen=True)
class Server:
    """A server that answers: where, the tokens of people by name, and the project's folder."""

    address: str
    tokens: dict[str, str]
    folder: Path
    process: int


def environment(folder: Path, providers: str = "[]") -> dict[str, str]:
    """The environment of a project's own process."""
    return {k: v for k, v in os.environ.items() if not k.startswith("XLWINGS_")} | {
        "XLWINGS_LICENSE_KEY": "noncommercial",
        "XLWINGS_AUTH_PROVIDERS": providers,
        "XLWINGS_ENVIRONMENT": "prod",
        "XLWINGS_ENABLE_SOCKETIO": "false",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def serving(*people: str, settings: str = "") -> Iterator[Server]:
    """A server of a fresh project: for these people, or for this computer alone.

    ``settings`` are lines of its ``.env``.
    """
    with tempfile.TemporaryDirectory() as name, socket.socket() as probe:
        folder = Path(name)
        write_project(folder)
        (folder / ".env").write_text(settings, encoding="utf-8")
        tokens = {person: add(folder / FILE, person) for person in people}
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        with (folder / "log.txt").open("w", encoding="utf-8") as log:
            running = subprocess.Popen(
                [sys.executable, "run.py", "--port", str(port)]
                + ([] if people else ["--without-login"]),
                cwd=folder,
                env=environment(folder, '["tokens"]' if people else "[]"),
                stdout=log,
                stderr=log,
            )
            address = f"http://127.0.0.1:{port}"
            try:
                _await(address, running, folder / "log.txt")
                yield Server(address, tokens, folder, running.pid)
            finally:
                running.terminate()
                running.wait(10)


def _await(address: str, running: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{address}/xlwings/health", timeout=1):
                return
        except OSError as error:
            if getattr(error, "code", None):
                return
            assert running.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def post(address: str, body: dict[str, Any], token: str = "") -> Any:
    """What the server answers a JSON body."""
    head = {"Content-Type": "application/json"} | ({"Authorization": token} if token else {})
    request = urllib.request.Request(address, json.dumps(body).encode(), head)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def call(
    server: Server,
    function: str,
    *args: Any,
    by: str = "",
    book: str = "lite.xlsx",
    formatted: bool = False,
) -> Any:
    """A function call as a cell of a workbook sends it; ``formatted`` keeps formats of cells."""
    body = {
        "client": "Office.js",
        "func_name": function,
        "args": args,
        "caller_address": f"[{book}]Incidents!D2",
        "session_id": "test",
        "culture_info_name": "en-US",
        "date_format": "m/d/yyyy",
        "version": VERSION,
        "runtime": "1.4",
    }
    address = f"{server.address}/xlwings/custom-functions-call"
    answer = post(address, body, server.tokens.get(by, ""))["result"]
    return answer if formatted else numbers(answer)


def numbers(answer: Any) -> Any:
    """An answer with the bare numbers of cells that have a format."""
    if isinstance(answer, list):
        return [numbers(part) for part in answer]
    formatted = isinstance(answer, dict) and answer["type"] == "FormattedNumber"
    return answer["basicValue"] if formatted else answer


def run(server: Server, script: str, book: dict[str, Any], by: str = "") -> list[dict[str, Any]]:
    """A script call as a button sends it for somebody: the actions that it answers."""
    address = f"{server.address}/xlwings/custom-scripts-call/{script}"
    actions: list[dict[str, Any]] = post(address, book, server.tokens.get(by, ""))["actions"]
    return actions


def chromium() -> str:
    """The browser; skips or fails where it or what drives it is not there."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None or not (WEB / "node_modules" / "playwright-core").is_dir():
        missing("Chromium or what drives it", "tools")
    return browser


def driven(script: str, *arguments: object, timeout_s: float) -> Any:
    """What a script of this folder that drives the browser gives as JSON."""
    done = subprocess.run(
        ["node", str(HERE / script), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        env=os.environ | {"XLMATRIX_WEB": str(WEB)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
