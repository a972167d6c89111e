"""One trial: a workbook that somebody edited is regenerated, and everything about it is held
against the files themselves: what was typed, what the report says, a second run, a dry run."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from tests.regen.disagreeing import conflicts, folded_key, listed
from tests.regen.editions import NEWER, OLD, OTHER
from tests.regen.keeping import lost, same
from tests.regen.raw import apply_raw
from tests.regen.sheets import PLACED, Book, Op, apply, computed_of, plain, read
from tests.regen.traces import text_of, vanished
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.tables.catalogue import header_of

EDITIONS = {"same": OLD, "newer": NEWER, "another tier": OTHER}
#: After these a table is read no more by its name; what was typed is read before them.
AFTER = ("unframe", "rename_table", "totals", "shrink", "rename")
#: A message longer than this is no message.
A_SCREEN = 3000
#: What a run may refuse whatever is allowed, for nobody but the user can decide it.
PLANNED = ("may both be", "no incident class is left", "as the report")
INCIDENTS = """\
id,opened,title,class,resolved
A-1,2026-03-09 09:30,Slow answers,{0},2026-03-10 15:00
A-2,2026-03-13 17:10,No answers,{0},
A-3,2026-03-20 08:00,Wrong answers,{0},
"""


@dataclass
class Start:
    """The workbook that all edits begin with."""

    path: Path
    data: bytes
    base: Book
    computed: dict[str, set[str]]


def started(folder: Path) -> Start:
    spec = loads(OLD)
    export = folder / "incidents.csv"
    export.write_text(INCIDENTS.format(spec.spec.classes[0].id), encoding="utf-8")
    path = folder / "matrix.xlsx"
    api.build(spec, incidents=export, as_of="2026-03-16 10:30", output=path)
    computed = computed_of(path)
    return Start(path, path.read_bytes(), read(path, computed), computed)


@cache
def offer(edition: str) -> Book:
    """What an edition offers by itself, in a workbook of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "offer.xlsx"
        api.build(loads(EDITIONS[edition]), as_of="2026-03-16 10:30", output=path)
        return read(path, computed_of(path))


@dataclass
class Edited:
    """A workbook after edits, and what stood in its tables before their frames were changed."""

    path: Path
    mine: Book
    ops: list[Op] = field(default_factory=list)

    @property
    def renamed(self) -> dict[str, str]:
        return {op[2]: op[1] for op in self.ops if op[0] == "rename"}


def edited_raw(start: Start, ops: list[Op], target: Path) -> Edited:
    first = [op for op in ops if op[0] not in AFTER]
    apply_raw(start.path, target, first)
    mine = read(target, start.computed)
    if len(first) < len(ops):
        apply_raw(target, target, [op for op in ops if op[0] in AFTER])
    return Edited(target, mine, ops)


def edited_elsewhere(start: Start, ops: list[Op], target: Path) -> Edited:
    """A workbook that another program has saved to ``target``, and moved nothing in."""
    frames = {name: (grid.sheet, grid.ref) for name, grid in start.base.tables.items()}
    return Edited(target, read(target, start.computed, frames), ops)


def edited_by_openpyxl(start: Start, ops: list[Op], target: Path) -> Edited:
    return Edited(target, apply(start.path, target, ops, start.computed), ops)


