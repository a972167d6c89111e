from __future__ import annotations

import ast
import base64
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from tests.addin.fake import FakeBook
from tests.office.engines import validate
from tests.office.programs import missing
from xlmatrix.addin import answers
from xlmatrix.addin.asking import FUNCTIONS
from xlmatrix.addin.bridge import STATES, read
from xlmatrix.model import TARGETS
from xlmatrix.package.parts import Parts
from xlmatrix.routes import lite

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
WE = "{http://schemas.microsoft.com/office/webextensions/webextension/2010/11}"
WEB = ROOT / ".tools" / "web"
#: What the script may import beside what it carries: all of it is offered by Pyodide.
OFFERED = ("numpy", "pandas", "pydantic", "ruamel.yaml", "holidays", "tzdata", "xlwings")


def files(path: Path) -> dict[str, str]:
    """The files of the Lite add-in in a workbook, as the add-in reads them."""
    root = fromstring(Parts.of(path.read_bytes()).text("xl/webextensions/webextension1.xml"))
    return {
        found.attrib["name"]: json.loads(found.attrib["value"])
        for found in root.iter(f"{WE}property")
    }


def packed(script: str) -> zipfile.ZipFile:
    """The archive that a script carries."""
    for node in ast.parse(script).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "PACKAGE":
            data = base64.b64decode(ast.literal_eval(node.value))
            return zipfile.ZipFile(io.BytesIO(data))
    raise AssertionError("no package")


def test_the_workbook_holds_the_files_that_lite_reads(lite_path: Path) -> None:
    found = files(lite_path)
    assert set(found) == {"main.py", "requirements.txt", "pyodideVersion", "addinVersion"}
    first, *others = found["requirements.txt"].split()
    assert (first, others) == ("xlwings>=0.36.17,<1.0.0", list(OFFERED[:-1]))
    root = fromstring(Parts.of(lite_path.read_bytes()).text("xl/webextensions/webextension1.xml"))
    reference = root.find(f"{WE}reference")
    assert reference is not None
    assert (reference.attrib["id"], reference.attrib["storeType"]) == ("wa200008175", "OMEX")


def test_the_pane_is_related_from_the_package_and_starts_hidden(lite_path: Path) -> None:
    parts = Parts.of(lite_path.read_bytes())
    assert "2011/relationships/webextensiontaskpanes" in parts.text("_rels/.rels")
    assert 'visibility="0"' in parts.text("xl/webextensions/taskpanes.xml")
    related = parts.text("xl/webextensions/_rels/taskpanes.xml.rels")
    assert 'Target="webextension1.xml"' in related


@pytest.mark.validator
def test_microsofts_validator_finds_the_workbook_valid(lite_path: Path) -> None:
    validate(lite_path)


def test_the_script_to_paste_is_the_one_in_the_workbook_without_its_stamp(lite_path: Path) -> None:
    inside, outside = files(lite_path)["main.py"], lite.script()
    pattern = re.compile(r"^(STAMP = |VERSION = |# as written by xlmatrix: ).*$", re.M)
    assert pattern.sub("", inside) == pattern.sub("", outside)
    assert 'STAMP = ""' in outside


def test_two_packings_are_equal() -> None:
    assert lite.script() == lite.script()


def test_the_script_offers_the_functions_and_buttons_of_the_desktop() -> None:
    from xlmatrix.addin import functions

    tree = ast.parse(lite.script()).body
    here = {n.name: n for n in tree if isinstance(n, ast.FunctionDef)}
    desktop = ast.parse(Path(functions.__file__).read_text(encoding="utf-8")).body
    for there in desktop:
        if isinstance(there, ast.FunctionDef) and there.name.startswith("SLA_"):
            known = here[there.name.lower()]
            assert ast.get_docstring(known) == ast.get_docstring(there)
            # The desktop is told the cell that asks by an argument, the others by a type.
            asked = [argument.arg for argument in there.args.args if argument.arg != "caller"]
            assert [argument.arg for argument in known.args.args] == asked
            assert [argument.arg for argument in known.args.kwonlyargs] == ["caller"]
            assert len(known.args.defaults) == len(there.args.defaults) - 1
            assert is_volatile(known) == is_volatile(there), there.name
    assert {"recalculate_escalations", "validate_matrix", "import_incidents"} <= set(here)
    # Only here cells change while nobody calculates.
    assert [n.name for n in tree if isinstance(n, ast.AsyncFunctionDef)] == ["sla_clock"]


def is_volatile(function: ast.FunctionDef) -> bool:
    return any("volatile=True" in ast.unparse(found) for found in function.decorator_list)


