"""The matrix on paper: brief, checklist, after-action report; Markdown, HTML, Word and PDF."""

from __future__ import annotations

from xlmatrix.papers.after_action import Held, after_action_document
from xlmatrix.papers.blocks import Bullets, Document, Grid, Section, Text
from xlmatrix.papers.checklist import checklist_csv, checklist_document
from xlmatrix.papers.compose import compose
from xlmatrix.papers.markdown import to_markdown
from xlmatrix.papers.page import to_html
from xlmatrix.papers.pdf import to_pdf
from xlmatrix.papers.word import to_docx

__all__ = [
    "Bullets",
    "Document",
    "Grid",
    "Held",
    "Section",
    "Text",
    "after_action_document",
    "checklist_csv",
    "checklist_document",
    "compose",
    "to_docx",
    "to_html",
    "to_markdown",
    "to_pdf",
]
