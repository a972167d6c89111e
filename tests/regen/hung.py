"""Puts things onto sheets of ours by hand, as Excel writes what people hang beside tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from openpyxl.utils.cell import coordinate_to_tuple

from tests.regen import office_parts as office
from tests.regen.equality import relations_in
from tests.regen.guests import png
from tests.regen.packages import packed, part_of_sheet, parts_of

_MS = "http://schemas.microsoft.com/office"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_X14 = f"{_MS}/spreadsheetml/2009/9/main"
_X15 = f"{_MS}/spreadsheetml/2010/11/main"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_INK = "application/inkml+xml"


@dataclass
class Hung:
    """What hangs on one sheet: things of its drawing, parts, relations and elements of the sheet.

    ``drawn`` are relations of the drawing as (id, type, target), ``types`` content types by part.
    """

    things: list[str] = field(default_factory=list)
    drawn: list[tuple[str, str, str]] = field(default_factory=list)
    parts: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    relations: list[tuple[str, str, str]] = field(default_factory=list)
    elements: str = ""
    extensions: str = ""

    def thing(self, text: str, *drawn: tuple[str, str, str]) -> None:
        self.things.append(text)
        self.drawn += drawn

    def part(self, name: str, data: bytes, content_type: str = "") -> None:
        self.parts[name] = data
        if content_type:
            self.types[name] = content_type


def entry(identity: str, kind: str, target: str) -> str:
    """A relation; ``kind`` is a type, or the last word of one of the old ones."""
    whole = kind if "/" in kind else f"{_R}/{kind}"
    outside = ' TargetMode="External"' if re.match(r"\w+:", target) else ""
    return f'<Relationship Id="{identity}" Type="{whole}" Target="{target}"{outside}/>'


def put_on(data: bytes, sheet: str, hung: Hung) -> bytes:
    """The workbook with things on a sheet that had none."""
    parts = parts_of(data)
    name = part_of_sheet(data, sheet)
    relations = [entry(*one) for one in hung.relations]
    elements = hung.elements
    if hung.things:
        hung.part("xl/drawings/hung1.xml", office.drawing(*hung.things), office.KINDS["drawing"][1])
        if hung.drawn:
            hung.part(
                "xl/drawings/_rels/hung1.xml.rels",
                office.relations(*(entry(*one) for one in hung.drawn)),
            )
        relations.append(entry("rIdHung", "drawing", "../drawings/hung1.xml"))
        elements = f'<drawing xmlns:r="{_R}" r:id="rIdHung"/>{elements}'
    path = "xl/worksheets/_rels/" + name.rpartition("/")[2] + ".rels"
    known = parts.get(path, office.relations()).decode()
    parts[path] = known.replace("</Rel", "".join(relations) + "</Rel").encode()
    text = parts[name].decode()
    text = text.replace("<tableParts", f"{elements}<tableParts", 1)
    if hung.extensions:
        text = text.replace("</worksheet>", f"<extLst>{hung.extensions}</extLst></worksheet>")
    parts[name] = text.encode()
    types = "".join(
        f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in hung.types.items()
    )
    for extension, kind in (("png", "image/png"), ("vml", office.VML)):
        if f'Extension="{extension}"' not in parts["[Content_Types].xml"].decode():
            types = f'<Default Extension="{extension}" ContentType="{kind}"/>{types}'
    listed = parts["[Content_Types].xml"].decode().replace("</Types>", f"{types}</Types>")
    parts["[Content_Types].xml"] = listed.encode()
    return packed(parts | hung.parts)


def related(data: bytes, source: str, *entries: tuple[str, str, str]) -> bytes:
    """The workbook with more relations of one part."""
    parts = parts_of(data)
    folder, _, own = source.rpartition("/")
    path = f"{folder}/_rels/{own}.rels"
    added = "".join(entry(*one) for one in entries)
    parts[path] = parts[path].replace(b"</Rel", added.encode() + b"</Rel")
    return packed(parts)


def chart(formula: str, title: str = "Holders") -> bytes:
    """A column chart of one area."""
    shown = "".join(f'<c:pt idx="{n}"><c:v>{n + 1}</c:v></c:pt>' for n in range(2))
    return (
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{_R}"><c:chart><c:title><c:tx>'
        f"<c:rich><a:bodyPr/><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
        '<c:plotArea><c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:ser>'
        f'<c:idx val="0"/><c:order val="0"/><c:val><c:numRef><c:f>{formula}</c:f><c:numCache>'
        f'<c:ptCount val="2"/>{shown}</c:numCache></c:numRef></c:val></c:ser>'
        '<c:axId val="1"/><c:axId val="2"/></c:barChart>'
        + "".join(
            f'<c:{kind}><c:axId val="{own}"/><c:scaling><c:orientation val="minMax"/></c:scaling>'
            f'<c:delete val="0"/><c:axPos val="{side}"/><c:crossAx val="{other}"/></c:{kind}>'
            for kind, own, side, other in (("catAx", 1, "b", 2), ("valAx", 2, "l", 1))
        )
        + "</c:plotArea></c:chart></c:chartSpace>"
    ).encode()


def chart_frame(number: int, identity: str) -> str:
    return office.frame(
        number,
        f"Chart {number}",
        _C,
        f'<c:chart xmlns:c="{_C}" xmlns:r="{_R}" r:id="{identity}"/>',
    )


def ink(number: int, identity: str) -> str:
    """A stroke of a pen, and the picture for programs that know no ink."""
    return (
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice xmlns:xdr14="{_MS}/excel/2010/'
        f'spreadsheetDrawing" Requires="xdr14"><xdr:contentPart xmlns:r="{_R}" r:id="{identity}">'
        f'<xdr14:nvContentPartPr><xdr14:cNvPr id="{number}" name="Ink {number}"/>'
        "<xdr14:cNvContentPartPr/></xdr14:nvContentPartPr><xdr14:nvPr/><xdr14:xfrm>"
        '<a:off x="0" y="0"/><a:ext cx="9" cy="9"/></xdr14:xfrm></xdr:contentPart></mc:Choice>'
        f"<mc:Fallback>{office.picture(number, 'rIdPicture')}</mc:Fallback></mc:AlternateContent>"
    )


def strokes() -> bytes:
    space = "http://www.w3.org/2003/InkML"
    return f'<i:ink xmlns:i="{space}"><i:trace>1 1, 2 2</i:trace></i:ink>'.encode()


def linked(number: int, identity: str) -> str:
    """A picture that stays in another file."""
    return office.picture(number, identity).replace("r:embed=", "r:link=")


def absolute(inner: str) -> str:
    """Something that hangs on no cell."""
    return (
        '<xdr:absoluteAnchor><xdr:pos x="9000000" y="100000"/><xdr:ext cx="300000" cy="300000"/>'
        f"{inner}<xdr:clientData/></xdr:absoluteAnchor>"
    )


def group(number: int, *inner: str) -> str:
    return (
        f'<xdr:grpSp><xdr:nvGrpSpPr><xdr:cNvPr id="{number}" name="Group {number}"/>'
        "<xdr:cNvGrpSpPr/></xdr:nvGrpSpPr><xdr:grpSpPr/>"
        f"{''.join(inner)}</xdr:grpSp>"
    )


def text_box(number: int, text: str, link: str) -> str:
    return (
        office.shape(number, f"TextBox {number}", text)
        .replace('textlink=""', f'textlink="{link}"')
        .replace("<xdr:cNvSpPr/>", '<xdr:cNvSpPr txBox="1"/>')
    )


def connector(number: int) -> str:
    return (
        f'<xdr:cxnSp macro=""><xdr:nvCxnSpPr><xdr:cNvPr id="{number}" name="Line {number}"/>'
        "<xdr:cNvCxnSpPr/></xdr:nvCxnSpPr><xdr:spPr><a:xfrm>"
        '<a:off x="0" y="0"/><a:ext cx="900000" cy="0"/></a:xfrm><a:prstGeom prst="line">'
        "<a:avLst/></a:prstGeom></xdr:spPr></xdr:cxnSp>"
    )


def _leading(number: int, text: str, identity: str) -> str:
    """A shape that leads somewhere."""
    link = f'<a:hlinkClick xmlns:r="{_R}" r:id="{identity}"/>'
    return office.shape(number, f"Oval {number}", text).replace(
        f'name="Oval {number}"/>', f'name="Oval {number}">{link}</xdr:cNvPr>'
    )


def beside(rows: Mapping[str, int]) -> Hung:
    """One of each on *Owners*; ``rows`` are those of Quality, Priya Raman and below the people."""
    hung = Hung()
    quality, people, below = (rows[one] - 1 for one in ("quality", "people", "below"))
    hung.thing(
        office.anchor(quality, 11, office.picture(2, "rIdPicture")),
        ("rIdPicture", "image", "../media/hung1.png"),
    )
    hung.part("xl/media/hung1.png", png(20, 20, (1, 2, 250)))
    hung.thing(office.anchor(below, 1, text_box(3, "Quality", f"Owners!$D${rows['quality']}")))
    hung.thing(
        office.anchor(quality, 16, _leading(4, "To the cards", "rIdLink")),
        ("rIdLink", "hyperlink", "#Owners!A1"),
    )
    hung.thing(
        office.anchor(quality, 20, linked(5, "rIdFile")),
        ("rIdFile", "image", "file:///C:/Pictures/team.png"),
    )
    hung.thing(
        office.anchor(people, 11, chart_frame(6, "rIdChart")),
        ("rIdChart", "chart", "../charts/hung1.xml"),
    )
    last = rows["people"] + 1
    hung.part("xl/charts/hung1.xml", chart(f"Owners!$B${rows['people']}:$B${last}"), _CHART)
    hung.thing(
        office.anchor(people, 16, ink(7, "rIdInk")), ("rIdInk", "customXml", "../ink/hung1.xml")
    )
    hung.part("xl/ink/hung1.xml", strokes(), _INK)
    hung.thing(absolute(office.picture(8, "rIdPicture")))
    hung.thing(office.anchor(people, 20, group(9, office.shape(10, "In", "Inside"))))
    hung.thing(office.anchor(below, 11, connector(11)))
    _say_something(hung, rows["quality"])
    _filter_roles(hung, people)
    hung.elements += f'<picture xmlns:r="{_R}" r:id="rIdBehind"/>'
    hung.relations.append(("rIdBehind", "image", "../media/hung2.png"))
    hung.part("xl/media/hung2.png", png(6, 6, (250, 250, 230)))
    return hung


def _say_something(hung: Hung, row: int) -> None:
    """A conversation with a mention on a role's holder, as Excel writes it."""
    at = f"D{row}"
    mention = (
        f'<mentions><mention mentionpersonId="{office.ADA}" mentionId="{office.OTHER}" '
        'startIndex="0" length="4"/></mentions>'
    )
    first = office.thread(at, office.ROOT, "@Ada still so?").replace("</text>", f"</text>{mention}")
    reply = office.thread(at, office.REPLY, "Until May", more=f' parentId="{office.ROOT}"')
    for name, kind, data in (
        ("xl/threadedComments/hung1.xml", "threads", office.threads(first, reply)),
        ("xl/hungComments1.xml", "comments", office.comments((at, office.ROOT))),
        ("xl/drawings/hung1.vml", "vml", office.boxes(office.note_box(1025, row - 1, 3))),
        ("xl/persons/hung1.xml", "person", office.persons()),
    ):
        hung.part(name, data, office.KINDS[kind][1])
        if kind != "person":
            relation = f"../{name.removeprefix('xl/')}"
            hung.relations.append((f"rIdHung{kind}", office.KINDS[kind][0], relation))
    hung.elements = f'<legacyDrawing xmlns:r="{_R}" r:id="rIdHungvml"/>{hung.elements}'


