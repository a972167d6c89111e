"""What can be done to a package, a verb each; see ``raw.py``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

from lxml import etree
from openpyxl.utils import get_column_letter

from tests.regen.guests import png
from tests.regen.office_parts import anchor, drawing, frame, picture, shape
from tests.regen.raw import (
    BOOK_ORDER,
    HEAD,
    MAIN,
    MS,
    SHEETML,
    THREADED,
    Package,
    R,
    _escaped,
    q,
    table_bounds,
)

VERBS: dict[str, Callable[..., None]] = {}
PERSON = "{5C21C1D1-6D7B-4A39-9A9C-6B1C8C7E7A01}"


def verb(function: Callable[..., None]) -> Callable[..., None]:
    VERBS[function.__name__.rstrip("_")] = function
    return function


def _address(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


@verb
def set_(package: Package, sheet: str, row: int, column: int, value: Any) -> None:
    package.sheet(sheet).set(row, column, value)


def _box(row: int, column: int, number: int) -> str:
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;'
        'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>1, 15, 1, 2, 3, 54, 5, 3</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    )


def _comment(package: Package, sheet: str, row: int, column: int, text: str, author: str) -> None:
    home = package.sheet(sheet)
    found = package.targets(home.part, "/comments")
    if found:
        comments = package.tree(found[0])
        (drawn,) = package.targets(home.part, "/vmlDrawing")
    else:
        number = package.number()
        name, drawn = f"xl/comments{number}.xml", f"xl/drawings/vmlDrawing{number}.vml"
        package.add(
            name,
            f"{HEAD}<comments xmlns='{MAIN}'><authors/><commentList/></comments>",
            f"{SHEETML}.comments+xml",
        )
        package.default("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
        package.parts[drawn] = (
            b'<xml xmlns:v="urn:schemas-microsoft-com:vml" '
            b'xmlns:o="urn:schemas-microsoft-com:office:office" '
            b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
            b'<o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shapetype id="_x0000_t202" '
            b'coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"/></xml>'
        )
        package.relate(home.part, f"{R}/comments", f"../comments{number}.xml")
        identity = package.relate(home.part, f"{R}/vmlDrawing", drawn.replace("xl/", "../"))
        home.insert(etree.Element(q("legacyDrawing"), {f"{{{R}}}id": identity}))
        comments = package.tree(name)
    authors, listed = comments
    etree.SubElement(authors, q("author")).text = author
    address = _address(row, column)
    for old in [c for c in listed if c.get("ref") == address]:
        listed.remove(old)
    listed.append(
        etree.fromstring(
            f'<comment xmlns="{MAIN}" ref="{address}" authorId="{len(authors) - 1}">'
            f"<text><r><t>{_escaped(text)}</t></r></text></comment>"
        )
    )
    vml = package.parts[drawn].decode()
    box = _box(row, column, 1024 + package.number())
    package.parts[drawn] = vml.replace("</xml>", f"{box}</xml>").encode()


@verb
def comment(package: Package, sheet: str, row: int, column: int, text: str) -> None:
    _comment(package, sheet, row, column, text, "Somebody")


@verb
def thread(package: Package, sheet: str, row: int, column: int, texts: list[str]) -> None:
    """A conversation, with the older comment that Excel writes for it."""
    home = package.sheet(sheet)
    if "xl/persons/person.xml" not in package.parts:
        package.add(
            "xl/persons/person.xml",
            f'{HEAD}<personList xmlns="{THREADED}"><person displayName="Ada Novak" id="{PERSON}" '
            'userId="ada@example.com" providerId="None"/></personList>',
            "application/vnd.ms-excel.person+xml",
        )
        package.relate(
            "xl/workbook.xml", f"{MS}/2017/10/relationships/person", "persons/person.xml"
        )
    found = package.targets(home.part, "/threadedComment")
    name = found[0] if found else f"xl/threadedComments/threadedComment{package.number()}.xml"
    if not found:
        package.add(
            name,
            f"{HEAD}<ThreadedComments xmlns='{THREADED}'/>",
            "application/vnd.ms-excel.threadedcomments+xml",
        )
        kind = f"{MS}/2017/10/relationships/threadedComment"
        package.relate(home.part, kind, name.replace("xl/", "../"))
    root = f"{{AAAAAAAA-0000-4000-8000-{package.number():012}}}"
    listed = package.tree(name)
    for place, text in enumerate(texts):
        identity = root if not place else f"{{BBBBBBBB-0000-4000-8000-{package.number():012}}}"
        made = etree.SubElement(
            listed, f"{{{THREADED}}}threadedComment", ref=_address(row, column),
            dT=f"2026-03-1{place}T09:30:00.00", personId=PERSON, id=identity,
        )  # fmt: skip
        if place:
            made.set("parentId", root)
        etree.SubElement(made, f"{{{THREADED}}}text").text = text
    _comment(
        package, sheet, row, column, f"[Threaded comment]\n\nComment:\n    {texts[0]}", f"tc={root}"
    )


def _cols(package: Package, sheet: str, column: int) -> Any:
    """The element of one column alone."""
    cols = package.sheet(sheet).child("cols")
    for one in list(cols):
        first, last = int(one.get("min")), int(one.get("max"))
        if first <= column <= last:
            if first == last:
                return one
            for low, high in ((first, column - 1), (column, column), (column + 1, last)):
                if low <= high:
                    made = etree.fromstring(etree.tostring(one))
                    made.set("min", str(low))
                    made.set("max", str(high))
                    one.addprevious(made)
            cols.remove(one)
            return _cols(package, sheet, column)
    made = etree.Element(q("col"), min=str(column), max=str(column), width="9.14")
    later = [one for one in cols if int(one.get("min")) > column]
    if later:
        later[0].addprevious(made)
    else:
        cols.append(made)
    return made


@verb
def width(package: Package, sheet: str, column: int, chars: float) -> None:
    one = _cols(package, sheet, column)
    one.set("width", str(chars))
    one.set("customWidth", "1")


@verb
def hide(package: Package, sheet: str, column: int) -> None:
    _cols(package, sheet, column).set("hidden", "1")


@verb
def column_format(package: Package, sheet: str, column: int, code: str) -> None:
    _cols(package, sheet, column).set("style", str(package.style(code)))


@verb
def hide_row(package: Package, sheet: str, row: int) -> None:
    package.sheet(sheet).row(row).set("hidden", "1")


@verb
def add_sheet(
    package: Package, name: str, cells: list[Any], place: int | None = None, state: str = ""
) -> None:
    number = package.number()
    part = f"xl/worksheets/sheet{number}.xml"
    package.add(
        part,
        f"{HEAD}<worksheet xmlns='{MAIN}' xmlns:r='{R}'><sheetData/></worksheet>",
        f"{SHEETML}.worksheet+xml",
    )
    identity = package.relate("xl/workbook.xml", f"{R}/worksheet", f"worksheets/sheet{number}.xml")
    made = etree.Element(q("sheet"), {"name": name, "sheetId": str(number), f"{{{R}}}id": identity})
    if state:
        made.set("state", state)
    sheets = package.book.find(q("sheets"))
    at = len(sheets) if place is None else place
    sheets.insert(at, made)
    _local_names_moved(package, lambda n: n + (n >= at))
    for row, column, value in cells:
        package.sheet(name).set(row, column, value)


def _local_names_moved(package: Package, new: Callable[[int], int]) -> None:
    for defined in package.book.find(q("definedNames")):
        if defined.get("localSheetId") is not None:
            defined.set("localSheetId", str(new(int(defined.get("localSheetId")))))
    for view in package.book.find(q("bookViews")):
        for name in ("activeTab", "firstSheet"):
            if view.get(name) is not None:
                view.set(name, str(new(int(view.get(name)))))


@verb
def reorder(package: Package, name: str, by: int) -> None:
    sheets = package.book.find(q("sheets"))
    before = list(sheets)
    moved = package.entries()[name]
    sheets.remove(moved)
    sheets.insert(before.index(moved) + by, moved)
    after = list(sheets)
    _local_names_moved(package, lambda n: after.index(before[n]))


@verb
def rename(package: Package, old: str, new: str) -> None:
    package.entries()[old].set("name", new)
    quoted = new.replace("'", "''").replace("&", "&amp;")
    pattern = rf"(?:'{re.escape(old)}'|\b{re.escape(old)})!"
    package.everywhere(pattern, f"'{quoted}'!", "xl/(worksheets/sheet|workbook.xml|tables|charts)")


@verb
def add_column(package: Package, sheet: str, table: str, header: str, values: list[Any]) -> None:
    home, root, (left, top, right, bottom) = table_bounds(package, table)
    for offset, value in enumerate([header, *values][: bottom - top + 1]):
        home.set(top + offset, right + 1, value)
    _framed(root, left, top, right + 1, bottom)
    columns = root.find(q("tableColumns"))
    number = max(int(column.get("id")) for column in columns) + 1
    etree.SubElement(columns, q("tableColumn"), id=str(number), name=header)
    columns.set("count", str(len(columns)))


def _framed(root: Any, left: int, top: int, right: int, bottom: int) -> None:
    area = f"{_address(top, left)}:{_address(bottom, right)}"
    root.set("ref", area)
    found = root.find(q("autoFilter"))
    if found is not None:
        found.set("ref", area)


def _row_cells(home: Any, row: int, first: int, last: int) -> list[Any]:
    return [home.cell(row, column) for column in range(first, last + 1)]


def _taken(cell: Any) -> tuple[dict[str, str], list[Any]]:
    return {k: v for k, v in cell.attrib.items() if k != "r"}, list(cell)


def _laid(cell: Any, given: tuple[dict[str, str], list[Any]]) -> None:
    address = cell.get("r")
    for child in list(cell):
        cell.remove(child)
    cell.attrib.clear()
    cell.set("r", address)
    for key, value in given[0].items():
        cell.set(key, value)
    cell.extend(given[1])


@verb
def swap(package: Package, sheet: str, table: str, one: str, other: str) -> None:
    home, root, (left, top, _, bottom) = table_bounds(package, table)
    columns = root.find(q("tableColumns"))
    heads = [column.get("name") for column in columns]
    a, b = heads.index(one), heads.index(other)
    columns[a].set("name", other)
    columns[b].set("name", one)
    for row in range(top, bottom + 1):
        first, second = home.cell(row, left + a), home.cell(row, left + b)
        was = _taken(first)
        _laid(first, _taken(second))
        _laid(second, was)


@verb
def drop_column(package: Package, sheet: str, table: str, header: str) -> None:
    """A column deleted from a table, and what stands at its right within the table moves left."""
    home, root, (left, top, right, bottom) = table_bounds(package, table)
    columns = root.find(q("tableColumns"))
    place = [column.get("name") for column in columns].index(header)
    columns.remove(columns[place])
    columns.set("count", str(len(columns)))
    for row in range(top, bottom + 1):
        cells = _row_cells(home, row, left + place, right)
        for cell, following in itertools.pairwise(cells):
            _laid(cell, _taken(following))
        _laid(cells[-1], ({}, []))
    _framed(root, left, top, right - 1, bottom)


@verb
def insert_column(package: Package, sheet: str, table: str, place: int, values: list[Any]) -> None:
    """A column within a table; ``values`` begin with the header."""
    home, root, (left, top, right, bottom) = table_bounds(package, table)
    columns = root.find(q("tableColumns"))
    number = max(int(column.get("id")) for column in columns) + 1
    columns.insert(place, etree.Element(q("tableColumn"), id=str(number), name=values[0]))
    columns.set("count", str(len(columns)))
    for row in range(top, bottom + 1):
        cells = _row_cells(home, row, left + place, right + 1)
        for cell, before in reversed(list(zip(cells[1:], cells, strict=False))):
            _laid(cell, _taken(before))
        _laid(cells[0], ({}, []))
        if row - top < len(values):
            home.set(row, left + place, values[row - top])
    _framed(root, left, top, right + 1, bottom)


@verb
def rename_table(package: Package, old: str, new: str) -> None:
    _, part = package.tables()[old]
    root = package.tree(part)
    root.set("name", new)
    root.set("displayName", new)
    package.everywhere(
        rf"\b{re.escape(old)}\[", f"{new}[", "xl/(worksheets/sheet|workbook.xml|tables|charts)"
    )


@verb
def unframe(package: Package, table: str) -> None:
    """A table turned into a plain range."""
    title, part = package.tables()[table]
    home = package.sheet(title)
    relations = package.tree(package.relations(home.part))
    entry = next(e for e in relations if e.get("Target").endswith(part.rpartition("/")[2]))
    parts = home.root.find(q("tableParts"))
    for one in list(parts):
        if one.get(f"{{{R}}}id") == entry.get("Id"):
            parts.remove(one)
    if len(parts):
        parts.set("count", str(len(parts)))
    else:
        home.root.remove(parts)
    relations.remove(entry)
    del package.parts[part]
    package.trees.pop(part, None)
    types = package.tree("[Content_Types].xml")
    types.remove(next(e for e in types if e.get("PartName") == f"/{part}"))


@verb
def foreign_table(
    package: Package, sheet: str, name: str, row: int, column: int, lines: list[list[Any]]
) -> None:
    """A table of the user's; ``lines`` begin with the headers."""
    home = package.sheet(sheet)
    for down, line in enumerate(lines):
        for across, value in enumerate(line):
            home.set(row + down, column + across, value)
    number = package.number()
    area = f"{_address(row, column)}:{_address(row + len(lines) - 1, column + len(lines[0]) - 1)}"
    columns = "".join(
        f'<tableColumn id="{n}" name="{_escaped(h)}"/>' for n, h in enumerate(lines[0], start=1)
    )
    package.add(
        f"xl/tables/table{number}.xml",
        f'{HEAD}<table xmlns="{MAIN}" id="{number}" name="{name}" displayName="{name}" '
        f'ref="{area}" totalsRowShown="0"><autoFilter ref="{area}"/><tableColumns '
        f'count="{len(lines[0])}">{columns}</tableColumns><tableStyleInfo '
        'name="TableStyleMedium2" showRowStripes="1"/></table>',
        f"{SHEETML}.table+xml",
    )
    identity = package.relate(home.part, f"{R}/table", f"../tables/table{number}.xml")
    parts = home.child("tableParts")
    etree.SubElement(parts, q("tablePart"), {f"{{{R}}}id": identity})
    parts.set("count", str(len(parts)))


