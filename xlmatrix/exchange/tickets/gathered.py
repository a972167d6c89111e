"""All tickets of an import in one place: parts joined, earlier states and second rows taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlmatrix.exchange.tickets.columns import absent, one_below_another, taken, writable
from xlmatrix.exchange.tickets.instants import Int8s, Int64s, Texts
from xlmatrix.exchange.tickets.raw import Part, TableReader, Told
from xlmatrix.exchange.tools.form import STAMPS, TEXTS, What
from xlmatrix.worktime import NEVER

Ints = NDArray[np.intp]


@dataclass(slots=True)
class Gathered:
    """Tickets as columns of equal length, one row a ticket.

    ``table`` says which of the readers a row came from.
    """

    texts: dict[str, Texts]
    stamps: dict[str, Int64s]
    odd: dict[str, Int8s]
    origin: dict[str, Int8s]
    paused_s: NDArray[np.float64]
    updates: NDArray[np.float64]
    lines: NDArray[np.int64]
    table: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.lines)

    def chosen(self, rows: Ints) -> Gathered:
        """Some of the rows."""
        if len(rows) == len(self):
            return self
        return Gathered(
            {name: taken(texts, rows) for name, texts in self.texts.items()},
            {name: taken(column, rows) for name, column in self.stamps.items()},
            {name: taken(column, rows) for name, column in self.odd.items()},
            {name: taken(column, rows) for name, column in self.origin.items()},
            taken(self.paused_s, rows),
            taken(self.updates, rows),
            self.lines[rows],
            taken(self.table, rows),
        )

    def open_for_writing(self, *names: str) -> None:
        """Make some stamps writable, with what is said of them."""
        for name in names:
            for columns in (self.stamps, self.odd, self.origin):
                columns[name] = writable(columns[name])


def joined(parts: Sequence[tuple[int, Part]]) -> Gathered:
    """The parts of all tables in one, each with the number of its table.

    The parts are emptied as their columns are joined, so that no table is held twice.
    """

    def columns(of: str, names: Sequence[str], nothing: Any) -> dict[str, Any]:
        held = [getattr(part, of) for _, part in parts]
        return {
            name: one_below_another([one.pop(name) for one in held]) if held else nothing
            for name in names
        }

    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Gathered(
            columns("texts", TEXTS, np.zeros(0, dtype=object)),
            columns("stamps", STAMPS, none),
            columns("odd", STAMPS, none.astype(np.int8)),
            columns("origin", STAMPS, none.astype(np.int8)),
            np.zeros(0),
            np.zeros(0),
            none,
            none.astype(np.int16),
        )
    return Gathered(
        columns("texts", TEXTS, None),
        columns("stamps", STAMPS, None),
        columns("odd", STAMPS, None),
        columns("origin", STAMPS, None),
        one_below_another([part.paused_s for _, part in parts]),
        one_below_another([part.updates for _, part in parts]),
        np.concatenate([part.lines for _, part in parts]),
        one_below_another([absent(len(part.lines), np.int16(number)) for number, part in parts]),
    )


@dataclass(slots=True)
class Once:
    """One row a ticket, and what the other rows said."""

    tickets: Gathered
    superseded: dict[int, int] = field(default_factory=dict)
    updates: list[Told] = field(default_factory=list)


def once(found: Gathered, readers: Sequence[TableReader]) -> Once:
    """The last state of each ticket; of forms that have one row a ticket, the first row counts."""
    if _all_differ(found.texts["id"]):
        return Once(found)
    keys = [id_.casefold() for id_ in found.texts["id"]]
    rows: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        rows.setdefault(key, []).append(row)
    answer = Once(found)
    keep: list[int] = []
    for same in rows.values():
        if len(same) == 1:
            keep += same
        elif readers[found.table[same[0]]].layout.form.repeats or _in_several(found, same):
            keep.append(_last_of(found, same, readers, answer))
        else:
            keep.append(same[0])
            _refuse_others(found, same, readers)
    # In the order of their first rows.
    answer.tickets = found.chosen(np.array(keep, dtype=np.intp))
    return answer


def _all_differ(ids: Texts) -> bool:
    """Whether no two ids are surely one but for their case."""
    marks = np.fromiter(map(hash, map(str.casefold, ids)), np.int64, len(ids))
    marks.sort()
    return not (marks[1:] == marks[:-1]).any()


def _in_several(found: Gathered, rows: Sequence[int]) -> bool:
    tables = [int(found.table[row]) for row in rows]
    return len(set(tables)) == len(tables)


def _last_of(
    found: Gathered, rows: Sequence[int], readers: Sequence[TableReader], answer: Once
) -> int:
    """The last of a ticket's rows by number, time and place; each says a state of its time."""
    updated = found.stamps["updated"]
    # A row that lacks its number or time counts as one with the row before it.
    ranks: list[tuple[float, int, int]] = []
    number, at = -1.0, int(NEVER)
    for row in rows:
        number = number if np.isnan(found.updates[row]) else float(found.updates[row])
        at = at if updated[row] == NEVER else int(updated[row])
        ranks.append((number, at, row))
    ranks.sort()
    for _, at, row in ranks:
        if updated[row] != NEVER:
            answer.updates += _said(found, row, at, readers)
    last = ranks[-1][2]
    for row in rows:
        if row != last:
            table = int(found.table[row])
            answer.superseded[table] = answer.superseded.get(table, 0) + 1
    return last


def _said(found: Gathered, row: int, at: int, readers: Sequence[TableReader]) -> list[Told]:
    texts, line = found.texts, int(found.lines[row])
    id_, reason = texts["id"][row], texts["reason"][row]
    title = readers[found.table[row]].layout.form.title
    told = []
    if state := texts["state"][row]:
        group = texts["state_group"][row]
        if reason:
            told.append(Told(id_, at, What.REASON, reason, "", "", line, title))
        told.append(Told(id_, at, What.STATE, state, "", group, line, title))
    if priority := texts["priority"][row] or texts["severity"][row]:
        told.append(Told(id_, at, What.SEVERITY, priority, "", "", line, title))
    return told


def _refuse_others(found: Gathered, rows: Sequence[int], readers: Sequence[TableReader]) -> None:
    first = rows[0]
    for row in rows[1:]:
        reader = readers[found.table[row]]
        what = f"row not used: id '{found.texts['id'][row][:60]}' stands in line "
        what += f"{found.lines[first]} already"
        reader.refused += 1
        reader.notes.at(
            int(found.lines[row]), "import-duplicate", what, "Give each incident its own id"
        )
