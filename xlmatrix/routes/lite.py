"""xlwings Lite: the script that runs inside Excel, embedded in a workbook or written to paste.

Lite keeps its files as settings of its task pane, in a web-extension part of the workbook. The
script carries xlmatrix itself, so that nothing but what Pyodide offers has to be installed.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

from xlmatrix import resources
from xlmatrix.formula import Cell
from xlmatrix.package.parts import HEAD, Parts, zipped
from xlmatrix.sheets.plan import BookPlan, Formula, SheetPlan
from xlmatrix.sheets.stamp import NAME
from xlmatrix.sheets.version import VERSION

SCRIPT: Final = "remote.py"
PACKAGE: Final = "lite_package.py"
_PACKAGES: Final = "numpy\npandas\npydantic\nruamel.yaml\nholidays\ntzdata\n"
_OLD_PACKAGES: Final = "numpy\npydantic\nruamel.yaml\nholidays\ntzdata\n"
#: Functions are told their cell since that version of xlwings.
REQUIREMENTS: Final = f"xlwings>=0.36.17,<1.0.0\n{_PACKAGES}"
#: What earlier releases wrote there.
OLD_REQUIREMENTS: Final = frozenset(
    {f"xlwings\n{_OLD_PACKAGES}", f"xlwings>=0.36.17,<1.0.0\n{_OLD_PACKAGES}"}
)
#: The first that keeps package versions stable from one start to the next.
PYODIDE: Final = "314.0.0"
ADDIN_VERSION: Final = "1.0.0.103"
#: The add-in's number in Microsoft's store.
STORE_ID: Final = "wa200008175"
#: What needs files to write, or is brought in another way: rooms, and modules by their path.
_LEFT_OUT: Final = frozenset(
    {"__main__.py", "cli", "papers", "write", "_workbook_templates", "_macros"}
    | {
        f"addin/{name}.py"
        for name in ("guard", "install", "pane", "server", "tokens", "userconf", "wheel")
    }
)
_PANES_TYPE: Final = "application/vnd.ms-office.webextensiontaskpanes+xml"
_EXTENSION_TYPE: Final = "application/vnd.ms-office.webextension+xml"
_RELATIONS: Final = "http://schemas.microsoft.com/office/2011/relationships"
_NS: Final = "http://schemas.microsoft.com/office/webextensions"
_LINE: Final = 4000
_MARK: Final = "# as written by xlmatrix: "


class Setting(str):
    """A file of Lite's that holds no text but a setting, as it stands in the workbook."""

    __slots__ = ()


def script(stamp: Sequence[tuple[str, str]] = (), version: float | None = None) -> str:
    """The Lite script; ``stamp`` lets its functions compute before any button was pressed.

    ``version`` is what that workbook calls its policy. The last line tells whether somebody changed
    the script since.
    """
    text = _script(stamp, version).rstrip("\n") + "\n"
    return f"{text}{_MARK}{_digest(text)}\n"


def is_as_made(text: str) -> bool:
    """Whether a script is one that xlmatrix wrote, of whatever release, as it was written."""
    body, mark, digest = text.replace("\r\n", "\n").rpartition(_MARK)
    return bool(mark) and digest.strip() == _digest(body)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _script(stamp: Sequence[tuple[str, str]], version: float | None) -> str:
    source = resources.macro_text(SCRIPT)
    body = resources.macro_text(PACKAGE).replace('"@version@"', repr(version))
    body = body.replace('"@package@"', _literal(base64.b64encode(_packed()).decode()))
    body = body.replace('"@stamp@"', repr(json.dumps([list(piece) for piece in stamp])))
    if not stamp:
        body = body.replace(repr("[]"), '""')
    return source.replace("  # route", "").replace("# package\n", body)


