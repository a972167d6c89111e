"""What of a workbook is not in its spec: records of people's work, and what no spec can say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from xlmatrix.errors import Finding, Level, plural
from xlmatrix.regen.merging.merge import Change, merge
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.tables import Inputs, Raw, TableInputs, row_keys, same
from xlmatrix.tables.vendors import RETIREMENTS, VENDOR_BOUNDS

#: Tables of rows whose first cell only labels them, with the columns that a spec holds.
_CONTENT: Final[Mapping[str, tuple[str, ...]]] = {
    table.name: tuple(column.id for column in table.columns if column.field)
    for table in (VENDOR_BOUNDS, RETIREMENTS)
}


def stays(used: UsedBook, written: Inputs) -> tuple[Finding, ...]:
    """One note a sheet for what was typed in a workbook and is not in the spec made from it.

    Parameters
    ----------
    written
        The inputs of a workbook built from that spec.
    """
    typed = merge(used.stamp.base, used.inputs, used.stamp.base).changes
    left = [change for change in typed if not _is_in(change, used.inputs, written)]
    home = {table: sheet for sheet, base in used.stamp.sheets.items() for table in base.tables}
    home |= {name: sheet for sheet, base in used.stamp.sheets.items() for name in base.names}
    counts: dict[str, Counter[str]] = {}
    for change in left:
        sheet = home.get(change.table or change.key, change.table or change.key)
        counts.setdefault(sheet, Counter())["row" if not change.column else "cell"] += 1
    for addition in used.added:
        sheet = home.get(addition.table, addition.table)
        counts.setdefault(sheet, Counter())[f"column {addition.header!r}"] += 1
    back = {now: name for name, now in used.sheet_names.items()}
    for part in used.contents.sheets:
        if part.comments and part.name in back:
            counts.setdefault(back[part.name], Counter())["comment"] += len(part.comments)
    for own in used.own_sheets:
        counts.setdefault(own.name, Counter())["sheet of your own"] += 1
    order = [*used.stamp.sheets, *(own.name for own in used.own_sheets)]
    ranked = sorted(counts, key=lambda name: order.index(name) if name in order else len(order))
    return tuple(_note(sheet, counts[sheet]) for sheet in ranked)


def _note(sheet: str, counted: Counter[str]) -> Finding:
    words = ", ".join(_counted(number, what) for what, number in sorted(counted.items()))
    return Finding(
        Level.NOTE,
        "stays-in-workbook",
        f"{words}: a spec does not hold this, it stays in the workbook",
        sheet,
        "Keep the workbook; regenerate carries it over",
    )


def _counted(number: int, what: str) -> str:
    if what.startswith(("column", "sheet")):
        return what
    return plural(number, what)


def _is_in(change: Change, mine: Inputs, written: Inputs) -> bool:
    """Whether a workbook built from the written spec shows a change as it was typed."""
    if not change.table:
        return same(change.after, written.names.get(change.key))
    now, then = mine.tables.get(change.table), written.tables.get(change.table)
    if now is None or then is None:
        return False
    if change.table in _CONTENT:
        return _content_is_in(change, now, then)
    row = _row(change.table, then, change.key)
    if change.column:
        return row is not None and same(change.after, row.get(change.column))
    own = _row(change.table, now, change.key)
    if own is None or row is None:
        return own is None and row is None
    return all(same(value, row.get(header)) for header, value in own.items())


def _row(name: str, table: TableInputs, key: str) -> dict[str, Raw] | None:
    folded = [known.casefold() for known in row_keys(name, table.headers, table.rows)]
    wanted = key.casefold()
    return table.records()[folded.index(wanted)] if wanted in folded else None


def _content_is_in(change: Change, now: TableInputs, then: TableInputs) -> bool:
    headers = _CONTENT[change.table]
    if change.column and change.column not in (*headers, now.headers[0]):
        row = _row(change.table, then, change.key)
        return row is not None and same(change.after, row.get(change.column))
    row = _row(change.table, now, change.key)
    rows = _shown(then.records(), headers)
    if row is None:
        return len(rows) <= len(now.rows)
    records = [value for h, value in row.items() if h not in (*headers, now.headers[0])]
    if any(value not in (None, "") for value in records):
        # What a record column says of the row has to stand beside it again.
        return False
    return next(iter(_shown([row], headers))) in rows


def _shown(records: Iterable[Mapping[str, Raw]], headers: tuple[str, ...]) -> list[tuple[Raw, ...]]:
    return [tuple(record.get(header) for header in headers) for record in records]
