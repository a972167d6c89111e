"""A document as a Word file, by python-docx."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from xlmatrix.package.parts import Parts
from xlmatrix.papers.blocks import Block, Bullets, Document, Grid, Text
from xlmatrix.style import palette

_MARGIN_CM = 1.6
_A4_CM = (21.0, 29.7)


def to_docx(document: Document) -> bytes:
    """The bytes of a ``.docx``: A4, headings for navigation, header rows that repeat.

    Equal documents give equal bytes, whenever and wherever they are made.
    """
    word: Any = docx.Document()
    _page(word, document)
    _styles(word)
    title = word.add_heading(document.title, level=0)
    title.paragraph_format.space_after = Pt(2)
    about = " · ".join((document.subtitle, document.organisation, document.dated))
    word.add_paragraph(about).style = word.styles["Subtitle"]
    for section in document.sections:
        word.add_heading(section.title, level=1).paragraph_format.page_break_before = section.alone
        for block in section.blocks:
            _block(word, block, document)
    properties = word.core_properties
    properties.title, properties.author = document.title, document.author or document.organisation
    properties.language = "en-GB"
    properties.created = properties.modified = document.made_utc
    properties.comments = ""
    out = io.BytesIO()
    word.save(out)
    # python-docx stamps each part with this computer's clock.
    return Parts.of(out.getvalue()).to_bytes()


def _page(word: Any, document: Document) -> None:
    section = word.sections[0]
    width, height = _A4_CM
    if document.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        width, height = height, width
    section.page_width, section.page_height = Cm(width), Cm(height)
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Cm(_MARGIN_CM))
    footer = section.footer.paragraphs[0]
    footer.text = f"{document.organisation} · as of {document.dated}"
    footer.runs[0].font.size = Pt(8)


def _styles(word: Any) -> None:
    brand = RGBColor.from_string(palette.brand)
    body = word.styles["Normal"]
    body.font.name, body.font.size = "Calibri", Pt(10)
    body.paragraph_format.space_after = Pt(4)
    for name, size in (("Title", 20), ("Heading 1", 13), ("Subtitle", 9.5), ("Caption", 9)):
        style = word.styles[name]
        style.font.name, style.font.size, style.font.italic = "Calibri", Pt(size), False
        style.font.color.rgb = brand if size > 10 else RGBColor.from_string(palette.muted)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for known in list(fonts.attrib):
            # The theme's fonts go before the named ones and differ by program.
            if known.endswith("Theme"):
                del fonts.attrib[known]
    word.styles["Heading 1"].paragraph_format.space_before = Pt(10)
    word.styles["Heading 1"].paragraph_format.space_after = Pt(3)
    word.styles["Caption"].paragraph_format.keep_with_next = True


def _block(word: Any, block: Block, document: Document) -> None:
    match block:
        case Text(text):
            word.add_paragraph(text)
        case Bullets(lines, tick):
            for line in lines:
                if tick:
                    word.add_paragraph(f"☐  {line}").paragraph_format.space_after = Pt(2)
                else:
                    word.add_paragraph(line, style="List Bullet").paragraph_format.space_after = Pt(
                        2
                    )
        case Grid():
            _table(word, block, document)


def _table(word: Any, grid: Grid, document: Document) -> None:
    word.add_paragraph(grid.caption, style="Caption")
    table = word.add_table(rows=1, cols=len(grid.headers), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, not grid.widths
    _border(table)
    head = table.rows[0]
    _mark(head, "w:tblHeader")
    for cell, header in zip(head.cells, grid.headers, strict=True):
        _write(cell, header, bold=True, ink=palette.paper, fill=palette.brand)
    for line in grid.rows:
        row = table.add_row()
        _mark(row, "w:cantSplit")
        for index, (cell, text) in enumerate(zip(row.cells, line, strict=True)):
            fill = palette.brand_soft if index == 0 else None
            _write(cell, text, bold=index == 0, ink=palette.ink, fill=fill)
    if grid.widths:
        room = _A4_CM[document.landscape] - 2 * _MARGIN_CM
        for index, width in enumerate(grid.widths):
            # Word reads the cells' widths, LibreOffice those of the grid.
            table.columns[index].width = Cm(room * width / sum(grid.widths))
            for cell in table.columns[index].cells:
                cell.width = Cm(room * width / sum(grid.widths))
    word.add_paragraph().paragraph_format.space_after = Pt(0)


def _write(cell: Any, text: str, *, bold: bool, ink: str, fill: str | None) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.bold, run.font.size, run.font.color.rgb = bold, Pt(8), RGBColor.from_string(ink)
    if fill:
        shade = OxmlElement("w:shd")
        for key, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", fill)):
            shade.set(qn(key), value)
        cell._tc.get_or_add_tcPr().append(shade)


def _border(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", palette.line)):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    properties = table._tbl.tblPr
    # The schema wants the borders before the layout and the look.
    after = next((e for e in properties if e.tag in (qn("w:tblLayout"), qn("w:tblLook"))), None)
    if after is None:
        properties.append(borders)
    else:
        after.addprevious(borders)


def _mark(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))
