"""What spreadsheet programs read in different ways is typed into the logs, one value a row.

Booleans, numbers typed as text, serials of January and February 1900, error values, halves of a
second: LibreOffice differs from Excel there (``tests/excel_values/differences.yaml``), IronCalc
hardly does. So IronCalc recomputes the regenerated workbook and confirms what Python stored.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.histories import AS_OF, scene
from tests.matrices import few_spare_rows
from tests.office.compare import compare
from tests.office.engines import ironcalc_values
from tests.office.package import column_cells, formula_cells
from tests.regen.sheets import EPOCH, Book, Op, apply, read
from xlmatrix import api
from xlmatrix.formula.errors import ERROR_VALUES
from xlmatrix.rules.logs.histories import CHANGES, PAUSES, REOPENED, LogKind
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS, TEXT_INPUTS, IncidentLog
from xlmatrix.sheets import book as sheets_book

pytestmark = pytest.mark.slow

OPENED = datetime(2026, 4, 9, 9)
LATER = datetime(2026, 4, 9, 11)
_SERIAL = (LATER - EPOCH).total_seconds() / 86400
HALF_SECOND = (round(_SERIAL * 86400) + 0.5) / 86400
#: 60 is Excel's 29 February 1900.
STAMPS = (True, False, str(_SERIAL), "TRUE", 0, 1, 59, 60, 60.5, 61, -5, 1e300, "#N/A", HALF_SECOND)
TEXTS = (True, False, "TRUE", "false", 0, 1, "1", 60, "60", 4711, "4711", "#N/A", "a*", "~", "<5")
#: Columns that get every value; the others are read in the same way and get every third.
EVERY = {"Opened", "Resolved", "From", "At", "Reopened", "ID", "Incident", "Class", "Owner", "To"}


@dataclass(frozen=True)
class Typed:
    """A row as typed."""

    table: str
    cells: dict[str, Any]


def _rows(
    table: str, good: dict[str, Any], stamps: Iterable[str], texts: Iterable[str]
) -> Iterator[Typed]:
    for headers, values in ((stamps, STAMPS), (texts, TEXTS)):
        for header in headers:
            for value in values if header in EVERY else values[:: len(values) // 4]:
                yield Typed(table, {**good, header: value})


_INCIDENT = {"Title": "Typed", "Class": "Class 2", "Opened": OPENED}
_LOGS: tuple[tuple[LogKind, dict[str, Any]], ...] = (
    (PAUSES, {"Incident": "A-1", "From": LATER}),
    (CHANGES, {"Incident": "A-1", "At": LATER, "To": "SEV-1"}),
    (REOPENED, {"Incident": "A-2", "Reopened": LATER}),
)
ROWS = [
    *_rows("tIncidents", _INCIDENT, STAMP_INPUTS, TEXT_INPUTS),
    *(row for kind, good in _LOGS for row in _rows(kind.table, good, kind.stamps, kind.texts)),
]


def _edits(book: Book) -> list[Op]:
    """Each row into the next blank row of its table."""
    blank = {name: table.free for name, table in book.tables.items()}
    return [
        ("set", table.sheet, row, table.column_of(header), value)
        for typed in ROWS
        for table, row in [(book.tables[typed.table], blank[typed.table].pop(0))]
        for header, value in ({"ID": f"T {row}"} | typed.cells).items()
        if header in table.headers
    ]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The workbook as typed, and regenerated from it."""
    folder = tmp_path_factory.mktemp("slips")
    built, edited, new = (folder / f"{name}.xlsx" for name in ("built", "edited", "new"))
    log = IncidentLog.of(
        {"ID": ["A-1", "A-2", "A-3"], "Class": ["Class 1", "Class 2", "Class 3"]},
        {
            "Opened": [np.datetime64(OPENED)] * 3,
            "Resolved": ["NaT", "NaT", np.datetime64("2026-04-09T12:00")],
        },
    )
    counts = Counter(row.table for row in ROWS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets_book, "SPARE_INCIDENTS", counts["tIncidents"])
        patch.setattr(
            sheets_book, "SPARE", tuple(counts[kind.table] for kind in (PAUSES, CHANGES, REOPENED))
        )
        api.build(scene(), incidents=log, as_of=AS_OF, output=built)
        apply(built, edited, _edits(read(built)))
    api.regenerate(edited, output=new)
    return edited, new


