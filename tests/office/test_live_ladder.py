"""What is typed into a ladder, the matrix, a team or Owners moves the calls without any Python.

LibreOffice recomputes the edited workbook, and the engine says the same from the book read back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.calling import COLUMNS, answered
from tests.ladder_cells import cell_of, ladder_spec
from tests.matrices import few_spare_rows
from tests.office.libre import recomputed
from tests.office.package import column_cells
from xlmatrix import api
from xlmatrix.regen import read_book
from xlmatrix.sheets.book import make_scene

pytestmark = pytest.mark.office

_AS_OF = datetime(2026, 12, 30, 11, 0)


_AGES = (1, 4, 6, 8, 12, 16, 25, 31, 40, 64, 80, 100)


def _export() -> str:
    """Two incidents of each age, some of them acknowledged two minutes after they opened."""
    lines = ["id,opened,title,class,severity,acknowledged"]
    for number in range(2 * len(_AGES)):
        opened = _AS_OF - timedelta(minutes=_AGES[number // 2], seconds=20)
        acked = opened + timedelta(minutes=2)
        answer = f"{acked}" if number % 3 == 2 and acked <= _AS_OF else ""
        kind = "REL-01" if number % 2 else "SEC-01"
        lines.append(f"I-{number},{opened},An incident,{kind},SEV-1,{answer}")
    return "\n".join(lines) + "\n"


def _type(table: str, column: str, row: int | str, value: object) -> Callable[[Workbook], None]:
    def typed(book: Workbook) -> None:
        cell_of(book, table, column, row).value = value

    return typed


def _repeat_after(book: Workbook) -> None:
    sheet, cell = book.defined_names["Repeat_After_1"].value.replace("'", "").split("!")
    book[sheet][cell.replace("$", "")].value = 45


#: What is typed, and which edits one workbook takes: each time the two do not touch each other.
_EDITS: dict[str, tuple[Callable[[Workbook], None], ...]] = {
    "a target's share, and whom a role stands for": (
        _type("tTargets1", "Within", "First response", 7),
        _type("tRoles", "Backup", "On-call", "Viktor Hansen"),
    ),
    "an owner, and a role for a team": (
        _type("tLadder1", "Role", 1, "Communications owner of the class"),
        _type("tLadder1", "Role", 3, "Quality"),
    ),
    "both, and until the answer": (
        _type("tLadder1", "Contact", 1, "both"),
        _type("tLadder1", "Until", 3, "acknowledged"),
    ),
    "always, and another family": (
        _type("tLadder1", "Until", 1, "always"),
        _type("tLadder1", "For", 2, "reliability, privacy"),
    ),
    "for information, and a share for minutes": (
        _type("tLadder1", "Inform", 1, "yes"),
        _type("tLadder1", "Unit", 2, "% of first response"),
    ),
    "the owner of a class, and a member of a team": (
        _type("tMatrix", "Response role", "SEC-01", "On-call"),
        _type("tOnCallTeams", "Person 2", 1, "Viktor Hansen"),
    ),
    "when it begins again, and a name that nobody has": (
        _repeat_after,
        _type("tLadder1", "Role", 2, "Nobody we know"),
    ),
}


def _shown(path: Path) -> list[Any]:
    """What LibreOffice computes for the visible columns of the log."""
    values = recomputed(path)
    cells: dict[str, list[Any]] = {
        column: [values[at] for at in column_cells(path, "tIncidents", column)]
        for column in COLUMNS
    }
    for column in ("Fired at", "Next call at"):
        cells[column] = [v * 86400 if isinstance(v, float) else v for v in cells[column]]
    return [answered(cells, row) for row in range(2 * len(_AGES))]


def _engine(path: Path) -> list[Any]:
    """What the engine says of the workbook as it is read back."""
    used = read_book(path)
    made = make_scene(used.spec, used.log, as_of=_AS_OF, created=_AS_OF, typed=used.typed)
    cells = {column: made.frame[column] for column in COLUMNS}
    return [answered(cells, row) for row in range(2 * len(_AGES))]


def test_what_is_typed_calls_in_the_sheet_whom_the_engine_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_spare_rows(monkeypatch)
    plain = tmp_path / "plain.xlsx"
    spec, export = tmp_path / "matrix.yaml", tmp_path / "incidents.csv"
    spec.write_text(ladder_spec(), encoding="utf-8")
    export.write_text(_export(), encoding="utf-8")
    api.build(spec, incidents=export, as_of=_AS_OF, output=plain)
    before = _shown(plain)
    assert before == _engine(plain)
    for number, (title, edits) in enumerate(_EDITS.items()):
        book = openpyxl.load_workbook(plain)
        for edit in edits:
            edit(book)
        path = tmp_path / f"edited{number}.xlsx"
        book.save(path)
        found, said = _shown(path), _engine(path)
        wrong = [pair for pair in zip(found, said, strict=True) if pair[0] != pair[1]]
        assert not wrong, f"{title}: {len(wrong)} rows, first {wrong[0]}"
        assert found != before, f"{title}: nothing moved"
    checks = [recomputed(path)[at] for at in column_cells(path, "tLadder1", "Check")]
    assert checks[1] == "Nobody is called so: choose from the list"
    assert not any(checks[:1] + checks[2:])
