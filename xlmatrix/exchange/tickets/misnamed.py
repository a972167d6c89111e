"""Columns of a mapping that a file does not have, and fields that no ticket has."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from xlmatrix.errors import Finding, Level, listed
from xlmatrix.exchange.files.tabled import normal
from xlmatrix.exchange.tickets.layout import Layout
from xlmatrix.exchange.tickets.raw import TableReader
from xlmatrix.exchange.tools.form import NUMBERS, STAMPS, TEXTS

_MOST_HEADERS: Final = 24


def misnamed(readers: Sequence[TableReader]) -> list[Finding]:
    """What mappings say under ``columns`` that no file answers to, and what is near it."""
    columns = {key: one for reader in readers for key, one in reader.layout.unused.items()}
    answered = {key for reader in readers if not reader.layout.unused for key in columns}
    layout = readers[0].layout
    return [_finding(layout, *one) for one in columns.items() if one[0] not in answered]


def _finding(layout: Layout, key: str, column: str) -> Finding:
    form = layout.form
    said = f"import.{form.tool}.columns says that '{key[:40]}' stands under '{column[:40]}'"
    fields = dict.fromkeys((*form.fields, *TEXTS, *STAMPS, *NUMBERS))
    known = {normal(one): one for name in fields for one in (name, *form.fields.get(name, ()))}
    if normal(key) not in known:
        near = _near(key, {normal(one): one for one in fields}) or _near(key, known)
        what, mend = f"{said}, and there is no such field", "Use a field as docs/import.md lists it"
    else:
        headers = _headers(layout)
        near = _near(column, {normal(one): one for one in headers})
        shown = listed((one[:40] for one in headers), ", ", _MOST_HEADERS)
        what, mend = f"{said}, and the file has no such column but {shown}", "Correct the name"
    return Finding(
        Level.WARNING, "import-unused", what, layout.tabled.name,
        f"Did you mean '{near[:40]}'? Else {mend[:1].lower()}{mend[1:]}" if near else mend,
    )  # fmt: skip


def _headers(layout: Layout) -> list[str]:
    """What the columns of a table are called, or the fields of its records."""
    tabled = layout.tabled
    if tabled.structured:
        return sorted({str(key) for one in tabled.looked_at for key in one})
    return [one.strip() for one in tabled.header if one.strip()]


def _near(word: str, known: dict[str, str]) -> str:
    close = get_close_matches(normal(word), known, n=1, cutoff=0.6)
    return known[close[0]] if close else ""
