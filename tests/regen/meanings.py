"""Workbooks in which cells were typed that mean nothing, and what was said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.regen.sheets import apply, read
from xlmatrix import api
from xlmatrix.errors import Finding
from xlmatrix.model import loads

#: Table, which of its rows (blank ones behind the others), cells, and the code of what is flagged.
Typing = tuple[str, int, dict[str, Any], str]


@dataclass(frozen=True)
class Books:
    """The workbook as typed, regenerated from it, and the codes that were said of both."""

    edited: Path
    new: Path
    checked: list[str]
    said: list[str]
    rows: list[str]
    """The row that each finding of the check is about."""


def books_of(
    folder: Path, template: str, typed: Sequence[Typing], figures: Mapping[str, Any]
) -> Books:
    """Build a small workbook, type into it, check it and regenerate it."""
    built, edited, new = (folder / f"{name}.xlsx" for name in ("built", "edited", "new"))
    spec = loads(api.new(template=template, start=date(2026, 11, 1), months=2))
    api.build(spec, as_of="2026-11-16 10:30", output=built)
    before = read(built)
    ops: list[tuple[Any, ...]] = []
    for name, place, cells, _ in typed:
        table = before.tables[name]
        row = table.free[-1 - place] if place < 0 else table.numbers[place]
        ops += [("set", table.sheet, row, table.column_of(h), v) for h, v in cells.items()]
    ops += [("set", *before.places[name], value) for name, value in figures.items()]
    apply(built, edited, ops)
    checked = api.check(edited, quick=True)
    rows = [one.path for one in checked if one.code.startswith("typed-")]
    regenerated = api.regenerate(edited, output=new).findings
    return Books(edited, new, _codes(checked), _codes(regenerated), rows)


def _codes(findings: Iterable[Finding]) -> list[str]:
    """The codes of what means nothing, without what the spec alone has no place for."""
    flagged = ("typed-", "scope-contradicts")
    codes = [one.code for one in findings if one.code.startswith(flagged)]
    return sorted(code for code in codes if code != "typed-odd")
