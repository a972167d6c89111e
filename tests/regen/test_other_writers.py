"""What ExcelJS and SheetJS make of a workbook is read as if nobody had left anything out."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.regen.editions import OLD
from tests.regen.keeping import lost
from tests.regen.sheets import Op, computed_of, plain, read
from tests.regen.writers import WRITERS, saved
from xlmatrix import api
from xlmatrix.model import loads

pytestmark = pytest.mark.usefixtures("few_ready_rows")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    export = folder / "incidents.csv"
    export.write_text(
        "id,opened,title\nA-1,2026-03-09 09:30,Slow\nA-2,2026-03-13 17:10,None\n", encoding="utf-8"
    )
    path = folder / "matrix.xlsx"
    api.build(loads(OLD), incidents=export, as_of="2026-03-16 10:30", output=path)
    return path


@pytest.fixture(scope="module")
def edited(built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workbook with the same edits, saved by each of the programs."""
    folder = tmp_path_factory.mktemp("edited")
    jobs: list[dict[str, object]] = [
        {"program": program, "source": str(built), "target": str(folder / f"{program}.xlsx"),
         "ops": _edits(built)}
        for program in WRITERS
    ]  # fmt: skip
    jobs += [{**job, "target": f"{job['target']}.untouched.xlsx", "ops": []} for job in jobs]
    saved(jobs, folder)
    return {str(job["program"]): Path(str(job["target"])) for job in jobs[:2]}


def _edits(built: Path) -> list[Op]:
    book = read(built)
    log, people, targets = (book.tables[name] for name in ("tIncidents", "tPeople", "tTargets1"))
    free = log.free[0]
    return [
        ("set", log.sheet, log.numbers[0], log.column_of("Notes"), "Called twice"),
        ("set", log.sheet, free, log.column_of("ID"), "A-9"),
        ("set", log.sheet, free, log.column_of("Opened"), 46100.5),
        ("set", people.sheet, people.numbers[0], people.column_of("Phone"), "+49 30 7"),
        ("set", targets.sheet, targets.numbers[0], targets.column_of("Within"), 7),
        ("set", *book.places["Soon_Min"], 45),
        ("add_sheet", "Mine", [(1, 1, "Budget"), (2, 1, 4), (3, 1, "=A2*2")]),
    ]


@pytest.mark.parametrize("program", WRITERS)
def test_nothing_typed_before_the_resave_is_lost(
    program: str, built: Path, edited: dict[str, Path], tmp_path: Path
) -> None:
    computed = computed_of(built)
    new, again = tmp_path / "new.xlsx", tmp_path / "again.xlsx"
    done = api.regenerate(edited[program], output=new)
    grids = read(new, computed)
    for _, sheet, row, column, value in _edits(built)[:-1]:
        assert value in _below(grids.cells, sheet, column), (sheet, row, column)
    mine = read(edited[program], computed)
    assert not lost(read(built, computed), mine, grids)
    assert not done.report.lost
    assert api.regenerate(new, output=again).data == done.data


def _below(cells: dict[tuple[str, int, int], object], sheet: str, column: int) -> list[object]:
    """What stands in a column of a sheet, dates as their numbers."""

    return [
        plain(value) for (title, _, at), value in cells.items() if (title, at) == (sheet, column)
    ]


@pytest.mark.parametrize("program", WRITERS)
def test_what_such_a_program_leaves_out_comes_back(
    program: str, built: Path, edited: dict[str, Path], tmp_path: Path
) -> None:
    untouched = Path(f"{edited[program]}.untouched.xlsx")
    done = api.regenerate(untouched, output=tmp_path / "new.xlsx")
    assert not done.report.changes
    was, new = openpyxl.load_workbook(built), openpyxl.load_workbook(tmp_path / "new.xlsx")
    for sheet in was.worksheets:
        now = new[sheet.title]
        assert now.sheet_state == sheet.sheet_state
        assert now.tables.keys() == sheet.tables.keys()
        assert len(now.data_validations.dataValidation) == len(
            sheet.data_validations.dataValidation
        )
        assert len(now.conditional_formatting) == len(sheet.conditional_formatting)
        assert [c.style for c in now[4]] == [c.style for c in sheet[4]]
