"""A regenerated workbook wears what the old one wore: our macros, or the Lite script."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from pyopenvba import ExcelFile

from tests.addin.test_macros import conf_of, extracted
from tests.office.engines import validate
from tests.office.integrity import assert_sound
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.package.parts import Parts
from xlmatrix.routes import lite, macros

pytestmark = pytest.mark.slow

MINE = 'Attribute VB_Name = "Mine"\r\nPublic Sub Hello()\r\n    MsgBox "hello"\r\nEnd Sub\r\n'


def _with_module(path: Path, target: Path, name: str, text: str) -> Path:
    target.write_bytes(path.read_bytes())
    with ExcelFile(target) as book:
        project = book.vba_project()
        if name in project.module_names():
            book.set_module(name, text)
        else:
            project.add_module(name, text)
        book.save()
    return target


def _typed(path: Path, target: Path, sheet: str, cell: str, value: str | None) -> Path:
    """A workbook with macros after somebody typed in it, and put a comment there."""
    book = openpyxl.load_workbook(path, keep_vba=True)
    book[sheet][cell] = value
    book[sheet][cell].comment = Comment("look here", "Somebody")
    book.save(target)
    return target


def test_an_untouched_workbook_with_macros_comes_out_byte_for_byte(
    macro_path: Path, tmp_path: Path
) -> None:
    done = api.regenerate(macro_path, output=tmp_path / "new.xlsm")
    assert done.data == macro_path.read_bytes()


def test_an_untouched_workbook_with_the_script_comes_out_byte_for_byte(
    lite_path: Path, tmp_path: Path
) -> None:
    done = api.regenerate(lite_path, output=tmp_path / "new.xlsx")
    assert done.data == lite_path.read_bytes()


@pytest.fixture(scope="module")
def used(macro_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Someone added a module and the path of Python, which stands on the settings sheet."""
    folder = tmp_path_factory.mktemp("used")
    own = _with_module(macro_path, folder / "own.xlsm", "Mine", MINE)
    data = Parts.of(own.read_bytes())
    part = data.sheet_part(macros.CONF_SHEET)
    text = data.text(part)
    # In the next row, as the sheet says; after it what an earlier release wrote.
    told = [("INTERPRETER_WIN", "C:\\Py\\py.exe"), ("CONDA ENV", ""), ("SHOW CONSOLE", "False")]
    first = text.count('<c r="A') + 1
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{key}</t></is></c>'
        f'<c r="B{row}" t="inlineStr"><is><t>{value}</t></is></c></row>'
        for row, (key, value) in enumerate(told, start=first)
    )
    head, _, tail = text.partition(f'<row r="{first + 1}"')
    text = (
        head.removesuffix("</sheetData>")
        + rows
        + "</sheetData>"
        + tail.partition("</sheetData>")[2]
    )
    data.put(part, text)
    own.write_bytes(data.to_bytes())
    return own


