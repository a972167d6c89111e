"""What either of two people added to the macros or to the script is in the merged workbook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyopenvba import ExcelFile

from tests.regen.editions import OLD
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads
from xlmatrix.package.parts import Parts
from xlmatrix.regen.merging.merge import Outcome
from xlmatrix.routes import both, macros
from xlmatrix.routes.dress import lite_book, macro_book
from xlmatrix.routes.worn import MACROS, SCRIPT, Worn

pytestmark = pytest.mark.usefixtures("few_sheets")


def module(name: str, said: str, *, procedure: str = "") -> str:
    head = f'Attribute VB_Name = "{name}"\r\nPublic Sub {procedure or name}()\r\n'
    return f'{head}    MsgBox "{said}"\r\nEnd Sub\r\n'


def modules_of(path: Path) -> dict[str, str]:
    with ExcelFile(path) as book:
        project = book.vba_project()
        return {name: project.get_module(name).source for name in project.module_names()}


def with_modules(source: Path, target: Path, *texts: str) -> Path:
    target.write_bytes(source.read_bytes())
    with ExcelFile(target) as book:
        for text in texts:
            found = re.search(r'VB_Name = "(\w+)"', text)
            assert found is not None
            book.vba_project().add_module(found[1], text)
        book.save()
    return target


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, few_sheets: None) -> Path:
    """A workbook with macros, two copies with modules of their own, and a plain copy."""
    folder = tmp_path_factory.mktemp("worn")
    path = folder / "original.xlsm"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path, dress=macro_book())
    shared = module("Shared", "alike")
    mine = with_modules(path, folder / "mine.xlsm", module("Mine", "mine"), shared)
    other = module("Theirs", "theirs"), shared.replace("    MsgBox", "  MsgBox")
    with_modules(path, folder / "theirs.xlsm", *other)
    with_modules(path, folder / "third.xlsm", module("Mine", "another"))
    _with_interpreter(mine, "C:/Mine/py.exe")
    _with_interpreter(folder / "theirs.xlsm", "C:/Theirs/py.exe")
    plain = folder / "plain.xlsx"
    api.regenerate(path, loads(OLD), output=plain, allow_loss=[MACROS])
    return folder


def _with_interpreter(path: Path, interpreter: str) -> None:
    """A row of one's own on the settings sheet."""
    data = Parts.of(path.read_bytes())
    part = data.sheet_part(macros.CONF_SHEET)
    cells = "".join(
        f'<c r="{column}99" t="inlineStr"><is><t>{text}</t></is></c>'
        for column, text in (("A", "INTERPRETER_WIN"), ("B", interpreter))
    )
    row = f'<row r="99">{cells}</row></sheetData>'
    data.put(part, data.text(part).replace("</sheetData>", row))
    path.write_bytes(data.to_bytes())


def test_modules_of_both_are_in_the_merged_workbook(folder: Path) -> None:
    out = folder / "merged.xlsm"
    done = api.merge(folder / "mine.xlsm", folder / "theirs.xlsm", output=out)
    found = modules_of(out)
    assert {"Mine", "Theirs", "Shared", "XlmatrixActions"} <= set(found)
    assert '"theirs"' in found["Theirs"]
    notes = {one.note: one.outcome for one in done.report.changes}
    assert notes["the module Theirs as it is in theirs.xlsm"] is Outcome.TAKEN
    said = "the setting INTERPRETER_WIN, as theirs.xlsm has it, is left out"
    assert notes[said] is Outcome.REFUSED


def test_macros_of_theirs_alone_come_along_under_a_name_that_allows_them(folder: Path) -> None:
    plain, theirs = folder / "plain.xlsx", folder / "theirs.xlsm"
    with pytest.raises(XlmatrixError, match=r"write to no\.xlsm to keep them"):
        api.merge(plain, theirs, output=folder / "no.xlsx")
    api.merge(plain, theirs, output=folder / "brought.xlsm")
    assert "Theirs" in modules_of(folder / "brought.xlsm")


