"""Finds the shipped templates and macros, in a checkout and in an installed wheel.

A wheel carries ``workbook_templates/`` and ``macros/`` inside the package under a leading
underscore; a checkout has them beside it, where template authors edit them.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from xlmatrix.errors import XlmatrixError

TEMPLATE_FILE = "template.yaml"
#: The folder of data that all templates share; it is no template itself.
SHARED_FOLDER = "_shared"

_PACKAGE = Path(__file__).resolve().parent


def template_names() -> tuple[str, ...]:
    """Names of the shipped templates, sorted; empty when none is shipped."""
    return tuple(sorted(path.parent.name for path in _templates().glob(f"*/{TEMPLATE_FILE}")))


def template_path(name: str, file: str = TEMPLATE_FILE) -> Path:
    """The path of one file of a template.

    Parameters
    ----------
    name
        A name from :func:`template_names`.
    file
        A file of the template's folder (``texts/start.md``); its spec by default.

    Raises
    ------
    XlmatrixError
        No such template (with the closest name) or no such file in it.
    """
    if name not in template_names():
        raise _unknown("template", name, template_names(), where="workbook_templates")
    folder = _templates() / name
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    known = {place: path for place, path in files.items() if path.is_file()}
    if file not in known:
        raise _unknown("file", file, tuple(sorted(known)), where=f"template {name}")
    return known[file]


def template_text(name: str, file: str = TEMPLATE_FILE) -> str:
    """The text of one file of a template; arguments and errors as in :func:`template_path`."""
    return template_path(name, file).read_text(encoding="utf-8")


def shared_names() -> tuple[str, ...]:
    """File names of the data that all templates share, sorted."""
    return tuple(sorted(path.name for path in (_templates() / SHARED_FOLDER).glob("*.yaml")))


def shared_text(file: str) -> str:
    """The text of one data file that all templates share, as in ``obligations.yaml``.

    Raises
    ------
    XlmatrixError
        No such file.
    """
    folder = _templates() / SHARED_FOLDER
    if not (folder / file).is_file():
        known = tuple(sorted(path.name for path in folder.glob("*") if path.is_file()))
        raise _unknown("shared file", file, known, where=f"workbook_templates/{SHARED_FOLDER}")
    return (folder / file).read_text(encoding="utf-8")


def macro_names() -> tuple[str, ...]:
    """The shipped macro sources (VBA, ribbon XML, scripts) by their place in the folder, sorted."""
    folder = _macros()
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    # The page for people who read the folder is no source of anything.
    sources = (path.as_posix() for path in files if path.suffix not in {".pyc"})
    return tuple(sorted(name for name in sources if name != "README.md"))


def macro_text(name: str) -> str:
    r"""The text of one macro source by its place, as in ``Escalations.bas``.

    Line ends are as Python reads them (``\n``); the writer of a VBA project sets its own.
    """
    if name not in macro_names():
        raise _unknown("macro source", name, macro_names(), where="macros")
    return (_macros() / name).read_text(encoding="utf-8")


def _templates() -> Path:
    return folder_of("workbook_templates")


def _macros() -> Path:
    return folder_of("macros")


def folder_of(name: str) -> Path:
    """The packaged folder when there is one, else the one beside the package in a checkout."""
    packaged = _PACKAGE / f"_{name}"
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def _unknown(kind: str, name: str, names: tuple[str, ...], *, where: str) -> XlmatrixError:
    close = get_close_matches(name.lower(), [known.lower() for known in names], n=1, cutoff=0.5)
    meant = next((known for known in names if close and known.lower() == close[0]), None)
    known = ", ".join(names) if names else "none"
    mend = f"Did you mean {meant!r}? Known: {known}" if meant else f"Known: {known}"
    return XlmatrixError(f"there is no {kind} {name!r}", where=where, mend=mend)