@verb
def totals(package: Package, table: str, label: str) -> None:
    """A totals row below a table."""
    home, root, (left, top, right, bottom) = table_bounds(package, table)
    root.set("ref", f"{_address(top, left)}:{_address(bottom + 1, right)}")
    root.set("totalsRowCount", "1")
    columns = root.find(q("tableColumns"))
    columns[0].set("totalsRowLabel", label)
    columns[2].set("totalsRowFunction", "count")
    home.set(bottom + 1, left, label)
    home.set(bottom + 1, left + 2, f"=SUBTOTAL(103,{table}[{columns[2].get('name')}])")


@verb
def filter_(package: Package, table: str, header: str, shown: str, hidden: list[int]) -> None:
    """A filter on a column of a table, with the rows that it hides."""
    home, root, _ = table_bounds(package, table)
    place = [column.get("name") for column in root.find(q("tableColumns"))].index(header)
    found = root.find(q("autoFilter"))
    if found is None:
        found = etree.Element(q("autoFilter"), ref=root.get("ref"))
        root.insert(0, found)
    column = etree.SubElement(found, q("filterColumn"), colId=str(place))
    filters = etree.SubElement(column, q("filters"))
    etree.SubElement(filters, q("filter"), val=shown)
    for number in hidden:
        home.row(number).set("hidden", "1")


