"""What tells rows of logs apart in two copies: two incidents under one ID, rows without a key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from xlmatrix.regen.reading.tables import Inputs, Raw, TableInputs, blank, row_keys, same
from xlmatrix.sheets.guides.log import CHOICE_ROWS, CHOICES
from xlmatrix.tables.catalogue import column_of
from xlmatrix.tables.drills import DRILLS
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import text_of
from xlmatrix.tables.logs import CHANGES, PAUSES, REOPENED
from xlmatrix.tables.matrix import TRIAGE
from xlmatrix.tables.obligations import NOTICES
from xlmatrix.tables.oncall import OVERRIDES
from xlmatrix.tables.reporting import MOMENTS
from xlmatrix.tables.vocabulary import (
    COMMS_INCIDENTS,
    INJECTION_INCIDENTS,
    NOTICE_INCIDENTS,
    TRIAGE_INCIDENTS,
)
from xlmatrix.tables.vocabulary import INCIDENTS as IDS

Row = Mapping[str, Raw]
#: Whether a row at a place is one at another.
_Fits = Callable[[int, tuple[Raw, ...], int, tuple[Raw, ...]], bool]
#: What of an incident says which one it is, the surest first.
_TELLS: Final = ("Opened", "Title", "Class")
#: The columns that say what a row of a log without a key speaks of.
LOGS: Final[Mapping[str, tuple[str, ...]]] = {
    PAUSES.name: ("Incident", "From"),
    CHANGES.name: ("Incident", "At"),
    REOPENED.name: ("Incident", "Reopened"),
    OVERRIDES.name: ("Role", "From"),
}
#: The same of tables whose rows are numbered and wait to be filled.
NUMBERED: Final[Mapping[str, tuple[str, ...]]] = {
    NOTICES.name: ("Incident", "Obligation"),
    TRIAGE.name: ("Incident",),
    MOMENTS.name: ("Incident", "What"),
    DRILLS.name: ("Drill", "Detected"),
}
_MENTIONS: Final = frozenset(
    one.id
    for one in (IDS, NOTICE_INCIDENTS, TRIAGE_INCIDENTS, COMMS_INCIDENTS, INJECTION_INCIDENTS)
)
_ENDS: Final = re.compile(r"(.*?)(\d{1,15})")


def one_incident(one: Row, other: Row) -> bool:
    """Whether two rows under one ID are one incident: by when it opened, then by title and class.

    A cell that one row leaves empty says nothing.
    """
    said = {
        header: same(one.get(header), other.get(header))
        for header in _TELLS
        if _filled(one.get(header)) and _filled(other.get(header))
    }
    if not said or said.get("Opened"):
        return True
    if "Opened" in said:
        # A slip in the time is mended, the title stays.
        return said.get("Title", False)
    return said.get("Title", said.get("Class", True))


def _filled(value: Raw) -> bool:
    return value not in (None, "")


def _rows(inputs: Inputs) -> dict[str, Row]:
    """The incidents by folded key."""
    table = inputs.tables.get(INCIDENTS.name)
    if table is None:
        return {}
    keys = row_keys(INCIDENTS.name, table.headers, table.rows)
    return {k.casefold(): row for k, row in zip(keys, table.records(), strict=True)}


def other_incidents(before: Inputs, after: Inputs) -> list[tuple[str, Raw, Raw]]:
    """IDs under which two logs have two incidents, with the titles of both."""
    was, now = _rows(before), _rows(after)
    return [
        (text_of(row.get("ID")).strip(), was[key].get("Title"), row.get("Title"))
        for key, row in now.items()
        if key in was and not one_incident(was[key], row)
    ]


@dataclass(frozen=True, slots=True)
class Renumbered:
    """Theirs with incidents under other IDs: ``now`` maps the old ID, folded, to the new one.

    ``fresh`` are those of them that mine does not have; the others stand there already, from an
    earlier merge.
    """

    inputs: Inputs
    now: Mapping[str, Raw]
    fresh: tuple[tuple[str, str], ...]


def renumbered(base: Inputs, mine: Inputs, theirs: Inputs) -> Renumbered:
    """Give incidents of theirs other IDs where another incident of mine has theirs."""
    before, ours, others = _rows(base), _rows(mine), _rows(theirs)
    now: dict[str, Raw] = {}
    fresh: list[tuple[str, str]] = []
    taken = {
        text_of(row.get("ID")).strip().casefold() for row in (*ours.values(), *others.values())
    }
    for key, row in others.items():
        held, was = ours.get(key), before.get(key)
        if held is None or one_incident(held, row):
            continue
        if was is not None and one_incident(was, held) and one_incident(was, row):
            continue
        known = next((k for k, o in ours.items() if k not in others and _twin(o, row)), None)
        if known is not None:
            now[key] = ours[known].get("ID")
            continue
        now[key] = _free(row.get("ID"), taken)
        taken.add(text_of(now[key]).casefold())
        fresh.append((text_of(row.get("ID")).strip(), text_of(now[key])))
    return Renumbered(_under(theirs, now) if now else theirs, now, tuple(fresh))


def _twin(one: Row, other: Row) -> bool:
    """Whether two rows are one incident for certain, whatever their IDs."""
    said = [header for header in _TELLS if _filled(other.get(header))]
    return bool(said) and all(same(one.get(header), other.get(header)) for header in said)


def _free(known: Raw, taken: Iterable[str]) -> Raw:
    """The ID behind the last one of its kind."""
    text, held = text_of(known).strip(), set(taken)
    hit = _ENDS.fullmatch(text)
    if hit is None:
        number = 2
        while f"{text}-{number}".casefold() in held:
            number += 1
        return f"{text}-{number}"
    kin = (_ENDS.fullmatch(one) for one in held)
    last = max(int(one[2]) for one in kin if one is not None and one[1] == hit[1].casefold())
    new = f"{hit[1]}{last + 1:0{len(hit[2])}d}"
    return int(new) if isinstance(known, int | float) else new


def _under(theirs: Inputs, now: Mapping[str, Raw]) -> Inputs:
    """The inputs with incidents under their new IDs wherever they are mentioned."""
    tables = {}
    for name, table in theirs.tables.items():
        places = [n for n, header in enumerate(table.headers) if _mentions(name, header)]
        if name == INCIDENTS.name:
            places = [table.headers.index("ID")]
        rows = [_put(row, places, now) for row in table.rows]
        if name in CHOICES:
            rows = [_put(row, (1,), now) if row[0] in CHOICE_ROWS else row for row in table.rows]
        tables[name] = replace(table, rows=tuple(rows))
    return Inputs(tables, theirs.names)


def _mentions(table: str, header: str) -> bool:
    column = column_of(table, header)
    vocabulary = None if column is None else column.kind.vocabulary
    return vocabulary is not None and vocabulary.id in _MENTIONS and header == "Incident"


def _put(row: tuple[Raw, ...], places: Iterable[int], now: Mapping[str, Raw]) -> tuple[Raw, ...]:
    cells = list(row)
    for place in places:
        known = text_of(cells[place]).strip().casefold()
        if known in now:
            cells[place] = now[known]
    return tuple(cells)


# --- rows without a key ---------------------------------------------------------------------------


def matched(
    table: TableInputs, one: Sequence[tuple[Raw, ...]], other: Sequence[tuple[Raw, ...]],
    tells: Sequence[str], *, by_place: bool,
) -> dict[int, int]:  # fmt: skip
    """Which row of one is which of the other: alike, of the same things, or at the same place.

    Parameters
    ----------
    tells
        The columns that say what a row speaks of.
    by_place
        Whether a row that stays at its place, and still says something of what it said, is it.
    """
    pairs: dict[int, int] = {}
    left = dict(enumerate(other))
    places = [table.headers.index(header) for header in tells if header in table.headers]

    def pair(fits: _Fits) -> None:
        for number, row in enumerate(one):
            if number in pairs or blank(row):
                continue
            found = next((n for n, held in left.items() if fits(number, row, n, held)), None)
            if found is not None:
                pairs[number] = found
                del left[found]

    pair(lambda _, row, __, held: all(map(same, row, held)))
    pair(lambda _, row, __, held: all(_filled(row[n]) and same(row[n], held[n]) for n in places))
    if by_place:
        pair(
            lambda number, row, at, held: (
                number == at
                and any(_filled(a) and same(a, b) for a, b in zip(row, held, strict=True))
            )
        )
    return pairs
