"""Kinds of relations: which parts come along under which name, and words for those that do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: The namespace of relations, and the beginning of most of their types.
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: What comes along, by the last word of its relation's type, with the name it gets: folder, stem.
PLACES: Final[Mapping[str, str]] = {
    "drawing": "xl/drawings/drawing",
    "vmlDrawing": "xl/drawings/vmlDrawing",
    "chart": "xl/charts/chart",
    "chartEx": "xl/charts/chartEx",
    "chartStyle": "xl/charts/style",
    "chartColorStyle": "xl/charts/colors",
    "chartUserShapes": "xl/drawings/chartDrawing",
    "themeOverride": "xl/theme/themeOverride",
    "image": "xl/media/image",
    "hdphoto": "xl/media/hdphoto",
    "model3d": "xl/media/model3d",
    "customXml": "xl/ink/ink",
    "diagramData": "xl/diagrams/data",
    "diagramLayout": "xl/diagrams/layout",
    "diagramQuickStyle": "xl/diagrams/quickStyle",
    "diagramColors": "xl/diagrams/colors",
    "diagramDrawing": "xl/diagrams/drawing",
    "comments": "xl/comments/yours",
    "threadedComment": "xl/threadedComments/threadedComment",
    "person": "xl/persons/person",
    "ctrlProp": "xl/ctrlProps/ctrlProp",
    "pivotTable": "xl/pivotTables/pivotTable",
    "pivotCacheDefinition": "xl/pivotCache/pivotCacheDefinition",
    "pivotCacheRecords": "xl/pivotCache/pivotCacheRecords",
    "slicer": "xl/slicers/slicer",
    "slicerCache": "xl/slicerCaches/slicerCache",
    "timeline": "xl/timelines/timeline",
    "timelineCache": "xl/timelineCaches/timelineCache",
    "chartsheet": "xl/chartsheets/sheet",
}
#: What may lead out of the workbook.
OUTSIDE: Final = frozenset({"image", "hyperlink", "externalLinkPath"})
#: What a sheet has and cannot bring along, in words.
LEFT: Final[Mapping[str, str]] = {
    "queryTable": "a query",
    "customProperty": "custom properties",
    "webExtension": "an add-in",
}


def kind_of(relation_type: str) -> str:
    """The last word of a relation's type."""
    return relation_type.rpartition("/")[2]
