"""What a manager changes in the workbook moves every deadline as the same change of the spec does.

No Python runs in between: the edit is a value typed into a cell, LibreOffice recomputes, and the
answer is compared with a workbook built from the changed spec.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.matrices import aimed_log, few_spare_rows, matrix, write_book
from tests.office import compare
from tests.office.libre import recomputed
from tests.office.package import bounds, column_cells, formula_cells
from xlmatrix.model.calendars import build_calendar
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene

_AS_OF = datetime(2026, 6, 3, 12, 0)
Tree = dict[str, Any]


def _tree() -> Tree:
    calendars: list[Tree] = [
        {"id": "always", "name": "Around the clock", "hours": "24x7"},
        {
            "id": "office",
            "name": "Office",
            "hours": "Mon-Fri 09:00-12:30,13:15-17:30",
            "day": "7 h 45 min",
            "holidays": {"dates": {date(2026, 5, 25): "Whit", date(2026, 6, 4): "Feast"}},
            "exceptions": {date(2026, 6, 10): "10:00-12:00"},
        },
        {
            "id": "nights",
            "name": "Nights",
            "hours": "Mon-Fri 22:00-06:00",
            "holidays": {"dates": {date(2026, 6, 4): "Feast"}},
        },
    ]
    sets: list[Tree] = [
        {
            "acknowledge": {"within": "15 min", "calendar": calendar},
            "first_response": {"within": "2 h", "calendar": calendar},
            "contain": {"within": "5 h", "calendar": calendar},
            "mitigate": {"within": "1 business day", "calendar": calendar},
            "resolve": {"within": "3 business days", "calendar": calendar},
            "review": {"within": "5 days", "calendar": calendar},
        }
        for calendar in ("office", "nights", "always")
    ]
    span = {"start": date(2026, 5, 20), "end": date(2026, 6, 26)}
    return matrix("Europe/Berlin", calendars, sets, **span).model_dump(by_alias=True)


def _cell(book: Workbook, table: str, column: str, **keys: object) -> Any:
    """The cell of a table's column in the first row that has ``keys``; blank rows have None."""
    for sheet in book.worksheets:
        if table in sheet.tables:
            left, top, right, bottom = bounds(sheet.tables[table].ref)
            headers = {sheet.cell(top, x).value: x for x in range(left, right + 1)}
            for row in range(top + 1, bottom + 1):
                wanted = {key.replace("_", " "): value for key, value in keys.items()}
                if all(sheet.cell(row, headers[key]).value == v for key, v in wanted.items()):
                    return sheet.cell(row, headers[column])
    raise LookupError((table, column, keys))


@dataclass(frozen=True)
class Edit:
    """The same change, typed into the workbook and written into the spec."""

    types: Callable[[Workbook], None]
    writes: Callable[[Tree], None]


def _set(table: str, column: str, value: object, **keys: object) -> Callable[[Workbook], None]:
    def types(book: Workbook) -> None:
        _cell(book, table, column, **keys).value = value

    return types


def _add_holiday(book: Workbook) -> None:
    date_cell = _cell(book, "tHolidays", "Date", Date=None)
    row, sheet = date_cell.row, date_cell.parent
    date_cell.value = datetime(2026, 6, 5)
    sheet.cell(row, date_cell.column + 1).value = "Bridge day"
    sheet.cell(row, date_cell.column + 2).value = "All calendars"


def _write_holiday(tree: Tree) -> None:
    for calendar in tree["calendars"][1:]:
        calendar["holidays"]["dates"][date(2026, 6, 5)] = "Bridge day"


def _delete_feast(tree: Tree) -> None:
    for calendar in tree["calendars"][1:]:
        del calendar["holidays"]["dates"][date(2026, 6, 4)]


def _add_exception(book: Workbook) -> None:
    date_cell = _cell(book, "tExceptions", "Date", Date=None)
    sheet, row, first = date_cell.parent, date_cell.row, date_cell.column
    for offset, value in enumerate((datetime(2026, 6, 6), "Office", 11 / 24, 14 / 24)):
        sheet.cell(row, first + offset).value = value


def _lunch_gone(book: Workbook) -> None:
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri"):
        _cell(book, "tHours", "Close 1", Calendar="Office", Day=day).value = 17.5 / 24
        _cell(book, "tHours", "Open 2", Calendar="Office", Day=day).value = None
        _cell(book, "tHours", "Close 2", Calendar="Office", Day=day).value = None


def _put(*path: object, value: object) -> Callable[[Tree], None]:
    def writes(tree: Tree) -> None:
        node: Any = tree
        for part in path[:-1]:
            node = node[part]
        node[path[-1]] = value

    return writes


