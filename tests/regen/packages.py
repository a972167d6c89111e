"""Takes a workbook's package apart and puts it together otherwise."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

import openpyxl


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    parts = parts_of(data)
    parts[name] = change(parts[name])
    return packed(parts)


def by_openpyxl(data: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def part_of_sheet(data: bytes, sheet: str) -> str:
    """The part that holds a sheet."""
    parts = parts_of(data)
    book = parts["xl/workbook.xml"].decode()
    listed = re.search(rf'<sheet [^>]*name="{sheet}"[^>]*r:id="(\w+)"', book)
    assert listed
    relations = parts["xl/_rels/workbook.xml.rels"].decode()
    (found,) = [r for r in re.findall("<Relationship [^>]*>", relations) if f'"{listed[1]}"' in r]
    target = re.search('Target="/?([^"]+)"', found)
    assert target
    return target[1] if target[1].startswith("xl/") else f"xl/{target[1]}"


def with_cell(data: bytes, sheet: str, place: str, cell: str) -> bytes:
    """The workbook with one cell element replaced; ``cell`` is its XML."""

    def change(xml: bytes) -> bytes:
        pattern = rf'<c r="{place}"(?:[^>]*/>|.*?</c>)'
        text, count = re.subn(pattern, lambda _: cell, xml.decode(), count=1, flags=re.DOTALL)
        assert count, place
        return text.encode()

    return with_part(data, part_of_sheet(data, sheet), change)
