"""Where a user and a new edition both changed something, found without the merge under test."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from tests.regen.keeping import RENAMED
from tests.regen.sheets import EPOCH, Book, Grid, is_formula
from xlmatrix.regen.merging.merge import Change, Outcome

#: Table, key and column, folded; the column is empty for a whole row.
Spot = tuple[str, str, str]
#: Columns that a sheet fills from other inputs; the user's only where typed over.
FILLED = {("tMatrix", "Severity name")}
#: Logs are filled by no edition.
LOGS = {"tIncidents", "tPauses", "tChanges", "tReopened", "tRegenerated"}


def conflicts(base: Book, mine: Book, theirs: Book) -> set[Spot]:
    """Cells that both changed, differently, and rows that one deleted and the other changed."""
    found: set[Spot] = set()
    for name, offer in theirs.tables.items():
        if name in LOGS or name not in base.tables or name not in mine.tables:
            continue
        was, now, wanted = (_rows(side.tables[name]) for side in (base, mine, theirs))
        headers = [h for h in base.tables[name].headers if h in offer.headers]
        for key, row in wanted.items():
            # Steps of a ladder have a place and no name, so that none is another one's row.
            if key not in now and not name.startswith("tLadder"):
                if key in was and any(_differ(was[key].get(h), row.get(h)) for h in headers):
                    found.add((name.casefold(), key, ""))
                continue
            for header in headers:
                cells = tuple(side.get(key, {}).get(header) for side in (was, now, wanted))
                if _both(*cells):
                    found.add((name.casefold(), key, header.casefold()))
    for known in theirs.names.keys() & base.names.keys() & mine.names.keys():
        if _both(base.names[known], mine.names[known], theirs.names[known]):
            found.add(("", f"{known.casefold()}#1", "value"))
    return found


def _both(was: Any = None, now: Any = None, wanted: Any = None) -> bool:
    if any(is_formula(value) for value in (was, now, wanted)):
        return False
    return _differ(was, now) and _differ(was, wanted) and _differ(now, wanted)


def _differ(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) > 2e-6
    one, other = (RENAMED.get(str(value), value) for value in (one, other))
    return bool(one != other)


def _rows(grid: Grid) -> dict[str, dict[str, Any]]:
    return {folded_key(key): row for key, row in grid.by_key().items()}


def folded_key(key: str) -> str:
    """A key with dates as people write them, and under the new name."""
    first, mark, rest = key.partition("|")
    if mark and first.replace(".", "").isdigit():
        first = (EPOCH + timedelta(days=int(float(first)))).date().isoformat()
    key = f"{first}{mark}{rest}"
    for old, new in RENAMED.items():
        key = key.replace(old.casefold(), new.casefold())
    return key


def listed(changes: Iterable[Change]) -> set[Spot]:
    """The conflicts of a report in the same words."""
    found = set()
    for change in changes:
        if change.outcome is Outcome.CONFLICT:
            key, mark, number = change.key.casefold().rpartition(" #")
            if not mark:
                key, number = change.key.casefold(), "1"
            spot = f"{key.replace(' · ', '|')}#{number}"
            if change.table.startswith("tLadder"):
                spot = change.key
            found.add((change.table.casefold(), spot, change.column.casefold()))
    return found
