"""Parts as Excel writes them, for what no library writes: pivots, slicers, threads, controls.

Each is the least that Microsoft's validator takes; all stand on one sheet, *Board*.
"""

from __future__ import annotations

from tests.regen.guests import FIRST_SHEET, png
from tests.regen.packages import packed

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MS = "http://schemas.microsoft.com/office"
_X14 = f"{_MS}/spreadsheetml/2009/9/main"
_X15 = f"{_MS}/spreadsheetml/2010/11/main"
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_TC = f"{_MS}/spreadsheetml/2018/threadedcomments"
_DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DRAWML = "application/vnd.openxmlformats-officedocument.drawingml"

VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
ADA = "{11111111-2222-3333-4444-555555555555}"
NOBODY = "{99999999-2222-3333-4444-555555555555}"
ROOT = "{AAAAAAAA-0000-4000-8000-000000000001}"
REPLY = "{AAAAAAAA-0000-4000-8000-000000000002}"
OTHER = "{AAAAAAAA-0000-4000-8000-000000000003}"

#: Relation type and content type by kind of part.
KINDS = {
    "drawing": (f"{_R}/drawing", "application/vnd.openxmlformats-officedocument.drawing+xml"),
    "vml": (f"{_R}/vmlDrawing", ""),
    "image": (f"{_R}/image", ""),
    "comments": (f"{_R}/comments", f"{_SHEETML}.comments+xml"),
    "threads": (
        f"{_MS}/2017/10/relationships/threadedComment",
        "application/vnd.ms-excel.threadedcomments+xml",
    ),
    "person": (f"{_MS}/2017/10/relationships/person", "application/vnd.ms-excel.person+xml"),
    "pivot": (f"{_R}/pivotTable", f"{_SHEETML}.pivotTable+xml"),
    "cache": (f"{_R}/pivotCacheDefinition", f"{_SHEETML}.pivotCacheDefinition+xml"),
    "records": (f"{_R}/pivotCacheRecords", f"{_SHEETML}.pivotCacheRecords+xml"),
    "slicer": (f"{_MS}/2007/relationships/slicer", "application/vnd.ms-excel.slicer+xml"),
    "slicerCache": (
        f"{_MS}/2007/relationships/slicerCache",
        "application/vnd.ms-excel.slicerCache+xml",
    ),
    "timeline": (f"{_MS}/2011/relationships/timeline", "application/vnd.ms-excel.timeline+xml"),
    "timelineCache": (
        f"{_MS}/2011/relationships/timelineCache",
        "application/vnd.ms-excel.timelineCache+xml",
    ),
    "control": (f"{_R}/ctrlProp", "application/vnd.ms-excel.controlproperties+xml"),
    "chartEx": (
        f"{_MS}/2014/relationships/chartEx",
        "application/vnd.ms-office.chartex+xml",
    ),
    "style": (
        f"{_MS}/2011/relationships/chartStyle",
        "application/vnd.ms-office.chartstyle+xml",
    ),
    "colors": (
        f"{_MS}/2011/relationships/chartColorStyle",
        "application/vnd.ms-office.chartcolorstyle+xml",
    ),
    "data": (f"{_R}/diagramData", f"{_DRAWML}.diagramData+xml"),
    "layout": (f"{_R}/diagramLayout", f"{_DRAWML}.diagramLayout+xml"),
    "quick": (f"{_R}/diagramQuickStyle", f"{_DRAWML}.diagramStyle+xml"),
    "tints": (f"{_R}/diagramColors", f"{_DRAWML}.diagramColors+xml"),
    "shown": (
        f"{_MS}/2007/relationships/diagramDrawing",
        "application/vnd.ms-office.drawingml.diagramDrawing+xml",
    ),
    "sheet": (f"{_R}/worksheet", f"{_SHEETML}.worksheet+xml"),
}


def relation(identity: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identity}" Type="{KINDS[kind][0]}" Target="{target}"/>'


def relations(*entries: str) -> bytes:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_HEAD}<Relationships xmlns="{space}">{"".join(entries)}</Relationships>'.encode()


def override(name: str, kind: str) -> str:
    return f'<Override PartName="/{name}" ContentType="{KINDS[kind][1]}"/>'


