"""Looks by role: a cell names what it is (``input.date``), the theme says how that looks."""

from xlmatrix.style.theme import (
    Align,
    Look,
    Palette,
    bands,
    look,
    palette,
    roles,
)

__all__ = ["Align", "Look", "Palette", "bands", "look", "palette", "roles"]
