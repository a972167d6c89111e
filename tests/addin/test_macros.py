from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from pyopenvba import ExcelFile

from tests.office.beside import run_beside_office
from tests.office.engines import validate
from xlmatrix import resources
from xlmatrix.addin.problems import SHOWN
from xlmatrix.api.stamping import COLUMNS
from xlmatrix.errors import XlmatrixError
from xlmatrix.package.archive import package_of
from xlmatrix.package.parts import Parts
from xlmatrix.regen.reading.reader import read_contents
from xlmatrix.routes import macros
from xlmatrix.routes.project import with_project

ROOT = Path(__file__).parents[2]


def extracted(path: Path) -> dict[str, str]:
    """The source of every module that holds code, by module name."""
    with warnings.catch_warnings():
        # It greets a newer parser library with a page of deprecations.
        warnings.simplefilter("ignore")
        from oletools.olevba import VBA_Parser

        parser = VBA_Parser(str(path))
    try:
        found = {
            stream.rsplit("/", 1)[-1]: code
            for _, stream, _, code in parser.extract_macros()
            if stream.startswith("VBA/")
        }
    finally:
        parser.close()
    code = {name: text.replace("\r\n", "\n").strip() for name, text in found.items()}
    return {n: t for n, t in code.items() if not re.fullmatch(r"(Attribute .*\n?)*", t)}


def shipped(name: str) -> str:
    return (ROOT / "macros" / name).read_text(encoding="cp1252").strip()


def of_xlwings(name: str) -> str:
    spec = find_spec("xlwings")
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).with_name(name).read_text(encoding="utf-8").strip()
    # What is changed of it, in full.
    here = 'If source = "" Or source = "directory" Then'
    assert text.count(here) == 1
    text = text.replace(here, 'If source = "directory" Then')
    return text.replace('PROJECT_NAME As String = "myaddin"', 'PROJECT_NAME As String = "xlwings"')


@pytest.fixture(scope="module")
def addin_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("addin") / "xlmatrix.xlam"
    path.write_bytes(macros.make_addin())
    return path


def test_the_workbook_holds_exactly_our_macros_and_xlwings_own(macro_path: Path) -> None:
    expected = {name.removesuffix(".bas"): shipped(name) for name in macros.BOOK_MODULES}
    expected["xlwings"] = of_xlwings("xlwings.bas")
    assert extracted(macro_path) == expected


def test_the_add_in_holds_exactly_our_macros_and_xlwings_own(addin_path: Path) -> None:
    expected = {name.removesuffix(".bas"): shipped(name) for name in macros.ADDIN_MODULES}
    expected["xlwings"] = of_xlwings("xlwings_custom_addin.bas")
    assert extracted(addin_path) == expected


def test_nothing_runs_as_a_workbook_or_the_add_in_opens(macro_path: Path, addin_path: Path) -> None:
    starts = re.compile(
        r"^\s*(Public |Private )?Sub (Auto_?Open|Auto_?Exec|Workbook_\w+|Auto_?Close)\b",
        re.I | re.M,
    )
    for path in (macro_path, addin_path):
        source = "\n".join(extracted(path).values())
        assert not starts.search(source)
        # Excel's wizard learns what the functions are for at the first button.
        assert source.count("DescribeFunctions") == 2


def conf_of(path: Path) -> dict[str, str]:
    """The settings of a workbook as the VBA of xlwings reads them, to the first blank cell."""
    parts = Parts.of(path.read_bytes())
    # An add-in is read as the workbook it is but for its type.
    parts.set_type("xl/workbook.xml", macros.MACRO_BOOK)
    sheet = read_contents(package_of(parts.to_bytes())).sheet(macros.CONF_SHEET)
    assert sheet is not None
    found, row = {}, 1
    while key := sheet.cells.values.get((row, 1)):
        found[str(key)] = str(sheet.cells.values.get((row, 2), ""))
        row += 1
    assert not [spot for spot in sheet.cells.values if spot[1] < 3 and spot[0] > row]
    return found