def anchor(row: int, column: int, inner: str) -> str:
    """Something that hangs on a cell, from 0, and is six rows high and three columns wide."""
    corners = "".join(
        f"<xdr:{name}><xdr:col>{c}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{r}</xdr:row>"
        f"<xdr:rowOff>0</xdr:rowOff></xdr:{name}>"
        for name, r, c in (("from", row, column), ("to", row + 6, column + 3))
    )
    return f"<xdr:twoCellAnchor>{corners}{inner}<xdr:clientData/></xdr:twoCellAnchor>"


def frame(number: int, name: str, uri: str, inner: str) -> str:
    return (
        f'<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="{number}" name="{name}"/>'
        "<xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm>"
        '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{uri}">{inner}</a:graphicData></a:graphic></xdr:graphicFrame>'
    )


def shape(number: int, name: str, text: str, more: str = "") -> str:
    return (
        f'<xdr:sp macro="" textlink=""{more}><xdr:nvSpPr><xdr:cNvPr id="{number}" name="{name}"/>'
        '<xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="0" y="0"/>'
        '<a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="ellipse"><a:avLst/>'
        "</a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r>"
        f'<a:rPr lang="en-GB"/><a:t>{text}</a:t></a:r></a:p></xdr:txBody></xdr:sp>'
    )


def drawing(*anchors: str) -> bytes:
    return (
        f'{_HEAD}<xdr:wsDr xmlns:xdr="{XDR}" xmlns:a="{_A}">{"".join(anchors)}</xdr:wsDr>'
    ).encode()


def picture(number: int, embed: str, vector: str = "") -> str:
    svg = (
        f'<a:extLst><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}"><asvg:svgBlip '
        f'xmlns:asvg="{_MS}/drawing/2016/SVG/main" r:embed="{vector}"/></a:ext></a:extLst>'
        if vector
        else ""
    )
    return (
        f'<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{number}" name="Picture {number}"/><xdr:cNvPicPr/>'
        f'</xdr:nvPicPr><xdr:blipFill><a:blip xmlns:r="{_R}" r:embed="{embed}">{svg}</a:blip>'
        "<a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm>"
        '<a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect">'
        "<a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>"
    )


def thread(ref: str, identity: str, text: str, *, person: str = ADA, more: str = "") -> str:
    return (
        f'<threadedComment ref="{ref}" dT="2026-03-02T09:30:00.00" personId="{person}" '
        f'id="{identity}"{more}><text>{text}</text></threadedComment>'
    )


def threads(*comments: str) -> bytes:
    return (
        f'{_HEAD}<ThreadedComments xmlns="{_TC}">{"".join(comments)}</ThreadedComments>'
    ).encode()


def persons() -> bytes:
    return (
        f'{_HEAD}<personList xmlns="{_TC}"><person displayName="Ada Novak" id="{ADA}" '
        'userId="S::ada@example.com::1" providerId="AD"/></personList>'
    ).encode()


def comments(*cells: tuple[str, str]) -> bytes:
    """The older comments of conversations: cell and id of each."""
    authors = "".join(f"<author>tc={identity}</author>" for _, identity in cells)
    listed = "".join(
        f'<comment ref="{ref}" authorId="{number}" shapeId="0" xr:uid="{identity}"><text>'
        "<t>[Threaded comment]\n\nComment:\n    Look</t></text></comment>"
        for number, (ref, identity) in enumerate(cells)
    )
    return (
        f'{_HEAD}<comments xmlns="{_MAIN}" xmlns:mc="{_MC}" mc:Ignorable="xr" '
        f'xmlns:xr="{_MS}/spreadsheetml/2014/revision"><authors>{authors}</authors>'
        f"<commentList>{listed}</commentList></comments>"
    ).encode()


def boxes(*shapes: str) -> bytes:
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:'
        'office" xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
        '<o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shapetype id="_x0000_t202" '
        'coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"/>'
        f"{''.join(shapes)}</xml>"
    ).encode()


def box(number: int, kind: str, inner: str) -> str:
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;'
        f'width:90pt;height:20pt;z-index:1"><x:ClientData ObjectType="{kind}">'
        f"<x:Anchor>9, 0, 1, 0, 11, 0, 2, 0</x:Anchor>{inner}</x:ClientData></v:shape>"
    )