@verb
def sort_state(package: Package, table: str, header: str) -> None:
    _, root, (left, top, _, bottom) = table_bounds(package, table)
    place = left + [column.get("name") for column in root.find(q("tableColumns"))].index(header)
    area = f"{_address(top + 1, place)}:{_address(bottom, place)}"
    found = root.find(q("autoFilter"))
    if found is None:
        found = etree.Element(q("autoFilter"), ref=root.get("ref"))
        root.insert(0, found)
    made = etree.Element(q("sortState"), ref=area)
    etree.SubElement(made, q("sortCondition"), ref=area, descending="1")
    found.addnext(made)


@verb
def link(package: Package, sheet: str, row: int, column: int, target: str, tip: str = "") -> None:
    """A hyperlink on a cell; a target that begins with # is a place in the workbook."""
    home = package.sheet(sheet)
    made = etree.SubElement(home.child("hyperlinks"), q("hyperlink"), ref=_address(row, column))
    if target.startswith("#"):
        made.set("location", target[1:])
    else:
        made.set(f"{{{R}}}id", package.relate(home.part, f"{R}/hyperlink", target, outside=True))
    if tip:
        made.set("tooltip", tip)


@verb
def merge(package: Package, sheet: str, area: str) -> None:
    merged = package.sheet(sheet).child("mergeCells")
    etree.SubElement(merged, q("mergeCell"), ref=area)
    merged.set("count", str(len(merged)))


