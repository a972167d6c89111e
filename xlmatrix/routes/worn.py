"""Which route into Excel a used workbook was dressed for, and what of it is its user's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from xlmatrix import resources
from xlmatrix.package import Package
from xlmatrix.package.events import tree
from xlmatrix.package.limits import MIB, MOST_PROJECT_BYTES, refused
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.reader import Wanted, read_contents
from xlmatrix.routes import lite, macros
from xlmatrix.routes.dress import Dress, lite_book, macro_book
from xlmatrix.routes.project import opened

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: What ``--allow-loss`` calls the two routes.
MACROS: Final = "macros"
SCRIPT: Final = "script"
_OURS: Final = frozenset({*(name.removesuffix(".bas") for name in macros.BOOK_MODULES), "xlwings"})
_RIBBON_PARTS: Final = re.compile(r"^customUI/.*\.xml$", re.IGNORECASE)
#: A line of a module that no one wrote.
_ATTRIBUTE: Final = re.compile(r"^\s*Attribute\s+VB_", re.IGNORECASE)
#: Libraries that every project of Excel refers to.
_REFERENCES: Final = frozenset({"VBA", "Excel", "stdole", "Office"})
_PLAIN_FILES: Final = frozenset({"main.py", "requirements.txt", "pyodideVersion", "addinVersion"})
#: What Lite writes by itself, for the requirements that stood there.
_WRITTEN_BY_LITE: Final = "requirements-pinned.txt"


@dataclass(frozen=True, slots=True)
class Worn:
    """How a workbook was dressed.

    ``dress`` makes the new one alike, user's modules included; None for a plain workbook.
    ``brings_back`` are the routes, by their name for ``--allow-loss``, that it brings back, and
    ``lost`` what under such a name it cannot. ``own`` are the user's modules or files by name, and
    ``settings`` what stands on the settings sheet.
    """

    dress: Dress | None = None
    brings_back: frozenset[str] = frozenset()
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def route(self) -> str:
        """The route that the workbook was dressed for, by its name; empty for a plain one."""
        if self.dress is None:
            return ""
        return MACROS if self.dress.extension == ".xlsm" else SCRIPT


def routes_in(used: UsedBook) -> list[str]:
    """The routes of which a workbook has parts, whoever put them there."""
    extras = used.contents.extras
    beginnings = {MACROS: "xl/vbaProject", SCRIPT: "xl/webextensions/"}
    return [
        route
        for route, start in beginnings.items()
        if any(part.startswith(start) for part in extras)
    ]


def worn(used: UsedBook) -> Worn:
    """How a workbook is dressed."""
    found = routes_in(used)
    if MACROS in found:
        return _with_macros(used.contents.package)
    if SCRIPT in found:
        return _with_script(used.contents.package)
    return Worn()


# --- macros -----------------------------------------------------------------------------------


def _with_macros(package: Package) -> Worn:
    settings = _settings(package)
    if macros.MADE_FOR not in settings:
        # Somebody's macros in a plain workbook of ours.
        return Worn()
    modules, lost = _modules(package, settings)
    lost += _ribbon(package, settings)
    return Worn(
        macro_book(modules, settings=settings),
        frozenset({MACROS}),
        {MACROS: tuple(lost)} if lost else {},
        modules,
        settings,
    )


def _settings(package: Package) -> dict[str, Any]:
    """What stands on the settings sheet: key and value side by side."""
    wanted = Wanted(sheet=lambda sheet: sheet.name == macros.CONF_SHEET)
    contents = read_contents(package, wanted)
    sheet = contents.sheet(macros.CONF_SHEET)
    values = sheet.cells.values if sheet is not None else {}
    return {
        str(text): values.get((row, 2)) for (row, column), text in values.items() if column == 1
    }


def _modules(package: Package, settings: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """The user's modules, and what of the project cannot come along."""
    own: dict[str, str] = {}
    lost: list[str] = []
    _refuse_large(package)
    written = macros.digests_in(settings)
    try:
        with opened(package) as book:
            for module in book.vba_project().modules:
                _sort(module, written, own, lost)
            lost += [f"the form {form}" for form in _names(book.forms())]
            lost += [
                f"the reference to {name}"
                for name in _names(book.references())
                if name not in _REFERENCES
            ]
            if book.vba_signature().present:
                lost.append("the digital signature of the macros, which holds for the old file")
    except Exception as fault:  # noqa: BLE001 - whatever a damaged project makes of its reader
        return {}, [f"the macros cannot be read ({str(fault) or type(fault).__name__})"]
    forms = {what.removeprefix("the form ") for what in lost if what.startswith("the form ")}
    return {name: text for name, text in own.items() if name not in forms}, lost