def with_lite(
    data: bytes,
    stamp: Sequence[tuple[str, str]] = (),
    own: Mapping[str, str] | None = None,
    *,
    version: float | None = None,
) -> bytes:
    """An ``.xlsx`` with the script as the Lite add-in stores it, and a user's ``own`` files."""
    parts = Parts.of(data)
    files = {
        "main.py": script(stamp, version),
        "requirements.txt": REQUIREMENTS,
        "pyodideVersion": PYODIDE,
        "addinVersion": ADDIN_VERSION,
    } | dict(own or {})
    properties = "".join(
        f"<we:property name={quoteattr(name)} value={_attribute(_stored(text))}/>"
        for name, text in files.items()
    )
    parts.put(
        "xl/webextensions/webextension1.xml",
        f'{HEAD}<we:webextension xmlns:we="{_NS}/webextension/2010/11" '
        'id="{6E2B5F0C-5B1D-4C0E-9D53-8B7B6C0A9A11}">'
        f'<we:reference id="{STORE_ID}" version="1.0.0.0" store="en-US" storeType="OMEX"/>'
        f'<we:alternateReferences><we:reference id="{STORE_ID}" version="1.0.0.0" '
        f'store="{STORE_ID.upper()}" storeType="OMEX"/></we:alternateReferences>'
        f"<we:properties>{properties}</we:properties><we:bindings/>"
        '<we:snapshot xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships"/></we:webextension>',
    )
    parts.put(
        "xl/webextensions/taskpanes.xml",
        f'{HEAD}<wetp:taskpanes xmlns:wetp="{_NS}/taskpanes/2010/11">'
        '<wetp:taskpane dockstate="right" visibility="0" width="500" row="1">'
        '<wetp:webextensionref xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships" r:id="rId1"/></wetp:taskpane></wetp:taskpanes>',
    )
    parts.set_type("xl/webextensions/taskpanes.xml", _PANES_TYPE)
    parts.set_type("xl/webextensions/webextension1.xml", _EXTENSION_TYPE)
    parts.relate(
        "", f"{_RELATIONS}/webextensiontaskpanes", "xl/webextensions/taskpanes.xml", "rIdLite"
    )
    parts.relate(
        "xl/webextensions/taskpanes.xml",
        f"{_RELATIONS}/webextension",
        "webextension1.xml",
        "rId1",
    )
    return parts.to_bytes()


def stamp_pieces(book: BookPlan) -> list[tuple[str, str]]:
    """The (key, text) pairs of a planned workbook's stamp."""
    sheet: SheetPlan = next(plan for plan in book.sheets if plan.name == NAME)
    rows = sorted(row for row, column in sheet.cells if column == 1 and row > 1)
    return [(str(sheet.cells[row, 1].value), str(sheet.cells[row, 2].value)) for row in rows]


def version_in(book: BookPlan) -> float | None:
    """What a planned workbook calls its policy."""
    target = book.names.get(VERSION)
    if not isinstance(target, Cell):
        return None
    plan = next(plan for plan in book.sheets if plan.name == target.sheet)
    found = plan.cells[target.row, target.column].value
    value = found.value if isinstance(found, Formula) else found
    return float(value) if isinstance(value, int | float) else None


def _stored(text: str) -> str:
    return text if isinstance(text, Setting) else json.dumps(text)


def _attribute(text: str) -> str:
    # json.dumps leaves no line ends, which an attribute would lose.
    return quoteattr(text)


def _literal(text: str) -> str:
    """A long text as a Python literal of several lines."""
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return "(\n" + "".join(f'    "{line}"\n' for line in lines) + ")"


@cache
def _packed() -> bytes:
    """The package's modules but those that only files need, as an archive Python imports from."""
    return zipped(((name, text.encode()) for name, text in _modules()), level=9)


def _modules() -> Iterator[tuple[str, str]]:
    root = Path(resources.__file__).resolve().parent
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        if _LEFT_OUT.isdisjoint({place.parts[0], place.as_posix()}):
            yield f"xlmatrix/{place.as_posix()}", _bare(path.read_text(encoding="utf-8"))
    for name in resources.shared_names():
        # The published facts that a spec may refer to.
        yield f"xlmatrix/_workbook_templates/_shared/{name}", resources.shared_text(name)


def _bare(source: str) -> str:
    """A module without comments and docstrings: the settings of a workbook hold little."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and ast.get_docstring(node, clean=False) is not None
        ):
            del node.body[0]
            if not node.body:
                node.body.append(ast.Pass())
    # A dataclass's fields may be followed by texts about them, which are no code either.
    return ast.unparse(tree) + "\n"
