"""Anything typed into any typed cell: the sheet says what the engine says, and no cell an error.

Each book has random values in many rows of every table, one a row, as Excel saves them. The seed
follows the date and is printed; ``XLMATRIX_TYPINGS=300`` types that often into every column, of
most rows into half of their cells or all, until ``XLMATRIX_TYPINGS_BOOKS`` books are done;
``XLMATRIX_FIRST_TYPINGS`` says from which seed on. ``XLMATRIX_TYPINGS_TABLES=tHours,tRoles`` types
into these tables alone, and into all of their columns, whatever ``typings/known.py`` leaves out;
``names`` stands for the input cells with a name and no table.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import Final

import pytest

from tests.matrices import few_spare_rows
from tests.office.engines import ironcalc_values
from tests.office.libre import recomputed
from tests.office.package import Cell, ExcelError, Package, Value, bounds, cell_values
from tests.office.typings.engine import said_by_engine
from tests.office.typings.flagged import silences
from tests.office.typings.judge import Fault, Look, faults
from tests.office.typings.known import left_out, untyped
from tests.office.typings.spots import Spot, named_spots, spots_of, type_into
from tests.office.typings.values import WORDS, typing
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.tables.kinds import stamp_of

pytestmark = [pytest.mark.office, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
#: How often every column is typed into at least; 0 draws one book.
TIMES = int(os.environ.get("XLMATRIX_TYPINGS", "0"))
BOOKS = int(os.environ.get("XLMATRIX_TYPINGS_BOOKS", "1000"))
FIRST = int(os.environ.get("XLMATRIX_FIRST_TYPINGS", date.today().toordinal() * 100))
ONLY = frozenset(filter(None, os.environ.get("XLMATRIX_TYPINGS_TABLES", "").split(",")))
_SINCE = "2026-11-06"
_MOST_A_TABLE = 40
#: Faults told of a row, or of a sheet in which nobody typed.
_TOLD = 2


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workbook with every table, small: the last incidents of the demo, few ready rows."""
    folder = tmp_path_factory.mktemp("typings")
    kept = _late_rows("incidents", lambda row: row["opened"] >= _SINCE, folder)
    for log in ("pauses", "changes", "reopened"):
        _late_rows(log, lambda row: row["incident"] in kept, folder)
    with pytest.MonkeyPatch.context() as patch:
        few_spare_rows(patch)
        api.build(
            loads(_with_teams(api.new(template="enterprise", start=date(2026, 11, 1), months=1))),
            incidents=folder / "incidents.csv",
            logs={log: folder / f"{log}.csv" for log in ("pauses", "changes", "reopened")},
            as_of="2026-11-16 10:30",
            output=folder / "built.xlsx",
        )
        yield folder / "built.xlsx"


def _with_teams(spec: str) -> str:
    """A spec with two teams, one of which the ladder of the worst severity calls."""
    people = [
        text.partition(": ")[2] for text in spec.splitlines() if text.startswith("  - name: ")
    ]
    teams = "".join(
        f"  - {{id: {known}, name: {known.title()}, members: [{', '.join(members)}]}}\n"
        for known, members in (("bridge", people[:3]), ("night", people[3:5]))
    )
    step = "      - {level: 1, after: 2 min, team: bridge, channel: page}\n"
    with_step = spec.replace("    ladder:\n", f"    ladder:\n{step}", 1)
    return with_step.replace("\nseverities:\n", f"\nteams:\n{teams}\nseverities:\n", 1)


