"""Merged: base, mine and theirs made one, a user's change before the template's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from xlmatrix.regen.merging.merge import Change, Outcome, merge
from xlmatrix.regen.merging.migrate import by_id, by_number
from xlmatrix.regen.merging.rehoused import Rehoused, rehoused
from xlmatrix.regen.merging.rekey import rekeyed
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.tables import Inputs, TableInputs, text_of
from xlmatrix.regen.stages.ground import Ground
from xlmatrix.regen.stages.translated import Translated
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.guides.log import CHOICE_ROWS, CHOICES
from xlmatrix.sheets.inputs import inputs_of
from xlmatrix.tables.catalogue import table_of
from xlmatrix.tables.obligations import OBLIGATIONS


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """The inputs of the new workbook; tables of severities go by their number.

    Attributes
    ----------
    used
        The old workbook with what users added to rows under the keys that these have now.
    base, mine
        What the old spec offered and what people made of it, in the words of the new one.
    offered, theirs
        What the new spec offers by itself, and the same with the logs as they were offered before.
    inputs
        What the merge made of it.
    changes
        Every difference, with what became of it.
    keys
        New keys of rows that the template renamed, by table and old key.
    """

    used: UsedBook
    base: Inputs
    mine: Inputs
    offered: Inputs
    theirs: Inputs
    inputs: Inputs
    changes: tuple[Change, ...]
    keys: Mapping[tuple[str, str], str]


def merge_inputs(used: UsedBook, said: Translated, ground: Ground) -> ThreeWay:
    """Merge what people typed with what the new spec offers."""
    ids = ground.ids
    offered = _offered(ground)
    now = rehoused(said.base, said.mine, _listed(offered), _held(used))
    theirs = _with_logs(offered, now.base)
    follow = rekeyed(used, said.mine, ids, now.keys)
    merged = merge(now.base, now.mine, theirs)
    changes = (*_told(merged.changes, now), *now.lines)
    return ThreeWay(
        replace(used, added=follow.added, formulated=follow.formulated),
        base=_numbered(now.base, ids),
        mine=_numbered(now.mine, ids),
        offered=_numbered(offered, ids),
        theirs=_numbered(theirs, ids),
        inputs=_numbered(merged.inputs, ids),
        changes=tuple(_named(change, ids) for change in changes),
        keys=follow.keys,
    )


def _listed(offered: Inputs) -> list[str]:
    """The ids of the obligations that the new spec offers."""
    table = offered.tables.get(OBLIGATIONS.name)
    if table is None:
        return []
    return [text_of(record[OBLIGATIONS.keys[0]]) for record in table.records()]


def _held(used: UsedBook) -> set[str]:
    """The obligations in whose rows more stands than values of their columns, in lower case."""
    added = (c.values.items() for c in used.added if c.table == OBLIGATIONS.name)
    held = {key for column in added for key, value in column if value is not None}
    held |= {cell.key for cell in used.formulated if cell.table == OBLIGATIONS.name}
    table = used.contents.table(OBLIGATIONS.name)
    sheet = None if table is None else used.contents.sheet(table.sheet)
    if table is not None and sheet is not None:
        rows = {row - table.row - 1 for row, _ in sheet.comments}
        place = table.headers.index(OBLIGATIONS.keys[0])
        held |= {text_of(row[place]) for n, row in enumerate(table.rows) if n in rows}
    return {key.casefold() for key in held}


def _told(changes: Iterable[Change], now: Rehoused) -> Iterator[Change]:
    """The changes, with why rows of obligations that moved stay where they do."""
    for change in changes:
        note = now.stays.get(change.key.casefold(), "") if change.table == OBLIGATIONS.name else ""
        said = note if change.outcome is Outcome.ORPHAN and note else change.note
        yield replace(change, note=said)


def _offered(ground: Ground) -> Inputs:
    """What the new spec offers."""
    created = ground.created
    book = plan_book(ground.spec, IncidentLog.empty(), as_of=None, created=created, hidden=False)
    return by_id(inputs_of(book), ground.ids)


def _with_logs(offered: Inputs, base: Inputs) -> Inputs:
    """What is offered; logs, and the choice of one of their incidents, as they were."""
    tables: dict[str, TableInputs] = {}
    for name, table in offered.tables.items():
        was = base.tables.get(name)
        if was is not None and name in CHOICES:
            tables[name] = _with_choice(table, was)
            continue
        if was is None or table.rows or not was.rows or _in_spec(name):
            tables[name] = table
            continue
        places = [was.headers.index(h) if h in was.headers else None for h in table.headers]
        rows = tuple(tuple(None if p is None else row[p] for p in places) for row in was.rows)
        tables[name] = TableInputs(table.headers, table.computed, rows, table.derived)
    names = dict(offered.names)
    if "AsOf_Input" in base.names:
        names["AsOf_Input"] = base.names["AsOf_Input"]
    return Inputs(tables, names)


def _in_spec(name: str) -> bool:
    """Whether a table without rows has none because the spec says so."""
    known = table_of(name)
    return known is not None and known.in_spec


def _with_choice(table: TableInputs, was: TableInputs) -> TableInputs:
    before = {row[0]: row[1] for row in was.rows}
    rows = [
        (row[0], before[row[0]], *row[2:]) if row[0] in CHOICE_ROWS and row[0] in before else row
        for row in table.rows
    ]
    return replace(table, rows=tuple(rows))


def _numbered(inputs: Inputs, ids: list[str]) -> Inputs:
    return Inputs(
        {by_number(name, ids): table for name, table in inputs.tables.items()},
        {by_number(name, ids): value for name, value in inputs.names.items()},
    )


def _named(change: Change, ids: list[str]) -> Change:
    key = by_number(change.key, ids) if not change.table else change.key
    return replace(change, table=by_number(change.table, ids), key=key)