def _filter_roles(hung: Hung, row: int) -> None:
    """A slicer of the table of roles."""
    inner = f'<sle:slicer xmlns:sle="{_MS}/drawing/2010/slicer" name="Holder"/>'
    drawn = office.frame(12, "Holder", f"{_MS}/drawing/2010/slicer", inner)
    hung.thing(
        office.anchor(
            row,
            24,
            f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice xmlns:sle15="{_MS}/drawing/2012/'
            f'slicer" Requires="sle15">{drawn}</mc:Choice><mc:Fallback>'
            f"{office.shape(0, '', 'a slicer')}</mc:Fallback></mc:AlternateContent>",
        )
    )
    slicers = (
        f'<slicers xmlns="{_X14}"><slicer name="Holder" cache="Slicer_Primary" caption="Holder" '
        'rowHeight="241300"/></slicers>'
    )
    hung.part("xl/slicers/hung1.xml", slicers.encode(), office.KINDS["slicer"][1])
    hung.relations.append(("rIdHungSlicer", office.KINDS["slicer"][0], "../slicers/hung1.xml"))
    hung.extensions += (
        f'<ext uri="{{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}}" xmlns:x14="{_X14}" '
        f'xmlns:r="{_R}"><x14:slicerList><x14:slicer r:id="rIdHungSlicer"/></x14:slicerList></ext>'
    )
    cache = (
        f'<slicerCacheDefinition xmlns="{_X14}" xmlns:x="http://schemas.openxmlformats.org/'
        'spreadsheetml/2006/main" name="Slicer_Primary" sourceName="Primary"><extLst>'
        f'<x:ext uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}" xmlns:x15="{_X15}">'
        '<x15:tableSlicerCache tableId="TABLE" column="COLUMN"/></x:ext></extLst>'
        "</slicerCacheDefinition>"
    )
    hung.part("xl/slicerCaches/hung1.xml", cache.encode(), office.KINDS["slicerCache"][1])


