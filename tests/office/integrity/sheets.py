"""The list of sheets and how the workbook opens: titles, visibility, views."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.office.integrity.book import Book, box_of
from tests.office.package import DOCUMENT, NS


def faults(book: Book) -> Iterator[str]:
    """Faults of the sheets as such."""
    listed = book.workbook.findall("m:sheets/m:sheet", NS)
    if not listed:
        yield "workbook: has no sheet"
        return
    yield from _titles([sheet.get("name") or "" for sheet in listed])
    for key in ("sheetId", f"{{{DOCUMENT}}}id"):
        for value, count in Counter(sheet.get(key) for sheet in listed).items():
            if count > 1:
                yield f"workbook: {key.rpartition('}')[2]} {value} stands there {count} times"
    visible = [sheet.get("state", "visible") == "visible" for sheet in listed]
    if not any(visible):
        yield "workbook: every sheet is hidden"
    windows = book.workbook.findall("m:bookViews/m:workbookView", NS)
    for window in windows:
        for key in ("activeTab", "firstSheet"):
            place = int(window.get(key, "0"))
            if place >= len(listed):
                yield f"workbook: {key} {place} of {len(listed)} sheets"
            elif key == "activeTab" and not visible[place]:
                yield f"workbook: opens on the hidden sheet {listed[place].get('name')!r}"
    yield from _views(book, max(1, len(windows)))


def _titles(titles: list[str]) -> Iterator[str]:
    for title, count in Counter(title.lower() for title in titles).items():
        if count > 1:
            yield f"{title}: {count} sheets of that title"
    for title in titles:
        if not 1 <= len(title) <= 31:
            yield f"{title}: {len(title)} characters; 1 to 31 may be"
        if set(title) & set("[]:*?/\\"):
            yield f"{title}: holds one of [ ] : * ? / \\"
        if title.startswith("'") or title.endswith("'"):
            yield f"{title}: begins or ends with an apostrophe"
        if title.lower() == "history":
            yield f"{title}: Excel keeps this title for itself"


def _views(book: Book, windows: int) -> Iterator[str]:
    selected = []
    for title, root in book.roots.items():
        views = root.findall("m:sheetViews/m:sheetView", NS)
        for window, count in Counter(
            int(view.get("workbookViewId", "-1")) for view in views
        ).items():
            if count > 1:
                yield f"{title}: {count} views for one window"
            if not 0 <= window < windows:
                yield f"{title}: a view for window {window}, which does not exist"
        if any(view.get("tabSelected") in {"1", "true"} for view in views):
            selected.append(title)
        for view in views:
            for pane in view.findall("m:pane", NS):
                if pane.get("topLeftCell") and box_of(pane.get("topLeftCell")) is None:
                    yield f"{title}: a pane begins at {pane.get('topLeftCell')}"
            panes = Counter(one.get("pane", "topLeft") for one in view.findall("m:selection", NS))
            yield from (
                f"{title}: pane {pane} selected twice" for pane, n in panes.items() if n > 1
            )
    if len(selected) > 1:
        yield f"workbook: sheets {', '.join(selected)} are selected together: edits go to each"
