"""Finished books: what is searched does not chain, and no formula is long."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.books import drawn_book
from tests.office.layout import Layout, searched_operands
from tests.office.package import NS, Package, formula_cells, letters
from tests.office.test_histories import column_of
from xlmatrix.cli import app
from xlmatrix.formula import MOST_CHARS
from xlmatrix.tables.flags import MARK

ROOT = Path(__file__).parents[2]
BUILDS = {
    "demo": ("standard", *(
        part
        for log in ("incidents", "pauses", "changes", "reopened")
        for part in (f"--{log}", str(ROOT / "examples" / f"demo_{log}.csv"))
    )),
    "basic": ("basic",),
    "standard": ("standard",),
    "enterprise": ("enterprise",),
}  # fmt: skip
BOOKS = (*BUILDS, "random")
#: Keys that are searched approximately: the sheet and the header.
_KEYS = (
    ("Calendar", "Start key"),
    ("Calendar", "Worked key"),
    ("Event line", "order key"),
    ("Pause line", "begin key"),
    ("Pause line", "net key 1"),
)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The demo, the templates, and a random book of three calendars with all logs."""
    folder = tmp_path_factory.mktemp("layout")
    found = {"random": drawn_book(3, policy="proportional").write(folder / "random.xlsx")}
    for name, (template, *more) in BUILDS.items():
        found[name] = folder / f"{name}.xlsx"
        given = ["build", "--template", template, *more, "--as-of", "2026-11-16 10:30"]
        done = CliRunner().invoke(app, [*given, "-o", str(found[name])])
        assert done.exit_code == 0, done.output
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_no_column_that_is_searched_approximately_asks_itself(
    books: dict[str, Path], name: str
) -> None:
    layout = Layout(books[name])
    searched = {(sheet, letters(column)) for sheet, column, *_ in layout.searched}
    assert {(sheet, column_of(books[name], sheet, header)) for sheet, header in _KEYS} <= searched
    assert not layout.chains(), "\n".join(map(str, layout.chains()))


@pytest.mark.slow
@pytest.mark.parametrize(("sheet", "header"), _KEYS)
def test_a_key_that_asks_the_row_above_is_found(
    books: dict[str, Path], sheet: str, header: str, tmp_path: Path
) -> None:
    """Each key as such keys once were: the row above and one, where that is more."""
    column, copy = column_of(books["random"], sheet, header), tmp_path / "chained.xlsx"
    _chained(books["random"], copy, sheet, column)
    assert [(chain.sheet, chain.column) for chain in Layout(copy).chains()] == [(sheet, column)]


def _chained(source: Path, copy: Path, sheet: str, column: str) -> None:
    part = Package(source).sheets[sheet]
    pattern = re.compile(rf'(<c r="{column}(\d+)"[^>]*><f>)([^<]*)(</f>)')

    def chain(found: re.Match[str]) -> str:
        return f"{found[1]}MAX({column}{int(found[2]) - 1}+1,{found[3]}){found[4]}"

    with zipfile.ZipFile(source) as given, zipfile.ZipFile(copy, "w") as taken:
        for entry in given.infolist():
            data = given.read(entry)
            if entry.filename == part:
                data = pattern.sub(chain, data.decode()).encode()
            taken.writestr(entry, data)


@pytest.mark.parametrize(
    ("formula", "searched"),
    [
        ("MATCH(1,A2:A9,1)", ["A2:A9"]),
        ("MATCH(1,A2:A9)", ["A2:A9"]),
        ("MATCH(1,A2:A9,)", []),
        ("MATCH(1,A2:A9,0)", []),
        ("MATCH(1,A2:A9,-1)", ["A2:A9"]),
        ("INDEX(B2:B9,MATCH(MAX(C1,2),Tz_U,1))", ["Tz_U"]),
        ("MATCH(1,CHOOSE(2,A2:A9,B2:B9),1)", ["A2:A9", "B2:B9"]),
        ("VLOOKUP(1,A2:B9,2)", ["A2:B9"]),
        ("VLOOKUP(1,A2:B9,2,FALSE)", []),
        ("VLOOKUP(1,A2:B9,2,TRUE)", ["A2:B9"]),
        ("LOOKUP(1,tLog[At],tLog[To])", ["tLog[At]"]),
        ('IF(A1="MATCH(1,A2:A9)",0,1)', []),
    ],
)
def test_the_ranges_that_a_formula_searches_approximately(
    formula: str, searched: list[str]
) -> None:
    assert list(searched_operands(formula)) == searched


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_no_formula_is_longer_than_people_can_read(books: dict[str, Path], name: str) -> None:
    long = [
        f"{where}: {len(formula)}"
        for where, formula in _formulas(books[name])
        if len(formula) > MOST_CHARS and not _is_known(formula)
    ]
    assert not long, "\n".join(long)


#: Flags of wide tables that stand in one cell yet, and what they have: they may only get shorter.
_LONGER = {
    "tExceptions": 6950,
    "tHours": 6000,
    "tKpis": 4200,
    "tObligations": 4050,
    "tRoles": 4900,
    # A vendor is looked up by the type of its name, three times.
    "tVendorBounds": 4950,
}


def _is_known(formula: str) -> bool:
    table = next((one for one in _LONGER if f"{one}[[#This Row]" in formula), None)
    return table is not None and MARK in formula and len(formula) <= _LONGER[table]


def _formulas(path: Path) -> Iterator[tuple[str, str]]:
    for (sheet, cell), found in formula_cells(path).items():
        yield f"{sheet}!{cell}", found.formula
    package = Package(path)
    for sheet in package.sheets:
        for table in package.tables(sheet):
            for column in table.iterfind("m:tableColumns/m:tableColumn", NS):
                text = column.findtext("m:calculatedColumnFormula", "", NS)
                yield f"{table.get('displayName')}[{column.get('name')}]", text