def test_what_was_typed_is_kept_as_it_was(books: tuple[Path, Path]) -> None:
    edited, new = (read(path, {}) for path in books)
    for name in ("tIncidents", "tPauses", "tChanges", "tReopened"):
        headers = {header for row in ROWS if row.table == name for header in row.cells}
        before, after = (
            [{h: row.get(h) for h in headers} for row in book.tables[name].rows]
            for book in (edited, new)
        )
        assert after[: len(before)] == before


def test_ironcalc_computes_what_python_stored_beside_them(books: tuple[Path, Path]) -> None:
    cells = formula_cells(books[1])
    found = compare(cells, ironcalc_values(books[1]))
    assert not found, f"{len(found)} of {len(cells)}:\n" + "\n".join(map(str, found[:30]))


def test_the_text_of_an_error_value_is_flagged_as_the_value_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_spare_rows(monkeypatch)
    errors = {header: ERROR_VALUES[n % len(ERROR_VALUES)] for n, header in enumerate(TEXT_INPUTS)}
    good = {"ID": "A-{}", "Class": "Class 2", "Title": "Typed"}
    texts = {
        header: [
            errors[header] if typed == header else good.get(header, "").format(typed)
            for typed in TEXT_INPUTS
        ]
        for header in TEXT_INPUTS
    }
    log = IncidentLog.of(texts, {"Opened": [np.datetime64(OPENED)] * len(TEXT_INPUTS)})
    path = tmp_path / "errors.xlsx"
    api.build(scene(), incidents=log, as_of=AS_OF, output=path)
    copy, count = _as_text(path, tmp_path / "texts.xlsx")
    assert count == len(TEXT_INPUTS)
    cells = column_cells(path, "tIncidents", "Check")[: len(TEXT_INPUTS)]
    stored, found = formula_cells(path), ironcalc_values(copy, cells)
    for cell, header in zip(cells, TEXT_INPUTS, strict=True):
        for said in (stored[cell].value, found[cell]):
            assert "A cell holds an error value." in str(said), header


def _as_text(path: Path, copy: Path) -> tuple[Path, int]:
    """The workbook with the error values that were typed as texts, and how many there were."""
    found = 0
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(copy, "w") as taken:
        for entry in given.infolist():
            data = given.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                data, count = re.subn(rb' t="e"><v>(#[^<]+)</v>', rb' t="str"><v>\1</v>', data)
                found += count
            taken.writestr(entry, data)
    return copy, found


def test_the_checklist_counts_roles_and_people_as_the_owners_sheet_does(tmp_path: Path) -> None:
    built, edited, new = (tmp_path / f"{name}.xlsx" for name in ("built", "edited", "new"))
    api.build(api.template("standard"), as_of="2026-11-16 10:30", output=built)
    book = read(built)
    roles, people = book.tables["tRoles"], book.tables["tPeople"]
    name, primary = people.rows[0]["Name"], roles.rows[0]["Primary"]
    apply(built, edited, [
        ("set", roles.sheet, roles.numbers[0], roles.column_of("Backup"), primary),
        ("set", roles.sheet, roles.numbers[1], roles.column_of("Backup"), "Nobody"),
        ("set", people.sheet, people.numbers[1], people.column_of("Name"), name),
    ])  # fmt: skip
    api.regenerate(edited, output=new)
    cells = {place: one for place, one in formula_cells(new).items() if place[0] == "Checklist"}
    assert compare(cells, ironcalc_values(new, cells)) == []