def _refuse_large(package: Package) -> None:
    size = sum(len(package.read(part)) for part in package.names if "vbaProject" in part)
    if size > MOST_PROJECT_BYTES:
        raise refused(
            f"the macros have {size // MIB:,} MB, and {MOST_PROJECT_BYTES // MIB} MB are read",
            package.where,
        )


def _names(forms: Any) -> list[str]:
    return [str(getattr(form, "name", form)) for form in forms or ()]


def _sort(module: Any, written: Mapping[str, str], own: dict[str, str], lost: list[str]) -> None:
    name, text = str(module.name), str(module.source)
    if name in _OURS:
        known = {written.get(name), macros.digest(_current(name))}
        if macros.digest(text) not in known:
            lost.append(f"the changes to the module {name}, which is one of ours")
    elif str(getattr(module.kind, "name", module.kind)) == "standard" or _is_class(text):
        own[name] = text
    elif any(line.strip() and not _ATTRIBUTE.match(line) for line in text.splitlines()):
        lost.append(f"the code behind {name}")


def _is_class(text: str) -> bool:
    """Whether a module is a class of one's own: code behind sheets and forms is predeclared."""
    head = text[:2000]
    return "VB_Base" not in head and "VB_PredeclaredId = False" in head


def _current(name: str) -> str:
    if name == "xlwings":
        return macros.xlwings_source("xlwings.bas")
    return macros.module_source(f"{name}.bas")


def _ribbon(package: Package, settings: Mapping[str, Any]) -> list[str]:
    lost = []
    written = macros.digests_in(settings).get(macros.RIBBON)
    known = {written, macros.digest(resources.macro_text(macros.RIBBON))}
    for name in package.listed:
        if _RIBBON_PARTS.match(name) and macros.digest(package.xml(name)) not in known:
            lost.append("the changes to the ribbon tab")
    return lost


# --- the Lite script --------------------------------------------------------------------------


def _with_script(package: Package) -> Worn:
    lost: list[str] = []
    files: dict[str, str] = {}
    ours = False
    for name in sorted(package.names):
        if not re.fullmatch(r"xl/webextensions/webextension\d*\.xml", name):
            continue
        root = tree(package, name)
        if _store_id(root).casefold() != lite.STORE_ID:
            lost.append(f"the add-in {_store_id(root) or name} in the task pane")
            continue
        ours = True
        for key, text in _files(root).items():
            if key == "main.py":
                if not lite.is_as_made(text):
                    lost.append("the changes to main.py: copy them, and paste them in again")
            elif key == "requirements.txt":
                if text not in {lite.REQUIREMENTS, *lite.OLD_REQUIREMENTS}:
                    files[key] = text
            elif key not in _PLAIN_FILES and key != _WRITTEN_BY_LITE:
                files[key] = text
    gone = {SCRIPT: tuple(lost)} if lost else {}
    if not ours:
        return Worn(None, frozenset({SCRIPT}), gone)
    return Worn(lite_book(files), frozenset({SCRIPT}), gone, files)


def _store_id(root: Element) -> str:
    found = next((node for node in root.iter() if node.tag == "reference"), None)
    return "" if found is None else found.get("id", "")


def _files(root: Element) -> dict[str, str]:
    found = {}
    for node in root.iter():
        if node.tag == "property":
            value = node.get("value", "")
            try:
                text = json.loads(value)
            except (ValueError, RecursionError):
                text = None
            found[node.get("name", "")] = text if isinstance(text, str) else lite.Setting(value)
    return found
