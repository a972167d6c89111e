"""What the workbook's own part says of pivots, slicers, chart sheets and persons."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import quoteattr

from xlmatrix.regen.carrying.freight.hold import Hold
from xlmatrix.regen.carrying.freight.kinds import R

_BOOK: Final = "xl/workbook.xml"
_OFFICE: Final = "http://schemas.microsoft.com/office"
_PERSONS: Final = f"{_OFFICE}/2017/10/relationships/person"
_PERSONS_TYPE: Final = "application/vnd.ms-excel.person+xml"
_CHART_SHEET: Final = f"{R}/chartsheet"
_PIVOTS: Final = f"{R}/pivotCacheDefinition"
_SLICERS: Final = f"{_OFFICE}/2007/relationships/slicerCache"
_TIMELINES: Final = f"{_OFFICE}/2011/relationships/timelineCache"
_X14: Final = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_X15: Final = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
#: The workbook's lists of caches: extension, namespace, list, entry, relation.
_LISTS: Final = {
    "pivots": ("{BBE1A952-AA13-448e-AADC-164F8A28A991}", "x14", "slicerCaches", "slicerCache"),
    "tables": ("{46BE6895-7355-4a93-B00E-2C351335B9C9}", "x15", "slicerCaches", "slicerCache"),
    "timelines": (
        "{D0CA8CA8-9F24-4464-BF8E-62219DCF47F9}", "x15", "timelineCacheRefs", "timelineCacheRef",
    ),
}  # fmt: skip
_SPACES: Final = {"x14": _X14, "x15": _X15}
#: What may stand behind the pivot caches.
_BEHIND: Final = re.compile(
    r"<(?:smartTagPr|smartTagTypes|webPublishing|fileRecoveryPr|webPublishObjects|extLst)\b"
    r"|</workbook>"
)


def enlist(hold: Hold) -> None:
    """Tell the workbook of everything that came along and belongs to no sheet."""
    freight, new = hold.freight, hold.new
    text = new.text(_BOOK)
    for number, (name, state, part) in enumerate(freight.chart_sheets, start=1):
        identity = f"rIdChartSheet{freight.mark}{number}"
        new.relate(_BOOK, _CHART_SHEET, f"/{hold.name_of(part)}", identity)
        text = _with_sheet(text, name, state, identity)
    entries = ""
    for number, (cache, part) in enumerate(freight.pivot_caches, start=1):
        identity = f"rIdPivot{freight.mark}{number}"
        new.relate(_BOOK, _PIVOTS, f"/{hold.name_of(part)}", identity)
        entries += f'<pivotCache cacheId={quoteattr(cache)} r:id="{identity}"/>'
    if entries:
        at = _BEHIND.search(text)
        assert at is not None
        listed = f'<pivotCaches xmlns:r="{R}">{entries}</pivotCaches>'
        text = text[: at.start()] + listed + text[at.start() :]
    new.put(_BOOK, _with_extensions(text, _filters(hold)))
    if freight.persons:
        name = hold.free("person")
        hold.put(name, freight.persons.encode("utf-8"), _PERSONS_TYPE)
        new.relate(_BOOK, _PERSONS, f"/{name}", f"rIdPersons{freight.mark}")


def _with_sheet(text: str, name: str, state: str, identity: str) -> str:
    """The workbook with one more sheet, behind the others."""
    number = max(int(found) for found in re.findall(r"\ssheetId=\"(\d{1,9})\"", text)) + 1
    shown = "" if state == "visible" else f" state={quoteattr(state)}"
    named = f'<sheet xmlns:r="{R}" name={quoteattr(name)} sheetId="{number}"'
    entry = f'{named}{shown} r:id="{identity}"/>'
    return text.replace("</sheets>", f"{entry}</sheets>", 1)


def _filters(hold: Hold) -> str:
    """The lists of the caches of slicers and timelines."""
    found = ""
    for kind, (uri, prefix, outer, inner) in _LISTS.items():
        parts = [part for part, known in hold.freight.filters if known == kind]
        entries = ""
        for number, part in enumerate(parts, start=1):
            identity = f"rIdFilter{kind.title()}{hold.freight.mark}{number}"
            relation = _TIMELINES if kind == "timelines" else _SLICERS
            hold.new.relate(_BOOK, relation, f"/{hold.name_of(part)}", identity)
            # Of a table's slicers the list is newer than its entries.
            entry = "x14" if inner == "slicerCache" else prefix
            entries += f'<{entry}:{inner} r:id="{identity}"/>'
        if entries:
            spaces = "".join(f' xmlns:{p}="{s}"' for p, s in _SPACES.items())
            found += (
                f'<ext uri="{uri}"{spaces} xmlns:r="{R}">'
                f"<{prefix}:{outer}>{entries}</{prefix}:{outer}></ext>"
            )
    return found


def _with_extensions(text: str, entries: str) -> str:
    if not entries:
        return text
    if "</extLst>" in text:
        return text.replace("</extLst>", f"{entries}</extLst>", 1)
    return text.replace("</workbook>", f"<extLst>{entries}</extLst></workbook>", 1)
