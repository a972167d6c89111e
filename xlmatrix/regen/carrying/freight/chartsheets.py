"""Sheets of users that are a chart."""

from __future__ import annotations

import re
from typing import Final

from xlmatrix.package.cut import cut, replaced_start, start_tag, with_attributes
from xlmatrix.regen.carrying.freight.extensions import REFERS
from xlmatrix.regen.carrying.freight.loading import Loading
from xlmatrix.regen.carrying.freight.ownsheets import HANGING
from xlmatrix.regen.carrying.freight.pieces import Relation, relations_of
from xlmatrix.regen.merging.merge import Outcome

#: Children of such a sheet that do not come along, as on other sheets.
_LEFT: Final = frozenset({"extLst", "customSheetViews", "legacyDrawing", "webPublishItems"})


def load_chart_sheets(loading: Loading, taken: frozenset[str]) -> list[tuple[str, str, str]]:
    """Sheets that are a chart; ``taken`` are names of other sheets, folded."""
    found = []
    for name, state, part in loading.trip.used.contents.chart_sheets:
        if name.casefold() in taken:
            loading.lose(name, f"sheet {name!r}: the template has one of that name now")
            continue
        with loading.package.understood(part):
            _chart_sheet(loading, name, part)
        loading.note(Outcome.KEPT, name, "", "sheet added by you, which is a chart")
        found.append((name, state, part))
    return found


def _chart_sheet(loading: Loading, name: str, part: str) -> None:
    whole = cut(loading.package.xml(part))
    known = {one.id: one for one in relations_of(loading.package, part)}
    relations: list[Relation] = []
    texts: list[str] = []
    for child, text in whole.children:
        if child in HANGING:
            one = known.get(next(iter(REFERS.findall(start_tag(text))), ""))
            if one is not None and loading.takes(one) and _hangs(loading, one, name):
                relations.append(one)
                texts.append(text)
        elif child not in _LEFT:
            texts.append(_put_right(child, text))
    loading.adopt(part, "chartsheet", whole.start + "".join(texts) + whole.end, tuple(relations))


def _hangs(loading: Loading, one: Relation, name: str) -> bool:
    if one.kind == "drawing":
        return loading.take_drawing(one, name, frozenset())
    loading.take([one], name, "")
    return True


def _put_right(child: str, text: str) -> str:
    """An element without what speaks of the old workbook."""
    if child == "pageSetup":
        return replaced_start(text, with_attributes(start_tag(text), r__id=None))
    if child == "sheetPr":
        return replaced_start(text, with_attributes(start_tag(text), codeName=None))
    if child == "sheetViews":
        return re.sub(r"\stabSelected=\"[^\"]*\"", "", text)
    return text