def test_one_name_for_two_modules_stops_the_run(folder: Path) -> None:
    out = folder / "none.xlsm"
    with pytest.raises(XlmatrixError, match=r"the module Mine of third\.xlsm") as caught:
        api.merge(folder / "mine.xlsm", folder / "third.xlsm", output=out)
    assert '--allow-loss "macros"' in str(caught.value)
    assert not out.exists()


# --- what comes together, without workbooks -------------------------------------------------------


@dataclass(frozen=True)
class Told:
    own: set[str]
    lost: str
    notes: str
    route: str


def joined(
    monkeypatch: pytest.MonkeyPatch, mine: Any, theirs: Any, base: Any = None, *, strange: Any = ()
) -> Told:
    """What is made of copies that wear these; a ``strange`` one has macros of somebody alone."""
    monkeypatch.setattr(both, "worn", lambda book: book)
    monkeypatch.setattr(
        both, "routes_in", lambda book: [MACROS] if book in strange else [*book.brings_back]
    )
    sides = [SimpleNamespace(book=book, name=n) for book, n in ((mine, "M"), (theirs, "T"))]
    copies: Any = SimpleNamespace(mine=sides[0], theirs=sides[1])
    found, lines = both.worn_by_both(copies, base)
    lost = "; ".join(entry for entries in found.lost.values() for entry in entries)
    return Told(set(found.own), lost, "; ".join(one.note for one in lines), found.route)


def vba(**own: str) -> Worn:
    return Worn(macro_book(own), frozenset({MACROS}), own=own)


def lite(**own: str) -> Worn:
    return Worn(lite_book(own), frozenset({SCRIPT}), own=own)


ONE, TWO = module("One", "1"), module("One", "2")
CASES: dict[str, tuple[tuple[Worn, ...], set[str], str, str]] = {
    "both alike": ((vba(One=ONE), vba(One=ONE.upper())), {"One"}, "", ""),
    "alike by another name": ((vba(One=ONE), vba(Two=ONE)), {"One"}, "", ""),
    "changed in theirs": (
        (vba(One=ONE), vba(one=TWO), vba(One=ONE)),
        {"one"}, "", "the module one as it is in T",
    ),
    "changed in mine": ((vba(One=TWO), vba(One=ONE), vba(One=ONE)), {"One"}, "", ""),
    "changed in both": (
        (vba(One=TWO), vba(One=module("One", "3")), vba(One=ONE)),
        {"One"}, "the module One of T: M has another one", "",
    ),
    "deleted in theirs": ((vba(One=ONE), vba(), vba(One=ONE)), set(), "", "was deleted in T"),
    "deleted in mine": ((vba(), vba(One=ONE), vba(One=ONE)), set(), "", ""),
    "a procedure that mine has": (
        (vba(One=ONE), vba(Two=module("Two", "2", procedure="one"))),
        {"One"}, "the module Two of T: its one stands in the module One as well, in M", "",
    ),
    "files that differ in their spaces": (
        (lite(one="if a:\n  b"), lite(one="if a:\n b", two="c")),
        {"one", "two"}, "the file one of T", "the file two as it is in T",
    ),
    "another route": (
        (vba(One=ONE), lite(two="c")),
        {"One"}, "the script of T, the file two: M has the macros", "",
    ),
    "a plain one": ((Worn(), lite(two="c")), {"two"}, "", "the script of T"),
}  # fmt: skip


@pytest.mark.parametrize("known", CASES)
def test_what_theirs_adds_comes_along_or_is_named(
    monkeypatch: pytest.MonkeyPatch, known: str
) -> None:
    books, own, lost, note = CASES[known]
    found = joined(monkeypatch, *books)
    assert found.own == own
    assert (lost in found.lost) if lost else not found.lost
    assert (note in found.notes) if note else not found.notes
    assert found.route


def test_macros_that_are_none_of_ours_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    strange = Worn()
    told = joined(monkeypatch, vba(), strange, strange=(strange,))
    assert "the macros of T, which no build of ours put there" in told.lost


def test_what_of_theirs_cannot_come_along_says_which_file_it_is_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = Worn(macro_book(), frozenset({MACROS}), {MACROS: ("the form F",)})
    assert joined(monkeypatch, vba(), other).lost == "the form F (in T)"
