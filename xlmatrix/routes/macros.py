"""Workbooks with macros: our VBA, xlwings' own module, a ribbon tab and a button on Incidents.

A maintained library writes the VBA project. Users need neither *Import Functions* nor trusted
access to the VBA project: the text of the functions is baked in.
"""

from __future__ import annotations

import hashlib
import importlib.util
import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from xlmatrix import resources
from xlmatrix.errors import XlmatrixError
from xlmatrix.package.parts import HEAD, Parts
from xlmatrix.routes.project import with_project
from xlmatrix.sheets.buttons import BUTTONS
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.plan import BookPlan, SheetPlan, Visibility
from xlmatrix.style.titles import Title

#: The version of xlwings whose module and library file the macros name.
XLWINGS: Final = "0.37.8"
CONF_SHEET: Final = Title.XLWINGS_CONF.value
MADE_FOR: Final = "XLMATRIX MADE FOR XLWINGS"
#: The row of the settings sheet that tells our macros, as written, from changed ones.
WRITTEN: Final = "XLMATRIX MACROS AS WRITTEN"
RIBBON: Final = "ribbon.xml"
BUTTON_SHEET: Final = Title.INCIDENTS.value
BOOK_MODULES: Final = (
    "XlmatrixActions.bas",
    "XlmatrixRibbon.bas",
    "XlmatrixWizard.bas",
    "xlwings_udfs.bas",
)
#: The add-in brings the same: its tab and its functions are there for every workbook.
ADDIN_MODULES: Final = BOOK_MODULES
MACRO_BOOK: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
MACRO_ADDIN: Final = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_CUSTOM_UI: Final = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_VML: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing"
_BUTTON_PART: Final = "xl/drawings/vmlDrawingXlmatrix.vml"
_SETTINGS: Final = (
    ("UDF MODULES", "xlmatrix.addin.functions", "Where the functions in cells come from"),
    ("ADD_WORKBOOK_TO_PYTHONPATH", "False", "Never run Python that lies beside the workbook"),
    (MADE_FOR, XLWINGS, "The macros need exactly this version; xlmatrix addin status checks it"),
)
#: What earlier releases wrote that says no more than xlwings' own default; a row of it would hide
#: what a user has set for all workbooks.
_DEFAULTS: Final = {"USE UDF SERVER": "False", "SHOW CONSOLE": "False"}
#: What to know of settings that have no row: a blank one would hide the user's own.
_MORE: Final = (
    "Other settings go in the next row: the name in column A, the value in column B. They hold for "
    "this workbook; what xlmatrix addin install writes holds for all.",
    "INTERPRETER_WIN, INTERPRETER_MAC: the full path of python.exe or python",
    "PYTHONPATH, CONDA PATH, CONDA ENV: further folders with Python modules, conda and its "
    "environment",
    "USE UDF SERVER: True is faster for many clicks. SHOW CONSOLE: True shows Python's window",
)
#: A file of settings that lies beside a workbook could name any program to run.
_NO_FOLDER: Final = (
    'If source = "" Or source = "directory" Then',
    'If source = "directory" Then',
)
#: Changes to the text of modules of xlwings: what stands there, and what stands here instead. The
#: add-in looks for its settings where every workbook's are, not under the name of xlwings' example.
XLWINGS_CHANGES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "xlwings.bas": (_NO_FOLDER,),
    "xlwings_custom_addin.bas": (
        _NO_FOLDER,
        (
            'Public Const PROJECT_NAME As String = "myaddin"',
            'Public Const PROJECT_NAME As String = "xlwings"',
        ),
    ),
}


def conf_sheet(typed: Mapping[str, object] | None = None) -> SheetPlan:
    """The settings that xlwings reads in a workbook: which modules, and what a user added.

    ``typed`` are those of an earlier workbook, which stay; what the macros say of themselves does
    not, and no blank one, which would hide what is set for all workbooks.
    """
    draft = Draft(CONF_SHEET, visibility=Visibility.HIDDEN)
    values: dict[str, object] = {key: value for key, value, _ in _SETTINGS}
    own = {MADE_FOR: XLWINGS, WRITTEN: _written()}
    kept = {key: value for key, value in (typed or {}).items() if _says_something(key, value)}
    values |= {**kept, **own}
    hints = {key: hint for key, _, hint in _SETTINGS}
    hints[WRITTEN] = "Tells our macros from changed ones when the workbook is regenerated"
    for row, (key, value) in enumerate(values.items(), start=1):
        draft.put(row, 1, key, "label")
        draft.put(row, 2, str(value), "input.text")
        # Beyond an empty column, so that xlwings takes none of it for a setting.
        draft.put(row, 4, hints.get(key), "note")
    for row, hint in enumerate(_MORE, start=len(values) + 2):
        draft.put(row, 4, hint, "note")
    draft.widths.update({1: 32, 2: 48, 4: 60})
    return draft.plan()


