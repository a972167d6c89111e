"""What users put on sheets that no cell of the new workbook can hold: listed, never dropped."""

from __future__ import annotations

from xlmatrix.formula.render import column_letters
from xlmatrix.regen.carry import Cargo
from xlmatrix.regen.merge import Change, Outcome
from xlmatrix.regen.reader import SheetPart

#: Parts that belong to the workbook and to no sheet: (beginning, name for --allow-loss, words).
_PROGRAMS = (
    ("xl/vbaProject", "macros", "the macros: build anew with --macros and its incidents"),
    ("xl/webextensions/", "script", "the script: build anew with --lite and its incidents"),
    ("xl/externalLinks/", "links", "links to other workbooks"),
    ("xl/chartsheets/", "chart sheets", "sheets that are a chart: copy the charts elsewhere"),
    ("xl/dialogsheets/", "dialog sheets", "dialog sheets"),
    ("xl/macrosheets/", "macro sheets", "macro sheets"),
    ("xl/model/", "data model", "the data model"),
    ("xl/connections.xml", "connections", "connections to data"),
)


def lose_programs(cargo: Cargo) -> None:
    """Parts of the workbook that are no sheets of cells."""
    for beginning, name, what in _PROGRAMS:
        if any(part.startswith(beginning) for part in cargo.used.contents.extras):
            cargo.lose(name, what)


def list_arrays(cargo: Cargo) -> None:
    """Formulas over arrays on sheets that people see: their values stay.

    As a formula of one cell it would give another value, without a word.
    """
    used = cargo.used
    seen = [used.contents.sheet(name) for name in used.sheet_names.values()]
    for part in [*seen, *used.own_sheets]:
        if part is not None:
            cargo.changes.extend(_arrays(part))


def _arrays(part: SheetPart) -> list[Change]:
    note = "a formula over arrays cannot be carried over; its value stays"
    return [
        Change(
            Outcome.REFUSED,
            "",
            f"{column_letters(column)}{row}",
            "",
            before=f"{{={formula}}}",
            after=part.cells.values.get((row, column)),
            note=note,
            sheet=part.name,
        )
        for (row, column), formula in part.cells.arrays.items()
    ]
