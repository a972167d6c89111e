"""A user's sheet with everything on it that is broken, or cannot come along."""

from __future__ import annotations

from tests.regen import hung
from tests.regen import office_parts as office
from tests.regen.guests import png
from tests.regen.packages import packed

_MS = "http://schemas.microsoft.com/office"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_X14 = f"{_MS}/spreadsheetml/2009/9/main"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_OLE = "application/vnd.openxmlformats-officedocument.oleObject"
_XDR14 = f"{_MS}/drawing/2010/main"


def _compat(number: int, name: str) -> str:
    """The shape of a control or an embedded object, of which the older drawing has the box."""
    return (
        '<xdr:sp macro="" textlink=""><xdr:nvSpPr>'
        f'<xdr:cNvPr id="{number}" name="{name}" hidden="1"><a:extLst><a:ext '
        f'uri="{{63B3BB69-23CF-44E3-9099-C40C66FF867C}}"><a14:compatExt xmlns:a14="{_XDR14}" '
        f'spid="_x0000_s{number}"/></a:ext></a:extLst></xdr:cNvPr><xdr:cNvSpPr/></xdr:nvSpPr>'
        "<xdr:spPr/></xdr:sp>"
    )


def _things() -> list[str]:
    things = [
        hung.chart_frame(2, "rIdGone"),
        hung.chart_frame(3, "rIdLost"),
        office.picture(4, "rIdMissing"),
        hung.chart_frame(5, "rIdNoChart"),
        hung.linked(6, "rIdFile"),
        office.picture(7, "rIdUpper"),
        office.picture(8, "rIdLower"),
        office.frame(9, "Odd 9", "urn:odd", f'<odd:it xmlns:odd="urn:odd" xmlns:r="{_R}" '
                     'r:id="rIdOdd"/>'),
        office.shape(10, "Run 10", "Run").replace('macro=""', 'macro="Module1!Go"'),
        office.picture(11, "rIdNowhere"),
        office.picture(12, "rIdOtherCase"),
        _compat(1040, "Object 13"),
        _compat(1041, "CommandButton1"),
    ]  # fmt: skip
    return [office.anchor(2 + 8 * number, 3, text) for number, text in enumerate(things)]


_DRAWN = (
    ("rIdGone", "chart", "../charts/chart1.xml"),
    ("rIdLost", "chart", "../charts/chart2.xml"),
    ("rIdMissing", "image", "../media/missing.png"),
    ("rIdNoChart", "chart", "../charts/chart9.xml"),
    ("rIdFile", "image", "file:///C:/Pictures/team.png"),
    ("rIdUpper", "image", "../media/Same.PNG"),
    ("rIdLower", "image", "../media/same.png"),
    ("rIdOdd", "http://example.com/odd", "../odd/odd1.xml"),
    ("rIdOtherCase", "image", "../media/ONLY.png"),
)
_SHEET = (
    ("rIdDrawing", "drawing", "../drawings/drawing1.xml"),
    ("rIdBoxes", "vmlDrawing", "../drawings/vmlDrawing1.vml"),
    ("rIdObject", "oleObject", "../embeddings/oleObject1.bin"),
    ("rIdActive", "control", "../activeX/activeX1.xml"),
    ("rIdQuery", "queryTable", "../queryTables/queryTable1.xml"),
    ("rIdPivot", "pivotTable", "../pivotTables/pivotTable1.xml"),
    ("rIdThreads", office.KINDS["threads"][0], "../threadedComments/threadedComment9.xml"),
    ("rIdSlicer", office.KINDS["slicer"][0], "../slicers/slicer1.xml"),
    ("rIdProperty", "customProperty", "../customProperty1.bin"),
    ("rIdBehind", "image", "../media/nothing.png"),
)


