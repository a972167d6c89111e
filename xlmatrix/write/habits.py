"""Parts named and written as Excel does it, for readers that know no other way.

ExcelJS finds a sheet's tables, drawings and comments only by relative targets and Excel's own part
names, and a drawing's anchors only under Excel's prefix.
"""

from __future__ import annotations

import posixpath
import re
from typing import Final

_TARGET: Final = re.compile(r'Target="/([^"]+)"')
_COMMENTS: Final = re.compile(r"xl/comments/comment(\d+)\.xml")
_SHAPES: Final = re.compile(r"xl/drawings/commentsDrawing(\d+)\.vml")
_DRAWING: Final = re.compile(r"xl/drawings/drawing\d+\.xml")
_DRAWING_NAMESPACE: Final = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_BARE_TAG: Final = re.compile(r"<(/?)([A-Za-z]\w*)(?=[\s/>])")


def as_excel_writes(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts that openpyxl wrote, under Excel's names and with relative targets."""
    made: dict[str, bytes] = {}
    for name, data in parts.items():
        if name.endswith(".rels"):
            made[name] = _relative(name, data.decode()).encode()
        elif name == "[Content_Types].xml":
            made[name] = _renamed(data.decode()).encode()
        elif _DRAWING.fullmatch(name):
            made[name] = _prefixed(data.decode()).encode()
        else:
            made[_renamed(name)] = data
    return made


def _renamed(text: str) -> str:
    """A part's name, or a text that mentions some, as Excel calls them."""
    text = _COMMENTS.sub(r"xl/comments\1.xml", text)
    return _SHAPES.sub(r"xl/drawings/vmlDrawing\1.vml", text)


def _relative(relations: str, text: str) -> str:
    """A part's relations, each target told from where that part stands."""
    home = posixpath.dirname(posixpath.dirname(relations))

    def told(hit: re.Match[str]) -> str:
        return f'Target="{posixpath.relpath(_renamed(hit[1]), home or ".")}"'

    return _TARGET.sub(told, text)


def _prefixed(text: str) -> str:
    """A drawing with the prefix that everybody gives to it; what has one keeps it."""
    if f'xmlns="{_DRAWING_NAMESPACE}"' not in text:
        return text
    text = text.replace(f'xmlns="{_DRAWING_NAMESPACE}"', f'xmlns:xdr="{_DRAWING_NAMESPACE}"')
    return _BARE_TAG.sub(r"<\1xdr:\2", text)
