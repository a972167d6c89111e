"""Files are written in one module alone, so that each is there whole or not at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import xlmatrix

ROOT = Path(xlmatrix.__file__).parent
#: Methods that make, fill or move files, of whatever object.
METHODS = {
    "write_text", "write_bytes", "mkdir", "touch", "rename", "symlink_to", "hardlink_to", "save",
    "to_csv", "to_excel",
}  # fmt: skip
#: Functions of the system that do.
FUNCTIONS = {
    "os": {"replace", "rename", "link", "mkdir", "makedirs"},
    "shutil": {"copy", "copy2", "copyfile", "copyfileobj", "copytree", "move"},
}
#: Who may, and why.
MAY = {
    "write/store.py",  # the one way out
    "write/package.py",  # openpyxl and the archive write into memory
    "papers/word.py",  # python-docx writes into memory
    "papers/pdf.py",  # a temporary file for LibreOffice
    "routes/project.py",  # a temporary file for the library that writes macros
    "exchange/files/opening.py",  # a temporary file for each of an archive's
    "exchange/written.py",  # tables into memory
    "addin/importing.py",  # a temporary file, also inside Excel, where there is no writer
    "cli/app.py",  # the system's bin, for a terminal that went away
}


def writes(source: str) -> Iterator[str]:
    """Every call in a module that may write a file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _writes(node):
            yield ast.unparse(node)


def _writes(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id="open"):
            return _for_writing(call, 1)
        case ast.Attribute(attr="open", value=ast.Name(id="os")):
            return "O_RDONLY" not in ast.unparse(call)
        case ast.Attribute(attr="open"):
            return _for_writing(call, 0) or _for_writing(call, 1)
        case ast.Attribute(attr=name, value=ast.Name(id="os" | "shutil" as module)):
            return name in FUNCTIONS[module]
        case ast.Attribute(attr="replace"):
            # A text's replace() takes two arguments, a path's one.
            return len(call.args) == 1 and not call.keywords
        case ast.Attribute(attr=name):
            return name in METHODS
    return False


def _for_writing(call: ast.Call, place: int) -> bool:
    given = [*call.args[place : place + 1], *(k.value for k in call.keywords if k.arg == "mode")]
    modes = [arg.value for arg in given if isinstance(arg, ast.Constant)]
    return any(isinstance(mode, str) and set(mode) & set("wax+") != set() for mode in modes)


def test_nothing_outside_the_named_modules_writes_a_file() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): list(writes(path.read_text(encoding="utf-8")))
        for path in ROOT.rglob("*.py")
    }
    assert {name: calls for name, calls in found.items() if calls and name not in MAY} == {}
    assert {name for name, calls in found.items() if calls} == MAY, "a reason that no one needs"


@pytest.mark.parametrize(
    "line",
    [
        "Path('a').write_text('b')",
        "path.write_bytes(b'')",
        "open('a', 'w')",
        "open('a', mode='x')",
        "path.open('wb')",
        "os.replace('a', 'b')",
        "Path('a').replace(target)",
        "shutil.copyfile('a', 'b')",
        "os.open('a', os.O_WRONLY | os.O_CREAT)",
        "frame.to_csv('a')",
    ],
)
def test_every_way_of_writing_is_seen(line: str) -> None:
    assert list(writes(line))


@pytest.mark.parametrize(
    "line",
    ["open('a')", "path.open('rb')", "'a'.replace('b', 'c')", "replace(plan, cells=cells)",
     "stamp.replace(tzinfo=None)", "os.open('a', os.O_RDONLY)"],
)  # fmt: skip
def test_reading_is_no_writing(line: str) -> None:
    assert not list(writes(line))


def test_what_commands_write_is_looked_at_before_it_replaces_anything() -> None:
    """Outside the room that writes, outputs go by its guard and not by what moves the bytes."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if path.relative_to(ROOT).parts[0] != "write"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module in {"xlmatrix.write.store", "xlmatrix.write.backup"}
        if {alias.name for alias in node.names} - {"make_folder"}
    }
    assert found == set()
