"""Columns of our sheets that people grouped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlmatrix.package.cut import cut, replaced_start, start_tag, whole_number, with_attributes
from xlmatrix.package.limits import MOST_COLUMNS
from xlmatrix.regen.carrying.state.case import Case
from xlmatrix.regen.carrying.state.desk import Desk
from xlmatrix.regen.carrying.state.stay import Finds, OfSheet
from xlmatrix.regen.reading.frames import Frame, Frames, is_on, plain_attributes

#: A column's number, how deep it is grouped, and whether the group before it is closed.
Grouped = tuple[int, int, bool]


def groups(case: Case) -> Finds:
    """Groups, on the columns as they stand now."""
    for sheet in case.seen:
        moved = case.moved(sheet)
        found: dict[int, Grouped] = {}
        for number, level, shut in grouped(sheet.frame):
            now = moved.column(number)
            found[now] = (now, level, shut)
        kept = sorted(found.values())
        if kept:
            yield Groups(sheet.name, tuple(kept))


def grouped(frame: Frame) -> Iterator[Grouped]:
    """The columns of a sheet that are grouped, or that a closed group stands before."""
    for text in frame.of("cols"):
        for item in cut(text).of("col"):
            said = plain_attributes(item)
            level, shut = whole_number(said.get("outlineLevel", "0")), is_on(said.get("collapsed"))
            first, last = (whole_number(said.get(name, "1")) for name in ("min", "max"))
            if level or shut:
                for number in range(first, min(last, MOST_COLUMNS) + 1):
                    yield number, level, shut


@dataclass(frozen=True, slots=True)
class Groups(OfSheet):
    """The grouped columns of one sheet."""

    columns: tuple[Grouped, ...]

    @property
    def what(self) -> str:
        """How many they are."""
        return f"{len(self.columns)} grouped columns of the sheet {self.sheet!r}"

    def settle(self, desk: Desk) -> None:
        """Say it of each column; ours stand alone in their elements."""
        sheet = desk.sheet(self.sheet)
        known = sheet.get("cols")
        items: dict[int, str] = {}
        for item in cut(known).of("col") if known else ():
            said = plain_attributes(item)
            for number in range(int(said["min"]), int(said["max"]) + 1):
                tag = with_attributes(start_tag(item), min=str(number), max=str(number))
                items[number] = replaced_start(item, tag)
        for number, level, shut in self.columns:
            item = items.get(number, f'<col min="{number}" max="{number}" width="9.14"/>')
            changes = {"outlineLevel": str(level) if level else None}
            changes["collapsed"] = "1" if shut else None
            items[number] = replaced_start(item, with_attributes(start_tag(item), **changes))
        sheet.put("cols", f"<cols>{''.join(items[number] for number in sorted(items))}</cols>")
        deepest = str(max(level for _, level, _ in self.columns))
        sheet.say("sheetFormatPr", outlineLevelCol=deepest)

    def stands(self, there: Frames) -> bool:
        """Whether each is grouped as deep."""
        frame = there.sheet(self.sheet)
        return frame is not None and set(self.columns) <= set(grouped(frame))
