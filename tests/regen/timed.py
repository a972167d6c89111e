"""A user's sheet with a table and its slicer, and a pivot table with its timeline."""

from __future__ import annotations

from tests.regen import hung
from tests.regen import office_parts as office
from tests.regen.packages import packed

_MS = "http://schemas.microsoft.com/office"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_X14 = f"{_MS}/spreadsheetml/2009/9/main"
_X15 = f"{_MS}/spreadsheetml/2010/11/main"
_TABLE = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
#: The number of the user's table, and that of the sheet among all of the workbook.
TABLE, SHEET = 900, 301


def _sheet() -> bytes:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{team}</t></is></c>'
        f'<c r="B{n}" t="inlineStr"><is><t>{day}</t></is></c></row>'
        for n, team, day in ((1, "Team", "Day"), (2, "Red", "Mon"), (3, "Blue", "Tue"))
    )
    lists = (
        '<ext uri="{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}"><x14:slicerList><x14:slicer '
        'r:id="rId2"/></x14:slicerList></ext>'
        '<ext uri="{7E03D99C-DC04-49d9-9315-930204A7B6E9}"><x15:timelineRefs><x15:timelineRef '
        'r:id="rId3"/></x15:timelineRefs></ext>'
    )
    return (
        f'<worksheet xmlns="{_MAIN}" xmlns:r="{_R}" xmlns:x14="{_X14}" xmlns:x15="{_X15}">'
        f"<sheetData>{rows}</sheetData>"
        f'<tableParts count="1"><tablePart r:id="rId1"/></tableParts><extLst>{lists}</extLst>'
        "</worksheet>"
    ).encode()


def workbook() -> bytes:
    """A workbook with one sheet, *Times*."""
    pivot = office.pivot()
    pivot.pop("xl/slicers/slicer1.xml")
    pivot.pop("xl/slicerCaches/slicerCache1.xml")
    cache = pivot["xl/pivotCache/pivotCacheDefinition1.xml"]
    source = b'<worksheetSource name="tMine"/>'
    cache = cache.replace(b'<worksheetSource ref="A1:B4" sheet="Board"/>', source)
    pivot["xl/pivotCache/pivotCacheDefinition1.xml"] = cache
    table = pivot["xl/pivotTables/pivotTable1.xml"].decode()
    table = table.replace('cacheId="7"', 'cacheId="8"').replace("PivotTable1", "PivotTable2")
    pivot["xl/pivotTables/pivotTable1.xml"] = table.encode()
    texts = {
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_R}"><sheets><sheet name="Times" sheetId="1" '
            'r:id="rId1"/></sheets><pivotCaches><pivotCache cacheId="8" r:id="rId2"/>'
            "</pivotCaches></workbook>"
        ),
        "xl/tables/table1.xml": (
            f'<table xmlns="{_MAIN}" id="{TABLE}" name="tMine" displayName="tMine" ref="A1:B3">'
            '<autoFilter ref="A1:B3"/><tableColumns count="2"><tableColumn id="1" name="Team"/>'
            '<tableColumn id="2" name="Day"/></tableColumns></table>'
        ),
        "xl/slicers/slicer1.xml": (
            f'<slicers xmlns="{_X14}"><slicer name="Day" cache="Slicer_Day" caption="Day" '
            'rowHeight="241300"/></slicers>'
        ),
        "xl/slicerCaches/slicerCache1.xml": (
            f'<slicerCacheDefinition xmlns="{_X14}" xmlns:x="{_MAIN}" name="Slicer_Day" '
            'sourceName="Day"><extLst><x:ext uri="{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}" '
            f'xmlns:x15="{_X15}"><x15:tableSlicerCache tableId="{TABLE}" column="2"/></x:ext>'
            "</extLst></slicerCacheDefinition>"
        ),
        "xl/timelines/timeline1.xml": (
            f'<timelines xmlns="{_X15}"><timeline name="When" cache="NativeTimeline_When" '
            'caption="When" level="2" selectionLevel="2"/></timelines>'
        ),
        "xl/timelineCaches/timelineCache1.xml": (
            f'<timelineCacheDefinition xmlns="{_X15}" name="NativeTimeline_When" '
            f'sourceName="When"><pivotTables><pivotTable tabId="{SHEET}" name="PivotTable2"/>'
            '</pivotTables><state minimalRefreshVersion="6" lastRefreshVersion="6" '
            'pivotCacheId="8" filterType="unknown"/></timelineCacheDefinition>'
        ),
    }
    kinds = office.KINDS
    parts = {
        "xl/worksheets/sheet1.xml": _sheet(),
        "xl/worksheets/_rels/sheet1.xml.rels": office.relations(
            hung.entry("rId1", "table", "../tables/table1.xml"),
            hung.entry("rId2", kinds["slicer"][0], "../slicers/slicer1.xml"),
            hung.entry("rId3", kinds["timeline"][0], "../timelines/timeline1.xml"),
            hung.entry("rId4", "pivotTable", "../pivotTables/pivotTable1.xml"),
        ),
        "xl/_rels/workbook.xml.rels": office.relations(
            hung.entry("rId1", "worksheet", "worksheets/sheet1.xml"),
            hung.entry("rId2", kinds["cache"][0], "pivotCache/pivotCacheDefinition1.xml"),
            hung.entry("rId3", kinds["slicerCache"][0], "slicerCaches/slicerCache1.xml"),
            hung.entry("rId4", kinds["timelineCache"][0], "timelineCaches/timelineCache1.xml"),
        ),
        **{name: text.encode() for name, text in texts.items()},
        **pivot,
    }
    types = {
        "worksheets/sheet1": kinds["sheet"][1],
        "tables/table1": _TABLE,
        "slicers/slicer1": kinds["slicer"][1],
        "slicerCaches/slicerCache1": kinds["slicerCache"][1],
        "timelines/timeline1": kinds["timeline"][1],
        "timelineCaches/timelineCache1": kinds["timelineCache"][1],
        "pivotTables/pivotTable1": kinds["pivot"][1],
        "pivotCache/pivotCacheDefinition1": kinds["cache"][1],
        "pivotCache/pivotCacheRecords1": kinds["records"][1],
    }
    listed = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{kind}"/>'
        for name, kind in types.items()
    )
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    parts["[Content_Types].xml"] = f'<Types xmlns="{space}">{listed}</Types>'.encode()
    return packed(parts)
