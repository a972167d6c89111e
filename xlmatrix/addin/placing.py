"""Where a table of results goes in an open workbook: which cells, once it is sure that they may.

A cell is written only if it is empty or ours: in a table of ours, in a column that we fill, in a
row that we wrote. A user's columns stay, and what is told of an incident goes to the row that has
its ID. Nothing in here writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from xlmatrix.addin.ground import (
    Ground,
    address,
    free_name,
    ground_of,
    is_blank,
    refuse_filled,
    table_named,
)
from xlmatrix.api.recalculating import plain_text
from xlmatrix.errors import XlmatrixError
from xlmatrix.tables.catalogue import ids_of, table_of
from xlmatrix.tables.kinds import stamp_of

#: A stretch of our cells: the sheet column of its first one, and the headers in order.
Run: TypeAlias = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Written:
    """A table as it shall stand on a sheet; ``row`` and ``column`` are of its first header.

    Attributes
    ----------
    stamps, texts
        Headers of columns with dates and times, and with words, which are formatted so.
    proof
        Headers of which one at least is filled in every row that we wrote, and another one too.
    keys
        Headers that tell a row: by the first alone where that is enough, else by all of them.
    gone
        What a row says, by header, that is ours no more but stays for what a user wrote beside it.
    added
        Whether the rows go below those that stand there, which stay as they are.
    """

    name: str
    sheet: str
    row: int
    column: int
    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    stamps: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    proof: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    gone: Mapping[str, str] = field(default_factory=dict)
    added: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """What the columns are known by, whatever their headers say."""
        return ids_of(self.name, self.headers)


@dataclass(frozen=True, slots=True)
class Placed:
    """A table and the cells it takes, all of which are empty or ours.

    ``sheet`` is None where one named ``title`` is to be added, and ``table`` where it is to be
    made. ``blocks`` are grids by their first row and column; ``area`` is the whole table then, by
    its first and last row and column; ``body`` the first and the last row that are formatted.
    """

    written: Written
    title: str
    sheet: Any | None
    table: Any | None
    area: tuple[int, int, int, int]
    blocks: tuple[tuple[int, int, list[list[Any]]], ...]
    runs: tuple[Run, ...]
    body: tuple[int, int]
    grown: bool


def place_tables(book: Any, tables: Sequence[Written]) -> list[Placed]:
    """Where each of the tables goes.

    Raises
    ------
    XlmatrixError
        A cell that would have to be written holds something that is not ours, or cannot be written.
    """
    homes: dict[str, str] = {}
    placed = []
    for table in tables:
        found = table_named(book, table.name)
        if found is None:
            continue
        ground = ground_of(*found)
        placed.append(_on(ground, table))
        homes.setdefault(table.sheet, ground.sheet.name)
    return [*placed, *_anew(book, [t for t in tables if table_named(book, t.name) is None], homes)]


def _anew(book: Any, tables: Sequence[Written], homes: Mapping[str, str]) -> Iterable[Placed]:
    """Tables that do not stand yet: on the sheet of those that do, else on a sheet of their own."""
    chosen: dict[str, tuple[str, Any | None]] = {}
    for table in tables:
        height = 1 + max(1, len(table.rows))
        last = (table.row + height - 1, table.column + len(table.headers) - 1)
        home = homes.get(table.sheet)
        if table.sheet not in chosen and home is not None:
            sheet = next(sheet for sheet in book.sheets if sheet.name == home)
            try:
                refuse_filled(sheet, table.row, table.column, *last, f"the table {table.name}")
            except XlmatrixError:
                chosen[table.sheet] = free_name(book, table.sheet)
            else:
                chosen[table.sheet] = home, sheet
        if table.sheet not in chosen:
            chosen[table.sheet] = free_name(book, table.sheet)
        title, sheet = chosen[table.sheet]
        rows = [list(row) for row in table.rows] or [[None] * len(table.headers)]
        yield Placed(
            table,
            title,
            sheet,
            None,
            (table.row, table.column, *last),
            ((table.row, table.column, [list(table.headers), *rows]),),
            ((table.column, list(table.headers)),),
            (table.row + 1, last[0]),
            grown=True,
        )


def _on(ground: Ground, table: Written) -> Placed:
    """A table that stands."""
    held = ids_of(table.name, ground.headers)
    declared = table_of(table.name)
    ours = {*table.ids, *(declared.ids if declared is not None else ())}
    common = len(set(table.ids) & set(held))
    if table.ids[0] not in held or 2 * common < min(len(table.ids), len(held)):
        place = address(ground.sheet, ground.top, ground.left)
        raise XlmatrixError(
            f"the table {table.name} at {place} is not the one that xlmatrix writes",
            where=place,
            mend="Rename that table (Table Design, Table Name), then try again",
        )
    if not table.added and set(held) <= ours:
        return _over(ground, table, held)
    return _beside(ground, table, held)


def _over(ground: Ground, table: Written, held: Sequence[str]) -> Placed:
    """A table of ours alone is written anew, and what the last run left is blanked by that."""
    _refuse_strange_rows(ground, table, held)
    width = len(table.headers)
    rows = [list(row) for row in table.rows] or [[None] * width]
    stood = len(ground.rows)
    body = max(len(rows), stood) if ground.totals else len(rows)
    if body > stood or (ground.totals and width != ground.width):
        ground.refuse_totals(f"the table {table.name}")
    _refuse_around(ground, table, body, width)
    span = max(width, ground.width)
    grid = [row + [None] * (span - width) for row in ([*table.headers], *rows)]
    grid += [[None] * span for _ in range(max(stood, body) - len(rows))]
    top, left = ground.top, ground.left
    return Placed(
        table,
        ground.sheet.name,
        ground.sheet,
        ground.table,
        (top, left, top + body + ground.totals, left + width - 1),
        ((top, left, grid),),
        ((left, list(table.headers)),),
        (top + 1, top + body),
        grown=body > stood or width > ground.width,
    )


def _beside(ground: Ground, table: Written, held: Sequence[str]) -> Placed:
    """A table with a user's columns, or one that grows by rows: our columns are written alone."""
    missing = [known for known in table.ids if known not in held]
    columns = [*held, *missing]
    if table.added:
        first = 1 + max(
            (at for at, row in enumerate(ground.rows) if not _all_blank(row)), default=-1
        )
        grid: list[list[Any]] = [list(row) for row in table.rows]
    else:
        first = 0
        _refuse_strange_rows(ground, table, held)
        grid = _matched(ground, table, held)
    body = max(first + len(grid), len(ground.rows), 1)
    if body > len(ground.rows) or missing:
        ground.refuse_totals(f"the table {table.name}")
    _refuse_around(ground, table, body, len(columns))
    headers = dict(zip(table.ids, table.headers, strict=True))
    places = {known: at for at, known in enumerate(table.ids)}
    blocks: list[tuple[int, int, list[list[Any]]]] = []
    runs: list[Run] = []
    for at, known in enumerate(columns):
        if known not in places:
            continue
        cells = [[row[places[known]]] for row in grid]
        if at and columns[at - 1] in places and (at != len(held)):
            for line, more in zip(blocks[-1][2], cells, strict=True):
                line.extend(more)
            runs[-1][1].append(headers[known])
        else:
            blocks.append((ground.top + 1 + first, ground.left + at, cells))
            runs.append((ground.left + at, [headers[known]]))
    if missing:
        beyond = [[headers[known] for known in missing]]
        blocks.insert(0, (ground.top, ground.left + ground.width, beyond))
    top, left = ground.top, ground.left
    return Placed(
        table,
        ground.sheet.name,
        ground.sheet,
        ground.table,
        (top, left, top + body + ground.totals, left + len(columns) - 1),
        tuple(block for block in blocks if block[2]),
        tuple(runs),
        (top + 1 + first, top + first + len(grid)),
        grown=body > len(ground.rows) or bool(missing) or table.added,
    )