def _says_something(key: str, value: object) -> bool:
    text = str(value if value is not None else "").strip()
    return bool(key.strip()) and text not in ("", _DEFAULTS.get(key, ""))


def with_conf(book: BookPlan, typed: Mapping[str, object] | None = None) -> BookPlan:
    """The workbook's plan with the settings sheet as its last."""
    return replace(book, sheets=(*book.sheets, conf_sheet(typed)))


def digest(source: str) -> str:
    """What tells one module from another, however Excel spelled and spaced it."""
    lines = (" ".join(line.split()).casefold() for line in source.splitlines())
    kept = [line for line in lines if line and not line.startswith("attribute vb_")]
    return hashlib.sha256("\n".join(kept).encode()).hexdigest()[:12]


def digests_in(settings: Mapping[str, object]) -> dict[str, str]:
    """The digests that a workbook keeps of its modules as they were written, by name."""
    pairs = (part.partition("=") for part in str(settings.get(WRITTEN) or "").split())
    return {name: known for name, mark, known in pairs if mark}


def _written() -> str:
    known = {name.removesuffix(".bas"): module_source(name) for name in BOOK_MODULES}
    known["xlwings"] = xlwings_source("xlwings.bas")
    known[RIBBON] = resources.macro_text(RIBBON)
    return " ".join(f"{name}={digest(source)}" for name, source in known.items())


def with_macros(data: bytes, modules: Mapping[str, str] | None = None) -> bytes:
    """An ``.xlsx`` as ``.xlsm``: the same sheets, with macros, ribbon and button.

    ``modules`` are further modules by name, with their attributes.
    """
    sources = [*(module_source(name) for name in BOOK_MODULES), xlwings_source("xlwings.bas")]
    sources += [named_source(name, text) for name, text in (modules or {}).items()]
    parts = Parts.of(with_project(_as_macro_book(data), sources))
    _add_ribbon(parts)
    _add_button(parts)
    return parts.to_bytes()


def make_addin() -> bytes:
    """The constant add-in ``xlmatrix.xlam``: tab and functions for workbooks without macros."""
    from xlmatrix.write import render

    draft = Draft("xlmatrix")
    draft.put(
        1, 1, "xlmatrix: the Escalation tab and the functions for workbooks without macros.", "text"
    )
    book = BookPlan((draft.plan(), conf_sheet()), {}, "xlmatrix", created=datetime(2026, 1, 1))
    sources = [
        *(module_source(name) for name in ADDIN_MODULES),
        xlwings_source("xlwings_custom_addin.bas"),
    ]
    parts = Parts.of(with_project(_as_macro_book(render(book)), sources))
    _add_ribbon(parts)
    parts.set_type("xl/workbook.xml", MACRO_ADDIN)
    return parts.to_bytes()


def module_source(name: str) -> str:
    """One of our modules with the line ends that VBA wants."""
    return _crlf(resources.macro_text(name))


def xlwings_source(name: str) -> str:
    """Xlwings' own module, from the installed package of the version that ours was made for.

    It is as it stands there, but for :data:`XLWINGS_CHANGES`.

    Raises
    ------
    XlmatrixError
        Another version of xlwings is installed, whose library file has another name.
    """
    installed = version("xlwings")
    if installed != XLWINGS:
        raise XlmatrixError(
            f"xlwings {installed} is installed, and the macros are made for {XLWINGS}",
            where="xlwings",
            mend=f"Install it: pip install xlwings=={XLWINGS}",
        )
    found = importlib.util.find_spec("xlwings")
    assert found is not None
    assert found.origin is not None
    text = (Path(found.origin).parent / name).read_text(encoding="utf-8")
    for theirs, ours in XLWINGS_CHANGES.get(name, ()):
        if text.count(theirs) != 1:
            raise AssertionError(f"{name} of xlwings says {theirs!r} no more")
        text = text.replace(theirs, ours)
    return _crlf(text)


def named_source(name: str, text: str) -> str:
    """A module that says its own name, as a project wants it."""
    told = re.search(r'^Attribute VB_Name = "', text, re.MULTILINE)
    return text if told else f'Attribute VB_Name = "{name}"\r\n{text}'


def _crlf(text: str) -> str:
    return text.replace("\r\n", "\n").strip("\n").replace("\n", "\r\n") + "\r\n"