def note_box(number: int, row: int, column: int) -> str:
    """The box of a comment on a cell, from 0."""
    return box(number, "Note", f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column>")


def _diagram() -> dict[str, bytes]:
    point = '<dgm:pt modelId="{00000000-0000-4000-8000-000000000001}" type="doc"/>'
    data = (
        f'{_HEAD}<dgm:dataModel xmlns:dgm="{_DGM}" xmlns:a="{_A}"><dgm:ptLst>{point}</dgm:ptLst>'
        '<dgm:cxnLst/><dgm:bg/><dgm:whole/><dgm:extLst><a:ext uri="http://schemas.microsoft.com/'
        f'office/drawing/2008/diagram"><dsp:dataModelExt xmlns:dsp="{_MS}/drawing/2008/diagram" '
        'relId="rId24" minVer="http://schemas.openxmlformats.org/drawingml/2006/diagram"/></a:ext>'
        "</dgm:extLst></dgm:dataModel>"
    )
    layout = (
        f'{_HEAD}<dgm:layoutDef xmlns:dgm="{_DGM}" xmlns:a="{_A}" uniqueId="urn:x">'
        '<dgm:layoutNode name="d"/></dgm:layoutDef>'
    )
    quick = (
        f'{_HEAD}<dgm:styleDef xmlns:dgm="{_DGM}" xmlns:a="{_A}" uniqueId="urn:y">'
        '<dgm:styleLbl name="node1"/></dgm:styleDef>'
    )
    tints = f'{_HEAD}<dgm:colorsDef xmlns:dgm="{_DGM}" xmlns:a="{_A}" uniqueId="urn:z"/>'
    shown = (
        f'{_HEAD}<dsp:drawing xmlns:dsp="{_MS}/drawing/2008/diagram" xmlns:a="{_A}"><dsp:spTree>'
        '<dsp:nvGrpSpPr><dsp:cNvPr id="0" name=""/><dsp:cNvGrpSpPr/></dsp:nvGrpSpPr>'
        "<dsp:grpSpPr/></dsp:spTree></dsp:drawing>"
    )
    texts = {"data": data, "layout": layout, "quickStyle": quick, "colors": tints, "drawing": shown}
    return {f"xl/diagrams/{name}1.xml": text.encode() for name, text in texts.items()}


def pivot() -> dict[str, bytes]:
    cache = (
        f'{_HEAD}<pivotCacheDefinition xmlns="{_MAIN}" xmlns:r="{_R}" r:id="rId1" '
        'refreshedBy="Ada" refreshedDate="46082.5" createdVersion="6" refreshedVersion="6" '
        'minRefreshableVersion="3" recordCount="3"><cacheSource type="worksheet">'
        '<worksheetSource ref="A1:B4" sheet="Board"/></cacheSource><cacheFields count="2">'
        '<cacheField name="Team" numFmtId="0"><sharedItems count="2"><s v="Red"/><s v="Blue"/>'
        '</sharedItems></cacheField><cacheField name="Cost" numFmtId="0"><sharedItems '
        'containsSemiMixedTypes="0" containsString="0" containsNumber="1" containsInteger="1" '
        'minValue="1" maxValue="5"/></cacheField></cacheFields></pivotCacheDefinition>'
    )
    rows = "".join(
        f'<r><x v="{team}"/><n v="{cost}"/></r>' for team, cost in ((0, 5), (1, 1), (0, 2))
    )
    records = f'{_HEAD}<pivotCacheRecords xmlns="{_MAIN}" count="3">{rows}</pivotCacheRecords>'
    table = (
        f'{_HEAD}<pivotTableDefinition xmlns="{_MAIN}" name="PivotTable1" cacheId="7" '
        'applyNumberFormats="0" applyBorderFormats="0" applyFontFormats="0" '
        'applyPatternFormats="0" applyAlignmentFormats="0" applyWidthHeightFormats="1" '
        'dataCaption="Values" updatedVersion="6" minRefreshableVersion="3" createdVersion="6" '
        'outline="1" outlineData="1"><location ref="D1:E4" firstHeaderRow="1" firstDataRow="1" '
        'firstDataCol="1"/><pivotFields count="2"><pivotField axis="axisRow" showAll="0">'
        '<items count="3"><item x="1"/><item x="0"/><item t="default"/></items></pivotField>'
        '<pivotField dataField="1" showAll="0"/></pivotFields><rowFields count="1">'
        '<field x="0"/></rowFields><rowItems count="3"><i><x/></i><i><x v="1"/></i>'
        '<i t="grand"><x/></i></rowItems><colItems count="1"><i/></colItems>'
        '<dataFields count="1"><dataField name="Sum of Cost" fld="1" baseField="0" baseItem="0"/>'
        '</dataFields><pivotTableStyleInfo name="PivotStyleLight16" showRowHeaders="1" '
        'showColHeaders="1" showRowStripes="0" showColStripes="0" showLastColumn="1"/>'
        "</pivotTableDefinition>"
    )
    slicer_cache = (
        f'{_HEAD}<slicerCacheDefinition xmlns="{_X14}" name="Slicer_Team" sourceName="Team">'
        f'<pivotTables><pivotTable tabId="{FIRST_SHEET}" name="PivotTable1"/></pivotTables><data>'
        '<tabular pivotCacheId="7"><items count="2"><i x="1" s="1"/><i x="0" s="1"/></items>'
        "</tabular></data></slicerCacheDefinition>"
    )
    slicers = (
        f'{_HEAD}<slicers xmlns="{_X14}"><slicer name="Team" cache="Slicer_Team" caption="Team" '
        'rowHeight="241300"/></slicers>'
    )
    return {
        "xl/pivotCache/pivotCacheDefinition1.xml": cache.encode(),
        "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": relations(
            relation("rId1", "records", "pivotCacheRecords1.xml")
        ),
        "xl/pivotCache/pivotCacheRecords1.xml": records.encode(),
        "xl/pivotTables/pivotTable1.xml": table.encode(),
        "xl/pivotTables/_rels/pivotTable1.xml.rels": relations(
            relation("rId1", "cache", "../pivotCache/pivotCacheDefinition1.xml")
        ),
        "xl/slicerCaches/slicerCache1.xml": slicer_cache.encode(),
        "xl/slicers/slicer1.xml": slicers.encode(),
    }


def _new_chart() -> bytes:
    return (
        f'{_HEAD}<cx:chartSpace xmlns:a="{_A}" xmlns:r="{_R}" '
        f'xmlns:cx="{_MS}/drawing/2014/chartex"><cx:chartData><cx:data id="0">'
        '<cx:strDim type="cat"><cx:f>_xlchart.v1.0</cx:f></cx:strDim><cx:numDim type="val">'
        "<cx:f>Board!$B$2:$B$4</cx:f></cx:numDim></cx:data></cx:chartData><cx:chart>"
        '<cx:plotArea><cx:plotAreaRegion><cx:series layoutId="waterfall"><cx:dataId val="0"/>'
        "</cx:series></cx:plotAreaRegion></cx:plotArea></cx:chart></cx:chartSpace>"
    ).encode()


def _drawing() -> dict[str, bytes]:
    chart = (
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice xmlns:cx1="{_MS}/drawing/2015/9/8/'
        f'chartex" Requires="cx1">'
        + frame(
            2,
            "Waterfall",
            f"{_MS}/drawing/2014/chartex",
            f'<cx:chart xmlns:cx="{_MS}/drawing/2014/chartex" xmlns:r="{_R}" r:id="rId10"/>',
        )
        + f"</mc:Choice><mc:Fallback>{shape(2, 'Waterfall', 'no such chart')}</mc:Fallback>"
        "</mc:AlternateContent>"
    )
    diagram = frame(
        3,
        "Diagram 3",
        _DGM,
        f'<dgm:relIds xmlns:dgm="{_DGM}" xmlns:r="{_R}" r:dm="rId20" r:lo="rId21" r:qs="rId22" '
        'r:cs="rId23"/>',
    )
    slicer = (
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice xmlns:a14="{_MS}/drawing/2010/main" '
        'Requires="a14">'
        + frame(
            4,
            "Team",
            f"{_MS}/drawing/2010/slicer",
            f'<sle:slicer xmlns:sle="{_MS}/drawing/2010/slicer" name="Team"/>',
        )
        + f"</mc:Choice><mc:Fallback>{shape(0, '', 'a slicer')}</mc:Fallback></mc:AlternateContent>"
    )
    control = (
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice xmlns:a14="{_MS}/drawing/2010/main" '
        'Requires="a14">'
        + anchor(
            1,
            9,
            '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="1030" name="Check Box 6" '
            'hidden="1"><a:extLst><a:ext uri="{63B3BB69-23CF-44E3-9099-C40C66FF867C}">'
            '<a14:compatExt spid="_x0000_s1030"/></a:ext></a:extLst></xdr:cNvPr><xdr:cNvSpPr/>'
            "</xdr:nvSpPr><xdr:spPr/></xdr:sp>",
        )
        + "</mc:Choice><mc:Fallback/></mc:AlternateContent>"
    )
    return {
        "xl/drawings/drawing1.xml": drawing(
            anchor(8, 0, chart),
            anchor(8, 4, diagram),
            anchor(16, 0, slicer),
            anchor(16, 4, picture(5, "rId30", "rId31")),
            anchor(24, 0, shape(6, "Oval 6", "A note")),
            control,
        ),
        "xl/drawings/_rels/drawing1.xml.rels": relations(
            relation("rId10", "chartEx", "../charts/chartEx1.xml"),
            relation("rId20", "data", "../diagrams/data1.xml"),
            relation("rId21", "layout", "../diagrams/layout1.xml"),
            relation("rId22", "quick", "../diagrams/quickStyle1.xml"),
            relation("rId23", "tints", "../diagrams/colors1.xml"),
            relation("rId24", "shown", "../diagrams/drawing1.xml"),
            relation("rId30", "image", "../media/image1.png"),
            relation("rId31", "image", "../media/image2.svg"),
        ),
        "xl/charts/chartEx1.xml": _new_chart(),
        "xl/charts/_rels/chartEx1.xml.rels": relations(relation("rId2", "colors", "colors1.xml")),
        "xl/charts/colors1.xml": (
            f'{_HEAD}<cs:colorStyle xmlns:cs="{_MS}/drawing/2012/chartStyle" xmlns:a="{_A}" '
            'meth="cycle" id="10"><a:schemeClr val="accent1"/></cs:colorStyle>'
        ).encode(),
        "xl/media/image1.png": png(),
        "xl/media/image2.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    }


def _controls() -> str:
    corners = "".join(
        f"<{name}><xdr:col>{c}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{r}</xdr:row>"
        f"<xdr:rowOff>0</xdr:rowOff></{name}>"
        for name, r, c in (("from", 1, 9), ("to", 2, 11))
    )
    return (
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="x14"><controls>'
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="x14"><control '
        'shapeId="1030" r:id="rId4" name="Check Box 6"><controlPr defaultSize="0" autoFill="0" '
        f'autoLine="0" autoPict="0"><anchor moveWithCells="1">{corners}</anchor></controlPr>'
        "</control></mc:Choice></mc:AlternateContent></controls></mc:Choice></mc:AlternateContent>"
    )


def _sheet() -> bytes:
    values = (("Team", "Cost"), ("Red", 5), ("Blue", 1), ("Red", 2))
    shown = (("Team", "Sum of Cost"), ("Blue", 1), ("Red", 7), ("Grand Total", 8))
    rows = ""
    for number, pair in enumerate(zip(values, shown, strict=True), start=1):
        cells = "".join(
            f'<c r="{column}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
            if isinstance(value, str)
            else f'<c r="{column}{number}"><v>{value}</v></c>'
            for column, value in zip("ABDE", (*pair[0], *pair[1]), strict=True)
        )
        rows += f'<row r="{number}">{cells}</row>'
    extension = (
        f'<extLst><ext uri="{{A8765BA9-456A-4dab-B4F3-ACF838C121DE}}" xmlns:x14="{_X14}">'
        '<x14:slicerList><x14:slicer r:id="rId7"/></x14:slicerList></ext></extLst>'
    )
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}" xmlns:r="{_R}" xmlns:xdr="{XDR}" xmlns:x14="{_X14}" '
        f'xmlns:mc="{_MC}"><sheetData>{rows}</sheetData><drawing r:id="rId1"/>'
        f'<legacyDrawing r:id="rId2"/>{_controls()}{extension}</worksheet>'
    ).encode()