def _refuse_around(ground: Ground, table: Written, body: int, width: int) -> None:
    """Refuse what stands where a table is to grow: at its right, and below it."""
    what = f"the table {table.name}"
    right, last = ground.left + width - 1, ground.top + body
    bottom = max(ground.below - 1, last)
    refuse_filled(ground.sheet, ground.top, ground.left + ground.width, bottom, right, what)
    edge = max(right, ground.left + ground.width - 1)
    refuse_filled(ground.sheet, ground.below, ground.left, last, edge, what)


def _refuse_strange_rows(ground: Ground, table: Written, held: Sequence[str]) -> None:
    """Refuse a row in our columns that we did not write: somebody's note below the last one."""
    ours = [at for at, known in enumerate(held) if known in set(table.ids)]
    proof = [held.index(known) for known in ids_of(table.name, table.proof) if known in held]
    first = ours[0] if ours else 0
    for number, row in enumerate(ground.rows):
        if row[first] and proof and row[proof[0]] and first != proof[0]:
            # What nearly every row is like.
            continue
        filled = [at for at in ours if not is_blank(row[at])]
        # Nobody's note fills two of our columns.
        if filled and (len(filled) == 1 or all(is_blank(row[at]) for at in proof)):
            place = address(ground.sheet, ground.top + 1 + number, ground.left + filled[0])
            raise XlmatrixError(
                f"in {place} stands something in the table {table.name} that xlmatrix did not "
                "write",
                where=place,
                mend="Move it elsewhere, then try again",
            )


