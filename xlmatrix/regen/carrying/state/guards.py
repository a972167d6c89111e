"""Protection of the workbook and of our sheets: passwords as the hashes that the file holds."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from xlmatrix.package.cut import cut, opened
from xlmatrix.regen.carrying.freight.aim import box_of
from xlmatrix.regen.carrying.state.case import Case, OurSheet
from xlmatrix.regen.carrying.state.desk import Desk
from xlmatrix.regen.carrying.state.sheetxml import element
from xlmatrix.regen.carrying.state.spots import Spots
from xlmatrix.regen.carrying.state.stay import Finds, OfSheet, Stay, left_out
from xlmatrix.regen.reading.frames import Frames, is_on, plain_attributes
from xlmatrix.sheets.plan import Visibility

#: Of the workbook: who may change its sheets, who may change it at all.
_OF_BOOK: Final = {
    "fileSharing": "the password or advice of who may change the file",
    "workbookProtection": "the protection of the workbook's structure",
}
_RANGES: Final = "protectedRanges"
_ELEMENT: Final = "sheetProtection"
#: What a protected sheet forbids where nothing else is said.
_FORBIDDEN: Final = (
    "formatCells", "formatColumns", "formatRows", "insertColumns", "insertRows",
    "insertHyperlinks", "deleteColumns", "deleteRows", "sort", "autoFilter", "pivotTables",
)  # fmt: skip
_ALLOWED: Final = ("sheet", "objects", "scenarios", "selectLockedCells", "selectUnlockedCells")
#: What our writer allows on a sheet that it protects.
_OURS: Final = frozenset(_FORBIDDEN) - {"formatColumns", "formatRows", "sort", "autoFilter"}
#: Attributes that hold a password.
_SECRETS: Final = ("password", "hashValue", "saltValue", "spinCount", "algorithmName")

Guard = frozenset[str]


def guards(case: Case) -> Finds:
    """Protection that is other than this release writes."""
    for known in _OF_BOOK:
        said = case.frames.book.said(known)
        if any(is_on(value) for value in said.values()):
            yield BookGuard(known, tuple(said.items()))
    own = {sheet.name: _guard(sheet.frame.said(_ELEMENT)) for sheet in case.sheets}
    for sheet in case.sheets:
        said = sheet.frame.said(_ELEMENT)
        if _differs(case, sheet, own):
            yield SheetGuard(sheet.name, tuple(said.items()) if is_on(said.get("sheet")) else ())


def ranges(case: Case) -> Finds:
    """Ranges of protected sheets that people may edit who know a password."""
    for sheet in case.seen:
        kept = []
        for text in sheet.frame.of(_RANGES):
            for item in cut(text).of("protectedRange"):
                said = plain_attributes(item)
                spots = Spots(case, sheet)
                areas = [spots.box(box_of(area)) for area in said.get("sqref", "").split()]
                if not areas or None in areas:
                    note = "the range that some may edit is left out: its cells stand elsewhere now"
                    yield left_out(sheet.name, html.unescape(said.get("name", "")), note)
                    continue
                sqref = " ".join(one.address().replace("$", "") for one in areas if one)
                inner = "".join(child for _, child in cut(item).children)
                tag = element("protectedRange", {**said, "sqref": sqref}.items())
                kept.append(f"{opened(tag)}{inner}</protectedRange>" if inner else tag)
        if kept:
            yield Ranges(sheet.name, tuple(kept))


def _differs(case: Case, sheet: OurSheet, own: Mapping[str, Guard]) -> bool:
    said, now = sheet.frame.said(_ELEMENT), own[sheet.name]
    if any(name in said for name in _SECRETS):
        return is_on(said.get("sheet"))
    if now == _planned(sheet.plan.protected):
        return False
    made = case.as_made(sheet.name)
    if made is None or now == _planned(made.protected):
        return False
    if sheet.plan.visibility is not Visibility.VISIBLE:
        # Nobody sees what a program did to the protection of a sheet that nobody sees.
        return False
    # What a program made of all of them alike is nobody's wish.
    alike = {own[other.name] for other in case.sheets if other.plan.protected}
    return not made.protected or len(alike) > 1


def _planned(protected: bool) -> Guard:
    """The protection that our writer gives."""
    return _OURS | {"sheet", "objects", "scenarios"} if protected else frozenset()


def _guard(said: Mapping[str, str]) -> Guard:
    """What a sheet forbids; nothing where it is not protected."""
    if not is_on(said.get("sheet")):
        return frozenset()
    forbidden = {name for name in _FORBIDDEN if is_on(said.get(name), default=True)}
    return frozenset(forbidden | {name for name in _ALLOWED if is_on(said.get(name))})


@dataclass(frozen=True, slots=True)
class BookGuard(Stay):
    """A guard of the whole workbook: its element and what that says."""

    element: str
    said: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The workbook's guards go together."""
        return "protection"

    @property
    def what(self) -> str:
        """Which it is."""
        return _OF_BOOK[self.element]

    def settle(self, desk: Desk) -> None:
        """Write it in place of ours."""
        desk.put_in_book(self.element, element(self.element, self.said))

    def stands(self, there: Frames) -> bool:
        """Whether the workbook says the same."""
        return there.book.said(self.element) == dict(self.said)


@dataclass(frozen=True, slots=True)
class SheetGuard(OfSheet):
    """The guard of one of our sheets; one that says nothing was taken off."""

    said: tuple[tuple[str, str], ...]

    @property
    def what(self) -> str:
        """That it has a guard, or none."""
        return f"the protection of the sheet {self.sheet!r}{'' if self.said else ' taken off'}"

    def settle(self, desk: Desk) -> None:
        """Write it in place of ours."""
        desk.sheet(self.sheet).put(_ELEMENT, element(_ELEMENT, self.said) if self.said else "")

    def stands(self, there: Frames) -> bool:
        """Whether the sheet says the same."""
        frame = there.sheet(self.sheet)
        return frame is not None and frame.said(_ELEMENT) == dict(self.said)


@dataclass(frozen=True, slots=True)
class Ranges(OfSheet):
    """The ranges of one sheet that some may edit, as elements."""

    items: tuple[str, ...]

    @property
    def what(self) -> str:
        """How many they are."""
        return f"{len(self.items)} ranges of the sheet {self.sheet!r} that some may edit"

    def settle(self, desk: Desk) -> None:
        """Write them: we have none."""
        desk.sheet(self.sheet).put(_RANGES, f"<{_RANGES}>{''.join(self.items)}</{_RANGES}>")

    def stands(self, there: Frames) -> bool:
        """Whether the sheet has each of them."""
        frame = there.sheet(self.sheet)
        texts = frame.of(_RANGES) if frame is not None else []
        return set(self.items) <= {item for text in texts for _, item in cut(text).children}