@verb
def protect(package: Package, sheet: str) -> None:
    home = package.sheet(sheet)
    found = home.child("sheetProtection")
    found.attrib.clear()
    for key, value in {
        "algorithmName": "SHA-512", "hashValue": "bWFyaw==", "saltValue": "c2FsdA==",
        "spinCount": "100000", "sheet": "1", "objects": "1", "scenarios": "1",
    }.items():  # fmt: skip
        found.set(key, value)


def _in_book(package: Package, tag: str) -> Any:
    book = package.book
    found = book.find(q(tag))
    if found is None:
        found = etree.Element(q(tag))
        earlier = set(BOOK_ORDER[: BOOK_ORDER.index(tag)])
        [c for c in book if etree.QName(c).localname in earlier][-1].addnext(found)
    return found


@verb
def protect_book(package: Package) -> None:
    found = _in_book(package, "workbookProtection")
    for key, value in {
        "workbookAlgorithmName": "SHA-512", "workbookHashValue": "bWFyazI=",
        "workbookSaltValue": "c2FsdA==", "workbookSpinCount": "100000", "lockStructure": "1",
    }.items():  # fmt: skip
        found.set(key, value)


@verb
def property_(package: Package, name: str, value: str) -> None:
    """A custom property, as sensitivity labels are."""
    part = "docProps/custom.xml"
    if part not in package.parts:
        package.add(
            part,
            f"{HEAD}<Properties xmlns='http://schemas.openxmlformats.org/officeDocument/2006/"
            "custom-properties' xmlns:vt='http://schemas.openxmlformats.org/officeDocument/2006/"
            "docPropsVTypes'/>",
            "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        )
        relations = package.tree("_rels/.rels")
        etree.SubElement(
            relations, relations[0].tag, Id="rIdCustom", Type=f"{R}/custom-properties", Target=part
        )
    root = package.tree(part)
    root.append(
        etree.fromstring(
            f'<property xmlns="{etree.QName(root).namespace}" fmtid="'
            f'{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{len(root) + 2}" '
            f'name="{_escaped(name)}"><vt:lpwstr xmlns:vt="http://schemas.openxmlformats.org/'
            f'officeDocument/2006/docPropsVTypes">{_escaped(value)}</vt:lpwstr></property>'
        )
    )


@verb
def core(package: Package, name: str, value: str) -> None:
    """A property that every document has: keywords, category, status."""
    root = package.tree("docProps/core.xml")
    space = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    etree.SubElement(root, f"{{{space}}}{name}").text = value


@verb
def define(package: Package, name: str, text: str, sheet: str | None = None) -> None:
    made = etree.SubElement(_in_book(package, "definedNames"), q("definedName"), name=name)
    if sheet is not None:
        made.set("localSheetId", str(list(package.entries()).index(sheet)))
    made.text = text


@verb
def paint_rule(package: Package, sheet: str, area: str, formula: str) -> None:
    """A conditional format."""
    root = package.tree("xl/styles.xml")
    listed = root.find(q("dxfs"))
    listed.append(
        etree.fromstring(
            f"<dxf xmlns='{MAIN}'><fill><patternFill><bgColor rgb='FFFFCCCC'/></patternFill></fill>"
            "</dxf>"
        )
    )
    listed.set("count", str(len(listed)))
    made = etree.Element(q("conditionalFormatting"), sqref=area)
    rule = etree.SubElement(
        made, q("cfRule"), type="expression", dxfId=str(len(listed) - 1), priority="99"
    )
    etree.SubElement(rule, q("formula")).text = formula
    package.sheet(sheet).insert(made)


@verb
def validation(package: Package, sheet: str, area: str, listed: str) -> None:
    found = package.sheet(sheet).child("dataValidations")
    made = etree.SubElement(
        found, q("dataValidation"), type="list", allowBlank="1", showErrorMessage="1", sqref=area
    )
    etree.SubElement(made, q("formula1")).text = f'"{listed}"'
    found.set("count", str(len(found)))


def _drawing(package: Package, sheet: str) -> Any:
    home = package.sheet(sheet)
    found = package.targets(home.part, "/drawing")
    if not found:
        name = f"xl/drawings/drawing{package.number()}.xml"
        package.add(name, drawing(), "application/vnd.openxmlformats-officedocument.drawing+xml")
        identity = package.relate(home.part, f"{R}/drawing", name.replace("xl/", "../"))
        home.insert(etree.Element(q("drawing"), {f"{{{R}}}id": identity}))
        found = [name]
    return found[0]


def _hang(package: Package, sheet: str, row: int, column: int, inner: str) -> None:
    root = package.tree(_drawing(package, sheet))
    spaces = " ".join(f'xmlns:{k}="{v}"' for k, v in root.nsmap.items())
    root.append(etree.fromstring(f"<x {spaces}>{anchor(row - 1, column - 1, inner)}</x>")[0])


@verb
def picture_(package: Package, sheet: str, row: int, column: int, colour: list[int]) -> None:
    number = package.number()
    package.default("png", "image/png")
    package.parts[f"xl/media/image{number}.png"] = png(9, 9, tuple(colour))  # type: ignore[arg-type]
    identity = package.relate(_drawing(package, sheet), f"{R}/image", f"../media/image{number}.png")
    _hang(package, sheet, row, column, picture(number, identity))


@verb
def textbox(package: Package, sheet: str, row: int, column: int, text: str) -> None:
    _hang(package, sheet, row, column, shape(package.number(), "Note", _escaped(text)))


@verb
def chart(package: Package, sheet: str, row: int, column: int, title: str, of: str) -> None:
    number = package.number()
    space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    package.add(
        f"xl/charts/chart{number}.xml",
        f'{HEAD}<c:chartSpace xmlns:c="{space}" xmlns:a="{a}" xmlns:r="{R}"><c:chart><c:title>'
        f"<c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{_escaped(title)}</a:t></a:r></a:p></c:rich>"
        '</c:tx></c:title><c:plotArea><c:layout/><c:barChart><c:barDir val="col"/>'
        '<c:grouping val="clustered"/><c:ser><c:idx val="0"/><c:order val="0"/><c:val><c:numRef>'
        f'<c:f>{_escaped(of)}</c:f></c:numRef></c:val></c:ser><c:axId val="1"/><c:axId val="2"/>'
        '</c:barChart><c:catAx><c:axId val="1"/><c:scaling><c:orientation val="minMax"/>'
        '</c:scaling><c:delete val="0"/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx><c:valAx>'
        '<c:axId val="2"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:crossAx val="1"/></c:valAx></c:plotArea><c:plotVisOnly val="1"/>'
        "</c:chart></c:chartSpace>",
        "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    )
    identity = package.relate(
        _drawing(package, sheet), f"{R}/chart", f"../charts/chart{number}.xml"
    )
    inner = f'<c:chart xmlns:c="{space}" xmlns:r="{R}" r:id="{identity}"/>'
    _hang(package, sheet, row, column, frame(number, f"Chart {number}", space, inner))


@verb
def footer(package: Package, sheet: str, text: str) -> None:
    found = package.sheet(sheet).child("headerFooter")
    for child in list(found):
        found.remove(child)
    etree.SubElement(found, q("oddFooter")).text = text


@verb
def tab(package: Package, sheet: str, colour: str) -> None:
    home = package.sheet(sheet)
    found = home.child("sheetPr")
    found.insert(0, etree.Element(q("tabColor"), rgb=colour))


@verb
def hide_sheet(package: Package, sheet: str, state: str) -> None:
    package.entries()[sheet].set("state", state)


@verb
def row_height(package: Package, sheet: str, row: int, points: float) -> None:
    found = package.sheet(sheet).row(row)
    found.set("ht", str(points))
    found.set("customHeight", "1")


@verb
def break_(package: Package, sheet: str, row: int) -> None:
    found = package.sheet(sheet).child("rowBreaks")
    etree.SubElement(found, q("brk"), id=str(row), max="16383", man="1")
    found.set("count", str(len(found)))
    found.set("manualBreakCount", str(len(found)))


@verb
def shrink(package: Package, table: str, rows: int) -> None:
    """A table whose frame was drawn up by some rows."""
    _, root, (left, top, right, bottom) = table_bounds(package, table)
    _framed(root, left, top, right, bottom - rows)


@verb
def manual(package: Package) -> None:
    """Formulas are computed when somebody asks."""
    _in_book(package, "calcPr").set("calcMode", "manual")


@verb
def retitle(package: Package, table: str, header: str, text: str) -> None:
    """The heading of a column typed over."""
    home, root, (left, top, _, _) = table_bounds(package, table)
    columns = root.find(q("tableColumns"))
    place = [column.get("name") for column in columns].index(header)
    columns[place].set("name", text)
    home.set(top, left + place, text)


VERBS["put"] = VERBS["put_text"] = set_
