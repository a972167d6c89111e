"""Cell styles of a used workbook in the style part of a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from xlmatrix.package.cut import (
    Cut,
    attributes,
    cut,
    opened,
    start_tag,
    whole_number,
    with_attributes,
    without_close,
)

#: The order that the file format asks for; some programs write another.
_FONT_ORDER: Final = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz",
    "color", "name", "family", "charset", "scheme",
)  # fmt: skip
_FIRST_OWN_FORMAT: Final = 164
#: Lists of the style part, with the attribute of a cell format that points into each.
_POINTERS: Final = {"fonts": "fontId", "fills": "fillId", "borders": "borderId"}


@dataclass(slots=True)
class Sheaf:
    """A style part as its lists; new entries go behind those that stand."""

    whole: Cut
    lists: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Sheaf:
        """The lists of a style part."""
        whole = cut(text)
        lists = {name: [item for _, item in cut(inner).children] for name, inner in whole.children}
        return cls(whole, lists)

    def add(self, name: str, item: str) -> int:
        """The place of an entry in a list, put at its end where it is new."""
        held = self.lists.setdefault(name, [])
        if item not in held:
            held.append(item)
        return held.index(item)

    def text(self) -> str:
        """The part."""
        pieces = []
        for name, inner in self.whole.children:
            if name in self.lists and self.lists[name] != [i for _, i in cut(inner).children]:
                items = self.lists[name]
                tag = with_attributes(start_tag(inner), count=str(len(items)))
                pieces.append(f"{opened(tag)}{''.join(items)}</{name}>")
            else:
                pieces.append(inner)
        if self.lists.get("numFmts") and not self.whole.of("numFmts"):
            items = self.lists["numFmts"]
            pieces.insert(0, f'<numFmts count="{len(items)}">{"".join(items)}</numFmts>')
        return self.whole.start + "".join(pieces) + self.whole.end


class Looks:
    """Takes cell formats and differential formats of an old style part into a new one."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = Sheaf.of(old), Sheaf.of(new)
        self.cells: dict[int, int] = {0: 0}
        self.changes: dict[int, int] = {}

    def cell(self, number: int) -> int:
        """The new number of an old cell format."""
        if number not in self.cells:
            formats = self.old.lists.get("cellXfs", [])
            self.cells[number] = (
                self.new.add("cellXfs", self._format(formats[number]))
                if 0 <= number < len(formats)
                else 0
            )
        return self.cells[number]

    def _format(self, text: str) -> str:
        tag = start_tag(text)
        given = attributes(tag)
        changes: dict[str, str | None] = {"xfId": "0"}
        for name, pointer in _POINTERS.items():
            place = whole_number(given.get(pointer, "0"))
            held = self.old.lists.get(name, [])
            if 0 <= place < len(held):
                item = _ordered(held[place]) if name == "fonts" else held[place]
                changes[pointer] = str(self.new.add(name, item))
            else:
                changes[pointer] = "0"
        changes["numFmtId"] = self.number_format(whole_number(given.get("numFmtId", "0")))
        for what in ("Font", "Fill", "Border", "NumberFormat"):
            changes[f"apply{what}"] = "1"
        inner = [item for name, item in cut(text).children if name in ("alignment", "protection")]
        tag = opened(with_attributes(tag, **changes))
        if not inner:
            return f"{without_close(tag)[0]}/>"
        return f"{tag}{''.join(inner)}</xf>"

    def number_format(self, number: int) -> str:
        """The new number of an old number format, as the file has it."""
        if number < _FIRST_OWN_FORMAT:
            return str(number)
        known = {attributes(i).get("numFmtId"): i for i in self.old.lists.get("numFmts", [])}
        held = known.get(str(number))
        if held is None:
            return "0"
        code = attributes(held).get("formatCode", "General")
        mine = self.new.lists.setdefault("numFmts", [])
        for item in mine:
            if attributes(item).get("formatCode") == code:
                return attributes(item)["numFmtId"]
        taken = [int(attributes(item)["numFmtId"]) for item in mine]
        free = max([_FIRST_OWN_FORMAT - 1, *taken]) + 1
        mine.append(f'<numFmt numFmtId="{free}" formatCode="{code}"/>')
        return str(free)

    def change(self, number: int) -> int:
        """The new number of an old differential format."""
        if number not in self.changes:
            held = self.old.lists.get("dxfs", [])
            item = held[number] if 0 <= number < len(held) else "<dxf/>"
            for font in cut(item).of("font"):
                item = item.replace(font, _ordered(font))
            self.changes[number] = self.new.add("dxfs", item)
        return self.changes[number]


def _ordered(font: str) -> str:
    whole = cut(font)
    if not whole.children:
        return font
    ranked = sorted(
        whole.children,
        key=lambda child: _FONT_ORDER.index(child[0]) if child[0] in _FONT_ORDER else 99,
    )
    return whole.start + "".join(text for _, text in ranked) + whole.end


Signature = tuple[str | None, str | None, bool, bool, bool]


def signatures(sheaf: Sheaf) -> list[Signature]:
    """Fill, ink, bold, italic and underline of each cell format; colours as RRGGBB or None."""
    fonts = [_font(text) for text in sheaf.lists.get("fonts", [])]
    fills = [_filled(text) for text in sheaf.lists.get("fills", [])]
    found: list[Signature] = []
    for text in sheaf.lists.get("cellXfs", []):
        given = attributes(start_tag(text))
        font, fill = (whole_number(given.get(name, "0")) for name in ("fontId", "fillId"))
        ink, bold, italic, line = fonts[font] if font < len(fonts) else (None, False, False, False)
        found.append((fills[fill] if fill < len(fills) else None, ink, bold, italic, line))
    return found


def _font(text: str) -> tuple[str | None, bool, bool, bool]:
    parts = dict(cut(text).children) if cut(text).children else {}
    on = {name: _is_on(parts.get(name)) for name in ("b", "i", "u", "strike")}
    ink = _colour(parts.get("color"))
    # What is struck out looks like nothing of ours.
    return ("struck" if on["strike"] else ink), on["b"], on["i"], on["u"]


def _is_on(text: str | None) -> bool:
    if text is None:
        return False
    return attributes(start_tag(text)).get("val", "1") not in ("0", "false", "none")


def _filled(text: str) -> str | None:
    pattern = next(iter(cut(text).children), ("", ""))[1]
    kind = attributes(start_tag(pattern)).get("patternType", "none") if pattern else "none"
    if kind != "solid":
        return None if kind == "none" else kind
    front = next(iter(cut(pattern).of("fgColor")), None)
    return _colour(front) or "unknown"


def _colour(text: str | None) -> str | None:
    if text is None:
        return None
    given = attributes(start_tag(text))
    if "rgb" in given:
        return given["rgb"][-6:].upper()
    # The first two of a theme and the automatic colour are ink and paper.
    return None if given.get("theme") in ("0", "1") or "auto" in given else f"theme {given}"
