"""The package as such: zip entries, content types, relations, well-formed XML."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from tests.office.package import DOCUMENT, RELATIONS

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MACRO = "application/vnd.ms-excel"
_WORKBOOK = {
    ".xlsx": f"{_EXCEL}.sheet.main+xml",
    ".xltx": f"{_EXCEL}.template.main+xml",
    ".xlsm": f"{_MACRO}.sheet.macroEnabled.main+xml",
    ".xltm": f"{_MACRO}.template.macroEnabled.main+xml",
    ".xlam": f"{_MACRO}.addin.macroEnabled.main+xml",
}
_BY_RELATION = {
    "worksheet": f"{_EXCEL}.worksheet+xml",
    "table": f"{_EXCEL}.table+xml",
    "styles": f"{_EXCEL}.styles+xml",
    "sharedStrings": f"{_EXCEL}.sharedStrings+xml",
    "comments": f"{_EXCEL}.comments+xml",
    "calcChain": f"{_EXCEL}.calcChain+xml",
    "drawing": "application/vnd.openxmlformats-officedocument.drawing+xml",
    "chart": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    "theme": "application/vnd.openxmlformats-officedocument.theme+xml",
    "vbaProject": "application/vnd.ms-office.vbaProject",
}


def faults(path: Path) -> Iterator[str]:
    """Faults of the package."""
    if not zipfile.is_zipfile(path):
        yield f"{path.name}: it is not a zip archive"
        return
    with zipfile.ZipFile(path) as archive:
        yield from _zip_faults(archive)
        contents = {}
        for entry in archive.infolist():
            try:
                contents[entry.filename] = archive.read(entry)
            except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
                yield f"{entry.filename}: damaged ({error})"
                return
    roots: dict[str, Any] = {}
    for part, data in contents.items():
        if part.endswith((".xml", ".rels", ".vml")):
            try:
                roots[part] = _parse(data)
            except (etree.XMLSyntaxError, ValueError) as error:
                yield f"{part}: not well-formed: {error}"
    if "[Content_Types].xml" not in roots:
        yield "[Content_Types].xml: missing"
        return
    types = dict(_content_types(roots["[Content_Types].xml"]))
    yield from _type_faults(roots["[Content_Types].xml"], set(contents))
    yield from _relation_faults(roots, set(contents), types)
    yield from _workbook_faults(path, roots, contents, types)


def _zip_faults(archive: zipfile.ZipFile) -> Iterator[str]:
    counted = Counter(name.lower() for name in archive.namelist())
    for name, count in counted.items():
        if count > 1:
            yield f"{name}: {count} zip entries of that name"
    for entry in archive.infolist():
        if entry.filename.startswith("/") or "\\" in entry.filename or ".." in entry.filename:
            yield f"{entry.filename}: not a part name"
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            yield f"{entry.filename}: compressed by a method Excel does not know"
        if entry.flag_bits & 1:
            yield f"{entry.filename}: encrypted"


def _parse(data: bytes) -> Any:
    if b"<!DOCTYPE" in data[:2000]:
        raise ValueError("a document type is not allowed")
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))


def _content_types(root: Any) -> Iterator[tuple[str, str]]:
    """Part (or ``.extension``) → content type, in lower case as Excel compares them."""
    for default in root.iter(f"{{{_TYPES}}}Default"):
        yield f".{default.get('Extension', '').lower()}", default.get("ContentType", "")
    for override in root.iter(f"{{{_TYPES}}}Override"):
        yield override.get("PartName", "").lstrip("/").lower(), override.get("ContentType", "")


def _type_of(part: str, types: dict[str, str]) -> str | None:
    extension = part.lower().rpartition(".")[2]
    return types.get(part.lower()) or types.get(f".{extension}")


def _type_faults(root: Any, names: set[str]) -> Iterator[str]:
    listed = Counter(key for key, _ in _content_types(root))
    for key, count in listed.items():
        if count > 1:
            yield f"[Content_Types].xml: {key} stands there {count} times"
    known = {name.lower() for name in names}
    for key in listed:
        if not key.startswith(".") and key not in known:
            yield f"[Content_Types].xml: names {key}, which is not in the package"
    types = dict(_content_types(root))
    for name in sorted(names - {"[Content_Types].xml"}):
        if not name.endswith("/") and _type_of(name, types) is None:
            yield f"{name}: has no content type"


def _relation_faults(
    roots: dict[str, Any], names: set[str], types: dict[str, str]
) -> Iterator[str]:
    for rels in (part for part in roots if part.endswith(".rels")):
        folder = posixpath.dirname(posixpath.dirname(rels))
        source = posixpath.join(folder, posixpath.basename(rels)[: -len(".rels")])
        if source not in names and posixpath.basename(rels) != ".rels":
            yield f"{rels}: belongs to no part"
        ids = Counter(relation.get("Id") for relation in roots[rels])
        yield from (f"{rels}: relation {key} twice" for key, n in ids.items() if n > 1)
        for relation in roots[rels].iter(f"{{{RELATIONS}}}Relationship"):
            place = relation.get("Target", "").startswith("#")
            if relation.get("TargetMode") == "External" or place:
                # Elsewhere, or a place in the workbook, as drawings of Excel name it.
                continue
            joined = posixpath.join("/", folder, relation.get("Target", ""))
            target = posixpath.normpath(joined).lstrip("/")
            kind = relation.get("Type", "").rsplit("/", 1)[-1]
            if target not in names:
                yield f"{rels}: {relation.get('Id')} points at {target}, which is missing"
            elif kind in _BY_RELATION and _type_of(target, types) != _BY_RELATION[kind]:
                yield f"{target}: has the content type {_type_of(target, types)}"
        yield from _unused(source, roots.get(source), set(ids))
    for part, root in roots.items():
        rels = posixpath.join(posixpath.dirname(part), "_rels", f"{posixpath.basename(part)}.rels")
        if rels not in roots and not part.endswith(".rels"):
            yield from _unused(part, root, set())


def _unused(part: str, root: Any, ids: set[str]) -> Iterator[str]:
    """Relation ids a part uses and its relations do not have."""
    if root is None:
        return
    for element in root.iter():
        for name in ("id", "embed", "link", "pict"):
            used = element.get(f"{{{DOCUMENT}}}{name}")
            if used is not None and used not in ids:
                yield f"{part}: uses the relation {used!r}, which does not exist"


def _workbook_faults(
    path: Path, roots: dict[str, Any], contents: dict[str, bytes], types: dict[str, str]
) -> Iterator[str]:
    books = [
        posixpath.normpath(relation.get("Target", "").lstrip("/"))
        for relation in roots.get("_rels/.rels", ())
        if relation.get("Type", "").endswith("/officeDocument")
    ]
    if len(books) != 1:
        yield f"_rels/.rels: {len(books)} main parts"
        return
    wanted, found = _WORKBOOK.get(path.suffix.lower()), _type_of(books[0], types)
    if wanted is None:
        yield f"{path.name}: {path.suffix!r} is no extension of a workbook"
    elif found != wanted:
        yield f"{books[0]}: content type {found} does not fit {path.suffix}"
    macros = any(part.lower().endswith("vbaproject.bin") for part in contents)
    if macros and path.suffix.lower() in {".xlsx", ".xltx"}:
        yield f"{path.name}: holds macros, which {path.suffix} may not"
