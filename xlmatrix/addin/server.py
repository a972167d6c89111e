"""Writes a ready project for xlwings Server; xlmatrix itself imports nothing of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from xlmatrix import resources
from xlmatrix.routes.lite import SCRIPT
from xlmatrix.routes.macros import XLWINGS
from xlmatrix.write.outputs import put_folder

SERVER_VERSION: Final = "1.20.0"
_FUNCTIONS: Final = "custom_functions"
_SCRIPTS: Final = "custom_scripts"
_IMPORT: Final = "from xlwings import arg, func, script  # route\n"

_ENV: Final = """\
# Settings of xlwings Server. Copy this file to .env, and keep .env out of version control.

# The licence: xlwings Server is free for non-commercial use alone. At work, buy a key and put it
# here; xlmatrix neither brings nor sets one.
XLWINGS_LICENSE_KEY=

XLWINGS_ENVIRONMENT=dev
XLWINGS_PROJECT_NAME=xlmatrix
XLWINGS_FUNCTIONS_NAMESPACE=XLMATRIX
XLWINGS_SECRET_KEY=
"""

_README: Final = f"""\
# Escalation clocks on a server

This project serves the functions and buttons of xlmatrix to Excel (Windows, macOS, web) by
[xlwings Server](https://server.xlwings.org). People need no Python.

**Licence.** xlmatrix is free (MIT). xlwings Server and the parts of xlwings it uses are free for
non-commercial use; in a company you need a licence key. Put it into `.env`. This project sets none.

1. `python -m venv .venv && .venv/bin/pip install -r requirements.txt`
2. Copy `.env.template` to `.env` and write your licence key into it.
3. Make the server's own files beside these: `.venv/bin/xlwings-server init`, keep the folders
   `{_FUNCTIONS}` and `{_SCRIPTS}` of this project.
4. `.venv/bin/xlwings-server run`, then sideload `manifest.xml` in Excel.

Open a workbook that xlmatrix has built, and press *Recalculate escalations*. Functions compute with
the workbook that a button read last on this server process: press *Read this workbook* after a
change of hours, holidays, targets or owners. With several people at once, run one process each, or
give functions nothing but minutes and a calendar.
"""


_PANE: Final = """\
{% extends "base.html" %}
{% block content %}
  <div class="container-fluid pt-3 d-grid gap-2">
    <button xw-click="recalculate_escalations" class="btn btn-primary btn-sm" type="button">
      Recalculate escalations
    </button>
    <button xw-click="validate_matrix" class="btn btn-secondary btn-sm" type="button">
      Validate matrix
    </button>
    <button xw-click="import_incidents" class="btn btn-secondary btn-sm" type="button">
      Import incidents
    </button>
    <button xw-click="read_this_workbook" class="btn btn-secondary btn-sm" type="button">
      Read this workbook
    </button>
  </div>
{% endblock content %}
"""


def write_project(folder: Path, *, overwrite: bool = False) -> list[Path]:
    """Write the project's files into a folder that may exist but holds none of them.

    Raises
    ------
    XlmatrixError
        Another file stands there already and ``overwrite`` is off, or one cannot be written.
    """
    return put_folder(project_files(), folder, overwrite=overwrite or None)


def project_files() -> dict[str, str]:
    """Every file of the project by its place in it."""
    source = resources.macro_text(SCRIPT).replace("# package\n", "")
    if _IMPORT not in source:
        raise AssertionError("the script does not import as expected")
    cut = source.index("# Hidden sheets")
    head, functions, scripts = source[: source.index("@func")], source[:cut], source[cut:]
    route = "from xlwings.server import {}\n"
    return {
        "README.md": _README,
        ".env.template": _ENV,
        "requirements.txt": f"xlmatrix\nxlwings=={XLWINGS}\nxlwings-server=={SERVER_VERSION}\n",
        "templates/taskpane.html": _PANE,
        f"{_FUNCTIONS}/__init__.py": "from .functions import *\n",
        f"{_FUNCTIONS}/functions.py": _kept(
            functions.replace(_IMPORT, route.format("arg, func")), ("xw", "actions")
        ),
        f"{_SCRIPTS}/__init__.py": "from .scripts import *\n",
        f"{_SCRIPTS}/scripts.py": _kept(
            head.replace(_IMPORT, route.format("script")) + scripts,
            ("answers", "STATES", "answered"),
        ),
    }


def _kept(source: str, unused: tuple[str, ...]) -> str:
    """A module without the imports that its half of the script has no use for."""
    lines = []
    for line in source.rstrip().split("\n"):
        if line == "import xlwings as xw" and "xw" in unused:
            continue
        module, mark, names = line.partition(" import ")
        if line.startswith("from xlmatrix") and mark:
            used = [name for name in names.split(", ") if name not in unused]
            if not used:
                continue
            lines.append(f"{module} import {', '.join(used)}")
            continue
        lines.append(line)
    return "\n".join(lines) + "\n"
