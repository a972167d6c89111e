"""The instruments of the series: they see a loss of any kind, and a conflict left unlisted."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.regen.disagreeing import conflicts, listed
from tests.regen.editions import NEWER, OLD
from tests.regen.keeping import lost
from tests.regen.sheets import Book, Grid, Op, apply, computed_of, read
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads
from xlmatrix.regen.merging.merge import Merged, Outcome, merge
from xlmatrix.regen.reading.tables import Inputs, TableInputs

pytestmark = pytest.mark.usefixtures("few_sheets")

TYPED = "typed by a user"
#: Tables without an input cell: they show what follows from others.
SHOWN = {"tCoverage", "tProof"}
INCIDENTS = "id,opened,title,class\nA-1,2026-03-09 09:30,Slow answers,{0}\n"


@dataclass
class Scene:
    path: Path
    base: Book
    mine: Book
    computed: dict[str, set[str]]


def _spot(grid: Grid, computed: set[str]) -> str:
    """The last column of a table that people type in."""
    return [h for h in grid.headers if h not in computed][-1]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A workbook with a value typed into every table, and one thing of every other kind."""
    folder = tmp_path_factory.mktemp("scene")
    spec = loads(OLD)
    (folder / "incidents.csv").write_text(INCIDENTS.format(spec.spec.classes[0].id))
    old, path = folder / "old.xlsx", folder / "edited.xlsx"
    api.build(spec, incidents=folder / "incidents.csv", as_of="2026-03-16 10:30", output=old)
    computed = computed_of(old)
    base = read(old, computed)
    ops: list[Op] = []
    for name, grid in base.tables.items():
        if name in SHOWN:
            continue
        number = grid.numbers[0] if grid.rows else grid.row + 1
        header = _spot(grid, computed[name])
        ops.append(("set", grid.sheet, number, grid.column_of(header), TYPED))
    roles, log, people = (base.tables[t] for t in ("tRoles", "tIncidents", "tPeople"))
    status = next(h for h in log.headers if h in computed["tIncidents"])
    ops += [
        ("set", log.sheet, log.numbers[0], log.column_of(status), "typed over a formula"),
        ("set", roles.sheet, roles.numbers[1], roles.column_of("Duty"), '=UPPER("typed")'),
        ("set", *base.places["Soon_Min"], 17),
        ("set", roles.sheet, roles.row, 30, "remember the milk"),
        ("comment", roles.sheet, roles.numbers[0], roles.column_of("Primary"), "Ask first"),
        ("width", log.sheet, log.column_of("Notes"), 77.0),
        ("hide", people.sheet, people.column_of("Chat")),
        ("add_sheet", "Mine", [(1, 1, 4), (2, 1, "=A1*2")]),
        *(
            ("set", people.sheet, people.numbers[-1], people.column_of(h), None)
            for h in people.headers
        ),
        ("add_column", log.sheet, "tIncidents", "Mood", ["blue"]),
    ]
    return Scene(path, base, apply(old, path, ops, computed), computed)


def test_a_workbook_that_keeps_all_has_lost_nothing(scene: Scene) -> None:
    assert not lost(scene.base, scene.mine, deepcopy(scene.mine))


def test_a_value_dropped_from_any_table_is_seen(scene: Scene) -> None:
    tables = [
        name
        for name, grid in scene.mine.tables.items()
        if any(TYPED in row.values() for row in grid.rows)
    ]
    assert set(tables) == scene.base.tables.keys() - SHOWN
    for name in tables:
        new = deepcopy(scene.mine)
        for row in new.tables[name].rows:
            for header in [h for h, value in row.items() if value == TYPED]:
                row[header] = None
        assert lost(scene.base, scene.mine, new), name


def _row_gone(new: Book) -> None:
    del new.tables["tIncidents"].rows[0], new.tables["tIncidents"].numbers[0]


def _row_back(new: Book) -> None:
    grid = new.tables["tPeople"]
    grid.rows.append(dict(grid.rows[0]) | {"Name": "Priya Raman"})
    grid.rows.append(dict(grid.rows[0]) | {"Name": "Tom Weiss"})
    grid.numbers += [98, 99]


def _no_column(new: Book) -> None:
    for row in new.tables["tIncidents"].rows:
        del row["Mood"]


def _cell(table: str, value: Any, other: Any = None) -> Callable[[Book], None]:
    def change(new: Book) -> None:
        row = next(row for row in new.tables[table].rows if value in row.values())
        row[next(h for h, v in row.items() if v == value)] = other

    return change