def _matched(ground: Ground, table: Written, held: Sequence[str]) -> list[list[Any]]:
    """The rows of a table in the order of those that stand, so that a user's cells stay theirs."""
    ours = set(table.ids)
    own = [at for at, known in enumerate(held) if known not in ours]
    kept = [not _all_blank([row[at] for at in own]) for row in ground.rows]
    if not any(kept):
        blank = [[None] * len(table.headers) for _ in range(len(ground.rows) - len(table.rows))]
        return [*(list(row) for row in table.rows), *blank]
    where = {known: at for at, known in enumerate(held)}
    standing = [[row[where[k]] if k in where else None for k in table.ids] for row in ground.rows]
    fresh, old = _keyed(ground, table, standing, kept)
    slots: dict[tuple[str, ...], list[int]] = {}
    for at, key in enumerate(old):
        slots.setdefault(key, []).append(at)
    placed: dict[int, list[Any]] = {}
    waiting = []
    for row, key in zip(table.rows, fresh, strict=True):
        if slots.get(key):
            placed[slots[key].pop(0)] = list(row)
        else:
            waiting.append(list(row))
    for at in range(len(standing)):
        if at not in placed and kept[at]:
            placed[at] = _gone(table, standing[at])
        elif at not in placed:
            placed[at] = waiting.pop(0) if waiting else [None] * len(table.headers)
    return [*(placed[at] for at in range(len(standing))), *waiting]


def _keyed(
    ground: Ground, table: Written, standing: Sequence[Sequence[Any]], kept: Sequence[bool]
) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """What tells the rows, new and standing.

    Raises
    ------
    XlmatrixError
        Two rows cannot be told apart, and a user wrote beside one of them.
    """
    stamps = set(ids_of(table.name, table.stamps))
    places = [(table.ids.index(k), k in stamps) for k in ids_of(table.name, table.keys)]
    for count in range(1, len(places) + 1):
        fresh = [_key(row, places[:count]) for row in table.rows]
        old = [_key(row, places[:count]) for row in standing]
        twice = [key for key, many in Counter(fresh).items() if many > 1 or not any(key)]
        unsure = {*twice, *(key for key, many in Counter(old).items() if many > 1)}
        unclear = [at for at, key in enumerate(old) if kept[at] and key in unsure]
        if not unclear:
            return fresh, old
    place = address(ground.sheet, ground.top + 1 + unclear[0], ground.left)
    name = standing[unclear[0]][places[0][0]]
    what = f"share the ID {name}" if not is_blank(name) else "have no ID"
    raise XlmatrixError(
        f"rows of the table {table.name} {what}, and somebody wrote beside one of them, at {place}",
        where=place,
        mend="Give each incident an ID of its own, then try again",
    )


def _key(row: Sequence[Any], places: Sequence[tuple[int, bool]]) -> tuple[str, ...]:
    return tuple(_told(row[at], stamp=stamp) for at, stamp in places)


def _told(cell: Any, *, stamp: bool) -> str:
    known = stamp_of(cell) if stamp else None
    return plain_text(cell).casefold() if known is None else f"{known:%Y-%m-%d %H:%M:%S}"


def _gone(table: Written, row: Sequence[Any]) -> list[Any]:
    """What is left of a row for what a user wrote beside it."""
    kept = {table.ids.index(known) for known in ids_of(table.name, table.keys)}
    said = {table.headers.index(header): text for header, text in table.gone.items()}
    return [
        said.get(at, cell if at in kept and not is_blank(cell) else None)
        for at, cell in enumerate(row)
    ]


def _all_blank(cells: Iterable[Any]) -> bool:
    return all(is_blank(cell) for cell in cells)