@pytest.fixture(scope="module")
def renewed(used: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("renewed") / "new.xlsm"
    api.regenerate(used, "standard", output=path)
    return path


def test_our_modules_and_the_users_are_in_the_regenerated_workbook(renewed: Path) -> None:
    found = extracted(renewed)
    for name in macros.BOOK_MODULES:
        assert (
            found[name.removesuffix(".bas")]
            == macros.module_source(name).replace("\r\n", "\n").strip()
        )
    assert found["Mine"] == MINE.replace("\r\n", "\n").strip()


def test_ribbon_and_button_are_there_again(renewed: Path) -> None:
    parts = Parts.of(renewed.read_bytes())
    assert "customUI/customUI14.xml" in parts.parts
    drawings = [t.decode() for n, t in parts.parts.items() if n.endswith(".vml")]
    assert any("RecalculateEscalations" in text for text in drawings)
    assert macros.MACRO_BOOK in parts.text("[Content_Types].xml")


def test_settings_that_a_user_typed_stay_and_blank_ones_go(renewed: Path) -> None:
    settings = conf_of(renewed)
    assert settings["INTERPRETER_WIN"] == "C:\\Py\\py.exe"
    assert not settings.keys() & {"CONDA ENV", "SHOW CONSOLE"}


@pytest.mark.validator
def test_the_open_xml_sdk_finds_nothing_in_it(renewed: Path) -> None:
    validate(renewed)
    assert_sound(renewed)


@pytest.mark.validator
def test_a_comment_on_incidents_stands_beside_the_button(used: Path, tmp_path: Path) -> None:
    typed = _typed(used, tmp_path / "typed.xlsm", "Incidents", "B12", None)
    api.regenerate(typed, in_place=True)
    parts = Parts.of(typed.read_bytes())
    drawings = [t.decode() for n, t in parts.parts.items() if n.endswith(".vml")]
    assert [text for text in drawings if "RecalculateEscalations" in text and "Note" in text]
    assert extracted(typed)["Mine"]
    validate(typed)
    assert_sound(typed)


def test_changes_to_our_modules_are_refused_and_left_behind_when_told(
    macro_path: Path, tmp_path: Path
) -> None:
    source = macros.module_source("XlmatrixActions.bas")
    changed = source + "\r\nPublic Sub Extra()\r\nEnd Sub\r\n"
    path = _with_module(macro_path, tmp_path / "changed.xlsm", "XlmatrixActions", changed)
    with pytest.raises(XlmatrixError, match="the changes to the module XlmatrixActions"):
        api.regenerate(path, output=tmp_path / "new.xlsm")
    api.regenerate(path, output=tmp_path / "new.xlsm", allow_loss=["macros"])
    assert "Extra" not in extracted(tmp_path / "new.xlsm")["XlmatrixActions"]


def test_code_behind_a_sheet_is_refused_by_name(macro_path: Path, tmp_path: Path) -> None:
    with ExcelFile(macro_path) as book:
        head = book.vba_project().get_module("ThisWorkbook").source
    code = f"{head}Private Sub Workbook_Open()\r\nEnd Sub\r\n"
    path = _with_module(macro_path, tmp_path / "behind.xlsm", "ThisWorkbook", code)
    with pytest.raises(XlmatrixError, match="the code behind ThisWorkbook"):
        api.regenerate(path, output=tmp_path / "new.xlsm")


def test_macros_of_another_release_are_known_by_what_the_workbook_says_of_them(
    macro_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = macros.module_source
    monkeypatch.setattr(macros, "module_source", lambda name: real(name) + "' newer\r\n")
    api.regenerate(macro_path, output=tmp_path / "new.xlsm")
    assert "' newer" in extracted(tmp_path / "new.xlsm")["XlmatrixActions"]


def test_a_name_without_macros_loses_them_only_when_told(macro_path: Path, tmp_path: Path) -> None:
    with pytest.raises(XlmatrixError, match=r"write to new\.xlsm to keep them"):
        api.regenerate(macro_path, output=tmp_path / "new.xlsx")
    api.regenerate(macro_path, output=tmp_path / "new.xlsx", allow_loss=["macros"])
    assert not [n for n in Parts.of((tmp_path / "new.xlsx").read_bytes()).parts if "vba" in n]


def test_a_plain_workbook_is_not_given_the_name_of_one_with_macros(
    plain_path: Path, tmp_path: Path
) -> None:
    with pytest.raises(XlmatrixError, match="has no macros of ours"):
        api.regenerate(plain_path, output=tmp_path / "new.xlsm")


def _with_script(path: Path, target: Path, old: str, new: str) -> Path:
    parts = Parts.of(path.read_bytes())
    name = "xl/webextensions/webextension1.xml"
    text = parts.text(name)
    assert old in text
    parts.put(name, text.replace(old, new, 1))
    target.write_bytes(parts.to_bytes())
    return target


def test_a_changed_script_is_refused(lite_path: Path, tmp_path: Path) -> None:
    path = _with_script(lite_path, tmp_path / "own.xlsx", "import ", "import os, ")
    with pytest.raises(XlmatrixError, match=r"the changes to main\.py"):
        api.regenerate(path, output=tmp_path / "new.xlsx")


def test_files_that_a_user_added_to_the_script_stay(lite_path: Path, tmp_path: Path) -> None:
    extra = '<we:property name="mine.py" value="&quot;x = 1&quot;"/></we:properties>'
    path = _with_script(lite_path, tmp_path / "own.xlsx", "</we:properties>", extra)
    api.regenerate(path, output=tmp_path / "new.xlsx")
    text = Parts.of((tmp_path / "new.xlsx").read_bytes()).text("xl/webextensions/webextension1.xml")
    assert re.search(r"""name="mine.py" value=('"x = 1"'|"&quot;x = 1&quot;")""", text)


def test_a_script_knows_whether_it_was_changed() -> None:
    text = lite.script()
    assert lite.is_as_made(text.replace("\n", "\r\n"))
    assert not lite.is_as_made(text.replace("import", "import os;import", 1))
