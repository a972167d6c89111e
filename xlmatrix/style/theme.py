"""Tokens and the roles made of them.

A role is ``kind`` or ``kind.format``: the kind gives font, fill and border, the format gives number
format and alignment. Every text colour has a contrast of at least 4.5:1 on its fill, which a test
checks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Final


class Align(StrEnum):
    """Horizontal alignment of a cell."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour of the workbook, as RRGGBB."""

    ink: str = "1F2937"
    muted: str = "56606E"
    paper: str = "FFFFFF"
    line: str = "D5DAE1"
    brand: str = "1B3A57"
    brand_soft: str = "E6EDF4"
    input_fill: str = "FFF9E5"
    input_ink: str = "1F3FA6"
    formula_fill: str = "F6F7F9"
    link: str = "0B5CAD"
    breached_fill: str = "FBE3E4"
    breached_ink: str = "9B1C1C"
    soon_fill: str = "FEF0D3"
    soon_ink: str = "7A4B00"
    met_fill: str = "E2F2E6"
    met_ink: str = "1D5B2F"
    paused_fill: str = "E8E8F7"
    paused_ink: str = "3D3A8C"
    aside_fill: str = "ECEEF1"
    aside_ink: str = "4B5563"
    severity_fill: tuple[str, ...] = ("B3261E", "B45309", "35618E", "4B5563", "6B7280")


@dataclass(frozen=True, slots=True)
class Look:
    """How one role looks. Sizes in points, colours as RRGGBB."""

    font: str = "Calibri"
    size: float = 10.0
    bold: bool = False
    italic: bool = False
    underline: bool = False
    ink: str = "1F2937"
    fill: str | None = None
    border: str | None = None
    number_format: str = "General"
    align: Align | None = None
    middle: bool = True
    wrap: bool = False
    indent: int = 0
    locked: bool = True


palette: Final = Palette()

_KINDS: Final[dict[str, Look]] = {
    "text": Look(ink=palette.ink),
    "bold": Look(ink=palette.ink, bold=True),
    "title": Look(ink=palette.brand, bold=True, size=20),
    "subtitle": Look(ink=palette.muted, size=11),
    "heading": Look(ink=palette.brand, bold=True, size=13),
    "note": Look(ink=palette.muted, italic=True, size=9),
    "label": Look(ink=palette.muted),
    "link": Look(ink=palette.link, underline=True),
    "header": Look(
        ink="FFFFFF",
        fill=palette.brand,
        bold=True,
        border=palette.brand,
        wrap=True,
        align=Align.LEFT,
        indent=1,
    ),
    "header.soft": Look(
        ink=palette.brand, fill=palette.brand_soft, bold=True, border=palette.line, wrap=True
    ),
    "input": Look(
        ink=palette.input_ink,
        fill=palette.input_fill,
        border=palette.line,
        locked=False,
        align=Align.LEFT,
        indent=1,
    ),
    "formula": Look(
        ink=palette.ink,
        fill=palette.formula_fill,
        border=palette.line,
        align=Align.LEFT,
        indent=1,
    ),
    "fixed": Look(ink=palette.ink, border=palette.line, align=Align.LEFT, indent=1),
    "key": Look(ink=palette.ink, border=palette.line, bold=True, align=Align.LEFT, indent=1),
    "helper": Look(ink=palette.muted, size=9),
    "figure": Look(ink=palette.brand, bold=True, size=26, fill=palette.brand_soft),
    "figure.label": Look(ink=palette.muted, fill=palette.brand_soft, wrap=True, align=Align.CENTER),
    "good": Look(ink=palette.met_ink, fill=palette.met_fill, border=palette.line),
    "soon": Look(ink=palette.soon_ink, fill=palette.soon_fill, border=palette.line),
    "bad": Look(ink=palette.breached_ink, fill=palette.breached_fill, border=palette.line),
    "calm": Look(ink=palette.paused_ink, fill=palette.paused_fill, border=palette.line),
    "aside": Look(ink=palette.aside_ink, fill=palette.aside_fill, border=palette.line),
}
for _level, _fill in enumerate(palette.severity_fill, start=1):
    _KINDS[f"severity{_level}"] = Look(
        ink="FFFFFF", fill=_fill, bold=True, border=_fill, align=Align.CENTER
    )

STAMP_FORMAT: Final = "yyyy-mm-dd hh:mm"
_FORMATS: Final[dict[str, dict[str, object]]] = {
    "general": {},
    "wrap": {"wrap": True},
    "center": {"align": Align.CENTER, "indent": 0},
    "center_wrap": {"align": Align.CENTER, "indent": 0, "wrap": True},
    "top": {"middle": False},
    "center_top": {"align": Align.CENTER, "indent": 0, "middle": False},
    "big": {"align": Align.CENTER, "indent": 0, "middle": True},
    "stamp": {"number_format": STAMP_FORMAT, "align": Align.CENTER, "indent": 0},
    "weekday": {"number_format": f"ddd {STAMP_FORMAT}", "align": Align.CENTER, "indent": 0},
    "date": {"number_format": "yyyy-mm-dd", "align": Align.CENTER, "indent": 0},
    "day": {"number_format": "yyyy-mm-dd"},
    "time": {"number_format": "[hh]:mm", "align": Align.CENTER, "indent": 0},
    "int": {"number_format": "#,##0", "align": Align.CENTER, "indent": 0},
    "seconds": {"number_format": "0", "align": Align.RIGHT, "indent": 0},
    "number": {"number_format": "#,##0.##", "align": Align.CENTER, "indent": 0},
    "money": {"number_format": "#,##0.00"},
    "percent": {"number_format": "0%", "align": Align.CENTER, "indent": 0},
    "percent1": {"number_format": "0.0%", "align": Align.CENTER, "indent": 0},
    "text": {"number_format": "@"},
    "locked": {"locked": True},
}


@cache
def look(role: str) -> Look:
    """The look of a role such as ``header``, ``input.stamp`` or ``input.wrap.text``.

    Raises
    ------
    KeyError
        For a role nobody defined: a typing error in a sheet, not a user's fault.
    """
    if role in _KINDS:
        return _KINDS[role]
    kind, _, form = role.rpartition(".")
    changes = _FORMATS[form]
    return replace(look(kind), **changes)  # type: ignore[arg-type]


def roles() -> tuple[str, ...]:
    """Every kind that has a colour of its own, for the contrast test."""
    return tuple(_KINDS)


def bands(level: int) -> str:
    """The role of a severity's badge; ``level`` counts from 1, the worst."""
    return f"severity{min(level, len(palette.severity_fill))}"
