"""A document as one HTML file: nothing from the network, fit for print and for screen readers."""

from __future__ import annotations

from html import escape

from xlmatrix.papers.blocks import Block, Bullets, Document, Grid, Text
from xlmatrix.style import palette

# Written for this document alone; the colours are those of the workbook, 4.5:1 and better on paper.
_CSS = """
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: #{paper}; color: #{ink};
  font: 10.5pt/1.4 Calibri, Carlito, "Segoe UI", Arial, sans-serif; }}
main {{ max-width: {width}; margin: 0 auto; padding: 1.2cm; }}
h1 {{ margin: 0; color: #{brand}; font-size: 20pt; line-height: 1.2; }}
header p {{ margin: .2em 0 1.2em; color: #{muted}; }}
h2 {{ margin: 1.1em 0 .4em; padding-bottom: .15em; border-bottom: 2px solid #{brand};
  color: #{brand}; font-size: 13pt; break-after: avoid; }}
p, ul {{ margin: .3em 0 .6em; }}
ul {{ padding-left: 1.3em; }}
ul.tick {{ list-style: none; padding-left: .1em; }}
ul.tick li::before {{ content: "\\2610\\00a0\\00a0"; }}
.scroll {{ overflow-x: auto; }}
table {{ width: 100%; margin: .3em 0 .9em; border-collapse: collapse; font-size: 9pt;
  line-height: 1.3; }}
caption {{ padding: .2em 0; color: #{muted}; text-align: left; font-size: 9pt; }}
th, td {{ padding: .25em .5em; border: 1px solid #{line}; text-align: left;
  vertical-align: top; overflow-wrap: break-word; }}
thead th {{ background: #{brand}; color: #{paper}; border-color: #{brand}; }}
tbody th {{ background: #{soft}; font-weight: 600; }}
footer {{ margin-top: 1.5em; color: #{muted}; font-size: 8.5pt; }}
@page {{ size: A4{orientation}; margin: 1.4cm; }}
@media print {{
  main {{ max-width: none; padding: 0; }}
  body {{ font-size: 9.5pt; }}
  table {{ font-size: 8pt; }}
  thead {{ display: table-header-group; }}
  tr, li {{ break-inside: avoid; }}
  section.alone {{ break-before: page; }}
  thead th, tbody th {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
}}
"""
_ALONE = ' class="alone"'


def to_html(document: Document) -> str:
    """The document as a self-contained page in UTF-8."""
    css = _CSS.format(
        paper=palette.paper,
        ink=palette.ink,
        brand=palette.brand,
        muted=palette.muted,
        line=palette.line,
        soft=palette.brand_soft,
        width="27cm" if document.landscape else "21cm",
        orientation=" landscape" if document.landscape else "",
    )
    body = "\n".join(
        f'<section{_ALONE if section.alone else ""} aria-labelledby="s{n}">\n'
        f'<h2 id="s{n}">{escape(section.title)}</h2>\n'
        + "\n".join(_block(block) for block in section.blocks)
        + "\n</section>"
        for n, section in enumerate(document.sections, start=1)
    )
    about = " · ".join((document.subtitle, document.organisation, document.dated))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)} – {escape(document.organisation)}</title>\n"
        f"<style>{css}</style>\n</head>\n<body>\n<main>\n<header>\n"
        f"<h1>{escape(document.title)}</h1>\n<p>{escape(about)}</p>\n</header>\n{body}\n"
        f"<footer>{escape(document.organisation)} · as of {escape(document.dated)}</footer>\n"
        "</main>\n</body>\n</html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Text(text):
            return f"<p>{escape(text)}</p>"
        case Bullets(lines, tick):
            kind = ' class="tick"' if tick else ""
            return f"<ul{kind}>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
        case Grid():
            return _table(block)


def _table(grid: Grid) -> str:
    total = sum(grid.widths) or 1
    columns = "".join(f'<col style="width:{100 * width / total:.1f}%">' for width in grid.widths)
    head = "".join(f'<th scope="col">{escape(header)}</th>' for header in grid.headers)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>\n"
        for row in grid.rows
    )
    return (
        # A region that scrolls must be reachable without a mouse.
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(grid.caption)}">'
        f"<table>\n<caption>{escape(grid.caption)}</caption>\n"
        f"{f'<colgroup>{columns}</colgroup>' if columns else ''}"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>"
    )
