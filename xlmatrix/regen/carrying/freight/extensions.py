"""Extensions of a sheet: sparklines, slicers, newer conditional formats and validations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from xlmatrix.package.cut import cut
from xlmatrix.regen.carrying.freight.drawings import self_contained
from xlmatrix.regen.carrying.freight.loading import Loading
from xlmatrix.regen.carrying.freight.pieces import Relation

#: What hangs in a drawing for slicers and timelines.
FILTER_THINGS: Final = frozenset({"a slicer", "a timeline"})
REFERS: Final = re.compile(r"\s[\w.-]+:id=\"([^\"]*)\"")
_FILTERS: Final = re.compile(r"<(?:\w+:)?(?:slicer|timelineRef)\b")
_WORDS: Final = (
    (_FILTERS, "slicers or timelines"),
    (re.compile(r"<(?:\w+:)?sparkline\b"), "sparklines"),
    (re.compile(r""), "an extension"),
)


class Extensions:
    """What of a sheet's extensions comes along: elements, and the relations they speak of.

    ``only_filters`` names and leaves behind sparklines, and passes over the rest. ``without`` are
    the things of the drawing that would show what does not come along.
    """

    def __init__(self, loading: Loading, sheet: str, *, only_filters: bool = False) -> None:
        self.loading, self.sheet, self.only_filters = loading, sheet, only_filters
        self.relations: list[Relation] = []
        self.without: frozenset[str] = frozenset()

    def taken(self, text: str, known: Mapping[str, Relation], around: str) -> str:
        """The element with what comes along; empty where nothing does."""
        whole = cut(text)
        kept = []
        for _, item in whole.children:
            if self.only_filters and not _FILTERS.search(item):
                if "sparkline" in item:
                    self._lose(item, "")
                continue
            relations = [known.get(one) for one in dict.fromkeys(REFERS.findall(item))]
            comes = [one for one in relations if one is not None and self._comes(one)]
            if len(comes) < len(relations):
                self._lose(item, ", for what they belong to is gone")
                continue
            self.loading.take(comes, self.sheet, "")
            self.relations += comes
            mended = self.loading.mender.chart(item)
            self.loading.say(self.sheet, "")
            kept.append(self_contained(mended, whole.tag, around))
        return f"<extLst>{''.join(kept)}</extLst>" if kept else ""

    def _comes(self, one: Relation) -> bool:
        """Whether a part comes along, and slicers have what they filter."""
        if not self.loading.takes(one):
            return False
        return one.kind not in ("slicer", "timeline") or self.loading.filters.holds(one)

    def _lose(self, item: str, why: str) -> None:
        what = next(word for known, word in _WORDS if known.search(item))
        if what == _WORDS[0][1]:
            self.without = FILTER_THINGS
        self.loading.lose(self.sheet, f"{what} on sheet {self.sheet!r}{why}")
