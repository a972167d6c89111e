"""Pauses, changes and reopenings in the workbook: every formula as LibreOffice recomputes it."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from tests.histories import AS_OF, draw, scene, spared, with_history
from tests.matrices import few_spare_rows
from tests.office.compare import (
    assert_confirmed,
    assert_confirmed_by_ironcalc,
    differences,
    error_cells,
)
from tests.office.integrity import assert_sound
from tests.office.package import column_cells, formula_cells
from xlmatrix.model.duration import Duration
from xlmatrix.sheets.book import plan_book
from xlmatrix.write import render

pytestmark = pytest.mark.office


@pytest.fixture(scope="module", autouse=True)
def few_ready() -> Iterator[None]:
    """Small sheets for the whole module."""
    with pytest.MonkeyPatch.context() as patch:
        few_spare_rows(patch)
        yield


def built(path: Path, count: int, seed: int, policy: str, *, odd: bool = False) -> Path:
    log, typed = draw(count, seed, odd=odd)
    log = log if odd else spared(log, seed)
    typed = {**typed, ("", "Change_Policy", ""): policy}
    book = plan_book(scene(), log, as_of=AS_OF, created=AS_OF, typed=typed)
    path.write_bytes(render(book))
    return path


_LATE = "is later than As of: no effect yet."
_UNJUDGED = "Neither class nor severity: no clock runs, and no verdict is given."
#: Status and Check of the incidents that nobody can mean.
SLIPS = [
    ("Due soon", f"Resolved {_LATE}"),
    ("Due soon", f"Acknowledged {_LATE} Resolved {_LATE}"),
    ("Due soon", f"Internal update {_LATE} Last update {_LATE}"),
    ("Due soon", "Last update is before Opened."),
    ("Closed – met", f"Reviewed {_LATE}"),
    ("No clock", "Opened is later than As of."),
    ("On track", "Opened is later than As of."),
    ("Closed – no verdict", "Opened is before the calendars begin: no clock runs."),
    ("Closed – no verdict", _UNJUDGED),
    ("No clock", _UNJUDGED),
    ("", "Opened is missing. The row has no effect."),
    ("", "Opened is missing. The row has no effect."),
]


@pytest.mark.parametrize("policy", ["from_open", "restart", "proportional"])
def test_odd_entries_are_flagged_and_break_no_formula(policy: str, tmp_path: Path) -> None:
    path = built(tmp_path / "odd.xlsx", 60, 7, policy, odd=True)
    assert error_cells(path) == []
    assert_sound(path)
    assert_confirmed(path)
    cells = formula_cells(path)
    said = {
        str(cells[cell].value)
        for table in ("tPauses", "tChanges", "tReopened")
        for cell in column_cells(path, table, "Check")
    }
    for text in (
        "Ends before it begins.",
        "Incident is not in the log.",
        "From is not a date and time.",
        "To is not a date and time.",
        "Clock change: taken as the earlier time.",
        "From is missing.",
        "Severity is not in the matrix.",
        "At is not a date and time.",
        "Reopened is missing.",
        "From is later than As of: no effect yet. From is after the calendars end.",
        "To is after the calendars end.",
        "Incident is missing. From is missing. The row has no effect.",
        "At is later than As of: no effect yet. The row has no effect.",
        "To is missing. The row has no effect.",
        "Incident is missing. At is missing. To is missing. The row has no effect.",
        "Reopened is later than As of: no effect yet. The row has no effect.",
        "Contained is after the reopening.",
        "A stamp is before the opening.",
        "Incident is missing. Reopened is missing. The row has no effect.",
    ):
        assert any(text in one for one in said), text
    shown = {
        header: [cells[cell].value for cell in column_cells(path, "tIncidents", header)]
        for header in ("Status", "Check")
    }
    slips = list(zip(shown["Status"], shown["Check"], strict=True))[60:72]
    assert slips == SLIPS


def test_incidents_keep_the_targets_of_the_version_they_were_opened_under(tmp_path: Path) -> None:
    path = tmp_path / "history.xlsx"
    log, typed = draw(120, 5)
    book = plan_book(with_history(), log, as_of=AS_OF, created=AS_OF, typed=typed)
    path.write_bytes(render(book))
    assert_confirmed(path)


_COUNT = int(os.environ.get("XLMATRIX_HISTORIES", "140"))
#: How the incidents of each policy are drawn.
_MANY = {
    "from_open": {"seed": 11},
    "restart": {"seed": 12, "reopen": 0.2},
    "proportional": {"seed": 13, "changed": 0.6},
}


@pytest.mark.slow
@pytest.mark.parametrize("policy", _MANY)
def test_many_histories_are_recomputed_to_the_second(policy: str, tmp_path: Path) -> None:
    spec = scene(days=True)
    slow = spec.severities[1].model_copy(update={"acknowledgement_timeout": Duration(seconds=3600)})
    spec = spec.model_copy(update={"severities": (spec.severities[0], slow, *spec.severities[2:])})
    log, typed = draw(_COUNT, levels=4, **_MANY[policy])  # type: ignore[arg-type]
    log = spared(log, 1)
    typed = {**typed, ("", "Change_Policy", ""): policy}
    book = plan_book(spec, log, as_of=AS_OF, created=AS_OF, typed=typed)
    path = tmp_path / "book.xlsx"
    path.write_bytes(render(book))
    assert_confirmed(path)


def test_two_engines_agree_on_what_is_not_counted_and_not_recorded(tmp_path: Path) -> None:
    log, typed = draw(60, 21, odd=True)
    book = plan_book(with_history(), spared(log, 2), as_of=AS_OF, created=AS_OF, typed=typed)
    path = tmp_path / "spared.xlsx"
    path.write_bytes(render(book))
    assert error_cells(path) == []
    assert_confirmed(path)
    assert_confirmed_by_ironcalc(path, formula_cells(path))


#: What a rule of the clock would look like with a fault: the formula's text and what replaces it.
FAULTS = {
    "a pause counts although the clock has run out": (
        r"\*Log_Rows-1,Pz_Net",
        r"*Log_Rows+Log_Rows-1,Pz_Net",
    ),
    "overlapping pauses are not merged": (r"MAX\((<from>\d+),[A-Z]+\d+\)", r"\1"),
    "restart and from_open are swapped": (
        r"CHOOSE\(Change_Policy_No,([A-Z]+\d+),([A-Z]+\d+)",
        r"CHOOSE(Change_Policy_No,\2,\1",
    ),
    "a change does not hold the deadline back": (r"MAX\(([A-Z]+\d+),B\d+\),\1", r"\1,\1"),
    "a resolution does not end a pause": (
        r"MIN\(INDEX\(tPauses\[to s\],([A-Z]+\d+)\),[A-Z]+\d+\)",
        r"INDEX(tPauses[to s],\1)",
    ),
    "stamps are not rounded": (r"ROUND\(([^(),]+\*86400),0\)", r"(\1)"),
    "what is not counted has clocks": (
        r'IF\(\$[A-Z]+\d+&lt;&gt;"","",(IF\(IF\(ISNUMBER)',
        r'IF(FALSE,"",\1',
    ),
    "what nobody recorded is judged": (r'FIND\(",(acknowledge|contain|resolve),"', "FIND(1"),
    "a share is cut and not rounded": (r"\*2\*([A-Z]+\d+)\+INDEX\(", r"*2*\1+0*INDEX("),
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How many cells differ with each fault."""
    folder = tmp_path_factory.mktemp("faulty")
    log, typed = draw(100, 3)
    for key in [key for key in typed if key[2] in ("From", "At", "Reopened")]:
        typed[key] = typed[key].replace(second=37)
    typed["", "Change_Policy", ""] = "proportional"
    from_open = built(folder / "from_open.xlsx", 100, 3, "from_open")
    book = plan_book(scene(), log, as_of=AS_OF, created=AS_OF, typed=typed)
    shares = folder / "shares.xlsx"
    shares.write_bytes(render(book))
    sources = {name: shares if "share" in name or "round" in name else from_open for name in FAULTS}
    paths = [
        mutated(sources[name], folder / f"{number}.xlsx", *FAULTS[name])
        for number, name in enumerate(FAULTS)
    ]
    return {name: len(differences(path)) for name, path in zip(FAULTS, paths, strict=True)}


def mutated(source: Path, copy: Path, pattern: str, replacement: str) -> Path:
    """A copy with the text of formulas changed and the stored values as they were."""
    if "<from>" in pattern:
        pattern = pattern.replace("<from>", column_of(source, "Pause line", "from s"))
    changed = 0
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(copy, "w") as taken:
        for entry in given.infolist():
            data = given.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                text, count = re.subn(pattern, replacement, data.decode())
                changed, data = changed + count, text.encode()
            taken.writestr(entry, data)
    assert changed, "the fault changes no formula"
    return copy


def column_of(path: Path, sheet: str, header: str) -> str:
    """The letters of the column with a header in the first row of a sheet."""
    book = openpyxl.load_workbook(path, read_only=True)
    headers = next(book[sheet].iter_rows(max_row=1, values_only=True))
    book.close()
    return get_column_letter(headers.index(header) + 1)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_formula_is_noticed(name: str, faulty: dict[str, int]) -> None:
    assert faulty[name] > 0