def board(*, linked: str = "$B$2") -> bytes:
    """A workbook with one sheet of all this; its check box writes to the cell ``linked``."""
    book = (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_R}"><sheets><sheet name="Board" sheetId="1" '
        'r:id="rId1"/></sheets><definedNames><definedName name="_xlchart.v1.0" hidden="1">'
        'Board!$A$2:$A$4</definedName><definedName name="Slicer_Team">#N/A</definedName>'
        '</definedNames><pivotCaches><pivotCache cacheId="7" r:id="rId2"/></pivotCaches><extLst>'
        f'<ext uri="{{BBE1A952-AA13-448e-AADC-164F8A28A991}}" xmlns:x14="{_X14}">'
        '<x14:slicerCaches><x14:slicerCache r:id="rId3"/></x14:slicerCaches></ext></extLst>'
        "</workbook>"
    )
    parts = {
        "xl/workbook.xml": book.encode(),
        "xl/_rels/workbook.xml.rels": relations(
            relation("rId1", "sheet", "worksheets/sheet1.xml"),
            relation("rId2", "cache", "pivotCache/pivotCacheDefinition1.xml"),
            relation("rId3", "slicerCache", "slicerCaches/slicerCache1.xml"),
            relation("rId4", "person", "persons/person.xml"),
        ),
        "xl/worksheets/sheet1.xml": _sheet(),
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            relation("rId1", "drawing", "../drawings/drawing1.xml"),
            relation("rId2", "vml", "../drawings/vmlDrawing1.vml"),
            relation("rId3", "comments", "../comments1.xml"),
            relation("rId4", "control", "../ctrlProps/ctrlProp1.xml"),
            relation("rId5", "threads", "../threadedComments/threadedComment1.xml"),
            relation("rId6", "pivot", "../pivotTables/pivotTable1.xml"),
            relation("rId7", "slicer", "../slicers/slicer1.xml"),
        ),
        "xl/comments1.xml": comments(("B2", ROOT), ("B3", OTHER)),
        "xl/threadedComments/threadedComment1.xml": threads(
            thread("B2", ROOT, "Why 5?", more=' done="1"'),
            thread("B2", REPLY, "Because", person=NOBODY, more=f' parentId="{ROOT}"'),
            thread("B3", OTHER, "And this?"),
        ),
        "xl/persons/person.xml": persons(),
        "xl/drawings/vmlDrawing1.vml": boxes(
            note_box(1025, 1, 1),
            note_box(1026, 2, 1),
            box(1030, "Checkbox", f"<x:FmlaLink>{linked}</x:FmlaLink>"),
        ),
        "xl/ctrlProps/ctrlProp1.xml": (
            f'{_HEAD}<formControlPr xmlns="{_X14}" objectType="CheckBox" fmlaLink="{linked}" '
            'lockText="1"/>'
        ).encode(),
        **_drawing(),
        **_diagram(),
        **pivot(),
    }
    kinds = {
        "sheet1.xml": "sheet", "drawing1.xml": "drawing", "comments1.xml": "comments",
        "threadedComment1.xml": "threads", "person.xml": "person", "ctrlProp1.xml": "control",
        "chartEx1.xml": "chartEx", "style1.xml": "style", "data1.xml": "data",
        "layout1.xml": "layout", "quickStyle1.xml": "quick",
        "pivotCacheDefinition1.xml": "cache", "pivotCacheRecords1.xml": "records",
        "pivotTable1.xml": "pivot", "slicer1.xml": "slicer", "slicerCache1.xml": "slicerCache",
    }  # fmt: skip
    overrides = "".join(
        override(name, _kind_of(name, kinds))
        for name in parts
        if name.endswith(".xml") and name != "xl/workbook.xml"
    )
    parts["[Content_Types].xml"] = (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="svg" ContentType="image/svg+xml"/>'
        f'<Default Extension="vml" ContentType="{VML}"/>{overrides}</Types>'
    ).encode()
    return packed(parts)


def _kind_of(name: str, kinds: dict[str, str]) -> str:
    folder, _, own = name.rpartition("/")
    if own == "colors1.xml":
        return "tints" if folder.endswith("diagrams") else "colors"
    return "shown" if folder.endswith("diagrams") and own == "drawing1.xml" else kinds[own]