def test_a_workbooks_settings_hide_none_that_a_user_has_set_for_all(
    macro_path: Path, addin_path: Path
) -> None:
    for path in (macro_path, addin_path):
        settings = conf_of(path)
        assert all(settings.values())
        assert not settings.keys() & {"INTERPRETER_WIN", "INTERPRETER_MAC", "PYTHONPATH"}
        assert settings["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"
        assert settings["UDF MODULES"] == "xlmatrix.addin.functions"


def test_every_shipped_vba_module_is_in_the_workbook() -> None:
    modules = {name for name in resources.macro_names() if name.endswith((".bas", ".cls"))}
    assert modules == set(macros.BOOK_MODULES)


def test_the_vba_library_finds_the_projects_sound(macro_path: Path, addin_path: Path) -> None:
    for path in (macro_path, addin_path):
        with ExcelFile(path) as book:
            assert book.validate() == []


@pytest.mark.validator
def test_microsofts_validator_finds_the_files_valid(macro_path: Path, addin_path: Path) -> None:
    validate(macro_path)
    validate(addin_path)


def test_vba_sources_are_what_excel_accepts() -> None:
    for name in macros.BOOK_MODULES:
        raw = (ROOT / "macros" / name).read_bytes()
        assert raw.count(b"\n") == raw.count(b"\r\n"), f"{name} has bare line feeds"
        text = raw.decode("ascii")
        module = re.match(r'Attribute VB_Name = "(\w+)"', text)
        assert module is not None
        assert len(module[1]) <= 31
        assert not module[1].startswith("_")
        assert max(map(len, text.splitlines())) < 1024


def test_the_baked_functions_are_what_xlwings_writes_up_to_one_change() -> None:
    program = (
        "import json, sys\n"
        "sys.path.insert(0, 'tools')\n"
        "from bake_functions import baked, generated\n"
        "print(json.dumps([baked(), generated()[0]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    modules, plain = json.loads(done.stdout)
    for name, text in modules.items():
        fresh = text.replace("\r\n", "\n").strip()
        assert (ROOT / "macros" / name).read_text(encoding="cp1252").strip() == fresh
    # Without that change it is what the pinned xlwings writes.
    functions, _, change = shipped("xlwings_udfs.bas").partition("\n' Texts that name an error")
    functions = re.sub(r"= AsErrors\((XLPy\.CallUDF\(.*\))\)$", r"= \1", functions, flags=re.M)
    assert functions.replace("= CVErr(2042)", "= Err.Description").strip() == plain.strip()
    assert shipped("xlwings_udfs.bas").count("= AsErrors(XLPy.CallUDF(") == 18
    # A text in a cell is greater than every number: only the function that explains gives one.
    assert re.findall(r"(\w+) = Err\.Description", shipped("xlwings_udfs.bas")) == ["SLA_WHY"]
    assert set(re.findall(r'Case "(.*?)"', change)) == SHOWN


def test_no_argument_of_a_function_is_a_word_of_vba() -> None:
    words = {"end", "next", "date", "time", "type", "to", "is", "in", "on", "each", "loop", "stop"}
    words |= {"function", "name", "get", "set", "let", "call", "error", "with", "select", "case"}
    signatures = re.findall(r"^Function \w+\((.*)\)", shipped("xlwings_udfs.bas"), re.M)
    assert len(signatures) == 9
    for signature in signatures:
        names = {part.removeprefix("Optional ").lower() for part in signature.split(", ")}
        assert not names & words


def test_what_follows_the_clock_is_volatile_and_nothing_else() -> None:
    text = shipped("xlwings_udfs.bas")
    found = re.findall(r"^Function (\w+)\(.*\)\n    Application\.Volatile$", text, re.M)
    assert found == ["SLA_NEXT", "SLA_ONCALL", "SLA_REPORT", "SLA_STATUS", "SLA_WHY"]


def test_the_button_and_the_ribbon_call_macros_that_exist(macro_path: Path) -> None:
    source = "\n".join(extracted(macro_path).values())
    parts = Parts.of(macro_path.read_bytes())
    ribbon = parts.text("customUI/customUI14.xml")
    for called in re.findall(r'onAction="(\w+)"', ribbon):
        assert f"Public Sub {called}(control As IRibbonControl)" in source
    vml = next(name for name in parts.parts if name.endswith(".vml"))
    buttons = re.findall(r"<x:FmlaMacro>\[0\]!(\w+)</x:FmlaMacro>", parts.text(vml))
    assert buttons[0] == "RecalculateEscalations"
    for called in buttons:
        assert f"Public Sub {called}()" in source
    # Each stamp that a button or the ribbon gives is one that the log has.
    words = set(re.findall(r'ActionCommand\("stamp", "([\w-]+)"\)', source))
    words |= set(re.findall(r'UpdateWord = "([\w-]+)"', source))
    assert words == set(COLUMNS)


def test_relation_ids_are_unique_in_every_part(macro_path: Path, lite_path: Path) -> None:
    for path in (macro_path, lite_path):
        parts = Parts.of(path.read_bytes())
        for name in parts.parts:
            if name.endswith(".rels"):
                ids = re.findall(r'\bId="([^"]+)"', parts.text(name))
                assert len(ids) == len(set(ids)), name


def test_the_content_types_say_what_the_files_are(macro_path: Path, addin_path: Path) -> None:
    for path, kind in ((macro_path, macros.MACRO_BOOK), (addin_path, macros.MACRO_ADDIN)):
        types = Parts.of(path.read_bytes()).text("[Content_Types].xml")
        assert types.count('PartName="/xl/workbook.xml"') == 1
        assert f'PartName="/xl/workbook.xml" ContentType="{kind}"' in types


def test_adding_macros_twice_gives_equal_bytes(plain_path: Path) -> None:
    data = plain_path.read_bytes()
    assert macros.with_macros(data) == macros.with_macros(data)
    assert macros.make_addin() == macros.make_addin()


def test_sheets_and_values_are_those_of_the_plain_workbook(
    macro_path: Path, plain_path: Path
) -> None:
    one, other = (Parts.of(path.read_bytes()) for path in (macro_path, plain_path))
    titles = re.findall(r'<sheet\b[^>]*name="([^"]+)"', other.text("xl/workbook.xml"))
    for title in titles:
        if title in {"Incidents", "Stamp"}:  # with marks for disagreements, and what is new
            continue
        rows = [
            re.search(r"<sheetData>.*</sheetData>", parts.text(parts.sheet_part(title)), re.S)
            for parts in (one, other)
        ]
        cells = [len(re.findall(r"<c ", row[0])) if row else 0 for row in rows]
        assert cells[0] == cells[1], title


def test_macros_for_another_xlwings_are_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlmatrix.routes.macros.version", lambda _: "0.30.1")
    with pytest.raises(XlmatrixError, match=r"xlwings 0\.30\.1 is installed"):
        macros.make_addin()


def errors_module() -> str:
    """The functions that turn texts into errors, with one to call them by from outside."""
    text = shipped("xlwings_udfs.bas")
    ours = text[text.index("Private Function AsErrors") :].replace("\n", "\r\n")
    return (
        f'Attribute VB_Name = "Errors"\r\n{ours}\r\n'
        "Public Function TypeNames(ByVal cell As Variant) As String\r\n"
        "    Dim grid(0 To 1, 0 To 0) As Variant\r\n"
        "    Dim found As Variant\r\n"
        "    grid(0, 0) = cell\r\n"
        "    grid(1, 0) = 5.5\r\n"
        "    found = AsErrors(grid)\r\n"
        "    TypeNames = TypeName(AsErrors(cell)) & TypeName(found(0, 0)) & CStr(found(1, 0))\r\n"
        "End Function\r\n"
    )


STUB = (
    'Attribute VB_Name = "Stub"\r\n'
    "Public Sub RunPython(ByVal wanted As String)\r\n"
    "    ThisWorkbook.Worksheets(1).Cells(1, 1).Value = wanted\r\n"
    "End Sub\r\n"
    "Public Sub DescribeFunctions()\r\n"
    "End Sub\r\n"
)


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_runs_our_macros_and_functions(tmp_path: Path) -> None:
    # LibreOffice executes nothing in a project that contains xlwings' own module, so RunPython
    # stands in for it and notes what it was asked.
    from openpyxl import Workbook

    blank, book = tmp_path / "blank.xlsx", tmp_path / "book.xlsm"
    Workbook().save(blank)
    sources = [macros.module_source("XlmatrixActions.bas"), STUB, errors_module()]
    data = with_project(macros._as_macro_book(blank.read_bytes()), sources)
    book.write_bytes(data)
    path = "C:\\Users\\Zoë\\it's 100% 🚨\\export.csv"
    calls = [
        ["XlmatrixActions.RecalculateEscalations", []],
        ["XlmatrixActions.ValidateMatrix", []],
        ["XlmatrixActions.ActionCommand", ["import_incidents", path]],
        ["XlmatrixActions.StampResolved", []],
        ["XlmatrixActions.PythonText", ["a'b"]],
        *(["Errors.TypeNames", [cell]] for cell in ("#N/A", "#REF!", "met", "")),
    ]
    target = tmp_path / "answers.json"
    run_beside_office("tests.addin.run_macros", [str(book), calls, str(target)], tmp_path)
    answers = json.loads(target.read_text(encoding="utf-8"))
    assert answers[0][1] == "from xlmatrix.addin.actions import run; run('recalculate', None)"
    assert answers[1][1] == "from xlmatrix.addin.actions import run; run('validate', None)"
    asked: list[tuple[object, ...]] = []
    command = answers[2][0].removeprefix("from xlmatrix.addin.actions import run; ")
    eval(command, {"run": lambda *given: asked.append(given)})
    assert asked == [("import_incidents", None, path)]
    eval(answers[3][1].partition("; ")[2], {"run": lambda *given: asked.append(given)})
    assert asked[1] == ("stamp", None, "resolved")
    assert eval(answers[4][0]) == "a'b"
    assert [answer[0] for answer in answers[5:]] == [
        "ErrorError5.5",
        "ErrorError5.5",
        "StringString5.5",
        "StringString5.5",
    ]


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_opens_the_macro_workbook_with_the_same_values(
    macro_path: Path, tmp_path: Path
) -> None:
    from tests.office.compare import differences

    copy = tmp_path / "copy.xlsx"
    parts = Parts.of(macro_path.read_bytes())
    copy.write_bytes(parts.to_bytes())
    assert not differences(copy)


def test_a_plain_workbook_has_no_macro_no_external_link_and_no_web_extension(
    plain_path: Path,
) -> None:
    with zipfile.ZipFile(plain_path) as archive:
        names = archive.namelist()
        types = archive.read("[Content_Types].xml").decode()
        relations = [archive.read(n).decode() for n in names if n.endswith(".rels")]
    assert not [n for n in names if re.search(r"vba|externalLink|webext|customUI|activeX", n, re.I)]
    assert not re.search(r"macroEnabled|vbaProject|webextension|externalLink", types)
    external = [
        r for text in relations for r in re.findall(r"<Relationship [^>]*External[^>]*", text)
    ]
    assert all("hyperlink" in relation and "mailto:" in relation for relation in external)


def test_dressing_needs_a_fitting_name(tmp_path: Path) -> None:
    from xlmatrix import api
    from xlmatrix.routes.dress import macro_book

    with pytest.raises(XlmatrixError, match=r"ends in \.xlsm"):
        api.build(api.template("basic"), output=tmp_path / "a.xlsx", dress=macro_book())
    with pytest.raises(XlmatrixError, match=r"ends in \.xlsx"):
        api.build(api.template("basic"), output=tmp_path / "a.xlsm")
    assert not list(tmp_path.iterdir())