def test_what_stands_still_is_not_computed_again_and_what_follows_the_clock_is() -> None:
    here = [n for n in ast.parse(lite.script()).body if isinstance(n, ast.FunctionDef)]
    volatile = {n.name for n in here if is_volatile(n)}
    assert volatile == {"sla_status", "sla_next", "sla_oncall", "sla_report", "sla_why"}


def test_the_choices_in_a_formula_are_those_of_the_engine() -> None:
    named = {
        node.targets[0].id: list(ast.literal_eval(node.value.slice))
        for node in ast.parse(lite.script()).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Subscript)
    }
    assert named["Target"] == list(TARGETS.values())
    assert named["Function"] == list(FUNCTIONS)


#: What only files, tables of other programs and invitations need, and is imported when asked for.
LATER = {"icalendar", "openpyxl", "pyarrow", "pyopenvba", "python_calamine"}


def test_the_package_imports_what_the_requirements_declare_and_nothing_else() -> None:
    archive = packed(lite.script())
    roots: set[str] = set()
    for name in (name for name in archive.namelist() if name.endswith(".py")):
        for node in ast.walk(ast.parse(archive.read(name))):
            modules = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            roots |= {module.split(".")[0] for module in modules}
    foreign = roots - set(sys.stdlib_module_names) - {"", "xlmatrix"} - LATER
    # Data that Python's own zoneinfo asks for by itself, and a part of pydantic.
    declared = {name.split(".")[0] for name in OFFERED} - {"tzdata"} | {"pydantic_core"}
    assert foreign == declared


def test_the_script_stays_small_enough_for_the_settings_of_a_workbook() -> None:
    # They hold two million bytes, and the stamp of a large matrix takes its share.
    assert len(lite.script()) < 1_600_000


def test_the_package_carries_what_its_modules_import() -> None:
    archive = packed(lite.script())
    names = set(archive.namelist())
    for name in (name for name in names if name.endswith(".py")):
        tree = ast.parse(archive.read(name))
        top = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
        for node in top:
            if node.module and node.module.startswith("xlmatrix"):
                place = node.module.replace(".", "/")
                assert {f"{place}.py", f"{place}/__init__.py"} & names, (name, node.module)


PROBE = """
import json, sys
from datetime import datetime as _datetime
starts = json.loads(START)
def bare(cell):
    since = lambda at: (at - _datetime(1899, 12, 30)).total_seconds() / 86400
    return [bare(c) for c in cell] if isinstance(cell, list) else (
        since(cell) if isinstance(cell, _datetime) else cell)
def numbers():
    return {
        "due": bare(sla_due(starts, "SEV-1", "Resolve")),
        "hours": bare(sla_due(starts, 240, None, "Business hours")),
        "elapsed": sla_elapsed(starts, [[46400.5]] * len(starts), "Business hours"),
        "ladder": bare(sla_ladder(starts[0], "SEV-1")),
        "explain": sla_explain(starts[0], 240, "Business hours"),
        "from": __import__("xlmatrix").__file__,
    }
"""


def expected(lite_path: Path, starts: list[list[float]]) -> dict[str, Any]:
    """What the library itself answers for the same workbook."""
    state = STATES.take(read(FakeBook(lite_path)))
    ends = [[46400.5]] * len(starts)
    return {
        "due": answers.due(state, starts, "SEV-1", "Resolve"),
        "hours": answers.due(state, starts, 240, None, "Business hours"),
        "elapsed": answers.elapsed(state, starts, ends, "Business hours"),
        "ladder": answers.ladder(state, starts[0], "SEV-1"),
        "explain": answers.explain(state, starts[0], 240, "Business hours"),
    }


STARTS = [[46300 + 0.37 * n] for n in range(200)]