def faults(start: Start, edited: Edited, edition: str, *, dry: bool = True) -> list[str]:
    """What does not hold."""
    folder = edited.path.parent
    new, again = folder / "new.xlsx", folder / "again.xlsx"
    for old in (new, again):
        old.unlink(missing_ok=True)
    spec, before = loads(EDITIONS[edition]), edited.path.read_bytes()
    refused = ""
    allowed: list[str] = []
    found: list[str] = []
    for attempt in range(3):
        try:
            done = api.regenerate(edited.path, spec, output=new, allow_loss=allowed)
        except XlmatrixError as stopped:
            said = str(stopped)
            found += [f"an error of {len(said)} characters"] if len(said) > A_SCREEN else []
            found += _dry_run(edited.path, spec, None, said) if dry and not attempt else []
            more = re.findall(r'--allow-loss "([^"]*)"', said)
            if "a fault of xlmatrix" in said or not more:
                planned = any(text in said for text in PLANNED)
                return found if planned else [*found, f"stopped: {said[:900]}"]
            refused, allowed = f"{refused}\n{said}", [*allowed, *more]
        else:
            break
    else:
        return [*found, f"stopped again: {refused[-900:]}"]
    if dry and not refused:
        found += _dry_run(edited.path, spec, done, "")
    said = f"{refused}\n{text_of(done)}".casefold()
    after = read(new, start.computed)
    named = {f"{c.sheet} {c.key}" for c in done.report.changes if c.outcome is Outcome.REFUSED}
    typed_over = _typed_over(start, edited.ops).items()
    called = {old: now for old, now in typed_over if now in said}
    gone = lost(start.base, edited.mine, after, called)
    found += [one for one in gone if not _named(one, said, named)]
    found += [
        f"a conflict that the report leaves out: {spot}"
        for spot in conflicts(start.base, edited.mine, offer(edition)) - listed(done.report.changes)
        # A row with another name, which the report follows, was not deleted.
        if spot[2] or not any(old in spot[1] for old in called)
    ]
    data = new.read_bytes()
    found += vanished(start.data, before, data, said, edited.renamed)
    found += not_borne_out(done.report.changes, after)
    if edited.path.read_bytes() != before:
        found.append("the old file was touched")
    try:
        twice = api.regenerate(new, spec, output=again, allow_loss=allowed)
    except XlmatrixError as stopped:
        found.append(f"the second run stopped: {stopped}"[:500])
    else:
        if twice.data != done.data:
            found.append("the second run gives other bytes")
    return found


def _typed_over(start: Start, ops: list[Op]) -> dict[str, str]:
    """Names in the first column of a table, and what was typed over them."""
    found = {}
    for grid in start.base.tables.values():
        names = {
            (grid.sheet, number, grid.column): row.get(grid.headers[0])
            for number, row in zip(grid.numbers, grid.rows, strict=True)
        }
        for verb, *args in ops:
            if verb == "set" and isinstance(args[3], str) and names.get(tuple(args[:3])):
                found[str(names[tuple(args[:3])]).casefold()] = args[3].casefold()
    return found


def _named(loss: str, said: str, refused: set[str]) -> bool:
    """Whether the report names a value that is gone: by its cell, or a text that tells."""
    place = re.match(r"(Mine.*) (\d+),(\d+): ", loss)
    if place and f"{place[1]} {get_column_letter(int(place[3]))}{place[2]}" in refused:
        return True
    marks = re.findall(r"mk\d{6}", loss)
    return bool(marks) and all(mark in said for mark in marks)


def _dry_run(path: Path, spec: Any, done: Any, refused: str) -> list[str]:
    """A dry run ends with the same code and words."""
    try:
        dry = api.regenerate(path, spec, dry_run=True)
    except XlmatrixError as stopped:
        return (
            [] if str(stopped) == refused else [f"the dry run stops, and not so: {stopped}"[:500]]
        )
    if refused:
        told = "" if dry.refusal is None else str(dry.refusal)
        return [] if told == refused else [f"the run stops, the dry run not so: {told}"[:500]]
    if dry.report.to_dict() != done.report.to_dict():
        return ["the dry run reports something else"]
    if sorted(map(str, dry.findings)) != sorted(map(str, done.findings)):
        return ["the dry run finds something else"]
    return []


def not_borne_out(changes: Iterable[Change], new: Book) -> list[str]:
    """Lines about cells and rows of tables that the new workbook does not show."""
    return [
        f"the report is not borne out: {change}"
        for change in changes
        if change.table in new.tables and not _shown(change, new)
    ]


def _shown(change: Change, new: Book) -> bool:
    grid = new.tables[change.table]
    if change.outcome is Outcome.REFUSED and change.after is None:
        return True
    header = header_of(change.table, change.column)
    if change.column and header not in grid.headers:
        # A line that says that a column is not there.
        return change.after is None
    key, mark, number = change.key.casefold().rpartition(" #")
    if not mark or not number.isdigit():
        key, number = change.key.casefold(), "1"
    rows = {folded_key(k): row for k, row in grid.by_key().items()}
    spot = change.key if change.table.startswith(PLACED) else f"{key.replace(' · ', '|')}#{number}"
    if change.column:
        row = rows.get(folded_key(spot))
        # A row without a key of its own, or one that is known otherwise: somewhere in the column.
        there = [row] if row is not None else grid.rows
        if header not in set().union(*there):
            # Formulas are left out by the reader; a line never gives one's result.
            return True
        # Read as the cell is: openpyxl takes the guard from a text that looks like an escape.
        return change.after is None or any(same(plain(change.after), r.get(header)) for r in there)
    return True