SABOTAGE: dict[str, Callable[[Book], None]] = {
    "a row": _row_gone,
    "a deletion": _row_back,
    "a table": lambda new: new.tables.__delitem__("tIncidents"),
    "a value over a formula": _cell("tIncidents", "typed over a formula"),
    "a formula as input": _cell("tRoles", '=UPPER("typed")', "TYPED"),
    "a value of one's own column": _cell("tIncidents", "blue"),
    "one's own column": _no_column,
    "a named cell": lambda new: new.names.update(Soon_Min=30.0),
    "a comment": lambda new: new.comments.clear(),
    "a comment's row": lambda new: new.comments.__setitem__(
        0, (*new.comments[0][:1], new.comments[0][1] + 1, *new.comments[0][2:])
    ),
    "a note": lambda new: new.cells.__delitem__(
        next(at for at, value in new.cells.items() if value == "remember the milk")
    ),
    "a width": lambda new: new.widths.clear(),
    "a hidden column": lambda new: new.hidden.clear(),
    "a sheet": lambda new: new.sheets.remove("Mine"),
    "a formula on one's own sheet": lambda new: new.cells.update({("Mine", 2, 1): "=A2*2"}),
}


@pytest.mark.parametrize("what", sorted(SABOTAGE))
def test_a_loss_is_seen(scene: Scene, what: str) -> None:
    new = deepcopy(scene.mine)
    SABOTAGE[what](new)
    assert lost(scene.base, scene.mine, new)


def _forgetful(table: str) -> Callable[[Inputs, Inputs, Inputs], Merged]:
    """A merge that takes what was offered for what a user typed in one table."""

    def forget(base: Inputs, mine: Inputs, theirs: Inputs) -> Merged:
        done = merge(base, mine, theirs)
        merged = done.inputs.tables[table]
        rows = tuple(tuple(None if v == TYPED else v for v in row) for row in merged.rows)
        changed = TableInputs(merged.headers, merged.computed, rows, merged.derived)
        tables = {**done.inputs.tables, table: changed}
        return replace(done, inputs=replace(done.inputs, tables=tables))

    return forget


@pytest.mark.slow
@pytest.mark.parametrize("table", ["tTargets@SEV-1", "tLadder@SEV-1", "tIncidents"])
def test_a_merge_that_forgets_is_seen(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    new = tmp_path / "new.xlsx"
    api.regenerate(scene.path, output=new)
    assert not lost(scene.base, scene.mine, read(new, scene.computed))
    monkeypatch.setattr("xlmatrix.regen.stages.merged.merge", _forgetful(table))
    with monkeypatch.context() as blind:
        blind.setattr("xlmatrix.regen.stages.verified.verify", lambda data, renewed: None)
        api.regenerate(scene.path, output=new, overwrite=True)
    assert lost(scene.base, scene.mine, read(new, scene.computed))
    with pytest.raises(XlmatrixError, match=f"would lack this.*{TYPED}"):
        api.regenerate(scene.path, output=new, overwrite=True)


@pytest.mark.slow
def test_a_conflict_that_is_not_in_the_report_is_seen(scene: Scene, tmp_path: Path) -> None:
    offer, edited = tmp_path / "offer.xlsx", tmp_path / "edited.xlsx"
    api.build(loads(NEWER), as_of="2026-03-16 10:30", output=offer)
    targets, ladder = scene.mine.tables["tTargets1"], scene.mine.tables["tLadder1"]
    at = next(n for n, row in zip(ladder.numbers, ladder.rows, strict=True) if row["Level"] == 2)
    mine = apply(
        scene.path,
        edited,
        [
            ("set", targets.sheet, targets.numbers[0], targets.column_of("Within"), 7),
            ("set", ladder.sheet, at, ladder.column_of("After"), 33),
        ],
        scene.computed,
    )
    wanted = conflicts(scene.base, mine, read(offer, computed_of(offer)))
    assert {("ttargets1", "acknowledge#1", "within")} < wanted
    assert any(table == "tladder1" for table, _, _ in wanted)
    done = api.regenerate(edited, loads(NEWER), dry_run=True)
    assert wanted <= listed(done.report.changes)
    for spot in wanted:
        silent = [c for c in done.report.changes if not listed([c]) & {spot}]
        assert any(c.outcome is Outcome.CONFLICT for c in done.report.changes)
        assert wanted - listed(silent) == {spot}
