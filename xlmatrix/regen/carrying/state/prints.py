"""How our sheets are printed where people set it: paper, margins, headers and footers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from xlmatrix.package.cut import attributes, cut, start_tag, with_attributes
from xlmatrix.regen.carrying.state.case import Case, OurSheet
from xlmatrix.regen.carrying.state.desk import Desk
from xlmatrix.regen.carrying.state.sheetxml import SheetXml
from xlmatrix.regen.carrying.state.stay import Finds, OfSheet
from xlmatrix.regen.reading.frames import Frame, Frames, plain_attributes
from xlmatrix.sheets.plan import SheetPlan
from xlmatrix.style.pages import CENTRED, MARGINS, PAPER, page_texts

Said = Mapping[str, str]
_SETUP: Final = "pageSetup"
_FIT: Final = "sheetPr/pageSetUpPr@fitToPage"
_HEADS: Final = "headerFooter"
#: What each element says where it says nothing.
_DEFAULTS: Final[Mapping[str, Said]] = {
    "printOptions": dict.fromkeys(
        ("horizontalCentered", "verticalCentered", "headings", "gridLines"), "0"
    ),
    "pageMargins": {},
    _SETUP: {
        "paperSize": "1", "orientation": "portrait", "scale": "100", "fitToWidth": "1",
        "fitToHeight": "1", "pageOrder": "downThenOver", "blackAndWhite": "0", "draft": "0",
        "cellComments": "none", "errors": "displayed", "useFirstPageNumber": "0",
    },
    _HEADS: {"differentOddEven": "0", "differentFirst": "0", "scaleWithDoc": "1",
             "alignWithMargins": "1"},
}  # fmt: skip
_TRUTHS: Final = {"true": "1", "false": "0", "default": "portrait"}
#: Programs write inches back from other units.
_INCHES: Final = 0.02
_TEXTS: Final = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
#: Fonts, sizes and colours in a header.
_LOOKS: Final = re.compile(r'&"[^"]*"|&K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|&\d+')
_SECTION: Final = re.compile(r"(?<!&)((?:&&)*)&([LCR])")
#: The place of a picture, which is no text.
_PICTURE: Final = re.compile(r"(?<!&)((?:&&)*)&G")


def prints(case: Case) -> Finds:
    """Settings of pages that are others than this release gives, and texts around them."""
    # A program that dropped the setup of a page knows nothing of it; the margins are its own.
    said = {s.name: dict(_said(s.frame)) if s.frame.of(_SETUP) else {} for s in case.seen}
    told = {key for one in said.values() for key in one}
    for name, one in said.items():
        if one:
            # What another sheet says and this one does not was set back to what it is by default.
            said[name] = {**dict(_by_default(told)), **one}
    wished = {sheet.name: _wished(case, sheet, said[sheet.name]) for sheet in case.seen}
    everywhere: set[str] = set()
    if not case.trip.same_release and wished:
        # Another release may print all sheets otherwise.
        everywhere = set.intersection(*(set(one) for one in wished.values()))
    headed = any(_heads(sheet.frame) for sheet in case.seen)
    for sheet in case.seen:
        chosen = {k: v for k, v in wished[sheet.name].items() if k not in everywhere}
        texts = _texts(case, sheet) if headed else {}
        if chosen or texts:
            yield Printed(sheet.name, tuple(chosen.items()), tuple(texts.items()))


def _said(frame: Frame) -> Iterator[tuple[str, str]]:
    """What a sheet says of its pages, ``element@attribute`` by ``element@attribute``."""
    for name, known in _DEFAULTS.items():
        for attribute, value in frame.said(name).items():
            if attribute in known or attribute in MARGINS:
                yield f"{name}@{attribute}", _TRUTHS.get(value, value)
    for text in frame.of("sheetPr"):
        for child in cut(text).of("pageSetUpPr"):
            fit = plain_attributes(child).get("fitToPage")
            if fit is not None:
                yield _FIT, _TRUTHS.get(fit, fit)


def _by_default(told: set[str]) -> Iterator[tuple[str, str]]:
    return ((key, value) for key, value in every_default() if key in told)


def every_default() -> Iterator[tuple[str, str]]:
    """What a sheet says of its pages where it says nothing, in order."""
    yield _FIT, "0"
    for name, known in _DEFAULTS.items():
        yield from ((f"{name}@{attribute}", value) for attribute, value in known.items())


def _planned(plan: SheetPlan) -> dict[str, str]:
    """What our writer says."""
    page = plan.page
    return {
        **dict(every_default()),
        **{f"pageMargins@{edge}": str(inches) for edge, inches in MARGINS.items()},
        f"{_SETUP}@paperSize": str(PAPER),
        f"{_SETUP}@orientation": "landscape" if page.landscape else "portrait",
        f"{_SETUP}@fitToWidth": str(page.fit_width),
        f"{_SETUP}@fitToHeight": str(page.fit_height),
        f"printOptions@{CENTRED}": "1",
        _FIT: "1",
    }


def _wished(case: Case, sheet: OurSheet, said: Said) -> dict[str, str]:
    """What is other than planned, and than the old workbook was made."""
    planned = _planned(sheet.plan)
    found = {k: v for k, v in said.items() if not _alike(v, planned[k])}
    made = case.as_made(sheet.name) if found else None
    if made is None:
        return found
    before = _planned(made)
    return {k: v for k, v in found.items() if not _alike(v, before[k])}


def _alike(one: str, other: str) -> bool:
    try:
        return abs(float(one) - float(other)) < _INCHES
    except ValueError:
        return one == other


def _heads(frame: Frame) -> dict[str, str]:
    """The texts above and below the pages of a sheet, unescaped; none that says nothing."""
    found = {}
    for text in frame.of(_HEADS):
        for name, child in cut(text).children:
            inner = html.unescape(re.sub(r"<[^<>]*>", "", child))
            if name in _TEXTS and _plain(inner):
                found[name] = _PICTURE.sub(r"\1", inner)
    return found


def _plain(text: str) -> tuple[tuple[str, str], ...]:
    """What a header says, by section, however it looks."""
    bare = _LOOKS.sub("", text)
    parts = _SECTION.split(bare if bare[:2] in ("&L", "&C", "&R") else f"&C{bare}")
    # Text, ampersands before a section, its letter, text, ...
    said: dict[str, str] = {}
    for ampersands, letter, inner in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        said[letter] = f"{ampersands}{inner}"
    return tuple(sorted((k, " ".join(v.split())) for k, v in said.items() if v.strip()))


def _texts(case: Case, sheet: OurSheet) -> dict[str, str]:
    """The texts of a sheet that are none of ours; "" for one that was taken away."""
    base, now = case.trip.used.base, _heads(sheet.frame)
    ours = (
        page_texts(case.book.title, case.book.organisation, sheet.name),
        page_texts(base.title, base.organisation, sheet.name),
        # A program may follow the name of a sheet that was renamed.
        page_texts(base.title, base.organisation, sheet.part.name),
    )
    found = {}
    for place, name in enumerate(_TEXTS):
        known = {_plain(texts[place]) if place < len(texts) else () for texts in ours}
        if _plain(now.get(name, "")) not in known:
            found[name] = now.get(name, "")
    return found


@dataclass(frozen=True, slots=True)
class Printed(OfSheet):
    """How one sheet is printed, where that is not as it was made."""

    said: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]

    @property
    def what(self) -> str:
        """What is other about it."""
        names = [key.rpartition("@")[2] for key, _ in self.said] + [name for name, _ in self.texts]
        return f"how the sheet {self.sheet!r} is printed: {', '.join(names)}"

    def settle(self, desk: Desk) -> None:
        """Say it of the sheet, in place of ours."""
        sheet = desk.sheet(self.sheet)
        for key, value in self.said:
            name, _, attribute = key.partition("@")
            if key == _FIT:
                sheet.say_inside("sheetPr", "pageSetUpPr", {"fitToPage": value})
            else:
                sheet.say(name, **{attribute: value})
        if self.texts:
            self._put_texts(sheet)

    def _put_texts(self, sheet: SheetXml) -> None:
        text = sheet.get(_HEADS) or f"<{_HEADS}></{_HEADS}>"
        held = dict(cut(text).children)
        for name, inner in self.texts:
            held[name] = f"<{name}>{html.escape(inner, quote=False)}</{name}>"
        body = "".join(held[name] for name in _TEXTS if name in held)
        tag = with_attributes(f"<{_HEADS}>", **attributes(start_tag(text)))
        sheet.put(_HEADS, f"{tag}{body}</{_HEADS}>")

    def stands(self, there: Frames) -> bool:
        """Whether the sheet says it."""
        frame = there.sheet(self.sheet)
        if frame is None:
            return False
        said, heads = dict(every_default()) | dict(_said(frame)), _heads(frame)
        return all(_alike(said.get(key, ""), value) for key, value in self.said) and all(
            _plain(heads.get(name, "")) == _plain(text) for name, text in self.texts
        )
