"""The genuine xlwings server in a process of its own, and the requests that Excel sends it.

The non-commercial key is set for that process alone.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.addin.payload import VERSION
from xlmatrix.addin.server import write_project

ROOT = Path(__file__).parents[2]


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server that serves a fresh project of ours."""
    with tempfile.TemporaryDirectory() as name, socket.socket() as probe:
        folder = Path(name)
        write_project(folder)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        env = {k: v for k, v in os.environ.items() if not k.startswith("XLWINGS_")} | {
            "XLWINGS_LICENSE_KEY": "noncommercial",
            "XLWINGS_PROJECT_DIR": str(folder),
            "XLWINGS_ENVIRONMENT": "prod",
            "XLWINGS_ENABLE_SOCKETIO": "false",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "uvicorn", "xlwings_server.main:main_app"]
        with (folder / "log.txt").open("w", encoding="utf-8") as log:
            running = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"],
                cwd=folder,
                env=env,
                stdout=log,
                stderr=log,
            )
            address = f"http://127.0.0.1:{port}"
            try:
                _await(address, running, folder / "log.txt")
                yield address
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


def post(address: str, body: dict[str, Any]) -> Any:
    """What the server answers a JSON body."""
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def call(server: str, function: str, *args: Any) -> Any:
    """A function call as a cell sends it."""
    body = {
        "client": "Office.js",
        "func_name": function,
        "args": args,
        "caller_address": "[matrix.xlsx]Incidents!D2",
        "session_id": "test",
        "culture_info_name": "en-US",
        "date_format": "m/d/yyyy",
        "version": VERSION,
        "runtime": "1.4",
    }
    return post(f"{server}/xlwings/custom-functions-call", body)["result"]


def run(server: str, script: str, book: dict[str, Any]) -> list[dict[str, Any]]:
    """A script call as a button sends it: the actions that it answers."""
    actions: list[dict[str, Any]] = post(f"{server}/xlwings/custom-scripts-call/{script}", book)[
        "actions"
    ]
    return actions
