"""Writes a ready project for xlwings Server; xlmatrix itself imports nothing of it."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Final

from xlmatrix import resources
from xlmatrix.addin.wheel import make_wheel
from xlmatrix.routes.lite import SCRIPT
from xlmatrix.routes.macros import XLWINGS
from xlmatrix.write.outputs import put_folder

SERVER_VERSION: Final = "1.20.0"
_FUNCTIONS: Final = "custom_functions"
_SCRIPTS: Final = "custom_scripts"
_IMPORT: Final = "from xlwings import arg, func, script  # route\n"
#: What is written as it stands; the rest of the project is made of it.
_SOURCES: Final = "server/"
_SETTINGS: Final = "pyproject.toml"
_PLACES: Final = ("dev", "qa", "uat", "staging", "prod")
_USER: Final = "from xlwings_server.models import CurrentUser\n"


def write_project(folder: Path, *, overwrite: bool = False) -> list[Path]:
    """Write the project's files into a folder that may exist but holds none of them.

    What Excel knows the add-in by stays as it is in a folder that has a project.

    Raises
    ------
    XlmatrixError
        Another file stands there already and ``overwrite`` is off, or one cannot be written.
    """
    files = project_files()
    if not (folder / _SETTINGS).exists():
        files[_SETTINGS] = _identity()
    return put_folder(files, folder, overwrite=overwrite or None)


def project_files() -> dict[str, str | bytes]:
    """Every file of the project by its place in it, but for its identity."""
    wheel, data = make_wheel()
    source = resources.macro_text(SCRIPT).replace("# package\n", "")
    if _IMPORT not in source:
        raise AssertionError("the script does not import as expected")
    head, rest = source[: source.index("@func")], source[source.index("@func") :]
    functions, scripts = _halves(rest)
    route = f"from xlwings.server import {{}}\n{_USER}"
    written = {
        name.removeprefix(_SOURCES): resources.macro_text(name)
        for name in resources.macro_names()
        if name.startswith(_SOURCES)
    }
    return {
        **written,
        wheel: data,
        "requirements.txt": f"./{wheel}\nxlwings=={XLWINGS}\nxlwings-server=={SERVER_VERSION}\n",
        f"{_FUNCTIONS}/__init__.py": "from .functions import *\n",
        f"{_FUNCTIONS}/functions.py": _kept(
            head.replace(_IMPORT, route.format("arg, func")) + functions, ("actions",)
        ),
        f"{_SCRIPTS}/__init__.py": "from .now import *\nfrom .scripts import *\n",
        f"{_SCRIPTS}/scripts.py": _kept(
            head.replace(_IMPORT, route.format("script")) + scripts,
            ("answers", "STATES", "answered"),
        ),
    }


def _halves(source: str) -> tuple[str, str]:
    """Functions and scripts of the common script, each of which is told who asks.

    One process serves everybody, so a function answers from what this person had read, and of that
    from the workbook that holds the cell.
    """
    cut = source.index("# Hidden sheets")
    functions = source[:cut].replace('):\n    """', f', {_ASKED}):\n    """')
    functions = functions.replace("STATES.last()", "_state(user, caller)")
    scripts = source[cut:].replace("(book: xw.Book)", "(book: xw.Book, user: CurrentUser)")
    scripts = scripts.replace(", book)", ", book, owner=str(user.id))")
    return f"{_STATE}{functions}", scripts


_ASKED: Final = "*, caller: xw.Caller | None = None, user: CurrentUser = None"
_STATE: Final = '''\
def _state(user, caller):
    """What this person last had read of the workbook that holds the cell."""
    return STATES.of_cell(str(user.id), caller.book_name if caller else "")


'''


def _identity() -> str:
    """What tells this add-in from others in Excel: by chance, and the same from then on."""
    ids = "".join(f'manifest_id_{place} = "{uuid.uuid4()}"\n' for place in _PLACES)
    return f"# Excel knows the add-in by these; they stay.\n[tool.xlwings_server]\n{ids}"


def _kept(source: str, unused: tuple[str, ...]) -> str:
    """A module without the imports that its half of the script has no use for."""
    lines = []
    for line in source.rstrip().split("\n"):
        module, mark, names = line.partition(" import ")
        if line.startswith("from xlmatrix") and mark:
            used = [name for name in names.split(", ") if name not in unused]
            if not used:
                continue
            lines.append(f"{module} import {', '.join(used)}")
            continue
        lines.append(line)
    return "\n".join(lines) + "\n"