def _sheet() -> bytes:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>{n * n}</v></c></row>'
        for n in range(1, 5)
    )
    anchor = "".join(
        f"<{name}><xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row>"
        f"<xdr:rowOff>0</xdr:rowOff></{name}>"
        for name, row in (("from", 90), ("to", 94))
    )
    return (
        f'<worksheet xmlns="{_MAIN}" xmlns:r="{_R}" xmlns:xdr="{office.XDR}" xmlns:x14="{_X14}" '
        f'xmlns:mc="{_MC}"><sheetData>{rows}</sheetData><drawing r:id="rIdDrawing"/>'
        '<legacyDrawing r:id="rIdBoxes"/><picture r:id="rIdBehind"/><oleObjects>'
        f'<oleObject progId="Word.Document.12" shapeId="1040" r:id="rIdObject"><objectPr>'
        f'<anchor moveWithCells="1">{anchor}</anchor></objectPr></oleObject></oleObjects><controls>'
        '<control shapeId="1041" r:id="rIdActive" name="CommandButton1"/></controls>'
        f'<extLst><ext uri="{{A8765BA9-456A-4dab-B4F3-ACF838C121DE}}"><x14:slicerList>'
        '<x14:slicer r:id="rIdSlicer"/></x14:slicerList></ext></extLst></worksheet>'
    ).encode()


def workbook() -> bytes:
    """A workbook with one sheet, *Bad*."""
    slicers = (
        f'<slicers xmlns="{_X14}"><slicer name="Gone" cache="Slicer_Gone" caption="Gone" '
        'rowHeight="241300"/></slicers>'
    )
    pivot = office.pivot()["xl/pivotTables/pivotTable1.xml"]
    parts = {
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_R}"><sheets><sheet name="Bad" sheetId="1" '
            'r:id="rId1"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": office.relations(
            hung.entry("rId1", "worksheet", "worksheets/sheet1.xml")
        ),
        "xl/worksheets/sheet1.xml": _sheet(),
        "xl/worksheets/_rels/sheet1.xml.rels": office.relations(
            *(hung.entry(*one) for one in _SHEET)
        ),
        "xl/drawings/drawing1.xml": office.drawing(*_things()),
        "xl/drawings/_rels/drawing1.xml.rels": office.relations(
            *(hung.entry(*one) for one in _DRAWN)
        ),
        "xl/charts/chart1.xml": hung.chart("Nowhere!$A$1:$A$3"),
        "xl/charts/chart2.xml": hung.chart("#REF!"),
        "xl/media/Same.PNG": png(3, 3, (1, 1, 1)),
        "xl/media/same.png": png(3, 3, (2, 2, 2)),
        "xl/media/only.png": png(3, 3, (3, 3, 3)),
        "xl/odd/odd1.xml": b"<odd/>",
        "xl/drawings/vmlDrawing1.vml": office.boxes(
            office.box(1040, "Pict", ""), office.box(1041, "Pict", "")
        ),
        "xl/embeddings/oleObject1.bin": b"?",
        "xl/activeX/activeX1.xml": b"<ax/>",
        "xl/queryTables/queryTable1.xml": b"<queryTable/>",
        "xl/pivotTables/pivotTable1.xml": pivot,
        "xl/slicers/slicer1.xml": slicers.encode(),
        "xl/customProperty1.bin": b"?",
    }
    kinds = {
        "xl/worksheets/sheet1.xml": office.KINDS["sheet"][1],
        "xl/drawings/drawing1.xml": office.KINDS["drawing"][1],
        "xl/charts/chart1.xml": _CHART,
        "xl/charts/chart2.xml": _CHART,
        "xl/pivotTables/pivotTable1.xml": office.KINDS["pivot"][1],
        "xl/slicers/slicer1.xml": office.KINDS["slicer"][1],
    }
    defaults = {"png": "image/png", "vml": office.VML, "bin": _OLE, "xml": "application/xml"}
    listed = "".join(
        f'<Default Extension="{extension}" ContentType="{kind}"/>'
        for extension, kind in defaults.items()
    )
    listed += "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items()
    )
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    parts["[Content_Types].xml"] = f'<Types xmlns="{space}">{listed}</Types>'.encode()
    return packed(parts)