def _as_macro_book(data: bytes) -> bytes:
    parts = Parts.of(data)
    parts.set_type("xl/workbook.xml", MACRO_BOOK)
    return parts.to_bytes()


def _add_ribbon(parts: Parts) -> None:
    parts.put("customUI/customUI14.xml", resources.macro_text(RIBBON))
    parts.default_type("xml", "application/xml")
    parts.relate("", _CUSTOM_UI, "customUI/customUI14.xml", "rIdXlmatrixRibbon")


def _add_button(parts: Parts) -> None:
    sheet = parts.sheet_part(BUTTON_SHEET)
    text = parts.text(sheet)
    if "<legacyDrawing " in text:
        _add_to_comments(parts, sheet)
        return
    marker = '<legacyDrawing r:id="rIdXlmatrixButton"/>'
    at = re.search(r"<(?:legacyDrawingHF|picture|oleObjects|controls|tableParts|extLst)\b", text)
    place = at.start() if at else text.index("</worksheet>")
    if "xmlns:r=" not in text[: text.index("<sheetData")]:
        marker = marker.replace(
            " r:id",
            ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id',
        )
    parts.put(sheet, text[:place] + marker + text[place:])
    parts.default_type("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
    parts.relate(sheet, _VML, f"/{_BUTTON_PART}", "rIdXlmatrixButton")
    parts.put(_BUTTON_PART, _button())


def _add_to_comments(parts: Parts, sheet: str) -> None:
    """A sheet has one drawing of this kind: the button joins the comments' boxes."""
    folder, _, name = sheet.rpartition("/")
    relations = parts.text(f"{folder}/_rels/{name}.rels")
    found = re.search(rf'<Relationship\b(?=[^>]*Type="{_VML}")[^>]*\bTarget="([^"]+)"', relations)
    assert found is not None, sheet
    target = found[1].lstrip("/") if found[1].startswith("/") else f"{folder}/{found[1]}"
    target = posixpath.normpath(target)
    text = parts.text(target)
    end = text.rindex("</")
    spaces = (
        'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"'
    )
    shapes = re.sub(r"<v:(shapetype|shape) ", rf"<v:\1 {spaces} ", _shapes(), count=0)
    parts.put(target, text[:end] + shapes + text[end:])


def _button() -> str:
    return (
        f'{HEAD}<xml xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel">'
        '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
        f"{_shapes()}</xml>"
    )


#: Where each button is: left column, offset, top row, offset, right column, offset, bottom row,
#: offset.
_ANCHORS: Final = (
    "5, 4, 0, 4, 7, 4, 0, 36",
    "9, 4, 0, 4, 10, 0, 0, 36",
    "10, 4, 0, 4, 10, 84, 0, 36",
    "10, 88, 0, 4, 10, 168, 0, 36",
    "10, 172, 0, 4, 10, 252, 0, 36",
    "11, 0, 0, 4, 12, 0, 0, 36",
    "12, 4, 0, 4, 12, 124, 0, 36",
)
#: The number of the first button's shape.
_FIRST_SHAPE: Final = 1999


def _shapes() -> str:
    kind = (
        '<v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" '
        'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
        '<v:path shadowok="f" o:extrusionok="f" strokeok="f" fillok="f" o:connecttype="rect"/>'
        '<o:lock v:ext="edit" shapetype="t"/></v:shapetype>'
    )
    return kind + "".join(
        _shape(_FIRST_SHAPE + number, label, macro, anchor)
        for number, ((label, macro), anchor) in enumerate(
            zip(BUTTONS.items(), _ANCHORS, strict=True)
        )
    )


def _shape(number: int, label: str, macro: str, anchor: str) -> str:
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t201" alt="{label}" '
        'style="position:absolute;width:150pt;height:24pt;z-index:1" o:button="t" '
        'fillcolor="buttonFace [67]" strokecolor="windowText [64]" o:insetmode="auto">'
        '<v:fill color2="buttonFace [67]" o:detectmouseclick="t"/>'
        '<o:lock v:ext="edit" rotation="t"/>'
        '<v:textbox style="mso-direction-alt:auto" o:singleclick="f">'
        '<div style="text-align:center"><font face="Calibri" size="220" color="#000000">'
        f"{label}</font></div></v:textbox>"
        '<x:ClientData ObjectType="Button"><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:PrintObject>False</x:PrintObject>"
        f"<x:AutoFill>False</x:AutoFill><x:FmlaMacro>[0]!{macro}</x:FmlaMacro>"
        "<x:TextHAlign>Center</x:TextHAlign><x:TextVAlign>Center</x:TextVAlign>"
        "</x:ClientData></v:shape>"
    )
