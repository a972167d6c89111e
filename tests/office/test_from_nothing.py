"""Random books without their stored values, read through *Start* first: every cell as it was built.

What is read first decides from where an engine meets the long columns of the hidden sheets. The
seeds follow the date and are printed; ``XLMATRIX_BOOKS=40`` draws more books, and
``XLMATRIX_FIRST_BOOK`` says from which seed on.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.books import drawn_book
from tests.matrices import few_spare_rows
from tests.office.beside import run_beside_office
from tests.office.compare import Difference, compare, error_cells
from tests.office.engines import ironcalc_values
from tests.office.libre import strip_values
from tests.office.package import Cell, Package, Value, bounds, column_cells, formula_cells

pytestmark = [pytest.mark.office, pytest.mark.slow, pytest.mark.usefixtures("few_ready")]

BOOKS = int(os.environ.get("XLMATRIX_BOOKS", "1"))
FIRST = int(os.environ.get("XLMATRIX_FIRST_BOOK", date.today().toordinal() * 100))
#: Compute a cell when it is read and not before.
_NEVER = (
    '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"'
    ' oor:op="fuse"><value>1</value></prop></item>'
)


@pytest.fixture(scope="module")
def few_ready() -> Iterator[None]:
    """Small sheets for the whole module."""
    with pytest.MonkeyPatch.context() as patch:
        few_spare_rows(patch)
        yield


def read_first(paths: list[Path], sheets: list[str], folder: Path) -> list[dict[Cell, Value]]:
    """What LibreOffice computes for each formula cell when it meets these sheets first."""
    jobs, targets = [], []
    for number, path in enumerate(paths):
        stripped, target = folder / f"stripped{number}.xlsx", folder / f"values{number}.json"
        strip_values(path, stripped)
        jobs.append({"source": str(stripped), "target": str(target), "first": sheets})
        targets.append(target)
    run_beside_office("tests.office.read_first", jobs, folder, settings=_NEVER)
    read = [json.loads(target.read_text(encoding="utf-8")) for target in targets]
    return [_values(path, rows) for path, rows in zip(paths, read, strict=True)]


def _values(path: Path, rows: dict[str, list[list[Value]]]) -> dict[Cell, Value]:
    values: dict[Cell, Value] = {}
    for sheet, cell in formula_cells(path):
        column, row, _, _ = bounds(cell)
        inside = row <= len(rows[sheet]) and column <= len(rows[sheet][row - 1])
        values[sheet, cell] = rows[sheet][row - 1][column - 1] if inside else ""
    return values


def _unlike(path: Path, values: dict[Cell, Value]) -> list[Difference]:
    # The interface gives a truth value as a number.
    numbers = {cell: float(v) if isinstance(v, bool) else v for cell, v in values.items()}
    return compare(formula_cells(path), numbers)


def test_random_books_read_through_start_are_as_they_were_built(tmp_path: Path) -> None:
    seeds = range(FIRST, FIRST + BOOKS)
    print(f"XLMATRIX_FIRST_BOOK={FIRST} XLMATRIX_BOOKS={BOOKS}")
    # The deep calendars are those of several years.
    paths = [drawn_book(seed, years=3).write(tmp_path / f"{seed}.xlsx") for seed in seeds]
    wrong = []
    for path, values in zip(paths, read_first(paths, ["Start"], tmp_path), strict=True):
        wrong += [f"{path.stem}: {cell}" for cell in error_cells(path)]
        wrong += [f"{path.stem}: {difference}" for difference in _unlike(path, values)]
    assert not wrong, f"seeds from {FIRST}\n" + "\n".join(wrong[:20])


def test_ironcalc_confirms_the_due_times_of_random_books(tmp_path: Path) -> None:
    print(f"XLMATRIX_FIRST_BOOK={FIRST} XLMATRIX_BOOKS={BOOKS}")
    wrong = []
    for seed in range(FIRST, FIRST + BOOKS):
        path = drawn_book(seed, incidents=40).write(tmp_path / f"{seed}.xlsx")
        dues = column_cells(
            path, "tIncidents", "Acknowledge due", "Response due", "Contain due", "Resolve due"
        )
        built = {cell: found for cell, found in formula_cells(path).items() if cell in set(dues)}
        wrong += [f"{seed}: {one}" for one in compare(built, ironcalc_values(path, dues))]
    assert not wrong, f"seeds from {FIRST}\n" + "\n".join(wrong[:20])


def chained(source: Path, copy: Path) -> None:
    """A copy whose start keys ask the row above, as they once did; their values stay the same."""
    part = Package(source).sheets["Calendar"]
    pattern = re.compile(r'(<c r="J(\d+)"[^>]*><f>)([^<]*)(</f>)')

    def chain(found: re.Match[str]) -> str:
        row = int(found[2])
        text = found[3] if row < 3 else f"MAX(J{row - 1}+1,{found[3]})"
        return f"{found[1]}{text}{found[4]}"

    with zipfile.ZipFile(source) as given, zipfile.ZipFile(copy, "w") as taken:
        for entry in given.infolist():
            data = given.read(entry)
            if entry.filename == part:
                text, count = pattern.subn(chain, data.decode())
                assert count > 1000
                data = text.encode()
            taken.writestr(entry, data)


def test_a_searched_key_that_asks_the_row_above_is_noticed(tmp_path: Path) -> None:
    book = drawn_book(3, years=3, incidents=50).write(tmp_path / "book.xlsx")
    faulty = tmp_path / "faulty.xlsx"
    chained(book, faulty)
    assert _unlike(faulty, read_first([faulty], ["Start"], tmp_path)[0])