def _late_rows(log: str, wanted: Callable[[dict[str, str]], bool], folder: Path) -> set[str]:
    with (ROOT / f"examples/demo_{log}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [row for row in rows if wanted(row)]
    with (folder / f"{log}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(kept)
    return {next(iter(row.values())) for row in kept}


def _spots(package: Package) -> list[Spot]:
    spots = [*spots_of(package), *named_spots(package)]
    found = [spot for spot in spots if not ONLY or spot.kind[0] in ONLY]
    return found if ONLY else [spot for spot in found if not untyped(*spot.kind)]


def _drawn(seed: int, package: Package, spots: list[Spot]) -> dict[Spot, Value]:
    """Values for many rows, for one cell in most of them and half of the cells in the others."""
    random = Random(seed)
    values: dict[Cell, Value] = {
        (title, ref): value
        for title in package.sheets
        for ref, formula, value in cell_values(package, title)
        if formula is None and value not in (None, "")
    }
    rows = _rows(spots, values)
    sizes = Counter(table for table, _ in rows)
    words = {
        table: [values[s.cell] for s in spots if s.table == table and s.cell in values]
        for table in sizes
    }
    drawn: dict[Spot, Value] = {}
    for (table, _), row in rows.items():
        if TIMES or random.random() < min(0.7, _MOST_A_TABLE / sizes[table]):
            half = (len(row) + 1) // 2
            cells = random.sample(
                row, random.choice((1, half, len(row)) if TIMES else (1, 1, half))
            )
            typed = {spot: typing(random, spot.column, words[table]) for spot in cells}
            if table == "AsOf_Input" and any(stamp_of(value) is None for value in typed.values()):
                # Without one it is another time in each program.
                continue
            filled = {spot for spot in row if spot.cell in values}
            if filled and filled <= {spot for spot, value in typed.items() if value is None}:
                continue
            drawn |= {s: v for s, v in typed.items() if ONLY or not left_out(*s.kind, v)}
    return drawn


#: What a name is in one place and where it is meant: numbers, and texts that look like one.
_NUMBER_NAMES: Final = ((4711.5, 4711.5), ("17", 17.0), (23.0, "23"))


def _numbers_for_names(package: Package, spots: list[Spot]) -> dict[Spot, Value]:
    """Numbers in three cells of each column of words: of its own rows, if it has as many filled."""
    filled = {
        (title, ref)
        for title in package.sheets
        for ref, formula, value in cell_values(package, title)
        if formula is None and value not in (None, "")
    }
    columns: dict[tuple[str, str], list[Spot]] = {}
    for spot in spots:
        if spot.column.kind.id in WORDS:
            columns.setdefault((spot.table, spot.column.id), []).append(spot)
    drawn: dict[Spot, Value] = {}
    places: Counter[str] = Counter()
    for (table, _), column in columns.items():
        vocabulary = column[0].column.kind.vocabulary
        chosen = vocabulary is not None and vocabulary.source is not None
        cells = [spot for spot in column if spot.cell in filled] or column[: len(_NUMBER_NAMES)]
        for pair in _NUMBER_NAMES[: len(cells)]:
            drawn[cells[places[table] % len(cells)]] = pair[chosen]
            places[table] += 1
    return {spot: value for spot, value in drawn.items() if not left_out(*spot.kind, value)}


def _rows(spots: list[Spot], values: Mapping[Cell, Value]) -> dict[tuple[str, int], list[Spot]]:
    """The rows to type in: the engine's workbook leaves none blank between others."""
    rows: dict[tuple[str, int], list[Spot]] = {}
    for spot in spots:
        rows.setdefault((spot.table, spot.row), []).append(spot)
    blank: set[str] = set()
    for table, number in list(rows):
        if not any(spot.cell in values for spot in rows[table, number]):
            if table in blank:
                del rows[table, number]
            blank.add(table)
    return rows


def _judged(
    seed: int, built: Path, folder: Path
) -> tuple[dict[Spot, Value], list[Fault], list[str], int]:
    package = Package(built)
    typed = _drawn(seed, package, _spots(package))
    # LibreOffice has no booleans of its own, other days before March 1900, and finds a number where
    # a text like it is sought: what it then says must be no error, and IronCalc says what the sheet
    # says.
    plain = seed % 2 == 0
    if plain:
        typed = {s: v for s, v in typed.items() if not _odd_for_libreoffice(v)}
    path = folder / f"typed{seed}.xlsx"
    type_into(package, {spot.cell: value for spot, value in typed.items()}, path)
    said = {"LibreOffice": recomputed(path), "IronCalc": ironcalc_values(path)}
    trusted = {*said} if plain else {"IronCalc"}
    engine, flagged = said_by_engine(path)
    mine = Look(Package(path))
    found, compared = faults(mine, said, Look(engine), trusted=trusted)
    quiet = [one for program in trusted for one in silences(mine, said[program], typed, flagged)]
    return typed, found, quiet, compared


def _odd_for_libreoffice(value: Value) -> bool:
    if isinstance(value, str) and not isinstance(value, ExcelError):
        return bool(re.fullmatch(r"\s*[-+]?[0-9.]+\s*", value))
    return isinstance(value, bool) or (isinstance(value, float | int) and 0 < value < 61)


def _told(seed: int, typed: dict[Spot, Value], found: list[Fault]) -> str:
    """The faults, those of one row together, each beside what was typed in that row."""
    rows: dict[tuple[str, int], list[str]] = {}
    for spot, value in typed.items():
        at = spot.table, bounds(spot.cell[1])[1]
        rows.setdefault(at, []).append(f"{spot.column.id}: {value!r:.40}")
    lines = [f"XLMATRIX_FIRST_TYPINGS={seed}: {len(found)} faults of {len(typed)} typings"]
    seen: Counter[tuple[str, int] | str] = Counter()
    for fault in found:
        beside = rows.get(fault.place[:2])
        key = fault.place[:2] if beside else fault.place[0]
        seen[key] += 1
        if seen[key] <= _TOLD:
            lines.append(f"{fault!s:.300}  <- {', '.join(beside) if beside else 'elsewhere'}")
    return "\n".join(lines)


def test_a_name_that_is_a_number_is_found_by_the_sheet_as_by_the_engine(
    built: Path, tmp_path: Path
) -> None:
    package = Package(built)
    typed = _numbers_for_names(package, _spots(package))
    path = tmp_path / "typed.xlsx"
    type_into(package, {spot.cell: value for spot, value in typed.items()}, path)
    # LibreOffice finds a number by a text that looks like it, as Excel does not.
    said = {"IronCalc": ironcalc_values(path)}
    mine, (engine, flagged) = Look(Package(path)), said_by_engine(path)
    found, compared = faults(mine, said, Look(engine), trusted={*said})
    quiet = silences(mine, said["IronCalc"], typed, flagged)
    assert compared > 20_000
    assert not [*found, *quiet], "\n".join([_told(0, typed, found), *quiet])


def test_what_is_typed_is_understood_by_the_sheet_as_by_the_engine(
    built: Path, tmp_path: Path
) -> None:
    print(f"seed {FIRST}")
    counts: Counter[tuple[str, str]] = Counter()
    compared, seed, wrong = 0, FIRST, []
    wanted = {spot.kind for spot in _spots(Package(built))}
    while not compared or (min(counts[kind] for kind in wanted) < TIMES and seed < FIRST + BOOKS):
        typed, found, quiet, cells = _judged(seed, built, tmp_path)
        counts.update(spot.kind for spot in typed)
        compared += cells
        if found or quiet:
            wrong.append("\n".join([_told(seed, typed, found), *quiet]))
        seed += 1
    fewest = Counter(min(TIMES, counts[kind]) for kind in wanted)
    print(f"{counts.total()} typings into {len(counts)} columns, {compared} cells compared")
    print(f"{seed - FIRST} books; {fewest[TIMES]} of {len(wanted)} columns {TIMES} times or more")
    assert compared > 20_000
    assert not wrong, "\n".join(wrong)
