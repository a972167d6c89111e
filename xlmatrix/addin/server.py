"""Writes a ready project for xlwings Server; xlmatrix itself imports nothing of it."""

from __future__ import annotations

import re
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
_IMPORT: Final = "from xlwings import arg, func, ret, script  # route\n"
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
    functions, scripts = _halves(source)
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
        f"{_FUNCTIONS}/functions.py": functions,
        f"{_SCRIPTS}/__init__.py": "from .now import *\nfrom .scripts import *\n",
        f"{_SCRIPTS}/scripts.py": scripts,
    }


def _halves(source: str) -> tuple[str, str]:
    """Functions and scripts of the common script, each of which is told who asks.

    One process serves everybody, so a function answers from what this person had read, and of that
    from the workbook that holds the cell. Nothing streams: the guard closes sockets.
    """
    imports, rest = _cut(source, "Target = Literal[")
    asked, rest = _cut(rest, "# Where the route streams")
    # The page stamps there, and knows who presses.
    scripts = _cut(_cut(rest, "# Hidden sheets")[1], "# Where no page")[0].rstrip() + "\n"
    for common, ours in _WHO_ASKS:
        if common not in asked:
            raise AssertionError(f"the script does not have {common!r}")
        asked = asked.replace(common, ours)
    scripts = scripts.replace("(book: xw.Book", "(book: xw.Book, user: CurrentUser")
    scripts = re.sub(r"(actions\.run\(.*)\)$", r"\1, owner=str(user.id))", scripts, flags=re.M)
    route = f"from xlwings.server import {{}}\n{_USER}"
    return (
        _kept(imports.replace(_IMPORT, route.format("arg, func, ret")), ("actions", "clock", "dt"))
        + f"\n{asked.rstrip()}\n",
        _kept(imports.replace(_IMPORT, route.format("script")), _OF_FUNCTIONS) + f"\n\n{scripts}",
    )


def _cut(text: str, mark: str) -> tuple[str, str]:
    place = text.index(mark)
    return text[:place], text[place:]


_CALLER: Final = "caller: xw.Caller | None = None"
_WHO_ASKS: Final = (
    (_CALLER, f"{_CALLER}, user: CurrentUser = None"),
    ("_state(caller)", "_state(caller, user)"),
    ('of_cell("", ', "of_cell(str(user.id), "),
)
#: What the half with the buttons has no use for.
_OF_FUNCTIONS: Final = ("asking", "clock", "STATES", "Literal")


def _identity() -> str:
    """What tells this add-in from others in Excel: by chance, and the same from then on."""
    ids = "".join(f'manifest_id_{place} = "{uuid.uuid4()}"\n' for place in _PLACES)
    return f"# Excel knows the add-in by these; they stay.\n[tool.xlwings_server]\n{ids}"


def _kept(source: str, unused: tuple[str, ...]) -> str:
    """The head of a module without the imports that its half of the script has no use for."""
    lines = []
    for line in source.rstrip().split("\n"):
        module, mark, names = line.partition("import ")
        if module in ("", "from typing ") or module.startswith("from xlmatrix"):
            used = [name for name in names.split(", ") if name.split(" as ")[-1] not in unused]
            if mark and not used:
                continue
            lines.append(f"{module}{mark}{', '.join(used)}")
            continue
        lines.append(line)
    return "\n".join(lines) + "\n"
