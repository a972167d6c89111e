"""A small workbook as its parts, with one of everything that readers look for."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_M: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

#: Parts by a short word.
BY_WORD: Final = {
    "types": "[Content_Types].xml",
    "root": "_rels/.rels",
    "book": "xl/workbook.xml",
    "relations": "xl/_rels/workbook.xml.rels",
    "sheet": "xl/worksheets/sheet1.xml",
    "sheet_relations": "xl/worksheets/_rels/sheet1.xml.rels",
    "table": "xl/tables/table1.xml",
    "strings": "xl/sharedStrings.xml",
    "styles": "xl/styles.xml",
    "comments": "xl/comments1.xml",
    "script": "xl/webextensions/webextension1.xml",
    "ribbon": "customUI/customUI14.xml",
}


def _relation(number: int, kind: str, target: str, more: str = "") -> str:
    return f'<Relationship Id="rId{number}" Type="{_R}/{kind}" Target="{target}"{more}/>'


def _relations(*each: str) -> str:
    return f'<Relationships xmlns="{_P}">{"".join(each)}</Relationships>'


_SHEET: Final = f"""<worksheet xmlns="{_M}" xmlns:r="{_R}"><sheetPr codeName="a"/>\
<sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="1"/></sheetView>\
</sheetViews>\
<cols><col min="1" max="2" width="9.5" customWidth="1" style="1"/><col min="3" max="3" hidden="1"/>\
</cols><sheetData><row r="1" ht="30" customHeight="1" s="1" customFormat="1">\
<c r="A1" s="1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Open_x000D_ed</t></is></c>\
<c t="str"><v>x</v></c></row><row r="2"><c r="A2" t="b"><v>1</v></c>\
<c r="B2" s="2"><f>A2+1</f><v>46082.5</v></c><c r="C2" t="d"><v>2026-03-02T09:30:00</v></c></row>\
<row r="3"><c r="B3"><f t="shared" ref="B3:B5" si="0">A3*2</f><v>2</v></c>\
<c r="C3" t="e"><v>#N/A</v></c></row><row r="4"><c r="B4"><f t="shared" si="0"/><v>4</v></c>\
<c r="C4"><f t="array" ref="C4">SUM(A1:A2)</f></c></row></sheetData>\
<mergeCells count="1"><mergeCell ref="D1:E1"/></mergeCells>\
<conditionalFormatting sqref="A1"><cfRule type="expression" dxfId="0" priority="1">\
<formula>A1&gt;1</formula></cfRule></conditionalFormatting>\
<dataValidations count="1"><dataValidation type="list" sqref="A2"><formula1>Rate</formula1>\
</dataValidation></dataValidations><hyperlinks><hyperlink ref="A1" r:id="rId3"/>\
<hyperlink ref="A2" location="Mine!A1"/></hyperlinks><pageSetup r:id="rId9" scale="50"/>\
<tableParts count="1"><tablePart r:id="rId1"/></tableParts></worksheet>"""

_STYLES: Final = f"""<styleSheet xmlns="{_M}">\
<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm"/></numFmts>\
<fonts count="2"><font><sz val="11"/></font><font><color rgb="FFFF0000"/><b/><u val="none"/></font>\
</fonts><fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="solid"><fgColor theme="1"/></patternFill></fill></fills>\
<borders count="1"><border/></borders><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0"/>\
<xf numFmtId="164" fontId="1" fillId="1" borderId="0"><alignment wrapText="1"/></xf>\
<xf numFmtId="14" fontId="0" fillId="0"/></cellXfs>\
<dxfs count="1"><dxf><font><b/><i/></font></dxf></dxfs></styleSheet>"""

_TEXTS: Final = {
    "types": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>',
    "root": _relations(_relation(1, "officeDocument", "xl/workbook.xml")),
    "book": (
        f'<workbook xmlns="{_M}" xmlns:r="{_R}"><workbookPr date1904="0"/><sheets>'
        '<sheet name="Mine" sheetId="1" r:id="rId1"/></sheets><definedNames>'
        '<definedName name="Rate">Mine!$A$1</definedName>'
        '<definedName name="_xlnm.Print_Area" localSheetId="0">Mine!$A$1:$B$2</definedName>'
        "</definedNames></workbook>"
    ),
    "relations": _relations(
        _relation(1, "worksheet", "worksheets/sheet1.xml"),
        _relation(2, "sharedStrings", "sharedStrings.xml"),
    ),
    "sheet": _SHEET,
    "sheet_relations": _relations(
        _relation(1, "table", "../tables/table1.xml"),
        _relation(2, "comments", "../comments1.xml"),
        _relation(3, "hyperlink", "https://example.com/?a=1&amp;b=2", ' TargetMode="External"'),
    ),
    "table": (
        f'<table xmlns="{_M}" id="1" name="tIncidents" displayName="tIncidents" ref="A1:C4" '
        'totalsRowCount="0"><tableColumns count="3"><tableColumn id="1" name="ID"/>'
        '<tableColumn id="2" name="Open_x000D_ed"/><tableColumn id="3" name="Title"/>'
        "</tableColumns></table>"
    ),
    "strings": (
        f'<sst xmlns="{_M}" count="2" uniqueCount="2"><si><t>ID</t></si><si><r><t>a</t></r>'
        '<r><t xml:space="preserve"> b</t></r><rPh><t>c</t></rPh></si></sst>'
    ),
    "styles": _STYLES,
    "comments": (
        f'<comments xmlns="{_M}"><authors><author>Priya</author></authors><commentList>'
        '<comment ref="A2" authorId="0"><text><r><t>Ask Tom</t></r></text></comment>'
        "</commentList></comments>"
    ),
    "script": (
        '<we:webextension xmlns:we="urn:we"><we:reference id="wa200008175" version="1"/>'
        '<we:properties><we:property name="main.py" value="&quot;import x&quot;"/>'
        '<we:property name="own.py" value="[1, {}]"/></we:properties></we:webextension>'
    ),
    "ribbon": '<customUI xmlns="urn:ui"><ribbon><tabs><tab id="a"/></tabs></ribbon></customUI>',
}
#: A sheet as our own writer makes it: each row and cell says where it stands.
OURS: Final = (
    f'<worksheet xmlns="{_M}"><dimension ref="A1:B2"/><sheetData><row r="1"><c r="A1" s="1">'
    '<v>1</v></c></row><row r="2"><c r="B2"/></row></sheetData></worksheet>'
).encode()
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
GOOD: Final = {BY_WORD[word]: (_HEAD + text).encode() for word, text in _TEXTS.items()}

#: About, base and sheets of a stamp, a line each.
STAMPS: Final = (
    '{"form":1,"xlmatrix":"0.2.0","template":"","created":"2026-03-16T10:30:00",'
    '"horizon":["2026-03-01","2026-04-30"],"seal":"x"}\n'
    '{"tables":{"tIncidents":{"headers":["ID"],"computed":[],"rows":[["I-1"],[1.5]]}},'
    '"names":{"AsOf_Input":null}}\n'
    '{"Incidents":{"tables":["tIncidents"],"names":[],"loose":["a"],"widths":{"1":9.5},'
    '"hidden":[2],"places":{"tIncidents":1},"columns":{"tIncidents":["ID"]}}}',
    "[]\n[[]]\n{}",
)


def shared_formula(text: bytes) -> bytes:
    """The sheet with a formula that two more cells share."""
    formula = escape(text.decode("utf-8", "ignore").replace("\0", ""))
    return _SHEET.replace("A3*2", formula).encode("utf-8", "ignore")
