"""The parts of a finished workbook, changed after the writer: macros, ribbon, button, Lite script.

openpyxl would drop these parts, so they are put into the package last. Two runs over equal bytes
give equal bytes.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self
from xml.sax.saxutils import quoteattr

from xlmatrix.package.archive import package_of

HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES: Final = "[Content_Types].xml"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)


def zipped(entries: Iterable[tuple[str, bytes]], *, level: int) -> bytes:
    """An archive of named entries, all of one fixed time, so that equal ones give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name, _FIXED_TIME)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(info, data, compresslevel=level)
    return buffer.getvalue()


@dataclass(slots=True)
class Parts:
    """A package as its parts by name, in their order."""

    parts: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, data: bytes) -> Self:
        """The parts of a finished package."""
        package = package_of(data)
        return cls({name: package.read(name) for name in package.listed})

    def to_bytes(self) -> bytes:
        """The package: content types first, every part at the same fixed time."""
        names = [_TYPES, *(name for name in self.parts if name != _TYPES)]
        return zipped(((name, self.parts[name]) for name in names), level=5)

    def text(self, name: str) -> str:
        """One XML part as text."""
        return self.parts[name].decode("utf-8")

    def put(self, name: str, text: str) -> None:
        """Write an XML part."""
        self.parts[name] = text.encode("utf-8")

    def set_type(self, name: str, content_type: str) -> None:
        """Announce a part's content type, instead of what was announced before."""
        types = re.sub(
            rf'<Override\b[^>]*PartName="/{re.escape(name)}"[^>]*/>', "", self.text(_TYPES)
        )
        entry = f'<Override PartName="/{name}" ContentType="{content_type}"/>'
        self.put(_TYPES, types.replace("</Types>", f"{entry}</Types>"))

    def default_type(self, extension: str, content_type: str) -> None:
        """Announce the content type of every part with an extension."""
        types = self.text(_TYPES)
        if f'Extension="{extension}"' not in types:
            entry = f'<Default Extension="{extension}" ContentType="{content_type}"/>'
            at = re.search(r"<Types\b[^>]*>", types)
            assert at is not None
            self.put(_TYPES, types[: at.end()] + entry + types[at.end() :])

    def announce(self, parts: Iterable[tuple[str, str]]) -> None:
        """Announce the content types of new parts: by extension where all of one have the same."""
        types = self.text(_TYPES)
        known = dict(re.findall(r'<Default\b[^>]*Extension="([^"]+)"[^>]*Type="([^"]+)"', types))
        defaults = overrides = ""
        for name, content_type in parts:
            extension = name.rpartition(".")[2]
            if extension not in known and extension != "xml" and content_type:
                known[extension] = content_type
                kind = quoteattr(content_type)
                defaults += f'<Default Extension="{extension}" ContentType={kind}/>'
            elif content_type and known.get(extension) != content_type:
                overrides += f'<Override PartName="/{name}" ContentType={quoteattr(content_type)}/>'
        at = re.search(r"<Types\b[^>]*>", types)
        assert at is not None
        types = types[: at.end()] + defaults + types[at.end() :]
        self.put(_TYPES, types.replace("</Types>", f"{overrides}</Types>"))

    def related(self, source: str, kind: str) -> str:
        """The first part that a part refers to by a kind of relation; empty where there is none."""
        folder, _, name = source.rpartition("/")
        text = self.parts.get(f"{folder}/_rels/{name}.rels", b"").decode("utf-8")
        for entry in re.findall(r"<Relationship\b[^>]*>", text):
            target = re.search(r'\bTarget="([^"]+)"', entry)
            if re.search(rf'\bType="[^"]*/{kind}"', entry) and target is not None:
                path = target[1]
                whole = path.lstrip("/") if path.startswith("/") else f"{folder}/{path}"
                return posixpath.normpath(whole)
        return ""

    def rename_relations(self, source: str, ids: Mapping[str, str]) -> None:
        """Give relations of a part other ids."""
        folder, _, name = source.rpartition("/")
        path = f"{folder}/_rels/{name}.rels"
        for old, new in ids.items():
            self.put(path, self.text(path).replace(f'Id="{old}"', f'Id="{new}"'))

    def relate(
        self, source: str, kind: str, target: str, identity: str, *, external: bool = False
    ) -> None:
        """Add a relation of a part (or of the package: ``""``) with an id that is free there."""
        folder, _, name = source.rpartition("/")
        path = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        old = self.parts.get(path, b"").decode("utf-8")
        text = old or f'{HEAD}<Relationships xmlns="{_RELATIONS}"></Relationships>'
        if f'Id="{identity}"' in text:
            raise AssertionError(f"{path} has a relation {identity} already")
        mode = ' TargetMode="External"' if external else ""
        entry = f'<Relationship Id="{identity}" Type="{kind}" Target="{target}"{mode}/>'
        self.put(path, text.replace("</Relationships>", f"{entry}</Relationships>"))

    def sheet_part(self, title: str) -> str:
        """The part of the worksheet with that title."""
        found = re.search(
            rf'<sheet\b[^>]*name={re.escape(quoteattr(title))}[^>]*r:id="([^"]+)"',
            self.text("xl/workbook.xml"),
        )
        assert found is not None, title
        relation = re.search(
            rf'<Relationship\b(?=[^>]*\bId="{re.escape(found[1])}")[^>]*\bTarget="([^"]+)"',
            self.text("xl/_rels/workbook.xml.rels"),
        )
        assert relation is not None, title
        target = relation[1]
        return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
