"""A document as Markdown: tables in pipes, boxes to tick."""

from __future__ import annotations

import re

from xlmatrix.papers.blocks import Block, Bullets, Document, Grid, Text

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def to_markdown(document: Document) -> str:
    """The document as GitHub's Markdown; ends with a line feed."""
    lines = [
        f"# {_plain(document.title)}",
        "",
        f"{_plain(document.subtitle)} · {_plain(document.organisation)} · {_plain(document.dated)}",
        "",
    ]
    for section in document.sections:
        lines += [f"## {_plain(section.title)}", ""]
        for block in section.blocks:
            lines += [*_block(block), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _block(block: Block) -> list[str]:
    match block:
        case Text(text):
            return [_plain(text)]
        case Bullets(lines, tick):
            mark = "- [ ] " if tick else "- "
            return [mark + _plain(line) for line in lines]
        case Grid(caption, headers, rows):
            return [
                f"**{_plain(caption)}**",
                "",
                "| " + " | ".join(_plain(header) for header in headers) + " |",
                "|" + "---|" * len(headers),
                *("| " + " | ".join(_plain(cell) for cell in row) + " |" for row in rows),
            ]


def _plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