_TARGETS = ("severities", 0, "targets")
_EDITS: dict[str, Edit] = {
    "a holiday is added": Edit(_add_holiday, _write_holiday),
    "a holiday is deleted": Edit(
        _set("tHolidays", "Date", None, Holiday="Feast"),
        _delete_feast,
    ),
    "a holiday drops shifts only": Edit(
        _set("tCalendars", "A holiday closes", "shifts that begin that day", Calendar="Nights"),
        _put("calendars", 2, "holidays", "mode", value="shift"),
    ),
    "Monday opens later": Edit(
        _set("tHours", "Open 1", 10.5 / 24, Calendar="Office", Day="Mon"),
        _put(
            "calendars",
            1,
            "hours",
            value="Mon 10:30-12:30,13:15-17:30; Tue-Fri 09:00-12:30,13:15-17:30",
        ),
    ),
    "lunch is gone": Edit(_lunch_gone, _put("calendars", 1, "hours", value="Mon-Fri 09:00-17:30")),
    "an exception is added": Edit(
        _add_exception,
        _put(
            "calendars",
            1,
            "exceptions",
            value={date(2026, 6, 10): "10:00-12:00", date(2026, 6, 6): "11:00-14:00"},
        ),
    ),
    "a target is longer": Edit(
        _set("tTargets1", "Within", 7, Target="Contain"),
        _put(*_TARGETS, "contain", "within", value="7 h"),
    ),
    "a target has another unit": Edit(
        _set("tTargets1", "Unit", "days", Target="Resolve"),
        _put(*_TARGETS, "resolve", "within", value="3 days"),
    ),
    "a target runs on another calendar": Edit(
        _set("tTargets1", "Calendar", "Nights", Target="Mitigate"),
        _put(*_TARGETS, "mitigate", "calendar", value="nights"),
    ),
    "a target is struck": Edit(
        _set("tTargets1", "Within", None, Target="Mitigate"),
        _put(*_TARGETS, "mitigate", value=None),
    ),
    "the working day is shorter": Edit(
        _set("tCalendars", "Working day (h)", 6, Calendar="Office"),
        _put("calendars", 1, "day", value="6 h"),
    ),
    "a class has another severity": Edit(
        _set("tMatrix", "Severity", "SEV-3", ID="C-1"),
        _put("classes", 0, "severity", value="SEV-3"),
    ),
    "a role has another holder": Edit(
        _set("tRoles", "Primary", "Cy", Role="On call"), _put("roles", 0, "primary", value="Cy")
    ),
}
_COMPARED = {
    "tIncidents": ("Severity", "Status", "Next due", "Next step", "Response owner", "Breaches"),
    "tMatrix": ("First response", "Escalate after", "Response owner", "Customer update"),
}
_DUE = (
    "Acknowledge due",
    "Response due",
    "Contain due",
    "Mitigate due",
    "Resolve due",
    "Review due",
)


#: What is typed into one workbook; edits of the same cells, or that hide each other, are apart.
_SECOND = (
    "a holiday is deleted", "lunch is gone", "a target is struck", "the working day is shorter",
)  # fmt: skip
_THIRD = ("a class has another severity", "a role has another holder")
_BOOKS = (
    tuple(title for title in _EDITS if title not in _SECOND + _THIRD), _SECOND, _THIRD,
)  # fmt: skip


def _log() -> IncidentLog:
    plain = MatrixSpec.model_validate(_tree())
    calendars = [build_calendar(plain, calendar.id) for calendar in plain.calendars]
    return aimed_log(calendars, 3, 30, seed=9)


def _build(tree: Tree, path: Path) -> Path:
    return write_book(MatrixSpec.model_validate(tree), _log(), _AS_OF, path)


def _written(titles: Iterable[str]) -> Tree:
    tree = _tree()
    for title in titles:
        _EDITS[title].writes(tree)
    return tree


def _answers(tree: Tree) -> list[list[Any]]:
    spec = MatrixSpec.model_validate(tree)
    frame = make_scene(spec, _log(), as_of=_AS_OF, created=_AS_OF).frame
    return [list(map(str, frame[header])) for header in (*_COMPARED["tIncidents"], *_DUE)]


@pytest.mark.office
@pytest.mark.parametrize("titles", _BOOKS, ids=["first", "second", "third"])
def test_what_is_typed_moves_deadlines_as_the_spec_does(
    titles: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_spare_rows(monkeypatch)
    book = openpyxl.load_workbook(_build(_tree(), tmp_path / "plain.xlsx"))
    for title in titles:
        _EDITS[title].types(book)
    book.save(tmp_path / "edited.xlsx")
    got = recomputed(tmp_path / "edited.xlsx")
    due = _values(_build(_written(titles), tmp_path / "expected.xlsx"))
    wrong = {
        cell: (due[cell], got[cell])
        for cell in due
        if not compare.same(due[cell], got[cell], "instant")
    }
    assert not wrong, f"{titles}: {len(wrong)} cells, first {next(iter(wrong.items()))}"


@pytest.mark.parametrize("title", _EDITS)
def test_each_edit_moves_something_among_the_others_of_its_workbook(title: str) -> None:
    titles = next(titles for titles in _BOOKS if title in titles)
    without = _answers(_written(other for other in titles if other != title))
    assert _answers(_written(titles)) != without


def _values(path: Path) -> dict[Any, Any]:
    cells = formula_cells(path)
    wanted = [
        cell
        for table, headers in _COMPARED.items()
        for cell in column_cells(path, table, *headers, *(_DUE if table == "tIncidents" else ()))
    ]
    return {cell: cells[cell].value for cell in wanted}