@pytest.mark.noncommercial
def test_the_extracted_script_runs_alone_and_gives_the_numbers_of_the_engine(
    lite_path: Path, tmp_path: Path
) -> None:
    # A Python that finds the packages Lite offers and no installed xlmatrix.
    (tmp_path / "main.py").write_text(files(lite_path)["main.py"], encoding="utf-8")
    program = (
        "import os, sys\n"
        "sys.path = [p for p in sys.path if not os.path.isfile(f'{p}/xlmatrix/__init__.py')]\n"
        "sys.meta_path = [f for f in sys.meta_path if 'editable' not in repr(f).lower()]\n"
        f"START = {json.dumps(json.dumps(STARTS))}\n"
        "exec(open('main.py', encoding='utf-8').read())\n"
        + PROBE
        + "print(json.dumps(numbers()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=os.environ | {"XLWINGS_LICENSE_KEY": "noncommercial"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert "/xlmatrix-" in told.pop("from")
    assert told == expected(lite_path, STARTS)


RUNNER = """
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
const require = createRequire(process.env.XLMATRIX_WEB + "/");
const { loadPyodide } = require("pyodide");
const py = await loadPyodide({ stdout: () => {}, stderr: () => {} });
const script = readFileSync(process.argv[2], "utf-8");
py.mountNodeFS("/site", process.argv[3]);
const out = { version: py.version };
py.globals.set("script", script);
// Every module of the package is read by the Python of the add-in.
out.modules = py.runPython(`
import ast, base64, io, zipfile
data = next(ast.literal_eval(n.value) for n in ast.parse(script).body
            if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == "PACKAGE")
archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(data)))
for name in archive.namelist():
    if name.endswith(".py"): compile(archive.read(name), name, "exec")
compile(script, "main.py", "exec")
len(archive.namelist())
`);
// What Excel shows passes xlwings' own decorators; the engine is stood in for.
out.offered = py.runPython(`
import sys, types
sys.path.insert(0, "/site")
for name in ("xlmatrix", "xlmatrix.addin", "xlmatrix.addin.bridge"):
    sys.modules[name] = types.ModuleType(name)
addin = sys.modules["xlmatrix.addin"]
addin.actions = addin.clock = sys.modules["xlmatrix.addin.bridge"].STATES = None
addin.asking = types.SimpleNamespace(ask_formatted=lambda *_: [["answered"]])
head = ast.parse(script)
head.body = [n for n in head.body if not (
    isinstance(n, ast.Assign) and n.targets[0].id in {"PACKAGE", "STAMP", "VERSION"}
    or isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)
    or isinstance(n, ast.FunctionDef) and n.name in {"_unpack", "_start"})]
space = {}
exec(compile(head, "main.py", "exec"), space)
answer = space["sla_due"]([[1]], [["SEV-1"]])
for name in [n for n in sys.modules if n.split(".")[0] == "xlmatrix"]:
    del sys.modules[name]
answer[0][0] + " by xlwings " + space["xw"].__version__
`);
try {
  const silent = { messageCallback: () => {}, errorCallback: () => {} };
  await py.loadPackage(["numpy", "pydantic", "tzdata", "micropip"], silent);
  py.runPython("import numpy, pydantic");
  out.packages = true;
} catch (error) {
  out.packages = false;
}
if (out.packages) {
  await py.runPythonAsync(`
import micropip
await micropip.install(["ruamel.yaml", "holidays"])
`);
  py.globals.set("START", process.argv[4]);
  out.numbers = JSON.parse(py.runPython(`
exec(script)
${process.env.PROBE}
json.dumps(numbers())
`));
}
console.log(JSON.stringify(out));
"""


@pytest.fixture(scope="module")
def pyodide(lite_path: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Pyodide under Node says of the extracted script."""
    if not (WEB / "node_modules" / "pyodide").is_dir():
        missing("Pyodide", "tools")
    folder = tmp_path_factory.mktemp("pyodide")
    (folder / "main.py").write_text(files(lite_path)["main.py"], encoding="utf-8")
    (folder / "run.mjs").write_text(RUNNER, encoding="utf-8")
    spec = find_spec("xlwings")
    assert spec is not None
    assert spec.origin is not None
    site = folder / "site"
    # Without the parts that are compiled for this machine.
    compiled = shutil.ignore_patterns("*.so", "*.dll", "*.pyd", "__pycache__")
    shutil.copytree(Path(spec.origin).parent, site / "xlwings", ignore=compiled)
    done = subprocess.run(
        ["node", "run.mjs", "main.py", str(site), json.dumps(STARTS)],
        cwd=folder,
        env=os.environ | {"XLMATRIX_WEB": str(WEB), "PROBE": PROBE},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.slow
def test_the_python_of_the_add_in_reads_every_module_and_takes_every_function(
    pyodide: dict[str, Any],
) -> None:
    assert pyodide["version"] == lite.PYODIDE
    assert pyodide["modules"] > 100
    assert pyodide["offered"] == "answered by xlwings 0.37.8"


@pytest.mark.slow
def test_in_pyodide_the_extracted_script_gives_the_numbers_of_the_engine(
    pyodide: dict[str, Any], lite_path: Path
) -> None:
    if not pyodide["packages"]:
        pytest.skip("Pyodide's own packages (numpy, pydantic) cannot be downloaded from here")
    told = dict(pyodide["numbers"])
    assert "/xlmatrix-" in told.pop("from")
    assert told == expected(lite_path, STARTS)
