"""Tabs of our sheets: which of them people hid or brought to light, and their colours."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import quoteattr

from xlmatrix.package.cut import attributes, cut, opened, start_tag, with_attributes
from xlmatrix.regen.carrying.state.case import Case, OurSheet
from xlmatrix.regen.carrying.state.desk import BOOK, Desk
from xlmatrix.regen.carrying.state.sheetxml import element
from xlmatrix.regen.carrying.state.stay import Finds, OfSheet
from xlmatrix.regen.reading.frames import Frame, Frames, plain_attributes

_SHEET: Final = re.compile(r"<sheet\b[^<>]*>")
_VIEW: Final = re.compile(r"<workbookView\b[^<>]*>")
_SELECTED: Final = re.compile(r"\stabSelected=\"[^\"]*\"")
_COLOUR: Final = ("rgb", "theme", "indexed", "tint")


def tabs(case: Case) -> Finds:
    """States and colours that are others than this release gives."""
    for sheet in case.sheets:
        now, offered = sheet.part.state, sheet.plan.visibility.value
        if now != offered:
            made = case.as_made(sheet.name)
            if made is not None and now != made.visibility.value:
                yield Tab(sheet.name, now)
        colour = _colour(sheet.frame)
        if colour and case.trip.same_release and _painted(sheet, colour):
            yield Colour(sheet.name, tuple(sorted(colour.items())))


def _colour(frame: Frame) -> dict[str, str]:
    """What a sheet says of its tab's colour."""
    for text in frame.of("sheetPr"):
        for known in cut(text).of("tabColor"):
            said = plain_attributes(known)
            return {name: said[name] for name in _COLOUR if name in said}
    return {}


def _painted(sheet: OurSheet, colour: dict[str, str]) -> bool:
    ours = sheet.plan.tab_colour[-6:].upper()
    return not ours or set(colour) != {"rgb"} or colour["rgb"][-6:].upper() != ours


@dataclass(frozen=True, slots=True)
class Tab(OfSheet):
    """A sheet of ours that people hid, or brought to light."""

    state: str

    @property
    def what(self) -> str:
        """What it is now."""
        return f"the sheet {self.sheet!r} {'shown' if self.state == 'visible' else 'hidden'}"

    def settle(self, desk: Desk) -> None:
        """Say so; a sheet that is hidden is not the one that opens."""
        text = desk.new.text(BOOK)
        tags = _SHEET.findall(text)
        name = f" name={quoteattr(self.sheet)}"
        at = next(n for n, tag in enumerate(tags) if name in tag)
        text = text.replace(tags[at], with_attributes(tags[at], state=self.state), 1)
        seen = [
            number
            for number, tag in enumerate(_SHEET.findall(text))
            if attributes(tag).get("state", "visible") == "visible"
        ]
        view = _VIEW.search(text)
        active = int(attributes(view[0]).get("activeTab", "0")) if view is not None else at
        if not seen:
            return
        if view is not None and active not in seen:
            now = with_attributes(view[0], activeTab=str(seen[0]), firstSheet=str(seen[0]))
            text = text.replace(view[0], now, 1)
            self._select(desk, attributes(tags[seen[0]])["name"])
        desk.new.put(BOOK, text)

    def _select(self, desk: Desk, other: str) -> None:
        """Select another sheet instead of this one."""
        for name, chosen in ((self.sheet, "0"), (html.unescape(other), "1")):
            sheet = desk.sheet(name)
            views = sheet.get("sheetViews")
            sheet.put("sheetViews", _SELECTED.sub(f' tabSelected="{chosen}"', views))

    def stands(self, there: Frames) -> bool:
        """Whether it is so; one sheet has to be seen."""
        part = there.contents.sheet(self.sheet)
        return part is not None and part.state == self.state


@dataclass(frozen=True, slots=True)
class Colour(OfSheet):
    """The colour of a tab."""

    said: tuple[tuple[str, str], ...]

    @property
    def what(self) -> str:
        """Whose it is."""
        return f"the colour of the tab of {self.sheet!r}"

    def settle(self, desk: Desk) -> None:
        """Write it in place of ours."""
        sheet = desk.sheet(self.sheet)
        text = sheet.get("sheetPr") or "<sheetPr></sheetPr>"
        whole = cut(text)
        rest = "".join(child for known, child in whole.children if known != "tabColor")
        colour = element("tabColor", self.said)
        sheet.put("sheetPr", f"{opened(start_tag(text))}{colour}{rest}</sheetPr>")

    def stands(self, there: Frames) -> bool:
        """Whether the tab has it."""
        frame = there.sheet(self.sheet)
        return frame is not None and _colour(frame) == dict(self.said)