def with_beside(data: bytes, rows: Mapping[str, int]) -> bytes:
    """The workbook with one of each on *Owners*, and what the workbook's own part says of it."""
    hung = beside(rows)
    texts = (part.decode() for name, part in parts_of(data).items() if "xl/tables/" in name)
    (table,) = [text for text in texts if 'displayName="tRoles"' in text]
    number = re.search(r'<table [^>]*?\bid="(\d+)"', table)
    column = re.search(r'<tableColumn [^>]*?id="(\d+)"[^>]*name="Primary"', table)
    assert number
    assert column
    cache = hung.parts["xl/slicerCaches/hung1.xml"].decode()
    cache = cache.replace("TABLE", number[1]).replace("COLUMN", column[1])
    hung.parts["xl/slicerCaches/hung1.xml"] = cache.encode()
    cached = ("rIdHungCache", office.KINDS["slicerCache"][0], "slicerCaches/hung1.xml")
    known = ("rIdHungPersons", office.KINDS["person"][0], "persons/hung1.xml")
    if b'/person"' in parts_of(data)["xl/_rels/workbook.xml.rels"]:
        # Excel keeps all persons in one part.
        del hung.parts["xl/persons/hung1.xml"], hung.types["xl/persons/hung1.xml"]
        data = related(data, "xl/workbook.xml", cached)
    else:
        data = related(data, "xl/workbook.xml", cached, known)
    parts = parts_of(put_on(data, "Owners", hung))
    listed = (
        f'<ext uri="{{46BE6895-7355-4a93-B00E-2C351335B9C9}}" xmlns:x15="{_X15}" '
        f'xmlns:r="{_R}"><x15:slicerCaches xmlns:x14="{_X14}"><x14:slicerCache '
        'r:id="rIdHungCache"/></x15:slicerCaches></ext></extLst></workbook>'
    )
    book = parts["xl/workbook.xml"].decode().removesuffix("</workbook>")
    book = book.removesuffix("</extLst>") if book.endswith("</extLst>") else f"{book}<extLst>"
    parts["xl/workbook.xml"] = f"{book}{listed}".encode()
    return packed(parts)


