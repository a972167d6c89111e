"""Random pairs of copies, edited by the kinds of edits that people do, and merged.

The seed is the day's and is printed; ``XLMATRIX_PAIRS`` asks for more pairs, from
``XLMATRIX_FIRST_PAIR`` on.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.regen.editions import OLD
from tests.regen.edits import KINDS, added, series
from tests.regen.sheets import Book, Op, apply, computed_of, is_formula, plain, read
from xlmatrix import api
from xlmatrix.api.merging import MergedCopies
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads
from xlmatrix.tables.catalogue import show

pytestmark = pytest.mark.usefixtures("few_sheets")

PAIRS = int(os.environ.get("XLMATRIX_PAIRS", "1"))
FIRST = int(os.environ.get("XLMATRIX_FIRST_PAIR", date.today().strftime("%Y%m%d")))
LOG = """\
id,opened,title,class,resolved
A-1,2026-03-09 09:30,Slow answers,{0},2026-03-10 15:00
A-2,2026-03-13 17:10,No answers,{0},
A-3,2026-03-20 08:00,Wrong answers,{0},
"""
#: What two people do who take the next number: other incidents, and what speaks of them.
NEXT = (
    added(
        "tIncidents",
        ID=lambda r: f"A-{r.choice((4, 4, 5))}",
        Title=lambda r: f"Case {r.randrange(10**6)}",
        Opened=lambda r: 46100 + r.randrange(20) + r.randrange(96) / 96,
    ),
    added("tPauses", Incident="A-4", From=lambda r: 46110 + r.randrange(96) / 96, Reason="Other"),
    added("tChanges", Incident="A-4", At=lambda r: 46111 + r.randrange(96) / 96, To="SEV-1"),
    added("tReopened", Incident="A-4", Reopened=lambda r: 46112 + r.randrange(96) / 96),
)
#: Columns in which a renumbered incident has another ID.
IDS = ("ID", "Incident")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, few_sheets: None) -> Path:
    folder = tmp_path_factory.mktemp("built")
    spec = loads(OLD)
    (folder / "log.csv").write_text(LOG.format(spec.spec.classes[0].id), encoding="utf-8")
    path = folder / "matrix.xlsx"
    api.build(spec, incidents=folder / "log.csv", as_of="2026-03-16 10:30", output=path)
    return path


@pytest.fixture(scope="module")
def offered(built: Path) -> tuple[Book, dict[str, set[str]]]:
    computed = computed_of(built)
    return read(built, computed), computed


def edits(book: Book, rng: Random) -> tuple[list[str], list[Op]]:
    chosen, ops = series(book, rng, most=6)
    more = [op for kind in NEXT if rng.random() < 0.6 for op in kind(book, rng)]
    return chosen, [*more, *ops]


def merge(mine: Path, theirs: Path, out: Path, conflicts: str = "ours") -> MergedCopies:
    """The merge; a comment on a row that the other deleted is left behind as the error says."""
    try:
        return api.merge(mine, theirs, conflicts=conflicts, output=out)
    except XlmatrixError as error:
        names = re.findall('--allow-loss "([^"]+)"', str(error))
        if not names or not all(name.startswith("comment ") for name in names):
            raise
        return api.merge(mine, theirs, conflicts=conflicts, output=out, allow_loss=names)


class Named:
    """What the lines of a report say: values by table and column, and every word of the notes."""

    def __init__(self, done: MergedCopies) -> None:
        self.cells: set[tuple[str, str, str]] = set()
        self.notes: list[str] = []
        self.ids: dict[str, str] = {}
        #: What roles were called, and are called now.
        self.roles: dict[str, str] = {}
        for one in done.report.changes:
            if one.outcome.value == "conflict" and not one.column:
                # A row is named by what it is called now.
                self.cells.add((one.table, "Role", told(one.key)))
            if one.outcome.value in ("conflict", "refused"):
                self.notes.append(one.note)
                for value in (one.before, one.after, one.wanted):
                    self.cells.add((one.table or one.key, one.column, told(value)))
            if (one.table, one.column) == ("tRoles", "Role") and one.before:
                self.roles[told(one.before)] = told(one.after)
            if "two different incidents" in one.note:
                self.ids[told(one.before)] = told(one.after)

    def has(self, table: str, header: str, value: Any) -> bool:
        if (table, header, told(value)) in self.cells:
            return True
        shown = show(table, header, value)
        return any(f"{header} {shown}" in note for note in self.notes)


def told(value: Any) -> str:
    value = plain(value)
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def lost(base: Book, copy: Book, merged: Book, named: Named) -> list[str]:
    """Values of a copy that are neither in a row of the merged workbook nor in a line."""
    found = []
    for name, grid in copy.tables.items():
        if name not in base.tables:
            continue
        before, rows = base.tables[name].by_key(), merged.tables[name].rows
        for key, row in grid.by_key().items():
            was = before.get(key, {})
            typed = {
                header: value
                for header, value in row.items()
                if value is not None
                and told(value) != told(was.get(header))
                and not (is_formula(value) and is_formula(was.get(header)))
                and not named.has(name, header, value)
            }
            best = max(
                (Counter(_has(held, h, v, named) for h, v in typed.items())[True] for held in rows),
                default=0,
            )
            if best < len(typed):
                found.append(f"{name} {key}: {typed}")
    for known, value in copy.names.items():
        if known in base.names and told(value) != told(base.names[known]):
            stands = told(merged.names.get(known)) == told(value)
            if (
                value is not None
                and not stands
                and (known, "value", told(value)) not in named.cells
            ):
                found.append(f"{known}: {value!r}")
    texts = [*(text for *_, text in merged.comments), *named.notes]
    found += [t for *_, t in copy.comments if not any(t in text for text in texts)]
    found += _beside(base, copy, merged, named)
    return found


def _has(row: dict[str, Any], header: str, value: Any, named: Named) -> bool:
    held = told(row.get(header))
    known = (named.ids if header in IDS else named.roles).get(told(value))
    return held == told(value) or (known is not None and held == known)


def _beside(base: Book, copy: Book, merged: Book, named: Named) -> list[str]:
    """What stands on sheets of their own, and beside tables."""
    there = Counter(map(told, merged.cells.values()))
    found = []
    for (sheet, row, column), value in copy.cells.items():
        own = sheet.startswith("Mine ")
        if (own or value in ("remember the milk", "=COUNTA(tPeople[Name])")) and not there[
            told(value)
        ]:
            found.append(f"{sheet} {row} {column}: {value!r}")
    return found


def rows_of(book: Book) -> dict[str, list[str]]:
    """The tables of a workbook without what renumbering changes and what only reports."""
    return {
        name: sorted(
            str(
                sorted(
                    (h, told(v))
                    for h, v in row.items()
                    if h not in IDS and v is not None and not is_formula(v)
                )
            )
            for row in grid.rows
        )
        for name, grid in book.tables.items()
        if name != "tRegenerated"
    }


@pytest.mark.parametrize("place", range(PAIRS))
def test_nothing_that_either_of_two_people_typed_is_lost(
    built: Path, offered: tuple[Book, dict[str, set[str]]], tmp_path: Path, place: int
) -> None:
    number = FIRST + place
    rng = Random(number)
    base, computed = offered
    mine, theirs, out = (tmp_path / f"{name}.xlsx" for name in ("mine", "theirs", "out"))
    (one, ops), (other, more) = edits(base, rng), edits(base, rng)
    label = f"pair {number}: {one} | {other}"
    print(label)
    copies = apply(built, mine, ops, computed), apply(built, theirs, more, computed)
    done = merge(mine, theirs, out)
    merged, named = read(out, computed), Named(done)
    for copy in copies:
        assert not lost(base, copy, merged, named), label
    # Every second day the one rule, and the other on those between.
    if number % 2 == 0:
        again = merge(out, theirs, tmp_path / "again.xlsx")
        kept = rows_of(read(tmp_path / "again.xlsx", computed))
        assert kept == rows_of(merged), f"{label}, a second time: {again.report.sentence()}"
    else:
        merge(theirs, mine, tmp_path / "turned.xlsx", "theirs")
        turned = rows_of(read(tmp_path / "turned.xlsx", computed))
        assert turned == rows_of(merged), f"{label}, the other way round"


def test_the_kinds_of_edits_are_those_of_regenerating() -> None:
    assert len(KINDS) >= 40