def joined(data: bytes, sheet: str, *charts: tuple[str, str, str]) -> bytes:
    """The workbook with charts in the drawing that a sheet has: each as cell, formula and title."""
    parts = parts_of(data)
    related_to = relations_in(parts, part_of_sheet(data, sheet))
    (drawing,) = [one.target for one in related_to if one.kind == "drawing"]
    folder, _, own = drawing.rpartition("/")
    path = f"{folder}/_rels/{own}.rels"
    types = things = relations = ""
    for number, (cell, formula, title) in enumerate(charts, start=80):
        row, column = coordinate_to_tuple(cell)
        things += office.anchor(row - 1, column - 1, chart_frame(number, f"rIdJoined{number}"))
        relations += entry(f"rIdJoined{number}", "chart", f"../charts/joined{number}.xml")
        parts[f"xl/charts/joined{number}.xml"] = chart(formula, title)
        types += f'<Override PartName="/xl/charts/joined{number}.xml" ContentType="{_CHART}"/>'
    text = parts[drawing].decode()
    at = text.rindex("</")
    spaces = f'<xdr:twoCellAnchor xmlns:xdr="{office.XDR}" xmlns:a="{_A}">'
    things = things.replace("<xdr:twoCellAnchor>", spaces)
    parts[drawing] = f"{text[:at]}{things}{text[at:]}".encode()
    parts[path] = parts[path].replace(b"</Rel", relations.encode() + b"</Rel")
    listed = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = listed.replace(b"</Types>", types.encode() + b"</Types>")
    return packed(parts)
